"""Articles between reading and indexing."""

import datetime as dt
import resource
from pathlib import Path

import pytest

from corpus import Article
from corpus.errors import IndexWriteError
from index.drafts import IN_MEMORY, Drafts


def test_drafts_come_back_as_they_were_in_any_order_and_leave_nothing(tmp_path: Path) -> None:
    articles = [
        Article(f"{number}.txt", "Kyïv", f"{number} “fell” " * (IN_MEMORY // 50), dt.date(2024, 1, 1), None, None, ("A", "B"))
        for number in range(9)
    ]
    with Drafts(tmp_path) as drafts:
        kept = [drafts.keep(article) for article in articles]

        assert [kept[place]() for place in (8, 0, 0, 5)] == [articles[place] for place in (8, 0, 0, 5)]
        assert drafts.keep(articles[1])() == articles[1]
        assert kept[2]() == articles[2]
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_a_write_error(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    with Drafts(tmp_path) as drafts:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, before[1]))
        try:
            with pytest.raises(IndexWriteError, match="free disk space and index again"):
                drafts.keep(Article("1", "Long", "long " * (IN_MEMORY // 4)))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
