"""What `bench` found, as people read it."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.peers import SCORE, ZOO_SCORE, OpenCvPeer
from benchmarks.pipelines import Kenspeckle
from benchmarks.report import BenchReport

_PHASES = {
    "interpreter": "Python starts",
    "window_library": "Qt is imported",
    "engine_libraries": "OpenCV, MediaPipe and LiteRT are imported",
    "models": "the networks are loaded",
    "gallery": "a gallery of 1,000 templates is opened",
    "window_shown": "the window is shown",
    "engine_ready": "its engine is ready",
    "first_frame": "it paints a frame",
    "first_labelled_frame": "it paints a frame with a label",
}
# These are since the start of the process; those before are by themselves.
_SINCE_START = {"window_shown", "engine_ready", "first_frame", "first_labelled_frame"}


def lines_of(report: BenchReport) -> Iterator[str]:
    """Give a report line by line."""
    machine = report.machine
    versions = ", ".join(f"{name} {version}" for name, version in machine.versions.items())
    load = "" if machine.load is None else f", load {machine.load:g}"
    yield f"{machine.processor}, {_counted(machine.cores, 'core')}{load}; {machine.system}"
    yield versions
    detector, embedder = (
        _counted(number, "thread") for number in (report.threads.detector, report.threads.embedder)
    )
    yield f"ours: {detector} for the detector, {embedder} for the embedder"
    if report.frames:
        width, height = report.size
        frames = _counted(report.frames, "frame")
        yield f"{report.source}: {frames} of {width}×{height}, decoded before the clock starts"
    if machine.is_busy:
        yield "Other programs are busy on this machine: trust the ratios, not the times."
    if report.pipelines:
        yield ""
        yield from _pipelines(report)
    if report.embedder is not None:
        yield ""
        yield from _embedder(report)
    if report.search:
        yield ""
        yield from _search(report)
    if report.startup:
        yield ""
        yield from _startup(report)
    if report.peak_rss_mb is not None:
        yield ""
        yield f"most memory held by recognition, without the window: {report.peak_rss_mb:,.0f} MB"
    if report.notes:
        yield ""
        yield from report.notes


def _pipelines(report: BenchReport) -> Iterator[str]:
    yield f"{'ms a frame':36}{'mean':>9}{'p50':>9}{'p95':>9}{'faces':>8}{'ours faster':>13}"
    for key, figures in report.pipelines.items():
        ratio = "" if key == Kenspeckle.key else f"{figures.times_ours:.1f} ×"
        yield (
            f"{figures.label:36}{figures.mean:>9.2f}{figures.p50:>9.2f}{figures.p95:>9.2f}"
            f"{figures.faces_per_frame:>8.2f}{ratio:>13}"
        )
    for figures in report.pipelines.values():
        if figures.frames != report.frames:
            yield (
                f"{figures.label} worked on {figures.frames} of the frames, evenly chosen; ours is "
                "the mean over all."
            )
    if OpenCvPeer.key_at(ZOO_SCORE) in report.pipelines:
        yield (
            f"From which score on YuNet's finds are faces decides how many there are: "
            f"{SCORE:g} is what OpenCV takes by itself, {ZOO_SCORE:g} what OpenCV Zoo does."
        )


def _embedder(report: BenchReport) -> Iterator[str]:
    figures = report.embedder
    assert figures is not None
    crops = _counted(figures.crops, "crop")
    yield f"{f'embedder alone, ms a face ({crops})':36}{'median':>9}{'ours faster':>39}"
    yield f"{'Kenspeckle':36}{figures.ours:>9.2f}"
    if figures.theirs is not None and figures.ratio is not None:
        yield f"{'OpenCV, FaceRecognizerSF':36}{figures.theirs:>9.2f}{f'{figures.ratio:.2f} ×':>39}"


def _search(report: BenchReport) -> Iterator[str]:
    yield (f"{'search, ms':36}{'median':>9}{'product':>9}{'':9}{'GB/s':>8}{'of the product':>17}")
    for count, figures in report.search.items():
        yield (
            f"{f'{count:,} templates':36}{figures.ms:>9.3f}{figures.floor_ms:>9.3f}{'':9}"
            f"{figures.floor_gb_per_s:>8.1f}{f'{figures.ratio:.2f} ×':>17}"
        )


def _startup(report: BenchReport) -> Iterator[str]:
    for since_start, title in ((False, "start-up, ms by itself"), (True, "since the start")):
        phases = [name for name in report.startup if (name in _SINCE_START) == since_start]
        if phases:
            yield f"{title:45}{'median':>9}"
        for name in phases:
            yield f"{_PHASES.get(name, name):45}{report.startup[name]:>9.0f}"


def _counted(count: int, one: str) -> str:
    return f"{count:,} {one if count == 1 else one + 's'}"
