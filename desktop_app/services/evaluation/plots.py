"""Draws curves, histograms and reliability diagrams, with matplotlib.

It comes with MediaPipe from PyPI, but not with a build of the installer: it is imported where it
is used, and :func:`check_plotting` says in a sentence that it is missing.
"""

from __future__ import annotations

import functools
import importlib.util
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import numpy as np

from desktop_app.arrays import Float64Array
from desktop_app.errors import FileNotWritable, PlottingMissing
from desktop_app.services.evaluation.metrics import REJECTED, accept_rates
from desktop_app.services.evaluation.openset_figures import error_curve

if TYPE_CHECKING:
    from desktop_app.services.evaluation.openset import OpenSetReport
    from desktop_app.services.evaluation.pairs import Compared
    from desktop_app.services.evaluation.reliability import Reliability

# Okabe and Ito's colours, told apart by nearly everybody; styles tell them apart in grey.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")
_STYLES = ("-", "--", "-.", ":")
_MARKERS = ("o", "s", "^", "D")
_GREY = "#666666"
_MOST_POINTS = 300
_MANY = 50
_STYLE: dict[str, Any] = {
    "figure.figsize": (5.6, 4.2),
    "figure.constrained_layout.use": True,
    "figure.facecolor": "white",
    "font.size": 10,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "grid.color": "#DDDDDD",
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "lines.linewidth": 1.6,
    # The same picture gives the same file.
    "svg.hashsalt": "kenspeckle",
}

Plot = Any  # matplotlib's Figure, which is not imported here


_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


def _styled(draw: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    @functools.wraps(draw)
    def styled(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> _Result:
        import matplotlib as mpl

        with mpl.rc_context(_STYLE):  # type: ignore[arg-type]  # its stub lists every key
            return draw(*args, **kwargs)

    return styled


def check_plotting() -> None:
    """Make sure that plots can be drawn.

    Raises:
        PlottingMissing: matplotlib is not installed.

    """
    if importlib.util.find_spec("matplotlib") is None:
        raise PlottingMissing


@_styled
def pairs_plots(results: Mapping[str, Compared]) -> dict[str, Plot]:
    """Draw what came of pairs: ``roc``, ``det`` and ``scores``, the kinds in one plot."""
    roc, (axes,) = _figure()
    for place, (kind, compared) in enumerate(results.items()):
        far, tar = _thinned(*accept_rates(compared.similarities, compared.same))
        axes.plot(far, tar, label=kind or None, drawstyle="steps-post", **_line(place))
    axes.set(xlabel="Pairs of two people accepted (FAR)", xscale="log")
    axes.set(ylabel="Pairs of one person accepted (TAR)", ylim=(None, 1.0))
    _finish(axes, percent="xy", legend="lower right" if len(results) > 1 else None)

    det, (axes,) = _figure()
    for place, (kind, compared) in enumerate(results.items()):
        far, tar = _thinned(*accept_rates(compared.similarities, compared.same))
        shares = _drawn_in_logs(1 - tar, count=int(compared.same.sum()))
        axes.plot(far, shares, label=kind or None, drawstyle="steps-post", **_line(place))
    axes.set(xlabel="Pairs of two people accepted (FAR)", xscale="log")
    axes.set(ylabel="Pairs of one person refused (1 − TAR)", yscale="log")
    _whole_decades(axes)
    _finish(axes, percent="xy", legend="upper right" if len(results) > 1 else None)

    scores, panels = _figure(rows=len(results))
    for axes, (kind, compared) in zip(panels, results.items(), strict=True):
        known = compared.similarities > REJECTED
        _histogram(
            axes,
            {
                "two people": compared.similarities[known & ~compared.same],
                "one person": compared.similarities[known & compared.same],
            },
        )
        axes.set(ylabel="Share of pairs")
        axes.set_title(kind, loc="right", fontsize=10)
        _finish(axes, percent="y", legend="upper left" if axes is panels[0] else None)
    panels[-1].set(xlabel="Similarity (cosine)")
    return {"roc": roc, "det": det, "scores": scores}


@_styled
def open_set_plots(report: OpenSetReport) -> dict[str, Plot]:
    """Draw what came of an open set: ``det``, ``scores`` and ``reliability``."""
    det, (axes,) = _figure()
    fpir, fnir = _thinned(*error_curve(report.splits))
    curve = {"label": "any threshold", "drawstyle": "steps-post", **_line(0)}
    # The figures are means over the splits: once in all of them is less than once in one.
    splits = len(report.splits)
    axes.plot(fpir, _drawn_in_logs(fnir, count=report.probes * splits), **curve)
    for place, decided in enumerate(report.decided, start=1):
        value = decided.fpir.value
        axes.plot(
            _drawn_in_logs(np.array([value]), count=report.strangers * splits),
            _drawn_in_logs(np.array([decided.fnir]), count=report.probes * splits),
            marker=_MARKERS[place],
            color=_COLOURS[place],
            # Open where it stands for a 0.
            markerfacecolor=_COLOURS[place] if value and decided.fnir else "white",
            linestyle="none",
            markersize=8,
            label=f"{100 * decided.asked:g} % asked for, {_named(value, missed=decided.fnir)}",
        )
    axes.set(xlabel="Strangers named (FPIR)", xscale="log")
    axes.set(ylabel="Enrolled people not named (FNIR)", yscale="log")
    _whole_decades(axes)
    _finish(axes, percent="xy", legend="upper right")

    scores, (axes,) = _figure()
    strangers = [trials.similarity[~trials.enrolled] for trials in report.splits]
    own = [trials.similarity[trials.enrolled & trials.own] for trials in report.splits]
    groups = {"strangers": np.concatenate(strangers), "enrolled people": np.concatenate(own)}
    _histogram(axes, {name: values[values > REJECTED] for name, values in groups.items()})
    axes.set(xlabel="Similarity of the best candidate (cosine)", ylabel="Share of photos")
    _finish(axes, percent="y", legend="upper left")
    return {"det": det, "scores": scores, "reliability": _reliability(report.reliability)}


@_styled
def save_plots(plots: Mapping[str, Plot], folder: Path, *, name: str) -> list[Path]:
    """Write plots as ``NAME_KIND.svg`` into a folder that is there; return where they are.

    Raises:
        FileNotWritable: one of them cannot be written.

    """
    written = []
    for kind, plot in plots.items():
        path = folder / f"{name}_{kind}.svg"
        try:
            plot.savefig(path, metadata={"Date": None, "Creator": None})
        except OSError as error:
            raise FileNotWritable(path=path, reason=error.strerror or str(error)) from error
        written.append(path)
    return written


def _reliability(found: Reliability) -> Plot:
    figure, (upper, lower) = _figure(rows=2, heights=(3, 1))
    upper.plot([0, 1], [0, 1], color=_GREY, linestyle=":", label="as stated")
    many = [one for one in found.bins if one.count >= _MANY]
    few = [one for one in found.bins if 0 < one.count < _MANY]
    # No line: between the two ends, where few decisions are, it would pass for a finding.
    dots: dict[str, Any] = {"marker": "o", "linestyle": "none", "color": _COLOURS[0]}
    stated, right = [one.confidence for one in many], [one.right for one in many]
    upper.plot(stated, right, label="as it was", clip_on=False, **dots)
    stated, right = [one.confidence for one in few], [one.right for one in few]
    dots |= {"markerfacecolor": "white", "label": f"of fewer than {_MANY} decisions"}
    upper.plot(stated, right, clip_on=False, **dots)
    upper.set(ylabel="Best candidate is right", xlim=(0, 1), ylim=(-0.02, 1.02))
    _finish(upper, percent="y", legend="upper left")
    middles = [(one.low + one.high) / 2 for one in found.bins]
    counts = [one.count for one in found.bins]
    lower.bar(middles, [max(count, 0.5) for count in counts], width=0.09, color=_COLOURS[0])
    for middle, count in zip(middles, counts, strict=True):
        lower.annotate(f"{count:,}", (middle, max(count, 1)), ha="center", va="bottom", fontsize=8)
    lower.set(xlabel="Stated confidence in the best candidate", ylabel="Decisions", xlim=(0, 1))
    lower.set(yscale="log", ylim=(0.7, 8 * max(*counts, 1)))
    lower.yaxis.set_major_formatter("{x:,.0f}")
    _finish(lower, percent="x", legend=None)
    return figure


def _figure(*, rows: int = 1, heights: Sequence[float] | None = None) -> tuple[Plot, list[Any]]:
    # Not pyplot: that would look for a screen, and keep each figure until it is closed.
    from matplotlib.figure import Figure

    width, height = _STYLE["figure.figsize"]
    extra = 0 if heights else 2.2 * (rows - 1)
    figure = Figure(figsize=(width, height + extra))
    grid = figure.subplots(
        rows, 1, sharex=rows > 1, squeeze=False, gridspec_kw={"height_ratios": heights}
    )
    return figure, list(grid[:, 0])


def _line(place: int) -> dict[str, Any]:
    return {
        "color": _COLOURS[place % len(_COLOURS)],
        "linestyle": _STYLES[place % len(_STYLES)],
    }


def _histogram(axes: Any, groups: Mapping[str, Float64Array]) -> None:
    edges = np.linspace(-0.4, 1.0, 71)
    for place, (name, values) in enumerate(groups.items()):
        if not len(values):
            continue
        shares = np.full(len(values), 1 / len(values))
        axes.hist(
            values,
            bins=edges,
            weights=shares,
            histtype="stepfilled",
            color=_COLOURS[place],
            alpha=0.35,
        )
        axes.hist(values, bins=edges, weights=shares, histtype="step", label=name, **_line(place))


def _thinned(x: Float64Array, y: Float64Array) -> tuple[Float64Array, Float64Array]:
    """Return points enough for a logarithmic axis: a curve's file must not grow with its data."""
    places = np.unique(np.geomspace(1, len(x), _MOST_POINTS).astype(np.int64)) - 1
    return x[places], y[places]


def _drawn_in_logs(shares: Float64Array, *, count: int) -> Float64Array:
    """Return shares of ``count`` as a logarithmic axis can show them.

    It has no 0, and only that is drawn elsewhere: at half of what once would have been.
    """
    drawn: Float64Array = np.where(shares > 0, shares, 1 / (2 * count))
    return drawn


def _named(share: float, *, missed: float) -> str:
    named = f"{100 * share:.2f} % named" if share else "none named"
    return named if missed else f"{named}, none missed"


def _whole_decades(axes: Any) -> None:
    """Let a logarithmic axis end where it has labels."""
    low, high = axes.get_ylim()
    axes.set_ylim(10 ** np.floor(np.log10(low)), 10 ** np.ceil(np.log10(high)))


def _finish(axes: Any, *, percent: str, legend: str | None) -> None:
    from matplotlib.ticker import FuncFormatter, NullFormatter

    formatter = FuncFormatter(lambda share, _: f"{100 * share:.4g} %")
    if "x" in percent:
        axes.xaxis.set_major_formatter(formatter)
    if "y" in percent:
        axes.yaxis.set_major_formatter(formatter)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_minor_formatter(NullFormatter())
    if legend is not None:
        axes.legend(loc=legend)
