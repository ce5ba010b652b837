"""What a question about the archive comes to, as HTML made of escaped text: the count, and behind the quotes the rest of the list."""

from rag import Answer, Quote
from rag.composing import byline, on_one_line
from ui.markup import text
from ui.printing import count

MOST = 500  # articles written into a page; `pullquote ask --all` lists any number


def show_count(answer: Answer) -> str:
    """Return the sentence that tells how many articles there are; empty for an answer that is no list."""
    return f'<p class="pq-prose">{text(answer.listing.sentence)}</p>' if answer.listing else ""


def show_rest(answer: Answer) -> str:
    """Return the articles of a list that are not among the quotes, to unfold, each with its mention; empty if there are none."""
    if answer.listing is None:
        return ""
    shown = {quote.article_id for quote in answer.quotes}
    rest = [mention for mention in answer.listing.mentions if mention.article.id not in shown]
    if not rest:
        return ""
    items = "".join(f"<li>{text(byline(mention.article))}{_said(mention.quote)}</li>" for mention in rest[:MOST])
    more = f"<li>… and {len(rest) - MOST:,} more</li>" if len(rest) > MOST else ""
    return f'<details><summary>{count(len(rest), "more article")}</summary><ul class="pq-nearest">{items}{more}</ul></details>'


def _said(quote: Quote | None) -> str:
    return f'<blockquote class="pq-quote">{text(on_one_line(quote))}</blockquote>' if quote else ""
