"""The model server of the tests speaks the protocol that the product writes answers with."""

from pathlib import Path

import httpx
import openai
import pytest
from model_server import ModelServer, serve


@pytest.fixture
def client(model_server: ModelServer) -> openai.OpenAI:
    return openai.OpenAI(base_url=model_server.url, api_key="none", max_retries=0, timeout=60)


def test_it_lists_its_model(client: openai.OpenAI, model_server: ModelServer) -> None:
    assert [model.id for model in client.models.list()] == [model_server.model]


@pytest.mark.parametrize(("limit", "reason"), [(4, "length"), (100, "stop")])
def test_an_answer_comes_in_pieces_and_says_why_it_ended_and_what_it_used(
    client: openai.OpenAI, model_server: ModelServer, limit: int, reason: str
) -> None:
    def answer() -> tuple[list[str], list[str], list[int]]:
        chunks = client.chat.completions.create(
            model=model_server.model,
            messages=[{"role": "system", "content": "You are terse."}, {"role": "user", "content": "What is the capital of France?"}],
            temperature=0,
            max_tokens=limit,
            stream=True,
            stream_options={"include_usage": True},
        )
        with chunks:
            received = list(chunks)
        choices = [choice for chunk in received for choice in chunk.choices]
        texts = [choice.delta.content for choice in choices if choice.delta.content]
        reasons = [choice.finish_reason for choice in choices if choice.finish_reason]
        return texts, [str(ended) for ended in reasons], [chunk.usage.completion_tokens for chunk in received if chunk.usage]

    texts, reasons, used = answer()
    assert len(texts) > 1
    assert reasons == [reason]
    assert (used == [limit]) == (reason == "length")
    assert answer() == (texts, reasons, used)  # at temperature 0, the same question has the same answer


def test_what_is_too_long_is_refused(client: openai.OpenAI, model_server: ModelServer) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        client.chat.completions.create(model=model_server.model, messages=[{"role": "user", "content": "word " * model_server.context}])
    assert refused.value.type == "exceed_context_size_error"


def test_it_can_be_killed_in_the_middle_of_an_answer(tmp_path: Path) -> None:
    with serve(tmp_path) as server:
        client = openai.OpenAI(base_url=server.url, api_key="none", max_retries=0, timeout=60)
        stream = client.chat.completions.create(
            model=server.model, messages=[{"role": "user", "content": "Count to one thousand."}], max_tokens=1000, stream=True
        )
        next(stream)
        server.process.kill()
        with pytest.raises(httpx.TransportError):
            list(stream)
