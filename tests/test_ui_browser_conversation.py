"""A conversation's tools in a real browser: suggested questions, filters, an answer's buttons, past conversations, export, reports."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from chat_browser import IN_BROWSER, SIZES, ask, serve_chat
from playwright.sync_api import Browser, Locator, Page, Route, expect

from corpus import SHIPPED_ARTICLES
from index import build
from rag.evals.reports import read_reports

pytestmark = IN_BROWSER

WHO, TRAM = "Who replaced Josep Borrell?", "Who will build the tram line in Riga?"
PISTORIUS = "What did Boris Pistorius say?"
PATIENCE = 60_000  # ms, on a machine that does other things too
HERALD = "---\ntitle: Tram line for Riga\ndate: 2024-02-27\nsource: City Herald\nurl: https://example.com/tram\n---\n"
GAZETTE = "---\ntitle: Riga waits\ndate: 2024-05-02\nsource: Gazette\n---\n"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The five articles and two that state a date and an outlet."""
    folder = Path(shutil.copytree(SHIPPED_ARTICLES, tmp_path_factory.mktemp("talk") / "articles"))
    (folder / "tram.txt").write_text(f"{HERALD}Skoda will build the tram line in Riga, the mayor said.\n", "utf-8")
    (folder / "late.txt").write_text(f"{GAZETTE}Siemens will build the tram line in Riga, the mayor said in May.\n", "utf-8")
    return folder


@pytest.fixture
def reports(corpus: Path) -> Iterator[Path]:
    file = corpus.parent / "index-reports.jsonl"
    file.unlink(missing_ok=True)
    yield file
    file.unlink(missing_ok=True)


@pytest.fixture
def open_tab(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Opens the chat to be reloaded: Gradio complains in the console of requests that a reload cuts off."""
    pages: list[Page] = []

    def open_one(size: str = "desktop") -> Page:
        width, height = SIZES[size]
        pages.append(browser.new_context(viewport={"width": width, "height": height}).new_page())
        pages[-1].goto(address)
        expect(pages[-1].get_by_role("textbox", name="Question")).to_be_editable()
        return pages[-1]

    yield open_one
    for page in pages:
        page.context.close()


def press(page: Page, value: str) -> None:
    page.locator(f'button.pq-do[value="{value}"]').click()


def answered(page: Page, number: int) -> Locator:
    """Wait until the answer of an exchange has ended; return it."""
    expect(page.locator(f'button[value="retry-{number}"]')).to_be_visible(timeout=PATIENCE)
    return page.locator(".pq-reply").nth(number - 1)


def fits(page: Page) -> bool:
    """Whether nothing makes the page wider than the window."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize("size", SIZES)
def test_suggested_questions_are_answered_and_lead_on(open_page: Callable[..., Page], size: str) -> None:
    page = open_page(size)
    suggested = page.locator('.pq-questions[aria-label="Try"] button')
    expect(suggested).to_have_count(4, timeout=PATIENCE)
    assert fits(page)
    question = suggested.first.inner_text()
    suggested.first.click()
    expect(page.locator(".pq-question")).to_have_text(question)
    expect(answered(page, 1).locator("a.pq-cite").first).to_be_visible()
    following = page.locator('.pq-questions[aria-label="Next"] button')
    expect(following.first).to_be_visible(timeout=PATIENCE)
    assert question not in following.all_inner_texts()
    following.first.click()
    expect(answered(page, 2).locator("a.pq-cite").first).to_be_visible()
    assert fits(page)


@pytest.mark.parametrize("size", SIZES)
def test_filters_limit_the_next_questions_until_their_chip_is_removed(open_page: Callable[..., Page], size: str) -> None:
    page = open_page(size)
    page.get_by_text("Filters", exact=True).click()
    page.get_by_label("From day").fill("2024-03-01")
    page.get_by_label("From day").press("Enter")
    chip = page.locator('button[value="drop-after"]')
    expect(chip).to_have_text("from 2024-03-01 ×")
    ask(page, TRAM)
    expect(answered(page, 1)).to_contain_text("Siemens will build")
    expect(answered(page, 1)).not_to_contain_text("Skoda")
    chip.click()
    expect(chip).to_have_count(0)
    expect(page.get_by_label("From day")).to_have_value("")
    page.get_by_label("Outlets").select_option("City Herald")
    expect(page.locator('button[value="drop-outlet0"]')).to_have_text("City Herald ×")
    ask(page, TRAM)
    expect(answered(page, 2)).to_contain_text("Skoda will build")
    expect(answered(page, 2)).not_to_contain_text("Siemens")
    assert fits(page)


def test_what_is_no_day_is_told(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.get_by_text("Filters", exact=True).click()
    page.get_by_label("From day").fill("2024-03-01")
    page.get_by_label("From day").press("Enter")
    page.get_by_label("To day").fill("2024-02-01")
    page.get_by_label("To day").press("Enter")
    expect(page.get_by_text("no day is from 2024-03-01 and to 2024-02-01")).to_be_visible()


def test_a_limit_taken_from_the_question_can_be_removed(open_page: Callable[..., Page]) -> None:
    page = open_page()
    ask(page, "Who will build the tram line in Riga, in May 2024?")
    chip = answered(page, 1).locator('button[value="widen-1-after"]')
    expect(chip).to_have_text("from 2024-05-01 ×")
    chip.click()
    expect(page.locator('button[value="widen-1-after"]')).to_have_count(0)
    expect(answered(page, 1)).to_contain_text("Searched")
    expect(page.locator(".pq-question")).to_have_count(1)


def test_a_question_is_retried_and_changed(open_page: Callable[..., Page]) -> None:
    page = open_page()
    ask(page, WHO)
    answered(page, 1)
    press(page, "retry-1")
    answered(page, 1)
    expect(page.locator(".pq-question")).to_have_count(1)
    ask(page, TRAM)
    answered(page, 2)
    press(page, "edit-1")
    box = page.get_by_role("textbox", name="Question")
    expect(box).to_have_value(WHO)
    expect(box).to_be_focused()
    expect(page.locator('button[value="unedit"]')).to_contain_text("Changing question 1")
    ask(page, PISTORIUS)
    expect(page.locator(".pq-question")).to_have_text([PISTORIUS])
    expect(answered(page, 1)).to_contain_text("Pistorius")
    expect(page.locator('button[value="unedit"]')).to_have_count(0)


def test_an_answer_is_copied_and_its_link_fills_the_box(open_page: Callable[..., Page], address: str) -> None:
    page = open_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address.rstrip("/"))
    ask(page, WHO)
    answered(page, 1)
    press(page, "copy-1")
    expect(page.get_by_role("status").filter(has_text="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"{WHO}\n\n[1] “")
    press(page, "link-1")
    expect(page.get_by_role("status").filter(has_text="Link copied")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.startswith(f"{address}?q=Who")
    fresh = page.context.new_page()
    fresh.goto(link)
    expect(fresh.get_by_role("textbox", name="Question")).to_have_value(WHO)
    fresh.wait_for_timeout(1000)
    expect(fresh.locator(".pq-question")).to_have_count(0)


@pytest.mark.parametrize("size", SIZES)
def test_a_conversation_survives_a_reload_and_can_be_opened_again_and_deleted(open_tab: Callable[..., Page], size: str) -> None:
    page = open_tab(size)
    ask(page, WHO)
    shown = answered(page, 1).inner_text()
    expect(page.locator(".pq-count")).to_have_text("(1)")
    page.reload()
    assert answered(page, 1).inner_text() == shown
    page.locator('a[href="#cite-1-1"]').click()
    expect(page.locator("#pq-hit")).to_contain_text("Kallas")
    page.keyboard.press("Escape")
    press(page, "fresh")
    expect(page.locator(".pq-question")).to_have_count(0)
    ask(page, TRAM)
    answered(page, 1)
    expect(page.locator(".pq-count")).to_have_text("(2)")
    page.locator(".pq-history summary").click()
    expect(page.locator(".pq-forget").first).to_be_in_viewport(ratio=1)
    past = page.locator(".pq-reopen")
    expect(past.first).to_contain_text(TRAM)
    past.nth(1).click()
    expect(page.locator(".pq-question")).to_have_text([WHO])
    page.locator('a[href="#cite-1-1"]').click()
    expect(page.locator("#pq-hit")).to_contain_text("Kallas")
    page.keyboard.press("Escape")
    page.locator(".pq-history summary").click()
    page.get_by_role("button", name=f"Delete the conversation: {TRAM}").click()
    expect(page.locator(".pq-reopen")).to_have_count(1)
    page.get_by_role("button", name="Delete all").click()
    expect(page.locator(".pq-past")).to_contain_text("None yet")
    page.reload()
    expect(page.get_by_role("textbox", name="Question")).to_be_editable()
    expect(page.locator(".pq-count")).to_have_text("")
    expect(page.locator(".pq-question")).to_have_count(0)


def test_two_tabs_that_go_on_with_one_conversation_keep_both(open_tab: Callable[..., Page]) -> None:
    one = open_tab()
    ask(one, WHO)
    expect(one.locator(".pq-count")).to_have_text("(1)", timeout=PATIENCE)
    other = one.context.new_page()
    other.goto(one.url)
    other.locator(".pq-history summary").click()
    other.locator(".pq-reopen").click()
    answered(other, 1)
    for page, question in ((one, TRAM), (other, PISTORIUS)):
        ask(page, question)
        answered(page, 2)
    for tab in (one, other):
        expect(tab.locator(".pq-count")).to_have_text("(2)")
    ask(other, TRAM)
    answered(other, 3)
    for page, asked in ((one, [WHO, TRAM]), (other, [WHO, PISTORIUS, TRAM])):
        page.reload()
        expect(page.locator(".pq-question")).to_have_text(asked)
        expect(page.locator(".pq-count")).to_have_text("(2)")


def test_what_is_asked_before_the_conversation_is_back_is_asked_in_it(open_tab: Callable[..., Page]) -> None:
    page = open_tab()
    ask(page, WHO)
    expect(page.locator(".pq-count")).to_have_text("(1)", timeout=PATIENCE)
    held: list[Route] = []
    asked = False

    def hold(route: Route) -> None:
        if asked and '"record"' not in (route.request.post_data or ""):
            route.continue_()
        else:
            held.append(route)

    page.route("**/queue/join*", hold)
    page.reload()
    expect(page.locator(".pq-form")).to_be_attached()
    while not held:
        page.wait_for_timeout(50)
    ask(page, TRAM)
    asked = True
    for early in list(held):
        early.continue_()
    held.clear()
    while not held:
        page.wait_for_timeout(50)
    page.wait_for_timeout(1000)  # in which the question must not go ahead
    held[0].continue_()
    expect(page.locator(".pq-question")).to_have_text([WHO, TRAM])
    expect(answered(page, 2)).to_contain_text("will build")
    expect(page.get_by_role("textbox", name="Question")).to_have_value("")


def test_a_conversation_survives_a_restart_of_the_server(browser: Browser, corpus: Path, tmp_path: Path) -> None:
    copied = Path(shutil.copytree(corpus, tmp_path / "articles"))
    build(copied, tmp_path / "index")
    page = browser.new_context().new_page()
    with serve_chat(copied) as address:
        page.goto(address)
        ask(page, WHO)
        answered(page, 1)
        expect(page.locator(".pq-count")).to_have_text("(1)")
    with serve_chat(copied, port=urlsplit(address).port or 0) as again:
        assert again == address
        page.goto(again)
        answered(page, 1)
        page.locator('a[href="#cite-1-1"]').click()
        expect(page.locator("#pq-hit")).to_contain_text("Kallas")
    page.context.close()


def test_an_open_page_finds_a_restarted_server_by_itself(browser: Browser, corpus: Path, tmp_path: Path) -> None:
    copied = Path(shutil.copytree(corpus, tmp_path / "articles"))
    build(copied, tmp_path / "index")
    page = browser.new_context().new_page()
    with serve_chat(copied) as address:
        page.goto(address)
        ask(page, WHO)
        answered(page, 1)
        expect(page.locator(".pq-count")).to_have_text("(1)")
        page.get_by_role("textbox", name="Question").fill("And Pes")
    expect(page.get_by_text("Connection to the server was lost")).to_be_visible(timeout=PATIENCE)
    with serve_chat(copied, port=urlsplit(address).port or 0):
        expect(page.get_by_text("Connection to the server was lost")).to_have_count(0, timeout=PATIENCE)
        answered(page, 1)
        expect(page.locator(".pq-question")).to_have_text([WHO])
        expect(page.get_by_role("textbox", name="Question")).to_have_value("And Pes")
        ask(page, TRAM)
        expect(answered(page, 2)).to_contain_text("will build")
    page.context.close()


def test_a_damaged_conversation_is_told_and_harms_nothing(open_page: Callable[..., Page]) -> None:
    page = open_page()
    ask(page, WHO)
    answered(page, 1)
    expect(page.locator(".pq-count")).to_have_text("(1)")
    page.evaluate("""() => {
        const name = Object.keys(localStorage).find((name) => name.startsWith('pullquote-'));
        localStorage.setItem(name, '{"title": "<img src=x onerror=alert(1)>", "when": 1, "record": {"id": "x"}}');
        window.dispatchEvent(new Event('storage'));
    }""")
    page.locator(".pq-history summary").click()
    expect(page.locator(".pq-reopen")).to_contain_text("<img src=x")
    page.locator(".pq-reopen").click()
    expect(page.locator(".pq-said")).to_contain_text("this conversation cannot be read")
    expect(page.locator(".pq-question")).to_have_text([WHO])


@pytest.mark.parametrize(("label", "ending"), [("Markdown", "md"), ("HTML", "html")])
def test_a_conversation_is_exported(open_page: Callable[..., Page], tmp_path: Path, label: str, ending: str) -> None:
    page = open_page()
    ask(page, TRAM)
    answered(page, 1)
    with page.expect_download() as started:
        page.get_by_role("button", name=label, exact=True).click()
    file = tmp_path / started.value.suggested_filename
    assert (file.name.startswith("pullquote-"), file.suffix) == (True, f".{ending}")
    started.value.save_as(file)
    told = file.read_text("utf-8")
    for part in ("Tram line for Riga", "City Herald", "2024-02-27", "Skoda will build the tram line in Riga", "https://example.com/tram"):
        assert part in told


def test_opinions_and_wrong_quotes_are_reported(open_tab: Callable[..., Page], reports: Path) -> None:
    page = open_tab()
    ask(page, WHO)
    answered(page, 1)
    press(page, "up-1")
    expect(page.locator('button[value="up-1"]')).to_have_text("✓ Helpful")
    page.locator('a[href="#cite-1-1"]').click()
    press(page, "wrong-1-1")
    expect(page.locator(".pq-said")).to_contain_text("The quote is reported")
    assert [(one.verdict, one.question) for one in read_reports(reports)] == [("up", WHO), ("wrong_quote", WHO)]
    page.reload()
    expect(page.locator('button[value="up-1"]')).to_have_text("✓ Helpful")
    press(page, "up-1")
    expect(page.locator('button[value="up-1"]')).to_have_text("Helpful")
    assert [json.loads(line)["verdict"] for line in reports.read_text("utf-8").splitlines()] == ["up", "wrong_quote", "withdrawn"]
