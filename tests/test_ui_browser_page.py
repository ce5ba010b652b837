"""The page itself in a real browser: layout, the article panel, keyboard, accessibility, and a header that keeps up."""

import re
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest
from axe_playwright_python.sync_playwright import Axe
from chat_browser import IN_BROWSER, SIZES, ask
from playwright.sync_api import Browser, Page, Route, expect

from index import build

pytestmark = IN_BROWSER

WHO = "Who ruled out ground troops?"


def answered(page: Page, number: int = 1) -> None:
    expect(page.locator(".pq-support")).to_have_count(number)


def violations(page: Page) -> list[str]:
    """Return what axe finds serious or critical, with the elements."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html']}" for one in found if one["impact"] in ("serious", "critical") for node in one["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_everyone_can_read_and_use_it(open_page: Callable[..., Page], size: str, scheme: str) -> None:
    page = open_page(size, scheme=scheme)
    expect(page.locator(".pq-ask").first).to_be_visible()
    assert violations(page) == []
    ask(page, WHO)
    answered(page)
    page.locator('a[href="#cite-1-2"]').click()
    expect(page.locator("#pq-hit")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    ask(page, "What is the capital of Peru?")
    expect(page.locator(".pq-notfound")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("tab", name="Articles").click()
    expect(page.locator(".pq-list table")).to_be_visible()
    page.get_by_text("Add articles").click()
    assert violations(page) == []
    page.locator(".pq-title").first.click()
    expect(page.locator(".pq-article")).to_be_visible()
    assert violations(page) == []


@pytest.mark.parametrize("size", SIZES)
def test_the_page_fits_its_window(open_page: Callable[..., Page], size: str) -> None:
    page = open_page(size)
    ask(page, WHO)
    answered(page)
    width, height = SIZES[size]
    assert page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]") == [width, height]
    expect(page.get_by_role("textbox", name="Question")).to_be_in_viewport()
    page.locator('a[href="#cite-1-1"]').click()
    article, conversation = page.locator(".pq-article"), page.locator(".pq-talk")
    expect(article).to_be_in_viewport()
    box, left = article.bounding_box(), conversation.bounding_box()
    assert box
    assert left
    if size == "desktop":
        assert box["x"] >= left["x"] + left["width"], "beside the conversation"
    else:
        assert (box["x"], box["width"], box["y"] + box["height"]) == (0, width, height), "a sheet over the whole width"


def test_j_and_k_go_from_quote_to_quote_and_esc_goes_back_to_the_citation(open_page: Callable[..., Page]) -> None:
    page = open_page()
    ask(page, WHO)
    answered(page)
    page.keyboard.press("j")
    expect(page.get_by_role("textbox", name="Question")).to_have_value("j")
    page.get_by_role("textbox", name="Question").fill("")
    page.locator(".pq-header h1").click()
    for key, place in (("j", 1), ("j", 2), ("j", 3), ("k", 2)):
        page.keyboard.press(key)
        expect(page.locator(".pq-place")).to_have_text(re.compile(f"Quote {place} of \\d"))
        expect(page.locator(f'a[href="#cite-1-{place}"]')).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".pq-article")).to_have_count(0)
    expect(page.locator('a[href="#cite-1-2"]')).to_be_focused()
    expect(page.get_by_role("tooltip")).to_be_hidden()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("tooltip")).to_contain_text(page.locator('a[href="#cite-1-2"] q').inner_text())
    page.keyboard.press("/")
    expect(page.get_by_role("textbox", name="Question")).to_be_focused()


def test_keys_pressed_quickly_end_at_the_quote_that_is_marked_and_begin_anew_in_a_new_conversation(open_page: Callable[..., Page]) -> None:
    page = open_page()
    ask(page, WHO)
    answered(page)
    page.locator(".pq-header h1").click()
    page.evaluate("for (const key of 'jjj') document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))")
    expect(page.locator(".pq-place")).to_contain_text("Quote 3 of")
    expect(page.locator('.pq-answer a[href="#cite-1-3"]')).to_have_class(re.compile("pq-shown"))
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".pq-question")).to_have_count(0)
    ask(page, WHO)
    answered(page)
    page.locator(".pq-header h1").click()
    page.keyboard.press("j")
    expect(page.locator(".pq-place")).to_contain_text("Quote 1 of")


def test_the_panel_leads_to_the_next_quote_and_back(open_page: Callable[..., Page]) -> None:
    page = open_page()
    ask(page, WHO)
    answered(page)
    page.locator('a[href="#cite-1-1"]').click()
    expect(page.locator(".pq-article")).to_be_focused()
    first = page.locator("#pq-hit").inner_text()
    expect(page.get_by_role("link", name="Previous quote")).to_have_count(0)
    page.get_by_role("link", name="Next quote").click()
    expect(page.locator(".pq-place")).to_contain_text("Quote 2 of")
    expect(page.locator("#pq-hit")).not_to_have_text(first)
    expect(page.locator('.pq-answer a[href="#cite-1-2"]')).to_have_class(re.compile("pq-shown"))
    page.get_by_role("link", name="Previous quote").click()
    expect(page.locator("#pq-hit")).to_have_text(first)
    page.get_by_role("button", name="Close the article").click()
    expect(page.locator(".pq-article")).to_have_count(0)
    expect(page.locator('a[href="#cite-1-1"]')).to_be_focused()


def test_a_quote_is_shown_to_who_points_at_its_number(open_page: Callable[..., Page]) -> None:
    page = open_page()
    ask(page, WHO)
    answered(page)
    bubble, citation = page.get_by_role("tooltip"), page.locator('a[href="#cite-1-1"]')
    citation.hover()
    expect(bubble).to_contain_text("Germany, Poland and NATO have ruled out")
    page.keyboard.press("Escape")
    expect(bubble).to_be_hidden()
    citation.focus()
    page.keyboard.press("Tab")
    expect(bubble).to_contain_text("German Chancellor Olaf Scholz")
    expect(page.locator('a[href="#cite-1-2"]')).to_have_attribute("aria-describedby", "pq-bubble")
    expect(page.locator("[aria-describedby=pq-bubble]")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("[aria-describedby=pq-bubble]")).to_have_count(0)


def test_the_nearest_articles_open_where_nothing_is_found(open_page: Callable[..., Page]) -> None:
    page = open_page()
    ask(page, "What is the capital of Peru?")
    expect(page.locator(".pq-answer")).to_contain_text("Searched 5 articles for “What is the capital of Peru?”")
    nearest = page.locator("a.pq-open").first
    title = nearest.inner_text().split(" · ")[0]
    nearest.click()
    expect(page.locator(".pq-article h2")).to_have_text(title)
    page.keyboard.press("Escape")
    expect(nearest).to_be_focused()


def test_an_article_closed_in_the_moment_that_it_comes_gives_the_focus_back(open_page: Callable[..., Page]) -> None:
    page = open_page()
    ask(page, WHO)
    answered(page)
    page.evaluate(
        """() => new MutationObserver((_, observer) => {
          if (!document.querySelector('.pq-article')) return;
          observer.disconnect();
          document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }));
        }).observe(document.body, { childList: true, subtree: true })"""
    )
    citation = page.locator('a[href="#cite-1-1"]')
    citation.click()
    expect(page.locator(".pq-article")).to_have_count(0)
    expect(citation).to_be_focused()


def test_five_questions_within_milliseconds_are_all_answered_in_their_order(open_page: Callable[..., Page]) -> None:
    page = open_page()
    questions = [WHO, "Who replaced Josep Borrell?", "What did Peskov say?", "What did Macron say?", "Who is Kaja Kallas?"]
    box, button = page.get_by_role("textbox", name="Question"), page.locator(".pq-box button")
    for number, question in enumerate(questions):
        box.fill(question)
        if number % 2:
            button.click()
        else:
            box.press("Enter")
    expect(box).to_have_value("")
    answered(page, 5)
    assert page.locator(".pq-question").all_inner_texts() == questions


def test_a_question_that_is_sent_while_the_page_still_opens_is_answered(browser: Browser, address: str) -> None:
    page = browser.new_page()
    held: list[Route] = []
    released = Event()
    page.route("**/queue/join*", lambda route: route.continue_() if released.is_set() else held.append(route))
    page.goto(address)
    ask(page, WHO)
    expect(page.get_by_role("textbox", name="Question")).to_have_value("")
    released.set()
    for route in reversed(held):  # the latest request first, as it may come to a busy server
        route.continue_()
    answered(page)
    expect(page.locator(".pq-question")).to_have_text([WHO])
    page.close()


def test_enter_sends_but_not_with_shift_nor_while_a_word_is_composed(open_page: Callable[..., Page]) -> None:
    page = open_page()
    box = page.get_by_role("textbox", name="Question")
    box.fill("Who replaced")
    box.press("Shift+Enter")
    page.keyboard.type("Josep Borrel")
    box.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    box.press("l")
    box.press("?")
    expect(box).to_have_value("Who replaced\nJosep Borrell?")
    expect(page.locator(".pq-question")).to_have_count(0)
    box.press("Enter")
    expect(page.locator(".pq-question")).to_have_text(["Who replaced Josep Borrell?"])
    expect(box).to_have_value("")
    expect(box).to_be_focused()


def test_two_questions_within_milliseconds_are_both_answered(open_page: Callable[..., Page]) -> None:
    page = open_page()
    questions = [WHO, "Who replaced Josep Borrell?", "What did Peskov say?"]
    for question in questions:
        ask(page, question)
    answered(page, 3)
    assert page.locator(".pq-question").all_inner_texts() == questions
    expect(page.locator(".pq-answer").nth(1)).to_contain_text("Kallas replaced Josep Borrell")
    expect(page.locator('a[href="#cite-3-1"]')).to_be_visible()


def test_the_header_tells_by_itself_what_another_process_has_indexed(open_page: Callable[..., Page], corpus: Path) -> None:
    page = open_page()
    expect(page.locator(".pq-header")).to_contain_text("5 articles")
    added, broken = corpus / "added.txt", corpus / "broken.txt"
    added.write_text("Tram line for Riga\n\nSkoda will build the tram line in Riga, the mayor said.\n", "utf-8")
    broken.write_bytes(b"")
    build(corpus, corpus.parent / "index")
    expect(page.locator(".pq-header")).to_contain_text("6 articles")
    page.get_by_text("1 problem").click()
    expect(page.locator(".pq-problems li")).to_contain_text("broken.txt holds no text")
    added.unlink()
    broken.unlink()
    build(corpus, corpus.parent / "index")
    expect(page.locator(".pq-header")).to_contain_text("5 articles")


def test_dark_or_light_is_the_systems_until_the_reader_chooses(open_page: Callable[..., Page]) -> None:
    page = open_page(scheme="dark")
    body = page.locator("body")
    expect(body).to_have_class(re.compile(r"\bdark\b"))
    page.get_by_role("button", name="Light or dark").click()
    expect(body).not_to_have_class(re.compile(r"\bdark\b"))
    later = page.context.new_page()
    later.goto(page.url)
    expect(later.get_by_role("textbox", name="Question")).to_be_editable()
    expect(later.locator("body")).not_to_have_class(re.compile(r"\bdark\b"))


def test_the_page_is_pullquotes_own(open_page: Callable[..., Page]) -> None:
    page = open_page()
    expect(page).to_have_title("Pullquote")
    source = page.request.get(page.url).text()
    assert 'property="og:' not in source
    assert 'name="twitter:' not in source
    assert page.request.get(f"{page.url}favicon.ico").text().startswith("<svg")
    expect(page.locator("footer a, footer button")).to_have_count(0)


def test_the_head_names_all_that_the_page_begins_with(browser: Browser, address: str) -> None:
    page = browser.new_context().new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(f"{address}assets/")))
    page.goto(address)
    expect(page.locator(".pq-number")).to_have_text(re.compile(r"^[0-9a-f]{8}$"))
    begun = sorted(name for name in asked if name.endswith((".js", ".css")) and "/" not in name)
    # Of another version of Gradio, the files are to be listed in the order in which the page asks for them.
    assert begun == sorted((Path(__file__).parent.parent / "ui" / "assets.txt").read_text("utf-8").split())
    page.context.close()
