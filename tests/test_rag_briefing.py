"""Briefings on a topic: each line a verbatim quote on it, in the section that it belongs to."""

import datetime as dt
import json
from pathlib import Path

import pytest

from corpus.errors import QuestionError
from index import Index, build
from rag import Briefing, Filters, brief
from rag.briefings.actors import is_somebody
from rag.briefings.developments import find_day
from rag.briefings.figures import find_amounts
from rag.types import Section


def section(briefing: Briefing, kind: str) -> Section:
    return next(part for part in briefing.sections if part.kind == kind)


def headings(briefing: Briefing, kind: str) -> list[str]:
    return [entry.heading for entry in section(briefing, kind).entries]


@pytest.fixture(scope="module")
def bridge(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Five articles on a bridge, one a copy of another, and one on something else."""
    folder = tmp_path_factory.mktemp("bridge")
    copied = (
        "The Riga bridge will cost 40 million euros, the mayor, Anna Berzina, said. Two hundred workers are needed for it. "
        "Its builders come from four countries and live near the river."
    )
    articles = [
        (
            "a",
            "Riga bridge opens",
            "2024-03-08",
            "Herald",
            "The Riga bridge opened on Thursday. In 2019, the Riga bridge was nothing but a plan.",
        ),
        ("b", "A bridge for Riga", "2023-01-10", "Herald", copied),
        ("c", "A bridge for Riga", "2023-01-11", "Post", copied),
        ("d", "Riga bridge dearer", "2023-06-01", "Post", "The Riga bridge will need 300 workers, said Karlis Ozols, an engineer."),
        (
            "e",
            "Riga bridge: what next",
            None,
            "Post",
            "It is unclear whether the Riga bridge will carry trains. Who pays for the Riga bridge?",
        ),
        ("f", "Cats", "2023-02-01", "Post", "A cat slept on Monday. Officials said that 12 cats were seen in Riga."),
    ]
    lines = [
        json.dumps({"id": id, "title": title, "text": text, "source": source, **({"date": date} if date else {})})
        for id, title, date, source, text in articles
    ]
    (folder / "news.jsonl").write_text("\n".join(lines), "utf-8")
    build(folder / "news.jsonl", folder / "index", embedder="static")
    return Index(folder / "index")


@pytest.mark.parametrize("topic", ["ground troops in Ukraine", "Macron", "peacekeepers"])
def test_every_line_is_a_slice_of_its_article(topic: str, five: Index) -> None:
    briefing = brief(topic, five)
    assert briefing.status == "answered"
    assert briefing.quotes
    for quote in briefing.quotes:
        assert five.snapshot().article(quote.article_id).text[quote.start : quote.end] == quote.text


def test_who_speaks_on_a_topic_is_named_with_the_role(five: Index) -> None:
    named = headings(brief("ground troops in Ukraine", five), "actors")
    assert "Olaf Scholz, German Chancellor" in named
    assert "Jens Stoltenberg, NATO Secretary General" in named
    assert not [name for name in named if "leaders" in name or "Politico" in name or "Monde" in name]


def test_amounts_of_the_same_thing_stand_side_by_side(five: Index) -> None:
    assert headings(brief("peacekeepers", five), "figures") == ["peacekeepers, troops: 200,000 · 100,000 to 150,000"]


def test_days_without_a_year_are_told_as_such_in_undated_articles(five: Index) -> None:
    days = headings(brief("peacekeepers", five), "timeline")
    assert days == [f"{day}, year not stated" for day in ("End of January", "February 11", "March 16", "March 21")]


def test_the_timeline_is_oldest_first_by_the_days_that_sentences_name(bridge: Index) -> None:
    assert headings(brief("Riga bridge", bridge), "timeline") == ["2019", "2023-01-10", "2023-06-01", "2024-03-07"]


def test_the_article_that_begins_a_story_begins_its_timeline(tmp_path: Path) -> None:
    texts = {
        "Ship with 200 aboard sinks": ("2024-05-01", "A ship sank off Riga on Wednesday. The Aurelia had left Riga at noon."),
        "Aurelia toll rises": ("2024-05-02", "The toll of the ship Aurelia rose to 17 on Thursday. It rained."),
        "Ship christened": ("2024-05-03", "A ship was christened in Bremen on Friday. It rained."),
    }
    lines = [json.dumps({"title": title, "text": text, "date": date}) for title, (date, text) in texts.items()]
    (tmp_path / "news.jsonl").write_text("\n".join(lines), "utf-8")
    build(tmp_path / "news.jsonl", tmp_path / "index", embedder="static")
    assert headings(brief("ship Aurelia", tmp_path / "index"), "timeline") == ["2024-05-01", "2024-05-02"]


def test_in_an_article_about_the_topic_all_speak_of_it_and_what_is_open_is_left_open(tmp_path: Path) -> None:
    about = "The ship Aurelia sank off Riga on Wednesday. Captain Ivo Ozols said that a door was open. The cause was not immediately clear."
    other = "A cat slept in Bremen. Ilze Kalna, a baker, said that it was late. The cause was not immediately clear."
    lines = [json.dumps({"title": title, "text": text}) for title, text in (("Aurelia sinks", about), ("Cats", other))]
    (tmp_path / "news.jsonl").write_text("\n".join(lines), "utf-8")
    build(tmp_path / "news.jsonl", tmp_path / "index", embedder="static")
    briefing = brief("Aurelia", tmp_path / "index")
    assert headings(briefing, "actors") == ["Ivo Ozols, Captain"]
    assert [entry.quotes[0].text for entry in section(briefing, "open").entries] == ["The cause was not immediately clear."]


def test_figures_of_people_stand_together_only_if_the_same_is_said_of_them(tmp_path: Path) -> None:
    texts = [
        "A ferry with more than 200 people aboard, the Aurelia, sank off the port of Riga in the night, and at least 12 people died.",
        "The death toll of the Aurelia rose to 17. From the Aurelia 24 people were still missing.",
        "The Aurelia sank with the loss of 34 lives. Of the Aurelia's passengers 19 people are missing.",
    ]
    lines = [json.dumps({"title": f"Aurelia {n}", "text": text, "date": f"2024-05-0{n}"}) for n, text in enumerate(texts, start=1)]
    (tmp_path / "news.jsonl").write_text("\n".join(lines), "utf-8")
    build(tmp_path / "news.jsonl", tmp_path / "index", embedder="static")
    figures = headings(brief("Aurelia", tmp_path / "index"), "figures")
    assert "deaths: at least 12 · 17 · 34" in figures
    assert "people: 24 · 19" in figures


def test_what_several_articles_have_is_shown_once(bridge: Index) -> None:
    copied = [quote for quote in brief("Riga bridge", bridge).quotes if quote.also]
    assert [(quote.source, [head.source for head in quote.also]) for quote in copied[:1]] == [("Herald", ["Post"])]
    texts = [quote.text for quote in brief("Riga bridge", bridge).quotes]
    assert len(texts) == len(set(texts))


def test_what_is_unclear_is_left_open_and_a_heading_is_no_question(bridge: Index) -> None:
    left = [quote.text for entry in section(brief("Riga bridge", bridge), "open").entries for quote in entry.quotes]
    assert left == ["It is unclear whether the Riga bridge will carry trains."]


def test_other_topics_do_not_come_along(bridge: Index) -> None:
    assert not [quote for quote in brief("Riga bridge", bridge).quotes if "cat" in quote.text.lower().split()]


@pytest.mark.parametrize("topic", ["cats in space", "Wagner mercenaries", "the budget of Iceland"])
def test_what_no_article_has_is_not_found(topic: str, five: Index) -> None:
    briefing = brief(topic, five)
    assert (briefing.status, briefing.sections) == ("not_found", ())
    assert len(briefing.nearest) == 3


def test_filters_and_as_of_limit_a_briefing(bridge: Index) -> None:
    post = brief("Riga bridge", bridge, filters=Filters(sources=frozenset({"post"})))
    assert {quote.source for quote in post.quotes} == {"Post"}
    early = brief("Riga bridge", bridge, as_of=dt.date(2023, 1, 31))
    assert {quote.date for quote in early.quotes} <= {dt.date(2023, 1, 10), None}
    dated = brief("Riga bridge", bridge, filters=Filters(after=dt.date(2023, 1, 1)))
    assert dated.notes == ("1 undated article was left out, for its day is not known.",)
    assert None not in {quote.date for quote in dated.quotes}


def test_a_briefing_of_one_speaker_quotes_only_them(five: Index) -> None:
    assert {quote.speaker for quote in brief("troops", five, filters=Filters(speaker="Peskov")).quotes} == {"Dmitry Peskov"}


@pytest.mark.parametrize("topic", ["???", "the", "about it"])
def test_a_topic_without_words_is_refused(topic: str, five: Index) -> None:
    with pytest.raises(QuestionError, match="has no words"):
        brief(topic, five)


@pytest.mark.parametrize(
    ("sentence", "date", "label"),
    [
        ("He pleaded guilty on Tuesday.", "2023-10-04", "2023-10-03"),
        ("He is scheduled to appear on Tuesday.", "2023-10-02", None),
        ("The tour begins on Tuesday.", "2023-10-02", None),
        ("In March 2019, the plane was grounded.", "2023-12-29", "2019-03"),
        ("The plane, which is of the kind that crashed over the sea in March 2019, is a rare one.", "2023-12-29", None),
        ("He was asked about the handgun that he bought in 2018.", "2023-12-29", None),
        ("On November 30 the court meets again.", "2023-10-02", None),
        ("The idea was floated by Macron in February.", None, "February, year not stated"),
        ("On March 16, Medvedev stated this.", None, "March 16, year not stated"),
        ("It was said on Monday.", None, None),
        ("It was said last month.", None, None),
        ("Nothing is dated here.", "2023-10-02", None),
    ],
)
def test_the_day_that_a_sentence_tells_of(sentence: str, date: str | None, label: str | None) -> None:
    day = find_day(sentence, dt.date.fromisoformat(date) if date else None, "a")
    assert (day.label if day else None) == label


@pytest.mark.parametrize(
    ("sentence", "amounts"),
    [
        ("At least 200,000 peacekeepers would be needed.", [("200,000", "peacekeepers")]),
        ("It would work if 100,000 to 150,000 European troops were deployed.", [("100,000 to 150,000", "troops")]),
        ("The bill of $1.2 billion rose by 40% within three years.", [("$1.2 billion", ""), ("40%", "")]),
        ("On early Aug. 8 the fires came, and on March 3 they went.", []),
        ("A 45-year-old man waited for 12 hours.", []),
        ("The firm will cut 1,200 of its 6,400 jobs.", [("1,200", "jobs")]),
    ],
)
def test_amounts_are_told_from_other_numbers(sentence: str, amounts: list[tuple[str, str]]) -> None:
    assert [(amount.text, amount.of) for amount in find_amounts(sentence)] == amounts


@pytest.mark.parametrize("name", ["Olaf Scholz", "White House", "NATO", "the Kremlin", "French Foreign Ministry spokesperson", "IAEA"])
def test_people_and_bodies_are_somebody(name: str) -> None:
    assert is_somebody(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "officials",
        "U.S. officials",
        "Other EU leaders",
        "a source",
        "NYT",
        "Reuters",
        "A Monmouth University Poll",
        "Monday",
        "UN-backed report",
        "Meta, Amazon and Twitter all",
    ],
)
def test_who_is_not_named_or_only_reports_is_nobody(name: str) -> None:
    assert not is_somebody(name)


def test_an_index_folder_will_do(five_folder: Path) -> None:
    assert brief("Macron", five_folder).searched.articles == 5
