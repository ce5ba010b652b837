import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import SettingError
from index import Index
from rag import Turn
from rag.evals.evaluation import Case, Outcome, holds_answer, read_cases, run_cases
from rag.evals.runs import read_run, save_run

KALLAS = "000_598fce04970280a0.txt"
BORRELL: dict[str, Any] = {
    "id": "b-1",
    "question": "Who replaced Josep Borrell?",
    "answers": ["Kallas"],
    "article_ids": [KALLAS],
    "answerable": True,
    "date": "2024-12-03",
    "type": "who",
}
PERU: dict[str, Any] = {"question": "What is the capital of Peru?", "answers": ["Lima"], "article_ids": [], "answerable": False}


def write(file: Path, *lines: object) -> Path:
    file.write_text("\n".join(line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines), "utf-8")
    return file


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    return tmp_path / "questions.jsonl"


def test_a_case_has_what_its_line_says(questions: Path) -> None:
    write(questions, "", {**BORRELL, "also_likely": ["x.txt"], "gold_kind": "url", "of no use": {}}, PERU)
    first, second = read_cases(questions)
    assert first.acceptable == {KALLAS, "x.txt"}
    assert (first.id, first.answers, first.groups) == ("b-1", ("Kallas",), {"type": "who", "gold_kind": "url"})
    assert str(first.date) == "2024-12-03"
    assert second == Case("3", PERU["question"], ("Lima",), frozenset(), frozenset(), False)  # a line without id is called by its number


def test_hidden_answers_are_none_and_null_is_not_answerable(questions: Path) -> None:
    write(questions, {**BORRELL, "answers_hidden": True, "answerable": None})
    assert [(case.answers, case.answerable) for case in read_cases(questions)] == [((), False)]


def test_a_text_may_hold_a_line_separator(questions: Path) -> None:
    write(questions, {**PERU, "question": "What\u2028now?"}, PERU)
    assert [case.question for case in read_cases(questions)] == ["What\u2028now?", PERU["question"]]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "Expecting property name"),
        ("[1]", "expected an object with question and answerable"),
        ({"answerable": True}, "expected an object with question and answerable, and question is None"),
        ({**PERU, "question": 5}, "question is 5"),
        ({"question": "Who?"}, "answerable is '', not true or false"),
        ({**PERU, "answerable": "false"}, "answerable is 'false', not true or false"),
        ({**PERU, "answers": "Lima"}, "answers is 'Lima'; expected a list of texts"),
        ({**PERU, "article_ids": [{}]}, "article_ids is \\[{}\\]; expected a list of texts"),
        ({**PERU, "date": "soon"}, "date is 'soon'; expected a day such as 2024-02-29"),
        ({**PERU, "type": ["who"]}, "type is \\['who'\\]; expected a text"),
        ({**PERU, "id": True}, "id is True; expected a text"),
        ({**PERU, "history": "Who?"}, "history is 'Who\\?'; expected a list of turns"),
        ({**PERU, "history": ["Who?"]}, "history has 'Who\\?'; expected question and answer, or role \\(user or assistant\\) and text"),
        ({**PERU, "history": [{"question": "Who?", "answer": ["x"]}]}, "history has {.*}; expected question and answer"),
        ({**PERU, "history": [{"role": "system", "text": "x"}]}, "history has {.*}; expected question and answer"),
        ({**PERU, "history": [{"role": "user"}]}, "history has {.*}; expected question and answer"),
        ({**PERU, "history": [{"role": "assistant", "text": "Hi"}]}, "history begins with the answer 'Hi'; expected a question first"),
        ('{"question": "\\ud800", "answerable": true}', "surrogates not allowed"),
        ("[" * 100_000, "recursion"),
    ],
    ids=lambda value: None if isinstance(value, str) else json.dumps(value)[:40],
)
def test_a_bad_line_is_named_with_its_file_and_number(questions: Path, line: object, problem: str) -> None:
    write(questions, BORRELL, line)
    with pytest.raises(SettingError, match=problem) as raised:
        read_cases(questions)
    assert str(raised.value).startswith(f"{questions} line 2 is no question: ")
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(("content", "problem"), [(b"\n", "holds no questions"), (b"\xff", "cannot be read"), (None, "No such file")])
def test_a_file_without_questions(questions: Path, content: bytes | None, problem: str) -> None:
    if content is not None:
        questions.write_bytes(content)
    with pytest.raises(SettingError, match=problem):
        read_cases(questions)


def test_only_questions_whose_fields_have_the_values(questions: Path) -> None:
    write(questions, BORRELL, {**BORRELL, "id": "b-2", "type": "when"}, {**BORRELL, "id": "b-3", "type": "why", "answerable": False}, PERU)

    def chosen(**only: set[str]) -> list[str]:
        return [case.id for case in read_cases(questions, only)]

    assert chosen(type={"who", "why"}) == ["b-1", "b-3"]
    assert chosen(type={"who", "why"}, answerable={"true"}) == ["b-1"]
    assert chosen(answerable={"false"}) == ["b-3", "4"]  # the number of the line, whatever is left out
    with pytest.raises(SettingError, match=r"no question of '.*questions.jsonl' has type=where; expected a field and a value"):
        chosen(type={"where"})


@pytest.mark.parametrize(
    "history",
    [
        [{"question": "Who ruled out ground troops?", "answer": "Germany."}, {"question": "And Spain?"}],
        [
            {"role": "user", "text": "Who ruled out ground troops?"},
            {"role": "assistant", "text": "Germany."},
            {"role": "user", "text": "And Spain?"},
        ],
    ],
    ids=["questions with answers", "messages"],
)
def test_a_question_is_asked_after_its_history(questions: Path, five: Index, history: list[dict[str, str]]) -> None:
    line = {**BORRELL, "question": "Who was it?"}
    write(
        questions,
        {**line, "question": "And Poland?", "history": history},
        {**line, "history": [{"question": "Who replaced Josep Borrell?"}]},
        line,
    )
    first, second, alone = read_cases(questions)
    assert first.history == (Turn("Who ruled out ground troops?", "Germany."), Turn("And Spain?"))
    assert alone.history == ()
    ruled_out, replaced, refused = run_cases([first, second, alone], five)
    assert any("Poland" in quote.text and "troops" in quote.text for quote in ruled_out.quotes)
    assert (replaced.question, replaced.quote_rank) == ("Who was it?", 1)
    assert refused.status == "not_found"


@pytest.fixture(scope="module")
def outcomes(five: Index, tmp_path_factory: pytest.TempPathFactory) -> list[Outcome]:
    """Four questions over the five articles: answered rightly, refused rightly, impossible to ask, known to be answered nowhere."""
    nowhere = {**BORRELL, "id": "b-2", "answers": ["Ronaldo"], "article_ids": ["gone.txt"], "type": "other"}
    empty = {**PERU, "question": "", "id": 3}
    file = write(tmp_path_factory.mktemp("cases") / "questions.jsonl", BORRELL, PERU, empty, nowhere)
    return list(run_cases(read_cases(file), five))


def test_questions_are_asked_and_judged(outcomes: list[Outcome], five: Index) -> None:
    right, refused, failed, nowhere = outcomes
    assert (right.id, right.status, right.hit_rank, right.quote_rank, right.quotable) == ("b-1", "answered", 1, 1, True)
    assert right.groups == {"type": "who"}
    assert right.articles[0] == KALLAS
    assert len(set(right.articles)) == len(right.articles) <= 5
    quote = right.quotes[0]
    assert five.snapshot().article(quote.article_id).text[quote.start : quote.end] == quote.text
    assert (refused.status, refused.refused, refused.quotes, refused.hit_rank, refused.quotable) == ("not_found", True, (), None, False)
    assert refused.confidence is not None
    assert right.confidence is not None
    assert refused.confidence < right.confidence
    assert (failed.status, failed.refused, failed.confidence, failed.articles) == ("failed", False, None, ())
    assert (nowhere.status, nowhere.hit_rank, nowhere.quote_rank, nowhere.quotable) == ("answered", None, None, False)
    assert all(outcome.seconds > 0 for outcome in outcomes)


def test_ranks_count_from_one_over_articles_and_quotes(five: Index) -> None:
    question = "Who ruled out ground troops?"
    (plain,) = run_cases([Case("1", question, (), frozenset(), frozenset(), True)], five)
    assert len(plain.quotes) > 1
    third, last = plain.articles[2], plain.quotes[-1].text
    (judged,) = run_cases([Case("1", question, (last,), frozenset({"x"}), frozenset({third}), True)], five)
    assert judged.hit_rank == 3
    assert judged.quote_rank == len(plain.quotes)


def test_all_right_articles_must_be_among_the_first_ten_where_there_are_several(five: Index) -> None:
    def found(*right: str, answerable: bool = True) -> bool | None:
        (judged,) = run_cases([Case("1", "Who ruled out ground troops?", (), frozenset(right), frozenset(right), answerable)], five)
        return judged.found_all

    assert found(KALLAS, "001_100787297a8fe750.txt") is True
    assert found(KALLAS, "gone.txt") is False
    assert found(KALLAS) is None
    assert found(KALLAS, "gone.txt", answerable=False) is None


def test_dated_questions_are_asked_as_of_their_date(articles: Path, tmp_path: Path) -> None:
    from index import build

    (articles / "tram.md").write_text("---\ndate: 2024-03-05\n---\nSkoda will build the tram line in Riga, the mayor said.\n", "utf-8")
    build(articles, tmp_path / "index")
    case = read_cases(write(tmp_path / "q.jsonl", {**BORRELL, "question": "Who will build the tram line in Riga?", "date": "2024-03-04"}))
    with Index(tmp_path / "index") as index:
        found = [next(run_cases(case, index, dated=dated)).articles for dated in (False, True)]
    assert ["tram.md" in articles for articles in found] == [True, False]


@pytest.mark.parametrize(
    ("text", "answer", "held"),
    [
        ("On Monday, E.U. leaders met.", "e.u", True),
        ("The 20th of May", "20", False),
        ("Müller said “yes”.", "müller said yes", True),
        ("Nothing", "", False),
        ("", "x", False),
    ],
)
def test_an_answer_stands_in_a_text_as_whole_words(text: str, answer: str, held: bool) -> None:
    assert holds_answer(text, [answer]) is held


def test_a_saved_run_comes_back_whole(outcomes: list[Outcome], tmp_path: Path) -> None:
    file = tmp_path / "run.jsonl"
    separated = replace(outcomes[0], question="Who\u2028replaced “Borrell”?")
    save_run(file, [separated, *outcomes[1:]], {"hit@1": 0.5})
    assert read_run(file) == [separated, *outcomes[1:]]
    first, second = map(json.loads, file.read_text("utf-8").split("\n")[:2])
    assert first == {"format": "pullquote-run-1", "questions": 4, "summary": {"hit@1": 0.5}}
    assert set(second) == {
        *("id", "question", "answerable", "quotable", "status", "confidence", "quotes", "articles", "seconds"),
        *("hit_rank", "quote_rank", "refused", "groups", "found_all"),
    }
    assert set(second["quotes"][0]) == {"article_id", "start", "end", "text"}


def change(key: str, value: object) -> str:
    return json.dumps({"key": key, "value": value})


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        ("cut line", "is damaged at line 3; make it again with --save"),
        ("cut lines", "holds 2 of 4 questions; make it again with --save"),
        ("no header", "is no saved run; expected a file that 'pullquote eval --save' wrote"),
        ("no lines", "is no saved run"),
        (change("confidence", 7), "is damaged at line 2"),
        (change("status", "lost"), "is damaged at line 2"),
        (change("hit_rank", 0), "is damaged at line 2"),
        (change("found_all", 1), "is damaged at line 2"),
        (change("seconds", None), "is damaged at line 2"),
        (change("quotes", [{"text": "x"}]), "is damaged at line 2"),
        (change("answerable", 1), "is damaged at line 2"),
    ],
)
def test_a_damaged_run_is_told(outcomes: list[Outcome], tmp_path: Path, damage: str, problem: str) -> None:
    file = tmp_path / "run.jsonl"
    save_run(file, outcomes, {})
    lines = file.read_text("utf-8").splitlines()
    if damage.startswith("{"):
        wanted = json.loads(damage)
        lines[1] = json.dumps({**json.loads(lines[1]), wanted["key"]: wanted["value"]})
    damaged = {"cut line": [*lines[:2], lines[2][:40]], "cut lines": lines[:3], "no header": lines[1:], "no lines": []}.get(damage, lines)
    write(file, *damaged)
    with pytest.raises(SettingError, match=problem) as raised:
        read_run(file)
    assert "\n" not in str(raised.value)


def test_a_run_that_cannot_be_written(outcomes: list[Outcome], tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="cannot be saved in '.*' \\(Is a directory\\)"):
        save_run(tmp_path, outcomes, {})
