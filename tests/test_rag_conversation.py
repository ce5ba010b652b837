"""Standalone questions of conversations: what is carried, what is not, and what a model may put in their place."""

import pytest

from index import Index
from rag import NOT_FOUND, Session, Turn
from rag.names import find_names, find_people
from rag.understanding.conversation import MAX_REWRITE, accept_rewrite, make_standalone
from rag.understanding.followup import leans, take_fragment

TROOPS = Turn(
    "Who ruled out ground troops?",
    "Germany, NATO rule out sending troops · undated\n> Germany, Poland and NATO have ruled out sending ground troops to Ukraine. [1]\n"
    "> German Chancellor Olaf Scholz said so. [2]",
)
PESKOV = Turn("What did Peskov say?", "Title · undated\n> Kremlin spokesman Dmitry Peskov told reporters that it is a new element. [1]")
BORRELL = Turn(
    "Who replaced Josep Borrell?",
    "Title · undated\n> Former Estonian prime minister Kallas replaced Josep Borrell as the EU’s top diplomat on Monday. [1]",
)


@pytest.mark.parametrize(
    ("text", "standalone"),
    [
        ("And Poland?", "Who ruled out ground troops: Poland?"),
        ("Poland?", "Who ruled out ground troops: Poland?"),
        ("Thanks! And what about the US?", "Who ruled out ground troops: the US?"),
        ("And in June?", "Who ruled out ground troops in June?"),
        ("When did they say that?", "Ruled out ground troops: when did they say that?"),
        ("Why?", "Ruled out ground troops: why?"),
        ("How many?", "Ruled out ground troops: how many?"),
        ("Who else?", "Who else ruled out ground troops?"),
        ("Tell me more", "Ruled out ground troops: tell me more"),
        ("How did the Kremlin react?", "Ruled out ground troops: how did the Kremlin react?"),
        ("Is that true?", "Ruled out ground troops: is that true?"),
        ("What was the reaction?", "Ruled out ground troops: what was the reaction?"),
    ],
)
def test_a_follow_up_carries_the_subject(text: str, standalone: str) -> None:
    assert make_standalone(text, [TROOPS]) == standalone
    assert make_standalone(text, []) == text


@pytest.mark.parametrize(
    "text",
    [
        "Who replaced Josep Borrell?",
        "How many peacekeepers would be needed?",
        "What did Peskov say?",
        "Is it true that Macron floated the idea?",
        "Are there any talks about a ceasefire?",
        "What did Scholz say about his government?",
        "What is a no-fly zone?",
        "Peacekeeping mission formats",
        "What happened in Ukraine this year?",
        "Which country confirmed its first case of the virus?",
        "Microsoft retired its browser this week. What year did it debut?",
        "This week a senator denied that he resigned: who?",
        "What will happen to farmers if they are caught?",
        "In her last speech as prime minister of New Zealand, whom did Jacinda Ardern thank for her work?",
    ],
)
def test_a_question_with_a_subject_of_its_own_stays_as_it_is(text: str) -> None:
    assert make_standalone(text, [TROOPS]) == text


def test_an_opening_and_is_left_out_where_nothing_is_carried() -> None:
    assert make_standalone("And who is Kaja Kallas?", [BORRELL]) == "Who is Kaja Kallas?"


@pytest.mark.parametrize(
    ("before", "text", "standalone"),
    [
        ("Did Germany send troops to Ukraine?", "And Poland?", "Did Poland send troops to Ukraine?"),
        ("Did Germany send troops to Ukraine?", "What about the US?", "Did the US send troops to Ukraine?"),
        ("What did Scholz say about ground troops?", "And Macron?", "What did Macron say about ground troops?"),
        ("What did Macron say about Ukraine?", "And about Russia?", "What did Macron say about Russia?"),
        ("What happened in Paris?", "And Macron?", "What happened in Paris: Macron?"),
        ("What happened in Paris?", "And in May?", "What happened in Paris in May?"),
        ("How many articles mention Valencia in March?", "And last year?", "How many articles mention Valencia last year?"),
        ("How many articles mention Valencia in March?", "And June?", "How many articles mention Valencia in June?"),
        ("What did Macron say last week?", "And this week?", "What did Macron say this week?"),
        ("What did Macron say between March and May?", "And since June?", "What did Macron say since June?"),
        ("What did Macron say in February about tanks?", "And in May?", "What did Macron say in May about tanks?"),
        ("Who ruled out ground troops?", "And yesterday?", "Who ruled out ground troops yesterday?"),
        ("What did Macron say last week?", "And this weekend?", "What did Macron say this weekend?"),
        ("What did Scholz say in Berlin about tanks?", "And in Kenya?", "What did Scholz say in Kenya about tanks?"),
        ("What did Scholz say in February about tanks?", "And in Kenya?", "What did Scholz say in February about tanks in Kenya?"),
        ("What did Tusk say about tanks last week?", "And about oil?", "What did Tusk say about oil last week?"),
        ("What did Juan Perez say about the fire?", "And the mayor?", "What did the mayor say about the fire?"),
        ("How many articles mention Valencia?", "And about tanks?", "How many articles mention tanks?"),
        ("How many articles mention the EU and Scholz in March?", "And tanks?", "How many articles mention tanks in March?"),
        ("Why did Trump resign?", "When?", "When did Trump resign?"),
        ("Did Poland send troops?", "Why?", "Why did Poland send troops?"),
        ("How many peacekeepers did Zelenskyy ask for?", "When did he do that?", "Peacekeepers Zelenskyy ask: when did he do that?"),
        ("What did Peskov say about NATO?", "How old is he?", "How old is Peskov?"),
        ("What did Peskov say about NATO?", "Who is he?", "Who is Peskov?"),
        ("Where was Kaja Kallas born?", "What is her office?", "What is Kaja Kallas's office?"),
        ("Where was Kaja Kallas born?", "What did Borrell tell her?", "What did Borrell tell Kaja Kallas?"),
    ],
)
def test_a_name_takes_the_place_of_a_word_where_the_place_is_plain(before: str, text: str, standalone: str) -> None:
    assert make_standalone(text, [Turn(before)]) == standalone


def test_whom_he_or_she_means_is_read_in_the_answer_if_the_question_does_not_say() -> None:
    assert make_standalone("What did she say about Russia?", [BORRELL]) == "What did Kallas say about Russia?"
    prose = Turn("Who leads NATO?", "NATO is led by **Jens Stoltenberg** [1].")
    assert make_standalone("Where does he live?", [prose]) == "Where does Jens Stoltenberg live?"
    unknown = Turn("Who leads the council?", NOT_FOUND)
    assert make_standalone("Where does he live?", [unknown]) == "Leads the council: where does he live?"
    assert (
        make_standalone("what did he say about nato", [Turn("tell me about peskov", PESKOV.answer)])
        == "What did Dmitry Peskov say about nato"
    )


@pytest.mark.parametrize(
    ("before", "answer", "text", "standalone"),
    [
        ("Who won in Argentina?", "Marco Rossi beat Laura Diaz.", "What did she say?", "What did Laura Diaz say?"),
        ("Who won in Argentina?", "Marco Rossi beat Laura Diaz.", "What did he promise?", "What did Marco Rossi promise?"),
        ("What did Juan Perez say?", "He told Maria Ortega, the mayor.", "How old is she?", "How old is Maria Ortega?"),
        ("What did Kallas say about NATO?", "Kallas told Hillary Clinton no.", "How old is she?", "How old is Kallas?"),
        ("What did Juan Perez say about the fire?", "Juan Perez said no.", "What did she say?", "Said about the fire: what did she say?"),
        ("Who leads Valencia?", "Maria Ortega, the mayor, told them.", "How old is he?", "Leads Valencia: how old is he?"),
        (
            "Who criticised the cost?",
            "Prime Minister Jonas Lund told the BBC. Sigrid Berg, a Green lawmaker, criticised the cost.",
            "What did she say?",
            "What did Sigrid Berg say?",
        ),
        ("Who criticised Olaf Scholz?", "Merz criticised the Chancellor.", "What did he say?", "What did Merz say?"),
        ("Who ruled out ground troops?", "Macron ruled out ground troops.", "How old is he?", "How old is Macron?"),
    ],
)
def test_he_and_she_are_those_whom_their_names_and_titles_allow(before: str, answer: str, text: str, standalone: str) -> None:
    assert make_standalone(text, [Turn(before, f"Title · undated\n> {answer} [1]")]) == standalone


def test_she_is_whom_the_last_answer_was_about_if_he_was_somebody_else() -> None:
    won = Turn("Who won in Argentina?", "Title · undated\n> Argentina elected Marco Rossi on Sunday. [1]")
    beat = Turn("Whom did he beat?", "Title · undated\n> Argentina elected Marco Rossi. [1]\n> His rival Laura Diaz conceded. [2]")
    assert make_standalone("What did she say?", [won, beat]) == "What did Laura Diaz say?"
    assert make_standalone("What did he say?", [won, beat]) == "What did Marco Rossi say?"


NEWS = [
    ("Who ruled out ground troops?", "Who ruled out ground troops?"),
    ("And Poland?", "Who ruled out ground troops: Poland?"),
    ("What about the US?", "Who ruled out ground troops: the US?"),
    ("When was that?", "The US ruled out ground troops: when was that?"),
    ("What did Peskov say?", "What did Peskov say?"),
    ("Where did he say that?", "Peskov said: where did he say that?"),
    ("Who replaced Josep Borrell?", "Who replaced Josep Borrell?"),
    ("And who is Kaja Kallas?", "Who is Kaja Kallas?"),
    ("What did she say about Ukraine?", "What did Kaja Kallas say about Ukraine?"),
]
STATEMENTS = [
    ("What did Boris Pistorius say?", "What did Boris Pistorius say?"),
    ("And Scholz?", "What did Scholz say?"),
    ("ok thanks, and Macron?", "What did Macron say?"),
    ("Why?", "Macron said: why?"),
    ("How many peacekeepers would be needed?", "How many peacekeepers would be needed?"),
    ("Who said so?", "Peacekeepers would be needed: who said so?"),
]
IDEA = [
    ("Who first floated the idea of Western troops?", "Who first floated the idea of Western troops?"),
    ("When was that?", "First floated the idea of Western troops: when was that?"),
    ("How did NATO react?", "First floated the idea of Western troops: how did NATO react?"),
    ("Thank you!", "Thank you!"),
    ("Did Germany rule it out?", "First floated the idea of Western troops, NATO react: did Germany rule it out?"),
    ("Did Germany rule out sending troops?", "Did Germany rule out sending troops?"),
    ("And Poland?", "Did Poland rule out sending troops?"),
    ("Why?", "Why did Poland rule out sending troops?"),
]


@pytest.mark.parametrize("turns", [NEWS, STATEMENTS, IDEA], ids=["change of topic", "several people", "one idea"])
def test_conversations_over_the_five_articles(five: Index, turns: list[tuple[str, str]]) -> None:
    session = Session(five)
    assert [session.ask(text).searched.question for text, _ in turns] == [standalone for _, standalone in turns]


def test_a_follow_up_finds_what_it_asks_for(five: Index) -> None:
    session = Session(five)
    session.ask("Who replaced Josep Borrell?")
    assert "Kallas" in session.ask("What did she say about Ukraine?").quotes[0].text
    session.ask("Who first floated the idea of Western troops?")
    assert "disavowed" in "".join(quote.text for quote in session.ask("How did NATO react?").quotes[:2])


def test_a_conversation_carries_its_subject_but_does_not_grow() -> None:
    turns = [Turn("Who ruled out ground troops?"), Turn("And Spain?"), Turn("And Poland?")]
    assert make_standalone("And Italy?", turns) == "Who ruled out ground troops: Italy?"
    assert make_standalone("When did they say that?", turns) == "Poland ruled out ground troops: when did they say that?"
    long = [Turn("Who " + "ruled out ground troops " * 100 + "?"), *[Turn("Why did they do it to the harbour?")] * 50]
    assert len(make_standalone("When?", long)) < 300


@pytest.mark.parametrize("turns", [[Turn("")], [Turn("Thanks!")], [Turn("?")], [Turn("Hello")] * 3, [Turn("Why?", "> [1]")]])
def test_turns_without_a_subject_carry_nothing_that_makes_no_sense(turns: list[Turn]) -> None:
    assert make_standalone("And Poland?", turns) == "And Poland?"


@pytest.mark.parametrize(
    ("text", "leaning"),
    [
        ("no troops were sent to Ukraine, were they?", False),
        ("Right wing parties in Germany", False),
        ("How long does it take to build a tram line?", False),
        ("When did it take place?", True),
        ("Was there a vote in Warsaw?", False),
        ("What were they building there?", True),
        ("Which one is older?", True),
        ("What about pricing? Is there a free trial of it?", True),
        ("But does Poland agree?", True),
        ("Did Germany rule it out?", True),
        ("If Germany sends troops, who pays for it?", False),
    ],
)
def test_what_leans_on_the_turns_before(text: str, leaning: bool) -> None:
    assert leans(text) is leaning


def test_a_fragment_is_taken_from_what_stands_around_it() -> None:
    assert take_fragment("I see. And what about the Czech Republic?") == "the Czech Republic"
    assert take_fragment("Who ruled it out?") == ""


def test_names_are_told_by_their_writing() -> None:
    text = "Did German Chancellor Olaf Scholz meet Macron’s minister in Warsaw, Poland?"
    found = [(name.text, name.country, name.personal) for name in find_names(text)]
    assert found == [("Olaf Scholz", False, True), ("Macron", False, True), ("Warsaw", False, False), ("Poland", True, False)]
    assert all(text[name.start : name.end] == name.text for name in find_names(text))
    assert find_people("The West and Germany said no.", frozenset()) == []


@pytest.mark.parametrize(
    ("written", "accepted"),
    [
        ("Did Poland rule out ground troops?", "Did Poland rule out ground troops?"),
        ('Standalone question: "Did Poland rule out ground troops"\n', "Did Poland rule out ground troops?"),
        ("**Has Poland ruled out ground troops?**", "Has Poland ruled out ground troops?"),
        ("Poland ground troops", "Poland ground troops"),
        ("Tell me about Poland and ground troops.", "Tell me about Poland and ground troops."),
        ("", None),
        ("…", None),
        ("Sure, here is the question: Did Poland rule out ground troops?", None),
        ("The standalone question is: Did Poland rule out troops?", None),
        ("Did Poland rule out ground troops?\nDid Germany?", None),
        ("Did Poland rule out ground troops? Yes, it did.", None),
        ("Poland ruled out ground troops.", None),
        ("Did Poland and Sweden rule out ground troops?", None),
        ("Did Poland rule out 5,000 ground troops?", None),
        ("Did Poland rule out ten thousand ground troops?", None),
        ("Did Poland rule out ground troops under the treaty framework arrangements?", None),
        ("Who ruled out ground troops?", None),
        ("And Poland?", None),
        ("Did Poland rule out that?", None),
        (f"Did Poland rule out {'ground ' * 60}troops?", None),
    ],
)
def test_a_models_question_is_taken_only_if_it_adds_nothing_and_keeps_what_was_asked(written: str, accepted: str | None) -> None:
    assert accept_rewrite(written, "And Poland?", [TROOPS]) == accepted
    assert accepted is None or len(accepted) <= MAX_REWRITE


def test_a_models_question_drags_no_old_topic_along() -> None:
    asked = "Who replaced Josep Borrell?"
    assert accept_rewrite(asked, asked, [TROOPS]) == asked
    assert accept_rewrite("Who replaced Josep Borrell after Germany ruled out ground troops?", asked, [TROOPS]) is None


def test_a_models_question_asks_for_the_same_kind_of_thing() -> None:
    assert accept_rewrite("When did Olaf Scholz rule out ground troops?", "When did he say that?", [TROOPS]) is not None
    assert accept_rewrite("Why did Olaf Scholz rule out ground troops?", "When did he say that?", [TROOPS]) is None
    assert accept_rewrite("Did the United Nations comment on it?", "Did the UN comment on ground troops?", [TROOPS]) is None
    assert accept_rewrite("Did the United Nations comment on ground troops?", "Did they comment?", [Turn("Who heard the UN?"), TROOPS])
