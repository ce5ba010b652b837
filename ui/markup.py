"""Text as HTML. Articles, models and readers are untrusted: of what they wrote nothing reaches the page but escaped text."""

from html import escape


def text(written: str) -> str:
    """Escape for HTML, on one line: the chat reads messages as Markdown, in which an empty line would end the HTML."""
    return escape(" ".join(written.split()))
