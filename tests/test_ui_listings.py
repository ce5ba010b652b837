"""A list of articles in the page: the count before the quotes, the articles that are not quoted behind them, all of it escaped."""

import datetime as dt
from html import escape

from index import ArticleHead, Index
from rag import Answer, Listing, Mention, Quote, Searched, query
from rag.composing import byline, make_claims
from ui.answers import show_exchange
from ui.conversation import Conversation
from ui.exporting import as_text
from ui.listings import MOST, shorten_list, show_count, show_rest
from ui.recording import Record, Recorded, dump_record, load_record


def listed(number: int, shown: int) -> Answer:
    heads = [ArticleHead(f"a{place}", f"Day <{place}>", dt.date(2025, 3, 1)) for place in range(number)]
    mentions = tuple(Mention(head, Quote("The <b>bridge</b>.", 0, 18, head.id, head.title, head.date), 1) for head in heads)
    claims = make_claims([mention.quote for mention in mentions[:shown] if mention.quote])
    listing = Listing("<3> of 15 articles mention “bridge”.", mentions)
    return Answer("answered", "", claims, searched=Searched("", found_articles=number), listing=listing)


def opened(head: ArticleHead) -> str:
    return f"[{escape(byline(head))}]"


def test_the_count_is_told_and_the_rest_unfolds() -> None:
    answer = listed(3, 2)
    assert show_count(answer) == '<p class="pq-prose">&lt;3&gt; of 15 articles mention “bridge”.</p>'
    rest = show_rest(answer, opened)
    assert "<summary>1 more article</summary>" in rest
    assert "[Day &lt;2&gt; · 2025-03-01]" in rest
    assert "The &lt;b&gt;bridge&lt;/b&gt;." in rest
    assert "Day &lt;1&gt;" not in rest


def test_a_whole_list_and_an_answer_that_is_none_have_no_rest() -> None:
    assert show_rest(listed(2, 2), opened) == ""
    assert show_count(Answer("answered", "")) == show_rest(Answer("answered", ""), opened) == ""


def test_a_very_long_list_is_cut_in_the_page_only() -> None:
    assert f"… and {5 - 2:,} more" in show_rest(listed(MOST + 5, 2), opened)


def test_an_answer_shows_both() -> None:
    conversation = Conversation()
    exchange = conversation.ask("Which articles mention the bridge?")
    conversation.finish(exchange, listed(3, 2))
    html = show_exchange(exchange)
    assert html.index("of 15 articles") < html.index("Day &lt;0&gt;") < html.index("1 more article")


def test_figures_that_differ_stand_side_by_side_above_the_quotes_with_their_links(five: Index) -> None:
    conversation = Conversation()
    exchange = conversation.ask("How many peacekeepers are needed?")
    conversation.finish(exchange, query(exchange.question, five))
    html = show_exchange(exchange)
    first, second = (
        html.index("<strong>at least 200,000</strong> (end of January"),
        html.index("<strong>100,000 to 150,000</strong> (11 Feb"),
    )
    assert first < html.index('href="#cite-1-1"') < second < html.index('href="#cite-1-2"') < html.index("<blockquote")
    record = load_record(dump_record(Record("a", (Recorded(exchange.question, query(exchange.question, five)),))))
    assert record.exchanges[0].answer.conflict == query(exchange.question, five).conflict


def test_parts_stand_under_their_headings_and_those_refused_are_told_of(five: Index) -> None:
    conversation = Conversation()
    exchange = conversation.ask("Compare Peskov and Modi on troops")
    conversation.finish(exchange, query(exchange.question, five))
    html = show_exchange(exchange)
    assert html.count("<strong>Peskov</strong>") == 1
    assert html.index("<strong>Peskov</strong>") < html.index("Modi: The articles do not say.")


def test_an_article_of_the_list_opens_and_a_browser_keeps_what_is_shown() -> None:
    conversation = Conversation()
    exchange = conversation.ask("Which articles mention the bridge?")
    conversation.finish(exchange, listed(MOST + 50, 2))
    html = show_exchange(exchange)
    assert (conversation.articles["1-1"].id, len(conversation.articles)) == ("a2", MOST)
    assert 'href="#article-1-1">Day &lt;2&gt;' in html
    assert f"<summary>{MOST + 48} more articles</summary>" in html
    assert exchange.answer is not None
    exchange.answer = shorten_list(exchange.answer)
    assert show_exchange(exchange) == html


def test_an_export_has_the_count() -> None:
    answer = listed(3, 2)
    assert as_text(Recorded("Which articles mention the bridge?", answer)).count("<3> of 15 articles") == 1


def test_a_kept_list_comes_back() -> None:
    record = Record("0" * 16, (Recorded("Which articles mention the bridge?", listed(3, 2)),))
    assert load_record(dump_record(record)) == record
