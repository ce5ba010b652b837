"""The command `pullquote`. Thin: parse, call, print; known errors become one line.

Exit codes: 0 done or answered, 1 failed, 2 the command was used wrongly, 3 the articles do not say.
"""

import argparse
import datetime as dt
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from corpus.errors import PullquoteError, QuestionError, SettingError
from ui.serve_options import add_serve_options, read_serve_options
from ui.settings import Settings

OK, FAILED, USAGE, NOT_FOUND = 0, 1, 2, 3
_QUOTE = "answer in quotes, on this machine, even if OPENAI_API_KEY or OPENAI_BASE_URL is set"
_AS_OF = "leave out articles dated later than, say, 2024-02-29; undated ones stay"
_SPEAKER = "quote only what this person or body said"
_EXIT_CODES = {"answered": OK, "not_found": NOT_FOUND, "failed": FAILED}


def main(arguments: Sequence[str] | None = None, environ: Mapping[str, str] | None = None) -> int:
    """Run one command; return its exit code."""
    try:
        defaults = Settings.from_environment(os.environ if environ is None else environ)
        options = _parser(defaults).parse_args(arguments)
        code: int = options.run(replace(defaults, corpus=options.corpus, index=options.index, embedder=options.embedder), options)
    except (SettingError, QuestionError) as error:
        return _complain(error, USAGE)
    except PullquoteError as error:
        return _complain(error, FAILED)
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - stays open until the process ends
    except KeyboardInterrupt:
        return 130
    else:
        return code
    return OK


def _complain(error: PullquoteError, code: int) -> int:
    sys.stderr.write(f"pullquote: {error}\n")
    return code


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _parser(defaults: Settings) -> argparse.ArgumentParser:
    shared = _shared(defaults)
    parser = argparse.ArgumentParser(
        prog="pullquote", description="Ask a folder of articles; every sentence of an answer rests on a verbatim quote."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    index = commands.add_parser("index", parents=[shared], help="index the articles, or bring the index up to date")
    index.add_argument("--watch", action="store_true", help="go on: index again whenever the articles have changed, until Ctrl-C")
    index.add_argument("--allow-empty", action="store_true", help="remove articles that are gone even if they are most of the index")
    index.set_defaults(run=_index)

    add = commands.add_parser("add", parents=[shared], help="put an article into the corpus folder, and index it")
    add.add_argument("what", metavar="FILE|URL|-", help="a file that is copied, a page that is fetched, or - for standard input")
    add.add_argument("--name", help="name of the file in the corpus folder (default: the file's own, or the article's title)")
    add.add_argument("--replace", action="store_true", help="take the place of a file of that name")
    add.add_argument("--no-index", action="store_true", help="leave the index as it is")
    add.set_defaults(run=_add)

    ask = commands.add_parser("ask", parents=[shared], help="answer a question")
    _add_ask_options(ask)
    ask.set_defaults(run=_ask)

    briefing = commands.add_parser("brief", parents=[shared], help="brief on a topic: timeline, who says what, figures, what is left open")
    _add_brief_options(briefing)
    briefing.set_defaults(run=_brief)

    who = commands.add_parser("who", parents=[shared], help="list all that somebody said, newest first")
    who.add_argument("speaker", help="a name, a part of one or of a role: Peskov, 'Olaf Scholz', Kremlin")
    who.add_argument("--page", type=int, default=1, metavar="N", help="print that page of 20 quotes (default: %(default)s)")
    _add_limits(who)
    who.set_defaults(run=_who)

    serve = commands.add_parser("serve", parents=[shared], help="open the web chat")
    add_serve_options(serve)
    serve.add_argument("--quote", action="store_true", help=_QUOTE)
    serve.set_defaults(run=_serve)

    mcp = commands.add_parser("mcp", parents=[shared], help="offer the articles to an assistant, over standard input and output")
    mcp.set_defaults(run=_mcp)

    status = commands.add_parser("status", parents=[shared], help="tell what the index holds and what could not be read")
    status.add_argument("--articles", action="store_true", help="list the articles")
    status.set_defaults(run=_status)

    show = commands.add_parser("show", parents=[shared], help="print an article")
    show.add_argument("article", help="its id, as 'pullquote status --articles' lists it, or another file that has it")
    show.add_argument("--versions", action="store_true", help="list the versions that it has had")
    show.add_argument("--version", type=int, metavar="N", help="print that version")
    show.set_defaults(run=_show)

    evaluate = commands.add_parser("eval", parents=[shared], help="measure answers against questions with known answers")
    _add_evaluate_options(evaluate)
    evaluate.set_defaults(run=_evaluate)
    return parser


def _shared(defaults: Settings) -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--corpus", type=Path, default=defaults.corpus, help="folder of articles, or one .jsonl, .json or .zip file (default: %(default)s)"
    )
    shared.add_argument("--index", type=Path, default=defaults.index, help="folder of the index (default: %(default)s)")
    shared.add_argument(
        "--embedder", default=defaults.embedder, help="what makes vectors of a new index: minilm, or the faster static (default: minilm)"
    )
    shared.add_argument("--json", action="store_true", help="print one line of JSON")
    return shared


def _add_limits(command: argparse.ArgumentParser) -> None:
    command.add_argument("--after", type=_day, metavar="DAY", help="only articles dated on this day or later; undated ones are left out")
    command.add_argument("--before", type=_day, metavar="DAY", help="only articles dated on this day or earlier; undated ones are left out")
    command.add_argument("--source", action="append", default=[], metavar="OUTLET", help="only articles of this outlet; may be repeated")


def _add_ask_options(ask: argparse.ArgumentParser) -> None:
    ask.add_argument("question")
    ask.add_argument("--as-of", type=_day, metavar="DAY", help=_AS_OF)
    _add_limits(ask)
    ask.add_argument("--speaker", default="", metavar="NAME", help=_SPEAKER)
    ask.add_argument("--no-infer", action="store_true", help="take no limits, such as “last week”, from the question")
    ask.add_argument("--all", action="store_true", help="list every article where the question asks which there are, not only ten")
    ask.add_argument("--quote", action="store_true", help=_QUOTE)
    ask.add_argument("--confidence", action="store_true", help="tell how likely the articles answer the question")


def _add_brief_options(briefing: argparse.ArgumentParser) -> None:
    briefing.add_argument("topic", help="a few words, such as 'ground troops in Ukraine' or Macron")
    briefing.add_argument("--as-of", type=_day, metavar="DAY", help=_AS_OF)
    _add_limits(briefing)
    briefing.add_argument("--speaker", default="", metavar="NAME", help=_SPEAKER)
    form = briefing.add_mutually_exclusive_group()
    form.add_argument("--markdown", action="store_const", dest="form", const="markdown", default="text", help="print Markdown, with links")
    form.add_argument("--html", action="store_const", dest="form", const="html", help="print a page of HTML, with links")


def _add_evaluate_options(evaluate: argparse.ArgumentParser) -> None:
    evaluate.add_argument("questions", type=Path, nargs="?", help="a .jsonl file with question, answers, article_ids and answerable")
    evaluate.add_argument(
        "--claims",
        type=Path,
        metavar="DIR",
        help="measure the check of claims instead: on NAME-claims.jsonl and NAME-articles.jsonl in DIR",
    )
    evaluate.add_argument(
        "--reports", type=Path, metavar="FILE", help="ask again what readers reported on in the chat, and tell which reports hold"
    )
    evaluate.add_argument("--dated", action="store_true", help="ask each question as of its date")
    evaluate.add_argument(
        "--only",
        type=_field_and_value,
        action="append",
        default=[],
        metavar="FIELD=VALUE",
        help="ask only the questions whose field has this value; may be repeated: each field must match, with any of its values",
    )
    evaluate.add_argument("--save", type=Path, metavar="FILE", help="write the run as JSON lines: the measures, then each question")
    evaluate.add_argument("--compare", type=Path, metavar="FILE", help="tell what differs from a saved run of the same questions")
    evaluate.add_argument(
        "--plot", type=Path, metavar="FILE", help="draw refusal against false refusal into an .svg or .png; needs the extra 'plot'"
    )


def _field_and_value(text: str) -> tuple[str, str]:
    field, equals, value = text.partition("=")
    if field and equals:
        return field, value
    raise argparse.ArgumentTypeError(f"{text!r} is no selection; expected a field and its value such as type=who")


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; expected one such as 2024-02-29") from error


def _index(settings: Settings, options: argparse.Namespace) -> int:
    from ui.indexing import index_again_and_again, index_once

    if not options.watch:
        _print(index_once(settings, allow_empty=options.allow_empty, json=options.json))
        return OK
    try:
        for line, well in index_again_and_again(settings, allow_empty=options.allow_empty, json=options.json):
            if well:
                _print(line)
            else:
                sys.stderr.write(f"pullquote: {line}\n")
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped; the index stays as it is.\n")
    return OK


def _add(settings: Settings, options: argparse.Namespace) -> int:
    from ui.adding import add_to_corpus

    how = {"name": options.name, "replace": options.replace, "index_now": not options.no_index, "json": options.json}
    for done in add_to_corpus(options.what, settings, **how, stdin=sys.stdin.buffer):
        _print(done)
    return OK


def _ask(settings: Settings, options: argparse.Namespace) -> int:
    from rag import Filters, query
    from rag.answering import open_index
    from rag.listing import write_whole
    from ui.printing import describe_answer, describe_confidence, to_json

    filters = Filters(options.after, options.before, frozenset(options.source), options.speaker)
    writer = None if options.quote else settings.writer()
    if writer:
        sys.stderr.write(f"Answers are written by {writer.name}, which gets the question and the quotes found (--quote keeps them here)\n")
    index = open_index(settings.index, settings.chroma_url)
    answer = query(options.question, index, as_of=options.as_of, filters=filters, writer=writer, infer=not options.no_infer)
    shown = replace(answer, text=write_whole(answer.listing)) if options.all and answer.listing else answer
    _print(to_json(answer) if options.json else describe_answer(shown))
    if options.confidence and not options.json:
        _print(describe_confidence(answer))
    return _EXIT_CODES[answer.status]


def _brief(settings: Settings, options: argparse.Namespace) -> int:
    from rag import Filters
    from ui.briefings import print_briefing

    filters = Filters(options.after, options.before, frozenset(options.source), options.speaker)
    printed, found = print_briefing(settings, options.topic, filters, options.as_of, "json" if options.json else options.form)
    _print(printed)
    return OK if found else NOT_FOUND


def _who(settings: Settings, options: argparse.Namespace) -> int:
    from rag import Filters
    from ui.who import list_said

    filters = Filters(options.after, options.before, frozenset(options.source))
    listed, found = list_said(settings, options.speaker, filters, page=options.page, json=options.json)
    _print(listed)
    return OK if found else NOT_FOUND


def _serve(settings: Settings, options: argparse.Namespace) -> int:
    from ui.serving import serve

    listening = read_serve_options(options, settings)
    serve(settings, None if options.quote else settings.writer(), listening)
    return OK


def _mcp(settings: Settings, _: argparse.Namespace) -> int:
    from ui.mcp_server import run

    run(settings)
    return OK


def _status(settings: Settings, options: argparse.Namespace) -> int:
    from index import Index, status
    from ui.printing import describe_head, describe_status, to_json

    found = status(settings.index)
    if not options.articles:
        _print(to_json(found) if options.json else describe_status(found))
        return OK
    with Index(settings.index) as opened:
        heads = opened.read(lambda snapshot: snapshot.heads())
    _print(to_json(heads) if options.json else "\n".join(map(describe_head, heads)))
    return OK


def _show(settings: Settings, options: argparse.Namespace) -> int:
    from index import Index
    from ui.printing import describe_article, describe_versions, to_json, with_paths

    if options.versions and options.version is not None:
        raise SettingError("--versions lists them, --version prints one; expected one of the two")
    with Index(settings.index) as opened:
        head, versions = opened.read(lambda snapshot: (snapshot.head(options.article), snapshot.versions(options.article)))
    if options.versions:
        _print(to_json(versions) if options.json else describe_versions(versions))
        return OK
    wanted = [version for version in versions if (version.live if options.version is None else version.number == options.version)]
    if not wanted:
        raise SettingError(f"{head.id!r} has no version {options.version}; expected one from 1 to {len(versions)}")
    article = wanted[0].article
    _print(to_json(with_paths(article, head)) if options.json else describe_article(article, head))
    return OK


def _evaluate(settings: Settings, options: argparse.Namespace) -> int:
    if options.reports:
        return _evaluate_reports(settings, options)
    if options.claims:
        return _evaluate_claims(options)
    if not options.questions:
        raise SettingError("nothing to measure; expected a file of questions, or --claims and a folder")
    from tqdm import tqdm

    from index import Index
    from rag.evals.comparison import compare, pair
    from rag.evals.evaluation import read_cases, run_cases
    from rag.evals.measures import measure, measure_groups, refusal_curve
    from rag.evals.runs import read_run, save_run
    from ui import tables
    from ui.plotting import check_plot, plot_refusal
    from ui.printing import to_json

    # What can go wrong goes wrong before the questions are asked.
    cases = read_cases(options.questions, _selection(options.only))
    old = pair(read_run(options.compare), cases) if options.compare else None
    _check_writable(options.save, options.plot)
    if options.plot:
        check_plot(options.plot, cases)
    with Index(settings.index, chroma_url=settings.chroma_url) as opened:
        asked = run_cases(cases, opened, dated=options.dated)
        outcomes = list(tqdm(asked, total=len(cases), unit=" questions", disable=None, leave=False))
    figures, groups = measure(outcomes), measure_groups(outcomes)
    comparison = compare(old, outcomes) if old else None
    values = {**tables.summary(outcomes, figures), "by": tables.by_group(groups)}
    if options.json:
        _print(to_json({**values, "compare": comparison} if comparison else values))
    else:
        parts = [tables.describe_figures(outcomes, figures), tables.describe_groups(groups)]
        _print("\n\n".join(part for part in [*parts, tables.describe_comparison(comparison) if comparison else ""] if part))
    if options.save:
        save_run(options.save, outcomes, values)
    if options.plot:
        plot_refusal(refusal_curve(outcomes), options.plot)
    return OK


def _evaluate_reports(settings: Settings, options: argparse.Namespace) -> int:
    from ui.reporting import evaluate_reports

    if options.questions or options.claims or options.save or options.compare or options.plot or options.only or options.dated:
        raise SettingError("--reports asks what was reported; expected no questions and no option beside it but --index and --json")
    told, held = evaluate_reports(options.reports, settings, json=options.json)
    _print(told)
    return OK if held else FAILED


def _evaluate_claims(options: argparse.Namespace) -> int:
    from rag.evals.claim_eval import measure_claims, read_claim_sets
    from ui import tables
    from ui.printing import to_json

    if options.questions or options.save or options.compare or options.plot or options.only or options.dated:
        raise SettingError("--claims measures the check alone; expected no questions and no option beside it but --json")
    sets = list(measure_claims(read_claim_sets(options.claims)))
    _print(to_json({"sets": sets}) if options.json else tables.describe_claims(sets))
    return OK


def _selection(pairs: Sequence[tuple[str, str]]) -> dict[str, set[str]]:
    """Return the values wanted of each field."""
    wanted: dict[str, set[str]] = {}
    for field, value in pairs:
        wanted.setdefault(field, set()).add(value)
    return wanted


def _check_writable(*files: Path | None) -> None:
    for file in files:
        if file and (file.is_dir() or not file.parent.is_dir()):
            raise SettingError(f"{str(file)!r} cannot be written; expected the name of a file in a folder that exists")


if __name__ == "__main__":
    sys.exit(main())
