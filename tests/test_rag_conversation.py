import pytest

from rag import Turn
from rag.conversation import make_standalone


@pytest.mark.parametrize(
    ("text", "standalone"),
    [
        ("And Poland?", "Who ruled out ground troops: And Poland?"),
        ("What about the US?", "Who ruled out ground troops: What about the US?"),
        ("When did they say that?", "Who ruled out ground troops: When did they say that?"),
        ("Who replaced Josep Borrell?", "Who replaced Josep Borrell?"),
        ("How many peacekeepers would be needed?", "How many peacekeepers would be needed?"),
    ],
)
def test_a_follow_up_carries_the_subject_and_a_new_topic_does_not(text: str, standalone: str) -> None:
    assert make_standalone(text, [Turn("Who ruled out ground troops?", "…")]) == standalone
    assert make_standalone(text, []) == text


def test_a_conversation_carries_its_subject_but_does_not_grow() -> None:
    turns = [Turn("Who ruled out ground troops?"), Turn("And Spain?"), Turn("And Poland?")]
    assert make_standalone("And Italy?", turns) == "Who ruled out ground troops: And Italy?"
    assert make_standalone("When did they say that?", turns) == "Who ruled out ground troops: And Poland: When did they say that?"
