"""A clip as a camera would send it: at its own pace, for ever, and too late for whoever is late."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import numpy as np

from desktop_app.arrays import UInt8Array
from desktop_app.capture.frame import Frame
from desktop_app.capture.source import SourceSpec
from desktop_app.errors import CameraLost
from desktop_app.opencv import cv2

# As webcams compress their pictures, near enough; what counts is that each is decoded anew.
_QUALITY = 90
# However many a clip has, so many are kept.
_MOST_FRAMES = 600


class LoopedClip:
    """Plays a clip from its beginning again and again, as a live source.

    A webcam sends JPEG, so that is what is kept in memory and decoded for each frame: no seeking
    in the file makes a pause that no camera has.

    Attributes:
        delivered: when each frame was handed out, seconds of ``time.monotonic``.

    """

    def __init__(self, pictures: list[bytes], *, frame_rate: float, source_id: str) -> None:
        """Args: pictures: JPEG files. frame_rate: how many of them are sent a second."""
        self.delivered: list[float] = []
        self._pictures = pictures
        self._frame_rate = frame_rate
        self._source_id = source_id
        self._begin: float | None = None
        self._next = 0
        self._closed = threading.Event()

    @property
    def source_id(self) -> str:
        """What its frames carry as ``source_id``."""
        return self._source_id

    @property
    def frame_rate(self) -> float | None:
        """Frames a second."""
        return self._frame_rate

    def open(self) -> None:
        """Begin now."""
        self._begin = time.monotonic()
        self._next = 0
        self._closed.clear()

    def read(self) -> Frame | None:
        """Wait for the moment of the next frame and return it; missed moments are gone."""
        if self._begin is None:
            raise CameraLost(source=self._source_id)
        now = time.monotonic()
        # As a driver with a buffer of one frame, which can be fetched until the next one is there.
        self._next = max(self._next, int((now - self._begin) * self._frame_rate))
        moment = self._begin + self._next / self._frame_rate
        self._closed.wait(max(0.0, moment - now))
        data = np.frombuffer(self._pictures[self._next % len(self._pictures)], np.uint8)
        pixels = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR_RGB), np.uint8)
        frame = Frame(pixels, self._next, moment - self._begin, self._source_id)
        self._next += 1
        self.delivered.append(time.monotonic())
        return frame

    def close(self) -> None:
        """Stop."""
        self._begin = None
        self._closed.set()


def pictures_of(clip: Path, *, width: int | None = None) -> list[bytes]:
    """Return the frames of a clip as JPEG files.

    Args:
        clip: a video file.
        width: what they are scaled to, pixels; as they are where none is given.

    Raises:
        CaptureError: the clip cannot be read.

    """
    from desktop_app.capture.clip import ClipSource

    source = ClipSource(SourceSpec.parse(str(clip)))
    source.open()
    pictures: list[bytes] = []
    try:
        while len(pictures) < _MOST_FRAMES and (frame := source.read()) is not None:
            pictures.append(_as_jpeg(frame.pixels, width=width))
    finally:
        source.close()
    return pictures


def _as_jpeg(pixels: UInt8Array, *, width: int | None) -> bytes:
    if width is not None and width != pixels.shape[1]:
        height = round(pixels.shape[0] * width / pixels.shape[1])
        pixels = np.asarray(
            cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA), np.uint8
        )
    parameters = [cv2.IMWRITE_JPEG_QUALITY, _QUALITY]
    _, data = cv2.imencode(".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), parameters)
    return data.tobytes()
