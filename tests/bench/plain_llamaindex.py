"""The same work in plain LlamaIndex: SentenceSplitter, VectorStoreIndex and ChromaVectorStore, with our embedder behind a BaseEmbedding."""

import re
from collections.abc import Sequence
from pathlib import Path

import chromadb
from llama_index.core import Document, StorageContext, VectorStoreIndex
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.node_parser import SentenceSplitter
from llama_index.vector_stores.chroma import ChromaVectorStore
from pydantic import PrivateAttr

from corpus import Article
from index.embedding import Embedder

PASSAGE = 165  # words a node may have, its title among them: about as many nodes come of a text as passages
_SENTENCE = re.compile(r".+?(?:[.!?]+\s+|$)", re.DOTALL)  # quicker than the default, NLTK's, which refuses files that are hard links
BATCH = 128  # texts given to the embedder at a time, as in a build


class Embedding(BaseEmbedding):
    """An `Embedder` as LlamaIndex wants it."""

    _embedder: Embedder = PrivateAttr()

    def __init__(self, embedder: Embedder) -> None:
        super().__init__(model_name=embedder.name, embed_batch_size=BATCH)
        self._embedder = embedder

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return [[float(number) for number in vector] for vector in self._embedder.embed(texts)]

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)


class PlainIndex:
    """An index in a folder, made of articles as LlamaIndex's guides do it."""

    def __init__(self, folder: Path, articles: Sequence[Article], embedder: Embedder) -> None:
        client = chromadb.PersistentClient(str(folder))
        self._collection = client.create_collection("articles", configuration={"hnsw": {"space": "cosine"}})
        documents = [Document(text=article.text, doc_id=article.id, metadata={"title": article.title}) for article in articles]
        splitter = SentenceSplitter(chunk_size=PASSAGE, chunk_overlap=0, tokenizer=str.split, chunking_tokenizer_fn=_SENTENCE.findall)
        self._index = VectorStoreIndex.from_documents(
            documents,
            storage_context=StorageContext.from_defaults(vector_store=ChromaVectorStore(chroma_collection=self._collection)),
            embed_model=Embedding(embedder),
            transformations=[splitter],
        )

    @property
    def nodes(self) -> int:
        """How many nodes it holds."""
        return self._collection.count()

    def retriever(self, top_k: int) -> BaseRetriever:
        """Return what finds `top_k` nodes for a question."""
        return self._index.as_retriever(similarity_top_k=top_k)
