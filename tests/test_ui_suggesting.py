"""Questions to ask, made from the articles."""

from pathlib import Path

import pytest

from corpus import SHIPPED_ARTICLES, Article
from index import Index, build
from rag import Filters, query
from ui.suggesting import FOLLOWING, SHOWN, Suggestions, candidates, follow_up, suggest_questions, vary

TEXT = (
    "Prime Minister Donald Tusk opened the tram line in Latvia. Jane Doe was born in Poland in 1975. "
    "About 300 people were killed in Gaza, a minister said. Emmanuel Macron said troops may go to Ukraine. "
    "He praised the plan in Paris. Jane Doe said so. Nearly 30 years were spent in Poland."
)


def test_questions_are_made_from_sentences() -> None:
    found = [one.question for one in candidates(Article("a.txt", "Tram", TEXT))]
    assert found == [
        "Who opened the tram line in Latvia?",
        "When was Jane Doe born in Poland?",
        "How many people were killed in Gaza?",
        "What did Emmanuel Macron say about Ukraine?",
        "What did Jane Doe say?",
    ]


def test_kinds_and_articles_take_turns() -> None:
    other = candidates(Article("b.txt", "Tram", "Donald Tusk opened the tram line in Vilnius Old Town."))
    found = vary([*candidates(Article("a.txt", "Tram", TEXT)), *other])
    assert (found[0].article_id, found[1].article_id) == ("a.txt", "b.txt")
    assert len({one.question for one in found}) == len(found)


def test_the_shipped_questions_are_suggested_for_the_shipped_articles(five: Index) -> None:
    found = suggest_questions(SHIPPED_ARTICLES, five)
    assert found[0] == "Who ruled out ground troops?"
    assert len(found) == SHOWN


def test_every_suggestion_is_answered(five: Index, tmp_path: Path) -> None:
    found = suggest_questions(tmp_path, five)
    assert len(found) == SHOWN
    assert {query(question, five).status for question in found} == {"answered"}
    assert found == suggest_questions(tmp_path, five)


def test_an_index_about_nothing_that_is_asked_has_no_suggestions(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "a.txt").write_text("Weather\n\nRain is expected. Some sun will come later.\n", "utf-8")
    build(tmp_path / "articles", tmp_path / "index")
    with Index(tmp_path / "index") as index:
        assert suggest_questions(tmp_path / "articles", index) == []


def test_suggestions_are_found_once_for_a_generation(articles: Path, tmp_path: Path) -> None:
    build(articles, tmp_path / "index")
    with Index(tmp_path / "index") as index:
        suggestions = Suggestions(articles)
        first = suggestions.questions(index)
        assert suggestions.questions(index) is first
        (articles / "tram.txt").write_text("Tram\n\nDonald Tusk opened the tram line in Riga.\n", "utf-8")
        build(articles, tmp_path / "index")
        assert suggestions.questions(index) is not first


def test_what_follows_is_answered_new_and_not_asked(five: Index) -> None:
    question = "Who ruled out ground troops?"
    answer = query(question, five)
    found = list(follow_up(answer, five, {question}))
    assert 0 < len(found) <= FOLLOWING
    for follower in found:
        quotes = query(follower, five).quotes
        assert quotes
    assert not set(found) & set(follow_up(answer, five, set(found)))
    assert list(follow_up(answer, five, wanted=lambda: False)) == []


def test_what_follows_keeps_to_the_filters(five: Index) -> None:
    answer = query("Who ruled out ground troops?", five, filters=Filters(sources=frozenset({"no such outlet"})))
    assert list(follow_up(answer, five)) == []


@pytest.mark.parametrize("text", ["", "(", "He said so.", "A" * 5000, "What did “” say? 7 s were"])
def test_any_text_can_be_read(text: str) -> None:
    assert candidates(Article("a.txt", "Title", text)) == []
