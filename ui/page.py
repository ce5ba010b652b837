"""What stands above the conversation and where it will be, as HTML made of escaped text."""

import datetime as dt
from collections.abc import Sequence

from corpus import Failure
from index import Status
from ui.markup import text
from ui.printing import count, date_span, moment

_LISTED = 20  # problems that the header names
WELCOME = (
    '<div class="pq-welcome"><h2>Ask what the articles say</h2>'
    "<p>Every sentence of an answer rests on a verbatim quote. Click its number to read it in its article.</p></div>"
)


def show_header(status: Status, writer: str = "") -> str:
    """Return the line above everything: what is being asked, how fresh it is, what could not be read, and who gets to see it."""
    generation = status.generation
    checked = moment(dt.datetime.fromisoformat(status.checked)) if status.checked else "never"
    facts = f"{count(generation.articles, 'article')} · {date_span(status)} · indexed {checked}"
    told = "It gets the questions and the quotes found, never the articles." if writer else "No model is asked."
    mode = f"answers written by {writer}" if writer else "answers in quotes, on this machine"
    return _header(f'<p>{text(facts)}</p>{_problems(status.failures)}<p class="pq-mode" title="{told}">{text(mode)}</p>')


def show_error(told: str) -> str:
    """Return the header's place for an index that cannot be read."""
    return _header(f'<p class="pq-warn" role="alert">{text(told)}</p>')


def _header(inner: str) -> str:
    theme = '<button type="button" class="pq-theme" aria-label="Light or dark" title="Light or dark">◐</button>'
    return f'<div class="pq-header"><h1>Pullquote</h1>{inner}{theme}</div>'


def _problems(failures: Sequence[Failure]) -> str:
    """Return what could not be read, named at a click; empty if everything could."""
    if not failures:
        return ""
    named = "".join(f"<li>{text(str(failure))}</li>" for failure in failures[:_LISTED])
    more = f"<li>and {len(failures) - _LISTED:,} more, which 'pullquote status --json' lists</li>" if failures[_LISTED:] else ""
    summary = f'<summary class="pq-warn">{count(len(failures), "problem")}</summary>'
    return f'<details class="pq-problems">{summary}<ul>{named}{more}</ul></details>'
