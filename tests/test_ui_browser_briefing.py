"""The tab of briefings in a real browser."""

from collections.abc import Callable

import pytest
from chat_browser import IN_BROWSER, SIZES
from playwright.sync_api import Page, expect
from test_ui_browser_page import violations

pytestmark = IN_BROWSER


@pytest.fixture
def briefed(open_page: Callable[..., Page]) -> Page:
    chat = open_page()
    chat.get_by_role("tab", name="Briefing").click()
    chat.get_by_role("textbox", name="Topic").fill("peacekeepers")
    chat.get_by_role("button", name="Brief me").click()
    expect(chat.get_by_role("heading", name="Figures")).to_be_visible()
    return chat


def test_a_quote_opens_its_article_at_the_quote(briefed: Page) -> None:
    briefed.get_by_role("button", name="1: open this quote in").first.click()
    article = briefed.get_by_label("Article", exact=True)
    expect(article.locator("#pq-hit")).to_contain_text("200,000 peacekeepers")
    expect(article.locator("#pq-hit")).to_be_in_viewport()


@pytest.mark.parametrize("size", SIZES)
def test_everyone_can_read_it(open_page: Callable[..., Page], size: str) -> None:
    page = open_page(size)
    page.get_by_role("tab", name="Briefing").click()
    page.get_by_role("textbox", name="Topic").fill("peacekeepers")
    page.get_by_role("button", name="Brief me").click()
    expect(page.get_by_role("heading", name="Figures")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == SIZES[size][0]


def test_a_briefing_can_be_kept_as_a_file(briefed: Page) -> None:
    with briefed.expect_download() as kept:
        briefed.get_by_role("link", name="Markdown").click()
    assert kept.value.suggested_filename == "briefing.md"
    assert kept.value.path().read_text("utf-8").startswith("# peacekeepers\n")


def test_what_no_article_has_is_told(open_page: Callable[..., Page]) -> None:
    chat = open_page()
    chat.get_by_role("tab", name="Briefing").click()
    chat.get_by_role("textbox", name="Topic").fill("cats in space")
    chat.keyboard.press("Enter")
    expect(chat.get_by_text("The articles do not say.")).to_be_visible()
