"""The command `pullquote who`: what somebody said, over all articles, newest first, by the page."""

from collections import Counter
from collections.abc import Sequence

from corpus.errors import SettingError
from rag import Filters, Quote
from rag.answering import open_index
from rag.composing import byline, credit, groups, on_one_line
from rag.quotations.who import find_said
from ui.printing import count, to_json
from ui.settings import Settings

SHOWN = 20  # quotes on a page


def list_said(settings: Settings, speaker: str, filters: Filters, *, page: int, json: bool) -> tuple[str, bool]:
    """Return a page of what somebody said, as text or as a line of JSON, and whether they said anything.

    Raises `SettingError` for a page that there is not, and `QuestionError` for a speaker without words.
    """
    index = open_index(settings.index, settings.chroma_url)
    quotes = index.read(lambda snapshot: list(find_said(snapshot, speaker, filters)))
    pages = max(-(-len(quotes) // SHOWN), 1)
    if not 1 <= page <= pages:
        raise SettingError(f"--page {page} is none of the pages of what {speaker!r} said; expected one from 1 to {pages}")
    shown = quotes[(page - 1) * SHOWN : page * SHOWN]
    speakers = Counter(quote.speaker for quote in quotes if quote.speaker)
    if json:
        found = {"speaker": speaker, "speakers": dict(speakers.most_common()), "total": len(quotes), "page": page, "pages": pages}
        return to_json({**found, "quotes": shown}), bool(quotes)
    return _describe(speaker, quotes, shown, speakers, page, pages), bool(quotes)


def _describe(speaker: str, quotes: Sequence[Quote], shown: Sequence[Quote], speakers: Counter[str], page: int, pages: int) -> str:
    if not quotes:
        return f"No article is seen to quote “{speaker}”."
    articles = count(len({quote.article_id for quote in quotes}), "article")
    names = ", ".join(f"{name} ({number})" for name, number in speakers.most_common(5))
    lines = [f"{count(len(quotes), 'quote')} from {articles}, newest first: {names}", ""]
    for part in groups(shown):
        lines.append(byline(part.quotes[0]))
        lines += [line for quote in part.quotes for line in (f"> {on_one_line(quote)}", f"  {credit(quote)}") if line.strip()]
        lines.append("")
    if pages > 1:
        more = f"; the next one: --page {page + 1}" if page < pages else ""
        lines.append(f"Page {page} of {pages}{more}")
    return "\n".join(lines).rstrip()
