import io
import json
import struct
import warnings
import zipfile
from pathlib import Path

import pytest
from pages import TEXT, page

from corpus import Failure, Source, scan


def packed(files: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


def found(folder: Path, content: bytes) -> tuple[list[Source], list[str]]:
    """Return the sources and the failures of a folder that holds one archive."""
    (folder / "a.zip").write_bytes(content)
    both = list(scan(folder))
    return [one for one in both if isinstance(one, Source)], [str(one) for one in both if isinstance(one, Failure)]


def test_files_of_every_kind_are_read_from_an_archive(tmp_path: Path) -> None:
    lines = json.dumps({"id": 7, "text": "A line."})
    sources, failures = found(
        tmp_path, packed({"2024/ferry.html": page(), "b.txt": "A text.", "c.jsonl": lines, "d/e.json": lines, "empty/": ""})
    )
    assert [(source.id, source.file, source.location) for source in sources] == [
        ("a.zip/2024/ferry.html", "a.zip/2024/ferry.html", "a.zip/2024/ferry.html"),
        ("a.zip/b.txt", "a.zip/b.txt", "a.zip/b.txt"),
        ("a.zip/c.jsonl/7", "a.zip/c.jsonl", "a.zip/c.jsonl line 1"),
        ("a.zip/d/e.json/7", "a.zip/d/e.json", "a.zip/d/e.json item 1"),
    ]
    assert [source.read().text for source in sources] == [TEXT, "A text.", "A line.", "A line."]
    assert failures == []


def test_an_archive_can_be_the_corpus(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(packed({"x/b.txt": "A text."}))
    (source,) = scan(tmp_path / "a.zip")
    assert isinstance(source, Source)
    assert (source.id, source.location) == ("x/b.txt", "a.zip/x/b.txt")


def test_hidden_files_and_parts_of_pages_are_passed_over(tmp_path: Path) -> None:
    names = ("__MACOSX/._b.txt", ".git/c.txt", "p/page_files/ad.html", "p/page_files/x/y.js", "p/page.html")
    sources, failures = found(tmp_path, packed(dict.fromkeys(names, "x")))
    assert [source.id for source in sources] == ["a.zip/p/page.html"]
    assert failures == []


def test_other_kinds_and_archives_inside_are_reported(tmp_path: Path) -> None:
    _, failures = found(tmp_path, packed({"photo.jpg": "x", "in.zip": packed({"a.txt": "x"}), "x" * 1001 + ".txt": "x"}))
    assert failures[0].startswith("a.zip/photo.jpg is of a kind that is not read; expected .txt, .md, ")
    assert failures[1] == "a.zip/in.zip is a .zip inside a .zip, which is not read; unpack it"
    assert failures[2].endswith(".txt has a path of 1005 characters; expected at most 1000: rename it")


def test_names_lead_nowhere_and_are_printable(tmp_path: Path) -> None:
    sources, _ = found(tmp_path, packed({"../../evil.txt": "x", "/etc/passwd.txt": "x", "a\nb.txt": "x"}))
    assert [source.id for source in sources] == ["a.zip/../../evil.txt", "a.zip//etc/passwd.txt", "a.zip/a\ufffdb.txt"]
    assert [file.name for file in tmp_path.iterdir()] == ["a.zip"]


def test_of_two_files_with_one_name_the_first_is_kept(tmp_path: Path) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive, warnings.catch_warnings(action="ignore"):
        archive.writestr("a.txt", "First.")
        archive.writestr("a.txt", "Second.")
    sources, failures = found(tmp_path, file.getvalue())
    assert [source.read().text for source in sources] == ["First."]
    assert failures == ["a.zip/a.txt has the id 'a.zip/a.txt' of a.zip/a.txt; ids must differ, the first is kept"]


def with_flags(content: bytes, flags: int) -> bytes:
    """Set the flags of the only file, in its own head and in the directory."""
    changed = bytearray(content)
    struct.pack_into("<H", changed, 6, flags)
    struct.pack_into("<H", changed, content.index(b"PK\x01\x02") + 8, flags)
    return bytes(changed)


GOOD = packed({"a.txt": "The ferry runs again. " * 50})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"", "a.zip is no .zip, or is cut off; pack it anew", id="empty"),
        pytest.param(GOOD[:-30], "a.zip is no .zip, or is cut off; pack it anew", id="cut off"),
        pytest.param(b"PK\x05\x06" + b"\xff" * 18, "a.zip holds more than 65,534 files; split it, or unpack it", id="false count"),
        pytest.param(b"PK\x05\x06" + b"\x09\x00" * 9, "a.zip is a damaged .zip (", id="false directory"),
        pytest.param(with_flags(GOOD, 1), "a.zip/a.txt is locked with a password; pack it without one", id="locked"),
        pytest.param(
            packed({"a.txt": "x" * 99}, zipfile.ZIP_LZMA),
            "a.zip/a.txt is packed by a method other than deflate, which is not read; pack it anew",
            id="method",
        ),
        pytest.param(GOOD[:40] + b"\xff\xff" + GOOD[42:], "a.zip/a.txt is damaged in its .zip (", id="damaged"),
        pytest.param(
            packed({"a.txt": b"x" * 6_000_000}), "a.zip packs 6 MB into 0.0, as no text can be; unpack it", id="one letter repeated"
        ),
        pytest.param(
            packed({"a.html": b"x" * 51_000_000}, zipfile.ZIP_STORED),
            "a.zip/a.html is 51.0 MB; a file in a .zip may have at most 50 MB: split it",
            id="large",
        ),
    ],
)
def test_what_cannot_be_had_from_an_archive(tmp_path: Path, content: bytes, message: str) -> None:
    sources, failures = found(tmp_path, content)
    assert sources == []
    assert len(failures) == 1
    assert failures[0].startswith(message)


def test_a_false_size_hides_nothing(tmp_path: Path) -> None:
    """A file that states 22 characters and unpacks to 50 million gives no more than it states."""
    content = bytearray(packed({"a.txt": b"x" * 50_000_000}))
    struct.pack_into("<I", content, content.index(b"PK\x01\x02") + 24, 22)
    sources, failures = found(tmp_path, bytes(content))
    assert sum(len(source.content) for source in sources) <= 22
    assert len(sources) + len(failures) == 1


def test_an_archive_that_unpacks_to_too_much_in_all(tmp_path: Path) -> None:
    content = bytearray(packed({f"{number}.txt": "x" for number in range(3)}))
    place = -1
    for _ in range(3):
        place = content.index(b"PK\x01\x02", place + 1)
        struct.pack_into("<II", content, place + 20, 800_000_000, 900_000_000)
    _, failures = found(tmp_path, bytes(content))
    assert failures == ["a.zip unpacks to 2.7 GB; expected at most 2: split it, or unpack it"]
