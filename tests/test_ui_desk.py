"""A conversation kept, brought back, changed, handed out and reported on, without Gradio."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from index import Index
from rag import Answer, Filters, query
from rag.evals.reports import read_reports, reports_file
from rag.question import MAX_QUESTION
from ui.actions import show_actions, show_limits, show_questions, show_taken
from ui.answers import show_conversation
from ui.conversation import Conversation
from ui.desk import ask_again, bring_back, edit, follow, hand_out, keep, report, settle_edit, shelf, unheard
from ui.panel import show_citation
from ui.recording import MAX_LENGTH, RecordError

FIRST, SECOND = "Who ruled out ground troops?", "Who replaced Josep Borrell?"
RT = Filters(sources=frozenset({"RT"}))


@pytest.fixture
def talk(five: Index) -> Conversation:
    conversation = Conversation()
    for question in (FIRST, SECOND):
        conversation.add(question, query(question, five))
    return conversation


def asked(conversation: Conversation) -> list[str]:
    return [exchange.question for exchange in conversation.exchanges]


def test_a_conversation_comes_back_with_citations_that_open(talk: Conversation, five: Index) -> None:
    talk.exchanges[0].verdict = "up"
    kept = json.loads(json.dumps(keep(talk)))
    assert kept["title"] == FIRST
    back = bring_back(kept["record"])
    assert show_conversation(back) == show_conversation(talk)
    assert (back.id, back.exchanges[0].verdict) == (talk.id, "up")
    assert show_citation("2-1", back, lambda: five) == show_citation("2-1", talk, lambda: five)


def test_a_list_of_articles_comes_back(five: Index) -> None:
    listing = Conversation()
    listing.add("Which articles mention NATO?", query("Which articles mention NATO?", five))
    assert show_conversation(bring_back(json.loads(json.dumps(keep(listing)))["record"])) == show_conversation(listing)


def test_what_has_no_answer_is_not_kept(talk: Conversation) -> None:
    talk.ask("And Spain?")
    assert len(keep(talk)["record"]["exchanges"]) == 2
    assert keep(Conversation())["do"] == "none"


def test_a_conversation_that_is_too_long_to_come_back_is_not_kept_but_said_to_be_so(talk: Conversation) -> None:
    exchange = talk.exchanges[0]
    assert exchange.answer
    for _ in range(MAX_LENGTH // len(json.dumps(keep(talk))) + 1):
        talk.add(FIRST, exchange.answer)
        talk.add(SECOND, exchange.answer)
    told = keep(talk)
    assert (told["do"], told["text"]) == ("say", "This conversation is too long to be kept; export it.")


def test_a_kept_quote_that_no_article_has_is_not_shown_as_one(talk: Conversation, five: Index) -> None:
    record: Any = keep(talk)["record"]
    for claim in record["exchanges"][0]["answer"]["claims"]:
        for quote in claim["quotes"]:
            quote["text"] = "<b>Made up.</b>"
    shown = show_citation("1-1", bring_back(record), lambda: five)
    assert "This article has changed since the answer" in shown
    assert "<b>Made" not in shown


def test_a_damaged_conversation_is_refused() -> None:
    with pytest.raises(RecordError, match="cannot be read"):
        bring_back({"id": "x"})


def test_an_id_of_another_form_is_replaced(talk: Conversation) -> None:
    assert bring_back({**keep(talk)["record"], "id": "../x"}).id != "../x"


def test_each_index_has_a_shelf_of_its_own(tmp_path: Path) -> None:
    assert shelf(tmp_path / "a") == shelf(tmp_path / "b" / ".." / "a") != shelf(tmp_path / "b")


def test_the_last_question_is_replaced_by_its_retry_and_an_earlier_one_is_asked_again(talk: Conversation) -> None:
    talk.exchanges[1].filters, talk.exchanges[1].infer = RT, False
    ask_again(talk, "retry-2")
    assert asked(talk) == [FIRST, SECOND]
    assert (talk.exchanges[1].answer, talk.exchanges[1].filters, talk.exchanges[1].infer) == (None, RT, False)
    assert not [link for link in talk.citations if link.startswith("2-")]
    ask_again(talk, "retry-1")
    assert asked(talk) == [FIRST, SECOND, FIRST]


def test_a_suggested_question_is_asked(talk: Conversation) -> None:
    talk.filters = RT
    ask_again(talk, "ask", " And Spain? ")
    assert (talk.exchanges[2].question, talk.exchanges[2].filters) == ("And Spain?", RT)


def test_a_suggested_question_is_asked_once_at_a_double_click(talk: Conversation, five: Index) -> None:
    for _ in range(2):
        ask_again(talk, "ask", "And Spain?")
    assert asked(talk) == [FIRST, SECOND, "And Spain?"]
    talk.finish(talk.exchanges[2], query("And Spain?", five))
    ask_again(talk, "ask", "And Spain?")
    assert asked(talk)[3:] == ["And Spain?"]


@pytest.mark.parametrize("value", ["ask", "retry-9", "retry-0", "retry", "retry-x", "shout-1", "", "retry-1-2-3"])
def test_what_no_button_sends_asks_nothing(talk: Conversation, value: str) -> None:
    ask_again(talk, value)
    assert asked(talk) == [FIRST, SECOND]


def test_a_limit_taken_from_a_question_can_be_taken_away(talk: Conversation) -> None:
    import datetime as dt

    both = Filters(dt.date(2024, 2, 1), dt.date(2024, 2, 29), frozenset({"RT"}))
    exchange = talk.exchanges[1]
    assert exchange.answer
    inferred = replace(both, sources=frozenset())
    exchange.answer = replace(exchange.answer, searched=replace(exchange.answer.searched, filters=both, inferred=inferred))
    shown = show_taken(exchange)
    assert 'value="widen-2-after"' in shown
    assert "from 2024-02-01 ×" in shown
    assert "RT" not in shown
    ask_again(talk, "widen-2-after")
    assert (talk.exchanges[1].filters, talk.exchanges[1].infer) == (replace(both, after=None), False)


def test_a_question_is_changed_in_its_place(talk: Conversation) -> None:
    assert edit(talk, "edit-1") == FIRST
    assert "Changing question 1" in show_limits(Filters(), talk.editing)
    assert asked(talk) == [FIRST, SECOND]  # until the new one is sent
    settle_edit(talk)
    talk.ask("And Spain?")
    assert asked(talk) == ["And Spain?"]
    assert (talk.editing, talk.citations) == (0, {})


def test_changing_a_question_can_be_left(talk: Conversation) -> None:
    edit(talk, "edit-1")
    assert edit(talk, "unedit") is None
    settle_edit(talk)
    assert asked(talk) == [FIRST, SECOND]


def test_an_answer_is_copied_with_its_quotes(talk: Conversation) -> None:
    copied = hand_out(talk, "copy-2")
    quotes = (talk.exchanges[1].answer or Answer("failed", "")).quotes
    assert copied["do"] == "copy"
    assert copied["text"].startswith(f"{SECOND}\n\n[1] “")
    assert all(" ".join(quote.text.split()) in copied["text"] and quote.title in copied["text"] for quote in quotes)


def test_a_link_asks_the_standalone_question_with_its_filters(talk: Conversation) -> None:
    talk.exchanges[0].filters = Filters(sources=frozenset({"R & T"}))
    link = hand_out(talk, "link-1")
    assert parse_qs(link["query"]) == {"q": [FIRST], "source": ["R & T"]}


def test_a_conversation_is_exported(talk: Conversation) -> None:
    file = hand_out(talk, "export-md")
    assert (file["name"], file["kind"]) == (f"pullquote-{talk.id[:8]}.md", "text/markdown")
    assert file["text"].count("\n## Who") == 2
    assert hand_out(talk, "export-html")["text"].count("<h2>") == 2
    assert hand_out(Conversation(), "export-md")["text"] == "There is no answer yet to export."


@pytest.mark.parametrize("value", ["copy-3", "copy", "link-0", "export-pdf", "", "up-1"])
def test_what_no_button_sends_hands_out_nothing(talk: Conversation, value: str) -> None:
    assert hand_out(talk, value)["do"] == "none"


def test_opinions_and_wrong_quotes_are_kept_beside_the_index(talk: Conversation, tmp_path: Path) -> None:
    index = tmp_path / "index"
    for value in ("up-1", "down-2", "wrong-2-1"):
        assert "Thank you" in report(talk, value, index)["text"]
    reports = read_reports(reports_file(index))
    assert [(one.verdict, one.question) for one in reports] == [("up", FIRST), ("down", SECOND), ("wrong_quote", SECOND)]
    assert reports[2].reported == reports[1].quotes[0]
    assert "pq-given" in show_actions(talk.exchanges[0])
    assert report(talk, "up-1", index)["text"] == "Taken back."
    assert [one.verdict for one in read_reports(reports_file(index))] == ["down", "wrong_quote"]
    assert "pq-given" not in show_actions(talk.exchanges[0])


def test_a_report_that_cannot_be_kept_is_told(talk: Conversation, tmp_path: Path) -> None:
    assert "the report was not kept" in report(talk, "up-1", tmp_path / "none" / "index")["text"]
    assert talk.exchanges[0].verdict == ""


@pytest.mark.parametrize("value", ["wrong-2-99", "wrong-2", "up-9", "up", "sideways-1"])
def test_what_no_button_sends_reports_nothing(talk: Conversation, tmp_path: Path, value: str) -> None:
    assert report(talk, value, tmp_path / "index")["do"] == "none"
    assert not list(tmp_path.iterdir())


def test_questions_that_lead_on_are_for_the_last_answer_only(talk: Conversation, five: Index) -> None:
    found = list(follow(talk, five))
    assert found
    assert [len(questions) for questions in found] == list(range(1, len(found) + 1))
    waiting = follow(talk, five)
    next(waiting)
    talk.ask("And Spain?")
    assert list(waiting) == []
    assert list(follow(talk, five)) == []


def test_buttons_show_what_readers_and_articles_wrote_as_text() -> None:
    assert "<i>" not in show_questions("Try", ["Who is <i>?"])
    assert show_questions("Try", []) == ""


def test_typed_questions_are_taken_once_and_in_order_whichever_request_comes_first(talk: Conversation) -> None:
    later = [[1, "Who?"], [2, " Where? "], [3, "  "], [4, "x" * (MAX_QUESTION + 9)]]
    assert unheard(talk, later) == ["Who?", "Where?", "x" * MAX_QUESTION]
    assert unheard(talk, later[:2]) == []
    assert unheard(talk, [*later, [5, "When?"]]) == ["When?"]


@pytest.mark.parametrize("typed", [None, "Who?", {"1": "Who?"}, [["1", "Who?"]], [[1, 2]], [[1]], [None]])
def test_what_is_no_typed_question_is_left_out(talk: Conversation, typed: object) -> None:
    assert unheard(talk, typed) == []
