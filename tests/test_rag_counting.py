"""Which amounts of what a question counts a sentence states."""

import pytest

from rag.counting import Amount, counted, done, find_amount, is_counted
from rag.question import understand


@pytest.mark.parametrize(
    ("question", "noun"),
    [
        ("How many peacekeepers are needed?", "peacekeepers"),
        ("How many ground troops would be sent?", "troops"),
        ("How many Russian soldiers died?", "soldiers"),
        ("How many people were killed in the quake?", "people"),
        ("How many of the workers were fired?", "workers"),
        ("What is the number of injured people?", "injured"),
        ("What percentage of voters agreed?", "percent"),
        ("How much money did the bank lose?", "money"),
        ("How much did the bridge cost?", "money"),
        ("How much water is left?", ""),
        ("How many people died in the fire?", "people"),
        ("How many injured in the fire?", "injured"),
        ("What is the death toll of the fire?", "deaths"),
        ("How old is the mayor?", ""),
        ("How long did it take?", ""),
        ("Who is needed?", ""),
    ],
)
def test_what_a_question_counts(question: str, noun: str) -> None:
    assert counted(understand(question)) == noun


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("How many people were killed in the fire?", "killed"),
        ("How many troops did Poland send?", "send"),
        ("How many people died?", "died"),
        ("How many peacekeepers are needed?", "needed"),
        ("How many troops?", ""),
        ("What percentage of voters agreed?", "agreed"),
        ("What percent of the US population has received a shot?", "received"),
    ],
)
def test_what_is_asked_of_what_is_counted(question: str, word: str) -> None:
    assert done(understand(question)) == word


@pytest.mark.parametrize(
    ("noun", "word", "same"),
    [
        ("peacekeepers", "troops", True),
        ("soldier", "soldiers", True),
        ("people", "civilians", False),
        ("troops", "tanks", False),
        ("money", "dollars", True),
        ("money", "people", False),
        ("deaths", "injured", False),
    ],
)
def test_what_is_counted_may_have_another_name(noun: str, word: str, same: bool) -> None:
    assert is_counted(noun, word) is same


@pytest.mark.parametrize(
    ("noun", "sentence", "amount", "least", "most"),
    [
        ("peacekeepers", "He said that at least 200,000 peacekeepers would be needed.", "at least 200,000", 200_000, 300_000),
        ("peacekeepers", "It works if 100,000 to 150,000 European troops come.", "100,000 to 150,000", 100_000, 150_000),
        ("troops", "Between 10,000 and 30,000 troops came.", "10,000 and 30,000", 10_000, 30_000),
        ("people", "The quake killed twelve people.", "twelve", 12, 12),
        ("people", "From 5 to 6 million people fled.", "5 to 6 million", 5e6, 6e6),
        ("money", "The bridge cost $5 million.", "$5 million", 5e6, 5e6),
        ("percent", "Some 40 percent of the voters agreed.", "Some 40", 36, 44),
        ("people", "On 12 May 2024, 30 people died.", "30", 30, 30),
    ],
)
def test_an_amount_is_found_with_what_it_may_stand_for(noun: str, sentence: str, amount: str, least: float, most: float) -> None:
    found = find_amount(noun, sentence, ("voter",))
    assert found
    assert found.text == amount
    assert [found.least, found.most] == pytest.approx([least, most])
    assert sentence[found.start : found.end] == found.text


@pytest.mark.parametrize(
    ("noun", "sentence"),
    [
        ("peacekeepers", "There are no 200,000 peacekeepers in Europe."),
        ("people", "Another 30 people were injured."),
        ("people", "A hall burnt down and 30 more people died."),
        ("people", "Thirty died, including 12 people from Rome."),
        ("people", "The quake killed 3,000 people in Turkey and 1,300 people in Syria."),
        ("troops", "They have 300 tanks for the troops."),
        ("troops", "Of 500 ships, troops took two."),
        ("people", "It was twelve times as many people."),
        ("people", "Every 10 people share a tent."),
        ("people", "It rose by 200 people."),
        ("people", "One in 5 people agreed."),
        ("people", "The city of 40,000 people was hit."),
        ("people", "200 of the people left."),
        ("people", "In 2024 people left."),
        ("people", "They left after 3 days. People cried."),
        ("money", "It has 5 million users."),
        ("troops", "It did not send 5,000 troops."),
    ],
)
def test_what_is_no_amount_of_just_that_is_left_out(noun: str, sentence: str) -> None:
    assert find_amount(noun, sentence) is None


@pytest.mark.parametrize(
    ("noun", "deed", "sentence", "amount"),
    [
        ("people", "died", "The number of people killed in the fire rose to 17 on Tuesday.", "17"),
        ("people", "died", "The death toll is 16, not 17.", "16"),
        ("deaths", "", "Police put the number of deaths at about 34.", "about 34"),
        ("people", "killed", "The ferry sank with the loss of 35 lives.", "35"),
        ("people", "marched", "Police put the number of marchers at 4,000.", "4,000"),
        ("inspectors", "", "It cut the number of inspectors from 46 to 29.", "29"),
        ("people", "died", "A ferry with more than 200 people aboard sank off the port in the early morning, and 12 people died.", "12"),
        ("jobs", "cut", "The firm will cut 1,200 of its 6,400 jobs.", "1,200"),
        ("money", "cost", "It cost 310 million dollars.", "310 million dollars"),
        ("people", "killed", "The quake killed 3,000 people in Turkey and 1,300 people in Syria.", None),
        ("people", "died", "The number of tickets rose to 17.", None),
        ("people", "injured", "The death toll rose to 17.", None),
    ],
)
def test_of_several_amounts_the_one_counts_of_which_it_is_asked(noun: str, deed: str, sentence: str, amount: str | None) -> None:
    found = find_amount(noun, sentence, (), deed)
    assert (found.text if found else None) == amount
    assert found is None or sentence[found.start : found.end] == found.text


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("Some 40 percent of the voters agreed.", True),
        ("It was backed by voters: 40 percent.", True),
        ("About 3% of those eligible agreed.", False),
        ("Some 40 percent of the lawmakers agreed.", False),
        ("Some 40 percent of the voters and 30 percent of the lawmakers agreed.", False),
    ],
)
def test_a_share_is_one_of_what_the_question_names(sentence: str, found: bool) -> None:
    assert (find_amount("percent", sentence, ("voter",)) is not None) is found


def test_amounts_fit_where_both_can_be_right() -> None:
    def amount(text: str) -> Amount:
        found = find_amount("people", f"It killed {text} people.")
        assert found
        return found

    fitting = [("30", "thirty"), ("about 30", "31"), ("at least 30", "40"), ("10,000", "10,300"), ("10 to 20", "15"), ("up to 40", "30")]
    for one, other in fitting:
        assert amount(one).fits(amount(other)), (one, other)
    for one, other in [("30", "40"), ("at least 30", "20"), ("10,000", "12,000"), ("10 to 20", "30"), ("up to 40", "50")]:
        assert not amount(one).fits(amount(other)), (one, other)
