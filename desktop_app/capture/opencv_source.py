"""What cameras, clips and streams have in common: they are all read through OpenCV."""

from __future__ import annotations

import logging
import math
import time
from typing import TYPE_CHECKING

from desktop_app.arrays import UInt8Array
from desktop_app.capture.colour import rgb_from_opencv
from desktop_app.capture.frame import Frame
from desktop_app.capture.source import SourceSpec
from desktop_app.errors import CameraLost

if TYPE_CHECKING:
    import cv2  # noqa: TID251 - for the types alone; nothing is imported when it runs

_log = logging.getLogger(__name__)

# No camera or clip of people has more; containers that state more state their clock instead.
_MAX_FRAME_RATE = 1000.0
# A picture that is torn on its way (half a JPEG through a bad cable, a lost packet) is left out and
# the next one waited for. As many in a row are a source that is lost, and so are broken ones alone
# for so many seconds, because that is to be said within one.
_BROKEN_IN_A_ROW = 5
BROKEN_FOR = 0.5


class OpenCVSource:
    """Holds the capture and numbers its frames; the kinds of source open it and judge.

    Opened, read and closed by one thread.

    Attributes:
        broken_pictures: how many were left out because nothing could be made of them.

    """

    # How many pictures in a row may be broken; none where that is the end.
    _attempts = 1

    def __init__(self, spec: SourceSpec) -> None:
        self._spec = spec
        self._capture: cv2.VideoCapture | None = None
        self._first: UInt8Array | None = None
        self._frame_rate: float | None = None
        self._index = 0
        self.broken_pictures = 0

    @property
    def source_id(self) -> str:
        """What its frames carry as ``source_id``; never a password."""
        return self._spec.public_address

    @property
    def frame_rate(self) -> float | None:
        """Frames a second as the source states it, or None where it does not."""
        return self._frame_rate

    def close(self) -> None:
        """Let go of the device. May be called more than once."""
        self._first = None
        if self._capture is not None:
            self._capture.release()
            self._capture = None

    def _starts(self, capture: cv2.VideoCapture, *, patience: float = BROKEN_FOR) -> bool:
        """Keep ``capture`` if it gives a first picture: only that proves that it works.

        Args:
            capture: as OpenCV opened it, or failed to.
            patience: seconds in which the pictures that come may be broken.

        """
        self._capture = capture
        self._first = self._whole_picture(patience) if capture.isOpened() else None
        if self._first is None:
            self.close()
            return False
        self._frame_rate = stated_frame_rate(capture)
        return True

    def _next_picture(self) -> UInt8Array | None:
        """Return the next picture as RGB, or None when none comes, for whatever reason."""
        first, self._first = self._first, None
        return self._whole_picture(BROKEN_FOR) if first is None else first

    def _whole_picture(self, patience: float) -> UInt8Array | None:
        until = time.monotonic() + patience
        for attempt in range(self._attempts):
            pixels = self._decode()
            if pixels is not None:
                self.broken_pictures += attempt
                return pixels
            if time.monotonic() > until:
                break
        return None

    def _frame(self, pixels: UInt8Array, *, timestamp: float) -> Frame:
        frame = Frame(
            pixels=pixels, index=self._index, timestamp=timestamp, source_id=self.source_id
        )
        self._index += 1
        return frame

    def _decode(self) -> UInt8Array | None:
        if self._capture is None:
            raise RuntimeError(f"{self._spec.label} is read without being open")
        from desktop_app.opencv import cv2

        try:
            arrived, picture = self._capture.read()
            if not arrived or picture is None or picture.size == 0:
                return None
            return rgb_from_opencv(picture)
        except (cv2.error, ValueError) as error:
            # A device that goes away in the middle of a picture leaves half a picture behind,
            # which the decoder or the colour conversion trips over. One that sends nothing else
            # would fill the log.
            level = logging.DEBUG if self.broken_pictures else logging.WARNING
            kind = self._spec.kind.value
            _log.log(level, "picture %d of a %s is broken: %s", self._index, kind, error)
            return None


class LiveSource(OpenCVSource):
    """A source that does not wait for its reader.

    Its clock starts with the first picture. Clock and index go on when it is opened again, so
    that frames from before and after a lost connection stay in order.
    """

    _attempts = _BROKEN_IN_A_ROW

    def __init__(self, spec: SourceSpec) -> None:
        super().__init__(spec)
        self._epoch: float | None = None

    def read(self) -> Frame:
        """Return the next frame.

        Raises:
            CameraLost: it was pulled out, hung up, or stopped sending.

        """
        pixels = self._next_picture()
        if pixels is None:
            raise CameraLost(source=self._spec.label)
        now = time.monotonic()
        if self._epoch is None:
            self._epoch = now
        return self._frame(pixels, timestamp=now - self._epoch)


def stated_frame_rate(capture: cv2.VideoCapture) -> float | None:
    """Return the frame rate that a source states, or None where it makes no sense."""
    from desktop_app.opencv import cv2

    rate = capture.get(cv2.CAP_PROP_FPS)
    return rate if math.isfinite(rate) and 0 < rate <= _MAX_FRAME_RATE else None
