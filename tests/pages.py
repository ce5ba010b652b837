"""Pages of a made-up newspaper, as tests put them into a corpus."""

PARAGRAPHS = (
    "The ferry to the islands ran again on Monday, nine weeks after the storm that broke the northern pier of the town.",
    "“We have waited for this day since January,” said harbour master Ann Lee, who stood on the quay with two hundred people.",
    "The repair cost 4.2 million euros, of which the state pays half, according to the ministry of transport in the capital.",
    "Fares stay as they were: 12 euros for adults and 5 euros for children. Cars can be taken aboard again from April.",
    "The shipping company said it would run six crossings a day in summer, two more than last year, if it finds enough sailors.",
)
TEXT = "\n".join(PARAGRAPHS)
MENU = (
    '<nav><ul><li><a href="/news">News</a></li><li><a href="/sport">Sport</a></li><li><a href="/culture">Culture</a></li>'
    '<li><a href="/weather">Weather</a></li></ul></nav>'
)
COOKIES = (
    '<div id="cookie-banner" class="cookie-consent"><p>We use cookies to give you the best experience.'
    " By clicking Accept you agree to our cookie policy.</p><button>Accept all</button></div>"
)
RELATED = (
    '<aside class="related"><h3>Related stories</h3><ul><li><a href="/2024/01/03/storm">Storm breaks pier</a>'
    ' <time datetime="2024-01-03">3 January</time></li><li><a href="/x">Sailors on strike</a></li></ul></aside>'
)
COMMENTS = (
    '<section id="comments" class="comments"><h2>2 comments</h2><div class="comment"><p>At last! I missed my grandmother so much.'
    '</p></div><div class="comment"><p>I do not believe a word of what the ministry says about this pier.</p></div></section>'
)
FOOTER = "<footer><p>© 2025 Harbour Gazette Ltd. All rights reserved. Page made on 3 March 2025.</p></footer>"
ARTICLE_JSON = """{"@context": "https://schema.org", "@graph": [{"@type": "WebSite", "name": "The site"},
{"@type": "NewsArticle", "headline": "Ferry runs again after nine weeks", "datePublished": "2024-02-27T08:00:00+01:00",
"dateModified": "2024-02-28T10:00:00+01:00", "author": [{"@type": "Person", "name": "Jane Doe"}, {"@type": "Person", "name": "John Roe"}],
"publisher": {"@type": "NewsMediaOrganization", "name": "Harbour Gazette"}}]}"""
CANONICAL = '<link rel="canonical" href="https://gazette.example/ferry">'


def described(json: str = ARTICLE_JSON) -> str:
    return f'<script type="application/ld+json">{json}</script>'


def page(head: str = "", *, title: str = "Ferry runs again", paragraphs: tuple[str, ...] = PARAGRAPHS, start: str = "") -> str:
    """Return a page with everything around its article; `head` goes into its head, `start` before the whole."""
    story = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f'<!DOCTYPE html>\n{start}<html lang="en"><head><meta charset="utf-8"><title>{title}</title>{head}</head><body>{COOKIES}'
        f'<header><a href="/">Harbour Gazette</a></header>{MENU}<main><article><h1>{title}</h1>{story}</article>'
        f"{RELATED}{COMMENTS}</main>{FOOTER}</body></html>"
    )
