import gzip
import json
from pathlib import Path

import pytest

from corpus import Failure, Source, scan


def failures(corpus: Path) -> list[str]:
    return [str(found) for found in scan(corpus) if isinstance(found, Failure)]


def sources(corpus: Path) -> list[Source]:
    return [found for found in scan(corpus) if isinstance(found, Source)]


def write(file: Path, value: object) -> Path:
    raw = value if isinstance(value, bytes) else json.dumps(value, indent=1).encode()
    file.write_bytes(gzip.compress(raw) if file.suffix == ".gz" else raw)
    return file


@pytest.mark.parametrize("name", ["c.json", "c.json.gz", "C.JSON"])
def test_a_list_in_a_folder_and_as_corpus(tmp_path: Path, name: str) -> None:
    file = write(tmp_path / name, [{"id": 1, "text": "One.", "updated": "2024-02-28"}, {"id": "b", "text": "Two."}])
    assert [source.id for source in sources(tmp_path)] == [f"{name}/1", f"{name}/b"]
    assert [(source.id, source.location) for source in sources(file)] == [("1", f"{name} item 1"), ("b", f"{name} item 2")]
    assert [source.read().text for source in sources(file)] == ["One.", "Two."]
    assert [str(source.read().updated) for source in sources(file)] == ["2024-02-28", "None"]


def test_one_object_has_the_id_of_its_file_unless_it_has_one(tmp_path: Path) -> None:
    write(tmp_path / "a.json", {"text": "One.", "title": "First"})
    write(tmp_path / "b.json", {"text": "Two.", "id": "own"})
    assert [(source.id, source.read().text) for source in sources(tmp_path)] == [("a.json", "One."), ("b.json/own", "Two.")]


def test_spaces_between_the_parts_of_a_file_are_no_change(tmp_path: Path) -> None:
    before = sources(write(tmp_path / "a.json", b'[{"id": 1, "text": "One."}]'))[0].digest
    assert sources(write(tmp_path / "a.json", b'[\n {"id":1,\n "text":"One."}\n]'))[0].digest == before


@pytest.mark.parametrize(
    ("value", "message"),
    [
        pytest.param(b"", "c.json is not JSON (", id="empty"),
        pytest.param(b"\xff\xfe\xff", "c.json is not JSON (", id="no text"),
        pytest.param(b"[" * 100_000, "c.json is not JSON (", id="deep"),
        pytest.param(5, "c.json item 1 is a JSON int; expected an object with a text", id="number"),
        pytest.param([{"text": "a"}, None], "c.json item 2 is a JSON NoneType; expected an object with a text", id="null"),
        pytest.param([{"id": [], "text": "a"}], "c.json item 1 has the id []; expected a number, or text of at most 300", id="id"),
        pytest.param([{"text": "x" * 6_000_000}], "c.json item 1 is 6.0 MB; an article may have at most 5 MB: split it", id="large"),
        pytest.param(b" " * 50_000_001, "c.json has more than 50 MB; save it as .jsonl, with an article a line", id="too large"),
    ],
)
def test_what_is_no_article(tmp_path: Path, value: object, message: str) -> None:
    (failure,) = failures(write(tmp_path / "c.json", value))
    assert failure.startswith(message)


def test_gzip_that_is_none_or_cut_off(tmp_path: Path) -> None:
    (tmp_path / "a.json.gz").write_bytes(b"{}")
    (tmp_path / "b.json.gz").write_bytes(gzip.compress(b'{"text": "a"}')[:-9])
    first, second = failures(tmp_path)
    assert first == "a.json.gz is damaged gzip (Not a gzipped file (b'{}')); pack it anew"
    assert second.startswith("b.json.gz is damaged gzip (Compressed file ended before")
