"""The face mesh by MediaPipe's Face Landmarker, which searches the crop for the face first."""

from __future__ import annotations

import contextlib
from typing import Any

import numpy as np

from desktop_app.arrays import Float32Array, Float64Array, UInt8Array
from desktop_app.errors import ModelUnusable
from desktop_app.vision.alignment import crop, similarity_transform, template_for
from desktop_app.vision.face_mesh import in_picture
from desktop_app.vision.manifest import ModelFile
from desktop_app.vision.mediapipe_import import import_mediapipe

_CROP_SIDE = 256
# The crop's side over that of the aligned face: hair and chin must be in it, neighbours not.
_MARGIN = 0.5


class MediaPipeMesh:
    """MediaPipe's Face Landmarker on one upright crop a face; a ``FaceMesh``."""

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

    def under(self, pixels: UInt8Array, points: Float32Array) -> Float32Array | None:
        """Return the mesh of the face that five points lie on; see ``FaceMesh``."""
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
        return in_picture(raw * _CROP_SIDE, transform)
