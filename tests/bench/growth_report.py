"""Tell how time, memory and disk grow with the number of articles: as a picture and as a table."""

from collections.abc import Mapping, Sequence
from pathlib import Path

PANELS = (("index_s", "indexing, seconds"), ("index_mb", "memory of the build, MB"), ("disk_mb", "disk, MB"), ("query_ms", "query p50, ms"))
ROWS = (
    ("passages", "passages", ",.0f"),
    ("index_s", "indexing, seconds", ",.0f"),
    ("index_mb", "memory while indexing, MB", ",.0f"),
    ("query_mb", "memory while asking, MB", ",.0f"),
    ("disk_mb", "disk, MB", ",.0f"),
    ("query_ms", "a question, median, milliseconds", ",.0f"),
    ("noop_s", "`index` with nothing changed, seconds", ".2f"),
    ("added_visible_s", "one article added, until a running reader sees it, seconds", ".2f"),
)


def table_growth(figures: Mapping[str, float], sizes: Sequence[int]) -> str:
    """Return a table in Markdown with one column a size."""
    head = "".join(f" {size:,} |" for size in sizes)
    rows = (f"| {label} |" + "".join(f" {figures[f'{name}@{size}']:{form}} |" for size in sizes) for name, label, form in ROWS)
    return "\n".join([f"| articles |{head}", f"|---|{'---:|' * len(sizes)}", *rows, ""])


def plot_growth(figures: Mapping[str, float], sizes: Sequence[int], file: Path) -> None:
    """Write a picture with one panel a figure."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    drawn, axes = pyplot.subplots(1, len(PANELS), figsize=(12, 3), layout="constrained")
    for axis, (name, label) in zip(axes, PANELS, strict=True):
        axis.plot(sizes, [figures[f"{name}@{size}"] for size in sizes], marker="o", color="#1f5a7a")
        axis.set(title=label, xlabel="articles", ylim=(0, None))
        axis.spines[["top", "right"]].set_visible(False)
        axis.grid(axis="y", alpha=0.3)
    drawn.savefig(file, dpi=110)
    pyplot.close(drawn)
