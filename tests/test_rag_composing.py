"""Quotes that stand beside each other in an article do not say the same twice."""

from index import ArticleHead, Passage
from index.passages import split_passages
from rag.composing import choose, make_quote
from rag.question import understand
from rag.ranking import FEATURES, Ranked
from rag.reader import Reading
from rag.sentence import take_apart

TEXT = "It rained. NATO met in Paris. Stoltenberg spoke. “We have no plans,” he said. It was late."


def candidate(wanted: str) -> Ranked:
    span = split_passages(TEXT)[0]
    passage = Passage(1, ArticleHead("a", "Title"), span.start, span.end, TEXT[span.start : span.end], span.sentences)
    return Ranked(next(one for one in take_apart(passage) if wanted in one.text), passage, 0.0, (), frozenset())


def test_what_another_quote_ends_with_is_not_quoted_again() -> None:
    spoke = make_quote(candidate("Stoltenberg spoke"))
    assert make_quote(candidate("no plans")).text == "Stoltenberg spoke. “We have no plans,” he said."
    before = make_quote(candidate("NATO met"))
    assert make_quote(candidate("no plans"), (), [before]).text == "Stoltenberg spoke. “We have no plans,” he said."
    longer = TEXT[before.start : spoke.end]
    quote = make_quote(candidate("no plans"), (), [type(before)(longer, before.start, spoke.end, "a", "Title")])
    assert quote.text == "“We have no plans,” he said."
    assert TEXT[quote.start : quote.end] == quote.text


def test_a_quote_within_the_new_one_or_of_another_article_is_left_to_it() -> None:
    spoke = make_quote(candidate("Stoltenberg spoke"))
    whole = "Stoltenberg spoke. “We have no plans,” he said."
    assert make_quote(candidate("no plans"), (), [spoke]).text == whole
    elsewhere = type(spoke)(TEXT[: spoke.end], 0, spoke.end, "b", "Title")
    assert make_quote(candidate("no plans"), (), [elsewhere]).text == whole


def test_what_scores_far_below_the_best_is_no_padding() -> None:
    """Further quotes are kept by their distance: wide for the first few, narrow behind a short answer, widest for what somebody said."""
    sentences = ["Rain fell in Riga.", "Voters chose the mayor.", "Doe closed the old school.", "Nobody bought the last ticket."]
    text = " ".join(sentences)

    def ranked(scores: list[float], *, sure: bool = False) -> list[Ranked]:
        span = split_passages(text)[0]
        found = []
        for place, (sentence, score) in enumerate(zip(sentences, scores, strict=True)):
            passage = Passage(place, ArticleHead(str(place), "Title"), span.start, span.end, text[span.start : span.end], span.sentences)
            taken = next(one for one in take_apart(passage) if one.text == sentence)
            reading = Reading(1.0, (0, 8) if sure and not place else None)
            found.append(Ranked(taken, passage, score, tuple(0.0 for _ in FEATURES), frozenset(), reading))
        return found

    def count(question: str, found: list[Ranked]) -> int:
        return len(choose(understand(question), found))

    assert count("Why was a bridge built?", ranked([9, 6, 5.5, 5])) == 3
    assert count("Why was a bridge built?", ranked([9, 6, 5, 4])) == 2
    assert count("Why was a bridge built?", ranked([9, 8, 7.5, 7.2])) == 4
    assert count("Why was a bridge built?", ranked([9, 8, 6, 5.5], sure=True)) == 2
    assert count("What was said of the bridge?", ranked([9, 6, 5, 4.5])) == 4
