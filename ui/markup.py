"""Text as HTML. Articles, models and readers are untrusted: of what they wrote nothing reaches the page but escaped text."""

from html import escape


def text(written: str) -> str:
    """Escape for HTML, on one line."""
    return escape(" ".join(written.split()))
