"""Give the same text in several articles one place: among the passages that are read, and among the quotes that are shown."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from index import ArticleHead, Snapshot
from index.duplicates import Hashes, held, shingles
from rag.types import Hit, Quote

SAME_PASSAGE = 0.7  # share of a passage's runs of words that another article has, from which it says nothing new
SAME_QUOTE = 0.8  # ... of a quote's, from which it stands in the other article too


def collapse(snapshot: Snapshot, hits: Sequence[Hit]) -> list[Hit]:
    """Leave out passages whose text stands in a near-duplicate that was found better; keep what only a copy says."""
    found = dict.fromkeys(hit.passage.version for hit in hits)
    copies = {version: among for version, others in snapshot.copies(list(found)).items() if (among := found.keys() & others)}
    if not copies:
        return list(hits)
    texts = snapshot.texts(sorted(set().union(*copies.values())))

    @cache
    def whole(version: int) -> Hashes:
        return shingles(texts[version][1])

    kept: list[Hit] = []
    leading: dict[int, int] = {}  # version -> place in `kept` of its first passage
    for hit in hits:
        version = hit.passage.version
        place = leading.get(version, len(kept))
        if better := [other for other in copies.get(version, ()) if leading.get(other, place) < place]:
            own = shingles(hit.passage.text)
            if any(held(own, whole(other)) >= SAME_PASSAGE for other in better):
                continue
        leading.setdefault(version, len(kept))
        kept.append(hit)
    return kept


def name_copies(snapshot: Snapshot, quotes: Sequence[Quote], hits: Sequence[Hit]) -> list[Quote]:
    """Return the quotes, each with the other articles that have its words too, in the order of their dates, undated ones last."""
    versions = {hit.passage.article_id: hit.passage.version for hit in hits}
    copies = snapshot.copies([versions[quote.article_id] for quote in quotes])
    texts = snapshot.texts(sorted({other for others in copies.values() for other in others}))
    whole = {version: shingles(text) for version, (_, text) in texts.items()}

    def others(quote: Quote) -> tuple[ArticleHead, ...]:
        own = shingles(quote.text)
        having = [texts[other][0] for other in copies.get(versions[quote.article_id], ()) if held(own, whole[other]) >= SAME_QUOTE]
        return tuple(sorted(having, key=lambda head: (head.date is None, head.date, head.id)))

    return [replace(quote, also=others(quote)) for quote in quotes]
