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
from rag.writer import Writer
from ui.examples import suggest_questions
from ui.page import WAITING, WELCOME, Conversation, respond, show_citation, show_error, show_header, show_question, show_stopped
from ui.settings import Settings

_FOLDER = Path(__file__).parent
_SYSTEM_FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif")
_LONGEST = 3  # lines that the question box grows to
_TOGETHER = 4  # questions answered at a time
_WAITING = 100  # further ones that wait
QUOTES_ONLY = "Quotes only, on this machine"

Messages = list[dict[str, Any]]


def serve(settings: Settings, writer: Writer | None = None, *, host: str, port: int, open_browser: bool = False) -> None:
    """Open the chat and block until it is stopped. Raises `IndexNotFoundError`, and `SettingError` if the port is taken."""
    status(settings.index)  # an unusable index is told here, in one line, before anything listens
    page = make_page(settings, writer).queue(default_concurrency_limit=_TOGETHER, max_size=_WAITING)
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


def make_page(settings: Settings, writer: Writer | None = None) -> gr.Blocks:
    """Return the chat over an index, not yet launched. With a writer, answers are in its words unless the reader wants quotes only."""
    does = _Events(settings, writer)
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    page: gr.Blocks
    with gr.Blocks(title="Pullquote", analytics_enabled=False, fill_width=True) as page:
        conversation = gr.State(Conversation)
        with gr.Row(elem_classes="pq-top"):
            header = gr.HTML(does.header(writer is None), scale=5, min_width=320)
            update = gr.Button("Update index", size="sm", scale=0, min_width=130)
        with gr.Row():
            with gr.Column(scale=3, min_width=340):
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
                with gr.Row(visible=bool(writer)):
                    quotes_only = gr.Checkbox(writer is None, label=QUOTES_ONLY, container=False)
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
            with gr.Column(scale=2, min_width=340):
                panel = gr.HTML(WAITING, js_on_load=(_FOLDER / "chat.js").read_text("utf-8"))

        taking = [question, chat, conversation]
        typed = question.submit(_take, taking, taking, **quiet)
        picked = chat.example_select(_take_example, [chat, conversation], taking, **quiet)
        running = []
        for taken in (typed, picked):
            taken.then(lambda quotes_only: gr.update(visible=not quotes_only), quotes_only, stop, **quiet)
            running.append(taken.then(does.answer, [chat, conversation, quotes_only], [chat, conversation], **quiet))
            running[-1].then(does.finish, quotes_only, [header, stop], **quiet)
        stop.click(None, cancels=running, **quiet).then(does.stop, [chat, conversation], [chat, stop], **quiet)
        chat.clear(lambda: (Conversation(), WAITING), None, [conversation, panel], **quiet)
        update.click(does.update, quotes_only, header, concurrency_limit=1, api_visibility="private")
        for changed in (quotes_only.change, page.load):
            changed(does.header, quotes_only, header, **quiet)
        panel.cite(does.cite, conversation, panel, **quiet)
        panel.dismiss(lambda: WAITING, None, panel, **quiet)
    return page


class _Events:
    """What the page's events do."""

    def __init__(self, settings: Settings, writer: Writer | None) -> None:
        self._settings = settings
        self._writer = writer

    def header(self, quotes_only: bool) -> str:
        try:
            return show_header(status(self._settings.index), self._writer.name if self._writer and not quotes_only else "")
        except PullquoteError as error:
            return show_error(error)

    def examples(self) -> list[str]:
        try:
            return suggest_questions(self._settings.corpus, self._index())
        except IndexNotFoundError:
            return []

    def answer(self, messages: Messages, conversation: Conversation, quotes_only: bool) -> Iterator[tuple[Messages, Conversation]]:
        writer = None if quotes_only else self._writer
        for html in respond(conversation.asked, conversation, self._index, writer) if conversation.asked else ():
            yield [*messages, {"role": "assistant", "content": html}], conversation

    def finish(self, quotes_only: bool) -> tuple[str, dict[str, Any]]:
        return self.header(quotes_only), gr.update(visible=False)

    def stop(self, messages: Messages, conversation: Conversation) -> tuple[Messages, dict[str, Any]]:
        asked = messages[:-1] if messages and messages[-1]["role"] == "assistant" else messages
        return [*asked, {"role": "assistant", "content": show_stopped(conversation)}], gr.update(visible=False)

    def cite(self, conversation: Conversation, event: gr.EventData) -> str:
        return show_citation(str((event._data or {}).get("citation")), conversation, self._index)

    def update(self, quotes_only: bool, progress: gr.Progress = gr.Progress()) -> str:  # noqa: B008 - how Gradio injects it
        def show(done: Progress) -> None:
            progress((done.articles, done.total), unit="articles")

        try:
            report = build(
                self._settings.corpus,
                self._settings.index,
                embedder=self._settings.embedder,
                chroma_url=self._settings.chroma_url,
                progress=show,
            )
        except PullquoteError as error:
            gr.Warning(str(error), duration=8)
        else:
            gr.Info(f"{report.added} added, {report.changed} changed, {report.removed} removed", title="Index updated", duration=4)
        return self.header(quotes_only)

    def _index(self) -> Index:
        return open_index(self._settings.index, self._settings.chroma_url)


def _take(question: str, messages: Messages, conversation: Conversation) -> tuple[str, Messages, Conversation]:
    """Move the question from its box into the conversation; an empty one is left alone."""
    conversation.asked = question.strip()
    if conversation.asked:
        messages = [*messages, {"role": "user", "content": show_question(question)}]
    return "", messages, conversation


def _take_example(event: gr.SelectData, messages: Messages, conversation: Conversation) -> tuple[str, Messages, Conversation]:
    """Ask the example that was clicked."""
    return _take(event.value["text"], messages, conversation)
