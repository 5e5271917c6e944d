"""The thread that puts names to faces, at its own rate."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from PySide6.QtCore import Signal

from desktop_app.errors import KnownError
from desktop_app.recognition.gallery import Gallery
from desktop_app.workers.lane import AFTER_FAILURE, Lane, Recogniser, Task
from desktop_app.workers.priority import Rank, step_back
from desktop_app.workers.thread import Worker

_log = logging.getLogger(__name__)


class RecognitionWorker(Worker):
    """Takes the newest frame of one feed after another.

    A frame that there is no time for is never seen. Whichever feed waited longest for a result is
    served next; one that has nothing new is passed over.

    Attributes:
        troubled: an exception that one frame raised; the work goes on.

    """

    troubled = Signal(object)

    def __init__(self, *, gallery: Gallery, clock: Callable[[], float] = time.monotonic) -> None:
        """Args: clock: seconds; tells since when a picture stands still."""
        super().__init__("recognition")
        self.processed = 0
        self._clock = clock
        self._condition = threading.Condition()
        self._gallery = gallery
        self._is_resting = False
        self._saves = False
        # Whoever was served last stands last.
        self._lanes: list[Lane] = []

    def open_lane(self, recogniser: Recogniser) -> Lane:
        """Make a place for a feed.

        Args:
            recogniser: keeps the tracks of this feed, and of no other.

        """
        lane = Lane(recogniser, condition=self._condition)
        with self._condition:
            self._lanes.insert(0, lane)
        return lane

    def close_lane(self, lane: Lane) -> None:
        """Serve a feed no more; nothing of it is kept."""
        lane.follow(None)
        with self._condition:
            self._lanes.remove(lane)

    def use_gallery(self, gallery: Gallery) -> None:
        """Look people up in another snapshot from the next frame on."""
        with self._condition:
            self._gallery = gallery
            self._condition.notify_all()

    def save_power(self, *, saves: bool) -> None:
        """Look less often from now on, or as often as is of use again."""
        with self._condition:
            self._saves = saves
            self._condition.notify_all()

    def rest(self) -> None:
        """Leave the networks to somebody else until :meth:`go_on`; nobody hears of a result."""
        with self._condition:
            self._is_resting = True
            for lane in self._lanes:
                lane.drop_result()

    def go_on(self) -> None:
        """Recognise again, beginning with the newest frames."""
        with self._condition:
            self._is_resting = False
            self._condition.notify_all()

    def stop(self) -> None:
        """Ask the thread to end, also where it waits for a frame."""
        super().stop()
        with self._condition:
            self._condition.notify_all()

    def _work(self) -> None:
        step_back(Rank.HELPER)
        while not self._stopping.is_set():
            task = self._next_task()
            if task is not None:
                self._do(task)

    def _next_task(self) -> Task | None:
        """Wait until something is to be done, or may be."""
        with self._condition:
            now, soonest = self._clock(), None
            for lane in [] if self._is_resting else self._lanes:
                wait = lane.due_in(self._gallery, now=now, saves=self._saves)
                if wait == 0:
                    self._lanes.remove(lane)
                    self._lanes.append(lane)
                    return lane.begin(self._gallery, now=now)
                if wait is not None:
                    soonest = wait if soonest is None else min(wait, soonest)
            if not self._stopping.is_set():
                self._condition.wait(soonest)
            return None

    def _do(self, task: Task) -> None:
        try:
            result = task.do()
        except Exception as error:  # noqa: BLE001 - one frame must not end the live view
            if not isinstance(error, KnownError):
                _log.exception("a frame could not be recognised")
            with self._condition:
                task.lane.rest(until=self._clock() + AFTER_FAILURE)
            self._tell(self.troubled, error)
            return
        self.processed += 1
        with self._condition:
            rings = not self._is_resting and task.lane.take(
                task, result, gallery=self._gallery, now=self._clock()
            )
        if rings:
            self._tell(task.lane.result_ready)
