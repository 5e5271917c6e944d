"""The thread that puts names to faces, at its own rate."""

from __future__ import annotations

import logging
import threading
import time
from typing import Protocol

from PySide6.QtCore import Signal

from desktop_app.capture.frame import Frame
from desktop_app.capture.mailbox import LatestFrame
from desktop_app.errors import KnownError
from desktop_app.recognition.gallery import Gallery
from desktop_app.services.live import FrameResult
from desktop_app.workers.thread import Worker

# How long to sleep for want of frames before looking whether the gallery changed, seconds.
_PATIENCE = 0.1
# Seconds without a new frame after which a picture stands still.
_STILL_AFTER = 1.0
# A recogniser that fails on every frame is asked again at this pace, seconds.
_AFTER_FAILURE = 1.0

_log = logging.getLogger(__name__)


class Recogniser(Protocol):
    """What the worker asks of ``LiveRecogniser``."""

    def process(self, frame: Frame, gallery: Gallery) -> FrameResult:
        """Find the faces of one frame and say whose they are."""

    def settle(self, frame: Frame, gallery: Gallery) -> FrameResult:
        """Judge the last frame again, which stands still."""

    def reset(self) -> None:
        """Forget all tracks."""


class RecognitionWorker(Worker):
    """Takes the newest frame, again and again; a frame it has no time for is never seen by it.

    Attributes:
        result_ready: there is a newer result. Not rung again before :meth:`newest` was called.
        troubled: an exception that one frame raised; the work goes on.

    """

    result_ready = Signal()
    troubled = Signal(object)

    def __init__(self, recogniser: Recogniser, *, gallery: Gallery) -> None:
        super().__init__("recognition")
        self.processed = 0
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._resting = threading.Event()
        self._rung = threading.Event()
        self._recogniser = recogniser
        self._gallery = gallery
        self._mailbox: LatestFrame[Frame] | None = None
        self._results: LatestFrame[FrameResult] = LatestFrame()
        self._previous: Frame | None = None
        self._previous_mailbox: LatestFrame[Frame] | None = None

    def follow(self, mailbox: LatestFrame[Frame] | None) -> None:
        """Read from another source, or from none; results of the one before are dropped."""
        with self._lock:
            before, self._mailbox = self._mailbox, mailbox
            self._results = LatestFrame()
        self._wake.set()
        if before is not None and before is not mailbox:
            before.close()

    def use_gallery(self, gallery: Gallery) -> None:
        """Look people up in another snapshot from the next frame on."""
        self._gallery = gallery

    def use_recogniser(self, recogniser: Recogniser) -> None:
        """Decide by other rules from the next frame on."""
        self._recogniser = recogniser

    def rest(self) -> None:
        """Leave the networks to somebody else until :meth:`go_on`."""
        self._resting.set()

    def go_on(self) -> None:
        """Recognise again, beginning with the newest frame."""
        self._resting.clear()
        self._wake.set()

    def newest(self) -> FrameResult | None:
        """Return the newest result and listen for the next one."""
        self._rung.clear()
        with self._lock:
            results = self._results
        return results.peek()

    def stop(self) -> None:
        """Ask the thread to end, also where it waits for a frame."""
        super().stop()
        self.follow(None)

    def _work(self) -> None:
        settled: tuple[object, object, object] | None = None
        newest_at = time.monotonic()
        while not self._stopping.is_set():
            mailbox = self._mailbox
            if mailbox is None or self._resting.is_set():
                self._wake.wait(_PATIENCE)
                self._wake.clear()
                continue
            frame = mailbox.take(timeout=_PATIENCE)
            recogniser, gallery = self._recogniser, self._gallery
            if frame is not None:
                newest_at = time.monotonic()
                settled = None
                self._previous_mailbox = mailbox
                self._look(frame, recogniser, gallery, mailbox)
                continue
            # A picture that stands still is judged once more, and again whenever somebody was
            # enrolled or the rules changed.
            now = (mailbox, recogniser, gallery)
            still = time.monotonic() - newest_at >= _STILL_AFTER
            if still and settled != now and self._previous_mailbox is mailbox and self._previous:
                settled = now
                self._look(self._previous, recogniser, gallery, mailbox, stands_still=True)

    def _look(
        self,
        frame: Frame,
        recogniser: Recogniser,
        gallery: Gallery,
        mailbox: LatestFrame[Frame],
        *,
        stands_still: bool = False,
    ) -> None:
        before, self._previous = self._previous, frame
        try:
            if before is None or _starts_anew(before, frame):
                recogniser.reset()
            judge = recogniser.settle if stands_still else recogniser.process
            result = judge(frame, gallery)
        except Exception as error:  # noqa: BLE001 - one frame must not end the live view
            if not isinstance(error, KnownError):
                _log.exception("a frame could not be recognised")
            self._tell(self.troubled, error)
            self._stopping.wait(_AFTER_FAILURE)
            return
        self.processed += 1
        with self._lock:
            if mailbox is not self._mailbox:
                return
            self._results.put(result)
        if not self._rung.is_set():
            self._rung.set()
            self._tell(self.result_ready)


def _starts_anew(before: Frame, frame: Frame) -> bool:
    return frame.source_id != before.source_id or frame.index < before.index
