"""A conversation as the browser keeps it."""

import json
from dataclasses import replace
from typing import Any

import pytest

from index import Index
from rag import Answer, Filters, query
from ui.recording import MAX_LENGTH, Record, Recorded, RecordError, dump_record, load_record


@pytest.fixture(scope="module")
def record(five: Index) -> Record:
    asked = ("Who ruled out ground troops?", "What is the capital of Peru?")
    filters = Filters(sources=frozenset({"RT"}))
    return Record("0f", (*(Recorded(text, query(text, five)) for text in asked), Recorded("?", Answer("not_found", ""), filters, False)))


def test_a_conversation_comes_back_but_for_the_passages_it_was_found_in(record: Record) -> None:
    back = load_record(json.loads(json.dumps(dump_record(record))))
    slim = tuple(replace(one, answer=replace(one.answer, hits=())) for one in record.exchanges)
    assert back == replace(record, exchanges=slim)


def test_a_field_that_a_later_version_adds_is_left_out(record: Record) -> None:
    assert load_record({**dump_record(record), "colour": "red"}).id == "0f"


@pytest.mark.parametrize(
    "damage",
    [
        None,
        [],
        {"id": "0f"},
        {"id": 3, "exchanges": []},
        {"id": "0f", "exchanges": [{"question": "Who?", "answer": {"status": "sure", "text": ""}}]},
        {"id": "0f", "exchanges": [{"question": "Who?", "answer": {"status": "answered", "text": "", "claims": [1]}}]},
        {"id": "0f", "exchanges": [{"question": "Who?", "answer": {"status": "answered", "text": "", "searched": {"question": True}}}]},
        {"id": "0f", "exchanges": [], "format": 2},
        {"id": "x" * MAX_LENGTH, "exchanges": []},
        {"id": "\ud800", "exchanges": []},
    ],
    ids=["null", "list", "no exchanges", "id", "status", "claim", "question", "format", "length", "half a character"],
)
def test_what_is_no_conversation_is_refused(damage: Any) -> None:
    with pytest.raises(RecordError, match="this conversation cannot be read: .* delete it"):
        load_record(damage)


def test_a_deeply_nested_record_is_refused() -> None:
    answer: dict[str, Any] = {"status": "failed", "text": ""}
    for _ in range(2000):
        answer = {"status": "failed", "text": "", "instead": answer}
    with pytest.raises(RecordError):
        load_record({"id": "0f", "exchanges": [{"question": "Who?", "answer": answer}]})
