import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from model_server import ModelServer

from corpus import SHIPPED_ARTICLES, Source, scan
from corpus.errors import IndexMismatchError, WriterError
from index import Index, build
from rag import NOT_FOUND, Answer, query

if TYPE_CHECKING:
    from llama_index.core.base.embeddings.base import BaseEmbedding
    from llama_index.core.llms import LLM, CompletionResponse

    from rag.llamaindex import LLMWriter

KEY = "sk-proj-0123456789abcdef0123456789"
ANSWERABLE = "Who replaced Josep Borrell?"


@pytest.fixture
def make() -> Iterator[Callable[..., "LLMWriter"]]:
    """Writers that are closed at the end."""
    from rag.llamaindex import LLMWriter

    made: list[LLMWriter] = []

    def make_one(llm: "LLM", **options: Any) -> LLMWriter:
        made.append(LLMWriter(llm, **options))
        return made[-1]

    yield make_one
    for writer in made:
        writer.close()


Make = Callable[..., "LLMWriter"]


def make_llm(pieces: Callable[[], Iterator[str]], **fields: Any) -> "LLM":
    """Return a model of LlamaIndex that writes what `pieces` yields, and raises what it raises."""
    from llama_index.core.llms import CompletionResponse, CustomLLM, LLMMetadata

    class TinyLLM(CustomLLM):
        api_key: str | None = None

        @property
        def metadata(self) -> LLMMetadata:
            return LLMMetadata(model_name="tiny")

        def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
            raise NotImplementedError

        def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> "Iterator[CompletionResponse]":  # type: ignore[override]
            return (CompletionResponse(text=piece, delta=piece) for piece in pieces())

    return TinyLLM(**fields)


def make_embedding(model: str) -> "BaseEmbedding":
    """Return an embedding of LlamaIndex: how often each letter is there, not of length 1."""
    from llama_index.core.base.embeddings.base import BaseEmbedding

    class LetterEmbedding(BaseEmbedding):
        def _get_text_embedding(self, text: str) -> list[float]:
            return [float(text.casefold().count(letter)) for letter in "abcdefghijklmnopqrstuvwxyz"]

        def _get_query_embedding(self, query: str) -> list[float]:
            raise AssertionError("questions are embedded as texts are")

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_query_embedding(query)

    return LetterEmbedding(model_name=model)


def texts() -> dict[str, str]:
    return {source.id: source.read().text for source in scan(SHIPPED_ARTICLES) if isinstance(source, Source)}


def test_passages_come_as_nodes_that_are_slices_of_their_articles(five: Index) -> None:
    from rag.llamaindex import PullquoteRetriever

    articles = {source.id: source.read() for source in scan(SHIPPED_ARTICLES) if isinstance(source, Source)}
    found = PullquoteRetriever(five, top_k=4).retrieve(ANSWERABLE)
    assert len(found) == 4
    assert "Kallas replaced Josep Borrell" in found[0].text
    assert [node.score for node in found] == sorted((node.score or 0 for node in found), reverse=True)
    for node in found:
        article = articles[node.metadata["article_id"]]
        assert article.text[node.node.start_char_idx : node.node.end_char_idx] == node.text  # type: ignore[attr-defined]
        assert node.metadata == {"article_id": article.id, "title": article.title}


def test_a_response_has_the_quotes_as_its_source_nodes(five: Index) -> None:
    from rag.llamaindex import PullquoteQueryEngine

    response = PullquoteQueryEngine(five).query(ANSWERABLE)
    answer = (response.metadata or {})["answer"]
    assert isinstance(answer, Answer)
    assert answer.status == "answered"
    assert str(response) == answer.text
    assert [source.text for source in response.source_nodes] == [quote.text for quote in answer.quotes]
    assert "Kallas replaced Josep Borrell" in response.source_nodes[0].text
    for source in response.source_nodes:
        text = texts()[source.metadata["article_id"]]
        assert text[source.node.start_char_idx : source.node.end_char_idx] == source.text  # type: ignore[attr-defined]


def test_a_question_that_is_not_answered_has_no_source_nodes_and_asks_no_model(five_folder: Path) -> None:
    from rag.llamaindex import PullquoteQueryEngine

    def ask() -> Iterator[str]:
        raise AssertionError

    response = PullquoteQueryEngine(five_folder, writer=make_llm(ask)).query("What is the capital of Peru?")
    assert (str(response), response.source_nodes) == (NOT_FOUND, [])
    assert (response.metadata or {})["answer"].status == "not_found"


def test_a_model_answers_for_the_query_engine(five: Index, make: Make) -> None:
    from rag.llamaindex import PullquoteQueryEngine

    writer = make(make_llm(lambda: iter(["Kallas replaced ", "Josep Borrell [1]."])))
    response = PullquoteQueryEngine(five, writer=writer).query(ANSWERABLE)
    answer = (response.metadata or {})["answer"]
    assert (answer.status, answer.writer) == ("answered", "tiny (TinyLLM)")
    assert [claim.text for claim in answer.claims] == ["Kallas replaced Josep Borrell."]
    assert "Josep Borrell" in response.source_nodes[0].text


def test_a_model_that_fails_fails_the_response(five: Index, make: Make) -> None:
    from rag.llamaindex import PullquoteQueryEngine

    def fail() -> Iterator[str]:
        raise RuntimeError("no memory")

    response = PullquoteQueryEngine(five, writer=make(make_llm(fail))).query(ANSWERABLE)
    assert (str(response), response.source_nodes) == ("tiny (TinyLLM) failed (RuntimeError: no memory); try again", [])
    assert (response.metadata or {})["answer"].instead.status == "answered"


def test_the_mock_of_llama_index_writes(make: Make) -> None:
    from llama_index.core.llms import MockLLM

    writer = make(MockLLM(max_tokens=3))
    assert writer.name == "unknown (MockLLM)"
    assert [piece.text for piece in writer.write("Be brief.", "Is it so?") if piece.text] == ["text ", "text ", "text"]


def test_a_model_behind_the_openai_protocol_writes(model_server: ModelServer, make: Make) -> None:
    from llama_index.llms.openai_like import OpenAILike

    def like(**options: Any) -> "LLM":
        llm: LLM = OpenAILike(
            model=model_server.model, api_base=model_server.url, api_key=KEY, is_chat_model=True, max_retries=0, **options
        )
        return llm

    *pieces, last = make(like(max_tokens=4, temperature=0)).write("You are terse.", "What is the capital of France?")
    assert "".join(piece.text for piece in pieces)
    assert last.cut
    with pytest.raises(WriterError, match=rf"^{model_server.model} \(OpenAILike\) cannot hold the quotes in its context"):
        list(make(like()).write("", "word " * model_server.context))


def test_an_error_of_a_model_is_told_on_one_line_without_its_key(make: Make) -> None:
    class OutOfMemoryError(Exception):
        pass

    def fail() -> Iterator[str]:
        yield "It is "
        raise OutOfMemoryError(f"no memory\nleft for {KEY}")

    with pytest.raises(WriterError) as caught:
        list(make(make_llm(fail, api_key=KEY), name="mine").write("", "Is it so?"))
    assert str(caught.value) == "mine failed (OutOfMemoryError: no memory left for …); try again"


def test_a_model_that_writes_nothing_has_failed(make: Make) -> None:
    with pytest.raises(WriterError, match=r"^tiny \(TinyLLM\) wrote nothing; try again"):
        list(make(make_llm(lambda: iter(["", ""]))).write("", "Is it so?"))


def test_closing_stops_a_model_that_never_waits(make: Make) -> None:
    ended: list[bool] = []

    def write_for_ever() -> Iterator[str]:
        try:
            for number in count():
                yield f"{number} "
        finally:
            ended.append(True)

    pieces = make(make_llm(write_for_ever)).write("", "Is it so?")
    assert next(pieces).text == "0 "
    pieces.close()
    end = time.monotonic() + 60
    while not ended:
        assert time.monotonic() < end
        time.sleep(0.02)


def test_any_embedding_can_make_an_index(articles: Path, tmp_path: Path) -> None:
    from rag.llamaindex import LlamaIndexEmbedder

    embedder = LlamaIndexEmbedder(make_embedding("one"))
    assert np.linalg.norm(embedder.embed(["some", "words", "0"]), axis=1).tolist() == pytest.approx([1, 1, 0])
    assert build(articles, tmp_path / "index", embedder=embedder).added == 5
    with Index(tmp_path / "index", embedder) as opened:
        assert query(ANSWERABLE, opened).status == "answered"


def test_an_index_is_refused_to_another_embedding(articles: Path, tmp_path: Path) -> None:
    from rag.llamaindex import LlamaIndexEmbedder

    for file in sorted(articles.iterdir())[1:]:
        file.unlink()
    build(articles, tmp_path / "index", embedder=LlamaIndexEmbedder(make_embedding("one")))
    other = LlamaIndexEmbedder(make_embedding("two"))
    refused = "was made with embedder 'LetterEmbedding:one', not 'LetterEmbedding:two'; use that one, or delete the folder and index again"
    with pytest.raises(IndexMismatchError, match=refused):
        build(articles, tmp_path / "index", embedder=other)
    with Index(tmp_path / "index", other) as opened, pytest.raises(IndexMismatchError, match=refused):
        query(ANSWERABLE, opened)
