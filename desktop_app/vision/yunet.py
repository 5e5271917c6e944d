"""YuNet: finds faces, small and turned ones too, and five points on each."""

from __future__ import annotations

from typing import Any

import numpy as np

from desktop_app.arrays import Float32Array, UInt8Array
from desktop_app.errors import ModelUnusable
from desktop_app.vision.manifest import ModelFile
from desktop_app.vision.pose import estimate_pose
from desktop_app.vision.types import DetectedFace, Detection, Landmarks

# On 34 group photos with 194 faces: 197 found, none missed; at 0.9 (OpenCV's own default) 182.
SCORE_THRESHOLD = 0.75
_NMS_IOU = 0.3
_MOST_CANDIDATES = 5000
# YuNet was trained on faces of about 10 to 300 pixels (Wu et al., "YuNet: a tiny millisecond-
# level face detector", Machine Intelligence Research 20, 2023). A picture is searched whole at a
# side where its large faces are of that size, and again, larger, for its small ones.
_COARSE_SIDE = 640
# What the fine search sees larger than this is for the coarse one to find: beyond the sizes it
# was trained on, YuNet splits faces and sees some that are none.
_LARGEST_IN_FINE_SEARCH = 320
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
                _NMS_IOU,
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
            largest = _LARGEST_IN_FINE_SEARCH * longest / fine
            small = small[(small[:, 2:4] <= largest).all(axis=1)]
            found = np.concatenate([found, small])
        if not len(found):
            found = self._search_padded(picture)
        return [face_of_row(row) for row in without_duplicates(found)]

    def search(
        self, picture: Any, scale: float, *, least_score: float = SCORE_THRESHOLD
    ) -> Float32Array:
        """Search a picture once, as it stands.

        Args:
            picture: BGR, uint8, shape (h, w, 3).
            scale: its size in the search, over what it is.
            least_score: of what counts as found.

        Returns:
            YuNet's rows (x, y, w, h, ten of landmarks, score) in pixels of ``picture``, float32,
            shape (n, 15).

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
        found = np.array(rows, np.float32)
        found[:, 0:14:2] *= width / size[0]
        found[:, 1:14:2] *= height / size[1]
        return found[np.isfinite(found).all(axis=1)]

    def _search_padded(self, picture: Any) -> Float32Array:
        from desktop_app.opencv import cv2

        height, width = picture.shape[:2]
        scale = min(1.0, _COARSE_SIDE / 2 / max(height, width))
        small = cv2.resize(
            picture,
            (max(1, round(width * scale)), max(1, round(height * scale))),
            interpolation=cv2.INTER_AREA,
        )
        across, down = round(small.shape[1] * _PADDING), round(small.shape[0] * _PADDING)
        padded = cv2.copyMakeBorder(small, down, down, across, across, cv2.BORDER_REPLICATE)
        found = self.search(padded, 1.0)
        found[:, [0, *range(4, 14, 2)]] -= across
        found[:, [1, *range(5, 14, 2)]] -= down
        # A replicated border can look like a face by itself: its middle must be in the picture.
        middle = found[:, :2] + found[:, 2:4] / 2
        inside = ((middle >= 0) & (middle < (small.shape[1], small.shape[0]))).all(axis=1)
        found = found[inside]
        found[:, 0:14:2] *= width / small.shape[1]
        found[:, 1:14:2] *= height / small.shape[0]
        return found


def without_duplicates(rows: Float32Array) -> Float32Array:
    """Keep the best of YuNet's rows that cover one face, which each search may have found."""
    kept: list[int] = []
    corners = np.column_stack([rows[:, :2], rows[:, :2] + rows[:, 2:4]])
    areas = rows[:, 2] * rows[:, 3]
    for candidate in np.argsort(-rows[:, 14], kind="stable"):
        overlaps = False
        for other in kept:
            low = np.maximum(corners[candidate, :2], corners[other, :2])
            high = np.minimum(corners[candidate, 2:], corners[other, 2:])
            shared = float(np.prod(np.maximum(high - low, 0.0)))
            union = float(areas[candidate] + areas[other]) - shared
            overlaps |= shared > _NMS_IOU * union
        if not overlaps:
            kept.append(int(candidate))
    return rows[kept]


def face_of_row(row: Float32Array) -> DetectedFace:
    """Return what one of YuNet's rows, of shape (15,), says."""
    x, y, w, h = (float(value) for value in row[:4])
    box = np.array([x, y, x + w, y + h], np.float32)
    # YuNet's order is ours: the subject's right eye first, which is on the picture's left.
    points = row[4:14].reshape(5, 2).astype(np.float32)
    return DetectedFace(
        Detection(box, float(np.clip(row[14], 0.0, 1.0))),
        Landmarks(points, estimate_pose(points)),
    )


def row_of_face(face: DetectedFace) -> Float32Array:
    """Return a face as YuNet would have said it, shape (15,)."""
    left, top, right, bottom = face.detection.box
    points = face.landmarks.points.ravel()
    row = [left, top, right - left, bottom - top, *points, face.detection.score]
    return np.array(row, np.float32)
