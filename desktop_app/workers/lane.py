"""One feed's place at the recognition thread."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from desktop_app.capture.frame import Frame
from desktop_app.capture.mailbox import LatestFrame
from desktop_app.recognition.gallery import Gallery
from desktop_app.services.live import FrameResult
from desktop_app.workers.pace import Pace

# Seconds without a new frame after which a picture stands still.
STILL_AFTER = 1.0
# A recogniser that fails on every frame is asked again at this pace, seconds.
AFTER_FAILURE = 1.0


class Recogniser(Protocol):
    """What the worker asks of ``LiveRecogniser``."""

    def process(self, frame: Frame, gallery: Gallery) -> FrameResult:
        """Find the faces of one frame and say whose they are."""

    def settle(self, frame: Frame, gallery: Gallery) -> FrameResult:
        """Judge the last frame again, which stands still."""

    def reset(self) -> None:
        """Forget all tracks."""


@dataclass(frozen=True, eq=False, slots=True)
class Task:
    """One frame that is to be recognised.

    Attributes:
        lane: for whom.
        mailbox: where it came from.
        frame: which.
        recogniser: by whose tracks and rules.
        gallery: whom to search.
        starts_anew: it has nothing to do with the frame before.
        stands_still: it is the frame before, and no other will come.

    """

    lane: Lane
    mailbox: LatestFrame[Frame]
    frame: Frame
    recogniser: Recogniser
    gallery: Gallery
    starts_anew: bool
    stands_still: bool

    def do(self) -> FrameResult:
        """Recognise; raises whatever the recogniser does."""
        if self.starts_anew:
            self.recogniser.reset()
        judge = self.recogniser.settle if self.stands_still else self.recogniser.process
        return judge(self.frame, self.gallery)


class Lane(QObject):
    """Where the frames of one feed come from, who recognises them, and what came of the newest.

    Made by ``RecognitionWorker.open_lane``; what is shared with its thread is guarded by its
    condition.

    Attributes:
        result_ready: there is a newer result. Not rung again before :meth:`newest` was called.

    """

    result_ready = Signal()

    def __init__(self, recogniser: Recogniser, *, condition: threading.Condition) -> None:
        """Args: condition: the worker waits for it, with its lock held."""
        super().__init__()
        self._condition = condition
        self._recogniser = recogniser
        self._mailbox: LatestFrame[Frame] | None = None
        self._result: FrameResult | None = None
        self._is_rung = False
        self._previous: Frame | None = None
        self._newest_at = 0.0
        self._pace = Pace()
        self._rests_until = 0.0
        # By whom, and before whom, the picture that stands still was judged.
        self._settled: tuple[Recogniser, Gallery] | None = None

    def follow(self, mailbox: LatestFrame[Frame] | None) -> None:
        """Read from another source, or from none; results of the one before are dropped."""
        if mailbox is not None:
            mailbox.ring(self._wake)
        with self._condition:
            before, self._mailbox = self._mailbox, mailbox
            self._result = None
            if before is not mailbox:
                self._previous = None
                self._pace = Pace()
            self._condition.notify_all()
        if before is not None and before is not mailbox:
            before.close()

    def use_recogniser(self, recogniser: Recogniser) -> None:
        """Decide by other rules from the next frame on, and drop what the old ones said."""
        with self._condition:
            self._recogniser = recogniser
            self._result = None
            self._condition.notify_all()

    def newest(self) -> FrameResult | None:
        """Return the newest result and listen for the next one."""
        with self._condition:
            self._is_rung = False
            return self._result

    def due_in(self, gallery: Gallery, *, now: float, saves: bool) -> float | None:
        """Return in how many seconds there is something to do, or None where nothing is in sight.

        For the worker, which holds the condition; as all below.

        Args:
            gallery: whom to look up.
            now: the time.
            saves: as little is to be done as is of use.

        """
        if self._mailbox is None:
            return None
        after = self._rests_until
        if self._mailbox.has_new:
            after = max(after, now + self._pace.wait(now=now, saves=saves))
        else:
            # A picture that stands still is judged once more, and again whenever somebody was
            # enrolled or the rules changed.
            if self._previous is None or self._settled == (self._recogniser, gallery):
                return None
            after = max(after, self._newest_at + STILL_AFTER)
        return max(0.0, after - now)

    def begin(self, gallery: Gallery, *, now: float) -> Task | None:
        """Return what is due, or None where it was taken away meanwhile."""
        mailbox, before = self._mailbox, self._previous
        if mailbox is None:
            return None
        frame = mailbox.take(timeout=0)
        stands_still = frame is None
        if frame is None:
            frame, self._settled = before, (self._recogniser, gallery)
        else:
            self._previous, self._newest_at, self._settled = frame, now, None
            self._pace.begin(now=now)
        if frame is None:
            return None
        return Task(
            lane=self,
            mailbox=mailbox,
            frame=frame,
            recogniser=self._recogniser,
            gallery=gallery,
            starts_anew=before is None or _starts_anew(before, frame),
            stands_still=stands_still,
        )

    def take(self, task: Task, result: FrameResult, *, gallery: Gallery, now: float) -> bool:
        """Keep a result, and return whether to ring.

        One is dropped where its source was left meanwhile, or other rules hold, or people are
        looked up in another gallery: it may name somebody who is not to be named any more.
        """
        if (
            task.mailbox is not self._mailbox
            or task.recogniser is not self._recogniser
            or task.gallery is not gallery
        ):
            return False
        self._pace.end(now=now, follows=bool(result.tracks))
        self._result = result
        rings, self._is_rung = not self._is_rung, True
        return rings

    def rest(self, *, until: float) -> None:
        """Have nothing to do for a while."""
        self._rests_until = until

    def drop_result(self) -> None:
        """Hold nothing of who was seen."""
        self._result = None

    def _wake(self) -> None:
        with self._condition:
            self._condition.notify_all()


def _starts_anew(before: Frame, frame: Frame) -> bool:
    # A source that was opened again counts from 0; where frames were skipped its count may have
    # come further than it had before, and its clock has not.
    return (
        frame.source_id != before.source_id
        or frame.index < before.index
        or frame.timestamp < before.timestamp
    )
