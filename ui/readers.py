"""Who may read: names and passwords, and how often someone may guess. No Gradio here."""

import hashlib
import hmac
from collections.abc import Mapping
from pathlib import Path

from corpus.errors import SettingError
from ui.pace import Pace

_SHORTEST = 8  # characters of a password
_AT_ONCE, _APART = 10, 30.0  # guesses that a name or an address has at once, and the seconds until it has another one


def guesses() -> Pace:
    """Return how often a name, or an address, may try a password."""
    return Pace(_AT_ONCE, 1 / _APART)


def read_accounts(text: str, file: Path | None) -> dict[str, str]:
    """Return name -> password from lines such as "anna:a long password"; of `file`, if there is one, else of PULLQUOTE_AUTH's `text`.

    Empty lines and those that begin with # are left out. Raises `SettingError`, which never shows a password.
    """
    where = f"the password file {str(file)!r}" if file else "PULLQUOTE_AUTH"
    if file:
        try:
            text = file.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise SettingError(f"{where} cannot be read; expected a text file with a line NAME:PASSWORD for each reader") from error
    accounts: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, password = (part.strip() for part in line.partition(":"))
        if not name or len(password) < _SHORTEST or name in accounts:
            raise SettingError(
                f"{where}, line {number}, names no new reader; expected NAME:PASSWORD with a password of {_SHORTEST} characters or more"
            )
        accounts[name] = password
    if file and not accounts:
        raise SettingError(f"{where} names no reader; expected a line NAME:PASSWORD for each")
    return accounts


class Accounts:
    """Checks a name and a password, as Gradio's `auth` calls it."""

    def __init__(self, accounts: Mapping[str, str], pace: Pace | None = None) -> None:
        self._accounts = dict(accounts)
        self._pace = pace or guesses()

    def wait(self, name: str) -> float:
        """Return the seconds until a name may try again: 0 unless it was tried in vain too often, whoever did."""
        return self._pace.wait(name)

    def check(self, name: str, password: str) -> bool:
        """Whether the password is the name's. Takes as long for a name that does not exist; false while the name must wait."""
        if self.wait(name):
            return False
        expected, given = (hashlib.sha256(text.encode()).digest() for text in (self._accounts.get(name, ""), password))
        right = hmac.compare_digest(expected, given) and name in self._accounts
        if not right:
            self._pace.take(name)
        return right
