"""The tab of the articles in a real browser."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from chat_browser import IN_BROWSER, SIZES, ask, serve_chat
from pages import TEXT
from playwright.sync_api import Page, expect

from corpus import SHIPPED_ARTICLES

pytestmark = IN_BROWSER

HOSTILE = "<b>bold</b> {{value}} ${1+1}"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The five articles, forty small ones of two years, and one that is the line of a file."""
    corpus = Path(shutil.copytree(SHIPPED_ARTICLES, tmp_path_factory.mktemp("tab") / "articles"))
    for number in range(40):
        day, outlet = f"{2022 + number % 2}-{number % 12 + 1:02}-03", "BBC" if number % 3 else "Reuters"
        front = f"---\ntitle: Story {number:02}\ndate: {day}\nsource: {outlet}\n---\n"
        (corpus / f"s{number:02}.txt").write_text(f"{front}The council number {number} met on Friday.", "utf-8")
    line = {"id": "1", "title": HOSTILE, "text": f"The gardener of Riga said {HOSTILE} on Friday."}
    (corpus / "dump.jsonl").write_text(json.dumps(line), "utf-8")
    return corpus


@pytest.fixture(scope="module")
def read_only_address(corpus: Path, address: str) -> Iterator[str]:
    """The same articles on a page that is read-only; `address` has made the index."""
    with serve_chat(corpus, "--read-only") as address:
        yield address


def open_articles(page: Page) -> None:
    page.get_by_role("tab", name="Articles").click()
    expect(page.locator(".pq-list table")).to_be_visible()


def titles(page: Page) -> list[str]:
    return page.locator(".pq-title").all_inner_texts()


def wait_until_done(page: Page, told: str) -> None:
    expect(page.get_by_text(f"The index is up to date: {told}")).to_be_visible(timeout=30_000)


def search(page: Page, words: str) -> None:
    page.get_by_role("textbox", name="Search").fill(words)
    expect(page.get_by_role("status").filter(has_text=f"for “{words}”")).to_be_visible()


def delete(page: Page, title: str) -> None:
    page.get_by_role("button", name=f"Delete {title}").click()


@pytest.mark.parametrize("size", SIZES)
def test_good_files_are_added_and_a_bad_one_is_told(open_page: Callable[..., Page], corpus: Path, tmp_path: Path, size: str) -> None:
    page = open_page(size)
    open_articles(page)
    files = {
        f"tram-{size}.txt": f"Tram line for {size}\n\nSkoda will build the {size} tram line in Riga, the mayor said.\n",
        f"ferry-{size}.md": f"# Ferry for {size}\n\nThe {size} ferry ran again on Monday, said Ann Lee.\n",
        f"letter-{size}.doc": "nothing",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
    page.get_by_text("Add articles").click()
    page.get_by_label("Files").set_input_files([tmp_path / name for name in files])
    wait_until_done(page, "2 added")
    outcomes = page.locator(".pq-outcomes li")
    expect(outcomes).to_have_count(3)
    expect(outcomes.nth(0)).to_contain_text(f"tram-{size}.txt – added: Tram line for {size} · undated")
    expect(outcomes.nth(2)).to_contain_text(f"letter-{size}.doc – not added: is of a kind that is not read; expected .txt, .md")
    assert (corpus / f"tram-{size}.txt").exists()
    assert not (corpus / f"letter-{size}.doc").exists()
    search(page, size)
    expect(page.locator(".pq-title")).to_have_count(2)
    page.get_by_role("tab", name="Chat").click()
    ask(page, f"Who will build the {size} tram line in Riga?")
    expect(page.locator("blockquote.pq-quote").first).to_contain_text("Skoda will build")


def test_a_pasted_text_and_a_page_are_added(open_page: Callable[..., Page], corpus: Path) -> None:
    page = open_page()
    open_articles(page)
    page.get_by_text("Add articles").click()
    text = page.get_by_label("Text of an article")
    text.fill(TEXT)
    page.get_by_role("textbox", name="Title", exact=True).fill("Pasted ferry")
    page.get_by_role("textbox", name="Date", exact=True).fill("yesterday")
    page.get_by_role("button", name="Add text").click()
    expect(page.locator(".pq-outcomes")).to_contain_text("it has the date 'yesterday'; expected one such as 2024-02-29")
    expect(text).to_have_value(TEXT)
    page.get_by_role("textbox", name="Date", exact=True).fill("2024-03-03")
    page.get_by_role("button", name="Add text").click()
    wait_until_done(page, "1 added")
    expect(text).to_have_value("")
    assert (corpus / "pasted-ferry.txt").exists()
    page.get_by_label("Address of a page").fill(str(corpus / "s00.txt"))
    page.get_by_role("button", name="Add page").click()
    expect(page.locator(".pq-outcomes")).to_contain_text("is no address of a page")


def test_what_is_deleted_answers_no_more_until_it_is_undone(open_page: Callable[..., Page], corpus: Path) -> None:
    page = open_page()
    open_articles(page)
    search(page, "story 1")
    delete(page, "Story 11")
    wait_until_done(page, "1 removed")
    expect(page.get_by_text("Story 11 – deleted: s11.txt in the trash")).to_be_visible()
    expect(page.get_by_role("button", name="Delete Story 11")).to_have_count(0)
    delete(page, "Story 12")
    undo = page.get_by_role("button", name="Undo: bring back s12.txt")
    expect(undo).to_be_visible()
    assert not (corpus / "s11.txt").exists()
    assert not (corpus / "s12.txt").exists()
    undo.click()
    expect(page.get_by_role("button", name="Delete Story 12")).to_be_visible()
    page.get_by_role("button", name="Undo: bring back s11.txt").click()
    expect(page.get_by_role("button", name="Delete Story 11")).to_be_visible()
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)
    assert (corpus / "s11.txt").exists()


def test_what_is_sent_while_another_is_indexed_waits_and_what_is_typed_meanwhile_stays(
    open_page: Callable[..., Page], corpus: Path
) -> None:
    page = open_page()
    open_articles(page)
    page.get_by_text("Add articles").click()
    page.evaluate("""() => {
        const form = document.querySelector('form[name=paste]');
        for (const name of ['first', 'second', 'third']) {
            form.elements.text.value = `The ${name} bus of Riga ran on Friday.`;
            form.elements.title.value = `The ${name} bus`;
            form.elements.text.dispatchEvent(new Event('input', { bubbles: true }));
            if (name !== 'third') form.requestSubmit();
        }
    }""")
    search(page, "bus")
    expect(page.locator(".pq-title")).to_have_count(2, timeout=30_000)
    expect(page.get_by_label("Text of an article")).to_have_value("The third bus of Riga ran on Friday.")
    page.evaluate("document.querySelectorAll('button[data-event=discard]').forEach((button) => button.click())")
    expect(page.locator(".pq-title")).to_have_count(0, timeout=30_000)
    assert list(corpus.glob("the-*-bus*")) == []


def test_a_line_of_a_file_of_many_is_not_deleted_and_markup_stays_text(open_page: Callable[..., Page]) -> None:
    page = open_page()
    open_articles(page)
    search(page, "dump.jsonl")
    expect(page.locator(".pq-title")).to_have_count(1)
    expect(page.locator(".pq-title")).to_have_text(HOSTILE)
    delete(page, HOSTILE)
    expect(page.locator(".pq-outcomes")).to_contain_text(
        "not deleted: 'dump.jsonl/1' is in 'dump.jsonl', a file that may hold more articles"
    )
    page.locator(".pq-title").click()
    expect(page.locator(".pq-article h2")).to_have_text(HOSTILE)
    expect(page.locator(".pq-body")).to_have_text(f"The gardener of Riga said {HOSTILE} on Friday.")


@pytest.mark.parametrize("size", SIZES)
def test_the_list_is_searched_sorted_and_turned(open_page: Callable[..., Page], size: str) -> None:
    page = open_page(size)
    open_articles(page)
    search(page, "story")
    expect(page.get_by_role("status").filter(has_text="1 to 25 of 40 articles for “story”")).to_be_visible()
    page.get_by_role("button", name="Title").click()
    expect(page.locator(".pq-title").first).to_have_text("Story 00")
    assert titles(page) == sorted(titles(page))
    expect(page.get_by_role("button", name="Title")).to_be_focused()
    page.get_by_role("button", name="Next").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".pq-title").first).to_have_text("Story 25")
    expect(page.get_by_role("button", name="Next")).to_be_disabled()
    page.get_by_role("button", name="Title").click()
    expect(page.locator(".pq-title").first).to_have_text("Story 39")
    search(page, "reuters 2023")
    expect(page.get_by_role("status").filter(has_text="7 articles for")).to_be_visible()
    page.get_by_text("Not read", exact=True).click()
    expect(page.get_by_text("No problem for “reuters 2023”.")).to_be_visible()
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0


@pytest.mark.parametrize("size", SIZES)
def test_an_article_opens_with_everything_marked_that_the_conversation_quotes(open_page: Callable[..., Page], size: str) -> None:
    page = open_page(size)
    ask(page, "Who ruled out ground troops?")
    page.locator("a.pq-cite").first.click()
    title = page.locator(".pq-article h2").inner_text()
    page.keyboard.press("Escape")
    open_articles(page)
    search(page, title)
    expect(page.locator(".pq-title")).to_have_count(1)
    page.locator(".pq-title").click()
    expect(page.locator(".pq-article h2")).to_have_text(title)
    expect(page.locator(".pq-article")).to_contain_text("quoted in this conversation, marked")
    expect(page.locator("#pq-hit")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".pq-article")).to_have_count(0)


@pytest.mark.parametrize("size", SIZES)
def test_the_picture_has_a_name_and_a_table(open_page: Callable[..., Page], size: str) -> None:
    page = open_page(size)
    open_articles(page)
    picture = page.get_by_role("img", name="Articles by month and outlet, 2022-01 to")
    expect(picture).to_be_visible()
    expect(page.locator(".pq-timeline figcaption")).to_contain_text("undated articles not in the picture")
    table = page.locator(".pq-timeline table")
    expect(table).to_be_hidden()
    page.get_by_text("As a table").click()
    expect(table.get_by_role("row").nth(1)).to_contain_text("2022-01")
    assert picture.evaluate("(svg) => svg.getBoundingClientRect().width") > 250


def events_of(address: str, target: str) -> list[int]:
    """Return the numbers of the page's events of a kind, as its configuration tells everyone."""
    config = httpx.get(f"{address}config").json()
    return [event["id"] for event in config["dependencies"] if any(name == target for _, name in event["targets"])]


def test_a_page_that_is_read_only_shows_and_accepts_no_changes(
    open_page: Callable[..., Page], read_only_address: str, corpus: Path
) -> None:
    page = open_page(at=read_only_address)
    open_articles(page)
    expect(page.get_by_text("This page is read-only")).to_be_visible()
    expect(page.get_by_text("Add articles")).to_have_count(0)
    for name in ("Add page", "Update index", "Undo", "Delete"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    search(page, "story 00")
    page.locator(".pq-title").first.click()
    expect(page.locator(".pq-article h2")).to_have_text("Story 00")
    assert events_of(read_only_address, "upload") == events_of(read_only_address, "discard") == []
    before = sorted(corpus.iterdir())
    assert httpx.post(f"{read_only_address}gradio_api/upload", files={"files": ("a.txt", TEXT.encode())}).status_code == 403
    assert sorted(corpus.iterdir()) == before


def test_a_path_that_a_client_sends_is_not_added(address: str, corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("The secret of the mayor of Riga.")
    (event,) = events_of(address, "upload")
    before = sorted(corpus.iterdir())
    sent = {"data": [], "event_data": {"files": [str(tmp_path / "secret.txt")]}, "fn_index": event, "session_hash": "stranger"}
    httpx.post(f"{address}gradio_api/queue/join", json=sent).raise_for_status()
    told = httpx.get(f"{address}gradio_api/queue/data", params={"session_hash": "stranger"}, timeout=30).text
    assert "secret.txt</strong> – not added: it was not uploaded here" in told
    assert "secret of the mayor" not in told
    assert sorted(corpus.iterdir()) == before
    assert (tmp_path / "secret.txt").exists()


def test_a_file_that_is_too_large_is_refused_before_it_is_kept(address: str) -> None:
    reply = httpx.post(f"{address}gradio_api/upload", files={"files": ("large.txt", b"a" * 51_000_000)}, timeout=60)
    assert reply.status_code == 413
