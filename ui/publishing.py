"""The functions of `ui.api` as Gradio's HTTP API: the only events of the page that are public."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import gradio as gr
from gradio.events import api as add_function

from corpus.errors import PullquoteError
from ui.api import Api, tell

_GROUP = "api"
_TOGETHER = 4  # calls answered at a time, beside those of the page

P = ParamSpec("P")
R = TypeVar("R")


def publish(api: Api) -> None:
    """Add the functions to the page that is being made; to be called first, so that no event of the page has one of their names."""
    for function in (api.search_articles, api.ask, api.brief, api.get_article):
        add_function(_telling(function), api_name=function.__name__, concurrency_limit=_TOGETHER, concurrency_id=_GROUP)


def keep_private(page: gr.Blocks) -> None:
    """Make all other events of a page private; those that Gradio adds for the first values of components are public otherwise."""
    for event in page.fns.values():
        if event.concurrency_id != _GROUP:
            event.api_visibility = "private"


def _telling(function: Callable[P, R]) -> Callable[P, R]:
    """Return the function with its errors as Gradio sends them to callers: one line."""

    @wraps(function)
    def called(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except PullquoteError as error:
            raise gr.Error(tell(error), print_exception=False) from error

    return called
