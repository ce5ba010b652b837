"""The tab of the conversation: the rim where Gradio meets the page's plain functions."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import gradio as gr

from rag.question import MAX_QUESTION
from ui.answers import Drawn, draw, respond
from ui.asking import WITH_MODEL, WITHOUT_MODEL
from ui.conversation import Conversation, Exchange
from ui.desk import keep, settle_edit, unheard
from ui.desk_events import TOOLBAR, connect_desk, make_desk
from ui.frame import QUIET, Frame
from ui.page import WELCOME
from ui.panel import WAITING, show_citation, show_named

_SCRIPT = Path(__file__).with_name("talk.js")
_LONGEST = 3  # lines that the question box grows to
_WAITING = 10  # questions of one conversation
_TALK: Final = f'{TOOLBAR}{WELCOME}<div class="pq-talk" role="log" aria-label="Conversation" tabindex="0"></div>'


def chat_tab(frame: Frame) -> None:
    """Make the tab's components and events, within the page that is being made."""
    does = _Events(frame)
    conversation, quotes_only, panel = frame.conversation, frame.quotes_only, frame.panel
    talk = gr.HTML(None, html_template=_TALK, js_on_load=_SCRIPT.read_text("utf-8"), apply_default_css=False, elem_classes="pq-chat")
    desk = make_desk()
    quotes_only.render()  # type: ignore[no-untyped-call]
    question = gr.Textbox(
        label="Question",
        placeholder="Who ruled out ground troops?",
        lines=1,
        max_lines=_LONGEST,
        autofocus=True,
        interactive=True,  # no event reads it, desk.js does
        submit_btn="Ask",
        elem_classes="pq-box",
        max_length=MAX_QUESTION,
    )

    ticket = gr.State("")  # a new one whenever there is something to answer and nobody at it
    desk.script.send(does.take, [conversation, quotes_only], [talk, ticket], trigger_mode="multiple", **QUIET)
    at_work = WITH_MODEL if frame.writer else WITHOUT_MODEL
    answered = ticket.change(does.answer, [conversation, ticket], [talk, desk.script], concurrency_limit=at_work, **QUIET)
    answered.then(frame.show_header, quotes_only, frame.header, **QUIET)
    desk.script.stop(None, cancels=answered, **QUIET).then(does.stop, conversation, talk, **QUIET)
    connect_desk(desk, frame, talk, question, ticket, does.begin, answered)
    panel.cite(does.cite, conversation, panel, trigger_mode="always_last", **QUIET)
    panel.visit(does.visit, conversation, panel, trigger_mode="always_last", **QUIET)
    panel.dismiss(lambda: WAITING, None, panel, **QUIET)


class _Events:
    """What the tab's events do."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._taking = threading.Lock()  # while a question is taken, or is found to be the last

    def take(self, conversation: Conversation, quotes_only: bool, event: gr.EventData) -> tuple[Drawn, Any]:
        """Put what was typed at the end of the conversation, or in the place of the question being changed."""

        def ask() -> None:
            for question in unheard(conversation, (event._data or {}).get("typed")):
                if sum(exchange.waits for exchange in conversation.exchanges) >= _WAITING:
                    gr.Warning(f"{_WAITING} questions wait for their answers already; ask again when some have theirs", duration=8)
                    break
                settle_edit(conversation)
                conversation.ask(question)

        return self.begin(conversation, quotes_only, ask)

    def begin(self, conversation: Conversation, quotes_only: bool, change: Callable[[], object]) -> tuple[Drawn, Any]:
        """Change a conversation; give out a ticket if something waits then and nobody is at work."""
        with self._taking:
            conversation.quotes_only = quotes_only
            change()
            start = not conversation.answering and conversation.waiting() is not None
            conversation.answering = conversation.answering or start
            conversation.tickets += start
        return draw(conversation), conversation.ticket if start else gr.skip()

    def answer(self, conversation: Conversation, ticket: str) -> Iterator[tuple[Any, Any]]:
        """Answer what waits, one question after the other, for as long as no later ticket was given out; have each answer kept."""
        yield gr.skip(), gr.skip()  # Gradio empties what a generator without a yield would have changed
        try:
            while exchange := self._next(conversation, ticket):
                writer = None if exchange.quotes_only else self._frame.writer
                for _ in respond(exchange, conversation, self._frame.index_to_ask, writer, self._frame.tell):
                    yield draw(conversation), keep(conversation) if exchange.ended else gr.skip()
        finally:  # cancelled, or the browser has left
            if conversation.ticket == ticket and conversation.answering:
                conversation.stop()

    def _next(self, conversation: Conversation, ticket: str) -> Exchange | None:
        with self._taking:
            if conversation.ticket != ticket:
                return None
            exchange = conversation.waiting()
            conversation.answering = exchange is not None
            return exchange

    def stop(self, conversation: Conversation) -> Drawn:
        conversation.stop()
        return draw(conversation)

    def cite(self, conversation: Conversation, event: gr.EventData) -> str:
        return show_citation(_link(event), conversation, self._frame.index)

    def visit(self, conversation: Conversation, event: gr.EventData) -> str:
        return show_named(_link(event), conversation, self._frame.index, self._frame.tell)


def _link(event: gr.EventData) -> str:
    return str((event._data or {}).get("link"))
