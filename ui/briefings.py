"""A briefing as text, as Markdown and as a page of HTML, to print and to take away. Articles are untrusted: their text is escaped."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Literal
from urllib.parse import quote as percent_encode

from rag import NOT_FOUND, Briefing, Entry, Filters, Quote, brief
from rag.answering import open_index
from rag.briefings.actors import is_somebody
from rag.composing import also_in, byline, credit, on_one_line
from ui.exporting import as_page, mark, web_address
from ui.printing import describe_search, to_json
from ui.settings import Settings

Form = Literal["text", "json", "markdown", "html"]

_FIRST = 80  # characters by which a quote is known that was shown before
NEAREST = "Nearest articles:"


@dataclass(frozen=True, slots=True)
class Line:
    """One quote as a briefing shows it."""

    number: int
    text: str  # the quote on one line; its first words where it was shown in full before
    about: str  # who says it, headline, outlet, date, copies; empty where it was shown before
    quote: Quote


def lines(briefing: Briefing) -> Iterator[tuple[str, list[tuple[str, list[Line]]]]]:
    """Yield each section's title with its entries: heading and lines."""
    numbers: dict[Quote, int] = {}
    for section in briefing.sections:
        entries = []
        for entry in section.entries:
            entries.append((entry.heading, [_line(quote, entry, numbers) for quote in entry.quotes]))
        yield section.title, entries


def _line(quote: Quote, entry: Entry, numbers: dict[Quote, int]) -> Line:
    again = quote in numbers
    number = numbers.setdefault(quote, len(numbers) + 1)
    text = on_one_line(quote)
    if again and len(text) > _FIRST:
        text = f"{text[:_FIRST].rsplit(' ', 1)[0]} …"
    return Line(number, text, "" if again else _about(quote, entry), quote)


def _about(quote: Quote, entry: Entry) -> str:
    """Return who says a quote, unless it or its heading names them, its headline, outlet and date, and where else it stands."""
    named = not is_somebody(quote.speaker) or any(quote.speaker.split()[-1] in there for there in (entry.heading, quote.text))
    said = "" if named else credit(quote).removeprefix("— ")
    return " · ".join(part for part in (said, byline(quote), also_in(quote.also) if quote.also else "") if part)


def describe_briefing(briefing: Briefing) -> str:
    """Return a briefing as text: under each heading its quotes with their numbers, and the article of each."""
    parts: list[str] = []
    for title, entries in lines(briefing):
        parts += [title.upper(), ""]
        for heading, listed in entries:
            parts += [heading] if heading else []
            for line in listed:
                parts += [f"> {line.text} [{line.number}]", *([f"  {line.about}"] if line.about else [])]
            parts.append("")
    if not briefing.sections:
        parts = [
            NOT_FOUND,
            "",
            *([NEAREST, *(f"  {byline(article)}  ({article.id})" for article in briefing.nearest), ""] if briefing.nearest else []),
        ]
    return "\n".join([*parts, *(f"Note: {note}" for note in briefing.notes), describe_search(briefing.searched)])


def as_markdown(briefing: Briefing) -> str:
    """Return a briefing as CommonMark."""
    parts = [f"# {mark(briefing.topic)}"]
    for title, entries in lines(briefing):
        parts.append(f"## {title}")
        for heading, listed in entries:
            parts += [f"### {mark(heading)}"] if heading else []
            for line in listed:
                link = f" · <{url}>" if (url := web_address(line.quote.url)) else ""
                about = f"\n>\n> {mark(line.about)}{link}" if line.about else ""
                parts.append(f"> {mark(line.text)} \\[{line.number}\\]{about}")
    parts += [] if briefing.sections else [NOT_FOUND]
    return "\n\n".join([*parts, *map(mark, briefing.notes), f"*{mark(describe_search(briefing.searched))}*"]) + "\n"


def as_html(briefing: Briefing) -> str:
    """Return a briefing as one page of HTML, which loads nothing and runs nothing."""
    parts = [f"<h1>{escape(briefing.topic)}</h1>"]
    for title, entries in lines(briefing):
        parts.append(f"<h2>{escape(title)}</h2>")
        for heading, listed in entries:
            parts += [f"<h3>{escape(heading)}</h3>"] if heading else []
            for line in listed:
                url = escape(web_address(line.quote.url))
                link = f' · <a href="{url}" rel="noopener noreferrer nofollow">{url}</a>' if url else ""
                about = f'<div class="source">{escape(line.about)}{link}</div>' if line.about else ""
                parts.append(f"<blockquote>{escape(line.text)} [{line.number}]{about}</blockquote>")
    parts += [] if briefing.sections else [f"<p>{NOT_FOUND}</p>"]
    parts += [f"<p>{escape(note)}</p>" for note in briefing.notes]
    return as_page([*parts, f'<p class="searched">{escape(describe_search(briefing.searched))}</p>'])


def show_briefing(briefing: Briefing) -> str:
    """Return a briefing as the page shows it: HTML made of escaped text, with a button for each quote that opens its article."""
    parts = [
        f'<p class="pq-step">{escape(describe_search(briefing.searched))}</p>',
        *(f'<p class="pq-note">{escape(note)}</p>' for note in briefing.notes),
    ]
    for title, entries in lines(briefing):
        parts.append(f"<h3><strong>{escape(title)}</strong></h3>")
        for heading, listed in entries:
            parts += [f'<p class="pq-part">{escape(heading)}</p>'] if heading else []
            parts += [_shown(line) for line in listed]
    if not briefing.sections:
        nearest = "".join(f"<li>{escape(byline(article))}</li>" for article in briefing.nearest)
        listed_nearest = f'<p class="pq-byline">{NEAREST}</p><ul class="pq-named">{nearest}</ul>' if nearest else ""
        parts.append(f'<p class="pq-notfound"><strong>{NOT_FOUND}</strong></p>{listed_nearest}')
    return f'<div class="pq-answer pq-briefing">{"".join(parts)}{_downloads(briefing)}</div>'


def _downloads(briefing: Briefing) -> str:
    """Return links that keep a briefing as a file; empty where there is none."""
    if not briefing.sections:
        return ""
    files = (("Markdown", "md", "text/markdown", as_markdown(briefing)), ("HTML", "html", "text/html", as_html(briefing)))
    links = (
        f'<a class="pq-small" download="briefing.{ending}" href="data:{kind};charset=utf-8,{percent_encode(written)}">{name}</a>'
        for name, ending, kind, written in files
    )
    return f'<p class="pq-step">Export {" ".join(links)}</p>'


def _shown(line: Line) -> str:
    label = escape(f"{line.number}: open this quote in {line.quote.title}")
    button = (
        f'<button type="button" class="pq-cite" data-event="pick" data-value="{line.number}" data-key="pick-{line.number}" '
        f'aria-label="{label}">{line.number}</button>'
    )
    about = f'<footer class="pq-said">{escape(line.about)}</footer>' if line.about else ""
    return f'<blockquote class="pq-quote">{escape(line.text)} {button}{about}</blockquote>'


def print_briefing(settings: Settings, topic: str, filters: Filters, as_of: dt.date | None, form: Form) -> tuple[str, bool]:
    """Return a briefing in a form, and whether the articles have the topic. Raises like `brief`."""
    briefing = brief(topic, open_index(settings.index, settings.chroma_url), as_of=as_of, filters=filters)
    write = {"text": describe_briefing, "json": to_json, "markdown": as_markdown, "html": as_html}[form]
    return write(briefing).rstrip("\n"), briefing.status == "answered"
