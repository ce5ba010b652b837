"""Open the page and keep it open."""

import sys
from pathlib import Path
from typing import Any

import gradio as gr

from corpus.errors import SettingError
from index import status
from rag.writer import Writer
from ui.chat import make_page
from ui.settings import Settings

_FOLDER = Path(__file__).parent
_SYSTEM_FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif")
_TOGETHER = 4  # questions answered at a time
_WAITING = 100  # further ones that wait


def serve(settings: Settings, writer: Writer | None = None, *, host: str, port: int, open_browser: bool = False) -> None:
    """Open the chat and block until it is stopped. Raises `IndexNotFoundError`, and `SettingError` if the port is taken."""
    status(settings.index)  # an unusable index is told here, in one line, before anything listens
    page = make_page(settings, writer).queue(default_concurrency_limit=_TOGETHER, max_size=_WAITING)
    try:
        _, address, _ = page.launch(
            server_name=host, server_port=port, inbrowser=open_browser, prevent_thread_lock=True, quiet=True, **launch_options()
        )
    except OSError as error:
        raise SettingError(f"cannot listen on {host} port {port}; is it taken? choose another with --port or --host") from error
    sys.stdout.write(f"Pullquote is open at {address} (Ctrl-C stops it)\n")
    sys.stdout.flush()
    page.block_thread()


def launch_options() -> dict[str, Any]:
    """How the page is launched: nothing leaves the machine and nothing is kept."""
    fonts: Any = _SYSTEM_FONTS
    theme = gr.themes.Base(primary_hue="blue", neutral_hue="slate", font=fonts, font_mono=("ui-monospace", "monospace"))
    return {
        "theme": theme,
        "css": (_FOLDER / "chat.css").read_text("utf-8"),
        "run_history": False,
        "footer_links": [],
        "share": False,
        "allowed_paths": [],
    }
