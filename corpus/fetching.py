"""Get one page or file from the web, because the user asked for its address."""

import ipaddress
import socket
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from corpus.errors import AddError, first_line

if TYPE_CHECKING:
    import httpx

_SILENCE = 20.0  # seconds that a server may be silent
_SECONDS = 60.0  # that everything may take
_REDIRECTS = 5
_HEADERS = {"User-Agent": "pullquote (adds one page to its user's own articles)", "Accept": "text/html, application/pdf, */*;q=0.5"}
_SIGN_IN = (401, 402, 403)
_MOVED = (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a server sent."""

    url: str  # where it came from in the end
    content: bytes
    kind: str  # media type, lower case, without parameters; "" if none is stated
    charset: str | None  # encoding, as stated


def addresses_of(host: str) -> list[str]:
    """Return the addresses that a name has; none if it has none, or its names are resolved by a proxy."""
    try:
        return [str(found[4][0]) for found in socket.getaddrinfo(host, None)]
    except (OSError, UnicodeError):
        return []


def fetch(
    url: str,
    max_bytes: int,
    *,
    transport: "httpx.BaseTransport | None" = None,
    resolve: Callable[[str], Iterable[str]] = addresses_of,
    private: bool = True,
) -> Fetched:
    """Return what is at an http or https address; one of this machine or its network only if `private`.

    A redirect from a public address to one of this machine or its network is not followed: only the user may ask for these.
    Raises `AddError` if there is nothing to be had, more than `max_bytes`, or it takes too long.
    """
    import httpx

    deadline = time.monotonic() + _SECONDS
    asked = url
    if not private and _is_private(_checked(url), resolve):
        raise AddError(f"{url} is an address of this machine or its network; save the page in a browser and add the file")
    try:
        with httpx.Client(timeout=_SILENCE, transport=transport, headers=_HEADERS) as client:
            for _ in range(_REDIRECTS + 1):
                with client.stream("GET", _checked(url)) as response:
                    if response.status_code not in _MOVED or "location" not in response.headers:
                        return _received(response, url, max_bytes, deadline)
                    target = _checked(response.headers["location"], url)
                if _is_private(target, resolve) and not _is_private(url, resolve):
                    raise AddError(f"{asked} leads to {target}, an address of this machine or its network; fetch it under that address")
                url = target
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, UnicodeError) as error:  # the last of a name that no machine can have
        raise AddError(f"{url} cannot be fetched ({first_line(error)}); check the address and the connection") from error
    raise AddError(f"{asked} leads on more than {_REDIRECTS} times; save the page in a browser and add the file")


def _checked(url: str, base: str = "") -> str:
    try:
        url = urljoin(base, url)
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or not url.isprintable() or " " in url:
        raise AddError(f"{url!r} is no address of a page; expected one that begins with https:// or http://")
    return url


def _received(response: "httpx.Response", url: str, max_bytes: int, deadline: float) -> Fetched:
    if response.status_code in _SIGN_IN:
        says = f"{response.status_code} {response.reason_phrase}"
        raise AddError(f"{url} asks to sign in, or lets no program in ({says}); save the page in a browser and add the file")
    if not response.is_success:
        raise AddError(f"{url} answered {response.status_code} {response.reason_phrase}; check the address")
    content = b""
    for part in response.iter_bytes():
        content += part
        if len(content) > max_bytes:
            raise AddError(f"{url} has more than {max_bytes // 1_000_000} MB; expected one article")
        if time.monotonic() > deadline:
            raise AddError(f"{url} took longer than {_SECONDS:g} seconds; try again, or save it in a browser and add the file")
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    return Fetched(url, content, kind, response.charset_encoding)


def _is_private(url: str, resolve: Callable[[str], Iterable[str]]) -> bool:
    """Tell whether an address, or any that its name stands for, is not of the public internet."""
    host = urlsplit(url).hostname or ""
    try:
        known = [ipaddress.ip_address(host)]
    except ValueError:
        known = [ipaddress.ip_address(address) for address in resolve(host)]
    plain = [getattr(address, "ipv4_mapped", None) or address for address in known]
    return host == "localhost" or not all(address.is_global for address in plain)
