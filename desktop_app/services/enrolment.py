"""Which faces are good enough to be enrolled, or to be held against a name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

from desktop_app.arrays import Float32Array, UInt8Array
from desktop_app.capture.photo import read_photo
from desktop_app.errors import (
    EnrolledAlready,
    FaceTooPoor,
    FaceUnjudgeable,
    InputError,
    KnownError,
    NoFaceFound,
    SeveralFacesFound,
)
from desktop_app.recognition.decision import unusable_reason
from desktop_app.recognition.gallery import Gallery
from desktop_app.recognition.motion import overlaps
from desktop_app.recognition.types import Identity, Reason
from desktop_app.vision.effort import PHOTO
from desktop_app.vision.pipeline import FacePipeline, PipelineClosed
from desktop_app.vision.types import DetectedFace, Detection, Face

AnyFace = TypeVar("AnyFace", Face, DetectedFace)

# A template is compared with for years, so it must be better than what is merely recognised.
_LEAST_QUALITY = 0.35
_SMALLEST_EYE_DISTANCE = 16.0
_WORDS = {
    "size": Reason.TOO_SMALL,
    "sharpness": Reason.BLURRED,
    "exposure": Reason.BADLY_LIT,
    "pose": Reason.TURNED_AWAY,
    "score": Reason.NOT_CLEARLY_A_FACE,
}
# A face in the background does not make a portrait a group photo.
_BACKGROUND = 0.5
# From this similarity on a second template adds nothing. Of 1,367 pairs of successive frames in
# four clips, read as live ones are, 96 % reach it; of 26,576 pairs of photos of one person in LFW
# five do, each of one scene taken twice. Beyond it, a second template brings the person's other
# photos nearer by 0.007 in the mean (LFW and CFP); where it is 0.6 to 0.7 like the first, by 0.042.
_ADDS_NOTHING = 0.94
# A face shares this much of its union with the box it was seen in ...
_SAME_PLACE = 0.2
# ... and resembles what was seen there this much: above what strangers reach.
_SAME_FACE = 0.5


@dataclass(frozen=True, eq=False, slots=True)
class PhotoOutcome:
    """What became of one photo.

    Attributes:
        path: which photo.
        face: what can be enrolled from it; None where it was refused.
        error: why it was refused; None where it was not.

    """

    path: Path
    face: Face | None
    error: KnownError | None


def quality_problem(face: Face) -> Reason | None:
    """Return why a face should not become a template, or None where nothing speaks against it."""
    reason = unusable_reason(face)
    if reason is not None:
        return reason
    if face.landmarks.eye_distance < _SMALLEST_EYE_DISTANCE and abs(face.landmarks.pose.yaw) < 45:
        return Reason.TOO_SMALL
    if face.quality.overall < _LEAST_QUALITY:
        return _WORDS[face.quality.weakest]
    return None


def main_faces(faces: Sequence[AnyFace]) -> list[AnyFace]:
    """Return the faces that a picture is of: without those far smaller than the largest."""
    if not faces:
        return []
    largest = max(face.detection.height for face in faces)
    return [face for face in faces if not is_background(face.detection, largest=largest)]


def is_background(detection: Detection, *, largest: float) -> bool:
    """Whether a face is far smaller than the largest of its picture, whose height is given."""
    return detection.height <= _BACKGROUND * largest


def face_to_enrol(
    pipeline: FacePipeline, pixels: UInt8Array, *, label: str, allow_low_quality: bool = False
) -> Face:
    """Return the one face of a picture.

    Args:
        pipeline: finds it.
        pixels: RGB, uint8, shape (h, w, 3).
        label: what the picture is called in a refusal.
        allow_low_quality: take it even if it would be recognised badly.

    Raises:
        NoFaceFound: there is none.
        SeveralFacesFound: nothing says whose is meant.
        FaceTooPoor: it would be recognised badly.

    """
    faces = main_faces(pipeline.find_faces(pixels))
    if not faces:
        raise NoFaceFound(path=label)
    if len(faces) > 1:
        raise SeveralFacesFound(path=label, count=len(faces))
    reason = quality_problem(faces[0])
    if reason is not None and not allow_low_quality:
        raise FaceTooPoor(path=label, reason=f"it is {reason.value}")
    return faces[0]


def face_to_refute(pipeline: FacePipeline, pixels: UInt8Array, *, label: str) -> Face:
    """Return the one face of a picture, of which it is said whose it is not.

    It need not be as good as a template: names are given to worse faces, and taken from them.

    Args:
        pipeline: finds it.
        pixels: RGB, uint8, shape (h, w, 3).
        label: what the picture is called in a refusal.

    Raises:
        NoFaceFound: there is none.
        SeveralFacesFound: nothing says which is meant.
        FaceUnjudgeable: it is given no name anyhow, and as a negative would be near too much.

    """
    face = face_to_enrol(pipeline, pixels, label=label, allow_low_quality=True)
    reason = unusable_reason(face)
    if reason is not None:
        raise FaceUnjudgeable(path=label, reason=reason.value)
    return face


def described_again(
    pipeline: FacePipeline, pixels: UInt8Array, face: Face, *, box: Float32Array
) -> Face:
    """Describe a face of a live picture as one of a photo is: there is time for it once.

    Args:
        pipeline: finds and describes it.
        pixels: the frame, RGB, uint8, shape (h, w, 3).
        face: as it was described in passing, in this frame or an earlier one.
        box: where it is in this frame, (x1, y1, x2, y2), float32, pixels.

    Returns:
        The face with more effort; ``face`` itself where it is not found again, where what is
        found is somebody else or can be enrolled less well, or where the pipeline was closed.

    """
    try:
        found = pipeline.find(pixels, effort=PHOTO)
        if not found:
            return face
        shared = overlaps(box[None], np.stack([one.detection.box for one in found]))[0]
        nearest = int(shared.argmax())
        if shared[nearest] < _SAME_PLACE:
            return face
        again = pipeline.describe(pixels, found[nearest], effort=PHOTO)
    except PipelineClosed:
        # The window is being left; what was seen is worth as much as before.
        return face
    if again is None or again.embedding.similarity(face.embedding) < _SAME_FACE:
        return face
    if quality_problem(again) is not None and quality_problem(face) is None:
        return face
    return again


def examine_photo(
    pipeline: FacePipeline, path: Path, *, allow_low_quality: bool = False
) -> PhotoOutcome:
    """Read a photo and say what can be enrolled from it, or why nothing can."""
    try:
        face = face_to_enrol(
            pipeline, read_photo(path), label=str(path), allow_low_quality=allow_low_quality
        )
    except InputError as error:
        return PhotoOutcome(path, None, error)
    return PhotoOutcome(path, face, None)


def enrolled_vectors(gallery: Gallery, identity: Identity | None) -> list[Float32Array]:
    """Return what is enrolled of a person, each of shape (d,); nothing where it is nobody."""
    return [] if identity is None else list(gallery.templates_of(identity.id))


def is_repeated(vector: Float32Array, known: Iterable[Float32Array]) -> bool:
    """Whether a face, of shape (d,), is so like one of those known that it adds nothing."""
    return any(float(vector @ other) > _ADDS_NOTHING for other in known)


def examine_photos(
    pipeline: FacePipeline,
    paths: Iterable[Path],
    *,
    gallery: Gallery,
    identity: Identity | None,
    allow_low_quality: bool = False,
) -> Iterator[PhotoOutcome]:
    """Examine the photos of one person one after another, and refuse those that add nothing.

    Args:
        pipeline: finds the faces.
        paths: the photos.
        gallery: who is enrolled.
        identity: whose photos they are; None where they are not enrolled yet.
        allow_low_quality: take faces that would be recognised badly as well.

    """
    known = enrolled_vectors(gallery, identity)
    for path in paths:
        outcome = examine_photo(pipeline, path, allow_low_quality=allow_low_quality)
        if outcome.face is not None:
            vector = outcome.face.embedding.vector
            if is_repeated(vector, known):
                outcome = PhotoOutcome(path, None, EnrolledAlready(path=path))
            else:
                known.append(vector)
        yield outcome
