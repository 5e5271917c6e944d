"""Who is in a picture: 1:N, each face for itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop_app.arrays import UInt8Array
from desktop_app.capture.photo import read_photo
from desktop_app.recognition.decision import DecisionPolicy, unusable
from desktop_app.recognition.gallery import Gallery
from desktop_app.recognition.types import Decision
from desktop_app.vision.pipeline import FacePipeline
from desktop_app.vision.types import Face


@dataclass(frozen=True, eq=False, slots=True)
class FaceResult:
    """A face and what may be said about it."""

    face: Face
    decision: Decision


@dataclass(frozen=True, eq=False, slots=True)
class PhotoResult:
    """Who is in a photo.

    Attributes:
        path: which photo.
        size: its width and height in pixels, upright.
        faces: largest first.

    """

    path: Path
    size: tuple[int, int]
    faces: tuple[FaceResult, ...]


class IdentificationService:
    """Searches the gallery for the faces of photos."""

    def __init__(self, pipeline: FacePipeline, policy: DecisionPolicy) -> None:
        self._pipeline = pipeline
        self._policy = policy

    def identify(self, pixels: UInt8Array, gallery: Gallery) -> tuple[FaceResult, ...]:
        """Return each face of a picture with its decision, largest first.

        One name may appear twice: photos show mirrors and collages.

        Args:
            pixels: RGB, uint8, shape (h, w, 3).
            gallery: whom to search.

        """
        return decide_faces(self._pipeline.find_faces(pixels), gallery, self._policy)

    def identify_photo(self, path: Path, gallery: Gallery) -> PhotoResult:
        """Read a photo and say who is in it.

        Raises:
            InputError: the photo cannot be read.

        """
        pixels = read_photo(path)
        size = (pixels.shape[1], pixels.shape[0])
        return PhotoResult(path, size, self.identify(pixels, gallery))


def decide_faces(
    faces: Sequence[Face], gallery: Gallery, policy: DecisionPolicy
) -> tuple[FaceResult, ...]:
    """Decide on faces that were described before: again after each change of the gallery."""
    return tuple(FaceResult(face, decide_face(face, gallery, policy)) for face in faces)


def decide_face(face: Face, gallery: Gallery, policy: DecisionPolicy) -> Decision:
    """Decide on one look at a face."""
    return unusable(face) or policy.decide(gallery.search(face.embedding))
