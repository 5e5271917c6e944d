"""One place of the live view: which source, in which state, with the newest frame and result."""

from __future__ import annotations

import enum
import logging
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop_app.capture.formats import CameraFormat
from desktop_app.capture.frame import Frame
from desktop_app.capture.mailbox import LatestFrame
from desktop_app.capture.source import SourceKind, SourceSpec
from desktop_app.errors import CameraBusy, CameraLost, ClipUnreadable, StreamUnreachable
from desktop_app.services.live import FrameResult
from desktop_app.workers.capture_worker import CaptureWorker, Phase, SourceFactory
from desktop_app.workers.lane import Lane
from desktop_app.workers.retired import Retired
from desktop_app.workers.watchdog import Patience, Watchdog

_log = logging.getLogger(__name__)

# Whatever happens to a source is to be said within a second.
_TICK_MS = 100


class LiveState(enum.Enum):
    """What a feed is doing."""

    IDLE = "idle"
    OPENING = "opening"
    PLAYING = "playing"
    FROZEN = "frozen"
    LOST = "lost"
    ENDED = "ended"


class Feed(QObject):
    """Runs the capture worker of one source and watches over it.

    A new source takes over with its first frame; until then, and if it never comes, the one
    before stays. Lives on the GUI thread; made by ``LiveSession.add``.

    Attributes:
        state_changed: the new ``LiveState``.
        source_changed: another source took over, or none is left; the view starts afresh.
        frame_ready: :attr:`frame` is new.
        result_ready: :attr:`result` is new.
        open_failed: the exception that kept a source from opening.
        stillness_changed: a camera began to send the same picture over and over, or stopped
            doing so; see :attr:`is_still`.

    """

    state_changed = Signal(object)
    source_changed = Signal()
    frame_ready = Signal()
    result_ready = Signal()
    open_failed = Signal(object)
    stillness_changed = Signal()

    def __init__(
        self,
        *,
        source_for: SourceFactory,
        retired: Retired,
        patience: Patience | None = None,
        clock: Callable[[], float] = time.monotonic,
        parent: QObject | None = None,
    ) -> None:
        """Prepare; nothing is opened yet.

        Args:
            source_for: makes sources; called on capture threads.
            retired: takes the capture workers that are not needed any more.
            patience: how long a source may take.
            clock: seconds; that of the capture workers.
            parent: Qt's owner.

        """
        super().__init__(parent)
        self.state = LiveState.IDLE
        self.frame: Frame | None = None
        self.result: FrameResult | None = None
        self.is_still = False
        self._source_for = source_for
        self._retired = retired
        self._patience = patience or Patience()
        self._clock = clock
        self._watchdog = Watchdog(patience=self._patience, clock=clock)
        self._current: CaptureWorker | None = None
        self._incoming: CaptureWorker | None = None
        # Whether the incoming one is lost, not given up, where it cannot be opened.
        self._is_persistent = False
        # The same device in another format, which was let go of for the incoming one.
        self._given_up: SourceSpec | None = None
        self._lane: Lane | None = None
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self._look)

    @property
    def spec(self) -> SourceSpec | None:
        """What is shown, or about to be where nothing is shown yet."""
        worker = self._current or self._incoming
        return worker.spec if worker is not None else None

    @property
    def trouble(self) -> Exception | None:
        """What is wrong with what is shown: the camera is lost, or the clip broke off."""
        current = self._current
        if current is None:
            return None
        if self.state is LiveState.LOST:
            # That a thread of ours is stuck with it is no other program's fault.
            is_ours = self._retired.holder_of(current.spec) is not None
            lost = CameraLost(source=current.spec.label)
            return lost if is_ours else current.error or lost
        return current.error if current.phase is Phase.FAILED else None

    @property
    def is_black(self) -> bool:
        """Whether nothing but black is seen, as with a lid on; that may well stand still."""
        return self._current is not None and self._current.is_black

    @property
    def next_attempt_in(self) -> float | None:
        """Seconds until it is tried again to get a lost source back; None where that is not due."""
        at = self._current.next_attempt_at if self._current is not None else None
        return None if at is None else max(0.0, at - self._clock())

    @property
    def actual_format(self) -> CameraFormat | None:
        """The size of what is shown, with the rate that its source states."""
        return self._current.actual_format if self._current is not None else None

    @property
    def measured_rate(self) -> float:
        """How many pictures a second a live source gives; 0 where none come."""
        return self._current.measured_rate if self._current is not None else 0.0

    @property
    def mailbox(self) -> LatestFrame[Frame] | None:
        """Where the newest frame of what is shown is, before anybody heard of it."""
        return self._current.mailbox if self._current is not None else None

    @property
    def lane(self) -> Lane | None:
        """Its place at the recognition thread; None until there is one."""
        return self._lane

    def use_lane(self, lane: Lane) -> None:
        """Have its faces recognised from now on."""
        lane.result_ready.connect(self._take_result)
        self._lane = lane
        lane.follow(self.mailbox)

    def forget_people(self) -> None:
        """Keep nothing of who was seen."""
        self.result = None

    def needs(self, spec: SourceSpec) -> bool:
        """Return whether it shows a source, or goes back to it where what it opens fails."""
        return spec in (self.spec, self._given_up)

    def start(self, spec: SourceSpec, *, persistent: bool = False) -> None:
        """Open a source; it takes over once it shows a picture.

        Args:
            spec: which.
            persistent: a live one that cannot be opened takes over too, as a lost one: attempts go
                on.

        """
        if self._incoming is not None:
            self._retired.add(self._incoming)
        current = self._current
        if current is not None and current.spec == spec:
            # One device cannot be opened twice. The last picture stays until the new one comes.
            if str(current.spec) != str(spec):
                self._given_up = current.spec
            self._retired.add(current)
            self._current = None
        after = self._retired.holder_of(spec)
        self._is_persistent = persistent and spec.is_live
        self._incoming = self._worker(spec, after=after, persistent=self._is_persistent)
        self._timer.start()
        self._look()

    def stop(self) -> None:
        """Let go of the source and show nothing."""
        for worker in (self._incoming, self._current):
            if worker is not None:
                self._retired.add(worker)
        self._incoming = self._current = self._given_up = None
        self._clear()
        self._look()

    def freeze(self) -> None:
        """Hold the picture."""
        if self._current is not None:
            self._current.pause()
            self._look()

    def resume(self) -> None:
        """Let the picture go on."""
        if self._current is not None:
            self._current.resume()
            self._look()

    def replay(self) -> None:
        """Play a clip again from its beginning."""
        if self._current is not None:
            self.start(self._current.spec)

    @Slot()
    def retry_now(self) -> None:
        """Do not wait with the next attempt to get a lost source back."""
        if self._current is not None:
            self._current.retry_now()

    def _worker(
        self,
        spec: SourceSpec,
        *,
        after: CaptureWorker | None = None,
        persistent: bool = False,
    ) -> CaptureWorker:
        worker = CaptureWorker(
            spec, source_for=self._source_for, after=after, persistent=persistent
        )
        for signal in (worker.frame_ready, worker.ended, worker.lost, worker.finished):
            signal.connect(self._look)
        worker.start()
        return worker

    @Slot()
    def _look(self) -> None:
        """Find out what the workers are doing. Every bell rings here, and so does the timer."""
        self._watchdog.look(self._current)
        error = self._look_at_incoming()
        self._look_at_current()
        self._set_state(self._derive_state())
        self._look_for_stillness()
        if error is not None:
            self.open_failed.emit(error)
        if self._incoming is None and (self._current is None or not self._current.spec.is_live):
            # Of a clip, whatever happens is told by a bell.
            self._timer.stop()
            self._watchdog.pause()

    def _look_at_incoming(self) -> Exception | None:
        """Let it take over, or give it up and return why."""
        incoming = self._incoming
        if incoming is None:
            return None
        waited = self._watchdog.elapsed(incoming.started_at)
        is_late = waited > self._patience.opening_limit
        # One that is late is found to hang, and replaced, once it has taken over.
        is_lost = self._is_persistent and (incoming.error is not None or is_late)
        if incoming.mailbox.peek() is not None or is_lost:
            self._incoming = None
            if self._current is not None:
                self._retired.add(self._current)
            self._show(incoming)
            self.frame = self.result = None
            self.source_changed.emit()
            return None
        error = incoming.error if incoming.phase is Phase.FAILED else None
        if error is None and incoming.phase is Phase.ENDED:
            error = ClipUnreadable(path=incoming.spec.address, reason="it holds no pictures")
        if error is None and is_late:
            error = _too_slow(incoming.spec)
        if error is None:
            return None
        self._incoming = None
        self._retired.add(incoming)
        before, self._given_up = self._given_up, None
        if before is not None:
            # What failed may be another device, and several openings of this one not ended yet.
            self._is_persistent = False
            self._incoming = self._worker(before, after=self._retired.holder_of(before))
        elif self._current is None:
            self._clear()
        return error

    def _show(self, worker: CaptureWorker) -> None:
        self._current, self._given_up = worker, None
        self._watchdog.look(worker)
        if self._lane is not None:
            self._lane.follow(worker.mailbox)

    def _look_at_current(self) -> None:
        current = self._current
        if current is None:
            return
        if self._watchdog.is_hung:
            current = self._replace(current)
        frame = current.newest()
        if frame is not None and frame is not self.frame:
            self.frame = frame
            self.frame_ready.emit()

    def _replace(self, hung: CaptureWorker) -> CaptureWorker:
        """Have another thread try: nothing reaches one that the device does not let go of."""
        _log.warning("a %s hangs; trying afresh", hung.spec.kind.value)
        worker = self._worker(hung.spec, after=hung, persistent=True)
        if hung.is_paused:
            worker.pause()
        self._retired.add(hung)
        # It may be that the device can be opened as soon as the other thread has closed it.
        hung.finished.connect(self.retry_now)
        self._show(worker)
        return worker

    def _look_for_stillness(self) -> None:
        still = self.state is LiveState.PLAYING and self._watchdog.is_still
        if still is not self.is_still:
            self.is_still = still
            self.stillness_changed.emit()

    @Slot()
    def _take_result(self) -> None:
        result = self._lane.newest() if self._lane is not None else None
        if result is not None and result is not self.result:
            self.result = result
            self.result_ready.emit()

    def _derive_state(self) -> LiveState:
        current = self._current
        if current is None:
            return LiveState.OPENING if self._incoming is not None else LiveState.IDLE
        if current.phase in {Phase.ENDED, Phase.FAILED} and not current.spec.is_live:
            return LiveState.ENDED
        if current.phase in {Phase.LOST, Phase.FAILED} or self._watchdog.is_silent:
            return LiveState.LOST
        if current.is_paused:
            return LiveState.FROZEN
        return LiveState.PLAYING

    def _set_state(self, state: LiveState) -> None:
        if state is not self.state:
            _log.info("live view: %s", state.value)
            self.state = state
            self.state_changed.emit(state)

    def _clear(self) -> None:
        self.frame = self.result = None
        if self._lane is not None:
            self._lane.follow(None)
        self.source_changed.emit()


def _too_slow(spec: SourceSpec) -> Exception:
    if spec.kind is SourceKind.STREAM:
        return StreamUnreachable(source=spec.label)
    if spec.kind is SourceKind.CAMERA:
        return CameraBusy(source=spec.label)
    return ClipUnreadable(path=spec.address, reason="it takes too long to open")
