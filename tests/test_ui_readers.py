from pathlib import Path

import pytest

from corpus.errors import SettingError
from ui.pace import Pace
from ui.readers import Accounts, read_accounts

SECRET = "hunter2-hunter2"


def test_accounts_come_from_a_file_or_a_variable(tmp_path: Path) -> None:
    file = tmp_path / "readers"
    file.write_text(f"# the desk\nanna: {SECRET}\n\nbob:with:colon:inside\n", "utf-8")
    assert read_accounts("", file) == {"anna": SECRET, "bob": "with:colon:inside"}
    assert read_accounts(f"anna:{SECRET}", None) == {"anna": SECRET}
    assert read_accounts("", None) == {}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("anna", "line 1, names no new reader; expected NAME:PASSWORD with a password of 8 characters or more"),
        ("anna:short", "line 1, names no new reader"),
        (f":{SECRET}", "line 1, names no new reader"),
        (f"anna:{SECRET}\n\nanna:{SECRET}", "line 3, names no new reader"),
        ("# nobody\n", "names no reader; expected a line NAME:PASSWORD for each"),
    ],
)
def test_what_names_no_reader_is_told_without_its_password(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "readers"
    file.write_text(text, "utf-8")
    with pytest.raises(SettingError, match=told) as raised:
        read_accounts("", file)
    assert str(raised.value).startswith(f"the password file {str(file)!r}")
    assert "hunter2" not in str(raised.value)


def test_a_password_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="the password file .* cannot be read; expected a text file"):
        read_accounts("", tmp_path / "none")


def test_a_variable_that_names_nobody_is_told() -> None:
    with pytest.raises(SettingError, match="PULLQUOTE_AUTH, line 1, names no new reader"):
        read_accounts("anna", None)


def test_only_the_password_of_the_name_lets_in() -> None:
    accounts = Accounts({"anna": SECRET})
    assert accounts.check("anna", SECRET)
    assert not any((accounts.check("anna", "other"), accounts.check("bob", SECRET), accounts.check("bob", ""), accounts.check("", "")))


def test_a_name_that_was_tried_too_often_must_wait_even_with_the_right_password() -> None:
    now = [0.0]
    accounts = Accounts({"anna": SECRET, "bob": SECRET}, Pace(3, 1 / 30, lambda: now[0]))
    assert not any(accounts.check("anna", f"guess {number}") for number in range(3))
    assert (accounts.wait("anna"), accounts.check("anna", SECRET)) == (30, False)
    assert accounts.check("bob", SECRET)
    now[0] += 30
    assert accounts.check("anna", SECRET)
    assert accounts.check("anna", SECRET)  # what is right costs nothing
