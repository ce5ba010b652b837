"""The words of passages, in tantivy: BM25 over stemmed words.

The folder may hold more passages than are live, never fewer; whoever searches drops the others.
"""

import math
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import REPAIR, IndexBusyError, IndexWriteError, WordsDamagedError, first_line

if TYPE_CHECKING:
    from tantivy import Index, IndexWriter, Query, Searcher, TextAnalyzer

WRITER_BYTES = 64_000_000  # tantivy's buffer while writing
_LONGEST_TERM = 40  # characters; longer runs are links or noise

# Each begins with what is rare in a text: so they are several times as fast.
_DOTTED = re.compile(r"\.[A-Za-z]\.")
_ACRONYM = re.compile(r"\b(?:[A-Za-z]\.){2,}")
_THOUSANDS = re.compile(r",(?<=\d,)(?=\d{3})")
_POSSESSIVE = re.compile(r"['’](?<=\w['’])s\b")


@cache
def _analyzer() -> "TextAnalyzer":
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    filters = (Filter.remove_long(_LONGEST_TERM), Filter.lowercase(), Filter.ascii_fold(), Filter.stemmer("English"))
    builder = TextAnalyzerBuilder(Tokenizer.simple())
    for step in filters:
        builder = builder.filter(step)
    return builder.build()


def split_terms(text: str) -> list[str]:
    """Return the index terms of `text` in order: lower-case, without accents, stemmed; "U.S." and "200,000" are one term each."""
    return _analyzer().analyze(_plain(text))


def join_acronyms(text: str) -> str:
    """Return a text with "US " in the place of "U.S."."""
    return _ACRONYM.sub(lambda match: match[0].replace(".", "") + " ", text) if _DOTTED.search(text) else text


def _plain(text: str) -> str:
    return _POSSESSIVE.sub("", _THOUSANDS.sub("", join_acronyms(text)))


class Words:
    """An opened words folder, to search; a snapshot of the moment it was opened."""

    def __init__(self, folder: Path) -> None:
        self._index = _open(folder)
        self._searcher: Searcher = self._index.searcher()  # keeps the files it reads, whatever is written meanwhile

    def search(self, terms: Iterable[str], limit: int, among: Sequence[int] | None = None) -> list[tuple[int, float]]:
        """Return up to `limit` (passage id, BM25 score), best first, for passages with any of `terms`; with `among`, only of these."""
        from tantivy import Occur, Query

        queries = [(Occur.Should, Query.term_query(self._index.schema, "text", term)) for term in terms]
        if not queries or limit < 1:
            return []
        if among is not None:
            these = Query.const_score_query(Query.term_set_query(self._index.schema, "passage", list(among)), 0.0)
            queries = [(Occur.Must, these), (Occur.Must, Query.boolean_query(queries))]
        try:
            hits = self._searcher.search(Query.boolean_query(queries), limit, count=False).hits
            ids = self._searcher.fast_field_values("passage", [address for _, address in hits])
        except ValueError as error:
            raise _damaged(error) from error
        return [(int(passage or 0), float(score)) for passage, (score, _) in zip(ids, hits, strict=True)]

    def holding(self, terms: Iterable[str]) -> list[int]:
        """Return every passage, live or not, that has all of `terms`, by id; none if there are no terms."""
        from tantivy import Occur, Query

        queries = [(Occur.Must, Query.term_query(self._index.schema, "text", term)) for term in terms]
        return self._all(Query.boolean_query(queries)) if queries else []

    def _all(self, query: "Query") -> list[int]:
        try:
            hits = self._searcher.search(query, max(self.count, 1), count=False).hits
            return sorted(int(row or 0) for row in self._searcher.fast_field_values("passage", [address for _, address in hits]))
        except ValueError as error:
            raise _damaged(error) from error

    @property
    def count(self) -> int:
        """The number of passages, live or not."""
        return int(self._searcher.num_docs)

    def of_generation(self, generation: int) -> list[int]:
        """Return the passages that were added for a generation, in order."""
        from tantivy import Query

        return self._all(Query.term_query(self._index.schema, "generation", generation))

    def rarity(self, term: str) -> float:
        """Return the inverse document frequency of `term`, as in BM25: ln(1 + (N - n + .5) / (n + .5)) of N passages, n with it."""
        holding = self._searcher.doc_freq("text", term)
        return math.log1p((max(self._searcher.num_docs - holding, 0) + 0.5) / (holding + 0.5))


class WordsWriter:
    """Adds to and removes from a words folder; everything shows at once on `commit`."""

    def __init__(self, index: "Index", writer: "IndexWriter") -> None:
        self._schema = index.schema
        self._writer = writer

    def add(self, passage: int, generation: int, text: str) -> None:
        """Add the words of a passage that belongs to a generation being built."""
        from tantivy import Document

        document = Document()
        document.add_unsigned("passage", passage)
        document.add_unsigned("generation", generation)
        document.add_text("text", _plain(text))
        with _writing():
            self._writer.add_document(document)

    def remove(self, passages: Sequence[int]) -> None:
        """Remove passages by id."""
        from tantivy import Query

        # By query: delete_documents_by_term takes an int for a signed number, and then finds none in an unsigned field.
        with _writing():
            self._writer.delete_documents_by_query(Query.term_set_query(self._schema, "passage", list(passages)))

    def remove_generation(self, generation: int) -> None:
        """Remove everything that was added for a generation."""
        from tantivy import Query

        with _writing():
            self._writer.delete_documents_by_query(Query.term_query(self._schema, "generation", generation))

    def commit(self) -> None:
        """Make the changes visible to whoever opens the folder from now on."""
        with _writing():
            self._writer.commit()


@contextmanager
def open_writer(folder: Path, *, anew: bool) -> Iterator[WordsWriter]:
    """Open a words folder for writing, or make it anew, empty; what is not committed is dropped at the end."""
    with _writing():
        if anew:
            _make(folder)
        index = _open(folder)
        writer = index.writer(WRITER_BYTES, num_threads=1)
        writer.garbage_collect_files()  # what a killed commit has left is in the way of the next: "FileAlreadyExists"
    try:
        yield WordsWriter(index, writer)
    finally:
        with _writing():
            writer.rollback()
            writer.wait_merging_threads()


def _make(folder: Path) -> None:
    from tantivy import Index, SchemaBuilder

    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    builder = SchemaBuilder()
    builder.add_unsigned_field("passage", indexed=True, fast=True)
    builder.add_unsigned_field("generation", indexed=True)
    builder.add_text_field("text", tokenizer_name="news", index_option="freq")
    Index(builder.build(), path=str(folder))


def _open(folder: Path) -> "Index":
    from tantivy import Index

    try:
        index = Index.open(str(folder))
        index.register_tokenizer("news", _analyzer())
        index.config_reader(reload_policy="manual")
        index.reload()
    except (ValueError, OSError) as error:
        raise _damaged(error) from error
    return index


def _damaged(error: Exception) -> WordsDamagedError:
    return WordsDamagedError(f"the words of the index cannot be read ({first_line(error)}); {REPAIR}")


@contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:
        if "LockBusy" in str(error):
            raise IndexBusyError("another process is writing the words of the index; wait until it is done, then index again") from error
        if "FileAlreadyExists" in str(error):
            raise _damaged(error) from error
        raise IndexWriteError(f"the words of the index cannot be written ({first_line(error)}); free disk space and index again") from error
