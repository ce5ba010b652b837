"""The web chat: the rim where Gradio meets the page's plain functions."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from corpus.errors import IndexNotFoundError, PullquoteError, SettingError
from index import Index, Progress, build, status
from rag.answering import open_index
from rag.question import MAX_QUESTION
from ui.examples import suggest_questions
from ui.page import WAITING, WELCOME, Conversation, respond, show_citation, show_error, show_header, show_question
from ui.settings import Settings

_FOLDER = Path(__file__).parent
_SYSTEM_FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif")
_LONGEST = 3  # lines that the question box grows to
_TOGETHER = 4  # questions answered at a time
_WAITING = 100  # further ones that wait

Messages = list[dict[str, Any]]


def serve(settings: Settings, *, host: str, port: int, open_browser: bool = False) -> None:
    """Open the chat and block until it is stopped. Raises `IndexNotFoundError`, and `SettingError` if the port is taken."""
    status(settings.index)  # an unusable index is told here, in one line, before anything listens
    page = make_page(settings).queue(default_concurrency_limit=_TOGETHER, max_size=_WAITING)
    try:
        _, address, _ = page.launch(
            server_name=host, server_port=port, inbrowser=open_browser, prevent_thread_lock=True, quiet=True, **launch_options()
        )
    except OSError as error:
        raise SettingError(f"cannot listen on {host} port {port}; is it taken? choose another with --port or --host") from error
    sys.stdout.write(f"Pullquote is open at {address} (Ctrl-C stops it)\n")
    sys.stdout.flush()
    page.block_thread()


def launch_options() -> dict[str, Any]:
    """How the page is launched: nothing leaves the machine and nothing is kept."""
    fonts: Any = _SYSTEM_FONTS
    theme = gr.themes.Base(primary_hue="blue", neutral_hue="slate", font=fonts, font_mono=("ui-monospace", "monospace"))
    return {
        "theme": theme,
        "css": (_FOLDER / "chat.css").read_text("utf-8"),
        "run_history": False,
        "footer_links": [],
        "share": False,
        "allowed_paths": [],
    }


def make_page(settings: Settings) -> gr.Blocks:
    """Return the chat over an index, not yet launched."""

    def index() -> Index:
        return open_index(settings.index)

    def answer(messages: Messages, state: Conversation) -> Iterator[tuple[Messages, Conversation]]:
        for html in respond(state.asked, state, index) if state.asked else ():
            yield [*messages, {"role": "assistant", "content": html}], state

    def cite(state: Conversation, event: gr.EventData) -> str:
        return show_citation(str((event._data or {}).get("citation")), state, index)

    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    page: gr.Blocks
    with gr.Blocks(title="Pullquote", analytics_enabled=False, fill_width=True) as page:
        conversation = gr.State(Conversation)
        with gr.Row(elem_classes="pq-top"):
            header = gr.HTML(_header(settings), scale=5, min_width=320)
            update = gr.Button("Update index", size="sm", scale=0, min_width=130)
        with gr.Row():
            with gr.Column(scale=3, min_width=340):
                chat = gr.Chatbot(
                    label="Conversation",
                    show_label=False,
                    autoscroll=False,  # chat.js scrolls to the question instead of the end of the answer
                    height="64vh",
                    sanitize_html=True,
                    latex_delimiters=[],
                    buttons=[],
                    placeholder=WELCOME,
                    examples=[{"text": example} for example in _examples(settings, index)],
                )
                question = gr.Textbox(
                    label="Question",
                    placeholder="Who ruled out ground troops?",
                    lines=1,
                    max_lines=_LONGEST,
                    autofocus=True,
                    submit_btn="Ask",
                    max_length=MAX_QUESTION,
                )
            with gr.Column(scale=2, min_width=340):
                panel = gr.HTML(WAITING, js_on_load=(_FOLDER / "chat.js").read_text("utf-8"))

        typed = question.submit(_take, [question, chat, conversation], [question, chat, conversation], **quiet)
        picked = chat.example_select(_take_example, [chat, conversation], [question, chat, conversation], **quiet)
        for asked in (typed, picked):
            answered = asked.then(answer, [chat, conversation], [chat, conversation], **quiet)
            answered.then(lambda: _header(settings), None, header, **quiet)
        chat.clear(lambda: (Conversation(), WAITING), None, [conversation, panel], **quiet)
        update.click(lambda: _update(settings), None, header, concurrency_limit=1, api_visibility="private")
        page.load(lambda: _header(settings), None, header, **quiet)
        panel.cite(cite, conversation, panel, **quiet)
        panel.dismiss(lambda: WAITING, None, panel, **quiet)
    return page


def _take(question: str, messages: Messages, conversation: Conversation) -> tuple[str, Messages, Conversation]:
    """Move the question from its box into the conversation; an empty one is left alone."""
    conversation.asked = question.strip()
    if conversation.asked:
        messages = [*messages, {"role": "user", "content": show_question(question)}]
    return "", messages, conversation


def _take_example(event: gr.SelectData, messages: Messages, conversation: Conversation) -> tuple[str, Messages, Conversation]:
    """Ask the example that was clicked."""
    return _take(event.value["text"], messages, conversation)


def _header(settings: Settings) -> str:
    try:
        return show_header(status(settings.index))
    except PullquoteError as error:
        return show_error(error)


def _update(settings: Settings, progress: gr.Progress = gr.Progress()) -> str:  # noqa: B008 - how Gradio injects it
    def show(done: Progress) -> None:
        progress((done.articles, done.total), unit="articles")

    try:
        report = build(settings.corpus, settings.index, embedder=settings.embedder, progress=show)
    except PullquoteError as error:
        gr.Warning(str(error), duration=8)
    else:
        gr.Info(f"{report.added} added, {report.changed} changed, {report.removed} removed", title="Index updated", duration=4)
    return _header(settings)


def _examples(settings: Settings, index: Any) -> list[str]:
    try:
        return suggest_questions(settings.corpus, index())
    except IndexNotFoundError:
        return []
