"""The options of `pullquote serve`, and what they come to."""

import argparse
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from corpus.errors import SettingError
from ui.readers import read_accounts
from ui.settings import Settings

_LAST_PORT = 65_535


@dataclass(frozen=True, slots=True)
class Listening:
    """Where the page listens and who may read it."""

    host: str = "127.0.0.1"
    port: int = 7860
    root_path: str = ""  # where a proxy has the page, such as /news or https://news.example/ask
    names: tuple[str, ...] = ()  # that readers may reach the page by, beside this machine's own
    accounts: Mapping[str, str] = field(default_factory=dict, repr=False)  # name -> password; empty for everyone
    open_browser: bool = False
    editors: frozenset[str] = frozenset()  # readers who may change the corpus, empty for all that have a name
    frozen: bool = False  # whether nobody may change the corpus or the index from the page

    @property
    def read_only(self) -> bool:
        """Whether nobody may change the corpus or the index from the page: strangers never may."""
        return self.frozen or not (self.for_one or self.accounts)

    @property
    def for_one(self) -> bool:
        """Whether only who sits at this machine reaches the page: it listens to nobody else, and there is no proxy before it."""
        return self.is_local and not (self.root_path or self.names)

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach the page."""
        try:
            return ipaddress.ip_address(self.host.strip("[]")).is_loopback
        except ValueError:
            return self.host == "localhost"

    @property
    def hosts(self) -> tuple[str, ...] | None:
        """The names that a request may ask for, beside this machine's own; None for any: readers know this machine by many."""
        return self.names if self.is_local or self.names else None


def add_serve_options(serve: argparse.ArgumentParser) -> None:
    """Add the options, but for those that other commands have too."""
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    serve.add_argument("--port", type=_port, default=7860, help="port to listen on (default: %(default)s)")
    serve.add_argument("--root-path", default="", metavar="PATH", help="where a proxy has the page: /news, or a whole address")
    serve.add_argument(
        "--allow-host", action="append", default=[], metavar="NAME", help="a name that readers reach the page by; may be repeated"
    )
    serve.add_argument(
        "--auth-file",
        type=Path,
        metavar="FILE",
        help="let in only the readers that it names, one NAME:PASSWORD a line; PULLQUOTE_AUTH holds such lines too",
    )
    serve.add_argument(
        "--editor", action="append", default=[], metavar="NAME", help="let only this reader add and delete articles; may be repeated"
    )
    serve.add_argument(
        "--read-only",
        action="store_true",
        help="let nobody add or delete articles from the page, which is so in any case where others reach it without a password",
    )
    serve.add_argument("--open", action="store_true", help="open a browser")


def read_serve_options(options: argparse.Namespace, settings: Settings) -> Listening:
    """Return what the options say. Raises `SettingError` for one that cannot be used."""
    root: str = options.root_path.rstrip("/")
    if root and not root.startswith(("/", "http://", "https://")):
        raise SettingError(f"--root-path is {options.root_path!r}; expected a path such as /news, or a whole address")
    accounts = read_accounts(settings.auth, options.auth_file)
    if unknown := sorted({*options.editor} - accounts.keys()):
        raise SettingError(f"--editor is {unknown[0]!r}; expected a name that --auth-file or PULLQUOTE_AUTH has a password for")
    editors = frozenset(options.editor)
    return Listening(options.host, options.port, root, tuple(options.allow_host), accounts, options.open, editors, options.read_only)


def _port(text: str) -> int:
    if text.isdecimal() and int(text) <= _LAST_PORT:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no port; expected a number up to {_LAST_PORT}")
