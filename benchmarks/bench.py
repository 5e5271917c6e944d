"""All that `kenspeckle bench` measures, part by part."""

from __future__ import annotations

import gc
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from benchmarks import startup
from benchmarks.child import ChildFailed, answer
from benchmarks.embedders import compare_embedders
from benchmarks.frames import (
    PHOTOGRAPH,
    count_frames,
    evenly,
    frames_of,
    write_moving_photograph,
)
from benchmarks.machine import this_machine
from benchmarks.peer_files import PeerMissing
from benchmarks.peers import (
    SCORE,
    ZOO_SCORE,
    FaceRecognitionPeer,
    OpenCvPeer,
    OpenCvRecogniser,
)
from benchmarks.pipelines import Contestant, Kenspeckle, take_turns
from benchmarks.report import BenchReport, PipelineFigures
from benchmarks.search import has_room
from benchmarks.search import measure as measure_search
from desktop_app.errors import LibraryMissing
from desktop_app.services.runtime import load_pipeline
from desktop_app.vision.effort import LIVE
from desktop_app.vision.embedder import Embedder
from desktop_app.vision.manifest import ModelCatalog
from desktop_app.vision.pipeline import FacePipeline
from desktop_app.vision.threads import Threads
from desktop_app.vision.types import AlignedFace

PARTS = ("pipelines", "embedder", "search", "startup", "memory")
FRAMES = 300
_SEARCHED = (1_000, 100_000, 1_000_000)
_STARTS = 3
# It takes a sixth of a second and more for a frame.
_FRAMES_OF_SLOW = 40
_FRAMES_FOR_CROPS = 40
Progress = Callable[[str], None]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be measured.

    Attributes:
        clip: the source; None for a photograph that moves.
        catalog: where our networks are.
        threads: how many each of them uses, as in the window.
        frames: how many at the most.
        parts: which of ``PARTS``.
        yunet, sface: OpenCV's networks; by default those of the extra ``bench``.

    """

    clip: Path | None
    catalog: ModelCatalog
    threads: Threads
    frames: int = FRAMES
    parts: tuple[str, ...] = PARTS
    yunet: Path | None = None
    sface: Path | None = None


def measure(wanted: Wanted, *, progress: Progress) -> BenchReport:
    """Measure.

    Args:
        wanted: what.
        progress: told in a few words, now and then, how far it is.

    Raises:
        CaptureError: the clip cannot be read.
        BenchUnavailable: there is no clip, and no photograph in its stead.
        KnownError: our networks cannot be loaded.

    """
    with tempfile.TemporaryDirectory() as folder:
        clip = wanted.clip
        if clip is None:
            clip = Path(folder) / "photograph.avi"
            write_moving_photograph(clip, count=wanted.frames)
        progress("reading the clip")
        first = next(frames_of(clip, count=1))
        report = BenchReport(
            source=PHOTOGRAPH if wanted.clip is None else str(wanted.clip),
            frames=count_frames(clip, most=wanted.frames),
            size=first.size,
            machine=this_machine(),
            threads=wanted.threads,
        )
        if {"pipelines", "embedder"} & set(wanted.parts):
            _recognition(report, wanted, clip, progress)
        if "search" in wanted.parts:
            _search(report, progress)
        if "startup" in wanted.parts:
            _startup(report, clip, progress)
        if "memory" in wanted.parts:
            _memory(report, clip, progress)
    return report


def _recognition(report: BenchReport, wanted: Wanted, clip: Path, progress: Progress) -> None:
    """Measure what needs our networks in this process, and then let go of them."""
    progress("loading the networks")
    opencv = _unless_missing(
        report,
        lambda: [
            OpenCvPeer(score=score, yunet=wanted.yunet, sface=wanted.sface)
            for score in (SCORE, ZOO_SCORE)
        ],
    )
    with closing(load_pipeline(catalog=wanted.catalog, threads=wanted.threads)) as pipeline:
        if "pipelines" in wanted.parts:
            _pipelines(report, pipeline, opencv or [], clip=clip, progress=progress)
        if "embedder" in wanted.parts:
            progress("embedder")
            _embedder(
                report,
                _crops(pipeline, clip, frames=report.frames),
                ours=Embedder(wanted.catalog.embedder(), threads=wanted.threads.embedder),
                theirs=opencv[0].recogniser if opencv else None,
            )
    gc.collect()


def _pipelines(
    report: BenchReport,
    pipeline: FacePipeline,
    opencv: list[OpenCvPeer],
    *,
    clip: Path,
    progress: Progress,
) -> None:
    contestants: list[Contestant] = [Kenspeckle(pipeline), *opencv]
    if face_recognition := _unless_missing(report, FaceRecognitionPeer):
        contestants.append(face_recognition)
    count = report.frames
    tallies = take_turns(
        contestants,
        frames_of(clip, count=count),
        only={FaceRecognitionPeer.key: evenly(count, most=_FRAMES_OF_SLOW)},
        progress=lambda done: progress(f"frame {done:,} of {count:,}"),
    )
    for contestant in contestants:
        tally = tallies[contestant.key]
        report.pipelines[contestant.key] = PipelineFigures.of(
            tally, label=contestant.label, ours=tallies[Kenspeckle.key]
        )


def _embedder(
    report: BenchReport,
    crops: list[AlignedFace],
    *,
    ours: Embedder,
    theirs: OpenCvRecogniser | None,
) -> None:
    if crops:
        report.embedder = compare_embedders(crops, ours=ours, theirs=theirs)
    else:
        report.notes.append(
            "The embedder was not measured: no face was found in the clip. Choose another."
        )


def _crops(pipeline: FacePipeline, clip: Path, *, frames: int) -> list[AlignedFace]:
    chosen = evenly(frames, most=_FRAMES_FOR_CROPS)
    return [
        face.aligned
        for number, frame in enumerate(frames_of(clip, count=frames))
        if number in chosen
        for face in pipeline.find_faces(frame.pixels, effort=LIVE)
    ]


def _search(report: BenchReport, progress: Progress) -> None:
    for count in _SEARCHED:
        progress(f"search among {count:,} templates")
        if not has_room(count):
            report.notes.append(
                f"The search among {count:,} templates was not measured: too little memory is free."
            )
            continue
        report.search[count] = measure_search(templates=count)
        gc.collect()


def _startup(report: BenchReport, clip: Path, progress: Progress) -> None:
    runs = _STARTS + 1
    progress(f"start 1 of {runs}")
    try:
        found = startup.measure(
            clip,
            runs=_STARTS,
            progress=lambda done: progress(f"start {min(done + 1, runs)} of {runs}"),
        )
    except (LibraryMissing, ChildFailed) as error:
        report.notes.append(f"The start of the window was not measured. {error}")
        return
    report.startup = startup.medians(found)
    if startup.LABELLED not in report.startup:
        report.notes.append(
            "How soon the window labels a face was not measured: the clip begins without one."
        )


def _memory(report: BenchReport, clip: Path, progress: Progress) -> None:
    progress("memory")
    try:
        said = answer("benchmarks.alone", str(clip), "--frames", str(report.frames))
    except ChildFailed as error:
        report.notes.append(f"The memory was not measured. {error}")
        return
    report.peak_rss_mb = float(said["peak_rss_mb"])


def _unless_missing(report: BenchReport, make: Callable[[], T]) -> T | None:
    try:
        return make()
    except PeerMissing as error:
        report.notes.append(str(error))
        return None
