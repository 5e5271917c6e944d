"""How well a face can be recognised."""

from __future__ import annotations

import numpy as np

from desktop_app.arrays import UInt8Array
from desktop_app.vision.types import AlignedFace, DetectedFace, Quality

# Each part is 0 at the first number and 1 from the second on.
_EYE_DISTANCE = (6.0, 40.0)  # pixels; the aligned crop of 112 has 35
_YAW = (90.0, 20.0)  # degrees
_PITCH = (75.0, 30.0)
_SCORE = (0.5, 0.9)
_CONTRAST = (4.0, 35.0)  # standard deviation of brightness, of 255
_DETAIL = (0.01, 0.12)  # see _detail


def assess(face: DetectedFace, aligned: AlignedFace) -> Quality:
    """Return the quality of a face.

    Args:
        face: where it is, with its landmarks in the picture's pixels.
        aligned: its crop.

    """
    grey = _brightness(aligned.pixels)
    pose = face.landmarks.pose
    return Quality(
        size=_between(face.landmarks.eye_distance, _EYE_DISTANCE),
        sharpness=_between(_detail(grey), _DETAIL),
        exposure=_between(float(grey.std()), _CONTRAST),
        pose=_between(abs(pose.yaw), _YAW) * _between(abs(pose.pitch), _PITCH),
        score=_between(face.detection.score, _SCORE),
    )


def _between(value: float, ends: tuple[float, float]) -> float:
    low, high = ends
    return float(np.clip((value - low) / (high - low), 0.0, 1.0))


def _brightness(pixels: UInt8Array) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    # The middle, where the face is: background and hair say nothing about it.
    side = pixels.shape[0]
    inner = pixels[side // 5 : side - side // 8, side // 6 : side - side // 6]
    weights = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601 luma
    result: np.ndarray[tuple[int, int], np.dtype[np.float32]] = inner.astype(np.float32) @ weights
    return result


def _detail(grey: np.ndarray[tuple[int, int], np.dtype[np.float32]]) -> float:
    """Return the energy of differences between neighbours over that of the whole, 0 to 1.

    A blurred or enlarged face has little change from pixel to pixel for the contrast it has;
    dividing by the contrast keeps a dark face from being called blurred.
    """
    spread = float(grey.std())
    if spread < 1e-3:
        return 0.0
    second = (
        4 * grey[1:-1, 1:-1] - grey[:-2, 1:-1] - grey[2:, 1:-1] - grey[1:-1, :-2] - grey[1:-1, 2:]
    )
    return float(np.abs(second).mean()) / 4 / spread
