"""Ask again what readers reported on, and tell whether each report still holds: `replay`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.errors import ArticleNotFoundError, QuestionError
from index import Index
from rag.answering import query
from rag.evals.evaluation import ShownQuote
from rag.evals.reports import Report
from rag.types import Answer, Quote


@dataclass(frozen=True, slots=True)
class Replayed:
    """How one report went."""

    id: str
    verdict: str
    question: str
    outcome: str  # in words
    passed: bool | None  # None: nothing to hold it to, such as an article that is no longer indexed


def replay(reports: Sequence[Report], index: Index) -> Iterator[Replayed]:
    """Ask every reported question, in quotes, and judge the answer.

    A wrong quote must not come first again. An answer that somebody liked must keep its first quote, a refusal must stay one.
    An answer that somebody disliked must differ: it passes once its first quote, or that it refused, has changed.
    Raises a `StoreError` if the index cannot serve.
    """
    for report in reports:
        try:
            answer = query(report.question, index, filters=report.filters, infer=report.infer)
        except QuestionError as error:
            yield _replayed(report, f"cannot be asked: {error}", False)
            continue
        expected = report.reported or next(iter(report.quotes), None)
        if expected and not _is_there(expected, index):
            yield _replayed(report, "the article is gone or has changed", None)
        else:
            yield _replayed(report, *_judge(report, answer))


def _replayed(report: Report, outcome: str, passed: bool | None) -> Replayed:
    return Replayed(report.id, report.verdict, report.question, outcome, passed)


def _judge(report: Report, answer: Answer) -> tuple[str, bool]:
    """Return the outcome, and whether it is as the report wants it."""
    if report.reported:
        return _judge_wrong(report.reported, answer.quotes)
    first = next(iter(report.quotes), None)
    liked = report.verdict == "up"
    if first is None:
        refused = answer.status == "not_found"
        return ("refused as before" if refused else "answered now"), refused == liked
    if not answer.quotes:
        return "refused now", not liked
    if liked:
        kept = any(_is_same(first, quote) for quote in answer.quotes)
        return ("its quote is kept" if kept else "its quote is lost"), kept
    same = _is_same(first, answer.quotes[0])
    return ("the same quote comes first" if same else "another quote comes first"), not same


def _judge_wrong(wrong: ShownQuote, quotes: Sequence[Quote]) -> tuple[str, bool]:
    places = [place for place, quote in enumerate(quotes, start=1) if _is_same(wrong, quote)]
    if not places:
        return "the wrong quote is gone", True
    return ("the wrong quote comes first", False) if places[0] == 1 else (f"the wrong quote comes as number {places[0]}", True)


def _is_same(one: ShownQuote, other: Quote) -> bool:
    """Whether two quotes are of the same words: of one article, one within the other, or saying the same elsewhere."""
    a, b = " ".join(one.text.split()), " ".join(other.text.split())
    return a == b or (one.article_id == other.article_id and (a in b or b in a))


def _is_there(quote: ShownQuote, index: Index) -> bool:
    try:
        return quote.text in index.read(lambda snapshot: snapshot.article(quote.article_id)).text
    except ArticleNotFoundError:
        return False
