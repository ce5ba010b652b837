import math
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from test_index_support import start_python

from corpus.errors import IndexBusyError, IndexDamagedError, IndexWriteError, WordsDamagedError
from index.words import Words, open_writer, split_terms

TEXTS = {
    1: "The mayor of Kyiv said on Monday that 200,000 people had left.",
    2: "The mayor spoke again. The mayor's office denied it.",
    3: "Volcanoes erupted in Iceland, the U.S. Geological Survey said.",
    4: "Élan in Tromsø: the Norwegians' café reopened.",
}


def fill(folder: Path, texts: Mapping[int, str], *, generation: int = 1, anew: bool = True) -> Path:
    with open_writer(folder, anew=anew) as writer:
        for passage, text in texts.items():
            writer.add(passage, generation, text)
        writer.commit()
    return folder


def find(folder: Path, query: str, limit: int = 10) -> list[int]:
    return [passage for passage, _ in Words(folder).search(split_terms(query), limit)]


@pytest.fixture
def words(tmp_path: Path) -> Path:
    return fill(tmp_path / "words", TEXTS)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param("Elections elected", ["elect", "elect"], id="stems"),
        pytest.param("the U.S. and the U.K.", ["the", "us", "and", "the", "uk"], id="acronyms"),
        pytest.param("200,000 of 1,234,567", ["200000", "of", "1234567"], id="thousands"),
        pytest.param("Kyiv's mayor’s", ["kyiv", "mayor"], id="possessives"),
        pytest.param("Café Élan", ["cafe", "elan"], id="accents"),
        pytest.param("state-owned", ["state", "own"], id="hyphens"),
        pytest.param("x" * 41 + " short", ["short"], id="noise"),
        pytest.param("—“…”!", [], id="marks only"),
    ],
)
def test_terms(text: str, terms: list[str]) -> None:
    assert split_terms(text) == terms


@pytest.mark.parametrize(
    ("query", "passages"),
    [
        pytest.param("mayor", {1, 2}, id="a word"),
        pytest.param("MAYORS", {1, 2}, id="another form of it"),
        pytest.param("volcano kyiv", {1, 3}, id="any of the words"),
        pytest.param("200000", {1}, id="a number"),
        pytest.param("US", {3}, id="an acronym"),
        pytest.param("cafe", {4}, id="without its accent"),
        pytest.param("zebra", set(), id="a word of no passage"),
        pytest.param("", set(), id="no word"),
    ],
)
def test_passages_are_found_by_any_of_the_words(words: Path, query: str, passages: set[int]) -> None:
    assert set(find(words, query)) == passages


@pytest.mark.parametrize(
    ("terms", "passages"),
    [(["mayor"], [1, 2]), (["mayor", "kyiv"], [1]), (["mayor", "iceland"], []), ([], [])],
    ids=["one", "both", "never together", "none"],
)
def test_all_passages_with_all_the_words_are_found(words: Path, terms: list[str], passages: list[int]) -> None:
    assert Words(words).holding(terms) == passages


def test_the_best_passage_comes_first_and_scores_fall(words: Path) -> None:
    hits = Words(words).search(split_terms("mayor office"), 10)

    assert [passage for passage, _ in hits] == [2, 1]
    assert hits[0][1] > hits[1][1] > 0


@pytest.mark.parametrize(("limit", "found"), [(0, 0), (1, 1), (2, 2), (10_000, 3)])
def test_the_limit_holds(words: Path, limit: int, found: int) -> None:
    assert len(find(words, "said mayor", limit)) == found


def test_rarity_is_that_of_bm25(words: Path) -> None:
    opened = Words(words)

    assert opened.rarity("mayor") == pytest.approx(math.log(1 + (4 - 2 + 0.5) / 2.5))
    assert opened.rarity("kyiv") == pytest.approx(math.log(1 + (4 - 1 + 0.5) / 1.5))
    assert opened.rarity("zebra") == pytest.approx(math.log(1 + (4 + 0.5) / 0.5))


def test_passages_are_removed_by_id_and_by_generation(words: Path) -> None:
    fill(words, {5: "The mayor of Oslo.", 6: "The mayor of Rome."}, generation=2, anew=False)
    assert set(find(words, "mayor")) == {1, 2, 5, 6}

    with open_writer(words, anew=False) as writer:
        writer.remove([1])
        writer.remove_generation(2)
        writer.commit()

    assert set(find(words, "mayor")) == {2}


def test_an_opened_folder_stays_as_it_was(words: Path) -> None:
    before = Words(words)
    for round_ in range(3):
        fill(words, {passage + 10 * round_ + 10: text for passage, text in TEXTS.items()}, anew=False)
    with open_writer(words, anew=False) as writer:
        writer.remove(list(TEXTS))
        writer.commit()

    assert {passage for passage, _ in before.search(["mayor"], 10)} == {1, 2}
    assert {passage for passage, _ in Words(words).search(["mayor"], 10)} == {11, 12, 21, 22, 31, 32}


def test_what_is_not_committed_is_dropped(words: Path) -> None:
    with open_writer(words, anew=False) as writer:
        writer.add(9, 2, "A zebra escaped.")
        writer.remove([1])

    assert find(words, "zebra") == []
    assert set(find(words, "mayor")) == {1, 2}


def test_a_folder_made_anew_is_empty(words: Path) -> None:
    fill(words, {7: "A zebra escaped."})

    assert find(words, "zebra mayor") == [7]


@pytest.mark.parametrize("left", [None, "nothing", "garbage"])
def test_missing_or_broken_words_are_damage_to_readers_and_writers(words: Path, left: str | None) -> None:
    for file in words.iterdir():
        file.unlink()
    if left is None:
        words.rmdir()
    elif left == "garbage":
        (words / "meta.json").write_text("garbage")

    with pytest.raises(IndexDamagedError, match="words of the index cannot be read .*; 'pullquote index' writes them again"):
        Words(words)
    with pytest.raises(IndexDamagedError, match="words of the index cannot be read"), open_writer(words, anew=False):
        pass
    assert find(fill(words, TEXTS), "kyiv") == [1]


def test_a_missing_file_of_the_words_is_damage(words: Path) -> None:
    next(words.glob("*.term")).unlink()

    with pytest.raises(IndexDamagedError, match="'pullquote index' writes them again"):
        Words(words)


def test_a_second_writer_is_told_to_wait(words: Path) -> None:
    with open_writer(words, anew=False), pytest.raises(IndexBusyError, match="another process is writing the words"):
        with open_writer(words, anew=False):
            pass


def test_a_writer_killed_in_another_process_holds_no_lock(words: Path) -> None:
    code = f"""
        import sys
        from pathlib import Path
        from index.words import open_writer
        with open_writer(Path({str(words)!r}), anew=False) as writer:
            writer.add(9, 2, "A zebra escaped.")
            print("open", flush=True)
            sys.stdin.readline()
    """
    process = start_python("import textwrap; exec(textwrap.dedent(" + repr(code) + "))")
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    with pytest.raises(IndexBusyError), open_writer(words, anew=False):
        pass
    process.kill()
    process.communicate(timeout=30)

    fill(words, {8: "A lion escaped."}, anew=False)
    assert find(words, "escaped") == [8]


def test_a_folder_that_cannot_be_made_is_a_write_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(IndexWriteError, match="words of the index cannot be written"), open_writer(tmp_path / "file" / "words", anew=True):
        pass


def deletions(folder: Path) -> set[str]:
    return {file.name for file in folder.glob("*.del")}


@pytest.mark.parametrize("known", [True, False], ids=["as a kill leaves it", "unknown to tantivy"])
def test_what_a_killed_commit_left_is_swept_or_told_as_damage(words: Path, tmp_path: Path, known: bool) -> None:
    other = shutil.copytree(words, tmp_path / "other")
    with open_writer(other, anew=False) as writer:
        writer.remove([1])
        writer.commit()
    for name in [*(deletions(other) - deletions(words)), *([".managed.json"] if known else [])]:
        shutil.copyfile(other / name, words / name)

    def remove() -> None:
        with open_writer(words, anew=False) as writer:
            writer.remove([1])
            writer.commit()

    if known:
        remove()
        assert find(words, "mayor") == [2]
    else:
        with pytest.raises(WordsDamagedError, match="FileAlreadyExists"):
            remove()
