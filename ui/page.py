"""What stands above the conversation and where it will be, as HTML made of escaped text."""

import datetime as dt

from corpus.errors import PullquoteError
from index import Status
from ui.markup import text
from ui.printing import count, date_span, moment

_LISTED = 10  # problems that the header names
WELCOME = (
    '<div class="pq-welcome"><h2>Ask what the articles say</h2>'
    "<p>Every sentence of an answer rests on a verbatim quote. Click its number to read it in its article.</p></div>"
)


def show_header(status: Status, writer: str = "") -> str:
    """Return the line above the conversation: what is being asked, how fresh it is, and who gets to see it."""
    generation = status.generation
    checked = moment(dt.datetime.fromisoformat(status.checked)) if status.checked else "never"
    listed = "; ".join(str(failure) for failure in status.failures[:_LISTED])
    failed = f' · <span class="pq-warn" title="{text(listed)}">{count(len(status.failures), "problem")}</span>' if status.failures else ""
    facts = f"{count(generation.articles, 'article')} · {date_span(status)} · indexed {checked}"
    mode = f"answers written by {writer}, which gets the questions and the quotes found" if writer else "answers in quotes, on this machine"
    return f'<div class="pq-header"><h1>Pullquote</h1><p>{text(facts)}{failed} · {text(mode)}</p></div>'


def show_error(error: PullquoteError) -> str:
    """Return the header's place for an index that cannot be read."""
    return f'<div class="pq-header"><h1>Pullquote</h1><p class="pq-warn" role="alert">{text(str(error))}</p></div>'
