"""What is deleted lies in the corpus' trash, which no build reads, and can be put back."""

from pathlib import Path

import pytest
from pages import page

from corpus import Source, scan
from corpus.errors import RemoveError
from corpus.trash import TRASH, remove, removed, restore


def put(corpus: Path, *names: str) -> None:
    for name in names:
        (corpus / name).parent.mkdir(parents=True, exist_ok=True)
        (corpus / name).write_text(f"The mayor of {name} said so.", "utf-8")


def found(corpus: Path) -> list[str]:
    return [source.id for source in scan(corpus) if isinstance(source, Source)]


def test_what_is_removed_is_read_no_more_until_it_is_put_back(tmp_path: Path) -> None:
    put(tmp_path, "a.txt", "2024/b.txt", "c.txt")
    first = remove(tmp_path, ["2024/b.txt"])
    second = remove(tmp_path, ["a.txt", "c.txt"])
    assert found(tmp_path) == []
    assert removed(tmp_path) == [second, first]
    assert restore(tmp_path, second.step).files == ("a.txt", "c.txt")
    assert found(tmp_path) == ["a.txt", "c.txt"]
    restore(tmp_path, first.step)
    assert found(tmp_path) == ["2024/b.txt", "a.txt", "c.txt"]
    assert removed(tmp_path) == []


def test_one_name_may_be_removed_again_and_again(tmp_path: Path) -> None:
    for _ in range(2):
        put(tmp_path, "a.txt")
        remove(tmp_path, ["a.txt"])
    first = removed(tmp_path)[1]
    put(tmp_path, "a.txt")
    with pytest.raises(RemoveError, match="'a.txt' cannot be put back: there is a file of that name again; rename that one"):
        restore(tmp_path, first.step)
    assert len(removed(tmp_path)) == 2


def test_a_saved_page_goes_with_the_folder_beside_it(tmp_path: Path) -> None:
    (tmp_path / "ferry_files").mkdir()
    (tmp_path / "ferry.html").write_text(page(), "utf-8")
    (tmp_path / "ferry_files" / "frame.html").write_text(page(), "utf-8")
    step = remove(tmp_path, ["ferry.html"]).step
    assert found(tmp_path) == []
    restore(tmp_path, step)
    assert found(tmp_path) == ["ferry.html"]
    assert (tmp_path / "ferry_files" / "frame.html").exists()


@pytest.mark.parametrize("path", ["dump.jsonl/7", "dump.jsonl", "2024.zip/kyiv.txt"])
def test_an_article_of_a_file_of_many_stays(tmp_path: Path, path: str) -> None:
    put(tmp_path, "dump.jsonl", "2024.zip", "a.txt")
    with pytest.raises(RemoveError, match="a file that may hold more articles; take it out of that file, or delete the file"):
        remove(tmp_path, ["a.txt", path])
    assert (tmp_path / "a.txt").exists()


@pytest.mark.parametrize("path", ["gone.txt", "../outside.txt", "/etc/hostname", "folder", "link/outside.txt"])
def test_what_is_no_file_of_the_corpus_is_not_moved(tmp_path: Path, path: str) -> None:
    corpus = tmp_path / "corpus"
    put(corpus, "folder/a.txt")
    put(tmp_path, "outside.txt")
    (corpus / "link").symlink_to(tmp_path)
    with pytest.raises(RemoveError, match=r"there is no file .* any more; update the index"):
        remove(corpus, [path])
    assert (tmp_path / "outside.txt").exists()


def test_a_corpus_of_one_file_has_no_trash(tmp_path: Path) -> None:
    put(tmp_path, "dump.jsonl")
    with pytest.raises(RemoveError, match="is one file of many articles; take the article out of it yourself"):
        remove(tmp_path / "dump.jsonl", ["7"])


@pytest.mark.parametrize("step", ["000009", "", ".", "..", "../2024"])
def test_only_what_lies_in_the_trash_is_put_back(tmp_path: Path, step: str) -> None:
    put(tmp_path, "a.txt", "2024/b.txt")
    remove(tmp_path, ["a.txt"])
    with pytest.raises(RemoveError, match="nothing in the trash under"):
        restore(tmp_path, step)


def test_a_move_that_fails_leaves_everything_where_it_was(tmp_path: Path) -> None:
    put(tmp_path, "a.txt", "b.txt")
    (tmp_path / TRASH).write_text("in the way", "utf-8")
    with pytest.raises(RemoveError, match=r"nothing can be moved into .*pullquote-trash.*; check its permissions"):
        remove(tmp_path, ["a.txt", "b.txt"])
    assert found(tmp_path) == ["a.txt", "b.txt"]
