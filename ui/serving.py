"""Open the page and keep it open."""

import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from corpus.errors import PullquoteError, SettingError
from index import status
from rag.answering import open_index
from rag.writers.writer import Writer
from ui.assets import Assets, first_assets, preload
from ui.branding import OwnHead
from ui.changing import MAX_UPLOAD
from ui.chat import make_page
from ui.guard import Guard, Scope
from ui.pace import describe_wait
from ui.readers import Accounts
from ui.serve_options import Listening
from ui.settings import Settings
from ui.suggesting import Suggestions

_FOLDER = Path(__file__).parent
_SYSTEM_FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif")
_TOGETHER = 4  # events of a kind that run at a time
_WAITING = 1000  # further ones that wait: more than one address may ask for while its first twenty answers are made
_THREADS = 100  # more than may wait for a model at a time, so that the others go on
OPEN_TO_ALL = (
    "Warning: others can read the articles here and ask, though not add or delete any; "
    "let in only those with a name and a password by --auth-file or PULLQUOTE_AUTH"
)


def serve(settings: Settings, writer: Writer | None, listening: Listening) -> None:
    """Open the page and block until it is stopped. Raises `IndexNotFoundError`, and `SettingError` if the port is taken."""
    status(settings.index)  # an unusable index is told here, in one line, before anything listens
    if not (listening.for_one or listening.accounts):
        sys.stderr.write(f"{OPEN_TO_ALL}\n")
    page = open_page(settings, writer, listening)
    sys.stdout.write(f"Pullquote is open at {page.local_url} (Ctrl-C stops it)\n")
    sys.stdout.flush()
    page.block_thread()


def open_page(settings: Settings, writer: Writer | None, listening: Listening) -> gr.Blocks:
    """Return the page, served in threads of this process. Raises `SettingError` if the port is taken."""
    # Closed to calls that would get past the queue.
    suggestions = Suggestions(settings.corpus)
    made = make_page(settings, writer, suggestions, listening.editors, read_only=listening.read_only, local=listening.for_one)
    page: gr.Blocks = made.queue(default_concurrency_limit=_TOGETHER, max_size=_WAITING, api_open=False)
    assets = first_assets(Path(gr.__file__).parent / "templates" / "frontend" / "assets")
    try:
        page.launch(
            server_name=listening.host,
            server_port=listening.port,
            root_path=listening.root_path or None,
            inbrowser=listening.open_browser,
            auth=_auth(listening),
            favicon_path=_FOLDER / "icon.svg",
            max_file_size=MAX_UPLOAD,
            app_kwargs={
                "middleware": [
                    Middleware(OwnHead, links=preload(assets)),
                    Middleware(Guard, hosts=listening.hosts, may_upload=_may_upload(listening)),
                    Middleware(Assets, files=assets),
                ],
                "routes": [Route("/health", _health(settings))],
            },
            prevent_thread_lock=True,
            quiet=True,
            **launch_options(),
        )
    except OSError as error:
        raise SettingError(
            f"cannot listen on {listening.host} port {listening.port}; is it taken? choose another with --port or --host"
        ) from error
    threading.Thread(target=suggestions.keep, args=(partial(open_index, settings.index, settings.chroma_url),), daemon=True).start()
    return page


def _health(settings: Settings) -> Callable[[Request], JSONResponse]:
    """Return what tells whoever watches over the server whether the index can be read."""

    def health(_: Request) -> JSONResponse:
        try:
            status(settings.index)
        except PullquoteError:
            return JSONResponse({"status": "the index cannot be read"}, 503)
        return JSONResponse({"status": "ok"})

    return health


def _may_upload(listening: Listening) -> Callable[[Scope], bool]:
    """Return what tells whether who sent a request may change the corpus; Gradio's route for uploads asks for a login only."""

    def may_upload(scope: Scope) -> bool:
        if listening.read_only or not listening.editors:
            return not listening.read_only
        app, cookies = scope["app"], Request(scope).cookies
        tokens = (cookies.get(f"access-token-{kind}{app.cookie_id}") for kind in ("", "unsecure-"))
        return any(app.tokens.get(token) in listening.editors for token in tokens)

    return may_upload


def _auth(listening: Listening) -> Any:
    """Return how Gradio is to check names and passwords; None if everyone may read."""
    if not listening.accounts:
        return None
    accounts = Accounts(listening.accounts)

    def check(name: str, password: str) -> bool:
        if seconds := accounts.wait(name):
            raise HTTPException(429, describe_wait("wrong passwords for this name", seconds))
        return accounts.check(name, password)

    return check


def launch_options() -> dict[str, Any]:
    """How the page is launched: nothing leaves the machine, nothing is kept, and no variable of Gradio's changes that."""
    fonts: Any = _SYSTEM_FONTS
    theme = gr.themes.Base(primary_hue="blue", neutral_hue="slate", font=fonts, font_mono=("ui-monospace", "monospace"))
    return {
        "theme": theme,
        "css": "".join((_FOLDER / name).read_text("utf-8") for name in ("chat.css", "desk.css", "articles.css")),
        "run_history": False,
        "footer_links": [],
        "share": False,
        "allowed_paths": [],
        "max_threads": _THREADS,
        "enable_monitoring": False,
        "mcp_server": False,
        "ssr_mode": False,
        "pwa": False,
        "strict_cors": True,
    }
