"""What the command line prints: plain text for people, one line of JSON for programs."""

import dataclasses
import datetime as dt
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from corpus import Article
from index import ArticleHead, BuildReport, Status, Version
from rag import Answer, Searched
from rag.composing import UNDATED, byline, on_one_line
from rag.decision import THRESHOLD

CLOSEST = "What comes closest:"
_SHOWN_FAILURES = 20


def to_json(value: object) -> str:
    """Return any of Pullquote's values as one line of JSON; dates as ISO 8601."""
    return json.dumps(_plain(value), ensure_ascii=False)


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, (dt.datetime, dt.date)):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted(map(str, value))
    return str(value) if isinstance(value, Path) else value


def describe_answer(answer: Answer) -> str:
    """Return the answer as text, with what was searched.

    With a refusal comes what was found instead and the nearest articles, with a failure the answer in quotes.
    """
    lines = [answer.text, "", *(f"Note: {note}" for note in answer.notes), *([""] if answer.notes else [])]
    if answer.instead:
        lines += ["The answer in quotes:", "", answer.instead.text, ""]
    for place, quote in enumerate(answer.closest):
        lines += [*([] if place else [CLOSEST]), f"  {byline(quote)}", f"  > {on_one_line(quote)}", ""]
    if answer.nearest:
        lines += ["Nearest articles:", *(f"  {byline(article)}  ({article.id})" for article in answer.nearest), ""]
    wrote = [describe_writer(answer)] if answer.writer else []
    return "\n".join([*lines, describe_search(answer.searched), *wrote])


def describe_writer(answer: Answer) -> str:
    """Return one line: which model was asked, and how much it read and wrote."""
    usage = answer.usage
    took = f"{count(usage.prompt_tokens, 'token')} read, {usage.completion_tokens:,} written" if usage else "tokens not counted"
    return f"Model: {answer.writer} · {took}"


def describe_confidence(answer: Answer) -> str:
    """Return one line: how likely the articles answer the question."""
    return f"Confidence {answer.confidence:.2f} that the articles answer this; answered from {THRESHOLD:.2f}"


def describe_search(searched: Searched) -> str:
    """Return one line: what was searched for, in which articles, and how much was found."""
    return f"{describe_scope(searched)} · {describe_reading(searched)}"


def describe_scope(searched: Searched) -> str:
    """Return what was searched for, in which articles."""
    limits = [f"dated {word} {day}" for word, day in (("from", searched.filters.after), ("to", searched.filters.before)) if day]
    limits += [f"of {source}" for source in sorted(searched.filters.sources)]
    limits += [f"as of {searched.as_of}"] if searched.as_of else []
    only = f" · only articles {', '.join(limits)}" if limits else ""
    only += f" · only what {searched.filters.speaker} said" if searched.filters.speaker else ""
    return f"Searched {count(searched.articles, 'article')} for “{searched.question}”{only}"


def describe_reading(searched: Searched) -> str:
    """Return how much was found and read."""
    return f"read {count(searched.found_passages, 'passage')} from {count(searched.found_articles, 'article')}"


def describe_report(report: BuildReport, index: Path) -> str:
    """Say what a build did."""
    repaired = [f"Mended: {reason}" for reason in report.repaired]
    upgraded = [f"The index had the older format {report.upgraded}; it was made anew without embedding again"] if report.upgraded else []
    return "\n".join([_numbers(report, index), *upgraded, *repaired, *_failures(report.failed)])


def describe_build(report: BuildReport, index: Path) -> str:
    """Say on one line what a build did."""
    parts = [_numbers(report, index)]
    parts += [f"made anew from the older format {report.upgraded}"] if report.upgraded else []
    parts += ["damaged files were written again"] if report.repaired else []
    parts += [f"{count(len(report.failed), 'problem')}, which 'pullquote status' lists"] if report.failed else []
    return "; ".join(parts)


def _numbers(report: BuildReport, index: Path) -> str:
    moved = f", {report.moved} moved" if report.moved else ""
    parts = f"{report.added} added, {report.changed} changed, {report.removed} removed, {report.unchanged} unchanged{moved}"
    return f"Indexed into {index}: {parts} ({report.seconds:.1f} s)"


def describe_status(status: Status) -> str:
    """Say what an index holds."""
    generation = status.generation
    lines = [
        f"{count(generation.articles, 'article')}, {count(generation.passages, 'passage')}, {date_span(status)}",
        f"indexed {moment(generation.published)}, generation {generation.number}, embedder {status.embedder}",
    ]
    lines += [f"vectors on {status.chroma_url}"] if status.chroma_url else []
    return "\n".join([*lines, *_failures(status.failures)])


def _failures(failures: tuple[object, ...]) -> list[str]:
    if not failures:
        return []
    lines = [f"{count(len(failures), 'problem')}:", *(f"  {failure}" for failure in failures[:_SHOWN_FAILURES])]
    return lines if len(failures) <= _SHOWN_FAILURES else [*lines, f"  … and {len(failures) - _SHOWN_FAILURES} more (--json lists all)"]


def describe_head(head: ArticleHead) -> str:
    """Return an article as a line of a list: its id, the other files that have it, its byline."""
    return "\t".join([head.id, byline(head), *([f"also {', '.join(head.paths[1:])}"] if head.paths[1:] else [])])


def describe_article(article: Article, head: ArticleHead) -> str:
    """Return an article as text, with the files that have it if there are several."""
    files = [f"files: {', '.join(head.paths)}"] if head.paths[1:] else []
    return "\n".join([byline(article), *files, "", article.text])


def with_paths(article: Article, head: ArticleHead) -> dict[str, object]:
    """Return an article's fields and the files that have it, its id's first."""
    return {**{field.name: getattr(article, field.name) for field in dataclasses.fields(article)}, "paths": head.paths}


def describe_versions(versions: Sequence[Version]) -> str:
    """Return a line for each version of an article: number, when it was indexed, the beginning of its hash, its byline."""
    return "\n".join(map(_version, versions))


def _version(version: Version) -> str:
    answers = ["answers"] if version.live else []
    parts = [str(version.number), f"indexed {moment(version.indexed)}", version.sha[:12], byline(version.article), *answers]
    return "\t".join(parts)


def date_span(status: Status) -> str:
    """Return the days that the articles are from, as far as they state one."""
    if status.first_date is None:
        return "all undated" if status.generation.articles else "no dates"
    span = str(status.first_date) if status.first_date == status.last_date else f"{status.first_date} to {status.last_date}"
    return f"{span}, {status.undated} {UNDATED}" if status.undated else span


def moment(when: dt.datetime) -> str:
    """Return a time as people read it, in UTC."""
    return f"{when:%Y-%m-%d %H:%M} UTC"


def count(number: int, noun: str) -> str:
    """Return "1 article", "5 articles"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
