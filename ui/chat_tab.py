"""The tab of the conversation: the rim where Gradio meets the page's plain functions."""

from collections.abc import Iterator
from typing import Any

import gradio as gr

from corpus.errors import IndexNotFoundError
from rag.question import MAX_QUESTION
from ui.examples import suggest_questions
from ui.frame import QUIET, Frame
from ui.page import WAITING, WELCOME, Conversation, respond, show_citation, show_question, show_stopped

_LONGEST = 3  # lines that the question box grows to

Messages = list[dict[str, Any]]


def chat_tab(frame: Frame) -> None:
    """Make the tab's components and events, within the page that is being made."""
    does = _Events(frame)
    conversation, quotes_only, panel = frame.conversation, frame.quotes_only, frame.panel
    chat = gr.Chatbot(
        label="Conversation",
        show_label=False,
        autoscroll=False,  # chat.js scrolls to the question instead of the end of the answer
        height="64vh",
        elem_classes="pq-chat",
        sanitize_html=True,
        latex_delimiters=[],
        buttons=[],
        placeholder=WELCOME,
        examples=[{"text": example} for example in does.examples()],
    )
    with gr.Row(visible=bool(frame.writer)):
        quotes_only.render()  # type: ignore[no-untyped-call]
        stop = gr.Button("Stop", size="sm", visible=False, scale=0, min_width=90)
    question = gr.Textbox(
        label="Question",
        placeholder="Who ruled out ground troops?",
        lines=1,
        max_lines=_LONGEST,
        autofocus=True,
        submit_btn="Ask",
        max_length=MAX_QUESTION,
    )

    taking = [question, chat, conversation]
    typed = question.submit(_take, taking, taking, **QUIET)
    picked = chat.example_select(_take_example, [chat, conversation], taking, **QUIET)
    running = []
    for taken in (typed, picked):
        taken.then(lambda quotes_only: gr.update(visible=not quotes_only), quotes_only, stop, **QUIET)
        running.append(taken.then(does.answer, [chat, conversation, quotes_only], [chat, conversation], **QUIET))
        running[-1].then(does.finish, quotes_only, [frame.header, stop], **QUIET)
    stop.click(None, cancels=running, **QUIET).then(does.stop, [chat, conversation], [chat, stop], **QUIET)
    chat.clear(lambda: (Conversation(), WAITING), None, [conversation, panel], **QUIET)
    panel.cite(does.cite, conversation, panel, **QUIET)
    panel.dismiss(lambda: WAITING, None, panel, **QUIET)


class _Events:
    """What the tab's events do."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    def examples(self) -> list[str]:
        try:
            return suggest_questions(self._frame.settings.corpus, self._frame.index())
        except IndexNotFoundError:
            return []

    def answer(self, messages: Messages, conversation: Conversation, quotes_only: bool) -> Iterator[tuple[Messages, Conversation]]:
        writer = None if quotes_only else self._frame.writer
        for html in respond(conversation.asked, conversation, self._frame.index, writer) if conversation.asked else ():
            yield [*messages, {"role": "assistant", "content": html}], conversation

    def finish(self, quotes_only: bool) -> tuple[str, dict[str, Any]]:
        return self._frame.show_header(quotes_only), gr.update(visible=False)

    def stop(self, messages: Messages, conversation: Conversation) -> tuple[Messages, dict[str, Any]]:
        asked = messages[:-1] if messages and messages[-1]["role"] == "assistant" else messages
        return [*asked, {"role": "assistant", "content": show_stopped(conversation)}], gr.update(visible=False)

    def cite(self, conversation: Conversation, event: gr.EventData) -> str:
        return show_citation(str((event._data or {}).get("citation")), conversation, self._frame.index)


def _take(question: str, messages: Messages, conversation: Conversation) -> tuple[str, Messages, Conversation]:
    """Move the question from its box into the conversation; an empty one is left alone."""
    conversation.asked = question.strip()
    if conversation.asked:
        messages = [*messages, {"role": "user", "content": show_question(question)}]
    return "", messages, conversation


def _take_example(event: gr.SelectData, messages: Messages, conversation: Conversation) -> tuple[str, Messages, Conversation]:
    """Ask the example that was clicked."""
    return _take(event.value["text"], messages, conversation)
