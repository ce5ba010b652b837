"""Pullquote in LlamaIndex applications, and LlamaIndex's models in Pullquote. Importing this imports LlamaIndex (seconds)."""

from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

import numpy as np
from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.base.llms.types import ChatMessage, MessageRole
from llama_index.core.base.response.schema import Response
from llama_index.core.callbacks import CallbackManager
from llama_index.core.llms import LLM
from llama_index.core.prompts.mixin import PromptMixinType
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from index import ArticleHead, Index, Passage
from index.embedding import Vectors
from rag.answering import open_index, query, search
from rag.types import Answer, Filters, Quote
from rag.writers.streaming import TIMEOUT, StreamingWriter
from rag.writers.writer import Piece, Writer


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
        return [NodeWithScore(node=_node(hit.passage, hit.passage.article), score=hit.score) for hit in hits]


class PullquoteQueryEngine(BaseQueryEngine):
    """Whole answers for LlamaIndex: in quotes, or in the words of a `writer`, checked against them.

    A response's source nodes are the answer's quotes, the first is citation [1]; its metadata has the `Answer` as "answer".
    """

    def __init__(
        self, index: str | Path | Index = ".pullquote", *, filters: Filters | None = None, writer: Writer | LLM | None = None
    ) -> None:
        self._index = index if isinstance(index, Index) else open_index(index)
        self._filters = filters
        self._writer = LLMWriter(writer) if isinstance(writer, LLM) else writer
        super().__init__(CallbackManager())

    def _query(self, query_bundle: QueryBundle) -> Response:
        return _response(query(query_bundle.query_str, self._index, filters=self._filters, writer=self._writer))

    async def _aquery(self, query_bundle: QueryBundle) -> Response:
        return self._query(query_bundle)

    def _get_prompt_modules(self) -> PromptMixinType:
        return {}


class LLMWriter(StreamingWriter):
    """Any LlamaIndex `LLM` as a writer. `name` is what readers are told; by default the model's name and its class."""

    def __init__(self, llm: LLM, name: str = "", *, timeout: float = TIMEOUT) -> None:
        super().__init__(timeout)
        self._llm = llm
        self._name = name or f"{llm.metadata.model_name} ({type(llm).__name__})"

    @property
    def name(self) -> str:
        """The model, as readers are told."""
        return self._name

    async def stream(self, instructions: str, request: str) -> AsyncGenerator[Piece, None]:
        """Yield a text as it arrives."""
        from rag.openai_writer import check_end

        messages = [ChatMessage(role=MessageRole.SYSTEM, content=instructions), ChatMessage(role=MessageRole.USER, content=request)]
        came, finish, speaks_openai = False, "", False
        async for response in await self._llm.astream_chat(messages):
            for choice in getattr(response.raw, "choices", None) or ():
                speaks_openai, finish = True, getattr(choice, "finish_reason", None) or finish
            came = came or bool(response.delta)
            yield Piece(response.delta or "")
        check_end(finish if speaks_openai else "stop", came)
        yield Piece(cut=finish == "length")

    def describe(self, error: BaseException) -> str:
        """Return what happened and what to do."""
        from rag.openai_writer import describe, excerpt, is_known

        key = str(getattr(self._llm, "api_key", None) or "")
        return describe(error, key) if is_known(error) else f"failed ({type(error).__name__}: {excerpt(error, key)}); try again"


class LlamaIndexEmbedder:
    """Any LlamaIndex `BaseEmbedding` as an index's embedder: `build(..., embedder=it)`, then `Index(folder, embedder=it)`.

    Questions are embedded as texts are. An index remembers `name` and refuses another.
    """

    def __init__(self, embedding: BaseEmbedding) -> None:
        self._embedding = embedding
        self.name = f"{type(embedding).__name__}:{embedding.model_name}"
        self.fingerprint = embedding.model_name

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text, shape (len(texts), dimension)."""
        vectors = np.array(self._embedding.get_text_embedding_batch(list(texts)), np.float32)
        scaled: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return scaled


def _response(answer: Answer) -> Response:
    nodes = [NodeWithScore(node=_node(quote, quote)) for quote in answer.quotes]
    return Response(answer.text, nodes, {"answer": answer})


def _node(slice_: Passage | Quote, article: ArticleHead | Quote) -> TextNode:
    article_id = article.article_id if isinstance(article, Quote) else article.id
    stated = {
        "article_id": article_id,
        "title": article.title,
        "date": article.date.isoformat() if article.date else None,
        "source": article.source,
        "url": article.url,
    }
    return TextNode(
        id_=f"{article_id}:{slice_.start}-{slice_.end}",
        text=slice_.text,
        start_char_idx=slice_.start,
        end_char_idx=slice_.end,
        metadata={name: value for name, value in stated.items() if value is not None},
    )
