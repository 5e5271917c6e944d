"""What is measured on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from desktop_app.arrays import UInt8Array
from desktop_app.capture.clip import ClipSource
from desktop_app.capture.source import SourceSpec

_SIZE = (640, 480)


def frames_of(clip: Path | None, *, count: int) -> list[UInt8Array]:
    """Return frames, decoded before anything is timed.

    Args:
        clip: a video file; without one, a photograph in the public domain that moves.
        count: how many at the most.

    Raises:
        CaptureError: the clip cannot be read.

    """
    if clip is None:
        return _moving_photograph(count)
    source = ClipSource(SourceSpec.parse(str(clip)))
    source.open()
    try:
        frames: list[UInt8Array] = []
        while len(frames) < count and (frame := source.read()) is not None:
            frames.append(frame.pixels)
    finally:
        source.close()
    return frames


def _moving_photograph(count: int) -> list[UInt8Array]:
    from skimage import data

    pictures: Any = data
    width, height = _SIZE
    photograph: UInt8Array = pictures.astronaut()[:height]
    frames = []
    for index in range(count):
        frame = np.full((height, width, 3), 90, np.uint8)
        shift = index % (width - photograph.shape[1])
        frame[:, shift : shift + photograph.shape[1]] = photograph
        frames.append(frame)
    return frames
