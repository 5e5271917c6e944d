"""Detection and landmarks together: YuNet finds, a closer look and MediaPipe's mesh refine."""

from __future__ import annotations

import functools
from typing import Protocol

from desktop_app.arrays import Float32Array, UInt8Array
from desktop_app.vision.closer_look import CloserLook
from desktop_app.vision.effort import Effort
from desktop_app.vision.mesh import MeshRefiner
from desktop_app.vision.pose import estimate_pose
from desktop_app.vision.regions import (
    NOWHERE,
    SearchAround,
    search_all,
    search_around,
    search_regions,
)
from desktop_app.vision.rows import face_of
from desktop_app.vision.tight_crop import find_filling
from desktop_app.vision.tiles import search_tiles
from desktop_app.vision.turned import set_upright
from desktop_app.vision.types import DetectedFace, Detection, Landmarks
from desktop_app.vision.yunet import YuNet

# On profiles the mesh invents the far side.
_LARGEST_YAW = 60.0
# From here on YuNet's first reading does more harm than good beside the closer look's, which sees
# the head upright.
_HALF_PROFILE = 45.0
_LEANING = 15.0
# A near, frontal face that the mesh does not see at all, and of which YuNet is not sure either, is
# a badge, a fold or a pattern: on our group photos this removed a false find and no face, and of
# CFP's 390 profiles none. At 45 degrees it would have taken six of those for patterns.
_CERTAIN_SCORE = 0.85
_FRONTAL_YAW = 20.0
# Of a face that YuNet was not sure of and does not see again, it is so much less sure; such a face
# is shown and not judged (recognition.decision).
_SEEN_ONCE = 0.5


class FaceDetector(Protocol):
    """Finds faces and their landmarks. Used by one thread at a time."""

    def find(
        self, pixels: UInt8Array, *, effort: Effort, expected: Float32Array = NOWHERE
    ) -> list[DetectedFace]:
        """Return the faces of a picture with their landmarks as they were found.

        Args:
            pixels: RGB, uint8, shape (h, w, 3).
            effort: how much work the picture is worth.
            expected: boxes (x1, y1, x2, y2), float32, shape (n, 4), pixels, of faces that were
                there a moment ago; less clear ones are found there too.

        """

    def find_near(self, pixels: UInt8Array, expected: Float32Array) -> list[DetectedFace]:
        """Return the faces at and beside the boxes that are expected; far cheaper than the rest.

        Args:
            pixels: RGB, uint8, shape (h, w, 3).
            expected: as for :meth:`find`.

        """

    def refine(
        self, pixels: UInt8Array, face: DetectedFace, *, effort: Effort
    ) -> DetectedFace | None:
        """Return a face with better landmarks, or None where a closer look shows none.

        Args:
            pixels: the picture it was found in.
            face: from :meth:`find`.
            effort: how much work the picture is worth.

        """

    def close(self) -> None:
        """Let go of the networks."""


class CombinedDetector:
    """YuNet for every face; the mesh for those near and frontal enough."""

    def __init__(
        self, *, finder: YuNet, refiner: MeshRefiner, around: SearchAround | None = None
    ) -> None:
        """Put together what was loaded.

        Args:
            finder: searches pictures.
            refiner: refines what was found.
            around: searches around the faces of the last frame; the finder, one after another,
                where it is not given.

        """
        self._finder = finder
        # No method of its own: networks that hold themselves outlive whoever closes them.
        self._around = around or functools.partial(_one_by_one, finder)
        self._closer = CloserLook(finder)
        self._refiner = refiner

    def find(
        self, pixels: UInt8Array, *, effort: Effort, expected: Float32Array = NOWHERE
    ) -> list[DetectedFace]:
        """Return the faces of a picture; see :class:`FaceDetector`."""
        if len(expected):
            rows = search_all(
                self._finder, self._around, pixels, expected, longest_side=effort.longest_side
            )
            if len(rows):
                return [face_of(row) for row in rows]
            # The whole was searched, for less clear faces even.
            found = self._finder.detect_padded(pixels)
        else:
            found = self._finder.detect(pixels, longest_side=effort.longest_side)
        if not effort.thorough:
            return found
        side = effort.longest_side
        found = set_upright(self._finder, pixels, found, longest_side=side)
        found = search_tiles(self._finder, pixels, found, longest_side=side)
        return found or find_filling(self._finder, pixels)

    def find_near(self, pixels: UInt8Array, expected: Float32Array) -> list[DetectedFace]:
        """Return the faces near the boxes that are expected; see :class:`FaceDetector`."""
        return [face_of(row) for row in search_regions(self._around, pixels, expected)]

    def close(self) -> None:
        """Let go of the networks."""
        self._refiner.close()

    def refine(
        self, pixels: UInt8Array, face: DetectedFace, *, effort: Effort
    ) -> DetectedFace | None:
        """Return a face with better landmarks, or None; see :class:`FaceDetector`."""
        first = face.landmarks
        yaw = abs(first.pose.yaw)
        near = first.eye_distance >= effort.least_eye_distance and yaw <= _LARGEST_YAW
        mesh = self._refiner.refine(pixels, first, most_rounds=effort.most_rounds) if near else None
        wanted = effort.thorough or (mesh is None and yaw > _HALF_PROFILE)
        start = first.points if mesh is None else mesh.points
        closer = self._closer.read(pixels, start) if wanted else None
        detection = face.detection
        if mesh is None and detection.score < _CERTAIN_SCORE:
            if near and yaw <= _FRONTAL_YAW:
                return None
            if effort.thorough and closer is None:
                detection = Detection(detection.box, detection.score * _SEEN_ONCE)
        return DetectedFace(detection, _combined(first, mesh, closer, effort))


def _one_by_one(finder: YuNet, pixels: UInt8Array, boxes: Float32Array) -> list[Float32Array]:
    return [search_around(finder, pixels, box) for box in boxes]


def _combined(
    first: Landmarks, mesh: Landmarks | None, closer: Float32Array | None, effort: Effort
) -> Landmarks:
    """Return the most trusted landmarks, with the other readings where they are wanted."""
    readings = [] if mesh is None else [mesh.points]
    if closer is not None:
        readings.append(closer)
    best = readings[0] if readings else first.points
    pose = estimate_pose(best) if mesh is None else mesh.pose
    upright = abs(first.pose.yaw) <= _HALF_PROFILE and abs(pose.roll) <= _LEANING
    if upright or not readings:
        readings.append(first.points)
    return Landmarks(
        best,
        pose,
        None if mesh is None else mesh.mesh,
        tuple(readings[1:]) if effort.thorough else (),
    )
