"""The conversation in a real browser."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from chat_browser import IN_BROWSER, SIZES, ask, serve_chat
from playwright.sync_api import Page, expect
from protocol_server import STALL, ProtocolServer, serve_protocol

from index import build

RIGHT = "Germany, Poland and NATO have ruled out sending ground troops to Ukraine."
WRONG = "Brazil bought forty submarines from Peru in 1987."

pytestmark = IN_BROWSER


@pytest.fixture(scope="module")
def model() -> Iterator[ProtocolServer]:
    """A model that writes one right and one wrong sentence, fails when asked of Peskov, and stalls when asked of Borrell."""

    def answer(request: str) -> str | int:
        question = request.rsplit("Question:", 1)[1]
        if "Peskov" in question:
            return 500
        if "Borrell" in question:
            return f"Kaja Kallas is a {STALL}"
        return f"{RIGHT} [1] {WRONG} [1]"

    with serve_protocol(answer) as server:
        yield server


@pytest.fixture(scope="module")
def writing_address(tmp_path_factory: pytest.TempPathFactory, model: ProtocolServer) -> Iterator[str]:
    """A running chat over the five articles whose answers a model writes."""
    from corpus import SHIPPED_ARTICLES

    corpus = Path(shutil.copytree(SHIPPED_ARTICLES, tmp_path_factory.mktemp("writing") / "articles"))
    build(corpus, corpus.parent / "index")
    with serve_chat(corpus, OPENAI_BASE_URL=model.url) as address:
        yield address


def is_in_view(page: Page, selector: str) -> bool:
    script = """(element) => {
        const inner = element.getBoundingClientRect(), outer = element.closest('.pq-body').getBoundingClientRect();
        return inner.top >= Math.max(outer.top, 0) && inner.bottom <= Math.min(outer.bottom, innerHeight);
    }"""
    return bool(page.locator(selector).evaluate(script))


@pytest.mark.parametrize("size", SIZES)
def test_a_citation_opens_its_article_at_the_highlighted_quote(open_page: Callable[..., Page], size: str) -> None:
    page = open_page(size)
    ask(page, "Who ruled out ground troops?")
    citation = page.locator('a[href="#cite-1-4"]')
    expect(citation).to_be_visible()
    quote = page.locator("blockquote.pq-quote", has=citation).inner_text().removesuffix("4").strip()
    citation.click()
    hit = page.locator("#pq-hit")
    expect(hit).to_be_visible()
    marks = page.locator(".pq-body mark:not(.pq-other)").all_inner_texts()  # one in each paragraph
    assert " ".join(mark.strip() for mark in marks) == quote
    page.wait_for_function("document.querySelector('#pq-hit').closest('.pq-body').scrollTop > 0")
    assert is_in_view(page, "#pq-hit")
    page.keyboard.press("Escape")
    expect(hit).to_have_count(0)


def test_a_citation_drawn_anew_under_the_finger_still_opens(open_page: Callable[..., Page]) -> None:
    page = open_page()
    ask(page, "Who replaced Josep Borrell?")
    citation = page.locator("a.pq-cite").first
    expect(citation).to_be_visible()
    expect(page.locator(".pq-header")).to_be_visible()
    citation.hover()
    page.mouse.down()
    citation.evaluate("(link) => link.replaceWith(link.cloneNode(true))")
    page.mouse.up()
    expect(page.locator("#pq-hit")).to_be_visible()


def test_reading_starts_at_the_question(open_page: Callable[..., Page]) -> None:
    page = open_page()
    for number, question in enumerate(["Who ruled out ground troops?", "What did Peskov say?", "Who ruled out ground troops?"], start=1):
        ask(page, question)
        expect(page.locator(f'a[href="#cite-{number}-1"]')).to_be_in_viewport()
        expect(page.locator(".pq-question").last).to_be_in_viewport()


def test_an_example_is_asked_by_a_click(open_page: Callable[..., Page]) -> None:
    page = open_page()
    example = page.get_by_role("button", name="What did ").first
    question = example.inner_text()
    example.click()
    expect(page.locator(".pq-question")).to_have_text(question)
    expect(page.locator("blockquote.pq-quote").first).to_be_visible()


def test_what_is_not_in_the_articles_is_not_answered(open_page: Callable[..., Page]) -> None:
    page = open_page()
    ask(page, "What is the capital of Peru?")
    expect(page.locator(".pq-notfound")).to_have_text("The articles do not say.")
    expect(page.locator(".pq-quote")).to_have_count(0)


def test_a_pasted_question_stays_text(open_page: Callable[..., Page]) -> None:
    page = open_page()
    question = '<img src="http://foreign.example/a.png"> **who** [is](http://foreign.example) ![b](http://foreign.example/c.png) Tusk?'
    ask(page, question)
    expect(page.locator(".pq-question")).to_have_text(question)
    expect(page.locator(".pq-answer").last).to_contain_text("Searched 5 articles")
    expect(page.locator(".pq-question").locator("img, a, strong")).to_have_count(0)
    expect(page.locator(".pq-answer").locator("img, strong:has-text('who')")).to_have_count(0)


def test_clearing_the_conversation_closes_the_article(open_page: Callable[..., Page]) -> None:
    page = open_page()
    ask(page, "Who replaced Josep Borrell?")
    page.locator("a.pq-cite").first.click()
    expect(page.locator("#pq-hit")).to_be_visible()
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator("#pq-hit")).to_have_count(0)
    ask(page, "What did Peskov say?")
    page.locator("a.pq-cite").first.click()
    expect(page.locator("#pq-hit")).to_contain_text("Peskov")


def test_an_empty_question_is_not_asked(open_page: Callable[..., Page]) -> None:
    page = open_page()
    ask(page, "   ")
    expect(page.get_by_role("textbox", name="Question")).to_have_value("")
    ask(page, "Who replaced Josep Borrell?")
    expect(page.locator("a.pq-cite").first).to_be_visible()
    expect(page.locator(".pq-question")).to_have_count(1)


def test_a_question_without_words_is_a_failure_not_an_answer(open_page: Callable[..., Page]) -> None:
    page = open_page()
    ask(page, "?!")
    expect(page.get_by_role("alert")).to_contain_text("This question could not be answered:")


def test_two_browsers_do_not_see_each_others_words(open_page: Callable[..., Page]) -> None:
    one, other = open_page(), open_page()
    ask(one, "Who ruled out ground troops?")
    expect(one.locator("a.pq-cite").first).to_be_visible()
    ask(other, "And Spain?")
    expect(other.locator(".pq-step")).to_contain_text("for “And Spain?”")


def test_an_article_added_while_the_chat_runs_answers_and_a_deleted_one_does_not(open_page: Callable[..., Page], corpus: Path) -> None:
    page = open_page()
    question = "Who will build the tram line in Riga?"
    tram = corpus / "tram.txt"
    tram.write_text("Tram line for Riga\n\nSkoda <b>will</b> build the tram line in Riga, the mayor said.\n", "utf-8")
    build(corpus, corpus.parent / "index")  # as another process would
    ask(page, question)
    expect(page.locator("blockquote.pq-quote").first).to_contain_text("Skoda <b>will</b> build the tram line")
    expect(page.locator(".pq-header")).to_contain_text("6 articles")
    tram.unlink()
    page.get_by_role("tab", name="Articles").click()
    page.get_by_role("button", name="Update index").click()
    expect(page.locator(".pq-header")).to_contain_text("5 articles")
    page.get_by_role("tab", name="Chat").click()
    ask(page, question)
    expect(page.locator(".pq-notfound")).to_be_visible()
    page.locator("a.pq-cite").first.click()
    expect(page.locator(".pq-article")).to_contain_text("no longer in the index")


def test_a_taken_port_is_one_clear_line(corpus: Path, address: str) -> None:
    port = address.rstrip("/").rsplit(":", 1)[1]
    arguments = ["serve", "--corpus", str(corpus), "--index", str(corpus.parent / "index"), "--port", port]
    run = subprocess.run([sys.executable, "-m", "ui.cli", *arguments], capture_output=True, text=True, check=False)
    message = f"pullquote: cannot listen on 127.0.0.1 port {port}; is it taken? choose another with --port or --host\n"
    assert (run.returncode, run.stderr) == (2, message)


def test_a_written_answer_shows_its_quotes_and_marks_what_they_do_not_support(open_page: Callable[..., Page], writing_address: str) -> None:
    page = open_page(at=writing_address)
    expect(page.locator(".pq-header")).to_contain_text("answers written by scripted on 127.0.0.1:")
    ask(page, "Who ruled out ground troops?")
    unsupported = page.locator(".pq-unsupported")
    expect(unsupported).to_contain_text(WRONG)
    expect(unsupported.locator(".pq-reason")).to_contain_text("not supported:")
    expect(unsupported.locator("a")).to_have_count(0)
    prose = page.locator(".pq-prose")
    expect(prose).to_contain_text(RIGHT)
    prose.locator("a.pq-cite").first.click()
    expect(page.locator("#pq-hit")).to_contain_text("Germany, Poland and NATO have ruled out")
    expect(page.locator(".pq-answer")).to_contain_text("Model: scripted on 127.0.0.1:")


def test_a_failed_model_is_told_and_the_quotes_stand_beside_it(open_page: Callable[..., Page], writing_address: str) -> None:
    page = open_page(at=writing_address)
    ask(page, "What did Peskov say?")
    expect(page.get_by_role("alert")).to_contain_text("has a fault of its own (500); try again")
    page.locator("blockquote.pq-quote a.pq-cite").first.click()
    expect(page.locator("#pq-hit")).to_contain_text("Peskov")


def test_stop_ends_the_models_request_and_leaves_no_unchecked_word(
    open_page: Callable[..., Page], writing_address: str, model: ProtocolServer
) -> None:
    page = open_page(at=writing_address)
    ask(page, "Who replaced Josep Borrell?")
    expect(page.locator(".pq-draft")).to_contain_text("Kaja Kallas is a")
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".pq-answer")).to_contain_text("Stopped.")
    expect(page.locator(".pq-answer")).not_to_contain_text("Kaja Kallas is a")
    assert model.left.wait(30)
    ask(page, "Who ruled out ground troops?")
    expect(page.locator(".pq-prose").last).to_contain_text(RIGHT)
    expect(page.get_by_role("button", name="Stop")).to_be_hidden()


def test_quotes_only_asks_no_model(open_page: Callable[..., Page], writing_address: str, model: ProtocolServer) -> None:
    page = open_page(at=writing_address)
    page.get_by_label("Quotes only, on this machine").check()
    expect(page.locator(".pq-header")).to_contain_text("answers in quotes, on this machine")
    before = len(model.requests)
    ask(page, "Who ruled out ground troops?")
    expect(page.locator("blockquote.pq-quote").first).to_be_visible()
    page.locator("button.pq-ask").first.click()
    expect(page.locator(".pq-question")).to_have_count(2)
    expect(page.locator(".pq-exchange").last.locator("blockquote.pq-quote").first).to_be_visible()
    expect(page.locator(".pq-prose")).to_have_count(0)
    assert len(model.requests) == before
