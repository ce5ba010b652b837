import datetime as dt
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from test_index_support import HashedWords, everything, paused_build, start_python, texts_of, write_corpus

from corpus.errors import ArticleNotFoundError, IndexNotFoundError, IndexStaleError
from index import Generation, Index, Snapshot, build, status
from index.database import FILE
from index.reader import TRIES
from index.words import split_terms

THREE = {"kyiv": "the war", "oslo": "the fjord", "rome": "the forum"}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "corpus", THREE)


@pytest.fixture
def folder(corpus: Path, tmp_path: Path) -> Path:
    """An index of three articles."""
    build(corpus, tmp_path / "index", embedder=HashedWords())
    return tmp_path / "index"


def update(corpus: Path, folder: Path, **bodies: str) -> None:
    """Index three articles, some with another body."""
    build(write_corpus(corpus, THREE | bodies), folder, embedder=HashedWords())


# The shipped articles


def test_every_passage_of_the_shipped_articles_is_an_exact_slice(five: Index) -> None:
    snapshot = five.snapshot()
    terms = sorted({term for head in snapshot.heads() for term in split_terms(snapshot.article(head.id).text)})

    passages = [passage for passage, _ in snapshot.search_words(terms, 1000)]

    assert len(passages) == snapshot.generation.passages
    assert {passage.article_id for passage in passages} == {head.id for head in snapshot.heads()}
    for passage in passages:
        text = snapshot.article(passage.article_id).text
        assert text[passage.start : passage.end] == passage.text
        assert all(passage.start <= start < end <= passage.end for start, end in passage.sentences)


def test_the_shipped_articles_are_found_by_meaning(five: Index) -> None:
    question = five.embedder.embed(["Could European soldiers be sent to Ukraine?"])[0]

    hits = five.snapshot().search_vectors(question, 3)

    assert "Ukraine" in hits[0][0].text
    assert [cosine for _, cosine in hits] == sorted((cosine for _, cosine in hits), reverse=True)
    assert all(-1 <= cosine <= 1.0001 for _, cosine in hits)


def test_rarity_is_higher_for_rarer_terms(five: Index) -> None:
    snapshot = five.snapshot()

    the, dujarric, zebra = (snapshot.rarity(term) for term in split_terms("the Dujarric zebra"))

    assert 0 < the < dujarric < zebra


def test_heads_are_the_articles_without_text(five: Index) -> None:
    snapshot = five.snapshot()

    for head in snapshot.heads():
        article = snapshot.article(head.id)
        assert (article.title, article.date, article.source, article.url, article.authors) == (
            head.title,
            head.date,
            head.source,
            head.url,
            head.authors,
        )
    assert len(snapshot.heads()) == snapshot.generation.articles == 5


def test_status_of_the_shipped_articles(five_folder: Path) -> None:
    found = status(five_folder)

    assert found.embedder == "minilm"
    assert found.generation.articles == 5
    assert found.generation.number == 1
    dated = [date for date in (found.first_date, found.last_date) if date is not None]
    assert dated == sorted(dated)
    assert all(isinstance(date, dt.date) for date in dated)
    assert dt.datetime.fromisoformat(found.checked) >= found.generation.published.replace(microsecond=0)


def test_status_tells_dates_and_failures(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name, front in {"old": "date: 2023-05-01", "new": "date: 2024-02-29", "undated": "source: Herald"}.items():
        (corpus / f"{name}.txt").write_text(f"---\ntitle: {name}\n{front}\n---\nThe common council met. It will meet again.\n")
    (corpus / "empty.txt").write_text("...")
    build(corpus, tmp_path / "index", embedder=HashedWords())

    found = status(tmp_path / "index")

    assert (found.first_date, found.last_date, found.undated) == (dt.date(2023, 5, 1), dt.date(2024, 2, 29), 1)
    assert [failure.location for failure in found.failures] == ["empty.txt"]
    assert found.embedder == "hashed"


# Asking for what is not there


@pytest.mark.parametrize("open_it", [Index, status], ids=["Index", "status"])
def test_a_folder_without_index_is_named_with_the_command(tmp_path: Path, open_it: Callable[[Path], object]) -> None:
    with pytest.raises(IndexNotFoundError, match="there is no index at .*; make it with: pullquote index --corpus FOLDER --index"):
        open_it(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_an_index_that_was_never_finished_is_named(corpus: Path, tmp_path: Path) -> None:
    with paused_build(corpus, tmp_path / "index", "call", "DatabaseWriter.publish") as paused:
        paused.kill()

    with Index(tmp_path / "index") as index, pytest.raises(IndexNotFoundError, match="was never finished; run: pullquote index"):
        index.snapshot()
    assert status(tmp_path / "index").generation.number == 0


def test_an_unknown_article_is_named(folder: Path) -> None:
    with Index(folder) as index, pytest.raises(ArticleNotFoundError, match="no article has the id 'nowhere.txt'"):
        index.snapshot().article("nowhere.txt")


@pytest.mark.parametrize("limit", [0, 1, 2, 3, 100])
def test_limits_hold(folder: Path, limit: int) -> None:
    with Index(folder) as index:
        snapshot = index.snapshot()
        assert len(snapshot.search_words(["common"], limit)) == min(limit, 3)
        assert len(snapshot.search_vectors(HashedWords().embed(["common"])[0], limit)) == min(limit, 3)
        assert snapshot.search_words([], limit) == []


def test_rows_that_are_no_passages_are_left_out(folder: Path) -> None:
    with Index(folder) as index:
        snapshot = index.snapshot()
        rows = [passage.id for passage in everything(snapshot)]
        for _ in range(2):
            assert list(snapshot.passages([*rows[::-1], 10**9])) == rows[::-1]


def test_dead_passages_never_crowd_out_live_ones(corpus: Path, folder: Path) -> None:
    bodies = {f"article{number}": "zebras zebras" for number in range(30)}
    build(write_corpus(corpus, THREE | bodies), folder, embedder=HashedWords())
    final = write_corpus(corpus, THREE | {"last": "zebras and other animals of the plain"})
    build(final, folder, embedder=HashedWords(), allow_empty=True)

    with Index(folder) as index:
        snapshot = index.snapshot()
        assert [passage.article_id for passage, _ in snapshot.search_words(["zebra"], 2)] == ["last.txt"]
        assert len(snapshot.search_vectors(HashedWords().embed(["zebras zebras"])[0], 4)) == 4


# Newer generations


def test_a_new_generation_is_seen_at_the_next_snapshot(corpus: Path, folder: Path) -> None:
    with Index(folder) as index:
        before = index.snapshot()
        assert index.snapshot() is before
        update(corpus, folder, kyiv="peace")

        after = index.snapshot()

        assert (before.generation.number, after.generation.number) == (1, 2)
        assert after.search_words(["war"], 5) == []
        assert [passage.article_id for passage, _ in after.search_words(["peac"], 5)] == ["kyiv.txt"]
        assert index.snapshot() is after


def test_a_snapshot_stays_the_same_while_another_process_builds_and_publishes(corpus: Path, folder: Path) -> None:
    with Index(folder) as index:
        old = index.snapshot()
        before = texts_of(old)
        write_corpus(corpus, THREE | {"kyiv": "peace", "paris": "the tower"})
        with paused_build(corpus, folder, "call", "DatabaseWriter.publish") as other:
            assert texts_of(old) == before
            assert index.snapshot() is old
            with Index(folder) as late:
                assert texts_of(late.snapshot()) == before
            other.finish()

        assert texts_of(old) == before
        assert old.heads() == [passage.article for passage in everything(old)]
        assert len(texts_of(index.snapshot())) == 4


def test_a_generation_is_kept_while_it_is_read_and_says_so_once_it_was_dropped(corpus: Path, folder: Path) -> None:
    bodies = ("peace", "talks", "an election", "a truce")

    def work(snapshot: Snapshot) -> list[list[tuple[str, int, int, str]]]:
        found = [texts_of(snapshot)]
        for body in bodies:
            update(corpus, folder, kyiv=body)
            found.append(texts_of(snapshot))
        return found

    with Index(folder) as index:
        old = index.snapshot()
        before = texts_of(old)

        assert index.read(work) == [before] * (1 + len(bodies))

        update(corpus, folder, kyiv="rain")
        for ask in (lambda: texts_of(old), lambda: old.article("kyiv.txt"), lambda: old.heads()):
            with pytest.raises(IndexStaleError, match="the index was rebuilt while it was read; ask again"):
                ask()
        assert "rain" in index.read(texts_of)[0][3]


def test_what_was_kept_for_a_reader_is_dropped_by_a_later_build(corpus: Path, folder: Path) -> None:
    def work(_: Snapshot) -> None:
        for body in ("peace", "talks", "an election"):
            update(corpus, folder, kyiv=body)

    with Index(folder) as index:
        index.read(work)
    update(corpus, folder, kyiv="a truce")

    with closing(sqlite3.connect(folder / FILE)) as connection:
        assert connection.execute("SELECT count(*) FROM passages").fetchone() == (4,)  # three live, and the version before
    assert "1" not in {file.name for file in (folder / "readers").iterdir()}


def test_words_are_written_again_while_an_older_generation_is_read(corpus: Path, folder: Path) -> None:
    def rebuild(_: Snapshot) -> None:
        update(corpus, folder, kyiv="peace")
        shutil.rmtree(folder / "words")
        update(corpus, folder, kyiv="talks")

    with Index(folder) as index:
        index.read(rebuild)
        assert "talks" in index.read(texts_of)[0][3]


def test_where_a_folder_has_no_locks_read_takes_the_newest(corpus: Path, folder: Path) -> None:
    shutil.rmtree(folder / "readers")
    with Index(folder) as index:
        snapshots: list[Snapshot] = []

        def work(snapshot: Snapshot) -> list[tuple[str, int, int, str]]:
            snapshots.append(snapshot)
            if len(snapshots) == 1:
                for body in ("peace", "talks", "an election"):
                    update(corpus, folder, kyiv=body)
            return texts_of(snapshot)

        assert "an election" in index.read(work)[0][3]
        assert len(snapshots) == 2
        assert snapshots[1].generation == status(folder).generation


def test_words_dropped_while_a_snapshot_is_read_are_never_missed_in_silence(corpus: Path, folder: Path) -> None:
    with Index(folder) as index:
        old = index.snapshot()
        update(corpus, folder, kyiv="peace")
        write_corpus(corpus, THREE)
        with paused_build(corpus, folder, "return", "WordsWriter.commit") as other:
            with pytest.raises(IndexStaleError):
                everything(old)
            assert len(index.read(texts_of)) == 3
            other.finish()


def test_read_tries_a_few_times_and_no_more(folder: Path) -> None:
    with Index(folder) as index:
        seen: list[Generation] = []

        def work(snapshot: Snapshot) -> None:
            seen.append(snapshot.generation)
            raise IndexStaleError("again")

        with pytest.raises(IndexStaleError, match="again"):
            index.read(work)
        assert len(seen) == TRIES


@pytest.mark.parametrize("searched", [True, False], ids=["searched before", "not searched before"])
def test_a_folder_deleted_and_made_anew_is_seen(corpus: Path, folder: Path, searched: bool) -> None:
    with Index(folder) as index:
        old = index.snapshot()
        if searched:
            everything(old)
        shutil.rmtree(folder)
        with pytest.raises(IndexNotFoundError):
            index.snapshot()
        update(corpus, folder, kyiv="peace", oslo="a ferry")

        assert [text for *_, text in texts_of(index.snapshot())][0].startswith("On Friday the common council spoke about peace")
        with pytest.raises(IndexStaleError):
            everything(old)


def test_a_folder_deleted_and_made_anew_between_two_questions_is_seen(corpus: Path, folder: Path) -> None:
    with Index(folder) as index, Index(folder) as second:
        everything(index.snapshot())
        everything(second.snapshot())
        shutil.rmtree(folder)
        update(corpus, folder, kyiv="peace")

        assert "peace" in index.read(texts_of)[0][3]
        assert "peace" in second.read(texts_of)[0][3]
        update(corpus, folder, kyiv="talks")
        assert "talks" in index.read(texts_of)[0][3]


def test_a_question_to_a_folder_that_is_deleted_does_not_end_the_reading(corpus: Path, folder: Path) -> None:
    with Index(folder) as index:
        index.read(texts_of)
        shutil.rmtree(folder)
        for _ in range(2):
            with pytest.raises(IndexNotFoundError):
                index.read(texts_of)
        update(corpus, folder, kyiv="peace")
        assert "peace" in index.read(texts_of)[0][3]


def test_a_closed_index_says_so(folder: Path) -> None:
    index = Index(folder)
    snapshot = index.snapshot()
    everything(snapshot)
    index.close()
    index.close()

    with pytest.raises(IndexStaleError, match="the index was closed"):
        index.snapshot()
    with pytest.raises(IndexStaleError, match="the index was closed"):
        snapshot.search_vectors(HashedWords().embed(["common"])[0], 1)


# Many threads


def test_threads_read_whole_generations_while_builds_go_on(corpus: Path, folder: Path) -> None:
    names = [f"article{number}" for number in range(12)]
    have_read = [threading.Event() for _ in range(20)]
    done = threading.Event()

    def work(snapshot: Snapshot) -> tuple[int, frozenset[str]]:
        found = everything(snapshot)
        assert len(found) == len(snapshot.heads()) == len(names)
        return snapshot.generation.number, frozenset(passage.text.split(" about ")[1] for passage in found)

    def read_until_done(index: Index, has_read: threading.Event) -> set[tuple[int, frozenset[str]]]:
        seen = set()
        while not done.is_set():
            seen.add(index.read(work))
            has_read.set()
        return seen

    build(write_corpus(corpus, dict.fromkeys(names, "round 2")), folder, embedder=HashedWords())
    with Index(folder) as index, ThreadPoolExecutor(20) as pool:
        readers = [pool.submit(read_until_done, index, has_read) for has_read in have_read]
        try:
            for round_ in range(3, 8):
                for has_read in have_read:
                    has_read.clear()
                build(write_corpus(corpus, dict.fromkeys(names, f"round {round_}")), folder, embedder=HashedWords())
                for has_read in have_read:  # so that nobody is overtaken by two builds
                    has_read.wait(30)
        finally:
            done.set()
        seen = set().union(*(reader.result() for reader in readers), [index.read(work)])

    assert len({stamps for _, stamps in seen}) > 1
    assert len(seen) == len(dict(seen))  # of a generation, all saw the same
    assert dict(seen)[max(seen)[0]] == {"round 7. It met again on Monday."}
    assert all(len(stamps) == 1 for _, stamps in seen)


def test_an_index_is_closed_while_threads_read_it(folder: Path) -> None:
    index = Index(folder)
    started = threading.Barrier(9)
    outcomes: list[str] = []

    def read_until_closed() -> None:
        everything(index.snapshot())
        started.wait(30)
        try:
            while True:
                everything(index.snapshot())
        except IndexStaleError:
            outcomes.append("closed")

    threads = [threading.Thread(target=read_until_closed) for _ in range(8)]
    for thread in threads:
        thread.start()
    started.wait(30)
    index.close()
    for thread in threads:
        thread.join(30)

    assert outcomes == ["closed"] * 8


# The file on the disk


def test_an_index_left_by_another_process_opens_without_writing_it(corpus: Path, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    call = f"build({str(corpus)!r}, {str(folder)!r}, embedder=HashedWords())"
    code = f"from index import build; from test_index_support import HashedWords; {call}"
    process = start_python(code)
    assert process.communicate(timeout=60)[1] == ""
    assert sorted(path.name for path in folder.glob("index.sqlite*")) == [FILE]  # all is in the one file
    content = (folder / FILE).read_bytes()

    with Index(folder) as index:
        assert len(texts_of(index.snapshot())) == 3
    assert status(folder).generation.articles == 3
    with closing(sqlite3.connect(f"{(folder / FILE).as_uri()}?mode=ro", uri=True)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert (folder / FILE).read_bytes() == content


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files are listed in /proc only on Linux")
def test_reading_leaves_no_connection_open(folder: Path) -> None:
    status(folder)
    with Index(folder) as index:
        threads = [threading.Thread(target=index.read, args=[texts_of]) for _ in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)

    def is_open(name: str) -> bool:
        links = (str(link.resolve()) for link in Path("/proc/self/fd").iterdir())
        return any(str(folder) in link and name in link for link in links)

    assert not is_open(FILE)
    for _ in range(100):  # Chroma lets go a moment later, in a thread of its own
        if not is_open("chroma"):
            break
        time.sleep(0.1)
    assert not is_open("chroma")
