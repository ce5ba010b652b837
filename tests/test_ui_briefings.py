"""Briefings as people get them: printed, exported, in the page's tab."""

import datetime as dt
import json
from pathlib import Path

import pytest

from index import Index
from rag import Briefing, Entry, Quote, Searched, Section, brief
from ui.briefings import as_html, as_markdown, describe_briefing, show_briefing
from ui.cli import main

TITLE = "Bridge <script>"


def made(url: str = "https://example.com/a?b=1&c=2") -> Briefing:
    """A briefing with a quote that two sections have, by an outlet that is out to do harm."""
    text = "The <b>bridge</b> will cost 40 million, said Ann *Roe*, and it will be built by a firm from Riga next year."
    quote = Quote(text, 0, len(text), "a", TITLE, dt.date(2024, 3, 8), "Herald", url, speaker="Ann Roe", role="mayor")
    sections = (
        Section("timeline", "Timeline", (Entry("2024-03-08", (quote,)),)),
        Section("actors", "Who says what", (Entry("Ann Roe, mayor", (quote,)),)),
    )
    return Briefing("bridge & tunnel", "answered", sections, Searched("bridge & tunnel", articles=1))


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = main(("brief", *arguments), {})
    return code, capsys.readouterr().out


def test_a_briefing_is_printed_with_its_sections(five_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = run(capsys, "peacekeepers", "--index", str(five_folder))
    assert code == 0
    assert out.index("TIMELINE") < out.index("WHO SAYS WHAT") < out.index("FIGURES")
    assert "peacekeepers, troops: 200,000 · 100,000 to 150,000" in out
    assert "Searched 5 articles for “peacekeepers”" in out


def test_what_no_article_has_is_told_with_the_exit_code_of_no_answer(five_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = run(capsys, "cats in space", "--index", str(five_folder))
    assert code == 3
    assert out.startswith("The articles do not say.\n\nNearest articles:\n")


def test_json_has_every_field(five_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = run(capsys, "Macron", "--json", "--index", str(five_folder))
    found = json.loads(out)
    assert (code, found["topic"], found["status"]) == (0, "Macron", "answered")
    assert {"text", "start", "end", "article_id", "title", "speaker"} <= found["sections"][0]["entries"][0]["quotes"][0].keys()


def test_the_options_of_ask_limit_it(five_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = run(capsys, "troops", "--source", "Nowhere", "--index", str(five_folder))
    assert code == 3
    assert "only articles of Nowhere" in out
    code, out = run(capsys, "troops", "--speaker", "Peskov", "--index", str(five_folder), "--markdown")
    assert code == 0
    assert "### Dmitry Peskov, Kremlin spokesman" in out
    assert "Scholz" not in out


def test_a_quote_shown_again_is_shortened_and_keeps_its_number() -> None:
    out = describe_briefing(made())
    assert out.count("by a firm from Riga next year. [1]") == 1
    assert out.count(" … [1]") == 1
    assert out.count(TITLE) == 1


def test_markdown_shows_what_articles_wrote_as_text() -> None:
    out = as_markdown(made())
    assert out.startswith("# bridge \\& tunnel\n")
    assert "\\<b\\>bridge\\</b\\>" in out
    assert "Ann \\*Roe\\*" in out
    assert "<https://example.com/a?b=1&c=2>" in out
    assert "javascript" not in as_markdown(made("javascript:alert(1)"))


@pytest.mark.parametrize("draw", [as_html, show_briefing])
def test_html_is_escaped(draw: object) -> None:
    out = as_html(made()) if draw is as_html else show_briefing(made())
    assert "<b>" not in out
    assert "<script>" not in out
    assert "The &lt;b&gt;bridge&lt;/b&gt; will cost" in out


def test_the_page_links_only_to_the_web() -> None:
    assert '<a href="https://example.com/a?b=1&amp;c=2"' in as_html(made())
    assert "<a " not in as_html(made("javascript:alert(1)"))


def test_the_tab_has_a_button_for_each_quote_and_files_to_keep(five: Index) -> None:
    briefing = brief("peacekeepers", five)
    shown = show_briefing(briefing)
    for number in range(1, len(briefing.quotes) + 1):
        assert f'data-event="pick" data-value="{number}"' in shown
    assert shown.count('download="briefing.') == 2
    assert "download" not in show_briefing(brief("cats in space", five))
