"""Compare a corpus with an index: what must be indexed, what is gone, what could not be read.

An article is known by the id that its line gives it, else by its url, else by what it says: a copy of a file, or a file
that was moved, is the same article under another name. A file that changed keeps its article. Of different texts that state
one url, the latest answers; the others are kept as older versions.
"""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePosixPath
from urllib.parse import parse_qsl, urlencode, urlsplit

from corpus import Article, Failure, Source, scan
from corpus.errors import ArticleError, ArticlesGoneError, EmptyCorpusError, IndexMismatchError
from corpus.reading import scan_again
from corpus.source import FileSeen, Known
from index.database import FILE, Database
from index.database_writer import DatabaseWriter
from index.drafts import Drafts
from index.duplicates import contained, shingles
from index.records import Changes, Entry, Identity, KnownName, NewName
from index.schema import is_older
from index.unread import Unread

MANY = 20  # articles that may always go at once; above, half of them
_TRACKING = re.compile(r"utm_|(?:fbclid|gclid|dclid|msclkid|yclid|mc_cid|mc_eid|igshid|ref_src|cmpid|ocid|smid|xtor)$", re.IGNORECASE)
TWO_TEXTS = 2  # of one url are versions of one article in any case
LOOKED_AT = 6  # texts of one url that are compared
ALIKE = 0.1  # share of shingles that versions of one article have in common at least
_PORTS = {"http": 80, "https": 443}


@dataclass(slots=True)
class Plan(Changes):
    """What differs between the corpus and the live generation."""

    entries: list[Entry] = field(default_factory=list)  # versions to write; of one article, the one that answers last
    added: int = 0  # articles
    changed: int = 0
    moved: int = 0
    removed: int = 0
    unchanged: int = 0
    articles: int = 0  # afterwards
    failed: list[Failure] = field(default_factory=list)
    stamps: dict[str, str] = field(default_factory=dict)  # file -> stamp, of files that were read without a failure

    @property
    def differs(self) -> bool:
        """Whether there is anything to publish."""
        return bool(self.entries or self.ended or self.ended_names or self.names)


@dataclass(slots=True)
class _Found:
    """A file or line as it lies in the corpus now, or that cannot be read now and stays as it was."""

    name: NewName
    key: str
    sha: str
    day: str
    known: KnownName | None  # what the index has of the same content, perhaps under another name
    draft: Callable[[], Article] | None = None  # if it was read
    kept: bool = False  # whether it cannot be read any more


def compare(corpus: str | Path, database: DatabaseWriter, drafts: Drafts, *, allow_empty: bool = False) -> Plan:
    """Return what a corpus has that an index lacks, and the other way round; what was read is kept in `drafts`.

    Raises `CorpusNotFoundError`; and, unless `allow_empty`, `EmptyCorpusError` if no article would be left and
    `ArticlesGoneError` if most would go: a folder that is not mounted looks like one that was emptied.
    """
    known = {name.id: name for name in database.known_names(database.generation().number)}
    plan = Plan()
    clusters = _cluster(_find(corpus, known, database.files(), plan, drafts), database)
    articles = _identify(clusters, known)
    comparison = _Comparison(known, plan, database)
    for key, members in clusters.items():
        comparison.take(key, members, articles.get(key, 0))
    gone = comparison.live.keys() - articles.values()
    plan.ended += sorted(comparison.live[article] for article in gone)
    plan.removed, plan.articles = len(gone), len(clusters)
    names = {member.name.id for members in clusters.values() for member in members}
    plan.ended_names += [name.row for name in known.values() if name.id not in names]
    if not allow_empty:
        _check_not_emptied(corpus, plan, len(comparison.live))
    return plan


def _check_not_emptied(corpus: str | Path, plan: Plan, known: int) -> None:
    if not plan.articles:
        hint = f"; the index keeps its {known:,} articles unless you add --allow-empty" if known else ""
        raise EmptyCorpusError(f"{_empty(corpus, plan.failed)}{hint}")
    if plan.removed > max(MANY, known // 2):
        raise ArticlesGoneError(
            f"{plan.removed:,} of the {known:,} articles of the index are not in the corpus at {str(corpus)!r} any more; "
            "the index is left as it was: see that the folder is whole, or add --allow-empty to remove them"
        )


def _find(corpus: str | Path, known: Mapping[str, KnownName], stamps: Mapping[str, str], plan: Plan, drafts: Drafts) -> Iterator[_Found]:
    """Yield what the corpus holds, in its order, then what cannot be read any more: that is not gone."""
    contents = {name.digest: name for name in reversed(list(known.values()))}
    of_file = _by_file(known.values(), stamps)
    met: set[str] = set()
    unread = Unread()
    failed = 0  # when the file began
    for source in scan_again(corpus, Known({(name.file, name.digest): name.id for name in known.values()}, stamps)):
        if isinstance(source, FileSeen):
            if source.same:
                yield from (_same(was) for was in of_file[source.file])
                met.update(was.id for was in of_file[source.file])
            if len(plan.failed) == failed:
                plan.stamps[source.file] = source.stamp
            failed = len(plan.failed)
            continue
        if isinstance(source, Failure):
            plan.failed.append(source)
            unread.fail(source)
            continue
        unread.go_on(source.file)
        digest = source.digest
        was = known.get(source.id)
        same = was if was and was.digest == digest else contents.get(digest)
        if same:
            if same.notes:
                plan.failed += [Failure(source.location, note) for note in same.notes]
            yield _Found(NewName(source.id, source.file, digest, same.notes, False), same.key, same.sha, same.day, same)
        elif (article := _read(source, plan.failed)) is not None:
            sha = _sha(article)
            name = NewName(source.id, source.file, digest, article.notes, False)
            last = article.updated or article.date
            yield _Found(name, _key(source, article, sha), sha, last.isoformat() if last else "", None, drafts.keep(article))
        elif was:
            yield _kept(was)
        met.add(source.id)
    yield from (_kept(was) for was in known.values() if was.id not in met and unread.may_hold(was.file))


def _by_file(known: Iterable[KnownName], stamps: Mapping[str, str]) -> dict[str, list[KnownName]]:
    """Return file -> what the index has of it; an archive has what lies in it."""
    found: dict[str, list[KnownName]] = defaultdict(list)
    for name in known:
        file = name.file if name.file in stamps else next((str(p) for p in PurePosixPath(name.file).parents if str(p) in stamps), "")
        found[file].append(name)
    return found


def _same(was: KnownName) -> _Found:
    return _Found(NewName(was.id, was.file, was.digest, was.notes, False), was.key, was.sha, was.day, was)


def _kept(was: KnownName) -> _Found:
    return replace(_same(was), kept=True)


def _key(source: Source, article: Article, sha: str) -> str:
    url = canonical_url(article.url)
    if given := _given(source):
        return f"id {given} {url or sha}"
    return f"url {url}" if url else f"text {sha}"


def _given(source: Source) -> str:
    """Return the id that a line gives, without its file's name; empty where there is none: then it is the hash of the line."""
    if not source.line or source.id in (source.file, "") or source.id.endswith(hashlib.sha256(source.content).hexdigest()[:16]):
        return ""
    return source.id.removeprefix(f"{source.file}/")


def _cluster(found: Iterable[_Found], database: DatabaseWriter) -> dict[str, list[_Found]]:
    """Return key -> what is one article."""
    groups: dict[str, list[_Found]] = defaultdict(list)
    for member in found:
        groups[_base(member.key)].append(member)
    clusters: dict[str, list[_Found]] = defaultdict(list)
    for base, members in groups.items():
        apart = base.startswith("url ") and _is_of_a_section(members, database)
        for member in members:
            clusters[f"{base} {member.sha}" if apart else base].append(member)
    return clusters


def _base(key: str) -> str:
    """Return a key without what tells articles apart that state one url."""
    return " ".join(key.split(" ")[:2]) if key.startswith("url ") else key


def _is_of_a_section(members: Sequence[_Found], database: DatabaseWriter) -> bool:
    """Whether a url is that of the page that lists articles: many state it that have neither title nor text in common."""
    different = list({member.sha: member for member in members}.values())
    if len(different) <= TWO_TEXTS:
        return False
    texts = [_reader(member, database)() for member in different[:LOOKED_AT]]
    titles = {article.title for article in texts}
    first, *others = [shingles(article.text) for article in texts]
    return len(titles) == len(texts) and sum(contained(first, other) < ALIKE for other in others) * 2 > len(others)


def _reader(member: _Found, database: DatabaseWriter) -> Callable[[], Article]:
    """Return what gives the article."""
    if member.draft or member.known is None:
        assert member.draft is not None
        return member.draft
    return partial(database.version, member.known.version, member.name.id)


def _identify(clusters: Mapping[str, list[_Found]], known: Mapping[str, KnownName]) -> dict[str, int]:
    """Return key -> known article: the one of that key, else the one whose only file changed into this."""
    by_key = {name.key: name.article for name in known.values()}
    articles = {key: by_key[key] for key in clusters if key in by_key}
    taken = set(articles.values())
    for key, members in clusters.items():
        for was in (known[member.name.id] for member in members if member.name.id in known):
            another = was.key.startswith("url ") and key.startswith("url ") and _base(was.key) != _base(key)  # in the same file
            if key not in articles and was.article not in taken and not another:
                articles[key] = was.article
                taken.add(was.article)
    return articles


def _is_as_it_was(found: _Found, article: int) -> bool:
    """Whether an article's only file is the one that it had, with the same content."""
    was = found.known
    return (
        was is not None
        and not found.kept
        and was.live
        and was.main
        and (was.id, was.file, was.article) == (found.name.id, found.name.file, article)
    )


class _Comparison:
    """What the index knows, and the plan that grows from it article by article."""

    def __init__(self, known: Mapping[str, KnownName], plan: Plan, database: DatabaseWriter) -> None:
        self._known = known
        self._plan = plan
        self._database = database
        self.live = {name.article: name.version for name in known.values() if name.live}
        self._main = {name.article: name.id for name in known.values() if name.main}
        self._versions = {(name.article, name.sha, name.live): name.version for name in known.values()}

    def take(self, key: str, members: Sequence[_Found], article: int) -> None:
        """Plan what one article needs that is `article` in the index, 0 if it is new there."""
        if len(members) == 1 and _is_as_it_was(members[0], article):
            self._plan.unchanged += 1
            return
        newest = max(enumerate(members), key=lambda numbered: (numbered[1].day, numbered[0]))[1].sha
        contents: dict[str, list[_Found]] = defaultdict(list)
        for member in sorted(members, key=lambda member: (member.sha == newest, member.day)):
            contents[member.sha].append(member)
        identity = Identity(article)
        ids = [member.name.id for member in contents[newest]]
        main = self._main[article] if self._main.get(article) in ids else ids[0]
        for sha, same in contents.items():
            live = sha == newest
            names = [replace(member.name, main=live and member.name.id == main) for member in same]
            version = self._versions.get((article, sha, True)) or (not live and self._versions.get((article, sha, False)))
            if version:
                self._record(names, article, version)
            else:
                self._plan.entries.append(Entry(_reader(same[0], self._database), identity, key, sha, live, names))
                self._plan.ended_names += [self._known[name.id].row for name in names if name.id in self._known]
        self._count(article, main, changed=(article, newest, True) not in self._versions, kept=all(member.kept for member in members))

    def _record(self, names: Iterable[NewName], article: int, version: int) -> None:
        for name in names:
            was = self._known.get(name.id)
            if was and (was.file, was.digest, was.main, was.article, was.version) == (name.file, name.digest, name.main, article, version):
                continue
            self._plan.names.append((name, article, version))
            if was:
                self._plan.ended_names.append(was.row)

    def _count(self, article: int, main: str, *, changed: bool, kept: bool) -> None:
        if not article:
            self._plan.added += 1
        elif changed:
            self._plan.changed += 1
            self._plan.ended.append(self.live[article])
        elif main != self._main[article]:
            self._plan.moved += 1
        elif not kept:
            self._plan.unchanged += 1


def check_makes_index(corpus: str | Path, folder: Path) -> None:
    """Check a corpus before an index is made of it, or one of an older format made anew: neither must leave an empty one behind.

    Raises `EmptyCorpusError` if it holds no article that can be read, `CorpusNotFoundError` if there is none, and
    `IndexMismatchError` if the older index holds the articles of another place.
    """
    found = recorded = None
    if (folder / FILE).exists():
        with Database(folder, any_format=True) as database:
            found, recorded = database.meta("format"), database.meta("corpus")
        if not is_older(found):
            return
    _check_holds_article(corpus)
    if recorded not in (None, str(Path(corpus).resolve())):
        raise IndexMismatchError(
            f"the index at {str(folder)!r} has the older format {found} and holds the articles of {recorded!r}, not those of "
            f"{str(corpus)!r}; index those again to bring it up to date, or use another --index"
        )


def _check_holds_article(corpus: str | Path) -> None:
    failed: list[Failure] = []
    for source in scan(corpus):
        if isinstance(source, Failure):
            failed.append(source)
        elif _read(source, failed) is not None:
            return
    raise _empty(corpus, failed)


def check_same_corpus(corpus: Path, plan: Plan, database: DatabaseWriter, folder: Path) -> None:
    """Record where the articles lie. Raise if the index holds those of another place, none of which is in this one."""
    recorded = database.meta("corpus")
    if recorded not in (None, str(corpus)) and plan.removed and not (plan.changed or plan.unchanged or plan.moved):
        raise IndexMismatchError(
            f"the index at {str(folder)!r} holds the articles of {recorded!r}, none of which is in {str(corpus)!r}; "
            "use another --index, or delete the folder to replace them"
        )
    database.set_meta(corpus=str(corpus))


def canonical_url(url: str | None) -> str | None:
    """Return what the addresses of one page have in common; None for one that is no page's, such as a site's own."""
    try:
        parts = urlsplit(url or "")
        port = parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in _PORTS or not parts.hostname:
        return None
    host = parts.hostname.removeprefix("www.") + (f":{port}" if port and port != _PORTS[parts.scheme.lower()] else "")
    kept = sorted((name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.match(name))
    path = parts.path.rstrip("/").replace(" ", "%20")
    return f"{host}{path}?{urlencode(kept)}" if path or kept else None


def _sha(article: Article) -> str:
    """Return the hash of all that an article states."""
    stated = [article.title, article.text, str(article.date), str(article.updated), article.source, article.url, *article.authors]
    return hashlib.sha256(json.dumps(stated).encode()).hexdigest()


def _read(source: Source, failed: list[Failure]) -> Article | None:
    """Read an article; what cannot be read or understood is added to `failed`."""
    try:
        article = source.read()
    except ArticleError as error:
        failed.append(Failure(source.location, str(error)))
        return None
    failed += [Failure(source.location, note) for note in article.notes]
    return article


def _empty(corpus: str | Path, failed: Sequence[Failure]) -> EmptyCorpusError:
    if not failed:
        return EmptyCorpusError(f"the corpus at {str(corpus)!r} holds no articles; put .txt, .html, .pdf or other files there")
    return EmptyCorpusError(
        f"the corpus at {str(corpus)!r} holds no article that can be read; the first of {len(failed)} that could not be read: {failed[0]}"
    )
