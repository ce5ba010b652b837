"""A list of articles in the page: the count before the quotes, the articles that are not quoted behind them, all of it escaped."""

import datetime as dt

from index import ArticleHead
from rag import Answer, Quote
from rag.composing import make_claims
from rag.types import Listing, Mention
from ui.answers import show_exchange
from ui.conversation import Conversation
from ui.listings import MOST, show_count, show_rest


def listed(number: int, shown: int) -> Answer:
    heads = [ArticleHead(f"a{place}", f"Day <{place}>", dt.date(2025, 3, 1)) for place in range(number)]
    mentions = tuple(Mention(head, Quote("The <b>bridge</b>.", 0, 18, head.id, head.title, head.date), 1) for head in heads)
    claims = make_claims([mention.quote for mention in mentions[:shown] if mention.quote])
    return Answer("answered", "", claims, listing=Listing("<3> of 15 articles mention “bridge”.", mentions))


def test_the_count_is_told_and_the_rest_unfolds() -> None:
    answer = listed(3, 2)
    assert show_count(answer) == '<p class="pq-prose">&lt;3&gt; of 15 articles mention “bridge”.</p>'
    rest = show_rest(answer)
    assert "<summary>1 more article</summary>" in rest
    assert "Day &lt;2&gt; · 2025-03-01" in rest
    assert "The &lt;b&gt;bridge&lt;/b&gt;." in rest
    assert "Day &lt;1&gt;" not in rest


def test_a_whole_list_and_an_answer_that_is_none_have_no_rest() -> None:
    assert show_rest(listed(2, 2)) == ""
    assert show_count(Answer("answered", "")) == show_rest(Answer("answered", "")) == ""


def test_a_very_long_list_is_cut_in_the_page_only() -> None:
    assert f"… and {5 - 2:,} more" in show_rest(listed(MOST + 5, 2))


def test_an_answer_shows_both() -> None:
    conversation = Conversation()
    exchange = conversation.ask("Which articles mention the bridge?")
    conversation.finish(exchange, listed(3, 2))
    html = show_exchange(exchange)
    assert html.index("of 15 articles") < html.index("Day &lt;0&gt;") < html.index("1 more article")
