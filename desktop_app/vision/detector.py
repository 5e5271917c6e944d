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
# A near, frontal face that the mesh does not see at all, and of which YuNet is not sure either, is
# a badge, a fold or a pattern: on our group photos this removed a false find and no face, and of
# CFP's 390 profiles none. At 45 degrees it would have taken six of those for patterns.
_CERTAIN_SCORE = 0.85
_FRONTAL_YAW = 20.0


class FaceDetector(Protocol):
    """Finds faces and their landmarks. Used by one thread at a time."""

    def find(self, pixels: UInt8Array, *, longest_side: int) -> list[DetectedFace]:
        """Return the faces of a picture with their landmarks as they were found.

        Args:
            pixels: RGB, uint8, shape (h, w, 3).
            longest_side: the picture is searched at no more than this many pixels a side.

        """

    def refine(
        self, pixels: UInt8Array, face: DetectedFace, *, most_rounds: int
    ) -> DetectedFace | None:
        """Return a face with better landmarks, or None where a closer look shows none.

        Args:
            pixels: the picture it was found in.
            face: from :meth:`find`.
            most_rounds: how often landmarks may be refined, 1 or more.

        """

    def close(self) -> None:
        """Let go of the networks."""


class CombinedDetector:
    """YuNet for every face; the mesh for those near and frontal enough."""

    def __init__(self, *, finder: YuNet, refiner: MeshRefiner) -> None:
        self._finder = finder
        self._refiner = refiner

    def find(self, pixels: UInt8Array, *, longest_side: int) -> list[DetectedFace]:
        """Return the faces of a picture; see :class:`FaceDetector`."""
        return self._finder.detect(pixels, longest_side=longest_side)

    def close(self) -> None:
        """Let go of the networks."""
        self._refiner.close()

    def refine(
        self, pixels: UInt8Array, face: DetectedFace, *, most_rounds: int
    ) -> DetectedFace | None:
        """Return the face with better landmarks, or None; see :class:`FaceDetector`."""
        landmarks = face.landmarks
        yaw = abs(landmarks.pose.yaw)
        if landmarks.eye_distance < _SMALLEST_EYE_DISTANCE or yaw > _LARGEST_YAW:
            return face
        better = self._refiner.refine(pixels, landmarks, most_rounds=most_rounds)
        if better is not None:
            return DetectedFace(face.detection, better)
        if face.detection.score < _CERTAIN_SCORE and yaw <= _FRONTAL_YAW:
            return None
        return face
