"""The thread that looks at somebody who is being enrolled by the camera."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from desktop_app.capture.frame import Frame
from desktop_app.capture.mailbox import LatestFrame
from desktop_app.errors import KnownError
from desktop_app.services.enrolment import described_again
from desktop_app.services.guidance.looks import Look, look_at
from desktop_app.vision.pipeline import PipelineClosed
from desktop_app.workers.priority import Rank, step_back
from desktop_app.workers.thread import Worker

if TYPE_CHECKING:
    from desktop_app.vision.pipeline import FacePipeline

# How long to sleep for want of frames before looking whether one is to be described, seconds.
_PATIENCE = 0.05
# A pipeline that fails on every frame is asked again at this pace, seconds.
_AFTER_FAILURE = 1.0

_log = logging.getLogger(__name__)


class EnrolmentWorker(Worker):
    """Looks at the newest frame, again and again; a frame it has no time for is never seen by it.

    Attributes:
        look_ready: there is a newer look. Not rung again before :meth:`newest` was called.
        described: the ``Face`` of a look described as well as can be; None where that failed.
        troubled: an exception that one frame raised; the work goes on.

    """

    look_ready = Signal()
    described = Signal(object)
    troubled = Signal(object)

    def __init__(self, pipeline: FacePipeline) -> None:
        super().__init__("enrolment")
        self._pipeline = pipeline
        self._frames: LatestFrame[Frame] = LatestFrame()
        self._looks: LatestFrame[Look] = LatestFrame()
        self._rung = threading.Event()
        self._wanted: LatestFrame[Look] = LatestFrame()

    def see(self, frame: Frame) -> None:
        """Look at this frame, unless a newer one comes first."""
        self._frames.put(frame)

    def describe(self, look: Look) -> None:
        """Describe the face of a look as well as can be; :attr:`described` brings it."""
        self._wanted.put(look)

    def newest(self) -> Look | None:
        """Return the newest look and listen for the next one."""
        self._rung.clear()
        return self._looks.peek()

    def stop(self) -> None:
        """Ask the thread to end, also where it waits for a frame."""
        super().stop()
        self._frames.close()

    def _work(self) -> None:
        step_back(Rank.HELPER)
        while not self._stopping.is_set():
            wanted = self._wanted.take(timeout=0)
            frame = None if wanted is not None else self._frames.take(timeout=_PATIENCE)
            try:
                if wanted is not None:
                    self._tell(self.described, self._described(wanted))
                elif frame is not None:
                    self._looks.put(look_at(self._pipeline, frame))
                    self._ring()
            except PipelineClosed:
                # The window is being left.
                return
            except Exception as error:  # noqa: BLE001 - one frame must not end the enrolment
                if not isinstance(error, KnownError):
                    _log.exception("a frame could not be looked at")
                self._tell(self.troubled, error)
                if wanted is not None:
                    self._tell(self.described, None)
                self._stopping.wait(_AFTER_FAILURE)

    def _described(self, look: Look) -> object:
        face = look.face
        if face is None:
            return None
        pixels = look.frame.pixels
        return described_again(self._pipeline, pixels, face, box=face.detection.box)

    def _ring(self) -> None:
        if not self._rung.is_set():
            self._rung.set()
            self._tell(self.look_ready)
