"""The tab of the articles: the rim where Gradio meets plain functions."""

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

import gradio as gr
from gradio.utils import get_upload_folder

from corpus.errors import PullquoteError
from corpus.fetching import fetch
from index import status
from ui.articles import SHOWN, Browsing, show_list
from ui.changing import (
    MAX_FILES,
    MAX_TEXT,
    MAX_UPLOAD,
    Outcome,
    last_removed,
    put_back,
    show_outcomes,
    take_files,
    take_out,
    take_page,
    take_text,
)
from ui.conversation import Conversation
from ui.frame import QUIET, Frame
from ui.panel import show_article
from ui.rebuilding import rebuild
from ui.timeline import draw_timeline, timeline

_SCRIPT = Path(__file__).with_name("articles.js")
_CHANGES: Final[dict[str, Any]] = {**QUIET, "concurrency_limit": 1, "concurrency_id": "corpus"}  # one after the other
READ_ONLY = "This page is read-only: articles are added and deleted where it is served from."
ONE_FILE = "The articles lie in one file: they are added and deleted there."
CHANGED = '<div class="pq-empty" role="alert">The list has changed meanwhile. Look again.</div>'

Update = dict[str, Any]


def articles_tab(frame: Frame, tab: gr.Tab) -> None:
    """Make the tab's components and events, within the page that is being made. A page that is read-only has none that change anything."""
    editable = not (frame.read_only or frame.settings.corpus.is_file())
    does = _Events(frame, editable)
    if not editable:
        gr.HTML(f'<p class="pq-soft">{READ_ONLY if frame.read_only else ONE_FILE}</p>')
    editing = _Editing(frame) if editable else None
    picture = gr.HTML(apply_default_css=False)
    with gr.Row():
        search = gr.Textbox(
            label="Search", placeholder="Words of the title, outlet, date or file", lines=1, scale=3, min_width=200, max_length=200
        )
        shown = gr.Radio(list(SHOWN), value=SHOWN[0], label="Show", scale=3, min_width=340)
    listed = gr.HTML(js_on_load=_SCRIPT.read_text("utf-8"), apply_default_css=False)
    browsing = gr.State(lambda: Browsing())  # Gradio takes a dataclass itself for a value

    seen = tab.select(does.draw, browsing, [listed, browsing], **QUIET).then(does.picture, None, picture, **QUIET)
    for changed in (search.change, shown.input):
        changed(does.search, [search, shown, browsing], [listed, browsing], trigger_mode="always_last", **QUIET)
    for event, act in ((listed.sort, does.sort), (listed.turn, does.turn)):
        event(act, browsing, [listed, browsing], **QUIET)
    listed.pick(does.open, [browsing, frame.conversation], frame.panel, **QUIET)
    if editing:
        seen.then(editing.last, None, editing.undone, **QUIET)
        for done in editing.events(listed, browsing):
            done.then(does.draw, browsing, [listed, browsing], **QUIET).then(does.picture, None, picture, **QUIET)
            done.then(editing.last, None, editing.undone, **QUIET).then(frame.show_header, frame.quotes_only, frame.header, **QUIET)


class _Events:
    """What the tab's events do that change nothing."""

    def __init__(self, frame: Frame, deletable: bool) -> None:
        self._frame = frame
        self._deletable = deletable

    def draw(self, browsing: Browsing) -> tuple[str, Browsing]:
        return show_list(browsing, self._frame.index, deletable=self._deletable), browsing

    def search(self, search: str, shown: str, browsing: Browsing) -> tuple[str, Browsing]:
        browsing.search(search, shown)
        return self.draw(browsing)

    def sort(self, browsing: Browsing, event: gr.EventData) -> tuple[str, Browsing]:
        browsing.sort(_value(event))
        return self.draw(browsing)

    def turn(self, browsing: Browsing, event: gr.EventData) -> tuple[str, Browsing]:
        browsing.turn(_value(event))
        return self.draw(browsing)

    def open(self, browsing: Browsing, conversation: Conversation, event: gr.EventData) -> str:
        article_id = browsing.article(_value(event))
        return CHANGED if article_id is None else show_article(article_id, conversation, self._frame.index)

    def picture(self) -> str:
        try:
            return draw_timeline(timeline(self._frame.index().read(lambda snapshot: snapshot.days())))
        except PullquoteError:  # told in the list's place
            return ""


class _Editing:
    """The part of the tab that changes the corpus: its components, and what their events do."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._corpus = frame.settings.corpus
        with gr.Accordion("Add articles", open=False, elem_classes="pq-adding"):
            self._upload = gr.File(
                file_count="multiple",
                label=f"Up to {MAX_FILES} files of {MAX_UPLOAD // 1_000_000} MB",
                height=150,
            )
            with gr.Row(equal_height=True):
                self._url = gr.Textbox(label="Address of a page", placeholder="https://", scale=4, min_width=200, max_length=2000)
                self._fetch = gr.Button("Add page", size="sm", elem_classes="pq-act", scale=0, min_width=110)
            self._text = gr.Textbox(label="Text of an article", lines=4, max_lines=12, max_length=MAX_TEXT)
            with gr.Row(equal_height=True):
                self._title = gr.Textbox(label="Title", min_width=140, max_length=300)
                self._source = gr.Textbox(label="Outlet", min_width=100, max_length=100)
                self._date = gr.Textbox(label="Date", placeholder="2024-02-29", min_width=100, max_length=20)
                self._add = gr.Button("Add text", size="sm", elem_classes="pq-act", scale=0, min_width=110)
        with gr.Row():
            self._update = gr.Button("Update index", size="sm", elem_classes="pq-act", scale=0, min_width=130)
            self._undo = gr.Button("Undo", size="sm", elem_classes="pq-act", visible=False, scale=0, min_width=220)
        self._step = gr.State("")  # what an undo puts back
        self.undone = [self._undo, self._step]
        self._told = gr.HTML(visible=False, apply_default_css=False)  # what became of the last change

    def events(self, listed: gr.HTML, browsing: gr.State) -> list[Any]:
        """Connect the components; return the ends of the events after which the articles may be others."""
        fields = [self._text, self._title, self._source, self._date]
        return [
            self._upload.upload(self._take_files, self._upload, self._told, **_CHANGES).then(lambda: None, None, self._upload, **QUIET),
            *(event(self._take_page, self._url, [self._told, self._url], **_CHANGES) for event in (self._fetch.click, self._url.submit)),
            self._add.click(self._take_text, fields, [self._told, *fields], **_CHANGES),
            self._update.click(self._bring_up_to_date, None, self._told, **_CHANGES),
            self._undo.click(self._put_back, self._step, self._told, **_CHANGES),
            listed.discard(self._take_out, browsing, self._told, **_CHANGES),
        ]

    def last(self) -> tuple[Update, str]:
        """Return the undo button and what it would put back."""
        found = last_removed(self._corpus)
        if not found:
            return gr.update(visible=False), ""
        return gr.update(visible=True, value=f"Undo: bring back {found.files[0].rsplit('/', 1)[-1][:40]}"), found.step

    def _bring_up_to_date(self) -> Iterator[Update]:
        for state in rebuild(self._frame.settings):
            yield _shown(state)

    def _take_files(self, files: list[str] | None) -> Iterator[Update]:
        for state, _ in self._change(take_files([Path(file) for file in files or []], self._corpus, Path(get_upload_folder()))):
            yield state

    def _take_page(self, url: str) -> Iterator[tuple[Update, str | Update]]:
        for state, well in self._change([take_page(url, self._corpus, partial(fetch, private=self._frame.local))]):
            yield state, "" if well else gr.skip()

    def _take_text(self, text: str, title: str, source: str, date: str) -> Iterator[tuple[str | Update, ...]]:
        for state, well in self._change([take_text(text, title, source, date, self._corpus)]):
            yield state, *(["" if well else gr.skip()] * 4)

    def _take_out(self, browsing: Browsing, event: gr.EventData) -> Iterator[Update]:
        article_id = browsing.article(_value(event))
        if article_id is None:
            yield _shown(CHANGED)
            return
        try:
            head = self._frame.index().read(lambda snapshot: snapshot.head(article_id))
            last = status(self._frame.settings.index).generation.articles == 1
        except PullquoteError as error:
            yield _shown(show_outcomes([Outcome("Not deleted", False, str(error))]))
            return
        for state, _ in self._change([take_out(head, self._corpus)], allow_empty=last):
            yield state

    def _put_back(self, step: str) -> Iterator[Update]:
        for state, _ in self._change([put_back(step, self._corpus)]):
            yield state

    def _change(self, outcomes: Iterable[Outcome], *, allow_empty: bool = False) -> Iterator[tuple[Update, bool]]:
        """Yield what became of each thing so far, then how far the index is if anything has changed; and whether all went well."""
        done: list[Outcome] = []
        for outcome in outcomes:
            done.append(outcome)
            yield _shown(show_outcomes(done)), False
        if any(outcome.well for outcome in done):
            for state in rebuild(self._frame.settings, allow_empty=allow_empty):
                yield _shown(show_outcomes(done) + state), all(outcome.well for outcome in done)


def _shown(html: str) -> Update:
    """Return what makes the place of the outcomes show something: empty, it would leave a gap."""
    update: Update = gr.update(value=html, visible=True)
    return update


def _value(event: gr.EventData) -> object:
    """Return what an event of the list came with."""
    return (event._data or {}).get("value")
