"""Describes the faces of many photos, one each, for measuring."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from desktop_app.capture.photo import read_photo
from desktop_app.errors import InputError
from desktop_app.recognition.decision import unusable
from desktop_app.recognition.types import Unusable
from desktop_app.vision.pipeline import FacePipeline
from desktop_app.vision.types import Embedding, Face

_log = logging.getLogger(__name__)

Progress = Callable[[int, int], object]


@dataclass(frozen=True, eq=False, slots=True)
class Subject:
    """Whom a labelled photo is of.

    Attributes:
        embedding: of the face.
        unusable: what is decided about it without searching; None where it can be judged.

    """

    embedding: Embedding
    unusable: Unusable | None = None


def subject_of(faces: Iterable[Face], *, size: tuple[int, int]) -> Face | None:
    """Return the face that a labelled photo is of: large and near its middle.

    Data sets of single people show others in the background.

    Args:
        faces: all that were found.
        size: width and height of the photo, pixels.

    """
    middle = np.array(size, np.float64) / 2

    def prominence(face: Face) -> float:
        box = face.detection.box
        distance = float(np.linalg.norm((box[:2] + box[2:]) / 2 - middle))
        return min(face.detection.width, face.detection.height) - distance

    return max(faces, key=prominence, default=None)


def describe_photos(
    pipeline: FacePipeline, root: Path, names: Iterable[str], *, progress: Progress | None = None
) -> dict[str, Embedding | None]:
    """Return the embedding of each photo's subject, None where there is none.

    Args:
        pipeline: finds and describes.
        root: the folder that names are relative to.
        names: photos, each once.
        progress: told how many of how many are done.

    """
    subjects = describe_subjects(pipeline, root, names, progress=progress)
    return {
        name: None if subject is None else subject.embedding for name, subject in subjects.items()
    }


def describe_subjects(
    pipeline: FacePipeline, root: Path, names: Iterable[str], *, progress: Progress | None = None
) -> dict[str, Subject | None]:
    """Return each photo's subject, None where there is none; see :func:`describe_photos`."""
    wanted = list(names)
    described: dict[str, Subject | None] = {}
    for done, name in enumerate(wanted, start=1):
        described[name] = _describe(pipeline, root / name)
        if progress is not None:
            progress(done, len(wanted))
    return described


def _describe(pipeline: FacePipeline, path: Path) -> Subject | None:
    try:
        pixels = read_photo(path)
    except InputError as error:
        _log.warning("%s", error)
        return None
    face = subject_of(pipeline.find_faces(pixels), size=(pixels.shape[1], pixels.shape[0]))
    if face is None:
        _log.warning("no face found in %s", path)
        return None
    return Subject(face.embedding, unusable(face))
