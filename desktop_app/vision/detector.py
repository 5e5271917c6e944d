"""Detection and landmarks together: YuNet finds, MediaPipe's mesh refines where it can."""

from __future__ import annotations

from typing import Protocol

from desktop_app.arrays import UInt8Array
from desktop_app.vision.mesh import MeshRefiner
from desktop_app.vision.types import DetectedFace
from desktop_app.vision.yunet import YuNet

# On smaller faces the mesh sees less than YuNet does, and on profiles it invents the far side.
_SMALLEST_EYE_DISTANCE = 16.0
_LARGEST_YAW = 60.0


class FaceDetector(Protocol):
    """Finds faces and their landmarks. Used by one thread at a time."""

    def detect(
        self, pixels: UInt8Array, *, longest_side: int, most_rounds: int
    ) -> list[DetectedFace]:
        """Return the faces of a picture.

        Args:
            pixels: RGB, uint8, shape (h, w, 3).
            longest_side: the picture is searched at no more than this many pixels a side.
            most_rounds: how often landmarks may be refined; 0 for not at all.

        """

    def close(self) -> None:
        """Let go of the networks."""


class CombinedDetector:
    """YuNet for every face; the mesh for those near and frontal enough."""

    def __init__(self, *, finder: YuNet, refiner: MeshRefiner) -> None:
        self._finder = finder
        self._refiner = refiner

    def detect(
        self, pixels: UInt8Array, *, longest_side: int, most_rounds: int
    ) -> list[DetectedFace]:
        """Return the faces of a picture; see :class:`FaceDetector`."""
        found = self._finder.detect(pixels, longest_side=longest_side)
        if most_rounds == 0:
            return found
        return [self._refined(pixels, face, most_rounds=most_rounds) for face in found]

    def close(self) -> None:
        """Let go of the networks."""
        self._refiner.close()

    def _refined(self, pixels: UInt8Array, face: DetectedFace, *, most_rounds: int) -> DetectedFace:
        landmarks = face.landmarks
        if (
            landmarks.eye_distance < _SMALLEST_EYE_DISTANCE
            or abs(landmarks.pose.yaw) > _LARGEST_YAW
        ):
            return face
        better = self._refiner.refine(pixels, landmarks, most_rounds=most_rounds)
        return face if better is None else DetectedFace(face.detection, better)
