"""The conversation's tools, where Gradio meets `ui.desk`: past conversations, filters, suggested questions, an answer's buttons."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import gradio as gr

from corpus.errors import PullquoteError
from rag import Filters
from rag.question import MAX_QUESTION
from ui.actions import show_limits, show_questions
from ui.answers import messages
from ui.conversation import Conversation
from ui.desk import Command, ask_again, bring_back, command, edit, follow, hand_out, keep, report, shelf
from ui.filtering import DROP, list_outlets, read_filters, without
from ui.frame import QUIET, Frame
from ui.panel import WAITING
from ui.suggesting import Suggestions

_SCRIPT = Path(__file__).with_name("desk.js")
_SEARCHING: Final[dict[str, Any]] = {**QUIET, "concurrency_limit": 1, "concurrency_id": "suggesting"}  # never in the way of an answer
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

Messages = list[dict[str, Any]]
Begin = Callable[[Conversation, Callable[[], object]], tuple[Messages, Any]]  # changes a conversation; returns its messages and a ticket


@dataclass(frozen=True, slots=True)
class Desk:
    """The components below the conversation."""

    questions: gr.HTML  # suggested ones
    limits: gr.HTML  # chips
    after: gr.Textbox
    before: gr.Textbox
    outlets: gr.Dropdown
    script: gr.HTML  # gets commands, triggers events


def make_desk() -> Desk:
    """Make the components that stand between the conversation and the question box, within the page that is being made."""
    questions = gr.HTML(elem_classes="pq-strip")
    with gr.Accordion("Filters", open=False, elem_classes="pq-filters"), gr.Row():
        # desk.js makes them fields of days: those of gr.DateTime have no label for who cannot see it.
        after = gr.Textbox(label="From day", max_lines=1, elem_classes="pq-day", min_width=150)
        before = gr.Textbox(label="To day", max_lines=1, elem_classes="pq-day", min_width=150)
        outlets = gr.Dropdown([], multiselect=True, label="Outlets", min_width=200, scale=2)
    limits = gr.HTML(elem_classes="pq-limits")
    template = "<span hidden>${value ? value.number : ''}</span>"
    script = gr.HTML(None, html_template=template, js_on_load=_SCRIPT.read_text("utf-8"), elem_classes="pq-script")
    return Desk(questions, limits, after, before, outlets, script)


def connect_desk(desk: Desk, frame: Frame, chat: gr.Chatbot, question: gr.Textbox, ticket: gr.State, begin: Begin, answered: Any) -> None:
    """Make the events of the components.

    `ticket` changes when there is something to answer, `answered` is the event that has answered it, and `begin` takes what a
    button asks as what is typed is taken.
    """
    does = _Events(frame, begin)
    conversation, script = frame.conversation, desk.script
    form = [desk.after, desk.before, desk.outlets]

    page = gr.context.Context.root_block
    assert page, "called within the page that is being made"
    page.load(does.open, None, [script, question, *form], **QUIET)
    page.load(does.suggest, conversation, desk.questions, **_SEARCHING)
    for changed in (desk.after.change, desk.before.change, desk.outlets.change):
        changed(does.limit, [*form, conversation], desk.limits, trigger_mode="always_last", **QUIET)
    script.drop(does.drop, conversation, form, **QUIET)
    script.ask(does.ask, conversation, [chat, ticket], trigger_mode="multiple", **QUIET)
    script.tell(does.tell, conversation, script, **QUIET)
    script.report(does.report, conversation, [chat, script], **QUIET).then(keep, conversation, script, **QUIET)
    script.edit(does.edit, conversation, [question, desk.limits, script], **QUIET)
    for event, act in ((script.restore, does.restore), (script.fresh, does.fresh), (chat.clear, does.fresh)):
        shown = event(act, conversation, [conversation, chat, frame.panel, desk.limits, script], cancels=answered, **QUIET)
        shown.then(does.suggest, conversation, desk.questions, **_SEARCHING)
    ticket.change(does.take, conversation, [desk.questions, desk.limits], **QUIET)
    answered.then(keep, conversation, script, **QUIET)
    answered.then(does.suggest, conversation, desk.questions, **_SEARCHING)


class _Events:
    """What the events do."""

    def __init__(self, frame: Frame, begin: Begin) -> None:
        self._frame = frame
        self._begin = begin
        self._suggestions = Suggestions(frame.settings.corpus)

    def open(self, request: gr.Request) -> tuple[Any, ...]:
        """Tell the browser where its conversations are, fill the form, and the question box from "?q=": nothing is asked by a link."""
        asked, outlets = request.query_params, self._outlets()
        begin = command("begin", shelf=shelf(self._frame.settings.index))
        if not asked.get("q"):
            return begin, gr.skip(), gr.skip(), gr.skip(), gr.update(choices=outlets)
        sources = [source for source in asked.getlist("source") if source in outlets]
        days = (_day(asked.get(name)) for name in ("after", "before"))
        return begin, asked["q"][:MAX_QUESTION], *days, gr.update(choices=outlets, value=sources)

    def _outlets(self) -> list[str]:
        try:
            return self._frame.index().read(list_outlets)
        except PullquoteError:
            return []

    def suggest(self, conversation: Conversation) -> Iterator[str]:
        """Offer questions: to begin with, or after the last answer."""
        try:
            if conversation.exchanges:
                yield ""
                yield from (show_questions(_NEXT, questions) for questions in follow(conversation, self._frame.index()))
            else:
                questions = self._suggestions.questions(self._frame.index())
                yield "" if conversation.exchanges else show_questions(_TRY, questions)
        except PullquoteError:
            yield ""

    def limit(self, after: str | None, before: str | None, outlets: list[str] | None, conversation: Conversation) -> str:
        """Take the form's filters for the next questions."""
        try:
            conversation.filters = read_filters(after, before, outlets)
        except PullquoteError as error:
            raise gr.Error(str(error), print_exception=False) from error
        return show_limits(conversation.filters, conversation.editing)

    def drop(self, conversation: Conversation, event: gr.EventData) -> tuple[Any, ...]:
        """Take one of the filters away."""
        left = without(conversation.filters, _value(event).removeprefix(f"{DROP}-"))
        return _form(left)

    def take(self, conversation: Conversation) -> tuple[str, str]:
        return "", show_limits(conversation.filters, conversation.editing)

    def ask(self, conversation: Conversation, event: gr.EventData) -> tuple[Messages, Any]:
        question = str((event._data or {}).get("question", ""))
        return self._begin(conversation, lambda: ask_again(conversation, _value(event), question))

    def tell(self, conversation: Conversation, event: gr.EventData) -> Command:
        return hand_out(conversation, _value(event))

    def report(self, conversation: Conversation, event: gr.EventData) -> tuple[Messages, Command]:
        said = report(conversation, _value(event), self._frame.settings.index)
        return messages(conversation), said

    def edit(self, conversation: Conversation, event: gr.EventData) -> tuple[Any, str, Command]:
        held = edit(conversation, _value(event))
        return gr.skip() if held is None else held, show_limits(conversation.filters, conversation.editing), command("focus")

    def restore(self, before: Conversation, event: gr.EventData) -> tuple[Conversation, Messages, str, str, Command]:
        try:
            after = bring_back((event._data or {}).get("record"))
        except PullquoteError as error:
            return before, messages(before), WAITING, show_limits(before.filters, before.editing), command("say", text=str(error))
        return self._replace(before, after, command("focus"))

    def fresh(self, before: Conversation) -> tuple[Conversation, Messages, str, str, Command]:
        return self._replace(before, Conversation(), command("leave"))

    def _replace(self, before: Conversation, after: Conversation, then: Command) -> tuple[Conversation, Messages, str, str, Command]:
        before.stop()
        after.filters, after.infer = before.filters, before.infer
        after.heard, after.tickets = before.heard, before.tickets
        return after, messages(after), WAITING, show_limits(after.filters, after.editing), then


def _form(filters: Filters) -> tuple[Any, ...]:
    after, before = (day.isoformat() if day else None for day in (filters.after, filters.before))
    return after, before, sorted(filters.sources)


def _day(written: str | None) -> str | None:
    """Return a day that a link names; None if it is none."""
    try:
        day = read_filters(written, None, None).after
    except PullquoteError:
        return None
    return day.isoformat() if day else None


def _value(event: gr.EventData) -> str:
    return str((event._data or {}).get("value", ""))[:80]
