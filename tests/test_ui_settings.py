from pathlib import Path

import pytest

from corpus.errors import SettingError
from ui.settings import Settings

KEY = "sk-proj-0123456789abcdef0123456789"


@pytest.mark.parametrize(
    ("name", "value", "settings"),
    [
        ("PULLQUOTE_CORPUS", "news", Settings(corpus=Path("news"))),
        ("PULLQUOTE_INDEX", "folder", Settings(index=Path("folder"))),
        ("PULLQUOTE_EMBEDDER", "minilm", Settings(embedder="minilm")),
        ("PULLQUOTE_MODEL", "tiny", Settings(model="tiny")),
        ("PULLQUOTE_TIMEOUT", "90", Settings(timeout=90.0)),
        ("OPENAI_API_KEY", KEY, Settings(api_key=KEY)),
        ("OPENAI_API_KEY", f" {KEY}\n", Settings(api_key=KEY)),
        ("OPENAI_BASE_URL", "http://127.0.0.1:11434/v1", Settings(base_url="http://127.0.0.1:11434/v1")),
        ("PULLQUOTE_CHROMA_URL", "http://127.0.0.1:8000", Settings(chroma_url="http://127.0.0.1:8000")),
        ("OPENAI_BASE_URL", "https://[::1]/v1\r\n", Settings(base_url="https://[::1]/v1")),
    ],
)
def test_each_variable_sets_one_thing_and_an_empty_one_none(name: str, value: str, settings: Settings) -> None:
    assert Settings.from_environment({name: value}) == settings
    assert Settings.from_environment({name: ""}) == Settings()


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("OPENAI_BASE_URL", "reader:hunter2@models.example", "OPENAI_BASE_URL is no address of a server; expected one such as http://127"),
        ("OPENAI_BASE_URL", "ftp://reader:hunter2@models.example", "OPENAI_BASE_URL is no address of a server"),
        ("OPENAI_BASE_URL", "http://reader:hunter2@", "OPENAI_BASE_URL is no address of a server"),
        ("OPENAI_BASE_URL", "http://reader:hunter2@models.example:many", "OPENAI_BASE_URL is no address of a server"),
        ("OPENAI_BASE_URL", "http://reader:hunter2@models.example:99999", "OPENAI_BASE_URL is no address of a server"),
        ("OPENAI_BASE_URL", "http://reader:hunter2@models.example:0", "OPENAI_BASE_URL is no address of a server"),
        ("OPENAI_BASE_URL", "http://reader:hunter2@[::1", "OPENAI_BASE_URL is no address of a server"),
        ("OPENAI_BASE_URL", "http://reader:hunter2@models.example/v1 # mine", "OPENAI_BASE_URL is no address of a server"),
        ("OPENAI_BASE_URL", "http://reader:hunter2@models\x01.example", "OPENAI_BASE_URL is no address of a server"),
        (
            "PULLQUOTE_CHROMA_URL",
            "reader:hunter2@chroma.example",
            "PULLQUOTE_CHROMA_URL is no address of a server; expected one such as http://127",
        ),
        ("OPENAI_API_KEY", f"{KEY}\nhunter2", "OPENAI_API_KEY has a character that no key has, such as a line end"),
        (
            "OPENAI_API_KEY",
            f"“{KEY} hunter2”",
            "OPENAI_API_KEY has a character that no key has, such as a line end or a quotation mark; copy",
        ),
        ("PULLQUOTE_TIMEOUT", "soon", "PULLQUOTE_TIMEOUT is 'soon'; expected a number of seconds such as 60"),
        ("PULLQUOTE_TIMEOUT", "0", "PULLQUOTE_TIMEOUT is '0'"),
        ("PULLQUOTE_TIMEOUT", "-1", "PULLQUOTE_TIMEOUT is '-1'"),
        ("PULLQUOTE_TIMEOUT", "inf", "PULLQUOTE_TIMEOUT is 'inf'"),
        ("PULLQUOTE_TIMEOUT", "9" * 5000, "PULLQUOTE_TIMEOUT is '999"),
    ],
)
def test_what_cannot_be_used_is_told_and_no_secret_shown(name: str, value: str, told: str) -> None:
    with pytest.raises(SettingError) as caught:
        Settings.from_environment({name: value})
    assert str(caught.value).startswith(told)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 200
    assert "hunter2" not in str(caught.value)
    assert KEY not in str(caught.value)


def test_settings_show_no_secret() -> None:
    shown = repr(
        Settings(api_key=KEY, base_url="http://reader:hunter2@models.example/v1", chroma_url="http://reader:hunter2@chroma.example")
    )
    assert KEY not in shown
    assert "hunter2" not in shown


@pytest.mark.parametrize(
    ("environ", "name"),
    [
        ({"OPENAI_API_KEY": KEY}, "gpt-4.1-mini on api.openai.com"),
        ({"OPENAI_API_KEY": KEY, "PULLQUOTE_MODEL": "large"}, "large on api.openai.com"),
        ({"OPENAI_BASE_URL": "http://127.0.0.1:11434/v1", "PULLQUOTE_MODEL": "tiny", "PULLQUOTE_TIMEOUT": "90"}, "tiny on 127.0.0.1:11434"),
    ],
)
def test_a_key_or_an_address_gives_a_writer(environ: dict[str, str], name: str) -> None:
    writer = Settings.from_environment(environ).writer()
    assert writer
    assert writer.name == name


@pytest.mark.parametrize("environ", [{}, {"PULLQUOTE_MODEL": "tiny", "PULLQUOTE_TIMEOUT": "90"}, {"OPENAI_API_KEY": " "}])
def test_without_them_there_is_none(environ: dict[str, str]) -> None:
    assert Settings.from_environment(environ).writer() is None
