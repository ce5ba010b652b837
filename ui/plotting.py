"""Draw what every threshold on the confidence would refuse; needs the extra `plot`."""

import importlib.util
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from corpus.errors import SettingError
from rag.decision import THRESHOLD
from rag.evals.evaluation import Case
from rag.evals.measures import Curve

_KINDS = (".svg", ".png")
_SIZE = (5.5, 5.0)  # inches
_DOTS = 150  # per inch, of a .png


def check_plot(file: Path, cases: Sequence[Case]) -> None:
    """Raise `SettingError` if no plot of these questions can be drawn into a file of this name."""
    if file.suffix.lower() not in _KINDS:
        raise SettingError(f"the plot {str(file)!r} has an unknown kind; expected a name that ends in {' or '.join(_KINDS)}")
    if importlib.util.find_spec("matplotlib") is None:
        raise SettingError('plotting needs matplotlib, which is not installed; get it with: pip install "pullquote[plot]"')
    if {case.answerable for case in cases} != {True, False}:
        raise SettingError("refusal cannot be plotted: that takes answerable and unanswerable questions, and these are of one kind")


def plot_refusal(curve: Curve, file: Path) -> None:
    """Draw refusal against false refusal, the present threshold marked. Raises `SettingError` if the file cannot be written."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    place = int(np.searchsorted(curve.thresholds, THRESHOLD))
    share, wrong = curve.refused[place], curve.false_refusal[place]
    # Text stays text and reruns write the same file.
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "pullquote"}):
        figure = Figure(figsize=_SIZE, layout="constrained")
        axes = figure.add_subplot(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), aspect="equal")
        axes.plot([0, 1], [0, 1], linestyle=":", color="0.6")
        axes.plot(curve.false_refusal, curve.refused, color="tab:blue")
        axes.plot([wrong], [share], "o", color="tab:red", label=f"threshold {THRESHOLD:g}: {share:.2f} at {wrong:.2f}")
        axes.set(
            xlabel="false refusal (answerable)", ylabel="refused (unanswerable)", title=f"Refusal, area under the curve {curve.area:.3f}"
        )
        axes.legend(loc="lower right")
        try:
            figure.savefig(file, dpi=_DOTS, metadata={"Date": None} if file.suffix.lower() == ".svg" else None)
        except OSError as error:
            raise SettingError(
                f"the plot cannot be written to {str(file)!r} ({error.strerror}); name a file in a folder you may write"
            ) from error
