"""The thread that owns a camera, a clip or a stream."""

from __future__ import annotations

import enum
import logging
import threading
import time
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import Signal

from desktop_app.arrays import UInt8Array
from desktop_app.capture.frame import Frame
from desktop_app.capture.mailbox import LatestFrame
from desktop_app.capture.source import FrameSource, SourceSpec
from desktop_app.errors import CameraLost, CaptureError
from desktop_app.workers.thread import Worker

SourceFactory = Callable[[SourceSpec], FrameSource]

# How long to wait before each further attempt to get a lost source back, seconds; the last one
# repeats. People count on a source that returned being back within 3 s, and to open it takes up to
# one of them, a network camera's first answer another. An attempt that comes to nothing is a look
# into /dev, or one connection refused: cheap enough for every other second, for ever.
BACK_OFF = (0.25, 0.5, 1.0, 1.5)
# A source that gave pictures for as long is not one that comes and goes: the next time it is lost,
# attempts begin quickly again.
_STEADY = 5.0
# How long to wait for the thread that held the same device before.
_HANDOVER = 3.0
# A clip that fell further behind than this (a suspended machine) goes on from where it is.
_LATE = 0.5
# Every how many pixels two frames are compared, to notice a picture that stands still.
_SPARSE = 16

_log = logging.getLogger(__name__)


class Phase(enum.Enum):
    """How far a capture worker has come."""

    OPENING = "opening"
    READING = "reading"
    LOST = "lost"
    ENDED = "ended"
    FAILED = "failed"
    STOPPED = "stopped"


class CaptureWorker(Worker):
    """Reads frames into a mailbox with one slot; the device is opened and closed on its thread.

    Signals are bells: what happened is read from :attr:`phase`, :attr:`error` and
    :meth:`newest`, so that one that arrives late does no harm.

    Attributes:
        opened: the source is open; its label.
        frame_ready: there is a newer frame. Not rung again before :meth:`newest` was called, so
            it never queues up behind a busy window.
        ended: the clip is over; its last frame stays in the mailbox.
        lost: a live source that had worked stopped; attempts to get it back are under way.
        phase: how far it has come.
        error: what ended it, or what it was lost by; None while pictures come.
        attempts: how many attempts to get a lost source back came to nothing so far; 0 while
            pictures come.
        next_attempt_at: when the next one is made, as ``time.monotonic`` tells the time; None
            where none is waited for: pictures come, an attempt is under way, or it is over.

    """

    opened = Signal(str)
    frame_ready = Signal()
    ended = Signal()
    lost = Signal(object)

    def __init__(
        self,
        spec: SourceSpec,
        *,
        source_for: SourceFactory,
        after: CaptureWorker | None = None,
        persistent: bool = False,
        back_off: tuple[float, ...] = BACK_OFF,
    ) -> None:
        """Prepare to read a source.

        Args:
            spec: what to read.
            source_for: makes the source; called on the worker's thread.
            after: a stopped worker that has the same device, to be awaited first.
            persistent: also keep trying when the source cannot be opened the first time.
            back_off: seconds before each further attempt; the last one repeats.

        """
        super().__init__(f"capture {spec.label}")
        self.spec = spec
        self.mailbox: LatestFrame[Frame] = LatestFrame()
        self.phase = Phase.LOST if persistent else Phase.OPENING
        self.error: Exception | None = None
        self.started_at = time.monotonic()
        self.last_frame_at: float | None = None
        self.last_change_at: float | None = None
        self.frames_read = 0
        self.attempts = 0
        self.next_attempt_at: float | None = None
        self._source_for = source_for
        self._after = after
        self._back_off = back_off
        self._persistent = persistent
        self._sample: UInt8Array | None = None
        self._rung = threading.Event()
        self._hurried = threading.Event()
        self._flowing = threading.Event()
        self._flowing.set()

    def newest(self) -> Frame | None:
        """Return the newest frame and listen for the next one."""
        # The bell is armed before the slot is read: a frame put between the two rings again.
        self._rung.clear()
        return self.mailbox.peek()

    def pause(self) -> None:
        """Deliver no more frames. A clip stands still; a camera is read on and not shown."""
        self._flowing.clear()

    def resume(self) -> None:
        """Deliver frames again."""
        self._flowing.set()

    @property
    def is_paused(self) -> bool:
        """Whether frames are held back."""
        return not self._flowing.is_set()

    def retry_now(self) -> None:
        """Make the next attempt to get a lost source back at once; else nothing happens."""
        self._hurried.set()

    def stop(self) -> None:
        """Ask the thread to end, also where a clip is paused or an attempt is waited for."""
        super().stop()
        self._flowing.set()
        self._hurried.set()

    def _work(self) -> None:
        if self._after is not None:
            self._after.wait(timeout=_HANDOVER)
            self._after = None
        step = 0
        while not self._stopping.is_set():
            frames_before, began = self.frames_read, time.monotonic()
            try:
                self._read_source()
            except CaptureError as error:
                if not self.spec.is_live or not (self.frames_read or self._persistent):
                    raise
                worked = self.frames_read > frames_before
                self.attempts = 0 if worked else self.attempts + 1
                if worked and time.monotonic() - began > _STEADY:
                    step = 0
                self._lose(error)
                self._await_attempt(self._back_off[min(step, len(self._back_off) - 1)])
                step += 1
            else:
                break
        if self._stopping.is_set():
            self.phase = Phase.STOPPED

    def _await_attempt(self, delay: float) -> None:
        self._hurried.clear()
        if self._stopping.is_set():
            return
        self.next_attempt_at = time.monotonic() + delay
        self._hurried.wait(delay)
        self.next_attempt_at = None

    def _take_failure(self, error: Exception) -> None:
        self.error = error
        self.phase = Phase.FAILED

    def _lose(self, error: CaptureError) -> None:
        if self._stopping.is_set():
            return
        first = self.phase is Phase.READING
        self.error = error
        self.phase = Phase.LOST
        if first:
            _log.info("%s", error)
            self._tell(self.lost, error)

    def _read_source(self) -> None:
        source = self._source_for(self.spec)
        try:
            source.open()
            if self._stopping.is_set():
                return
            self._tell(self.opened, self.spec.label)
            if self.spec.is_live:
                self._read_live(source)
            else:
                self._read_clip(source)
        finally:
            source.close()

    def _read_live(self, source: FrameSource) -> None:
        while not self._stopping.is_set():
            frame = source.read()
            if frame is None:
                raise CameraLost(source=self.spec.label)
            self._note_change(frame)
            self._deliver(frame)

    def _note_change(self, frame: Frame) -> None:
        """Remember when the picture last changed: a stuck driver repeats its last one for ever.

        A sensor's noise changes some pixel of every frame.
        """
        sample = frame.pixels[::_SPARSE, ::_SPARSE]
        if self._sample is None or not np.array_equal(sample, self._sample):
            self._sample = sample.copy()
            self.last_change_at = time.monotonic()

    def _read_clip(self, source: FrameSource) -> None:
        origin: float | None = None
        while not self._stopping.is_set():
            frame = source.read()
            if frame is None:
                self.phase = Phase.ENDED
                self._tell(self.ended)
                return
            if not self._flowing.is_set():
                self._flowing.wait()
                origin = None
            now = time.monotonic()
            if origin is None or now - (origin + frame.timestamp) > _LATE:
                origin = now - frame.timestamp
            if not self._stopping.wait(max(0.0, origin + frame.timestamp - now)):
                # Paused while it waited for its moment: shown when the clip goes on.
                self._flowing.wait()
                self._deliver(frame)

    def _deliver(self, frame: Frame) -> None:
        if self._stopping.is_set():
            return
        self.frames_read += 1
        self.last_frame_at = time.monotonic()
        self.error = None
        self.attempts = 0
        self.phase = Phase.READING
        if self.is_paused:
            return
        self.mailbox.put(frame)
        if not self._rung.is_set():
            self._rung.set()
            self._tell(self.frame_ready)
