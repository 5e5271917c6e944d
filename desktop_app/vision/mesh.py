"""MediaPipe's face mesh: refines the landmarks of a face that YuNet found."""

from __future__ import annotations

import contextlib
from typing import Any

import numpy as np

from desktop_app.arrays import Float32Array, Float64Array, UInt8Array
from desktop_app.errors import ModelUnusable
from desktop_app.vision.alignment import (
    apply_transform,
    crop,
    invert_transform,
    similarity_transform,
    template_for,
)
from desktop_app.vision.manifest import ModelFile
from desktop_app.vision.mediapipe_import import import_mediapipe
from desktop_app.vision.pose import estimate_pose
from desktop_app.vision.types import LEFT_EYE, RIGHT_EYE, Landmarks

# Corners of each eye, nose tip, corners of the mouth, by their numbers in the mesh. The middle
# of an eye's corners does not move with the gaze, as the iris does.
_RIGHT_EYE_CORNERS, _LEFT_EYE_CORNERS = (33, 133), (362, 263)
_NOSE_TIP, _RIGHT_MOUTH_CORNER, _LEFT_MOUTH_CORNER = 4, 61, 291

_CROP_SIDE = 256
# The crop's side over that of the aligned face: hair and chin must be in it, neighbours not.
_MARGIN = 0.5
# Two faces in one crop: the mesh of the neighbour has its eyes elsewhere by more than this fraction
# of the eyes' distance. On 2,320 photos of LFW it jumped in 27, by 0.40 and more; in the others it
# moved the eyes by 0.32 at the most, by 0.19 or less in 99 of 100.
_FARTHEST_MOVE = 0.35
# Moves below this fraction of the eyes' distance are under a pixel of the aligned crop.
_SETTLED = 0.02


class MeshRefiner:
    """MediaPipe's Face Landmarker on one upright crop a face. Used by one thread at a time."""

    def __init__(self, model: ModelFile) -> None:
        """Load the networks.

        Raises:
            ModelMissing, ModelAltered: the file is not the one it should be.
            ModelUnusable: MediaPipe cannot read it.

        """
        self._mediapipe = import_mediapipe()
        tasks = self._mediapipe.tasks
        content = model.verified_bytes()
        options = tasks.vision.FaceLandmarkerOptions(
            base_options=tasks.BaseOptions(model_asset_buffer=content),
            running_mode=tasks.vision.RunningMode.IMAGE,
            num_faces=1,
            min_face_detection_confidence=0.3,
        )
        try:
            self._landmarker: Any = tasks.vision.FaceLandmarker.create_from_options(options)
        except (RuntimeError, ValueError) as error:
            raise ModelUnusable(path=model.path, reason=f"MediaPipe says: {error}") from error

    def close(self) -> None:
        """Let go of the networks; left to the interpreter's exit, MediaPipe raises there."""
        landmarker, self._landmarker = self._landmarker, None
        if landmarker is not None:
            with contextlib.suppress(RuntimeError):
                landmarker.close()

    def warm_up(self) -> None:
        """Run once on nothing, so that the first face does not wait for allocation."""
        blank = np.zeros((_CROP_SIDE, _CROP_SIDE, 3), np.uint8)
        self._mesh_under(blank, template_for(_CROP_SIDE, margin=_MARGIN).astype(np.float32))

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
        mesh: Float32Array | None = None
        for _ in range(most_rounds):
            found = self._mesh_under(pixels, points)
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

    def _mesh_under(self, pixels: UInt8Array, points: Float32Array) -> Float32Array | None:
        """Return the mesh of the face that the five points lie on, in the picture's pixels."""
        target = template_for(_CROP_SIDE, margin=_MARGIN)
        transform = similarity_transform(points, target)
        upright = crop(pixels, transform, size=_CROP_SIDE)
        image = self._mediapipe.Image(
            image_format=self._mediapipe.ImageFormat.SRGB, data=np.ascontiguousarray(upright)
        )
        result = self._landmarker.detect(image)
        if not result.face_landmarks:
            return None
        raw: Float64Array = np.array(
            [(point.x, point.y, point.z) for point in result.face_landmarks[0]], np.float64
        )
        raw *= _CROP_SIDE
        back = invert_transform(transform)
        scale = float(np.sqrt(abs(np.linalg.det(back[:, :2]))))
        flat = apply_transform(back, raw[:, :2])
        return np.column_stack([flat, raw[:, 2] * scale]).astype(np.float32)


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
