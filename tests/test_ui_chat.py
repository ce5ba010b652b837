"""What the events of the chat do, without a browser."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
from scripted import ScriptedWriter

from rag.writers.writer import Writer
from ui import chat_tab, desk_events
from ui.conversation import Conversation
from ui.frame import Frame
from ui.settings import Settings
from ui.suggesting import Suggestions

RULED, WHO = "Who ruled out ground troops?", "Who replaced Josep Borrell?"


class Chat:
    """One reader's chat over an index: a conversation, and what the page's events do with it."""

    def __init__(self, index: Path, writer: Writer | None = None) -> None:
        settings = Settings(index=index)
        parts = gr.HTML(), gr.HTML(), gr.State(), Suggestions(settings.corpus), gr.State()
        self._frame = Frame(settings, writer, *parts)
        self._does = chat_tab._Events(self._frame)
        self._desk = desk_events._Events(self._frame, self._does.begin)
        self.conversation = Conversation()

    def type(self, question: str, quotes_only: bool = False) -> None:
        """Send a question from the box."""
        sent = gr.EventData(None, {"typed": [[self.conversation.heard + 1, question]]})
        self._does.take(self.conversation, quotes_only, sent)

    def press(self, value: str, text: str = "", quotes_only: bool = False) -> None:
        """Press a button that asks."""
        self._desk.ask(self.conversation, quotes_only, gr.EventData(None, {"value": value, "question": text}))

    def lead_on(self) -> Iterator[Any]:
        """Find questions that lead on."""
        return self._desk.lead_on(self.conversation)

    def leave(self) -> None:
        """Begin a new conversation."""
        self.conversation, *_ = self._desk.fresh(self.conversation)

    def answer(self) -> Iterator[tuple[Any, Any]]:
        """Answer what waits; yield what the conversation is drawn as, and what the browser is told."""
        return self._does.answer(self.conversation, self.conversation.ticket)


def test_quotes_only_holds_for_what_is_asked_while_a_model_still_writes(five_folder: Path) -> None:
    writer = ScriptedWriter("NATO has ruled out ground troops. [1]")
    chat = Chat(five_folder, writer)
    chat.type(RULED)
    answering = chat.answer()
    while not writer.requests:
        next(answering)
    chat.type(WHO, quotes_only=True)
    chat.press("ask", "What did Peskov say?", quotes_only=True)
    chat.press("retry-1", quotes_only=True)
    list(answering)
    answers = [exchange.answer for exchange in chat.conversation.exchanges]
    assert [bool(answer and answer.writer) for answer in answers] == [True, False, False, False]
    assert [answer.status for answer in answers if answer] == ["answered"] * 4
    assert len(writer.requests) == 1


def test_each_answer_is_kept_once_it_is_there_while_later_questions_wait(five_folder: Path) -> None:
    chat = Chat(five_folder)
    chat.type(RULED)
    chat.type(WHO)
    told = [command for _, command in chat.answer() if "record" in command]
    assert [[kept["question"] for kept in command["record"]["exchanges"]] for command in told] == [[RULED], [RULED, WHO]]


def test_nothing_leads_on_from_a_conversation_that_was_left(five_folder: Path) -> None:
    chat = Chat(five_folder)
    chat.type(RULED)
    list(chat.answer())
    assert len(list(chat.lead_on())) > 1
    leading = chat.lead_on()
    next(leading)
    chat.leave()
    assert list(leading) == []
    assert list(chat.lead_on()) == [gr.skip()]  # what is offered to begin with stays
