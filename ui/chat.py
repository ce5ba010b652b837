"""The page: a header, the tabs left, the article panel right."""

from collections.abc import Set
from pathlib import Path

import gradio as gr

from rag.writers.writer import Writer
from ui.api import Api
from ui.articles_tab import articles_tab
from ui.asking import make_check
from ui.briefing_tab import briefing_tab
from ui.chat_tab import chat_tab
from ui.frame import QUIET, Frame
from ui.panel import WAITING
from ui.publishing import keep_private, publish
from ui.settings import Settings
from ui.suggesting import Suggestions

_SCRIPT = Path(__file__).with_name("chat.js")
NOTICED = 4000  # ms within which the header tells that another process has changed the index
_NOTICES = f"""const look = () => {{ if (!document.hidden) trigger('look', {{}}); }};
setTimeout(look, 500);
setInterval(look, {NOTICED});
document.addEventListener('visibilitychange', look);"""
_LEFT_OVER = (600, 3600)  # seconds: how often uploads are looked through, and the age from which those that nobody added go
QUOTES_ONLY = "Quotes only, on this machine"


def make_page(
    settings: Settings,
    writer: Writer | None = None,
    suggestions: Suggestions | None = None,
    editors: Set[str] = frozenset(),
    *,
    read_only: bool = False,
    local: bool = True,
) -> gr.Blocks:
    """Return the page over an index, not yet launched. With a writer, answers are in its words unless the reader wants quotes only.

    `editors`: who may change the corpus from it, empty for all. `read_only`: nobody may. `local`: only this machine reaches it.
    """
    page: gr.Blocks
    check_pace = make_check()
    with gr.Blocks(title="Pullquote", analytics_enabled=False, fill_width=True, delete_cache=_LEFT_OVER) as page:
        publish(Api(settings, writer, check_pace))  # first: theirs are the names
        frame = Frame(
            settings,
            writer,
            header=gr.HTML(elem_classes="pq-top", js_on_load=_NOTICES),
            panel=gr.HTML(WAITING, js_on_load=_SCRIPT.read_text("utf-8"), elem_classes="pq-side", render=False),
            conversation=gr.State(None),
            suggestions=suggestions or Suggestions(settings.corpus),
            quotes_only=gr.Checkbox(False, label=QUOTES_ONLY, container=False, render=False) if writer else gr.State(True, False),
            editors=editors,
            read_only=read_only,
            local=local,
            check_pace=check_pace,
        )
        frame.header.value = frame.show_header(writer is None)
        with gr.Tabs(elem_classes="pq-left"):
            with gr.Tab("Chat"):
                chat_tab(frame)
            with gr.Tab("Briefing"):
                briefing_tab(frame)
            with gr.Tab("Articles") as articles:
                articles_tab(frame, articles)
        frame.panel.render()  # type: ignore[no-untyped-call]
        if writer:
            frame.quotes_only.change(frame.show_header, frame.quotes_only, frame.header, **QUIET)
        frame.header.look(frame.notice, [frame.header, frame.quotes_only], frame.header, **QUIET)
    keep_private(page)
    return page
