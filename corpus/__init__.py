"""The articles: where they lie, how one is read and cleaned."""

from pathlib import Path

from corpus.article import Article
from corpus.errors import ArticleError, CorpusError, PullquoteError
from corpus.reading import scan
from corpus.source import Failure, Source

SHIPPED_ARTICLES = Path(__file__).parent / "articles"

__all__ = ["SHIPPED_ARTICLES", "Article", "ArticleError", "CorpusError", "Failure", "PullquoteError", "Source", "scan"]
