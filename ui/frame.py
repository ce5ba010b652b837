"""What every tab of the page works with: the header, the article panel, the reader's conversation."""

from collections.abc import Callable, Set
from dataclasses import dataclass
from typing import Any, Final

import gradio as gr
from gradio.context import LocalContext

from corpus.errors import PullquoteError
from index import Index, status
from rag.answering import open_index
from rag.writers.writer import Writer
from ui.api import OUT_OF_ORDER, tell
from ui.page import show_error, show_header
from ui.settings import Settings
from ui.suggesting import Suggestions

QUIET: Final[dict[str, Any]] = {"show_progress": "hidden", "api_visibility": "private"}  # an event of the page's own, no part of its API


@dataclass(frozen=True, slots=True)
class Frame:
    """The components that several tabs share, and what is known when the page is made."""

    settings: Settings
    writer: Writer | None  # the model that writes answers, if there is one
    header: gr.HTML  # the corpus' state, from `show_header`
    panel: gr.HTML  # the open article; its script triggers "cite" and "dismiss"
    conversation: gr.State  # of a `Conversation`, one for each browser tab from when it is opened
    suggestions: Suggestions  # for conversations that begin
    quotes_only: gr.Checkbox | gr.State  # whether the reader wants no model
    editors: Set[str] = frozenset()  # readers who may change the corpus, empty for all
    read_only: bool = False  # whether nobody may change the corpus or the index from the page
    local: bool = True  # whether only this machine reaches the page

    check_pace: Callable[[], None] = lambda: None  # raises `QuestionError` if the reader asks too fast

    def may_edit(self) -> bool:
        """Whether whoever the running event is for may change the corpus and the index."""
        request = LocalContext.request.get(None)
        return not (self.read_only or self.editors) or bool(request and request.username in self.editors)

    def index_to_ask(self) -> Index:
        """Return the index for one more question. Raises `QuestionError` if it is one too many, and `IndexNotFoundError`."""
        self.check_pace()
        return self.index()

    def index(self) -> Index:
        """Return the index, opened. Raises `IndexNotFoundError`."""
        return open_index(self.settings.index, self.settings.chroma_url)

    def show_header(self, quotes_only: bool) -> str:
        """Return the header as of now: an event with input `quotes_only` and output `header`."""
        try:
            return show_header(status(self.settings.index), self.writer.name if self.writer and not quotes_only else "")
        except PullquoteError as error:
            return show_error(str(error) if self.local else OUT_OF_ORDER)  # not told to the log every few seconds

    def tell(self, error: PullquoteError) -> str:
        """Return what a reader is told: who sits at this machine everything, others nothing of its folders."""
        return str(error) if self.local else tell(error)

    def notice(self, shown: str, quotes_only: bool) -> Any:
        """Return the header if it is another than the one shown; else nothing changes."""
        header = self.show_header(quotes_only)
        return gr.skip() if header == shown else header
