"""A conversation as plain JSON, which the reader's browser keeps, and back.

What comes back from a browser is checked to its last field, and drawn anew from its values: no HTML is kept.
"""

import dataclasses
import datetime as dt
import json
import types
from collections.abc import Mapping
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from corpus.errors import PullquoteError
from rag import Answer, Filters
from ui.listings import shorten_list
from ui.printing import to_json

FORMAT: Final = 1
MAX_LENGTH = 4_000_000  # bytes of a record, about what a browser keeps for a page
_MAX_EXCHANGES = 500
_PLAIN: Mapping[Any, Any] = {str: str, int: int, float: (int, float), bool: bool}


class RecordError(PullquoteError):
    """What a browser kept is no conversation, or a conversation cannot be kept."""


@dataclasses.dataclass(frozen=True, slots=True)
class Recorded:
    """One question of a conversation and its whole answer, without the passages that were retrieved."""

    question: str
    answer: Answer
    filters: Filters = Filters()
    infer: bool = True
    verdict: Literal["", "up", "down"] = ""  # what the reader said of the answer


@dataclasses.dataclass(frozen=True, slots=True)
class Record:
    """A conversation as it is kept."""

    id: str
    exchanges: tuple[Recorded, ...]
    format: int = FORMAT


def dump_record(record: Record) -> dict[str, Any]:
    """Return a record as JSON has it. Raises `RecordError` for one that `load_record` would refuse as too long."""
    slim = [dataclasses.replace(one, answer=_without_hits(one.answer)) for one in record.exchanges]
    plain: dict[str, Any] = json.loads(to_json(dataclasses.replace(record, exchanges=tuple(slim))))
    if _is_too_long(record, plain):
        raise RecordError("This conversation is too long to be kept; export it.")
    return plain


def _is_too_long(record: Record, plain: object) -> bool:
    return len(record.exchanges) > _MAX_EXCHANGES or len(json.dumps(plain, ensure_ascii=False).encode()) > MAX_LENGTH


def _without_hits(answer: Answer) -> Answer:
    return dataclasses.replace(shorten_list(answer), hits=(), instead=_without_hits(answer.instead) if answer.instead else None)


def load_record(plain: object) -> Record:
    """Return what `dump_record` made JSON of. Raises `RecordError` if it is anything else."""
    try:
        record: Record = revive(Record, plain)
        too_long = _is_too_long(record, plain)
    except (ValueError, TypeError, RecursionError) as error:
        raise RecordError("this conversation cannot be read: it was kept by another version, or it is damaged; delete it") from error
    if record.format != FORMAT or too_long:
        raise RecordError("this conversation cannot be read: it was kept by another version, or it is too long; delete it")
    return record


def revive(kind: Any, value: Any) -> Any:
    """Return JSON as a value of a type: a dataclass, str, int, float, bool, date, Literal, tuple, frozenset, Mapping or a union of these.

    A dataclass's field that is missing has its default, a key that is no field is left out. Raises `ValueError` or `TypeError` if the
    JSON is not of that type.
    """
    if dataclasses.is_dataclass(kind):
        return _revive_fields(kind, value)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _revive_any(arguments, value)
    if origin is not None:
        return _revive_generic(origin, arguments, value)
    if kind is dt.date:
        return dt.date.fromisoformat(value)
    if isinstance(value, _PLAIN.get(kind, ())) and (kind is bool or not isinstance(value, bool)):
        return value
    raise ValueError(f"expected {kind}")


def _revive_generic(origin: Any, arguments: tuple[Any, ...], value: Any) -> Any:
    if origin is Literal and value in arguments:
        return value
    if origin is tuple and isinstance(value, list) and (arguments[-1] is Ellipsis or len(value) == len(arguments)):
        kinds = arguments[:1] * len(value) if arguments[-1] is Ellipsis else arguments
        return tuple(revive(kind, item) for kind, item in zip(kinds, value, strict=True))
    if origin is frozenset and isinstance(value, list):
        return frozenset(revive(arguments[0], item) for item in value)
    if origin is Mapping and isinstance(value, dict):
        return {revive(arguments[0], key): revive(arguments[1], item) for key, item in value.items()}
    raise ValueError(f"expected {origin}")


def _revive_any(kinds: tuple[Any, ...], value: Any) -> Any:
    if value is None and type(None) in kinds:
        return None
    for kind in kinds:
        if kind is not type(None):
            try:
                return revive(kind, value)
            except (ValueError, TypeError):
                continue
    raise ValueError(f"expected one of {kinds}")


def _revive_fields(kind: Any, value: Any) -> Any:
    if not isinstance(value, dict):
        raise ValueError(f"expected the fields of {kind}")
    hints = get_type_hints(kind)
    return kind(**{field.name: revive(hints[field.name], value[field.name]) for field in dataclasses.fields(kind) if field.name in value})
