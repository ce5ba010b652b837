"""The chat's logic, without Gradio."""

import json
import time
from collections.abc import Generator
from html import escape
from pathlib import Path

import pytest
from scripted import ScriptedWriter

from corpus.errors import WriterError
from index import Index, build, status
from rag import NOT_FOUND, Answer, Quote, query
from rag.answering import open_index
from rag.writers.writer import Piece
from ui.answers import _emphasized, _not_found, respond, show_conversation, show_exchange, show_question
from ui.conversation import Conversation
from ui.page import show_header
from ui.panel import mark, show_citation, show_named


def ask(question: str, conversation: Conversation, index: Index) -> str:
    return list(respond(conversation.ask(question), conversation, lambda: index))[-1]


def test_an_answer_grows_and_every_citation_opens_its_quote(five: Index) -> None:
    conversation = Conversation()
    steps = list(respond(conversation.ask("Who ruled out ground troops?"), conversation, lambda: five))
    assert "Searching for “Who ruled out ground troops?” …" in steps[0]
    assert "Searched 5 articles" in steps[1]
    assert [len(step) for step in steps] == sorted(len(step) for step in steps)
    assert list(conversation.citations) == [f"1-{number}" for number in range(1, len(conversation.citations) + 1)]
    for citation, quote in conversation.citations.items():
        assert f'href="#cite-{citation}"' in steps[-1]
        panel = show_citation(citation, conversation, lambda: five)
        assert panel.count('<mark id="pq-hit">') == 1
        assert quote.text[:40].replace("'", "&#x27;").replace('"', "&quot;") in panel.split('<mark id="pq-hit">')[1].split("</mark>")[0]


def test_citations_of_later_answers_do_not_replace_earlier_ones(five: Index) -> None:
    conversation = Conversation()
    ask("Who ruled out ground troops?", conversation, five)
    first = conversation.citations["1-1"]
    ask("Who replaced Josep Borrell?", conversation, five)
    assert conversation.citations["1-1"] == first
    assert "Josep Borrell" in conversation.citations["2-1"].text


@pytest.mark.parametrize("citation", ["9-9", "", "None", "../../etc/passwd", "<script>"])
def test_a_citation_that_was_not_minted_is_refused(five: Index, citation: str) -> None:
    conversation = Conversation()
    ask("Who ruled out ground troops?", conversation, five)
    shown = show_citation(citation, conversation, lambda: five)
    assert "not from this conversation" in shown
    assert "<script>" not in shown


def test_conversations_know_only_their_own_citations(five: Index) -> None:
    one, other = Conversation(), Conversation()
    ask("Who ruled out ground troops?", one, five)
    assert "not from this conversation" in show_citation("1-1", other, lambda: five)


def test_a_refusal_looks_like_one(five: Index) -> None:
    shown = ask("What is the capital of Peru?", Conversation(), five)
    assert "The articles do not say." in shown
    assert "pq-notfound" in shown
    assert "pq-quote" not in shown


@pytest.mark.parametrize("question", ["", "?!", "x" * 10_000])
def test_a_failure_never_looks_like_an_answer(five: Index, question: str) -> None:
    shown = ask(question, Conversation(), five)
    assert "This question could not be answered:" in shown
    assert 'role="alert"' in shown
    assert "The articles do not say" not in shown


def test_a_follow_up_is_shown_as_it_was_searched(five: Index) -> None:
    conversation = Conversation()
    ask("Who ruled out ground troops?", conversation, five)
    assert "Searched 5 articles for “Who ruled out ground troops: Spain?”" in ask("And Spain?", conversation, five)


RIGHT = "Germany, Poland and NATO have ruled out sending ground troops to Ukraine."


def written(five: Index, *texts: str | WriterError) -> tuple[str, Conversation]:
    conversation = Conversation()
    *_, shown = respond(conversation.ask("Who ruled out ground troops?"), conversation, lambda: five, ScriptedWriter(*texts))
    return shown, conversation


def test_a_written_answer_cites_what_supports_it_and_marks_what_nothing_does(five: Index) -> None:
    shown, conversation = written(five, f"{RIGHT} [1] Brazil bought forty submarines [1].")
    prose, sources = shown.split('<div class="pq-sources">')
    assert 'Ukraine. <a class="pq-cite" href="#cite-1-1"' in prose
    assert '<span class="pq-doubted">Brazil bought forty submarines.</span> <span class="pq-reason">(not supported: ' in prose
    assert 'href="#cite-1-1"' in sources
    assert "ruled out sending ground troops" in conversation.citations["1-1"].text
    assert "Model: scripted on nowhere.example · 100 tokens read, 10 written" in shown


def test_what_a_model_writes_is_text_on_the_page(five: Index) -> None:
    shown, _ = written(five, f"{RIGHT[:-1]} <b>indeed</b> [1]. {HOSTILE} [click](#cite-1-1) [99] <a href='#cite-1-1'>7</a>.")
    prose = shown.split('<div class="pq-sources">')[0]
    assert "<img" not in prose
    assert "<script" not in prose
    assert "http" not in prose
    assert "[click]" not in prose
    assert "[99], which it was not given" in shown
    assert prose.count("<a ") == prose.count('<a class="pq-cite" href="#cite-')


def test_a_writers_failure_is_an_alert_with_the_quotes_beside_it(five: Index) -> None:
    shown, conversation = written(five, WriterError("scripted on nowhere.example refused the <key> (401); check OPENAI_API_KEY"))
    alert, quotes = shown.split("The answer in quotes:")
    assert 'role="alert"' in alert
    assert "refused the &lt;key&gt; (401); check OPENAI_API_KEY" in alert
    assert quotes.count("<blockquote") == len(conversation.citations) > 1


def test_notes_say_why_an_answer_is_in_quotes(five: Index) -> None:
    shown, _ = written(five, "Brazil bought forty submarines.")
    assert '<p class="pq-note">The quotes support nothing of what scripted on nowhere.example wrote' in shown
    assert "submarines" not in shown


def test_drafts_are_shown_as_such_and_gone_in_the_end(five: Index) -> None:
    conversation = Conversation()
    *growing, last = respond(conversation.ask("Who ruled out ground troops?"), conversation, lambda: five, SlowWriter(RIGHT))
    assert any('<span class="pq-draft">Germany, Poland' in html for html in growing)
    assert "pq-draft" not in last


class SlowWriter(ScriptedWriter):
    """Takes longer over a piece than the page waits between two states."""

    def write(self, instructions: str, request: str) -> Generator[Piece, None, None]:
        for piece in super().write(instructions, request):
            time.sleep(0.08)
            yield piece


HOSTILE = "<img src=x onerror=alert(1)> [click](javascript:alert(1)) ![x](http://evil.example/x.png) $$x$$ <script>alert(2)</script> `rm`"


def test_what_articles_hold_reaches_the_page_only_as_text(tmp_path: Path) -> None:
    article = {"id": "<b>id</b>", "title": f"Mayor {HOSTILE}", "text": f"The mayor of Riga said {HOSTILE} on Friday.", "source": HOSTILE}
    (tmp_path / "a.jsonl").write_text(json.dumps(article), "utf-8")
    build(tmp_path / "a.jsonl", tmp_path / "index")
    index = open_index(tmp_path / "index")
    conversation = Conversation()
    shown = ask("What did the mayor of Riga say?", conversation, index) + show_citation("1-1", conversation, lambda: index)
    for tag in ("<img", "<script", "<b>", "</div><div", 'src="', "onerror=alert(1)>"):
        assert tag not in shown
    assert "&lt;img src=x onerror=alert(1)&gt;" in shown
    assert "\n" not in shown


def test_a_question_is_shown_as_text_whatever_was_pasted_into_it() -> None:
    shown = show_question(f"{HOSTILE}\n\n# who?")
    assert "<img" not in shown
    assert "<script" not in shown
    assert "\n" not in shown


def test_the_panel_shows_the_paragraph_around_the_quote_as_it_is(five: Index) -> None:
    conversation = Conversation()
    articles = [five.snapshot().article(head.id) for head in five.snapshot().heads()]
    article, line = next((article, line) for article in articles for line in article.text.split("\n") if line.count(". ") > 1)
    start = article.text.index(line) + line.index(". ") + 2
    quote = article.text[start : article.text.index(". ", start) + 1]
    conversation.citations["1-1"] = Quote(quote, start, start + len(quote), article.id, article.title)
    marked = escape(line).replace(escape(quote), f'<mark id="pq-hit">{escape(quote)}</mark>')
    assert f"<p>{marked}</p>" in show_citation("1-1", conversation, lambda: five)


def test_a_changed_or_removed_article_is_said_to_be_so(articles: Path, tmp_path: Path) -> None:
    build(articles, tmp_path / "index")
    index = open_index(tmp_path / "index")
    conversation = Conversation()
    ask("Who replaced Josep Borrell?", conversation, index)
    file = articles / conversation.citations["1-1"].article_id
    file.write_text(file.read_text("utf-8").replace("replaced Josep Borrell", "followed Josep Borrell"), "utf-8")
    build(articles, tmp_path / "index")
    changed = show_citation("1-1", conversation, lambda: index)
    assert "has changed since the answer" in changed
    assert "Kallas replaced Josep Borrell" in changed
    file.unlink()
    build(articles, tmp_path / "index")
    assert "no longer in the index" in show_citation("1-1", conversation, lambda: index)


def test_the_header_tells_how_fresh_the_answers_are(articles: Path, tmp_path: Path) -> None:
    (articles / "broken.txt").write_bytes(b"")
    build(articles, tmp_path / "index")
    shown = show_header(status(tmp_path / "index"))
    assert "5 articles · all undated · indexed 20" in shown
    assert ">1 problem</summary>" in shown
    assert "broken.txt holds no text" in shown


def test_a_quote_of_several_paragraphs_is_marked_in_each(five: Index) -> None:
    article = five.snapshot().article(five.snapshot().heads()[0].id)
    first, second = article.text.split("\n", 1)[0], article.text.split("\n", 1)[1].lstrip().split("\n", 1)[0]
    end = article.text.index(second) + len(second)
    conversation = Conversation()
    conversation.citations["1-1"] = Quote(article.text[:end], 0, end, article.id, article.title)
    panel = show_citation("1-1", conversation, lambda: five)
    assert panel.count('<mark id="pq-hit">') == 1
    assert [part.split("</mark>")[0] for part in panel.split("<mark")[1:]] == [f' id="pq-hit">{escape(first)}', f">{escape(second)}"]


def test_the_short_answer_in_a_quote_is_strong_and_escaped(five: Index) -> None:
    text = "The <b>mayor</b> said\n\nRuth & Sons would build it."
    answer = text.index("Ruth"), text.index(" would")
    shown = _emphasized(Quote(text, 100, 100 + len(text), "a", "Title", answer=(100 + answer[0], 100 + answer[1])))
    assert shown == "The &lt;b&gt;mayor&lt;/b&gt; said <strong>Ruth &amp; Sons</strong> would build it."


def test_a_close_miss_shows_what_was_found_and_opens_it(five: Index) -> None:
    quote = query("Who replaced Josep Borrell?", five).quotes[0]
    shown = _not_found(Answer("not_found", NOT_FOUND, closest=(quote,)), 3)
    assert "What comes closest:" in shown
    assert 'href="#cite-3-1"' in shown


def test_the_panel_leads_to_the_other_quotes_of_the_answer_and_marks_them_faintly(five: Index) -> None:
    conversation = Conversation()
    ask("Who ruled out ground troops?", conversation, five)
    last = len(conversation.citations)
    ask("Who replaced Josep Borrell?", conversation, five)
    first, final = (show_citation(f"1-{number}", conversation, lambda: five) for number in (1, last))
    assert f"Quote 1 of {last}" in first
    assert 'href="#cite-1-2"' in first
    assert 'href="#cite-1-0"' not in first
    assert f"Quote {last} of {last}" in final
    assert f'href="#cite-1-{last + 1}"' not in final
    assert 'class="pq-other"' in first


def test_marks_that_overlap_keep_every_character_once() -> None:
    text = "One two three.\n\nFour <five> six."
    shown = mark(text, (4, 13), [(0, 7), (16, 20)])
    assert shown == (
        '<p><mark class="pq-other">One </mark><mark id="pq-hit">two</mark><mark> three</mark>.</p>'
        '<p><mark class="pq-other">Four</mark> &lt;five&gt; six.</p>'
    )


def test_the_nearest_articles_open_and_others_are_refused(five: Index) -> None:
    conversation = Conversation()
    shown = ask("What is the capital of Peru?", conversation, five)
    for link, head in conversation.articles.items():
        assert f'href="#article-{link}"' in shown
        assert f"<h2>{escape(head.title)}</h2>" in show_named(link, conversation, lambda: five)
    assert "not from this conversation" in show_named("1-99", conversation, lambda: five)


def test_a_question_that_waits_says_so_and_one_that_is_stopped_keeps_what_was_checked(five: Index) -> None:
    conversation = Conversation()
    exchange = conversation.ask("Who ruled out ground troops?")
    conversation.ask("And Spain?")
    first, second = show_conversation(conversation)
    assert "Waiting for its turn" in first
    assert "Waiting for the answer above" in second
    exchange.steps, exchange.draft = ["Searched 5 articles"], "And more"
    exchange.claims = list(query(exchange.question, five).claims)
    conversation.cite(exchange, [quote for claim in exchange.claims for quote in claim.quotes])
    assert "not checked yet" in show_exchange(exchange)
    conversation.stop()
    assert list(respond(exchange, conversation, lambda: five)) == []
    stopped = show_exchange(exchange)
    assert "Stopped." in stopped
    assert 'href="#cite-1-1"' in stopped
    assert "And more" not in stopped
