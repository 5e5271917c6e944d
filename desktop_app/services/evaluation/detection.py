"""``evaluate detection``: how many faces are found, against how many somebody counted."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from desktop_app.capture.photo import read_photo
from desktop_app.errors import CountsUnreadable, InputError
from desktop_app.services.evaluation.photos import Progress
from desktop_app.services.evaluation.tables import photo_name, read_rows
from desktop_app.vision.pipeline import FacePipeline

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many faces were found.

    Counts say nothing about where a face is: one that is missed and one that is invented in the
    same photo cancel out, so ``missed`` and ``surplus`` are lower bounds.

    Attributes:
        photos: how many were looked at.
        failed: photos that could not be read; their faces count as missed.
        wanted: faces that were counted.
        found: faces that were found.
        missed: over the photos, how many fewer were found than counted.
        surplus: over the photos, how many more were found than counted.

    """

    photos: int
    failed: int
    wanted: int
    found: int
    missed: int
    surplus: int


def read_counts(path: Path) -> dict[str, int]:
    """Read a CSV file with the columns file and faces: how many faces each photo shows.

    Raises:
        CountsUnreadable: it is missing, or lacks a column, or a line makes no sense.

    """
    counts: dict[str, int] = {}
    for line, row in read_rows(path, columns=("file", "faces"), error=CountsUnreadable):
        text = row["faces"].strip()
        if not row["file"].strip() or not (text.isascii() and text.isdigit()):
            raise CountsUnreadable(path=path, reason=f"line {line} makes no sense")
        name = photo_name(row["file"], path=path, line=line, error=CountsUnreadable)
        if name in counts:
            raise CountsUnreadable(path=path, reason=f"line {line} names “{name}” once more")
        counts[name] = int(text)
    return counts


def evaluate_detection(
    pipeline: FacePipeline,
    counts: dict[str, int],
    *,
    images: Path,
    progress: Progress | None = None,
) -> Tally:
    """Count the faces of photos and compare.

    Args:
        pipeline: finds them.
        counts: how many faces each photo shows, by its place below ``images``.
        images: the folder of photos.
        progress: told how many of how many photos are done.

    """
    failed = found = missed = surplus = 0
    for done, (name, wanted) in enumerate(counts.items(), start=1):
        try:
            here = len(pipeline.find_faces(read_photo(images / name)))
        except InputError as error:
            _log.warning("%s", error)
            failed += 1
            here = 0
        if here != wanted:
            _log.info("%s: %d faces counted, %d found", name, wanted, here)
        found += here
        missed += max(0, wanted - here)
        surplus += max(0, here - wanted)
        if progress is not None:
            progress(done, len(counts))
    return Tally(
        photos=len(counts),
        failed=failed,
        wanted=sum(counts.values()),
        found=found,
        missed=missed,
        surplus=surplus,
    )
