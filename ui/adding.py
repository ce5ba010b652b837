"""`pullquote add`: put a file or page into the corpus, and index it at once."""

from collections.abc import Iterator
from typing import BinaryIO

from corpus.adding import Added, add
from index import build
from rag.composing import byline
from ui.indexing import index_once
from ui.printing import count, to_json
from ui.settings import Settings


def add_to_corpus(
    what: str, settings: Settings, *, name: str | None, replace: bool, index_now: bool, json: bool, stdin: BinaryIO
) -> Iterator[str]:
    """Add `what`, then bring the index up to date if `index_now`; yield what is to be printed. Raises as `add` and `build`."""
    added = add(what, settings.corpus, name=name, replace=replace, stdin=stdin)
    if json:
        report = build(settings.corpus, settings.index, embedder=settings.embedder, chroma_url=settings.chroma_url) if index_now else None
        yield to_json({"path": added.path, "new": added.new, "article": added.article, "index": report})
        return
    yield _describe(added)
    yield index_once(settings, allow_empty=False, json=False) if index_now else "Not indexed yet: run 'pullquote index'"


def _describe(added: Added) -> str:
    article = added.article
    what = f": {byline(article)}, {count(len(article.text), 'character')}" if article else ""
    return f"{'Added' if added.new else 'There already:'} {added.path}{what}"
