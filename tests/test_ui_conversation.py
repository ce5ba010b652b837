"""A conversation: questions that wait their turn, and what its links stand for."""

from test_rag_support import quote

from index import ArticleHead
from rag import NOT_FOUND, Answer, Claim
from ui.conversation import Conversation


def answer(*texts: str, nearest: tuple[ArticleHead, ...] = ()) -> Answer:
    claims = tuple(Claim(text, True, (quote(text),)) for text in texts)
    return Answer("answered" if claims else "not_found", " ".join(texts) or NOT_FOUND, claims, nearest=nearest)


def test_questions_wait_in_the_order_in_which_they_were_asked() -> None:
    conversation = Conversation()
    first, second = conversation.ask("One?"), conversation.ask("Two?")
    assert conversation.waiting() is first
    conversation.finish(first, answer("It is so."))
    assert conversation.waiting() is second
    second.steps.append("Searching")
    assert conversation.waiting() is None


def test_a_question_refers_only_to_what_was_answered_before_it() -> None:
    conversation = Conversation()
    for question in ("One?", "Two?", "Three?"):
        conversation.ask(question)
    conversation.finish(conversation.exchanges[0], answer("It is so."))
    conversation.exchanges[1].failure = "no index"
    assert [turn.question for turn in conversation.turns(conversation.exchanges[2])] == ["One?"]


def test_stopping_ends_what_has_not_ended_and_nothing_else() -> None:
    conversation = Conversation()
    for question in ("One?", "Two?", "Three?"):
        conversation.ask(question)
    conversation.finish(conversation.exchanges[0], answer("It is so."))
    conversation.answering = True
    conversation.stop()
    assert [exchange.stopped for exchange in conversation.exchanges] == [False, True, True]
    assert not conversation.answering
    assert conversation.waiting() is None


def test_the_links_of_an_answer_are_its_quotes_and_the_articles_that_it_names() -> None:
    conversation = Conversation()
    near = ArticleHead("b.txt", "B")
    conversation.add("One?", answer("It is so.", "It is not.", "It is so."))
    conversation.add("Two?", answer(nearest=(near,)))
    assert {link: cited.text for link, cited in conversation.citations.items()} == {"1-1": "It is so.", "1-2": "It is not."}
    assert conversation.articles == {"2-1": near}


def test_a_cut_conversation_forgets_the_links_too() -> None:
    conversation = Conversation()
    for number in range(12):
        conversation.add(f"{number}?", answer(f"It is {number}.", nearest=(ArticleHead("b.txt", "B"),)))
    conversation.cut(2)
    assert [exchange.number for exchange in conversation.exchanges] == [1]
    assert list(conversation.citations) == ["1-1"]
    assert list(conversation.articles) == ["1-1"]


def test_no_ticket_is_given_out_twice() -> None:
    one, other = Conversation(), Conversation()
    assert one.ticket != other.ticket
    before = one.ticket
    one.tickets += 1
    assert one.ticket != before
