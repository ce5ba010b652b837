"""The tab of the articles: the rim where Gradio meets plain functions."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

import gradio as gr
from gradio.utils import get_upload_folder

from corpus.errors import PullquoteError
from corpus.fetching import fetch
from index import status
from ui.articles import ALL, SHOWN, Browsing, show_list
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
from ui.desk import Command, command
from ui.frame import QUIET, Frame
from ui.panel import show_article
from ui.rebuilding import rebuild
from ui.timeline import draw_timeline, timeline

_SCRIPT = Path(__file__).with_name("articles.js")
_FORM_SCRIPT = Path(__file__).with_name("articles_form.js")
_BARE: Final[dict[str, Any]] = {"apply_default_css": False}
_LONGEST = 200  # characters of a search
_CHANGES: Final[dict[str, Any]] = {**QUIET, "concurrency_limit": 1, "concurrency_id": "corpus"}  # one after the other
_EACH: Final[dict[str, Any]] = {**_CHANGES, "trigger_mode": "multiple"}  # what is sent meanwhile waits
READ_ONLY = "This page is read-only: articles are added and deleted where it is served from."
ONE_FILE = "The articles lie in one file: they are added and deleted there."
CHANGED = '<div class="pq-empty" role="alert">The list has changed meanwhile. Look again.</div>'
NO_EDITOR = '<p class="pq-warn" role="alert">Nothing was changed: only some readers may, and you are none of them.</p>'
_ADDING: Final = f"""<details class="pq-adding"><summary>Add articles</summary>
<label class="pq-drop" data-most="{MAX_FILES}">Files: drop them here, or choose up to {MAX_FILES} of {MAX_UPLOAD // 1_000_000} MB
<input type="file" multiple></label>
<form name="fetch"><label>Address of a page <input name="url" inputmode="url" placeholder="https://" maxlength="2000"></label>
<button class="pq-small">Add page</button></form>
<form name="paste"><label class="pq-whole">Text of an article <textarea name="text" rows="4" maxlength="{MAX_TEXT}"></textarea></label>
<label>Title <input name="title" maxlength="300"></label> <label>Outlet <input name="source" maxlength="100"></label>
<label>Date <input name="date" placeholder="2024-02-29" maxlength="20"></label>
<button class="pq-small">Add text</button></form></details>
<p class="pq-changes"><button type="button" class="pq-small" data-event="rebuild">Update index</button>
<button type="button" class="pq-small" data-event="undo" hidden>Undo</button> <span class="pq-soft pq-sending" role="status"></span></p>"""
_CHOICES = "".join(f'<label><input type="radio" name="shown" value="{one}"{" checked" * (one == ALL)}> {one}</label>' for one in SHOWN)
_SEARCH: Final = f"""<form name="search"><label class="pq-whole">Search
<input name="search" placeholder="Words of the title, outlet, date or file" maxlength="200"></label>
<fieldset><legend class="pq-hidden">Show</legend>{_CHOICES}</fieldset></form>"""

Update = dict[str, Any]


def articles_tab(frame: Frame, tab: gr.Tab) -> None:
    """Make the tab's components and events, within the page that is being made. A page that is read-only has none that change anything."""
    editable = not (frame.read_only or frame.settings.corpus.is_file())
    does = _Events(frame, editable)
    above = _ADDING if editable else f'<p class="pq-soft">{READ_ONLY if frame.read_only else ONE_FILE}</p>'
    # The pictures and the list have places of their own, so that what is typed outlives them.
    form = gr.HTML(None, html_template=above + _SEARCH, js_on_load=_FORM_SCRIPT.read_text("utf-8"), elem_classes="pq-forms", **_BARE)
    told = gr.HTML(visible=False, **_BARE)  # what became of the last change
    picture = gr.HTML(**_BARE)
    listed = gr.HTML(js_on_load=_SCRIPT.read_text("utf-8"), **_BARE)
    browsing = gr.State(Browsing())  # each browser tab has a copy of its own

    seen = tab.select(does.draw, browsing, [listed, browsing], **QUIET).then(does.picture, None, picture, **QUIET)
    form.search(does.search, browsing, [listed, browsing], trigger_mode="always_last", **QUIET)
    for event, act in ((listed.sort, does.sort), (listed.turn, does.turn)):
        event(act, browsing, [listed, browsing], **QUIET)
    listed.pick(does.open, [browsing, frame.conversation], frame.panel, **QUIET)
    if editable:
        editing = _Editing(frame)
        step = gr.State("")  # what an undo puts back

        def look_again(browsing: Browsing, quotes_only: bool) -> tuple[Any, ...]:
            return (*does.draw(browsing), does.picture(), *editing.last(), frame.show_header(quotes_only))

        renewed = [listed, browsing, picture, form, step, frame.header]
        seen.then(editing.last, None, [form, step], **QUIET)
        for done in (
            form.upload(editing.take_files, None, told, **_EACH),
            form.fetch(editing.take_page, None, [told, form], **_EACH),
            form.paste(editing.take_text, None, [told, form], **_EACH),
            form.rebuild(editing.bring_up_to_date, None, told, **_CHANGES),
            form.undo(editing.put_back, step, told, **_CHANGES),
            listed.discard(editing.take_out, browsing, told, **_EACH),
        ):
            done.then(look_again, [browsing, frame.quotes_only], renewed, **QUIET)


class _Events:
    """What the tab's events do that change nothing."""

    def __init__(self, frame: Frame, deletable: bool) -> None:
        self._frame = frame
        self._deletable = deletable

    def draw(self, browsing: Browsing) -> tuple[str, Browsing]:
        deletable = self._deletable and self._frame.may_edit()
        return show_list(browsing, self._frame.index, self._frame.tell, deletable=deletable), browsing

    def search(self, browsing: Browsing, event: gr.EventData) -> tuple[str, Browsing]:
        browsing.search(_field(event, "search")[:_LONGEST], _field(event, "shown"))
        return self.draw(browsing)

    def sort(self, browsing: Browsing, event: gr.EventData) -> tuple[str, Browsing]:
        browsing.sort(_value(event))
        return self.draw(browsing)

    def turn(self, browsing: Browsing, event: gr.EventData) -> tuple[str, Browsing]:
        browsing.turn(_value(event))
        return self.draw(browsing)

    def open(self, browsing: Browsing, conversation: Conversation, event: gr.EventData) -> str:
        article_id = browsing.article(_value(event))
        return CHANGED if article_id is None else show_article(article_id, conversation, self._frame.index, self._frame.tell)

    def picture(self) -> str:
        try:
            return draw_timeline(timeline(self._frame.index().read(lambda snapshot: snapshot.days())))
        except PullquoteError:  # told in the list's place
            return ""


class _Editing:
    """What the events do that change the corpus."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._corpus = frame.settings.corpus

    def last(self) -> tuple[Command, str]:
        """Return the name of the undo button and what it would put back."""
        found = last_removed(self._corpus)
        label = f"Undo: bring back {found.files[0].rsplit('/', 1)[-1][:40]}" if found else ""
        return command("undo", label=label, may=self._frame.may_edit()), found.step if found else ""

    def bring_up_to_date(self) -> Iterator[Update]:
        if not self._frame.may_edit():
            yield _shown(NO_EDITOR)
            return
        for state in rebuild(self._frame.settings):
            yield _shown(state)

    def take_files(self, event: gr.EventData) -> Iterator[Update]:
        sent = (event._data or {}).get("files")
        files = [Path(file) for file in sent if isinstance(file, str)] if isinstance(sent, list) else []
        for state, _ in self._change(lambda: take_files(files, self._corpus, Path(get_upload_folder()))):
            yield state

    def take_page(self, event: gr.EventData) -> Iterator[tuple[Update, Any]]:
        get = partial(fetch, private=self._frame.local)
        for state, well in self._change(lambda: [take_page(_field(event, "url"), self._corpus, get)]):
            yield state, command("clear", form="fetch", sent=_field(event, "sent")) if well else gr.skip()

    def take_text(self, event: gr.EventData) -> Iterator[tuple[Update, Any]]:
        text, title, source, date = (_field(event, name) for name in ("text", "title", "source", "date"))
        for state, well in self._change(lambda: [take_text(text, title, source, date, self._corpus)]):
            yield state, command("clear", form="paste", sent=_field(event, "sent")) if well else gr.skip()

    def take_out(self, browsing: Browsing, event: gr.EventData) -> Iterator[Update]:
        article_id = browsing.article(_value(event))
        if article_id is None:
            yield _shown(CHANGED)
            return
        try:
            head = self._frame.index().read(lambda snapshot: snapshot.head(article_id))
            last = status(self._frame.settings.index).generation.articles == 1
        except PullquoteError as error:
            yield _shown(show_outcomes([Outcome("Not deleted", False, self._frame.tell(error))]))
            return
        for state, _ in self._change(lambda: [take_out(head, self._corpus)], allow_empty=last):
            yield state

    def put_back(self, step: str) -> Iterator[Update]:
        for state, _ in self._change(lambda: [put_back(step, self._corpus)]):
            yield state

    def _change(self, change: Callable[[], Iterable[Outcome]], *, allow_empty: bool = False) -> Iterator[tuple[Update, bool]]:
        """Yield what became of each thing so far and whether the last one went well, then how far the index is if anything has changed."""
        if not self._frame.may_edit():
            yield _shown(NO_EDITOR), False
            return
        done: list[Outcome] = []
        for outcome in change():
            done.append(outcome)
            yield _shown(show_outcomes(done)), outcome.well
        if any(outcome.well for outcome in done):
            for state in rebuild(self._frame.settings, allow_empty=allow_empty):
                yield _shown(show_outcomes(done) + state), False


def _shown(html: str) -> Update:
    """Return what makes the place of the outcomes show something: empty, it would leave a gap."""
    update: Update = gr.update(value=html, visible=True)
    return update


def _value(event: gr.EventData) -> object:
    """Return what an event of the list came with."""
    return (event._data or {}).get("value")


def _field(event: gr.EventData, name: str) -> str:
    """Return a field of a form that was sent."""
    return str((event._data or {}).get(name, ""))
