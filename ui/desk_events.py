"""The conversation's tools, where Gradio meets `ui.desk`: past conversations, filters, suggested questions, an answer's buttons."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import gradio as gr

from corpus.errors import PullquoteError
from rag.question import MAX_QUESTION
from ui.actions import show_limits, show_questions
from ui.answers import Drawn, draw
from ui.conversation import Conversation
from ui.desk import Command, ask_again, bring_back, command, edit, follow, hand_out, keep, report, shelf
from ui.filtering import DROP, list_outlets, read_filters, without
from ui.frame import QUIET, Frame
from ui.panel import WAITING

_SCRIPT = Path(__file__).with_name("desk.js")
_KNOWN: Final[dict[str, Any]] = {**QUIET, "concurrency_limit": 4, "concurrency_id": "suggesting"}
_SEARCHING: Final[dict[str, Any]] = {**QUIET, "concurrency_limit": 1, "concurrency_id": "leading"}  # never in the way of an answer
_TRY, _NEXT = "Try", "Next"
TOOLBAR = """<div class="pq-tools">
<button type="button" class="pq-do" value="fresh" title="New conversation">New <span class="pq-wide">conversation</span></button>
<details class="pq-history">
<summary title="Past conversations">Past <span class="pq-wide">conversations</span> <span class="pq-count"></span></summary>
<div class="pq-drawer"><ul class="pq-past"></ul>
<button type="button" class="pq-do pq-forget-all" value="forgetall" hidden>Delete all</button></div></details>
<span class="pq-export"><span class="pq-wide">Export</span>
<button type="button" class="pq-do" value="export-md" title="Download as Markdown">Markdown</button>
<button type="button" class="pq-do" value="export-html" title="Download as a page of HTML">HTML</button></span>
<span class="pq-said" role="status"></span></div>"""

FILTERS = """<details class="pq-filters"><summary>Filters</summary><div class="pq-form">
<label>From day <input type="date" name="after"></label> <label>To day <input type="date" name="before"></label>
<label>Outlets <select name="outlet"><option value="">Add one …</option></select></label></div></details>
<span class="pq-number" hidden></span>"""

Begin = Callable[[Conversation, bool, Callable[[], object]], tuple[Drawn, Any]]  # changes a conversation; returns it drawn, and a ticket


@dataclass(frozen=True, slots=True)
class Desk:
    """The components below the conversation."""

    questions: gr.HTML  # suggested ones
    limits: gr.HTML  # chips
    script: gr.HTML  # gets commands, triggers events


def make_desk() -> Desk:
    """Make the components that stand between the conversation and the question box, within the page that is being made."""
    questions = gr.HTML(elem_classes="pq-strip")
    script = gr.HTML(None, html_template=FILTERS, js_on_load=_SCRIPT.read_text("utf-8"), apply_default_css=False)
    limits = gr.HTML(elem_classes="pq-limits")
    return Desk(questions, limits, script)


def connect_desk(desk: Desk, frame: Frame, talk: gr.HTML, question: gr.Textbox, ticket: gr.State, begin: Begin, answered: Any) -> None:
    """Make the events of the components.

    `ticket` changes when there is something to answer, `answered` is the event that has answered it, and `begin` takes what a
    button asks as what is typed is taken.
    """
    does = _Events(frame, begin)
    conversation, script = frame.conversation, desk.script

    script.open(does.open, None, [conversation, script, question], **QUIET)
    script.suggest(does.suggest, conversation, desk.questions, **_KNOWN)
    script.limit(does.limit, conversation, desk.limits, trigger_mode="multiple", **QUIET)
    script.drop(does.drop, conversation, [desk.limits, script], trigger_mode="multiple", **QUIET)
    script.ask(does.ask, [conversation, frame.quotes_only], [talk, ticket], trigger_mode="multiple", **QUIET)
    script.tell(does.tell, conversation, script, **QUIET)
    script.report(does.report, conversation, [talk, script], **QUIET).then(keep, conversation, script, **QUIET)
    script.edit(does.edit, conversation, [question, desk.limits, script], **QUIET)
    replaced = [conversation, talk, frame.panel, desk.limits, script]
    restored = script.restore(does.restore, conversation, replaced, cancels=answered, **QUIET)
    restored.then(does.lead_on, conversation, desk.questions, **_SEARCHING)
    begun = script.fresh(does.fresh, conversation, replaced, cancels=answered, **QUIET)
    begun.then(does.suggest, conversation, desk.questions, **_KNOWN)
    ticket.change(does.take, conversation, [desk.questions, desk.limits], **QUIET)
    answered.then(does.lead_on, conversation, desk.questions, **_SEARCHING)


class _Events:
    """What the events do."""

    def __init__(self, frame: Frame, begin: Begin) -> None:
        self._frame = frame
        self._begin = begin

    def open(self, request: gr.Request) -> tuple[Any, ...]:
        """Begin a conversation, which desk.js waits for before it sends anything; tell the browser where it has kept others.

        "?q=" fills the question box, and the form of the filters: nothing is asked by a link.
        """
        asked, outlets = request.query_params, self._outlets()
        begin = command("begin", shelf=shelf(self._frame.settings.index), outlets=outlets)
        if not asked.get("q"):
            return Conversation(), begin, gr.skip()
        sources = [source for source in asked.getlist("source") if source in outlets]
        days = {name: _day(asked.get(name)) for name in ("after", "before")}
        return Conversation(), {**begin, "form": {**days, "outlets": sources}}, asked["q"][:MAX_QUESTION]

    def _outlets(self) -> list[str]:
        try:
            return self._frame.index().read(list_outlets)
        except PullquoteError:
            return []

    def suggest(self, conversation: Conversation) -> str:
        """Offer questions to begin with."""
        try:
            questions = self._frame.suggestions.questions(self._frame.index())
        except PullquoteError:
            return ""
        return "" if conversation.exchanges else show_questions(_TRY, questions)

    def lead_on(self, conversation: Conversation) -> Iterator[Any]:
        """Offer questions that lead on from the last answer, in place of others; leave those to begin with to a new conversation."""
        yield "" if conversation.exchanges else gr.skip()
        try:
            yield from (show_questions(_NEXT, questions) for questions in follow(conversation, self._frame.index()))
        except PullquoteError:
            yield ""

    def limit(self, conversation: Conversation, event: gr.EventData) -> str:
        """Take the form's days for the next questions, and its outlets beside those chosen before."""
        form = event._data or {}
        known = self._outlets()
        outlets = [outlet for outlet in form.get("outlets") or () if outlet in known]
        try:
            conversation.filters = read_filters(form.get("after"), form.get("before"), [*conversation.filters.sources, *outlets])
        except PullquoteError as error:
            raise gr.Error(str(error), print_exception=False) from error
        return show_limits(conversation.filters, conversation.editing)

    def drop(self, conversation: Conversation, event: gr.EventData) -> tuple[Any, ...]:
        """Take one of the filters away."""
        left = conversation.filters = without(conversation.filters, _value(event).removeprefix(f"{DROP}-"))
        days = {name: day.isoformat() if day else "" for name, day in (("after", left.after), ("before", left.before))}
        return show_limits(left, conversation.editing), command("form", **days)

    def take(self, conversation: Conversation) -> tuple[str, str]:
        return "", show_limits(conversation.filters, conversation.editing)

    def ask(self, conversation: Conversation, quotes_only: bool, event: gr.EventData) -> tuple[Drawn, Any]:
        question = str((event._data or {}).get("question", ""))
        return self._begin(conversation, quotes_only, lambda: ask_again(conversation, _value(event), question))

    def tell(self, conversation: Conversation, event: gr.EventData) -> Command:
        return hand_out(conversation, _value(event))

    def report(self, conversation: Conversation, event: gr.EventData) -> tuple[Drawn, Command]:
        said = report(conversation, _value(event), self._frame.settings.index)
        return draw(conversation), said

    def edit(self, conversation: Conversation, event: gr.EventData) -> tuple[Any, str, Command]:
        held = edit(conversation, _value(event))
        return gr.skip() if held is None else held, show_limits(conversation.filters, conversation.editing), command("focus")

    def restore(self, before: Conversation, event: gr.EventData) -> tuple[Conversation, Drawn, str, str, Command]:
        try:
            after = bring_back((event._data or {}).get("record"))
        except PullquoteError as error:
            return before, draw(before), WAITING, show_limits(before.filters, before.editing), command("restored", text=str(error))
        return self._replace(before, after, command("restored"))

    def fresh(self, before: Conversation) -> tuple[Conversation, Drawn, str, str, Command]:
        return self._replace(before, Conversation(), command("leave"))

    def _replace(self, before: Conversation, after: Conversation, then: Command) -> tuple[Conversation, Drawn, str, str, Command]:
        before.stop()
        before.cut(1)  # nothing leads on from it any more
        after.filters, after.infer = before.filters, before.infer
        after.heard, after.tickets = before.heard, before.tickets
        return after, draw(after), WAITING, show_limits(after.filters, after.editing), then


def _day(written: str | None) -> str | None:
    """Return a day that a link names; None if it is none."""
    try:
        day = read_filters(written, None, None).after
    except PullquoteError:
        return None
    return day.isoformat() if day else None


def _value(event: gr.EventData) -> str:
    return str((event._data or {}).get("value", ""))[:80]
