"""The page: a header, the tabs left, the article panel right."""

from pathlib import Path

import gradio as gr

from rag.writer import Writer
from ui.api import Api
from ui.articles_tab import articles_tab
from ui.asking import make_check
from ui.briefing_tab import briefing_tab
from ui.chat_tab import chat_tab
from ui.conversation import Conversation
from ui.frame import QUIET, Frame
from ui.panel import WAITING
from ui.publishing import keep_private, publish
from ui.settings import Settings

_SCRIPT = Path(__file__).with_name("chat.js")
NOTICED = 4.0  # seconds within which the header tells that another process has changed the index
QUOTES_ONLY = "Quotes only, on this machine"


def make_page(settings: Settings, writer: Writer | None = None, *, read_only: bool = False, local: bool = True) -> gr.Blocks:
    """Return the page over an index, not yet launched. With a writer, answers are in its words unless the reader wants quotes only.

    `read_only`: nobody may change the corpus or the index from it. `local`: only this machine reaches it.
    """
    page: gr.Blocks
    check_pace = make_check()
    with gr.Blocks(title="Pullquote", analytics_enabled=False, fill_width=True) as page:
        publish(Api(settings, writer))  # first: theirs are the names
        frame = Frame(
            settings,
            writer,
            header=gr.HTML(elem_classes="pq-top"),
            panel=gr.HTML(WAITING, js_on_load=_SCRIPT.read_text("utf-8"), render=False),
            conversation=gr.State(lambda: Conversation()),  # Gradio cannot show a dataclass itself
            quotes_only=gr.Checkbox(writer is None, label=QUOTES_ONLY, container=False, render=False),
            read_only=read_only,
            local=local,
            check_pace=check_pace,
        )
        frame.header.value = frame.show_header(writer is None)
        with gr.Row(elem_classes="pq-main"):
            with gr.Column(scale=3, min_width=340, elem_classes="pq-left"), gr.Tabs():
                with gr.Tab("Chat"):
                    chat_tab(frame)
                with gr.Tab("Briefing"):
                    briefing_tab(frame)
                with gr.Tab("Articles") as articles:
                    articles_tab(frame, articles)
            with gr.Column(scale=2, min_width=340, elem_classes="pq-side"):
                frame.panel.render()  # type: ignore[no-untyped-call]
        for changed in (frame.quotes_only.change, page.load):
            changed(frame.show_header, frame.quotes_only, frame.header, **QUIET)
        gr.Timer(NOTICED).tick(frame.notice, [frame.header, frame.quotes_only], frame.header, **QUIET)
    keep_private(page)
    return page
