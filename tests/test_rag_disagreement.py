"""Amounts that conflict are set side by side; amounts of different things never are."""

import datetime as dt
import json
from pathlib import Path

import pytest

from index import Index, build
from rag import Answer, query

# Per town, so that no article answers the question about another one: what the articles say of it.
SAID: dict[str, list[tuple[str | None, str]]] = {
    "Arden": [("2024-02-05", "The fire in Arden killed 12 people."), ("2024-02-09", "The fire in Arden killed 15 people, the mayor said.")],
    "Boria": [("2024-02-05", "The fire in Boria killed 12 people."), ("2024-02-09", "The fire in Boria killed twelve people.")],
    "Celle": [("2024-02-05", "The fire in Celle killed about 100 people."), ("2024-02-09", "The fire in Celle killed 104 people.")],
    "Dorne": [("2024-02-05", "The fire in Dorne killed 12 people."), ("2024-02-09", "The fire in Dorne injured 40 people.")],
    "Elbia": [("2024-02-05", "The fire in Elbia killed 12 people."), ("2024-02-09", "The fire in Elbia killed 30 horses.")],
    "Fenne": [("2024-02-05", "The fire in Fenne killed 12 people."), ("2024-02-09", "The fire in Fenne killed another 3 people.")],
    "Gorta": [("2024-02-05", "The fire in Gorta killed 12 people."), ("2024-02-09", "The fire in Gorta could have killed 500 people.")],
    "Halda": [("2024-02-05", "The fire in Halda killed 12 people."), ("2024-02-09", "The fire in Halda did not kill 40 people.")],
    "Ister": [("2024-02-05", "In 2019, a fire in Ister killed 40 people."), ("2024-02-09", "In 2024, a fire in Ister killed 12 people.")],
    "Jaffa": [("2024-02-05", "The fire in Jaffa killed 12 people."), ("2024-02-09", "Has the fire in Jaffa killed 40 people?")],
    "Kolin": [("2024-02-05", "The fire in Kolin killed 12 Polish people."), ("2024-02-09", "The fire in Kolin killed 3 Czech people.")],
    "Morav": [("2024-02-05", "The fire in Morav killed 12 people."), ("2024-02-09", "Morav mourns. The war killed 40 people.")],
    "Nitra": [("2024-02-05", "The fire in Nitra killed 12 people."), ("2024-02-09", "The fire in Nitra reached 40 people.")],
    "Osten": [("2024-02-05", "The fire in Osten killed 12 people."), ("2024-02-09", "Fires have killed 40 people this year. Osten burnt.")],
    "Lunda": [("2024-02-05", "The fire in Lunda killed 12 people."), ("2024-02-09", "The flood killed 40 people. Lunda was not hit.")],
}


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder: Path = tmp_path_factory.mktemp("disagreement")
    lines = [
        {
            "id": f"{town}-{place}",
            "title": "News",
            "date": date,
            "source": ("Post", "Herald")[place],
            "text": f"{text} It rained that night.",
        }
        for town, said in SAID.items()
        for place, (date, text) in enumerate(said)
    ]
    (folder / "articles.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines), "utf-8")
    build(folder / "articles.jsonl", folder / "index", embedder="static")
    return Index(folder / "index")


def ask(town: str, index: Index) -> Answer:
    answer = query(f"How many people were killed by the fire in {town}?", index, as_of=dt.date(2024, 3, 1), infer=False)
    assert answer.status == "answered"
    return answer


def test_amounts_that_cannot_both_be_right_stand_side_by_side_oldest_first(opened: Index) -> None:
    answer = ask("Arden", opened)
    assert answer.conflict
    assert [(stated.text, stated.when) for stated in answer.conflict.stated] == [("12", "2024-02-05"), ("15", "2024-02-09")]
    assert all(stated.text in stated.quote.text and stated.quote in answer.quotes for stated in answer.conflict.stated)
    first = answer.text.splitlines()[0]
    numbers = [answer.quotes.index(stated.quote) + 1 for stated in answer.conflict.stated]
    assert (
        first
        == f"Different figures, oldest first: 12 (2024-02-05, Post) [{numbers[0]}] · 15 (2024-02-09, the mayor, Herald) [{numbers[1]}]"
    )


@pytest.mark.parametrize("town", [town for town in SAID if town != "Arden"])
def test_amounts_of_different_things_do_not_conflict(town: str, opened: Index) -> None:
    answer = ask(town, opened)
    assert answer.conflict is None
    assert "Different figures" not in answer.text


@pytest.mark.parametrize(
    ("said", "figures"),
    [
        ("On Friday, Jane Doe said it would work with 300 soldiers.", ["500", "300"]),
        ("On Friday, Jane Doe said it would work with 300 Danish soldiers.", ["500", "300"]),
        ("On Friday, Jane Doe said that Sweden would need 300 soldiers.", []),
        ("On Friday, Ann Roe said it would work with 300 soldiers.", []),
        ("On Friday, Jane Doe said it would work with 300 tanks.", []),
        ("On Friday, Jane Doe said she had 300 soldiers.", []),
        ("On Friday, Ann Roe said that 300 soldiers would be needed for Norland.", ["500", "300"]),
        ("On Friday, Ann Roe said that 300 soldiers would be needed for Sudland.", []),
    ],
)
def test_what_a_speaker_goes_on_to_say_counts_where_it_is_of_the_same_thing(said: str, figures: list[str], tmp_path: Path) -> None:
    text = f"Jane Doe, the minister, said that 500 soldiers would be needed for Norland. {said} It rained."
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "a.txt").write_text(f"Soldiers\n{text}\n", "utf-8")
    build(tmp_path / "articles", tmp_path / "index", embedder="static")
    answer = query("How many soldiers are needed for Norland?", tmp_path / "index")
    assert answer.status == "answered"
    assert [stated.text for stated in answer.conflict.stated] == figures if answer.conflict else not figures


def ask_dated(question: str, said: list[str], folder: Path) -> Answer:
    """Return the answer from articles a month apart, each with one of the sentences."""
    lines = [
        {"id": str(place), "title": "News", "date": f"2026-1{place}-13", "text": f"{text} It rained that night."}
        for place, text in enumerate(said)
    ]
    (folder / "articles.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines), "utf-8")
    build(folder / "articles.jsonl", folder / "index", embedder="static")
    return query(question, folder / "index", as_of=dt.date(2027, 3, 1), infer=False)


@pytest.mark.parametrize(
    ("question", "said", "figures"),
    [
        (
            "How many people died when the Aurelia sank?",
            ["RIGA, Oct 12 (Post) - The death toll in the sinking of the Aurelia is 17.", "The Aurelia sank with the loss of 34 lives."],
            ["17", "34"],
        ),
        ("How many people died on the Aurelia?", ["At least 12 people died on the Aurelia.", "16 people died on the Aurelia."], []),
        (
            "How many people died on the Aurelia?",
            ["At least 12 people died on the Aurelia.", "16 people died on the Aurelia.", "The Aurelia’s captain said 17 people had died."],
            ["16", "17"],
        ),
        (
            "How much will the stadium cost?",
            ["The stadium will cost 240 million dollars and open in August 2028.", "The stadium could cost 310 million dollars."],
            ["240 million dollars", "310 million dollars"],
        ),
        ("How many people came to the stadium?", ["40 people came to the stadium.", "The stadium could hold 500 people who came."], []),
    ],
)
def test_what_several_articles_tell_of_one_event_is_compared(question: str, said: list[str], figures: list[str], tmp_path: Path) -> None:
    answer = ask_dated(question, said, tmp_path)
    assert answer.status == "answered"
    assert [stated.text for stated in answer.conflict.stated] == figures if answer.conflict else not figures
    assert answer.conflict is None or [stated.when for stated in answer.conflict.stated] == sorted(
        stated.quote.date.isoformat() for stated in answer.conflict.stated if stated.quote.date
    )


@pytest.mark.parametrize(
    ("question", "said", "dates"),
    [
        (
            "When will the stadium open?",
            ["The stadium will open in August 2028.", "The stadium will now open by June 30, 2029, instead of August."],
            ["August 2028", "30 June 2029"],
        ),
        ("When will the stadium open?", ["The stadium will open in August 2028.", "The stadium will open on August 3, 2028."], []),
        ("When will the stadium open?", ["The stadium will open in August 2028.", "The stadium will close in May 2030."], []),
        ("When will the stadium open?", ["The stadium will open in August 2028.", "The stadium did open on May 3, 2020."], []),
        ("When was the stadium opened?", ["The stadium will be opened in August 2028.", "The stadium will be opened in May 2029."], []),
    ],
)
def test_days_of_what_is_to_come_stand_side_by_side(question: str, said: list[str], dates: list[str], tmp_path: Path) -> None:
    answer = ask_dated(question, said, tmp_path)
    stated = answer.conflict.stated if answer.conflict else ()
    assert [one.text for one in stated] == dates
    assert not dates or answer.text.startswith(f"Different dates, oldest first: {dates[0]} (2026-10-13) [")
    assert all(one.quote in answer.quotes for one in stated)


@pytest.mark.parametrize("question", ["How many peacekeepers are needed?", "How many troops are needed?"])
def test_the_five_articles_give_two_figures(question: str, five: Index) -> None:
    answer = query(question, five)
    assert answer.conflict
    assert [(stated.text, stated.when, stated.speaker) for stated in answer.conflict.stated] == [
        ("at least 200,000", "end of January", "Volodymyr Zelenskyy"),
        ("100,000 to 150,000", "11 February", "Volodymyr Zelenskyy"),
    ]
    assert answer.text.startswith(
        "Different figures, oldest first: at least 200,000 (end of January, Volodymyr Zelenskyy) [1] · "
        "100,000 to 150,000 (11 February, Volodymyr Zelenskyy) [2]\n"
    )


@pytest.mark.parametrize("question", ["Who ruled out ground troops?", "What did Peskov say?", "How many articles?"])
def test_other_questions_have_no_conflict(question: str, five: Index) -> None:
    assert query(question, five).conflict is None
