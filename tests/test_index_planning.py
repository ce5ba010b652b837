import json
from datetime import date
from pathlib import Path

import pytest
from pages import TEXT, page
from test_index_support import HashedWords, everything

from corpus.errors import ArticleNotFoundError
from index import BuildReport, Index, build
from index.planning import canonical_url

BODY = "The common council approved the tram line on Friday. It will cost 5 million."
OTHER = "The common harbour froze over in January. Ferries stayed away."


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    (tmp_path / "corpus").mkdir()
    return tmp_path / "corpus"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the index goes; nothing is there yet."""
    return tmp_path / "index"


@pytest.fixture
def embedder() -> HashedWords:
    return HashedWords()


def write(file: Path, body: str = BODY, **stated: str) -> Path:
    """Write an article that states what is given."""
    stated = {"title": "Tram line", **stated}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("---\n" + "".join(f"{key}: {value}\n" for key, value in stated.items()) + f"---\n{body}\n")
    return file


def counts(report: BuildReport) -> dict[str, int]:
    names = ("added", "changed", "moved", "removed", "unchanged")
    found = {name: getattr(report, name) for name in names} | {"failed": len(report.failed)}
    return {name: number for name, number in found.items() if number}


def index_of(corpus: Path, folder: Path) -> dict[str, int]:
    return counts(build(corpus, folder, embedder=HashedWords()))


def articles(folder: Path) -> dict[str, tuple[tuple[str, ...], str]]:
    """Return id -> (paths, text) of the live articles, each of which is found by words and by vectors."""
    with Index(folder) as index:
        snapshot = index.snapshot()
        assert {passage.article_id for passage in everything(snapshot)} == {head.id for head in snapshot.heads()}
        return {head.id: (head.paths, snapshot.article(head.id).text) for head in snapshot.heads()}


def versions(folder: Path, article_id: str) -> list[tuple[int, bool, str]]:
    with Index(folder) as index:
        return [(version.number, version.live, version.article.text) for version in index.snapshot().versions(article_id)]


# Identity


def test_one_content_under_two_names_is_one_article_with_two_paths(corpus: Path, folder: Path, embedder: HashedWords) -> None:
    write(corpus / "b.txt")
    write(corpus / "archive" / "a.txt")
    write(corpus / "c.txt", OTHER)

    assert counts(build(corpus, folder, embedder=embedder)) == {"added": 2}

    assert articles(folder) == {"archive/a.txt": (("archive/a.txt", "b.txt"), BODY), "c.txt": (("c.txt",), OTHER)}
    assert len(embedder.embedded) == 2
    with Index(folder) as index:
        assert index.snapshot().article("b.txt").id == "archive/a.txt"
    assert index_of(corpus, folder) == {"unchanged": 2}


def test_the_first_name_stays_the_id_while_it_exists(corpus: Path, folder: Path) -> None:
    write(corpus / "b.txt")
    index_of(corpus, folder)
    write(corpus / "a.txt")

    assert index_of(corpus, folder) == {"unchanged": 1}
    assert articles(folder) == {"b.txt": (("b.txt", "a.txt"), BODY)}

    (corpus / "b.txt").unlink()
    assert index_of(corpus, folder) == {"moved": 1}
    assert articles(folder) == {"a.txt": (("a.txt",), BODY)}
    with Index(folder) as index, pytest.raises(ArticleNotFoundError):
        index.snapshot().article("b.txt")


def test_a_moved_file_keeps_its_article(corpus: Path, folder: Path, embedder: HashedWords) -> None:
    write(corpus / "tram.txt")
    write(corpus / "c.txt", OTHER)
    index_of(corpus, folder)
    with Index(folder) as index:
        before = {passage.id for passage in everything(index.snapshot())}
    (corpus / "2024").mkdir()
    (corpus / "tram.txt").rename(corpus / "2024" / "tram.txt")

    assert counts(build(corpus, folder, embedder=embedder)) == {"moved": 1, "unchanged": 1}

    assert embedder.embedded == []
    assert list(articles(folder)) == ["2024/tram.txt", "c.txt"]
    with Index(folder) as index:
        assert {passage.id for passage in everything(index.snapshot())} == before


def test_a_text_that_is_renamed_to_a_page_is_read_as_a_page(corpus: Path, folder: Path) -> None:
    (corpus / "ferry.txt").write_text(page())
    index_of(corpus, folder)
    (corpus / "ferry.txt").rename(corpus / "ferry.html")

    index_of(corpus, folder)

    with Index(folder) as index:
        assert index.snapshot().article("ferry.html").text == TEXT


def test_who_reads_while_a_file_moves_goes_on_reading_the_name_before(corpus: Path, folder: Path) -> None:
    write(corpus / "tram.txt")
    index_of(corpus, folder)
    with Index(folder) as index:
        snapshot = index.snapshot()
        (corpus / "tram.txt").rename(corpus / "line.txt")
        index_of(corpus, folder)

        assert snapshot.article("tram.txt").id == "tram.txt"
        assert [head.id for head in snapshot.heads()] == ["tram.txt"]
        assert [head.id for head in index.snapshot().heads()] == ["line.txt"]


def test_two_files_that_change_places_are_moved(corpus: Path, folder: Path) -> None:
    write(corpus / "a.txt")
    write(corpus / "b.txt", OTHER)
    index_of(corpus, folder)
    write(corpus / "b.txt")
    write(corpus / "a.txt", OTHER)

    assert index_of(corpus, folder) == {"moved": 2}
    assert articles(folder) == {"a.txt": (("a.txt",), OTHER), "b.txt": (("b.txt",), BODY)}


def test_a_copy_that_changes_becomes_an_article_of_its_own(corpus: Path, folder: Path) -> None:
    write(corpus / "a.txt")
    write(corpus / "b.txt")
    index_of(corpus, folder)
    write(corpus / "b.txt", OTHER)

    assert index_of(corpus, folder) == {"added": 1, "unchanged": 1}
    assert articles(folder) == {"a.txt": (("a.txt",), BODY), "b.txt": (("b.txt",), OTHER)}


def test_ids_that_are_given_tell_articles_apart(tmp_path: Path, folder: Path) -> None:
    lines = [{"id": number, "title": "Tram line", "text": BODY, "url": "https://example.com/tram"} for number in (1, 2)]
    (tmp_path / "dump.jsonl").write_text("\n".join(map(json.dumps, lines)))

    assert index_of(tmp_path / "dump.jsonl", folder) == {"added": 2}


def test_lines_of_the_same_id_and_url_in_two_files_are_one_article(corpus: Path, folder: Path) -> None:
    for name, text, day in (("monday", BODY, "2024-03-04"), ("tuesday", OTHER, "2024-03-05")):
        line = {"id": 7, "title": "Tram line", "text": text, "url": "https://example.com/tram", "date": "2024-03-01", "updated": day}
        (corpus / f"{name}.jsonl").write_text(json.dumps(line))

    assert index_of(corpus, folder) == {"added": 1}
    assert articles(folder) == {"tuesday.jsonl/7": (("tuesday.jsonl/7", "monday.jsonl/7"), OTHER)}


def test_lines_without_an_id_that_change_places_are_unchanged(tmp_path: Path, folder: Path) -> None:
    dump = tmp_path / "dump.jsonl"
    lines = [json.dumps({"title": "Tram line", "text": text}) for text in (BODY, OTHER)]
    dump.write_text("\n".join(lines))
    index_of(dump, folder)
    dump.write_text("\n".join(reversed(lines)))

    assert index_of(dump, folder) == {"unchanged": 2}


def test_files_that_say_the_same_in_other_bytes_are_one_article(corpus: Path, folder: Path) -> None:
    write(corpus / "a.txt")
    (corpus / "b.md").write_bytes((corpus / "a.txt").read_bytes().replace(b"\n", b"\r\n"))

    assert index_of(corpus, folder) == {"added": 1}


URLS = {
    "https://Example.COM/tram/": "example.com/tram?",
    "http://example.com:80/tram#top": "example.com/tram?",
    "https://www.example.com/tram?utm_source=x&fbclid=1&gclid=2": "example.com/tram?",
    "https://example.com/story?page=2&id=7&utm_medium=mail": "example.com/story?id=7&page=2",
    "https://example.com:8080/tram": "example.com:8080/tram?",
    "https://example.com/": None,
    "https://example.com": None,
    "mailto:desk@example.com": None,
    "tram.html": None,
    "https://[broken/tram": None,
    "https://example.com:port/tram": None,
}


@pytest.mark.parametrize(("url", "expected"), URLS.items())
def test_what_addresses_of_one_page_have_in_common(url: str, expected: str | None) -> None:
    assert canonical_url(url) == expected


def story(number: int) -> str:
    return f"The common article number {number}. " + " ".join(f"word{number}x{place}" for place in range(40)) + "."


def test_a_url_that_many_different_articles_state_is_their_sections(corpus: Path, folder: Path) -> None:
    url = "https://example.com/news"
    for number in range(4):
        write(corpus / f"{number}.txt", story(number), title=f"Story {number}", url=url)
    assert index_of(corpus, folder) == {"added": 4}
    write(corpus / "4.txt", story(4), title="Story 4", url=url)
    write(corpus / "1.txt", f"{story(1)} It was corrected.", title="Story 1", url=url)

    assert index_of(corpus, folder) == {"added": 1, "changed": 1, "unchanged": 3}
    assert list(articles(folder)) == [f"{number}.txt" for number in range(5)]


def test_many_texts_of_one_url_that_are_alike_are_versions(corpus: Path, folder: Path) -> None:
    for number in range(4):
        write(corpus / f"{number}.txt", f"{story(1)} Update {number}.", title=f"Headline {number}", url="https://example.com/story")

    assert index_of(corpus, folder) == {"added": 1}
    assert [live for _, live, _ in versions(folder, "0.txt")] == [False, False, False, True]


def test_two_articles_that_turn_out_to_share_a_sections_url_come_apart(corpus: Path, folder: Path) -> None:
    for number in range(2):
        write(corpus / f"{number}.txt", story(number), title=f"Story {number}", url="https://example.com/news")
    assert index_of(corpus, folder) == {"added": 1}
    write(corpus / "2.txt", story(2), title="Story 2", url="https://example.com/news")

    assert index_of(corpus, folder)["added"] == 2
    assert list(articles(folder)) == ["0.txt", "1.txt", "2.txt"]


def test_a_line_that_is_there_twice_is_one_article(tmp_path: Path, folder: Path) -> None:
    line = json.dumps({"title": "Tram line", "text": BODY})
    (tmp_path / "dump.jsonl").write_text(f"{line}\n{line}\n")

    assert index_of(tmp_path / "dump.jsonl", folder) == {"added": 1}


# Versions


def test_a_changed_article_is_a_new_version_and_the_newest_answers(corpus: Path, folder: Path) -> None:
    write(corpus / "tram.txt", date="2024-03-01")
    index_of(corpus, folder)
    write(corpus / "tram.txt", OTHER, date="2024-03-01", updated="2024-03-03")

    assert index_of(corpus, folder) == {"changed": 1}

    assert articles(folder) == {"tram.txt": (("tram.txt",), OTHER)}
    assert versions(folder, "tram.txt") == [(1, False, BODY), (2, True, OTHER)]
    with Index(folder) as index:
        first, second = index.snapshot().versions("tram.txt")
        assert (first.article.updated, second.article.updated) == (None, date(2024, 3, 3))
        assert first.sha != second.sha
        assert first.indexed <= second.indexed
        assert everything(index.snapshot())[0].article.updated == date(2024, 3, 3)


def test_older_versions_stay_while_the_article_lives_and_go_with_it(corpus: Path, folder: Path) -> None:
    write(corpus / "c.txt", OTHER)
    for number in range(4):
        write(corpus / "tram.txt", f"{BODY} Round {number}.")
        index_of(corpus, folder)
    (corpus / "tram.txt").rename(corpus / "moved.txt")
    index_of(corpus, folder)
    assert [text[-8:] for _, _, text in versions(folder, "moved.txt")] == [f"Round {number}." for number in range(4)]
    (corpus / "moved.txt").unlink()
    for number in range(2):
        write(corpus / "c.txt", f"{OTHER} Round {number}.")
        index_of(corpus, folder)

    write(corpus / "moved.txt")
    index_of(corpus, folder)
    assert versions(folder, "moved.txt") == [(1, True, BODY)]


def test_a_url_that_is_stated_later_keeps_the_article(corpus: Path, folder: Path) -> None:
    write(corpus / "tram.txt")
    index_of(corpus, folder)
    write(corpus / "tram.txt", url="https://example.com/tram")

    assert index_of(corpus, folder) == {"changed": 1}
    assert len(versions(folder, "tram.txt")) == 2


def test_a_file_that_gets_another_url_is_another_article(corpus: Path, folder: Path) -> None:
    write(corpus / "today.txt", url="https://example.com/tram")
    index_of(corpus, folder)
    write(corpus / "today.txt", OTHER, url="https://example.com/harbour")

    assert index_of(corpus, folder) == {"added": 1, "removed": 1}
    assert versions(folder, "today.txt") == [(1, True, OTHER)]


def test_the_url_keeps_the_article_when_file_and_text_change_at_once(corpus: Path, folder: Path) -> None:
    write(corpus / "old.txt", url="https://example.com/tram?utm_source=mail")
    index_of(corpus, folder)
    (corpus / "old.txt").unlink()
    write(corpus / "new.txt", OTHER, url="http://example.com/tram/")

    assert index_of(corpus, folder) == {"changed": 1}
    assert versions(folder, "new.txt") == [(1, False, BODY), (2, True, OTHER)]


DATES = {  # what the two files state, and which of them answers
    "by the day of the update": ({"date": "2024-03-01", "updated": "2024-03-09"}, {"date": "2024-03-02"}, "a.txt"),
    "by the date": ({"date": "2024-03-01"}, {"date": "2024-03-02"}, "b.txt"),
    "by their order": ({}, {}, "b.txt"),
    "a dated one before one without": ({"date": "2024-03-01"}, {}, "a.txt"),
}


@pytest.mark.parametrize(("first", "second", "answers"), DATES.values(), ids=DATES.keys())
def test_of_two_texts_with_one_url_the_later_answers(
    corpus: Path, folder: Path, first: dict[str, str], second: dict[str, str], answers: str
) -> None:
    url = "https://example.com/tram"
    bodies = {"a.txt": BODY, "b.txt": OTHER}
    write(corpus / "a.txt", BODY, url=url, **first)
    write(corpus / "b.txt", OTHER, url=url, **second)
    other = "b.txt" if answers == "a.txt" else "a.txt"

    assert index_of(corpus, folder) == {"added": 1}

    assert articles(folder) == {answers: ((answers, other), bodies[answers])}
    assert versions(folder, other) == [(1, False, bodies[other]), (2, True, bodies[answers])]
    assert index_of(corpus, folder) == {"unchanged": 1}

    (corpus / answers).unlink()
    assert index_of(corpus, folder) == {"changed": 1}
    assert articles(folder) == {other: ((other,), bodies[other])}


def test_an_older_text_that_comes_later_is_kept_as_a_version(corpus: Path, folder: Path) -> None:
    url = "https://example.com/tram"
    write(corpus / "a.txt", url=url, date="2024-03-02")
    index_of(corpus, folder)
    write(corpus / "b.txt", OTHER, url=url, date="2024-03-01")

    assert index_of(corpus, folder) == {"unchanged": 1}
    assert articles(folder) == {"a.txt": (("a.txt", "b.txt"), BODY)}
    assert versions(folder, "a.txt") == [(1, True, BODY), (2, False, OTHER)]
    assert index_of(corpus, folder) == {"unchanged": 1}


def test_what_cannot_be_read_any_more_keeps_its_article_and_its_name(corpus: Path, folder: Path) -> None:
    write(corpus / "a.txt")
    write(corpus / "c.txt", OTHER)
    index_of(corpus, folder)
    (corpus / "a.txt").write_text("...")

    assert index_of(corpus, folder) == {"unchanged": 1, "failed": 1}
    assert articles(folder)["a.txt"] == (("a.txt",), BODY)


def line(text: str, **stated: int) -> str:
    return json.dumps({"title": "Tram line", "text": text, **stated})


def test_a_line_with_the_id_of_another_keeps_no_line_that_is_gone(tmp_path: Path, folder: Path) -> None:
    dump = tmp_path / "dump.jsonl"
    twice = [line(OTHER, id=2), line("Another common text.", id=2)]
    dump.write_text("\n".join([line(BODY, id=1), *twice]))
    index_of(dump, folder)
    dump.write_text("\n".join(twice))

    assert index_of(dump, folder) == {"removed": 1, "unchanged": 1, "failed": 1}


def test_a_broken_line_keeps_one_article_of_those_that_are_not_found_any_more(tmp_path: Path, folder: Path) -> None:
    dump = tmp_path / "dump.jsonl"
    lines = [line(f"{BODY} Round {number}.") for number in range(6)]
    dump.write_text("\n".join(lines))
    index_of(dump, folder)
    dump.write_text("\n".join(["{broken", *lines[4:]]))

    assert index_of(dump, folder) == {"removed": 3, "unchanged": 2, "failed": 1}
    assert len(articles(folder)) == 3


def test_a_file_that_ends_in_a_broken_line_keeps_all_that_may_have_come_after_it(tmp_path: Path, folder: Path) -> None:
    dump = tmp_path / "dump.jsonl"
    lines = [line(f"{BODY} Round {number}.") for number in range(6)]
    dump.write_text("\n".join(lines))
    index_of(dump, folder)
    dump.write_text("\n".join(["{broken", lines[1], lines[2][:20]]))

    assert index_of(dump, folder) == {"unchanged": 1, "failed": 2}
    assert len(articles(folder)) == 6
