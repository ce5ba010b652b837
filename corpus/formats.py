"""The kinds of files that are articles, or hold some, by the end of their names."""

from collections.abc import Sequence

TEXT_SUFFIXES = (".txt", ".md")
LINE_SUFFIXES = (".jsonl", ".jsonl.gz")
JSON_SUFFIXES = (".json", ".json.gz")
ZIP_SUFFIXES = (".zip",)
# Kinds that other people's code reads, in a process of its own: the function that takes the file's bytes and returns the
# fields of a .jsonl line, or raises `ArticleError`.
ISOLATED = {
    ".html": "corpus.html:read_html",
    ".htm": "corpus.html:read_html",
    ".xhtml": "corpus.html:read_html",
    ".mhtml": "corpus.mail:read_saved_page",
    ".mht": "corpus.mail:read_saved_page",
    ".eml": "corpus.mail:read_mail",
    ".pdf": "corpus.pdf:read_pdf",
    ".docx": "corpus.docx:read_docx",
}
ARTICLE_SUFFIXES = (*TEXT_SUFFIXES, *ISOLATED)  # a file of these is one article
COLLECTION_SUFFIXES = (*LINE_SUFFIXES, *JSON_SUFFIXES, *ZIP_SUFFIXES)  # a file of these holds any number
SUFFIXES = (*ARTICLE_SUFFIXES, *COLLECTION_SUFFIXES)
_LONGEST_FIRST = sorted(SUFFIXES, key=len, reverse=True)


def listed(suffixes: Sequence[str]) -> str:
    """Return suffixes as messages list them: ".a, .b or .c"."""
    return f"{', '.join(suffixes[:-1])} or {suffixes[-1]}"


UNKNOWN_KIND = f"is of a kind that is not read; expected {listed(SUFFIXES)}"


def suffix_of(name: str) -> str:
    """Return which of `SUFFIXES` a file's name ends in, whatever its case; "" for another kind."""
    return next((suffix for suffix in _LONGEST_FIRST if name.lower().endswith(suffix)), "")
