"""What the page does with a conversation beside answering: keep it, bring it back, change it, hand it out, report on it.

No Gradio here. What the browser is to do comes back as a `Command`, which desk.js obeys.
"""

import re
import secrets
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from corpus.errors import PullquoteError
from index import Index
from rag import Quote
from rag.evals.reports import Verdict, keep_report, make_report, reports_file
from rag.question import MAX_QUESTION
from ui.conversation import Conversation, Exchange
from ui.exporting import as_html, as_markdown, as_text
from ui.filtering import bounds, without
from ui.recording import Record, Recorded, RecordError, dump_record, load_record
from ui.suggesting import follow_up

Command = dict[str, Any]  # "do": what; "number": a new one each time; and what it takes

_VALUE = re.compile(r"([a-z]+)(?:-(\d{1,4}))?(?:-([a-z0-9]{1,8}))?")
_ID = re.compile(r"[0-9a-f]{16}")
_SAID = {
    "up": "Thank you. Your opinion is kept for the next check.",
    "down": "Thank you. Your opinion is kept for the next check.",
    "wrong_quote": "Thank you. The quote is reported.",
    "withdrawn": "Taken back.",
}


def command(do: str, **takes: object) -> Command:
    """Return a command to the browser."""
    return {"do": do, "number": secrets.token_hex(4), **takes}


def shelf(index: Path) -> str:
    """Return the name under which a browser keeps the conversations over an index, apart from those over others at the same address."""
    return sha256(str(index.resolve()).encode()).hexdigest()[:12]


def keep(conversation: Conversation) -> Command:
    """Have the browser keep a conversation: its questions that are answered."""
    record = _record(conversation)
    if not record.exchanges:
        return command("none")
    try:
        return command("keep", title=record.exchanges[0].question, record=dump_record(record))
    except RecordError as error:
        return command("say", text=str(error))


def _record(conversation: Conversation) -> Record:
    return Record(conversation.id, tuple(_recorded(exchange) for exchange in conversation.exchanges if exchange.answer))


def _recorded(exchange: Exchange) -> Recorded:
    assert exchange.answer, "only what is answered is kept"
    return Recorded(exchange.question, exchange.answer, exchange.filters, exchange.infer, exchange.verdict)


def bring_back(plain: object) -> Conversation:
    """Return the conversation that a browser kept, its citations minted anew. Raises `RecordError` if it is none."""
    record = load_record(plain)
    conversation = Conversation(record.id) if _ID.fullmatch(record.id) else Conversation()
    for recorded in record.exchanges:
        number = conversation.add(recorded.question[:MAX_QUESTION], recorded.answer)
        exchange = conversation.exchanges[number - 1]
        exchange.filters, exchange.infer, exchange.verdict = recorded.filters, recorded.infer, recorded.verdict
    return conversation


def ask_again(conversation: Conversation, value: str, question: str = "") -> None:
    """Append the question that a button asks: "ask" with its text, "retry-2", or "widen-2-after" without a limit taken from the question.

    The last question is replaced by its retry; an earlier one is asked once more at the end. Anything else is left alone, as
    is the second half of a double click: a text that was asked last and has no answer yet.
    """
    verb, exchange, bound = _take_apart(conversation, value)
    if verb == "ask":
        question = question.strip()[:MAX_QUESTION]
        if question and question not in (last.question for last in conversation.exchanges[-1:] if not last.ended):
            conversation.ask(question)
    elif exchange and verb in ("retry", "widen"):
        filters, infer = exchange.filters, exchange.infer
        if verb == "widen" and exchange.answer and bound in bounds(exchange.answer.searched.inferred):
            name = bounds(exchange.answer.searched.inferred)[bound]
            kept = next((key for key, words in bounds(exchange.answer.searched.filters).items() if words == name), bound)
            filters, infer = without(exchange.answer.searched.filters, kept), False
        if exchange.number == len(conversation.exchanges):
            conversation.stop()
            conversation.cut(exchange.number)
        new = conversation.ask(exchange.question)
        new.filters, new.infer = filters, infer


def edit(conversation: Conversation, value: str) -> str | None:
    """Begin to change a question ("edit-2"), or leave it ("unedit"); return what the question box is to hold, None to leave it."""
    verb, exchange, _ = _take_apart(conversation, value)
    conversation.editing = exchange.number if exchange and verb == "edit" else 0
    return exchange.question if conversation.editing and exchange else None


def unheard(conversation: Conversation, typed: object) -> list[str]:
    """Return the questions of `typed`, pairs of a number and a text, that have not come before, in order; what is none is left out.

    Requests may overtake each other, so the browser sends with each question those that it sent shortly before.
    """
    questions: list[str] = []
    for pair in typed if isinstance(typed, list) else ():
        match pair:
            case [int(number), str(question)] if number > conversation.heard:
                conversation.heard = number
                questions += [question.strip()[:MAX_QUESTION]] if question.strip() else []
    return questions


def settle_edit(conversation: Conversation) -> None:
    """Forget the question that is being changed, and those after it: a new one is to be asked in its place."""
    if 0 < conversation.editing <= len(conversation.exchanges):
        conversation.stop()
        conversation.cut(conversation.editing)
    conversation.editing = 0


def hand_out(conversation: Conversation, value: str) -> Command:
    """Do "copy-2", "link-2", "export-md" or "export-html"; anything else does nothing."""
    if value in ("export-md", "export-html"):
        exchanges = _record(conversation).exchanges
        if not exchanges:
            return command("say", text="There is no answer yet to export.")
        text, kind = (as_markdown(exchanges), "text/markdown") if value == "export-md" else (as_html(exchanges), "text/html")
        return command("download", name=f"pullquote-{conversation.id[:8]}.{value.removeprefix('export-')}", kind=kind, text=text)
    verb, exchange, _ = _take_apart(conversation, value)
    if not (exchange and exchange.answer):
        return command("none")
    if verb == "copy":
        return command("copy", text=as_text(_recorded(exchange)), said="Copied, with its quotes and sources.")
    if verb == "link":
        filters = exchange.filters
        limits = {"after": filters.after, "before": filters.before}
        asked = [("q", exchange.answer.searched.question), *((name, str(day)) for name, day in limits.items() if day)]
        query = urlencode([*asked, *(("source", outlet) for outlet in sorted(filters.sources))])
        return command("link", query=query, said="Link copied. It opens the page with this question in its box.")
    return command("none")


def report(conversation: Conversation, value: str, index: Path) -> Command:
    """Keep what a reader says: "up-2", "down-2" (again to take it back) or "wrong-2-1", a quote. Anything else does nothing."""
    verb, exchange, number = _take_apart(conversation, value)
    if not (exchange and exchange.answer):
        return command("none")
    quote: Quote | None = None
    verdict: Verdict
    id = f"{conversation.id}-{exchange.number}"
    if verb in ("up", "down"):
        given: Verdict = "up" if verb == "up" else "down"
        verdict = "withdrawn" if exchange.verdict == given else given
    elif verb == "wrong" and (quote := conversation.citations.get(f"{exchange.number}-{number}")):
        verdict, id = "wrong_quote", f"{id}-{number}"
    else:
        return command("none")
    try:
        keep_report(reports_file(index), make_report(id, verdict, exchange.answer, quote, infer=exchange.infer))
    except PullquoteError as error:
        return command("say", text=str(error))
    if not quote:
        exchange.verdict = "" if verdict == "withdrawn" else "up" if verb == "up" else "down"
    return command("say", text=_SAID[verdict])


def follow(conversation: Conversation, index: Index) -> Iterator[list[str]]:
    """Yield the questions that lead on from the last answer, again with each one found; stops once there is a newer question."""
    last = conversation.exchanges[-1] if conversation.exchanges else None
    if last is None or last.answer is None or last.answer.status == "failed":
        return

    def is_last() -> bool:
        return bool(conversation.exchanges) and conversation.exchanges[-1] is last

    asked = {exchange.question for exchange in conversation.exchanges} | {last.answer.searched.question}
    found: list[str] = []
    for question in follow_up(last.answer, index, asked, is_last):
        found.append(question)
        if is_last():
            yield list(found)


def _take_apart(conversation: Conversation, value: str) -> tuple[str, Exchange | None, str]:
    """Return a button's verb, the exchange of the number that it names, and what else it names."""
    match = _VALUE.fullmatch(value)
    if not match:
        return "", None, ""
    number = int(match[2] or 0)
    return match[1], conversation.exchanges[number - 1] if 0 < number <= len(conversation.exchanges) else None, match[3] or ""
