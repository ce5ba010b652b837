"""The index: articles cut into passages, found by their words and by their meaning."""

from index.building import BuildReport, Progress, build
from index.embedding import Embedder
from index.reader import Index, Snapshot, Status, status
from index.records import ArticleHead, Generation, Passage, Version

__all__ = [
    "ArticleHead",
    "BuildReport",
    "Embedder",
    "Generation",
    "Index",
    "Passage",
    "Progress",
    "Snapshot",
    "Status",
    "Version",
    "build",
    "status",
]
