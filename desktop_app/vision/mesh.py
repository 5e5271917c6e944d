"""Refines the landmarks of a face that YuNet found by MediaPipe's face mesh."""

from __future__ import annotations

import numpy as np

from desktop_app.arrays import Float32Array, UInt8Array
from desktop_app.vision.alignment import ARCFACE_TEMPLATE
from desktop_app.vision.face_mesh import FaceMesh
from desktop_app.vision.pose import estimate_pose
from desktop_app.vision.types import LEFT_EYE, RIGHT_EYE, Landmarks

# Corners of each eye, nose tip, corners of the mouth, by their numbers in the mesh. The middle
# of an eye's corners does not move with the gaze, as the iris does.
_RIGHT_EYE_CORNERS, _LEFT_EYE_CORNERS = (33, 133), (362, 263)
_NOSE_TIP, _RIGHT_MOUTH_CORNER, _LEFT_MOUTH_CORNER = 4, 61, 291

# Two faces in one crop: the mesh of the neighbour has its eyes elsewhere by more than this fraction
# of the eyes' distance. On 2,320 photos of LFW MediaPipe jumped in 27, by 0.40 and more; in the
# others it moved the eyes by 0.32 at the most, by 0.19 or less in 99 of 100. Its network alone,
# which does not search, moved them by 0.19 or less in 99 of 100 as well, and by more than 0.35 in
# two, half profiles that it read wrongly.
_FARTHEST_MOVE = 0.35
# Moves below this fraction of the eyes' distance are under a pixel of the aligned crop.
_SETTLED = 0.02
_BLANK_SIDE = 128


class MeshRefiner:
    """The mesh of one face, round by round until it settles. Used by one thread at a time."""

    def __init__(self, *, careful: FaceMesh, quick: FaceMesh) -> None:
        """Refine with two readers of one mesh.

        Args:
            careful: for faces that are worth several rounds.
            quick: for those that are worth one.

        """
        self._careful = careful
        self._quick = quick

    def close(self) -> None:
        """Let go of the networks."""
        self._careful.close()
        self._quick.close()

    def warm_up(self) -> None:
        """Run once on nothing, so that the first face does not wait for allocation."""
        blank = np.zeros((_BLANK_SIDE, _BLANK_SIDE, 3), np.uint8)
        points = ARCFACE_TEMPLATE.astype(np.float32)
        for mesh in (self._careful, self._quick):
            mesh.under(blank, points)

    def refine(
        self, pixels: UInt8Array, landmarks: Landmarks, *, most_rounds: int
    ) -> Landmarks | None:
        """Return better landmarks of the same face, or None where the mesh does not see it.

        The crop depends on the landmarks and the landmarks on the crop, so this is repeated
        until they no longer change, at most ``most_rounds`` times.

        Args:
            pixels: RGB, uint8, shape (h, w, 3).
            landmarks: of the detector.
            most_rounds: 1 or more.

        """
        anchor = landmarks.points
        reach = landmarks.eye_distance
        points = anchor
        reader = self._quick if most_rounds == 1 else self._careful
        mesh: Float32Array | None = None
        for _ in range(most_rounds):
            found = reader.under(pixels, points)
            if found is None:
                break
            refined = _five_points(found)
            if _eyes_apart(refined, anchor) > _FARTHEST_MOVE * reach:
                break
            change = float(np.abs(refined - points).max())
            mesh, points = found, refined
            if change < _SETTLED * reach:
                break
        if mesh is None:
            return None
        return Landmarks(points, estimate_pose(points), mesh)


def _five_points(mesh: Float32Array) -> Float32Array:
    points: Float32Array = np.stack(
        [
            mesh[list(_RIGHT_EYE_CORNERS), :2].mean(axis=0),
            mesh[list(_LEFT_EYE_CORNERS), :2].mean(axis=0),
            mesh[_NOSE_TIP, :2],
            mesh[_RIGHT_MOUTH_CORNER, :2],
            mesh[_LEFT_MOUTH_CORNER, :2],
        ]
    ).astype(np.float32)
    return points


def _eyes_apart(a: Float32Array, b: Float32Array) -> float:
    eyes = [RIGHT_EYE, LEFT_EYE]
    return float(np.abs(a[eyes].mean(axis=0) - b[eyes].mean(axis=0)).max())
