"""What the live view shows: which source, in which state, with the newest frame and result."""

from __future__ import annotations

import enum
import logging
import time

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop_app.capture.frame import Frame
from desktop_app.capture.source import SourceKind, SourceSpec
from desktop_app.errors import CameraBusy, CameraLost, ClipUnreadable, StreamUnreachable
from desktop_app.recognition.gallery import Gallery
from desktop_app.services.live import FrameResult
from desktop_app.workers.capture_worker import CaptureWorker, Phase, SourceFactory
from desktop_app.workers.recognition_worker import Recogniser, RecognitionWorker

_log = logging.getLogger(__name__)

_TICK_MS = 200


class LiveState(enum.Enum):
    """What the live view is doing."""

    IDLE = "idle"
    OPENING = "opening"
    PLAYING = "playing"
    FROZEN = "frozen"
    LOST = "lost"
    ENDED = "ended"


class LiveSession(QObject):
    """Runs one capture worker and one recognition worker, and watches over them.

    A new source takes over with its first frame; until then, and if it never comes, the one
    before stays. Lives on the GUI thread.

    Attributes:
        state_changed: the new ``LiveState``.
        source_changed: another source took over, or none is left; the view starts afresh.
        frame_ready: :attr:`frame` is new.
        result_ready: :attr:`result` is new.
        open_failed: the exception that kept a source from opening.
        recognition_failed: an exception that a frame raised.
        stillness_changed: a camera began to send the same picture over and over, or stopped
            doing so; see :attr:`is_still`.

    """

    state_changed = Signal(object)
    source_changed = Signal()
    frame_ready = Signal()
    result_ready = Signal()
    open_failed = Signal(object)
    recognition_failed = Signal(object)
    stillness_changed = Signal()

    def __init__(
        self,
        *,
        source_for: SourceFactory,
        lost_after: float = 0.8,
        hung_after: float = 5.0,
        still_after: float = 10.0,
        opening_limit: float = 20.0,
        parent: QObject | None = None,
    ) -> None:
        """Prepare; nothing is opened yet.

        Args:
            source_for: makes sources; called on capture threads.
            lost_after: seconds without a frame after which a live source counts as lost.
            hung_after: seconds after which its thread is given up and another one tries.
            still_after: seconds without any change after which a camera may be stuck.
            opening_limit: seconds that a source may take to its first frame.
            parent: Qt's owner.

        """
        super().__init__(parent)
        self.state = LiveState.IDLE
        self.frame: Frame | None = None
        self.result: FrameResult | None = None
        self._source_for = source_for
        self._lost_after = lost_after
        self._hung_after = hung_after
        self._still_after = still_after
        self.is_still = False
        self._opening_limit = opening_limit
        self._current: CaptureWorker | None = None
        self._incoming: CaptureWorker | None = None
        self._retired: list[CaptureWorker] = []
        self._recognition: RecognitionWorker | None = None
        self._resting = False
        self._knows_nobody = False
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
            return current.error or CameraLost(source=current.spec.label)
        return current.error if current.phase is Phase.FAILED else None

    @property
    def processed(self) -> int:
        """How many frames were recognised since the engine was attached."""
        return self._recognition.processed if self._recognition is not None else 0

    def attach(self, recogniser: Recogniser, *, gallery: Gallery) -> None:
        """Begin to recognise, or go on by other rules, or after :meth:`forget_people`."""
        self._knows_nobody = False
        if self._recognition is not None:
            self._recognition.use_recogniser(recogniser)
            self._recognition.use_gallery(gallery)
            if not self._resting:
                self._recognition.go_on()
            return
        worker = RecognitionWorker(recogniser, gallery=gallery)
        worker.result_ready.connect(self._take_result)
        worker.troubled.connect(self.recognition_failed)
        self._recognition = worker
        if self._current is not None:
            worker.follow(self._current.mailbox)
        if self._resting:
            worker.rest()
        worker.start()

    def use_gallery(self, gallery: Gallery) -> None:
        """Look people up in another snapshot."""
        if self._recognition is not None:
            self._recognition.use_gallery(gallery)

    def forget_people(self, recogniser: Recogniser, *, gallery: Gallery) -> None:
        """Recognise nobody, and keep nothing of who was seen, until :meth:`attach`.

        Args:
            recogniser: a fresh one.
            gallery: an empty one.

        """
        self._knows_nobody = True
        self.result = None
        if self._recognition is not None:
            self._recognition.rest()
            self._recognition.use_recogniser(recogniser)
            self._recognition.use_gallery(gallery)
            # Drops the newest result.
            self._recognition.follow(None if self._current is None else self._current.mailbox)

    def rest_recognition(self) -> None:
        """Show the picture and leave the networks to somebody else."""
        self._resting = True
        if self._recognition is not None:
            self._recognition.rest()

    def resume_recognition(self) -> None:
        """Recognise again."""
        self._resting = False
        if self._recognition is not None and not self._knows_nobody:
            self._recognition.go_on()

    def start(self, spec: SourceSpec) -> None:
        """Open a source; it takes over once it shows a picture."""
        if self._incoming is not None:
            self._retire(self._incoming)
        after = None
        if self._current is not None and self._current.spec == spec:
            # One device cannot be opened twice. The last picture stays until the new one comes.
            after, self._current = self._current, None
            self._retire(after)
        self._incoming = self._worker(spec, after=after)
        self._timer.start()
        self._look()

    def stop(self) -> None:
        """Let go of the source and show nothing."""
        for worker in (self._incoming, self._current):
            if worker is not None:
                self._retire(worker)
        self._incoming = self._current = None
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

    def shutdown(self, *, timeout: float = 4.0) -> bool:
        """Stop everything and wait for it; return whether every thread has ended.

        A device that hangs inside the driver cannot be interrupted: its thread is left behind
        after ``timeout`` seconds and dies with the process.
        """
        self.stop()
        self._timer.stop()
        deadline = time.monotonic() + timeout
        workers = [*self._retired]
        clean = True
        if self._recognition is not None:
            self._recognition.stop()
            # One frame is at most a few hundred milliseconds; the networks must not be closed
            # under it.
            clean = self._recognition.wait(timeout=30.0)
            self._recognition = None
        for worker in workers:
            clean &= worker.wait(timeout=max(0.0, deadline - time.monotonic()))
            if worker.is_running:
                _log.warning("a %s hangs and is left behind", worker.spec.kind.value)
        self._retired.clear()
        return clean

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

    def _retire(self, worker: CaptureWorker) -> None:
        worker.stop()
        self._retired.append(worker)

    @Slot()
    def _look(self) -> None:
        """Find out what the workers are doing. Every bell rings here, and so does the timer."""
        self._retired = [worker for worker in self._retired if worker.is_running]
        error = self._look_at_incoming()
        self._look_at_current()
        self._set_state(self._derive_state())
        self._look_for_stillness()
        if error is not None:
            self.open_failed.emit(error)
        if self._current is None and self._incoming is None and not self._retired:
            self._timer.stop()

    def _look_at_incoming(self) -> Exception | None:
        """Let it take over, or give it up and return why."""
        incoming = self._incoming
        if incoming is None:
            return None
        if incoming.mailbox.peek() is not None:
            self._incoming = None
            if self._current is not None:
                self._retire(self._current)
            self._current = incoming
            self.frame = self.result = None
            if self._recognition is not None:
                self._recognition.follow(incoming.mailbox)
            self.source_changed.emit()
            return None
        error = incoming.error if incoming.phase is Phase.FAILED else None
        if error is None and incoming.phase is Phase.ENDED:
            error = ClipUnreadable(path=incoming.spec.address, reason="it holds no pictures")
        if error is None and time.monotonic() - incoming.started_at > self._opening_limit:
            error = _too_slow(incoming.spec)
        if error is None:
            return None
        self._incoming = None
        self._retire(incoming)
        if self._current is None:
            self._clear()
        return error

    def _look_at_current(self) -> None:
        current = self._current
        if current is None:
            return
        silence = self._silence()
        if silence > self._hung_after and current.phase is Phase.READING:
            _log.warning("a %s hangs; trying afresh", current.spec.kind.value)
            self._retire(current)
            self._current = current = self._worker(current.spec, persistent=True)
            if self._recognition is not None:
                self._recognition.follow(current.mailbox)
        frame = current.newest()
        if frame is not None and frame is not self.frame:
            self.frame = frame
            self.frame_ready.emit()

    def _look_for_stillness(self) -> None:
        current = self._current
        changed_at = current.last_change_at if current is not None else None
        still = (
            self.state is LiveState.PLAYING
            and changed_at is not None
            and time.monotonic() - changed_at > self._still_after
        )
        if still is not self.is_still:
            self.is_still = still
            self.stillness_changed.emit()

    @Slot()
    def _take_result(self) -> None:
        # Also where it is not wanted any more: the bell is not rung again before.
        result = self._recognition.newest() if self._recognition is not None else None
        if self._resting or self._knows_nobody:
            return
        if result is not None and result is not self.result:
            self.result = result
            self.result_ready.emit()

    def _silence(self) -> float:
        """Return how long a live source has sent nothing, seconds; 0 for a clip."""
        current = self._current
        if current is None or not current.spec.is_live or current.last_frame_at is None:
            return 0.0
        return time.monotonic() - current.last_frame_at

    def _derive_state(self) -> LiveState:
        current = self._current
        if current is None:
            return LiveState.OPENING if self._incoming is not None else LiveState.IDLE
        if current.phase in {Phase.ENDED, Phase.FAILED} and not current.spec.is_live:
            return LiveState.ENDED
        if current.phase in {Phase.LOST, Phase.FAILED} or self._silence() > self._lost_after:
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
        if self._recognition is not None:
            self._recognition.follow(None)
        self.source_changed.emit()


def _too_slow(spec: SourceSpec) -> Exception:
    if spec.kind is SourceKind.STREAM:
        return StreamUnreachable(source=spec.label)
    if spec.kind is SourceKind.CAMERA:
        return CameraBusy(source=spec.label)
    return ClipUnreadable(path=spec.address, reason="it takes too long to open")
