"""The outlet that a question asks of limits the articles, where the archive has it and it is not what the question is about."""

import json
from pathlib import Path

import pytest

from index import Index, build
from rag import Filters, query
from rag.understanding.outlets import NamedOutlet, find_outlet

OUTLETS = ["Reuters", "BBC", "bbc.co.uk", "The New York Times", "AP", "The Week", "USA TODAY", "Le Monde", "Time"]
BBC = {"BBC", "bbc.co.uk"}


@pytest.mark.parametrize(
    ("question", "sources", "text"),
    [
        ("What did Reuters report about ground troops?", {"Reuters"}, "What is there about ground troops?"),
        ("What did the BBC say about Peskov?", BBC, "What is there about Peskov?"),
        ("Who ruled out ground troops according to the BBC?", BBC, "Who ruled out ground troops?"),
        ("According to the New York Times, how many came?", {"The New York Times"}, "how many came?"),
        ("What does the NYT article say about Macron?", {"The New York Times"}, "What does the article say about Macron?"),
        ("How many died, as reported by the Associated Press?", {"AP"}, "How many died?"),
        ("What did Macron say in the Reuters article?", {"Reuters"}, "What did Macron say?"),
        ("What did USA Today report about Maui?", {"USA TODAY"}, "What is there about Maui?"),
        ("What did Scholz say about troops according to Reuters?", {"Reuters"}, "What did Scholz say about troops?"),
        ("How many Reuters articles mention Macron?", {"Reuters"}, "How many articles mention Macron?"),
        ("How many articles from the BBC mention Macron?", BBC, "How many articles mention Macron?"),
    ],
)
def test_an_outlet_that_is_asked_is_found(question: str, sources: set[str], text: str) -> None:
    asked = find_outlet(question, OUTLETS)
    assert asked
    assert asked == NamedOutlet(frozenset(sources), asked.name, text)


@pytest.mark.parametrize(
    "question",
    [
        "Who owns the BBC?",
        "Who runs the BBC newsroom?",
        "What did the BBC say about its licence fee?",
        "Why did Trump sue Reuters?",
        "What happened in the week before the vote?",
        "What did Olaf Scholz say about Time?",
        "According to Kallas, who will pay?",
        "According to a BBC poll, who leads?",
        "According to the Post, who leads?",
        "What did Reuters report, and what did the BBC say about it?",
        "Did the BBC report that Poland would send troops?",
        "Did the Reuters article on Google differ from the Polygon article?",
        "Which firm is in the red according to TechCrunch and sued according to Reuters?",
    ],
)
def test_a_subject_several_outlets_and_one_that_the_archive_has_not_are_none(question: str) -> None:
    assert find_outlet(question, OUTLETS) is None


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Two outlets that tell otherwise how long a bridge is; only one has the mayor."""
    folder: Path = tmp_path_factory.mktemp("outlets")
    articles = [
        ("a", "Herald", "The Riga bridge is 400 metres long. The mayor of Riga opened the Riga bridge with a pair of scissors."),
        ("b", "BBC", "The Riga bridge is 500 metres long. Trams cross the Riga bridge each day."),
    ]
    lines = [json.dumps({"id": id, "title": "Riga bridge", "text": text, "source": source}) for id, source, text in articles]
    (folder / "news.jsonl").write_text("\n".join(lines), "utf-8")
    build(folder / "news.jsonl", folder / "index", embedder="static")
    return Index(folder / "index")


def test_the_outlet_becomes_a_filter_that_the_reader_sees(archive: Index) -> None:
    answer = query("How long is the Riga bridge according to the BBC?", archive)
    assert {quote.source for quote in answer.quotes} == {"BBC"}
    assert answer.searched.inferred == Filters(sources=frozenset({"BBC"}))
    assert answer.notes == ()


def test_where_the_outlet_does_not_answer_all_are_searched_and_a_note_says_so(archive: Index) -> None:
    answer = query("Who opened the Riga bridge with scissors, according to the BBC?", archive)
    assert {quote.source for quote in answer.quotes[:1]} == {"Herald"}
    assert answer.searched.inferred == Filters()
    assert answer.notes == ("The articles of BBC do not say; those of all outlets were searched.",)


def test_outlets_that_were_given_win_and_nothing_is_inferred_without_leave(archive: Index) -> None:
    herald = query("How long is the Riga bridge according to the BBC?", archive, filters=Filters(sources=frozenset({"Herald"})))
    assert {quote.source for quote in herald.quotes} == {"Herald"}
    free = query("How long is the Riga bridge according to the BBC?", archive, infer=False)
    assert {(quote.source, quote.text) for quote in free.quotes} == {
        ("BBC", "The Riga bridge is 500 metres long."),
        ("Herald", "The Riga bridge is 400 metres long."),
    }


def test_articles_of_an_outlet_are_counted(archive: Index) -> None:
    answer = query("How many BBC articles mention Riga?", archive)
    assert answer.listing
    assert answer.listing.sentence == "1 of the 1 article of BBC mentions “Riga”."
    assert answer.searched.inferred.sources == {"BBC"}
