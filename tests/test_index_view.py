"""A view stands in for a folder that cannot be written, and clears up behind itself."""

from pathlib import Path

from index.view import KEPT, View


def test_a_view_keeps_the_folders_that_may_be_in_use(tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "segment").write_text("words")
    view = View()

    made = [view.of_words(tmp_path / "words") for _ in range(KEPT + 3)]

    assert [(place / "segment").exists() for place in made] == [False] * 3 + [True] * KEPT
    view.close()
    assert not made[-1].exists()
