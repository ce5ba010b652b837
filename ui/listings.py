"""What a question about the archive comes to, as HTML made of escaped text: the count, and behind the quotes the rest of the list."""

from collections.abc import Callable
from dataclasses import replace

from index import ArticleHead
from rag import Answer, Mention, Quote
from rag.composing import byline, on_one_line
from ui.markup import text
from ui.printing import count

MOST = 100  # articles of a list that a page shows and a browser keeps beside those quoted; `pullquote ask --all` lists any number


def show_count(answer: Answer) -> str:
    """Return the sentence that tells how many articles there are; empty for an answer that is no list."""
    return f'<p class="pq-prose">{text(answer.listing.sentence)}</p>' if answer.listing else ""


def show_rest(answer: Answer, link: Callable[[ArticleHead], str]) -> str:
    """Return the articles of a list that are not among the quotes, to unfold, each with its mention; empty if there are none.

    `link` returns an article's byline as HTML that opens it.
    """
    rest = _rest(answer)
    if not rest:
        return ""
    every = _unquoted_in_all(answer)
    items = "".join(f"<li>{link(mention.article)}{_said(mention.quote)}</li>" for mention in rest)
    more = f"<li>{_further(every - len(rest))}</li>" if every > len(rest) else ""
    return f'<details><summary>{count(every, "more article")}</summary><ul class="pq-named">{items}{more}</ul></details>'


def tell_rest(answer: Answer) -> list[str]:
    """Return what `show_rest` shows as lines without the mentions: how many articles, the byline of each, how many are left out."""
    heads = unquoted(answer)
    if not heads:
        return []
    every = _unquoted_in_all(answer)
    more = [_further(every - len(heads))] if every > len(heads) else []
    return [f"{count(every, 'more article')}:", *map(byline, heads), *more]


def unquoted(answer: Answer) -> list[ArticleHead]:
    """Return the articles that `show_rest` names."""
    return [mention.article for mention in _rest(answer)]


def shorten_list(answer: Answer) -> Answer:
    """Return an answer with as much of its list as a page shows."""
    if answer.listing is None:
        return answer
    kept = answer.listing.mentions[: MOST + len(answer.quotes)]
    return replace(answer, listing=replace(answer.listing, mentions=kept))


def _unquoted_in_all(answer: Answer) -> int:
    return answer.searched.found_articles - len({quote.article_id for quote in answer.quotes})


def _further(number: int) -> str:
    return f"… and {number:,} more"


def _rest(answer: Answer) -> list[Mention]:
    if answer.listing is None:
        return []
    quoted = {quote.article_id for quote in answer.quotes}
    return [mention for mention in answer.listing.mentions if mention.article.id not in quoted][:MOST]


def _said(quote: Quote | None) -> str:
    return f'<blockquote class="pq-quote">{text(on_one_line(quote))}</blockquote>' if quote else ""
