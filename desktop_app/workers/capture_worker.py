"""The thread that owns a camera, a clip or a stream."""

from __future__ import annotations

import enum
import logging
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import Signal

from desktop_app.capture.back_off import BACK_OFF, BackOff
from desktop_app.capture.formats import CameraFormat
from desktop_app.capture.frame import Frame
from desktop_app.capture.mailbox import LatestFrame
from desktop_app.capture.source import FrameSource, SourceSpec
from desktop_app.capture.traits import Traits, traits_of
from desktop_app.capture.watch import LiveWatch, Verdict
from desktop_app.errors import CameraLost, CameraNotFound, CaptureError
from desktop_app.workers.thread import Worker

T = TypeVar("T")
SourceFactory = Callable[[SourceSpec], FrameSource]

# A read that takes as long will hardly come back: another thread may try to open the device.
_HUNG = 3.0
_LOOK_AGAIN = 0.1
# A clip that fell further behind than this (a suspended machine) goes on from where it is.
_LATE = 0.5

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
        frames_read: how many came, shown or not.
        traits: of the device that was opened, where they are known. Another one that has its number
            now is not opened: whoever it sees would be shown and logged under the wrong name.

    Moments, as ``time.monotonic`` tells the time, or None:
        started_at: it was made.
        last_frame_at: the newest picture came.
        waiting_since: the source was asked for something and has not answered yet. A source that
            hangs leaves it standing, also where no picture has come yet.
        next_attempt_at: the next attempt to get a lost source back is made; None where none is
            waited for: pictures come, an attempt is under way, or it is over.

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
        look_up: Callable[[SourceSpec], Traits | None] = traits_of,
    ) -> None:
        """Prepare to read a source.

        Args:
            spec: what to read.
            source_for: makes the source; called on the worker's thread.
            after: a stopped worker that may have the same device, to be awaited first. One that
                hangs in a read is not awaited for ever; two that do are, so that no more than two
                threads ever hang on one device.
            persistent: go on with what the worker before had opened: no other device will do, and
                attempts are made also where the first one fails.
            back_off: seconds before each further attempt; the last one repeats.
            look_up: tells which device it is that has the number of a camera.

        """
        super().__init__(f"capture {spec.label}")
        self.spec = spec
        self.mailbox: LatestFrame[Frame] = LatestFrame()
        self.phase = Phase.LOST if persistent else Phase.OPENING
        self.error: Exception | None = None
        self.started_at = time.monotonic()
        self.last_frame_at: float | None = None
        self.waiting_since: float | None = None
        self.frames_read = 0
        self.traits: Traits | None = after.traits if after is not None and persistent else None
        self.next_attempt_at: float | None = None
        self._look_up = look_up
        self._source_for = source_for
        self._before = [] if after is None else [*after.still_before(), after]
        self._back_off = BackOff(back_off)
        self._persistent = persistent
        self._watch = LiveWatch(spec.kind)
        self._is_reading = False
        self._stated_rate: float | None = None
        self._size: tuple[int, int] | None = None
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

    @property
    def attempts(self) -> int:
        """How many attempts to get a lost source back came to nothing; 0 while pictures come."""
        return self._back_off.attempts

    @property
    def last_change_at(self) -> float | None:
        """When the picture of a live source last was another one; None before the first."""
        return self._watch.changes.last_change_at

    @property
    def is_black(self) -> bool:
        """Whether a camera sees nothing: one with its lid on may well stand still."""
        return self._watch.changes.is_black

    @property
    def measured_rate(self) -> float:
        """Pictures a second of a live source, counted over the last two seconds."""
        return self._watch.pace.rate(time.monotonic())

    @property
    def actual_format(self) -> CameraFormat | None:
        """The size of the newest picture, with the rate that the source states."""
        return None if self._size is None else CameraFormat(*self._size, self._stated_rate)

    @property
    def hangs_in_read(self) -> bool:
        """Whether the source has kept the thread waiting for a picture for too long."""
        since = self.waiting_since
        return self._is_reading and since is not None and time.monotonic() - since > _HUNG

    def still_before(self) -> list[CaptureWorker]:
        """Return the workers before this one that still have not ended."""
        self._before = [worker for worker in self._before if worker.is_running]
        return self._before

    def _work(self) -> None:
        self._await_predecessors()
        while not self._stopping.is_set():
            frames_before, began = self.frames_read, time.monotonic()
            try:
                if not self._read_source():
                    break
            except Exception as error:
                if not self.spec.is_live or not (self.frames_read or self._persistent):
                    raise
                delay = self._back_off.failed(
                    pictures=self.frames_read - frames_before, seconds=time.monotonic() - began
                )
                self._lose(error)
                self._await_attempt(delay)
        if self._stopping.is_set():
            self.phase = Phase.STOPPED

    def _await_predecessors(self) -> None:
        while not self._stopping.is_set():
            before = self.still_before()
            if not before or (len(before) == 1 and before[0].hangs_in_read):
                return
            before[-1].wait(timeout=_LOOK_AGAIN)

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

    def _lose(self, error: Exception) -> None:
        if self._stopping.is_set():
            return
        first = self.phase is Phase.READING
        if not isinstance(error, CaptureError):
            # Whatever a driver makes OpenCV do, the picture is gone; a live view goes on. Said
            # once: attempts are made for ever.
            if first or self.attempts == 1:
                _log.error("%s failed", self.spec.label, exc_info=error)
            error = CameraLost(source=self.spec.label)
        self.error = error
        self.phase = Phase.LOST
        if first:
            _log.info("%s", error)
            self._tell(self.lost, error)

    def _read_source(self) -> bool:
        """Read the source to its end; return whether it is to be opened again at once."""
        self._same_device()
        source = self._source_for(self.spec)
        try:
            self._ask(source.open)
            # Once more: while it is open nothing else gets its number, which it might have before.
            self.traits = self._same_device() or self.traits
            if self._stopping.is_set():
                return False
            self._stated_rate = source.frame_rate
            self._size = None
            self._tell(self.opened, self.spec.label)
            if self.spec.is_live:
                return self._read_live(source)
            self._read_clip(source)
            return False
        finally:
            self._ask(source.close)

    def _same_device(self) -> Traits | None:
        """Return the traits of what has the number now.

        Raises:
            CameraNotFound: it is another device than was opened before.

        """
        found = self._look_up(self.spec)
        if found is not None and self.traits not in {None, found}:
            raise CameraNotFound(source=self.spec.label)
        return found

    def _ask(self, call: Callable[[], T]) -> T:
        self.waiting_since = time.monotonic()
        try:
            return call()
        finally:
            self.waiting_since = None

    def _read(self, source: FrameSource) -> Frame | None:
        self._is_reading = True
        try:
            return self._ask(source.read)
        finally:
            self._is_reading = False

    def _read_live(self, source: FrameSource) -> bool:
        self._watch.begin()
        while not self._stopping.is_set():
            frame = self._read(source)
            if frame is None:
                raise CameraLost(source=self.spec.label)
            verdict = self._watch.judge(frame.pixels, now=time.monotonic())
            if verdict in {Verdict.SLEPT, Verdict.STUCK}:
                _log.info("%s is opened again: %s", self.spec.label, verdict.value)
                return True
            self._deliver(frame, shown=verdict is Verdict.SHOW)
        return False

    def _read_clip(self, source: FrameSource) -> None:
        origin: float | None = None
        while not self._stopping.is_set():
            frame = self._read(source)
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

    def _deliver(self, frame: Frame, *, shown: bool = True) -> None:
        if self._stopping.is_set():
            return
        self.frames_read += 1
        self.last_frame_at = time.monotonic()
        self._size = frame.size
        self.error = None
        self._back_off.succeeded()
        self.phase = Phase.READING
        if self.is_paused or not shown:
            return
        self.mailbox.put(frame)
        if not self._rung.is_set():
            self._rung.set()
            self._tell(self.frame_ready)
