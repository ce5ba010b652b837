"""The tab of the articles: the rim where Gradio meets plain functions."""

import gradio as gr

from corpus.errors import PullquoteError
from index import Progress, build
from ui.frame import Frame


def articles_tab(frame: Frame) -> None:
    """Make the tab's components and events, within the page that is being made."""
    update = gr.Button("Update index", size="sm")

    def update_index(quotes_only: bool, progress: gr.Progress = gr.Progress()) -> str:  # noqa: B008 - how Gradio injects it
        def show(done: Progress) -> None:
            progress((done.articles, done.total), unit="articles")

        settings = frame.settings
        try:
            report = build(settings.corpus, settings.index, embedder=settings.embedder, chroma_url=settings.chroma_url, progress=show)
        except PullquoteError as error:
            gr.Warning(str(error), duration=8)
        else:
            gr.Info(f"{report.added} added, {report.changed} changed, {report.removed} removed", title="Index updated", duration=4)
        return frame.show_header(quotes_only)

    update.click(update_index, frame.quotes_only, frame.header, concurrency_limit=1, api_visibility="private")
