"""Vectors on a Chroma server: what `chroma run` starts, over version 2 of its HTTP interface.

Chroma's own client waits for ever for a server that hangs, and raises a bare `Exception` for whatever is in front of it.
This one speaks the few requests that are needed: https://docs.trychroma.com/reference/chroma-reference, or `/openapi.json`
of a server.
"""

import base64
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Literal, TypeVar
from urllib.parse import quote, unquote, urlsplit

import numpy as np

from corpus.errors import REPAIR, SettingError, VectorsDamagedError, VectorServerError, first_line
from index.embedding import Vectors
from index.vectors import CONFIGURATION

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")

TIMEOUT = 30.0  # seconds that a server may be silent; adding a thousand vectors takes it about one
CONNECT_TIMEOUT = 5.0  # seconds
_COLLECTIONS = "/api/v2/tenants/default_tenant/databases/default_database/collections"
_PAGE = 1000  # collections listed at a time
_PREFIX = "pullquote"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_FROM_PROXY = (401, 403)  # Chroma itself knows no users


def _nothing(_: Any) -> Any:
    """Return None, where only whether a server did what it was asked for matters."""


def check_url(url: str) -> str:
    """Return the address of a Chroma server without white space around it. Raises `SettingError` if it is none; it is not shown."""
    url = url.strip()
    try:
        parts = urlsplit(url)
        usable = bool(parts.scheme in ("http", "https") and parts.hostname and parts.port != 0)
    except ValueError:  # no number as port
        usable = False
    if not usable or not url.isprintable() or " " in url or parts.query or parts.fragment:
        raise SettingError("chroma_url is no address of a server; expected one such as http://127.0.0.1:8000")
    return url


def public_url(url: str) -> str:
    """Return an address without user and password: what is kept and shown."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')}"


class ChromaServer:
    """The collections that one index has on a server, named after its identity: several indexes may share one. An `Engine`.

    `url` may hold a user and a password, which are sent as HTTP Basic: Chroma has no users, what stands before it may.
    `timeout` is in seconds; `transport` is for tests. Nothing is asked before the first call. Every call raises
    `VectorServerError` if the server does not do what it should, and `VectorsDamagedError` if a collection is gone.
    """

    def __init__(self, url: str, identity: str, *, timeout: float = TIMEOUT, transport: "httpx.BaseTransport | None" = None) -> None:
        import ssl

        import httpx

        parts = urlsplit(check_url(url))
        self._url = public_url(url)
        self._timeout = timeout
        self._prefix = f"{_PREFIX}.{identity}."
        self._ids: dict[str, str] = {}  # our name to the server's id
        self._client = httpx.Client(
            auth=(unquote(parts.username or ""), unquote(parts.password or "")) if parts.username or parts.password else None,
            timeout=httpx.Timeout(timeout, connect=min(CONNECT_TIMEOUT, timeout)),
            transport=transport,
            verify=ssl.create_default_context() if parts.scheme == "https" else False,  # the system's authorities, a newsroom's own too
            trust_env=parts.hostname not in _LOOPBACK,  # no proxy to this machine
        )

    def close(self) -> None:
        """Free the connections."""
        self._client.close()

    def release(self) -> None:
        """Do nothing: the memory is the server's."""

    def names(self) -> list[str]:
        """Return the names of the index's collections."""
        return [name.removeprefix(self._prefix) for name in self._all() if name.startswith(self._prefix)]

    def _all(self) -> list[str]:
        found: list[str] = []
        while True:
            page = self._ask("GET", f"?limit={_PAGE}&offset={len(found)}", read=lambda said: [collection["name"] for collection in said])
            found += page
            if len(page) < _PAGE:
                return found

    def create(self, name: str) -> None:
        """Make an empty collection; nearness is by cosine."""
        wanted = {"name": self._prefix + name, "configuration": CONFIGURATION}
        self._ids[name] = self._ask("POST", "", wanted, read=itemgetter("id"))

    def drop(self, name: str) -> None:
        """Delete a collection."""
        self._ids.pop(name, None)
        self._ask("DELETE", f"/{quote(self._prefix + name)}")

    def drop_others(self, family: str) -> None:
        """Delete the collections under other identities that begin with `family`: what was damaged, or half written."""
        for name in self._all():
            if name.startswith(f"{_PREFIX}.{family}") and not name.startswith(self._prefix):
                self._ask("DELETE", f"/{quote(name)}")

    def add(self, name: str, passages: Sequence[int], vectors: Vectors) -> None:
        """Add vectors, shape (len(passages), dimension)."""
        packed = [base64.b64encode(vector).decode() for vector in vectors.astype("<f4")]  # a quarter of the numbers in digits
        self._ask_of(name, "POST", "add", {"ids": list(map(str, passages)), "embeddings": packed})

    def files(self) -> dict[str, int]:
        """Return none: a server's files are its own."""
        return {}

    def count(self, name: str) -> int:
        """Return the number of vectors in a collection."""
        return self._ask_of(name, "GET", "count", read=int)

    def ids(self, name: str) -> set[int]:
        """Return the passages that a collection holds."""
        return self._ask_of(name, "POST", "get", {"include": []}, read=lambda found: set(map(int, found["ids"])))

    def fetch(self, name: str, passages: Sequence[int]) -> dict[int, Vectors]:
        """Return passage id -> vector, shape (dimension,), for those of `passages` that a collection holds."""
        return self._ask_of(name, "POST", "get", {"ids": list(map(str, passages)), "include": ["embeddings"]}, read=_vectors)

    def search(self, name: str, vector: Vectors, limit: int) -> list[tuple[int, float]]:
        """Return up to `limit` (passage id, cosine similarity) of a collection, nearest to `vector`, shape (dimension,), first."""
        wanted = {"query_embeddings": [vector.tolist()], "n_results": limit, "include": ["distances"]}
        return self._ask_of(name, "POST", "query", wanted, read=_nearest)

    def _ask_of(
        self, name: str, method: Literal["GET", "POST"], action: str, body: object = None, *, read: Callable[[Any], T] = _nothing
    ) -> T:
        """Ask for something of a collection, whose id is looked up once: it is another if the server was wiped meanwhile."""
        try:
            known = self._ids[name]
        except KeyError:
            known = self._ids[name] = self._ask("GET", f"/{quote(self._prefix + name)}", read=itemgetter("id"))
        try:
            return self._ask(method, f"/{known}/{action}", body, read=read)
        except VectorsDamagedError:
            self._ids.pop(name, None)
            raise

    def _ask(self, method: str, path: str, body: object = None, *, read: Callable[[Any], T] = _nothing) -> T:
        """Return what `read` makes of the server's answer."""
        import httpx

        try:
            reply = self._client.request(method, self._url + _COLLECTIONS + path, json=body)
        except httpx.TimeoutException as error:
            raise VectorServerError(
                f"the Chroma server at {self._url} did not answer within {self._timeout:g} seconds; see its log, or try again"
            ) from error
        except (httpx.ConnectError, httpx.InvalidURL, UnicodeError) as error:  # the last two of a name that no machine can have
            raise VectorServerError(
                f"the Chroma server at {self._url} cannot be reached ({first_line(error)}); "
                "start it, or set PULLQUOTE_CHROMA_URL to where it is now"
            ) from error
        except httpx.HTTPError as error:
            raise VectorServerError(f"the Chroma server at {self._url} broke off ({first_line(error)}); try again") from error
        if not reply.is_success:
            raise self._refused(reply)
        try:
            return read(reply.json())
        except (ValueError, TypeError, LookupError) as error:
            raise self._no_chroma() from error

    def _refused(self, reply: "httpx.Response") -> VectorsDamagedError | VectorServerError:
        """Return what a reply that is no success means."""
        if reply.status_code in _FROM_PROXY:
            return VectorServerError(
                f"the Chroma server at {self._url} refuses the user and password of PULLQUOTE_CHROMA_URL (HTTP {reply.status_code}); "
                "expected such as http://USER:PASSWORD@HOST:PORT"
            )
        try:
            said = reply.json()
        except ValueError:
            said = None
        if not isinstance(said, dict) or "error" not in said:
            return self._no_chroma(f" (HTTP {reply.status_code})")
        if said["error"] == "NotFoundError":
            return VectorsDamagedError(f"the Chroma server at {self._url} lacks vectors of the index; {REPAIR}")
        reason = " ".join(f"{said['error']}: {said.get('message', '')}".split())[:200]
        return VectorServerError(f"the Chroma server at {self._url} failed ({reason}); see its log, or try again")

    def _no_chroma(self, said: str = "") -> VectorServerError:
        return VectorServerError(
            f"what answers at {self._url} is no Chroma server{said}; set PULLQUOTE_CHROMA_URL to one that `chroma run` started"
        )


def _vectors(found: Any) -> dict[int, Vectors]:
    return {int(row): np.array(vector, np.float32) for row, vector in zip(found["ids"], found["embeddings"] or [], strict=True)}


def _nearest(found: Any) -> list[tuple[int, float]]:
    distances = found["distances"]
    return [(int(row), 1 - distance) for row, distance in zip(found["ids"][0], distances[0] if distances else [], strict=True)]
