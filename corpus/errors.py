"""Every error that Pullquote raises on purpose.

PullquoteError                 root: str(error) is one line that names the value, what was expected, what to do
├── CorpusError                the corpus as a whole cannot be read
│   ├── CorpusNotFoundError    no such folder or file
│   ├── EmptyCorpusError       it holds no readable article; an existing index is left as it was
│   └── ArticlesGoneError      most of what was indexed is not there any more; the index is left as it was
├── ArticleError               one article cannot be read; the others go on
├── AddError                   an article cannot be put into the corpus
│   └── NameTakenError         another file has that name
├── RemoveError                an article cannot be taken out of the corpus, or not be put back
├── StoreError                 the index cannot serve or be written
│   ├── IndexNotFoundError     nothing has been indexed there yet
│   ├── IndexMismatchError     made by another version or another embedder
│   ├── IndexBusyError         another process is writing it                         (retryable)
│   ├── IndexStaleError        the generation being read has been dropped            (retryable)
│   ├── IndexDamagedError      a file of the index is missing or broken: of its database, or, written again from that,
│   │   ├── WordsDamagedError  of its words
│   │   └── VectorsDamagedError  of its vectors
│   ├── IndexWriteError        the disk is full or the folder cannot be written      (retryable)
│   └── VectorServerError      the Chroma server that holds the vectors does not serve (retryable)
├── ModelFileError             a shipped model file is missing or damaged
├── QuestionError              the question cannot be searched for
├── WriterError                a language model did not write; the answer is given in quotes
├── ArticleNotFoundError       no article has that id
└── SettingError               a setting or an option has a value that cannot be used
"""

import reprlib
from typing import ClassVar

REPAIR = "'pullquote index' writes them again from the index's database"  # completes what says that words or vectors are damaged

_SHORT = reprlib.Repr()
_SHORT.maxlevel, _SHORT.maxlist, _SHORT.maxdict, _SHORT.maxstring, _SHORT.maxlong, _SHORT.maxother = 2, 3, 3, 80, 40, 80


def first_line(error: BaseException) -> str:
    """Return what another library's error says, on one line of at most 200 characters; its type's name if it says nothing."""
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


def shown(value: object) -> str:
    """Return a value as messages show it: its `repr`, on one line, cut where it is long or deep."""
    return _SHORT.repr(value)


class PullquoteError(Exception):
    """Root of all expected errors; `retryable` says whether the same call can succeed later, unchanged."""

    retryable: ClassVar[bool] = False


class CorpusError(PullquoteError):
    """The corpus as a whole cannot be read."""


class CorpusNotFoundError(CorpusError):
    """The corpus path does not exist."""


class EmptyCorpusError(CorpusError):
    """The corpus holds no readable article."""


class ArticlesGoneError(CorpusError):
    """Most of the articles that were indexed are not in the corpus any more."""


class ArticleError(PullquoteError):
    """One article cannot be read; the message is the reason alone, its place is told beside it."""


class AddError(PullquoteError):
    """An article cannot be had from where it is, or not be put into the corpus."""


class NameTakenError(AddError):
    """Another file of the corpus has that name."""


class RemoveError(PullquoteError):
    """An article cannot be taken out of the corpus, or not be put back."""


class StoreError(PullquoteError):
    """The index cannot serve or be written."""


class IndexNotFoundError(StoreError):
    """Nothing has been indexed there yet."""


class IndexMismatchError(StoreError):
    """The index was made by another version of Pullquote or by another embedder."""


class IndexBusyError(StoreError):
    """Another process is writing the index."""

    retryable = True


class IndexStaleError(StoreError):
    """The generation being read has been replaced and dropped."""

    retryable = True


class IndexDamagedError(StoreError):
    """A file of the index is missing or broken; of its database, unless it is of a subclass."""


class WordsDamagedError(IndexDamagedError):
    """The words of the index are not what they should be; they can be written again from its database."""


class VectorsDamagedError(IndexDamagedError):
    """The vectors of the index are not what they should be; they can be written again from its database."""


class IndexWriteError(StoreError):
    """The index folder cannot be written, or its disk is full."""

    retryable = True


class VectorServerError(StoreError):
    """The Chroma server that holds the vectors cannot be reached, is too slow or refuses."""

    retryable = True


class ModelFileError(PullquoteError):
    """A shipped model file is missing or damaged."""


class QuestionError(PullquoteError):
    """The question cannot be searched for."""


class WriterError(PullquoteError):
    """A language model could not be asked, or did not write to the end."""

    retryable = True


class ArticleNotFoundError(PullquoteError):
    """No live article has the given id."""


class SettingError(PullquoteError):
    """A setting or an option has a value that cannot be used."""
