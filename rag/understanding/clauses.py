"""Find the articles that only together answer a long question, by searching for each of its clauses too.

"Which company, as reported by A, spent billions on search, and, according to B, is accused of harming publishers?" does not name whom all
of it is about. So each clause is then searched for together with the name that most of what the whole question finds has. Measured on 1,152
questions over 609 stubs: all the articles that answer one are among the first ten for .80 of them, without its clauses for .74.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace

from index import Snapshot
from index.words import split_terms
from rag.copies import collapse
from rag.names import find_names
from rag.question import Question, understand
from rag.retrieval import Retrieved, fuse
from rag.types import Hit

LONG = 14  # words of meaning from which a question is searched for by its clauses too
LEAST = 3  # ... of a clause
CLAUSE_WEIGHT = 0.35  # of a clause's ranking beside the whole question's
_LOOKED_AT = 8  # articles found for the whole question in which the name is looked for
_FADES = 4  # the name in an article counts 1 / (1 + rank / 4)
_NAME = r"(?:the )?[‘’'\"“]?(?:The )?[A-Z][\w.]*(?:(?: \||:| -|,)? (?:[A-Z&][\w.]*|of|and|\|))*[’'\"”]?"
_ARTICLES = "(?:articles?|reports?)"
_TOLD = "(?:reported|noted|described|detailed|mentioned|covered|indicated|discussed|stated|highlighted|featured|portrayed)"
# What a question says of where it was reported: it stands in no article.
_SOURCES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?:[Aa]ccording to|(?:as )?{_TOLD} (?:by|in|on)|{_ARTICLES} (?:by|from|in|on)|as per) (?:(?:an?|the|another|both) )?"
        rf"(?:{_ARTICLES} (?:from|by|in|on) )?{_NAME}(?:(?:,| and) (?:also )?(?:by )?{_NAME})*(?:'s)?(?: {_ARTICLES})?",
        rf"\b(?:[Tt]he|[Aa]n?|[Aa]nother|[Bb]oth) {_NAME} (?:{_ARTICLES}|reporting|coverage)"
        r"(?: (?:on|about|from|by|discussing|regarding))?",
        r"\bpublished (?:on|in) \w+ \d+, \d{4}",
        r"\bon (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\w* \d+, \d{4}",
    )
)
_JOINT = re.compile(r"[,;:]? (?:and|while|whereas|but|or|versus|compared (?:to|with)) |[,;:?] ")


def split_clauses(question: Question) -> list[str]:
    """Return the clauses of a long question, short ones joined, without where it was reported; none of any other question."""
    if len(question.terms) < LONG:
        return []
    text = question.text
    for source in _SOURCES:
        text = source.sub(" ", text)
    clauses: list[str] = []
    for part in _JOINT.split(text):
        if clauses and min(len(understand(part).terms), len(understand(clauses[-1]).terms)) < LEAST:
            clauses[-1] += f" {part}"
        else:
            clauses.append(part)
    return [clause for clause in clauses if understand(clause).terms] if len(clauses) > 1 else []


def find_subject(question: Question, retrieved: Retrieved, snapshot: Snapshot) -> str:
    """Return the name that stands in most of the best articles, and not in the question, rare ones first; empty if none is in several."""
    passages = {hit.passage.article_id: hit.passage for hit in reversed(retrieved.hits)}
    ranked = list(dict.fromkeys(hit.passage.article_id for hit in retrieved.hits))[:_LOOKED_AT]
    shares: defaultdict[str, float] = defaultdict(float)
    written: dict[str, str] = {}
    for rank, article in enumerate(ranked):
        named = {terms[-1]: name.text for name in find_names(passages[article].text) if (terms := split_terms(name.text))}
        for term, name in named.items():
            if set(question.terms).isdisjoint(split_terms(name)):
                shares[term] += 1 / (1 + rank / _FADES)
                written.setdefault(term, name)
    common = {term: share * snapshot.rarity(term) for term, share in shares.items() if share > 1}
    return written[max(common, key=lambda term: common[term])] if common else ""


def add_clauses(
    question: Question, retrieved: Retrieved, snapshot: Snapshot, retrieve: Callable[[Sequence[Question]], Sequence[Retrieved]]
) -> Retrieved:
    """Return what was retrieved for a question together with what `retrieve` finds for its clauses; as it is where it has none.

    How near in meaning a passage is stays that to the whole question.
    """
    clauses = split_clauses(question)
    if not clauses:
        return retrieved
    subject = find_subject(question, retrieved, snapshot) if question.kind == "who" else ""
    found = retrieve([understand(f"{subject}: {clause}" if subject else clause) for clause in clauses])
    hits: dict[int, Hit] = {hit.passage.id: hit for each in (*found, retrieved) for hit in each.hits}
    rankings = [(retrieved, 1.0), *((each, CLAUSE_WEIGHT) for each in found)]
    fused = fuse([([hit.passage.id for hit in each.hits], weight) for each, weight in rankings])
    fused.sort(key=lambda item: item[0] != retrieved.hits[0].passage.id if retrieved.hits else False)  # the best for all of it stays first
    return Retrieved(tuple(collapse(snapshot, [replace(hits[row], score=score) for row, score in fused])), retrieved.similarity)
