"""What a reader can do with an answer beside reading it, as buttons: `value` says what and with which, "retry-2".

The page's script sends a button's value, and the text of one that asks; `ui.desk` does what it says.
"""

from collections.abc import Sequence
from html import escape

from rag import Filters
from ui.conversation import Exchange
from ui.filtering import show_filters, show_inferred
from ui.markup import text

_OPINIONS = (("up", "Helpful"), ("down", "Not helpful"))


def show_actions(exchange: Exchange) -> str:
    """Return the row under an answer: until it has ended, what stops a model."""
    if not exchange.ended:
        stop = _button("stop", "Stop the model; what was not checked yet is left out", "Stop")
        return f'<div class="pq-actions">{stop}</div>' if exchange.written else ""
    number = exchange.number
    parts = [_button(f"retry-{number}", "Ask again", "Retry"), _button(f"edit-{number}", "Change this question", "Edit")]
    if exchange.answer:
        parts += [_button(f"copy-{number}", "Copy the answer with its quotes and sources", "Copy")]
        parts += [_button(f"link-{number}", "Copy a link that asks this question", "Link")]
        parts += [_opinion(exchange, *opinion) for opinion in _OPINIONS]
    return f'<div class="pq-actions">{"".join(parts)}</div>'


def show_taken(exchange: Exchange) -> str:
    """Return the chips of what was taken from the question of an exchange, such as "last week"; empty if nothing was."""
    return show_inferred(exchange.answer.searched.inferred, exchange.number) if exchange.answer else ""


def show_report(citation: str) -> str:
    """Return the button that reports a quote as wrong."""
    return _button(f"wrong-{citation}", "Report that this quote does not answer the question", "Wrong quote?")


def show_questions(label: str, questions: Sequence[str]) -> str:
    """Return questions as buttons that ask them; empty if there are none."""
    buttons = "".join(f'<button type="button" class="pq-do pq-ask" value="ask">{text(question)}</button>' for question in questions)
    return (
        f'<div class="pq-questions" role="group" aria-label="{escape(label)}"><span>{text(label)}</span>{buttons}</div>' if buttons else ""
    )


def show_limits(filters: Filters, editing: int) -> str:
    """Return the chips above the question box: the reader's filters, and the question that is being changed."""
    told = f"Changing question {editing}: it and what follows are replaced"
    changing = (
        f'<div class="pq-chips"><button type="button" class="pq-do pq-chip" value="unedit">{told} ×</button></div>' if editing else ""
    )
    return changing + show_filters(filters)


def _opinion(exchange: Exchange, verdict: str, words: str) -> str:
    given = exchange.verdict == verdict
    title = "You said so: press to take it back" if given else "Keep this opinion for the next check of the answers"
    return _button(f"{verdict}-{exchange.number}", title, f"✓ {words}" if given else words, " pq-given" if given else "")


def _button(value: str, title: str, shown: str, also: str = "") -> str:
    return f'<button type="button" class="pq-do{also}" value="{value}" title="{title}">{shown}</button>'
