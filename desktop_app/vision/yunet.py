"""YuNet: finds faces, small and turned ones too, and five points on each."""

from __future__ import annotations

from typing import Any

import numpy as np

from desktop_app.arrays import Float32Array, UInt8Array
from desktop_app.errors import ModelUnusable
from desktop_app.vision.manifest import ModelFile
from desktop_app.vision.rows import (
    NMS_IOU,
    face_of,
    middles,
    scaled,
    shifted,
    without_duplicates,
)
from desktop_app.vision.types import DetectedFace

# On 34 group photos with 194 faces: 197 found, none missed; at 0.9 (OpenCV's own default) 182.
SCORE_THRESHOLD = 0.75
_MOST_CANDIDATES = 5000
# YuNet was trained on faces of about 10 to 300 pixels (Wu et al., "YuNet: a tiny millisecond-
# level face detector", Machine Intelligence Research 20, 2023). A picture is searched whole at a
# side where its large faces are of that size, and again, larger, for its small ones.
_COARSE_SIDE = 640
# What the fine search sees larger than this is for the coarse one to find: beyond the sizes it
# was trained on, YuNet splits faces and sees some that are none.
LARGEST_IN_FINE_SEARCH = 320
# A face cut tightly is found once there is something around it.
_PADDING = 0.5


class YuNet:
    """OpenCV's YuNet. Used by one thread at a time."""

    def __init__(self, model: ModelFile) -> None:
        """Load the network.

        Raises:
            ModelMissing, ModelAltered: the file is not the one it should be.
            ModelUnusable: OpenCV cannot read it.

        """
        from desktop_app.opencv import cv2

        content = np.frombuffer(model.verified_bytes(), np.uint8)
        try:
            self._network = cv2.FaceDetectorYN.create(
                "onnx",
                content,
                np.empty(0, np.uint8),
                (320, 320),
                SCORE_THRESHOLD,
                NMS_IOU,
                _MOST_CANDIDATES,
            )
        except cv2.error as error:
            raise ModelUnusable(path=model.path, reason=f"OpenCV says: {error}") from error
        self._least_score = SCORE_THRESHOLD

    def detect(self, pixels: UInt8Array, *, longest_side: int) -> list[DetectedFace]:
        """Find the faces of a picture.

        Args:
            pixels: RGB, uint8, shape (h, w, 3).
            longest_side: the picture is searched at no more than this many pixels a side.

        Returns:
            Faces by falling score.

        """
        from desktop_app.opencv import cv2

        height, width = pixels.shape[:2]
        longest = max(height, width)
        # YuNet reads BGR.
        picture = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
        coarse, fine = min(longest, _COARSE_SIDE), min(longest, longest_side)
        found = self.search(picture, coarse / longest)
        if fine > coarse:
            small = self.search(picture, fine / longest)
            largest = LARGEST_IN_FINE_SEARCH * longest / fine
            small = small[(small[:, 2:4] <= largest).all(axis=1)]
            found = np.concatenate([found, small])
        if not len(found):
            found = self._search_padded(picture)
        return [face_of(row) for row in without_duplicates(found)]

    def search(
        self, picture: Any, scale: float, *, least_score: float = SCORE_THRESHOLD
    ) -> Float32Array:
        """Search a picture once, as it stands.

        Args:
            picture: BGR, uint8, shape (h, w, 3).
            scale: its size in the search, over what it is.
            least_score: of what counts as found.

        Returns:
            Rows in pixels of ``picture``, see :mod:`desktop_app.vision.rows`.

        """
        from desktop_app.opencv import cv2

        if least_score != self._least_score:
            self._network.setScoreThreshold(least_score)
            self._least_score = least_score
        height, width = picture.shape[:2]
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        if size != (width, height):
            picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
        self._network.setInputSize(size)
        _, rows = self._network.detect(picture)
        if rows is None:
            return np.empty((0, 15), np.float32)
        found = scaled(np.array(rows, np.float32), across=width / size[0], down=height / size[1])
        sound: Float32Array = found[np.isfinite(found).all(axis=1)]
        return sound

    def _search_padded(self, picture: Any) -> Float32Array:
        from desktop_app.opencv import cv2

        height, width = picture.shape[:2]
        scale = min(1.0, _COARSE_SIDE / 2 / max(height, width))
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
        across, down = round(size[0] * _PADDING), round(size[1] * _PADDING)
        padded = cv2.copyMakeBorder(small, down, down, across, across, cv2.BORDER_REPLICATE)
        found = shifted(self.search(padded, 1.0), across=-across, down=-down)
        # A replicated border can look like a face by itself: its middle must be in the picture.
        middle = middles(found)
        found = found[((middle >= 0) & (middle < size)).all(axis=1)]
        return scaled(found, across=width / size[0], down=height / size[1])
