import gzip
import hashlib
import json
import os
import time
from pathlib import Path

import pytest

from corpus import SHIPPED_ARTICLES, ArticleError, Failure, Source, scan
from corpus.errors import CorpusNotFoundError, SettingError

SHIPPED = {
    "000_598fce04970280a0.txt": "ce701a68b2f8ece3e35c11b51f050552d6a2f8e9832d52ba01e130f1b74b809a",
    "001_100787297a8fe750.txt": "ad52d89ba7d2498c0111003cc04233829dbc55900bd28c52dc9d4983cf672028",
    "002_a60bc5da9050e32c.txt": "e03179a848b03cd0b825e55530b3ae92ba940a27ecd5304b1d1f9743d37d14cb",
    "003_de9ab2b608b3b28d.txt": "97a80f01c901a90c47ef28404471de4cef29b84d9948843c9defc05c9a5ecdce",
    "004_348212df3e537d00.txt": "f3b0713593eb64c0b8079f93c3e59f2c7d9b3b50253409b565175fb98dfe354d",
}
ENGLISH = "Ferry runs again\n\nThe café’s owner paid £5 for it – “a fair price”, she said.\n"
RUSSIAN = "Паром снова ходит\n\nМинистр заявил в понедельник, что войска не будут направлены. Об этом сообщает агентство."


def sources(corpus: Path) -> list[Source]:
    found = list(scan(corpus))
    assert all(isinstance(source, Source) for source in found), found
    return [source for source in found if isinstance(source, Source)]


def failures(corpus: Path) -> list[str]:
    return [str(found) for found in scan(corpus) if isinstance(found, Failure)]


def ids(corpus: Path) -> list[str]:
    return [found.id for found in scan(corpus) if isinstance(found, Source)]


def write(file: Path, content: bytes | str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def lines(*articles: object) -> str:
    return "".join(json.dumps(article) + "\n" for article in articles)


def test_the_shipped_articles_are_byte_for_byte_as_collected() -> None:
    assert {source.id: hashlib.sha256(source.content).hexdigest() for source in sources(SHIPPED_ARTICLES)} == SHIPPED


@pytest.mark.parametrize(
    "furniture",
    [
        "See also",
        "SpaceX",
        "Orlando Sentinel",
        "Leave a Reply",
        "email address",
        "Required fields",
        "DigitalSiber",
        "automatically generated",
        "관련",
        "(Source:",
        "Jens Stoltenberg. (",
        "- News",
        "War News",
    ],
)
def test_no_shipped_article_holds_page_furniture(furniture: str) -> None:
    assert [source.id for source in sources(SHIPPED_ARTICLES) if furniture in source.read().text] == []


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_article_keeps_its_last_sentence(name: str) -> None:
    text = next(source for source in sources(SHIPPED_ARTICLES) if source.id == name).read().text
    assert text.endswith((".", ".”", '."'))
    assert len(text) > 2000


def test_a_folder_is_read_at_any_depth_in_a_stable_order(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.md", "a/b/c.TXT", "2024/kyiv.txt", "2025/kyiv.txt", "a.txt"):
        write(tmp_path / name, name)
    expected = ["2024/kyiv.txt", "2025/kyiv.txt", "a/b/c.TXT", "a/z.md", "a.txt", "b.txt"]
    assert ids(tmp_path) == expected
    assert [source.read().text for source in sources(tmp_path)] == expected


def test_a_relative_and_a_string_path_give_the_same_ids(tmp_path: Path) -> None:
    write(tmp_path / "a" / "b.txt", "text")
    assert [found.id for found in scan(f"{tmp_path}/./a/../a/") if isinstance(found, Source)] == ["b.txt"]


def test_hidden_files_and_folders_are_passed_over(tmp_path: Path) -> None:
    for name in (".hidden.txt", ".git/a.txt", "a/.b/c.txt", "seen.txt"):
        write(tmp_path / name, "text")
    assert list(map(str, (found.id for found in sources(tmp_path)))) == ["seen.txt"]


def test_an_empty_folder_holds_nothing(tmp_path: Path) -> None:
    assert list(scan(tmp_path)) == []


@pytest.mark.parametrize("name", ["photo.jpg", "list.csv", "noending", "a.txt.gz"])
def test_another_kind_of_file_is_reported(tmp_path: Path, name: str) -> None:
    write(tmp_path / name, "text")
    (failure,) = failures(tmp_path)
    assert failure.startswith(f"{name} is of a kind that is not read; expected .txt, .md, .html, ")
    assert failure.endswith(", .json, .json.gz or .zip")


def test_links_that_lead_nowhere_and_links_to_folders_are_reported(tmp_path: Path) -> None:
    (tmp_path / "lost.txt").symlink_to(tmp_path / "nothing")
    (tmp_path / "more").symlink_to(tmp_path)
    (tmp_path / "loop.jsonl").symlink_to(tmp_path / "loop.jsonl")
    reason = "is not a regular file, or is a link to a folder or to nothing; expected an article"
    assert failures(tmp_path) == [f"{name} {reason}" for name in ("loop.jsonl", "lost.txt", "more")]


def test_a_pipe_is_reported_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jsonl")
    assert failures(tmp_path) == ["pipe.jsonl is not a regular file, or is a link to a folder or to nothing; expected an article"]


def test_a_folder_with_the_name_of_a_file_is_a_folder(tmp_path: Path) -> None:
    write(tmp_path / "x.txt" / "a.md", "text")
    write(tmp_path / "y.jsonl" / "b.md", "text")
    assert ids(tmp_path) == ["x.txt/a.md", "y.jsonl/b.md"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_files_and_folders_without_permission_are_reported(tmp_path: Path) -> None:
    write(tmp_path / "closed" / "a.txt", "text")
    write(tmp_path / "b.txt", "text").chmod(0)
    (tmp_path / "closed").chmod(0)
    try:
        assert failures(tmp_path) == [
            "closed is a folder that cannot be read (Permission denied); check its permissions",
            "b.txt cannot be read (Permission denied); check its permissions",
        ]
    finally:
        (tmp_path / "closed").chmod(0o700)


def test_a_link_to_an_article_is_read(tmp_path: Path) -> None:
    target = write(tmp_path / "other" / "a.txt", "text")
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "b.txt").symlink_to(target)
    assert ids(tmp_path / "corpus") == ["b.txt"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param(b"caf\xe9.txt", "caf\ufffd.txt", id="no UTF-8"),
        pytest.param(b"a\nb.txt", "a\ufffdb.txt", id="newline"),
        pytest.param("Київ – 1.txt".encode(), "Київ – 1.txt", id="Ukrainian"),
        pytest.param(b" a  b.txt", " a  b.txt", id="spaces"),
        pytest.param(b"-rf *.txt", "-rf *.txt", id="shell"),
    ],
)
def test_odd_file_names(tmp_path: Path, name: bytes, shown: str) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text("text")
    (source,) = sources(tmp_path)
    assert source.id == shown
    assert source.read().id.encode()


@pytest.mark.parametrize("path", ["missing", "\0", "x" * 5000], ids=["missing", "no path", "too long"])
def test_a_missing_corpus(tmp_path: Path, path: str) -> None:
    corpus = tmp_path / path
    with pytest.raises(CorpusNotFoundError, match=r"^there is no corpus at '.*'; expected a folder of articles or a \.jsonl file$"):
        list(scan(corpus))


def test_a_single_text_file_is_no_corpus(tmp_path: Path) -> None:
    file = write(tmp_path / "a.txt", "text")
    expected = (
        rf"^corpus '{file}' is a single file; expected a folder, or a file ending in \.jsonl, \.jsonl\.gz, \.json, \.json\.gz or \.zip$"
    )
    with pytest.raises(SettingError, match=expected):
        list(scan(file))


@pytest.mark.parametrize("name", ["c.jsonl", "c.jsonl.gz", "C.JSONL", "C.Jsonl.GZ"])
def test_a_file_of_lines_as_corpus_and_in_a_folder(tmp_path: Path, name: str) -> None:
    raw = lines({"id": "k-1", "text": "One."}, {"id": 7, "text": "Two."}, {"text": "Three."}).encode()
    file = write(tmp_path / name, gzip.compress(raw) if name.lower().endswith("gz") else raw)
    third = hashlib.sha256(raw.splitlines()[2]).hexdigest()[:16]
    assert ids(file) == ["k-1", "7", third]
    assert ids(tmp_path) == [f"{name}/k-1", f"{name}/7", f"{name}/{third}"]
    assert [(source.location, source.read().text) for source in sources(file)] == [
        (f"{name} line 1", "One."),
        (f"{name} line 2", "Two."),
        (f"{name} line 3", "Three."),
    ]


def test_a_json_line_states_its_metadata(tmp_path: Path) -> None:
    stated = {"title": "T", "date": "2024-02-27", "source": "S", "url": "u", "authors": ["A", "B"], "other": [1]}
    (source,) = sources(write(tmp_path / "c.jsonl", lines({"id": "i", "text": "Text.", **stated})))
    article = source.read()
    assert (article.id, article.title, str(article.date), article.source, article.url, article.authors, article.text) == (
        "i", "T", "2024-02-27", "S", "u", ("A", "B"), "Text.",
    )  # fmt: skip


def test_blank_lines_count_but_are_no_articles(tmp_path: Path) -> None:
    file = write(tmp_path / "c.jsonl", "\ufeff" + lines({"text": "a"}) + "\n \r\n" + lines({"text": "b"}).replace("\n", "\r\n"))
    assert [source.line for source in sources(file)] == [1, 4]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        pytest.param('{"text": ', "is not JSON (Expecting value: line 2 column 1 (char 10)); expected one object a line", id="cut off"),
        pytest.param("[1, 2]", "is a JSON list; expected an object with a text", id="list"),
        pytest.param('"text"', "is a JSON str; expected an object with a text", id="string"),
        pytest.param('{"id": [1], "text": "a"}', "has the id [1]; expected a number, or text of at most 300 characters", id="list as id"),
        pytest.param('{"id": true, "text": "a"}', "has the id True; expected a number, or text of at most 300 characters", id="true as id"),
        pytest.param('{"id": " ", "text": "a"}', "has the id ' '; expected a number, or text of at most 300 characters", id="blank id"),
        pytest.param(
            json.dumps({"id": "x" * 301, "text": "a"}),
            f"has the id '{'x' * 37}...{'x' * 38}'; expected a number, or text of at most 300 characters",
            id="endless id",
        ),
    ],
)
def test_a_line_that_is_no_article(tmp_path: Path, line: str, message: str) -> None:
    file = write(tmp_path / "c.jsonl", lines({"id": 1, "text": "a"}) + line + "\n" + lines({"id": 3, "text": "c"}))
    assert failures(file) == [f"c.jsonl line 2 {message}"]
    assert ids(file) == ["1", "3"]


def test_a_line_that_nests_too_deep(tmp_path: Path) -> None:
    (failure,) = failures(write(tmp_path / "c.jsonl", "[" * 1_000_000))
    assert failure.startswith("c.jsonl line 1 is not JSON (maximum recursion depth exceeded")
    assert failure.endswith("; expected one object a line")


@pytest.mark.parametrize(
    ("article", "message"),
    [
        pytest.param({"id": 1}, '^has no "text"; expected an object with one$', id="no text"),
        pytest.param({"text": None}, '^has no "text"; expected an object with one$', id="null"),
        pytest.param({"text": 5}, "^has the text 5; expected a string$", id="number"),
        pytest.param({"text": ""}, "^holds no text; expected an article$", id="empty"),
        pytest.param({"text": "\u200b \ud800"}, "^holds no text; expected an article$", id="invisible"),
        pytest.param({"text": "— 1 —"}, "^holds no text; expected an article$", id="no letters"),
        pytest.param({"text": "Leave a Reply\n\nShare"}, "^holds only page furniture; expected an article$", id="furniture"),
        pytest.param({"text": "a", "url": {}}, r"^url is \{\}; expected text$", id="wrong type"),
    ],
)
def test_a_line_without_an_article(tmp_path: Path, article: object, message: str) -> None:
    (source,) = sources(write(tmp_path / "c.jsonl", lines(article)))
    with pytest.raises(ArticleError, match=message):
        source.read()


def test_the_first_of_two_equal_ids_is_kept(tmp_path: Path) -> None:
    file = write(tmp_path / "c.jsonl", lines({"id": "k", "text": "first"}, {"id": 5, "text": "x"}, {"id": " k\n", "text": "second"}))
    assert failures(file) == ["c.jsonl line 3 has the id 'k' of c.jsonl line 1; ids must differ, the first is kept"]
    assert [found.read().text for found in scan(file) if isinstance(found, Source)] == ["first", "x"]


def test_equal_ids_in_two_files_are_two_articles(tmp_path: Path) -> None:
    for name in ("a.jsonl", "b.jsonl"):
        write(tmp_path / name, lines({"id": 1, "text": name}))
    assert ids(tmp_path) == ["a.jsonl/1", "b.jsonl/1"]


def test_an_id_is_one_line_that_can_be_stored(tmp_path: Path) -> None:
    assert ids(write(tmp_path / "c.jsonl", lines({"id": " a\nb\ud800\u200b c ", "text": "x"}))) == ["a b c"]


def test_what_sqlite_cannot_hold_reaches_no_field(tmp_path: Path) -> None:
    bad = "x\ud800\x00y"
    (source,) = sources(
        write(tmp_path / "c.jsonl", lines({"title": bad, "text": bad, "source": bad, "url": bad, "authors": [bad], "date": bad}))
    )
    article = source.read()
    assert (article.title, article.text, article.source, article.url, article.authors) == ("xy", "xy", "xy", "xy", ("xy",))
    assert article.notes == ("has the date 'xy', indexed as undated; expected a day such as 2024-02-27",)


def test_lines_in_utf16_are_one_failure(tmp_path: Path) -> None:
    file = write(tmp_path / "c.jsonl", lines({"text": "a"}, {"text": "b"}).encode("utf-16"))
    assert failures(file) == ["c.jsonl is UTF-16; expected UTF-8: save it as UTF-8"]


def test_gzip_that_is_none(tmp_path: Path) -> None:
    file = write(tmp_path / "c.jsonl.gz", lines({"text": "a"}))
    assert failures(file) == ["c.jsonl.gz cannot be read (Not a gzipped file (b'{\"')); check the file and its permissions"]


def test_gzip_that_is_cut_off(tmp_path: Path) -> None:
    raw = lines(*({"id": number, "text": hashlib.sha256(b"%d" % number).hexdigest()} for number in range(500)))
    file = write(tmp_path / "c.jsonl.gz", gzip.compress(raw.encode())[:-4000])
    (failure,) = failures(file)
    assert failure == (
        "c.jsonl.gz is damaged gzip (Compressed file ended before the end-of-stream marker was reached);"
        " the lines before the damage were read"
    )
    assert ids(file)[:3] == ["0", "1", "2"]


def test_gzip_with_a_wrong_byte(tmp_path: Path) -> None:
    raw = bytearray(gzip.compress(lines({"id": 1, "text": "word " * 1000}).encode()))
    raw[12] ^= 0xFF
    (failure,) = failures(write(tmp_path / "c.jsonl.gz", bytes(raw)))
    assert failure.startswith(("c.jsonl.gz is damaged gzip (", "c.jsonl.gz cannot be read ("))
    assert "\n" not in failure


@pytest.mark.parametrize(
    ("content", "text"),
    [
        pytest.param(ENGLISH.encode("cp1252"), ENGLISH, id="windows-1252"),
        pytest.param(ENGLISH.encode("utf-8-sig"), ENGLISH, id="UTF-8 with mark"),
        pytest.param(ENGLISH.encode("utf-16"), ENGLISH, id="UTF-16 with mark"),
        pytest.param(b"\xfe\xff" + ENGLISH.encode("utf-16-be"), ENGLISH, id="UTF-16 BE with mark"),
        pytest.param(ENGLISH.encode("utf-16-le"), ENGLISH, id="UTF-16 LE without mark"),
        pytest.param(ENGLISH.encode("utf-16-be"), ENGLISH, id="UTF-16 BE without mark"),
        pytest.param(ENGLISH.encode("utf-32"), ENGLISH, id="UTF-32 with mark"),
        pytest.param(ENGLISH.replace("\n", "\r\n").encode(), ENGLISH, id="CRLF"),
        pytest.param(ENGLISH.replace("\n", "\r").encode(), ENGLISH, id="CR"),
        pytest.param("T\n\nDie Köche über Äpfel, à la française, señor.".encode("cp1252"),
                     "T\n\nDie Köche über Äpfel, à la française, señor.", id="windows-1252, words"),
        pytest.param(RUSSIAN.encode("cp1251"), RUSSIAN, id="windows-1251"),
        pytest.param("Привет, мир.\n\nДа.".encode("cp1251"), "Привет, мир.\n\nДа.", id="windows-1251, short"),
        pytest.param(RUSSIAN.encode("koi8_r"), RUSSIAN, id="KOI8-R"),
        pytest.param("Ż\n\nPremier powiedział w poniedziałek, że żadne wojska nie zostaną wysłane.".encode("cp1250"),
                     "Ż\n\nPremier powiedział w poniedziałek, że żadne wojska nie zostaną wysłane.", id="windows-1250"),
    ],
)  # fmt: skip
def test_encodings(tmp_path: Path, content: bytes, text: str) -> None:
    (source,) = sources(write(tmp_path / "a.txt", content).parent)
    assert source.read().text == text.split("\n\n")[-1].strip() or source.read().text == text.strip()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"", "^holds no text; expected an article$", id="empty"),
        pytest.param(b" \n\n", "^holds no text; expected an article$", id="blank"),
        pytest.param(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "^is binary, not text; expected a text file such as UTF-8$", id="PNG"),
        pytest.param(bytes(range(1, 256)) * 9, "^is binary, not text; expected a text file such as UTF-8$", id="without NUL"),
        pytest.param((RUSSIAN * 3).encode()[:-2], "^is not valid utf-8 at byte [0-9]+; save it as UTF-8$", id="cut off UTF-8"),
        pytest.param(b"\xff\xfea\x00b", "^is not valid utf-16 at byte 4; save it as UTF-8$", id="odd UTF-16"),
        pytest.param(b"\xef\xbb\xbfa\xff", "^is not valid utf-8-sig at byte [0-9]+; save it as UTF-8$", id="marked, not UTF-8"),
        pytest.param(
            b"---\na: [\n---\ntext", r"^has front matter that is not YAML \(.*\); mend it or remove the --- lines$", id="bad YAML"
        ),
    ],
)
def test_a_file_without_an_article(tmp_path: Path, content: bytes, message: str) -> None:
    (source,) = sources(write(tmp_path / "a.txt", content).parent)
    with pytest.raises(ArticleError, match=message):
        source.read()


@pytest.mark.parametrize(
    ("name", "place"), [pytest.param("a.txt", "a.txt", id="file"), pytest.param("c.jsonl", "c.jsonl line 1", id="line")]
)
def test_what_is_too_large_is_not_read(tmp_path: Path, name: str, place: str) -> None:
    write(tmp_path / name, b"x" * 20_000_000)
    start = time.monotonic()
    assert failures(tmp_path) == [f"{place} is 20.0 MB; an article may have at most 5 MB: split it"]
    assert time.monotonic() - start < 5


def test_the_lines_after_one_that_is_too_large_are_read(tmp_path: Path) -> None:
    file = write(tmp_path / "c.jsonl", json.dumps({"text": "x" * 6_000_000}) + "\n" + lines({"id": 2, "text": "a"}))
    assert failures(file) == ["c.jsonl line 1 is 6.0 MB; an article may have at most 5 MB: split it"]
    assert ids(file) == ["2"]


def test_an_article_with_an_unreadable_date_is_kept_and_noted(tmp_path: Path) -> None:
    (source,) = sources(write(tmp_path / "a.md", "---\ndate: 03/04/2024\n---\nThe ferry runs.\n").parent)
    article = source.read()
    assert (article.text, article.date) == ("The ferry runs.", None)
    assert article.notes == ("has the date '03/04/2024', indexed as undated; expected a day such as 2024-02-27",)


def test_the_digest_changes_if_and_only_if_the_content_does(tmp_path: Path) -> None:
    file = write(tmp_path / "a.txt", "The ferry runs.")
    (before,) = sources(tmp_path)
    os.utime(file, (0, 0))
    (touched,) = sources(tmp_path)
    file.rename(tmp_path / "b.txt")
    (moved,) = sources(tmp_path)
    write(tmp_path / "b.txt", "The ferry runs!")
    (changed,) = sources(tmp_path)
    assert before.digest == touched.digest == moved.digest != changed.digest


def test_the_digest_changes_with_what_reads_the_file(tmp_path: Path) -> None:
    names = ("a.txt", "a.md", "a.html", "a.htm", "a.eml")
    text, marked_up, page, another_page, mail = (Source(name, name, b"<p>The ferry runs.").digest for name in names)
    assert text == marked_up
    assert page == another_page
    assert len({text, page, mail}) == 3


def test_the_digest_of_a_line_does_not_hang_on_its_place(tmp_path: Path) -> None:
    one, two = {"id": 1, "text": "a"}, {"id": 2, "text": "b"}
    first = {source.id: source.digest for source in sources(write(tmp_path / "c.jsonl", lines(one, two)))}
    assert {source.id: source.digest for source in sources(write(tmp_path / "c.jsonl", lines(two, one)))} == first


def test_the_same_bytes_as_a_file_and_as_a_line_differ(tmp_path: Path) -> None:
    line = b'{"id": "a.txt", "text": "a"}'
    assert Source("a.txt", "a.txt", line).digest != Source("a.txt", "c.jsonl", line, 1).digest
