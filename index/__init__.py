"""The index: articles cut into passages, found by their words and by their meaning."""

from index.building import BuildReport, Progress, build
from index.database import ArticleHead, Generation, Passage
from index.embedding import Embedder
from index.reader import Index, Snapshot, Status, status

__all__ = ["ArticleHead", "BuildReport", "Embedder", "Generation", "Index", "Passage", "Progress", "Snapshot", "Status", "build", "status"]
