"""Draw how time, memory and disk grow with the number of articles."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib

PANELS = (("index_s", "indexing, seconds"), ("index_mb", "memory of the build, MB"), ("disk_mb", "disk, MB"), ("query_ms", "query p50, ms"))


def plot_growth(figures: Mapping[str, float], sizes: Sequence[int], file: Path) -> None:
    """Write a picture with one panel a figure."""
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
