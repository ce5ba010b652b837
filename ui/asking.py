"""How fast questions may come to the page and its API from one reader."""

from collections.abc import Callable
from typing import Final

from gradio.context import LocalContext

from corpus.errors import QuestionError
from ui.pace import LOOPBACK, Pace, describe_wait, questions

WITHOUT_MODEL: Final = 4  # answers that are made at a time; more would only be slower, all of them
WITH_MODEL: Final = 40  # they mostly wait for the model, which may hang


def make_check(pace: Pace | None = None) -> Callable[[], None]:
    """Return what counts one question of whoever the running event is for. It raises `QuestionError` if that is one too many.

    Readers are known by their name where they have one, else by their address.
    """
    pace = pace or questions()

    def check() -> None:
        request = LocalContext.request.get(None)
        address = request.client.host if request and request.client else ""
        reader = (request.username if request else None) or address
        if address not in LOOPBACK and (seconds := pace.take(reader)):
            raise QuestionError(describe_wait("questions from you", seconds))

    return check
