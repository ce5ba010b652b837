"""Pullquote's retrieval for LlamaIndex applications. Importing this module imports LlamaIndex (over a second)."""

from pathlib import Path

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from index import Index, Passage
from rag.answering import open_index, search
from rag.types import Filters


class PullquoteRetriever(BaseRetriever):
    """Passages by words and meaning, as LlamaIndex nodes.

    A node's id and character indices are those of the passage: `article.text[start_char_idx:end_char_idx] == node.text`.
    Its metadata has article_id, title, date (ISO 8601), source and url, as far as the article states them.
    """

    def __init__(self, index: str | Path | Index = ".pullquote", *, top_k: int = 10, filters: Filters | None = None) -> None:
        self._index = index if isinstance(index, Index) else open_index(index)
        self._top_k = top_k
        self._filters = filters or Filters()
        super().__init__()

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        hits = search(query_bundle.query_str, self._index, self._filters)[: self._top_k]
        return [NodeWithScore(node=_node(hit.passage), score=hit.score) for hit in hits]


def _node(passage: Passage) -> TextNode:
    article = passage.article
    stated = {
        "article_id": article.id,
        "title": article.title,
        "date": article.date.isoformat() if article.date else None,
        "source": article.source,
        "url": article.url,
    }
    return TextNode(
        id_=f"{article.id}:{passage.start}-{passage.end}",
        text=passage.text,
        start_char_idx=passage.start,
        end_char_idx=passage.end,
        metadata={name: value for name, value in stated.items() if value is not None},
    )
