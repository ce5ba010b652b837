"""Irregular forms of a verb are known as forms of it."""

from index import ArticleHead, Passage
from index.passages import split_passages
from index.words import split_terms
from rag.sentence import holds, take_apart
from rag.verbs import other_forms


def test_the_forms_of_a_verb_know_each_other_and_nothing_else() -> None:
    assert other_forms("sink") == {"sank", "sunk"}
    assert other_forms("sank") == {"sink", "sunk"}
    assert other_forms("ferri") == frozenset()


def test_a_sentence_holds_a_verb_in_any_of_its_forms() -> None:
    text = "The ferry sank off Riga."
    span = split_passages(text)[0]
    (sentence,) = take_apart(Passage(1, ArticleHead("a", "Title"), span.start, span.end, text, span.sentences))
    assert holds(sentence, *split_terms("sinking"))
    assert not holds(sentence, *split_terms("drinking"))
