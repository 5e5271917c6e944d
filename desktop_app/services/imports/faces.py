"""Which face of a photo is imported, found with no more work than that takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from desktop_app.arrays import UInt8Array
from desktop_app.errors import FaceTooPoor, NoFaceFound, SeveralFacesFound
from desktop_app.services.enrolment import is_background, quality_problem
from desktop_app.vision.types import DetectedFace, Face

# Of 223 photos of LFW with several large faces, the tallest is whom the photo is of in 195; where
# it is this many times as tall as the next, in 116 of 118, and else in 79 of 105.
_CLEARLY_LARGEST = 1.25


class FindsFaces(Protocol):
    """What an import needs of a ``FacePipeline``."""

    def find(self, pixels: UInt8Array, /) -> list[DetectedFace]: ...  # noqa: D102 - as there

    def describe(  # noqa: D102 - as there
        self, pixels: UInt8Array, found: DetectedFace, /
    ) -> Face | None: ...


@dataclass(frozen=True, slots=True)
class ImportRules:
    """Which faces an import takes.

    Attributes:
        allow_low_quality: those too that would be recognised badly.
        take_largest: of several faces one that is clearly the largest; else none.

    """

    allow_low_quality: bool = False
    take_largest: bool = False

    def key(self, *, embedder: str) -> str:
        """Return the rules as text, by which an import goes on only where it began."""
        words = [embedder]
        words += ["low quality"] if self.allow_low_quality else []
        words += ["largest"] if self.take_largest else []
        return ", ".join(words)


def face_to_import(
    pipeline: FindsFaces, pixels: UInt8Array, *, label: str, rules: ImportRules
) -> Face:
    """Return the one face of a photo, as ``face_to_enrol`` does with the same rules.

    Args:
        pipeline: finds it.
        pixels: RGB, uint8, shape (h, w, 3).
        label: what the photo is called in a refusal.
        rules: which face may be taken.

    Raises:
        NoFaceFound: there is none.
        SeveralFacesFound: nothing says whose is meant.
        FaceTooPoor: it would be recognised badly.

    """
    faces = _main_faces(pipeline, pixels)
    if not faces:
        raise NoFaceFound(path=label)
    if len(faces) > 1 and not (rules.take_largest and _first_stands_out(faces)):
        raise SeveralFacesFound(path=label, count=len(faces))
    reason = quality_problem(faces[0])
    if reason is not None and not rules.allow_low_quality:
        raise FaceTooPoor(path=label, reason=f"it is {reason.value}")
    return faces[0]


def _main_faces(pipeline: FindsFaces, pixels: UInt8Array) -> list[Face]:
    """Return the faces that a photo is of, tallest first.

    To describe one takes far longer than to find them all; those in the background never are.
    """
    faces: list[Face] = []
    found = sorted(pipeline.find(pixels), key=lambda one: one.detection.height, reverse=True)
    for one in found:
        if faces and is_background(one.detection, largest=faces[0].detection.height):
            break
        face = pipeline.describe(pixels, one)
        if face is not None:
            faces.append(face)
    return faces


def _first_stands_out(faces: Sequence[Face]) -> bool:
    first, second = faces[0].detection.height, faces[1].detection.height
    return first >= _CLEARLY_LARGEST * second
