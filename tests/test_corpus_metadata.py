import datetime as dt

import pytest

from corpus import SHIPPED_ARTICLES, Article, ArticleError, Source, scan
from corpus.metadata import TITLE_LENGTH, Stated, from_mapping, parse_date, split_front_matter, split_header, strip_site_name

DAY = dt.date(2024, 2, 27)
BODY = "The ferry to the islands ran again on Monday, nine weeks after the storm that broke the northern pier of the town."


def shipped(number: str) -> Article:
    source = next(found for found in scan(SHIPPED_ARTICLES) if isinstance(found, Source) and found.id.startswith(number))
    return source.read()


def read(text: str) -> Article:
    return Source("a.txt", "a.txt", text.encode()).read()


@pytest.mark.parametrize(
    ("number", "title"),
    [
        pytest.param("001_", "NATO and Western Allies Rule Out Sending Military Troops to Ukraine", id="plain"),
        pytest.param("002_", "Germany, NATO rule out sending troops to Ukraine as Russia condemns Macron", id="with a section's name"),
        pytest.param("003_", "Kallas outlines EU's potential peacekeeping mission formats in Ukraine", id="after a blank line"),
    ],
)
def test_a_headline_is_the_title_and_leaves_the_text(number: str, title: str) -> None:
    article = shipped(number)
    assert article.title == title
    assert title not in article.text


@pytest.mark.parametrize(
    ("number", "title"),
    [
        pytest.param(
            "000_",
            "Stephane Dujarric has commented on Kaja Kallas’ refusal to rule out Western troops being deployed to the country",
            id="000",
        ),
        pytest.param(
            "004_",
            "Lithuanian Foreign Minister Gabrielius Landsbergis has called on Brussels"
            " to revive the idea of putting boots on the ground in Ukraine",
            id="004",
        ),
    ],
)
def test_a_stand_first_is_the_title_and_stays_in_the_text(number: str, title: str) -> None:
    article = shipped(number)
    assert article.title == title
    assert article.text.startswith(title)


@pytest.mark.parametrize("number", ["000_", "001_", "002_", "003_", "004_"])
def test_nothing_is_guessed_about_the_shipped_articles(number: str) -> None:
    article = shipped(number)
    assert (article.date, article.source, article.url, article.authors, article.notes) == (None, None, None, (), ())


def test_a_long_stand_first_is_cut_at_a_word_in_the_title_only() -> None:
    article = read(f"{BODY} {BODY}\n{BODY}")
    assert article.title.endswith("…")
    assert len(article.title) <= 141
    assert article.title[:-1] in BODY + " " + BODY
    assert article.text == f"{BODY} {BODY}\n{BODY}"


def test_one_paragraph_is_title_and_text() -> None:
    article = read("Ferry runs again")
    assert (article.title, article.text) == ("Ferry runs again", "Ferry runs again")


@pytest.mark.parametrize(
    ("first", "title"),
    [
        pytest.param("# Ferry runs again", "Ferry runs again", id="Markdown heading"),
        pytest.param("News\n\nFerry runs again", "Ferry runs again", id="section above"),
        pytest.param("x" * TITLE_LENGTH, "x" * TITLE_LENGTH, id="longest headline"),
    ],
)
def test_headlines(first: str, title: str) -> None:
    article = read(f"{first}\n\n{BODY}")
    assert (article.title, article.text) == (title, BODY)


@pytest.mark.parametrize(
    ("title", "stripped"),
    [
        pytest.param("Germany rules out sending troops | Russia-Ukraine War News", "Germany rules out sending troops", id="bar"),
        pytest.param("Budget passes after long night - BBC News", "Budget passes after long night", id="hyphen"),
        pytest.param("Budget passes after long night – The Harbour Times", "Budget passes after long night", id="dash"),
        pytest.param(
            "Rocket lands - again - after long night - Orlando Sentinel", "Rocket lands - again - after long night", id="last of three"
        ),
        pytest.param("Budget passes after long night — example.com", "Budget passes after long night", id="domain"),
        pytest.param("Spider-Man - the review everybody waited for", None, id="second half of the headline"),
        pytest.param("Storm hits the north coast - watch live today", None, id="small letters"),
        pytest.param("Budget vote | BBC News", None, id="too little would be left"),
        pytest.param("A guide to the war | What we know so far and what comes next", None, id="long part after a bar"),
        pytest.param("Plain headline without any name", None, id="plain"),
    ],
)
def test_site_names(title: str, stripped: str | None) -> None:
    assert strip_site_name(title) == (stripped or title)


def test_a_long_line_of_dashes_is_no_puzzle() -> None:
    assert strip_site_name("A - " + "b" * 100_000 + "!").startswith("A - b")


def test_front_matter() -> None:
    stated, text = split_front_matter(
        "---\ntitle: 'Ferry: back'\ndate: 2024-02-27\noutlet: Harbour Gazette\nurl: https://x.example/1\n"
        "authors: [Ann Lee, Bo Berg]\n---\nText\n"
    )
    assert stated == Stated("Ferry: back", DAY, "Harbour Gazette", "https://x.example/1", ("Ann Lee", "Bo Berg"))
    assert text == "Text\n"


@pytest.mark.parametrize(
    ("yaml", "stated"),
    [
        pytest.param("author: Ann Lee", Stated(authors=("Ann Lee",)), id="one author"),
        pytest.param("source: Harbour Gazette\noutlet: other", Stated(source="Harbour Gazette"), id="source before outlet"),
        pytest.param("title: 1984", Stated(title="1984"), id="a number is text"),
        pytest.param("title: yes", Stated(title="yes"), id="a word is no truth value"),
        pytest.param(
            "title: Correction: it's 16\r\nauthor: Ann Lee", Stated(title="Correction: it's 16", authors=("Ann Lee",)), id="colon"
        ),
        pytest.param("title: 'Fire: three dead'", Stated(title="Fire: three dead"), id="colon between quotation marks"),
        pytest.param("title: Fire # so far: a draft", Stated(title="Fire"), id="colon in a comment"),
        pytest.param("date: 2024-02-27 22:10:00", Stated(date=DAY), id="date with a time"),
        pytest.param("date: Feb 27, 2024", Stated(date=DAY), id="date in words"),
        pytest.param("title: null\ndate:\nsource: ~\nauthor: unknown", Stated(), id="nothing stated"),
        pytest.param("# only a comment", Stated(), id="comment"),
        pytest.param("", Stated(), id="empty"),
        pytest.param("title: a\u200bb\u00a0c", Stated(title="ab c"), id="normalized"),
    ],
)
def test_front_matter_values(yaml: str, stated: Stated) -> None:
    assert split_front_matter(f"---\n{yaml}\n---\nText")[0] == stated


def test_empty_front_matter() -> None:
    assert split_front_matter("---\n---\nText") == (Stated(), "Text")


@pytest.mark.parametrize(
    "text", ["Text\n---\ntitle: x\n---\n", "---\nnever closed", "-- -\ntitle: x\n---\n"], ids=["later", "open", "other"]
)
def test_no_front_matter(text: str) -> None:
    assert split_front_matter(text) == (Stated(), text)


@pytest.mark.parametrize(
    ("yaml", "message"),
    [
        pytest.param("a: [1", r"^has front matter that is not YAML \(.+\); mend it or remove the --- lines$", id="bad YAML"),
        pytest.param("[" * 5000, r"^has front matter that is not YAML \(.+\); mend it or remove the --- lines$", id="deep"),
        pytest.param("just words", "^has front matter that is not 'key: value' lines; mend it or remove the --- lines$", id="words"),
        pytest.param("- a\n- b", "^has front matter that is not 'key: value' lines; mend it or remove the --- lines$", id="list"),
        pytest.param("title: {a: b}", r"^title is \{'a': 'b'\}; expected text$", id="title is a mapping"),
        pytest.param("url: [x]", r"^url is \['x'\]; expected text$", id="url is a list"),
        pytest.param("authors: {a: b}", r"^authors is \{'a': 'b'\}; expected a name or a list of names$", id="authors are a mapping"),
        pytest.param("x: y\n" * 5000, "^has front matter of 25001 characters; expected at most 20000: shorten it$", id="too long"),
    ],
)
def test_front_matter_that_cannot_be_read(yaml: str, message: str) -> None:
    with pytest.raises(ArticleError, match=message):
        split_front_matter(f"---\n{yaml}\n---\nText")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        pytest.param({"title": True}, "^title is True; expected text$", id="title"),
        pytest.param({"source": {"name": "x"}}, r"^source is \{'name': 'x'\}; expected text$", id="source"),
        pytest.param({"authors": 5}, "^authors is 5; expected a name or a list of names$", id="authors"),
        pytest.param({"authors": ["Ann", 5]}, r"^authors is \['Ann', 5\]; expected a name or a list of names$", id="one author"),
        pytest.param({"title": ["x" * 1000]}, r"^title is \['x{37}\.\.\.x{38}'\]; expected text$", id="long value is cut"),
    ],
)
def test_fields_of_the_wrong_type(fields: dict[str, object], message: str) -> None:
    with pytest.raises(ArticleError, match=message):
        from_mapping(fields)


def test_not_a_number_is_no_value() -> None:
    assert from_mapping({"title": float("nan"), "date": float("nan"), "authors": float("nan"), "url": "NaN"}) == Stated()


@pytest.mark.parametrize(
    ("date", "shown"),
    [
        pytest.param("03/04/2024", "'03/04/2024'", id="ambiguous"),
        pytest.param("2024-02-30", "'2024-02-30'", id="no such day"),
        pytest.param(1709000000, "'1709000000'", id="seconds"),
        pytest.param(["2024"], "['2024']", id="list"),
    ],
)
def test_a_date_that_is_no_day_is_noted(date: object, shown: str) -> None:
    expected = f"has the date {shown}, indexed as undated; expected a day such as 2024-02-27"
    assert from_mapping({"date": date}) == Stated(notes=(expected,))


@pytest.mark.parametrize(
    ("fields", "updated"),
    [
        pytest.param({"date": "2024-02-27", "updated": "2024-02-29"}, "2024-02-29", id="updated"),
        pytest.param({"date": "2024-02-27", "corrected": "1 March 2024"}, "2024-03-01", id="corrected"),
        pytest.param({"date": "2024-02-27", "dateModified": "2024-02-28T09:00:00Z"}, "2024-02-28", id="modified"),
        pytest.param({"date": "2024-02-27", "updated": "2024-03-02", "corrected": "2024-03-01"}, "2024-03-02", id="the last one"),
        pytest.param({"date": "2024-02-27", "updated": "2024-02-27T18:00:00Z"}, None, id="on the day of publication"),
        pytest.param({"date": "2024-02-27", "updated": "2024-02-26"}, None, id="before publication"),
        pytest.param({"updated": "2024-02-28"}, "2024-02-28", id="not dated"),
    ],
)
def test_updates(fields: dict[str, object], updated: str | None) -> None:
    stated = from_mapping(fields)
    assert (str(stated.updated) if stated.updated else None, stated.notes) == (updated, ())


def test_an_update_that_is_no_day_is_noted() -> None:
    expected = "has the updated date 'yesterday', left out; expected a day such as 2024-02-27"
    assert from_mapping({"date": "2024-02-27", "updated": "yesterday"}) == Stated(date=DAY, notes=(expected,))


def test_an_article_tells_when_it_was_updated() -> None:
    front = read(f"---\ntitle: Ferry runs again\ndate: 2024-02-27\nupdated: 2024-02-28\n---\n{BODY}")
    assert (front.date, front.updated) == (DAY, dt.date(2024, 2, 28))
    lines = read(f"Ferry runs again\n27 February 2024\nLast updated on 28 February 2024\n\n{BODY}")
    assert (lines.date, lines.updated, lines.text) == (DAY, dt.date(2024, 2, 28), BODY)


@pytest.mark.parametrize(
    "text",
    [
        "2024-02-27",
        "2024-02-27T22:10:00Z",
        "2024-02-27 22:10:00+03:00",
        "February 27, 2024",
        "27 Feb 2024",
        "27th February 2024",
        "Feb. 27, 2024",
        "Tuesday, February 27, 2024 10:15 am",
        "Tue, 27 Feb 2024 10:15:00 +0000",
        "Tue 27 Feb 2024 15.08 GMT",
        "February 27, 2024, at 3:15 p.m. EST",
        "February 27, 2024 - 15:08",
    ],
)
def test_dates_that_are_read(text: str) -> None:
    assert parse_date(text) == DAY


def test_sept_is_september() -> None:
    assert parse_date("Sept. 5, 2023") == dt.date(2023, 9, 5)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "03/04/2024",
        "27.02.2024",
        "February 27",
        "February 2024",
        "Monday",
        "2024",
        "2024-02",
        "2024-13-01",
        "20240227",
        "27 Feb 24",
        "February 30, 2024",
    ],
)
def test_dates_that_are_ambiguous_or_incomplete(text: str) -> None:
    assert parse_date(text) is None


@pytest.mark.parametrize(
    ("line", "stated"),
    [
        pytest.param("By Ann Lee", Stated("Ferry runs again", authors=("Ann Lee",)), id="byline"),
        pytest.param("BY ANN LEE AND BO BERG", Stated("Ferry runs again", authors=("ANN LEE", "BO BERG")), id="capitals"),
        pytest.param("By Ann Lee, Bo Berg and Kim de Vries",
                     Stated("Ferry runs again", authors=("Ann Lee", "Bo Berg", "Kim de Vries")), id="three"),
        pytest.param("By Ann Lee, Europe editor, BBC News", Stated("Ferry runs again", authors=("Ann Lee",)), id="role and outlet"),
        pytest.param("By Reuters", Stated("Ferry runs again", authors=("Reuters",)), id="agency"),
        pytest.param("27 February 2024", Stated("Ferry runs again", DAY), id="date"),
        pytest.param("Published: February 27, 2024 at 10:15 am", Stated("Ferry runs again", DAY), id="published"),
        pytest.param("Updated 28 Feb 2024\nPublished 27 Feb 2024",
                     Stated("Ferry runs again", DAY, updated=dt.date(2024, 2, 28)), id="published before updated"),
        pytest.param("Updated 27 Feb 2024", Stated("Ferry runs again", DAY), id="only updated"),
        pytest.param("Source: Harbour Gazette", Stated("Ferry runs again", source="Harbour Gazette"), id="source"),
        pytest.param("Source: news.example.com", Stated("Ferry runs again", source="news.example.com"), id="domain as source"),
        pytest.param("\nBy Ann Lee\n\n2024-02-27\n\nSource: Harbour Gazette",
                     Stated("Ferry runs again", DAY, "Harbour Gazette", None, ("Ann Lee",)), id="all, with blank lines"),
    ],
)  # fmt: skip
def test_header_lines(line: str, stated: Stated) -> None:
    found, body = split_header(f"Ferry runs again\n{line}\n\n{BODY}")
    assert found == stated
    assert body.endswith(BODY)
    assert body == BODY or not stated.authors


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("By the end of the year", id="by the end"),
        pytest.param("By Train", id="no name"),
        pytest.param("By 2030", id="a year"),
        pytest.param("Source: the ministry.", id="sentence"),
        pytest.param("February 27", id="half a date"),
        pytest.param("Updated 03/04/2024", id="ambiguous date"),
    ],
)
def test_lines_that_state_nothing_stay(line: str) -> None:
    assert split_header(f"Ferry runs again\n{line}\n{BODY}") == (Stated("Ferry runs again"), f"{line}\n{BODY}")


def test_the_header_ends_with_the_first_paragraph() -> None:
    found, body = split_header(f"Ferry runs again\n{BODY}\n2024-02-27\nBy Ann Lee")
    assert found == Stated("Ferry runs again")
    assert body == f"{BODY}\n2024-02-27\nBy Ann Lee"


def test_a_date_in_the_body_is_not_the_day_of_publication() -> None:
    article = read(f'Ferry runs again\n\n{BODY}\n\n"It runs," he said, quoted from TASS, February 28, 2024.')
    assert (article.date, article.source) == (None, None)


def test_front_matter_wins_over_the_text() -> None:
    article = read(f"---\ntitle: Ferry runs again\ndate: 2024-02-27\n---\n# Ferry runs again\n\n{BODY}")
    assert (article.title, article.date, article.text) == ("Ferry runs again", DAY, BODY)


def test_a_lead_that_goes_on_after_the_title_stays_whole() -> None:
    article = read(f"---\ntitle: The ferry to the islands\n---\n{BODY}")
    assert article.text == BODY


def test_a_lead_sentence_that_is_also_the_title_stays() -> None:
    article = read(f"---\ntitle: The ferry runs again.\n---\nThe ferry runs again.\n{BODY}")
    assert article.text == f"The ferry runs again.\n{BODY}"
