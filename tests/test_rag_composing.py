"""Quotes that stand beside each other in an article do not say the same twice."""

from index import ArticleHead, Passage
from index.passages import split_passages
from rag.composing import make_quote
from rag.ranking import Ranked
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
