"""A conversation to take away: as text to paste, as Markdown, as a page of HTML. Articles are untrusted: their text is escaped."""

import re
from collections.abc import Sequence
from html import escape
from urllib.parse import quote as percent_encode
from urllib.parse import urlsplit

from rag import Answer, Quote
from rag.composing import UNSUPPORTED, is_prose, on_one_line, origin
from rag.disagreement import describe_conflict
from rag.joining import describe_refused
from ui.listings import tell_rest
from ui.printing import describe_search
from ui.recording import Recorded

_MARKS = re.compile(r"([\\`*_\[\]<>&~|#$])|(?<=http)(:)|(?<=https)(:)|(?<=www)(\.)", re.I)
_LEADING = re.compile(r"^(\d*)([-+=.)])")
_STYLE = (
    ":root{color-scheme:light dark}body{font:1rem/1.55 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}"
    "blockquote{margin:.6rem 0;padding-left:.8rem;border-left:3px solid #8a93a3}.source,.searched{font-size:.875rem;opacity:.8}"
    "h2{font-size:1.125rem;margin-top:2rem}"
)


def as_text(exchange: Recorded) -> str:
    """Return one question and its answer as text: what was written, then each quote with its headline, outlet, date and address."""
    answer = shown_answer(exchange.answer)
    parts = [exchange.question, *_statements(answer)]
    for number, quote in enumerate(answer.quotes, start=1):
        parts += [heading] if (heading := _heading(answer, number)) else []
        parts.append(f"[{number}] “{on_one_line(quote)}”\n    {_source(quote)}" + (f"\n    {quote.url}" if quote.url else ""))
    if rest := tell_rest(answer):
        parts.append("\n".join(rest))
    return "\n\n".join(parts)


def as_markdown(exchanges: Sequence[Recorded]) -> str:
    """Return a conversation as CommonMark."""
    parts = []
    for exchange in exchanges:
        answer = shown_answer(exchange.answer)
        parts += [f"## {mark(exchange.question)}", *map(mark, _statements(answer))]
        for number, quote in enumerate(answer.quotes, start=1):
            parts += [f"### {mark(heading)}"] if (heading := _heading(answer, number)) else []
            link = f"<{url}>" if (url := web_address(quote.url)) else mark(quote.url or "")
            source = f"**{mark(quote.title)}** · {mark(origin(quote))}" + (f" · {link}" if link else "")
            parts.append(f"> {mark(on_one_line(quote))} \\[{number}\\]\n>\n> {source}")
        if rest := tell_rest(answer):
            parts += [mark(rest[0]), "\n".join(f"- {mark(line)}" for line in rest[1:])]
        parts.append(f"*{mark(describe_search(answer.searched))}*")
    return "\n\n".join(["# Pullquote", *parts]) + "\n"


def as_html(exchanges: Sequence[Recorded]) -> str:
    """Return a conversation as one page of HTML, which loads nothing and runs nothing."""
    parts = []
    for exchange in exchanges:
        answer = shown_answer(exchange.answer)
        parts += [f"<h2>{escape(exchange.question)}</h2>", *(f"<p>{escape(line)}</p>" for line in _statements(answer))]
        for number, quote in enumerate(answer.quotes, start=1):
            parts += [f"<h3>{escape(heading)}</h3>"] if (heading := _heading(answer, number)) else []
            url = web_address(quote.url)
            link = f'<a href="{escape(url)}" rel="noopener noreferrer nofollow">{escape(url)}</a>' if url else escape(quote.url or "")
            source = f"<strong>{escape(quote.title)}</strong> · {escape(origin(quote))}" + (f" · {link}" if link else "")
            parts.append(f'<blockquote>{escape(on_one_line(quote))} [{number}]<div class="source">{source}</div></blockquote>')
        if rest := tell_rest(answer):
            parts.append(f"<p>{escape(rest[0])}</p><ul>{''.join(f'<li>{escape(line)}</li>' for line in rest[1:])}</ul>")
        parts.append(f'<p class="searched">{escape(describe_search(answer.searched))}</p>')
    return as_page(parts)


def _heading(answer: Answer, number: int) -> str:
    """Return the heading that a part of the answer has before its quote of a number, if one begins there."""
    part = answer.quotes[number - 1].part
    return part if number == 1 or part != answer.quotes[number - 2].part else ""


def as_page(parts: Sequence[str]) -> str:
    """Return parts of HTML as a page that loads nothing and runs nothing."""
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    head = f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}"><title>Pullquote</title>'
    viewport = '<meta name="viewport" content="width=device-width, initial-scale=1">'
    return f'<!DOCTYPE html>\n<html lang="en"><head>{head}{viewport}<style>{_STYLE}</style></head><body>{"".join(parts)}</body></html>\n'


def shown_answer(answer: Answer) -> Answer:
    """Return the answer that is on the page: in quotes, where a model failed."""
    return answer.instead or answer


def _statements(answer: Answer) -> list[str]:
    """Return what stands above the quotes: what a model wrote, or that the articles do not say; nothing where the quotes are all."""
    if answer.status != "answered":
        return [answer.text, *answer.notes]
    if not is_prose(answer):
        return [*([answer.listing.sentence] if answer.listing else []), *_differ(answer), *describe_refused(answer), *answer.notes]
    numbers = {quote: number for number, quote in enumerate(answer.quotes, start=1)}
    sentences = []
    for claim in answer.claims:
        cited = "".join(f"[{numbers[quote]}]" for quote in claim.quotes)
        sentences.append(f"{claim.text} {cited if claim.supported else f'({UNSUPPORTED}: {claim.reason})'}")
    return [*_differ(answer), " ".join(sentences), *answer.notes]


def _differ(answer: Answer) -> list[str]:
    return [describe_conflict(answer.conflict, answer.quotes)] if answer.conflict else []


def _source(quote: Quote) -> str:
    return f"{quote.title} · {origin(quote)}"


def web_address(url: str | None) -> str:
    """Return an article's address as a link may have it; empty unless it is one of http or https with a host."""
    try:
        parts = urlsplit(url or "")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return ""
    except ValueError:
        return ""
    return percent_encode(url or "", safe="%/:?#[]@!$&'()*+,;=~-._")


def mark(text: str) -> str:
    """Return text that Markdown shows as it is, on one line, without links."""
    line = _MARKS.sub(lambda match: f"\\{match[0]}", " ".join(text.split()))
    return _LEADING.sub(r"\1\\\2", line)
