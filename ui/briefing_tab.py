"""The tab of briefings: the rim where Gradio meets plain functions."""

from collections.abc import Iterator
from pathlib import Path

import gradio as gr

from corpus.errors import PullquoteError
from rag import Briefing, brief
from rag.question import MAX_QUESTION
from ui.briefings import show_briefing
from ui.conversation import Conversation
from ui.frame import QUIET, Frame
from ui.markup import text
from ui.panel import show_quote

_SCRIPT = Path(__file__).with_name("articles.js")
_TOGETHER = 2  # briefings that are made at a time
READING = '<p class="pq-step" role="status">Reading the articles …</p>'
CHANGED = '<div class="pq-empty" role="alert">This quote is of another briefing. Make it again.</div>'


def briefing_tab(frame: Frame) -> None:
    """Make the tab's components and events, within the page that is being made. The filters of the chat limit a briefing too."""
    does = _Events(frame)
    topic = gr.Textbox(
        label="Topic",
        placeholder="ground troops in Ukraine",
        lines=1,
        submit_btn="Brief me",
        elem_classes="pq-topic",
        max_length=MAX_QUESTION,
    )
    shown = gr.HTML(js_on_load=_SCRIPT.read_text("utf-8"), apply_default_css=False)
    briefing = gr.State(None)
    making = {"concurrency_limit": _TOGETHER, "concurrency_id": "briefing", **QUIET}
    topic.submit(does.brief, [topic, frame.conversation], [shown, briefing], **making)
    shown.pick(does.open, briefing, frame.panel, **QUIET)


class _Events:
    """What the tab's events do."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    def brief(self, topic: str, conversation: Conversation) -> Iterator[tuple[str, Briefing | None]]:
        if not topic.strip():
            yield "", None
            return
        yield READING, None
        try:
            made = brief(topic, self._frame.index_to_ask(), filters=conversation.filters)
        except PullquoteError as error:
            yield f'<div class="pq-failed" role="alert">{text(self._frame.tell(error))}</div>', None
            return
        yield show_briefing(made), made

    def open(self, briefing: Briefing | None, event: gr.EventData) -> str:
        return open_quote(briefing, (event._data or {}).get("value"), self._frame)


def open_quote(briefing: Briefing | None, number: object, frame: Frame) -> str:
    """Return the panel for a quote of the briefing that is shown, by its number; one that it does not have is refused."""
    quotes = briefing.quotes if briefing else ()
    wanted = dict(enumerate(quotes, start=1))
    quote = next((quote for place, quote in wanted.items() if str(place) == str(number)), None)
    return show_quote(quote, quotes, frame.index) if quote else CHANGED
