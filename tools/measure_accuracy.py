"""Measure the shipped configuration and write what came of it into docs/accuracy.md.

    python tools/measure_accuracy.py DATA

DATA holds lfw/ and cfp/ (each with images/ and pairs.csv), groups/ (with face_counts.csv) and
videos/. The tables between ``<!-- measured: NAME -->`` and ``<!-- end -->`` are replaced, and the
plots below docs/accuracy/; what people wrote around them stays. Takes some twenty minutes; with
the same networks and data it writes the same files.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from desktop_app.capture.frame import Frame
from desktop_app.capture.opening import source_for
from desktop_app.capture.reading import every_frame
from desktop_app.capture.source import SourceKind, SourceSpec
from desktop_app.errors import KnownError
from desktop_app.recognition.gallery import Gallery
from desktop_app.recognition.types import Identity
from desktop_app.services.evaluation import documents, openset_documents
from desktop_app.services.evaluation.appearances import appearances_in
from desktop_app.services.evaluation.calibration import labelled_photos
from desktop_app.services.evaluation.clip import ClipReport, evaluate_clip
from desktop_app.services.evaluation.detection import evaluate_detection, read_counts
from desktop_app.services.evaluation.openset import cast, enrol_split, evaluate_open_set
from desktop_app.services.evaluation.pairs import Compared, evaluate_pairs, read_pairs
from desktop_app.services.evaluation.photos import describe_subjects
from desktop_app.services.evaluation.plots import (
    check_plotting,
    open_set_plots,
    pairs_plots,
    save_plots,
)
from desktop_app.services.live import LiveRecogniser
from desktop_app.services.runtime import load_pipeline, policy_for
from desktop_app.settings import Settings
from desktop_app.vision.pipeline import FacePipeline
from desktop_app.vision.types import Face

ROOT = Path(__file__).resolve().parents[1]
CLIPS = Path(__file__).with_name("accuracy_clips.json")
TEMPLATES = 3
SEED = 0
KINDS = {"": "", "FF": " frontal–frontal", "FP": " frontal–profile"}


def main() -> int:
    """Measure and write; 2 where the data are not what is wanted."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", metavar="DATA", type=Path)
    parser.add_argument("--docs", metavar="DIR", type=Path, default=ROOT / "docs")
    arguments = parser.parse_args()
    page = arguments.docs / "accuracy.md"
    plots = arguments.docs / "accuracy"
    try:
        check_plotting()
        documents.prepare_folder(plots)
        with closing(load_pipeline()) as pipeline:
            measured = measure(pipeline, arguments.data, plots=plots)
    except KnownError as error:
        print(error, file=sys.stderr)
        return 2
    page.write_text(with_tables(page.read_text("utf-8"), measured), "utf-8")
    return 0


def measure(pipeline: FacePipeline, data: Path, *, plots: Path) -> dict[str, str]:
    """Return Markdown by the names of the page's markers; write the plots into a folder.

    Raises:
        KnownError: the data are not what is wanted.

    """
    results: dict[str, Compared] = {}
    for name in ("lfw", "cfp"):
        folder = data / name
        found = evaluate_pairs(
            pipeline,
            read_pairs(folder / "pairs.csv"),
            images=folder / "images",
            progress=_progress(f"pairs of {name}"),
        )
        results |= {
            name.upper() + KINDS.get(kind, f" {kind}"): result for kind, result in found.items()
        }
    save_plots(pairs_plots(results), plots, name="pairs")

    images = data / "lfw" / "images"
    chosen = cast(images, labelled_photos(images), templates=TEMPLATES)
    subjects = describe_subjects(
        pipeline, images, chosen.photos, progress=_progress("open set of lfw")
    )
    spec = pipeline.embedder
    report = evaluate_open_set(chosen, subjects, spec, templates=TEMPLATES, seed=SEED)
    save_plots(open_set_plots(report), plots, name="openset")

    counts = read_counts(data / "groups" / "face_counts.csv")
    tally = evaluate_detection(
        pipeline, counts, images=data / "groups", progress=_progress("faces in groups")
    )
    others = enrol_split(chosen, subjects, spec, templates=TEMPLATES, seed=(SEED, 0)).gallery
    clips = {
        name: _measure_clip(pipeline, data / "videos" / name, listed, others=others)
        for name, listed in json.loads(CLIPS.read_text("utf-8")).items()
    }
    return {
        "pairs": documents.pairs_markdown(
            {name: compared.verdict for name, compared in results.items()}
        ),
        "openset": openset_documents.open_set_sentence(report) + "\n",
        "points": openset_documents.points_markdown(report),
        "decided": openset_documents.decided_markdown(report),
        "reliability": openset_documents.reliability_markdown(report),
        "detection": documents.detection_markdown({"groups": tally}),
        "clips": documents.clips_markdown(clips),
    }


def _measure_clip(
    pipeline: FacePipeline, path: Path, listed: Mapping[str, Any], *, others: Gallery
) -> ClipReport:
    """Recognise a clip among people who are not in it and those enrolled from its end."""
    gallery = others
    for entry in listed["enrol"]:
        face = _face_at(pipeline, path, at=entry["at"], place=(entry["x"], entry["y"]))
        gallery = _with(gallery, entry["name"], face)
    policy = policy_for(pipeline.embedder, false_name_rate=Settings().false_name_rate)
    with closing(_frames(path)) as frames:
        print(path.name, file=sys.stderr)
        return evaluate_clip(
            LiveRecogniser(pipeline, policy),
            frames,
            appearances_in(listed, path=CLIPS),
            gallery=gallery,
        )


def _face_at(pipeline: FacePipeline, path: Path, *, at: float, place: tuple[float, float]) -> Face:
    """Return the face nearest to a place, in fractions of the frame, at a time, seconds."""
    with closing(_frames(path)) as frames:
        frame = next(frame for frame in frames if frame.timestamp >= at)
    wanted = np.array(place) * frame.pixels.shape[1::-1]

    def distance(face: Face) -> float:
        box = face.detection.box
        return float(np.linalg.norm((box[:2] + box[2:]) / 2 - wanted))

    return min(pipeline.find_faces(frame.pixels), key=distance)


def _with(gallery: Gallery, name: str, face: Face) -> Gallery:
    number = 1 + max(gallery.identities, default=0)
    return Gallery(
        embedder=gallery.embedder,
        matrix=np.vstack([gallery.matrix, face.embedding.vector]),
        identity_ids=np.append(gallery.identity_ids, np.int64(number)),
        identities={**gallery.identities, number: Identity(number, name)},
    )


def _frames(path: Path) -> Generator[Frame, None, None]:
    return every_frame(source_for(SourceSpec(SourceKind.CLIP, str(path.absolute()))))


def with_tables(page: str, measured: Mapping[str, str]) -> str:
    """Return a page with what was measured between its markers.

    Raises:
        ValueError: the page lacks a marker.

    """
    for name, markdown in measured.items():
        begin = f"<!-- measured: {name} -->\n"
        before, marker, after = page.partition(begin)
        _, end, after = after.partition("<!-- end -->")
        if not marker or not end or begin in after:
            raise ValueError(f"the page has no place, or several, for “{name}”")
        page = f"{before}{begin}\n{markdown}\n{end}{after}"
    return page


def _progress(what: str) -> Callable[[int, int], None]:
    def tell(done: int, total: int) -> None:
        if done % 100 == 0 or done == total:
            print(f"{what}: {done} of {total}", file=sys.stderr)

    return tell


if __name__ == "__main__":
    sys.exit(main())
