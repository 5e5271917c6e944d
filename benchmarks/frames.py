"""What is measured on: a clip, or a photograph in the public domain that moves."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from desktop_app.arrays import UInt8Array
from desktop_app.capture.clip import ClipSource
from desktop_app.capture.frame import Frame
from desktop_app.capture.reading import every_frame
from desktop_app.capture.source import SourceKind, SourceSpec
from desktop_app.errors import BenchUnavailable, FileNotWritable

_SIZE = (640, 480)
_FRAME_RATE = 30.0
PHOTOGRAPH = "a photograph that moves"


def frames_of(clip: Path, *, count: int) -> Generator[Frame, None, None]:
    """Give the first frames of a clip as they are decoded, none kept.

    Raises:
        CaptureError: it cannot be read.

    """
    source = ClipSource(SourceSpec(SourceKind.CLIP, str(clip.absolute())))
    with closing(every_frame(source)) as frames:
        yield from islice(frames, count)


def count_frames(clip: Path, *, most: int) -> int:
    """Return how many of the first frames of a clip can be decoded; what it states may be a lie.

    Raises:
        CaptureError: it cannot be read.

    """
    return sum(1 for _ in frames_of(clip, count=most))


def evenly(total: int, *, most: int) -> frozenset[int]:
    """Return the indices of so many frames at the most, from the first to the last."""
    return frozenset(np.linspace(0, total - 1, min(total, most)).round().astype(int).tolist())


def write_moving_photograph(path: Path, *, count: int) -> None:
    """Write a clip in which Eileen Collins (NASA, public domain) moves from side to side.

    Args:
        path: of the clip, ``.avi``; its pictures are JPEGs.
        count: how many frames.

    Raises:
        BenchUnavailable: scikit-image, which has the photograph, is not installed.
        FileNotWritable: there is no room for it.

    """
    from desktop_app.opencv import cv2

    bgr = photograph()[:, :, ::-1]
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), _FRAME_RATE, _SIZE)
    if not writer.isOpened():
        raise FileNotWritable(path=path, reason="no clip can be written there")
    width, height = _SIZE
    room = width - bgr.shape[1]
    try:
        for index in range(count):
            frame = np.full((height, width, 3), 90, np.uint8)
            # To the right and back again, a pixel a frame.
            shift = room - abs(index % (2 * room) - room)
            frame[:, shift : shift + bgr.shape[1]] = bgr[:height]
            writer.write(frame)
    finally:
        writer.release()


def photograph() -> UInt8Array:
    """Return the photograph, RGB, uint8, shape (512, 512, 3).

    Raises:
        BenchUnavailable: scikit-image, which has it, is not installed.

    """
    try:
        from skimage import data
    except ModuleNotFoundError as error:
        raise BenchUnavailable(
            reason="without --source it is a photograph of scikit-image that is measured on, and "
            "that is not installed"
        ) from error
    pictures: Any = data
    picture: UInt8Array = pictures.astronaut()
    return picture
