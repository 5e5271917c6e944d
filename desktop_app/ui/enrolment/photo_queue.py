"""Looking at photos one after another, beside the window."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop_app.capture.photo import find_photos
from desktop_app.ui.alive import while_alive
from desktop_app.ui.context import AppContext


class PhotoQueue(QObject):
    """Looks at photos and at those of folders, in order, until it is cancelled.

    Only one photo at a time is handed to the background thread: what a user asks for meanwhile
    comes next and not after a thousand photos.

    Attributes:
        found: path, and what the look at it returned.
        failed: path, and the exception.
        empty: path of a folder without photos.
        progressed: :attr:`finished` or :attr:`waiting` is another.
        finished: how many were looked at since the queue was last empty.
        left_over: whether photos were passed over because of the limit.

    """

    found = Signal(object, object)
    failed = Signal(object, object)
    empty = Signal(object)
    progressed = Signal()

    def __init__(
        self,
        context: AppContext,
        look: Callable[[Path], Any],
        *,
        limit: int | None = None,
        parent: QObject | None = None,
    ) -> None:
        """Args: look: called on the background thread. limit: of photos, over its whole life."""
        super().__init__(parent)
        self._context = context
        self._look = look
        self._limit = limit
        self._queue: deque[Path] = deque()
        self._known: set[Path] = set()
        self._round = 0
        self._is_looking = False
        self._is_pumping = False
        self.finished = 0
        self.left_over = False
        context.engine_ready.connect(self._pump)

    @property
    def waiting(self) -> int:
        """How many photos and folders are still to be looked at."""
        return len(self._queue) + self._is_looking

    def add(self, paths: Sequence[Path]) -> None:
        """Look at these as well; those that were looked at before are passed over."""
        if not self.waiting:
            self.finished = 0
        self._enqueue(paths)
        self.progressed.emit()
        self._pump()

    def forget(self, path: Path) -> None:
        """Look at a photo again when it is added again."""
        self._known.discard(path)

    def cancel(self) -> None:
        """Look no further; what is being looked at is not told of."""
        self._round += 1
        self._known.difference_update(self._queue)
        self._queue.clear()
        self._is_looking = False
        self.progressed.emit()

    def _enqueue(self, paths: Sequence[Path]) -> None:
        for path in paths:
            if path in self._known:
                continue
            if self._limit is not None and len(self._known) >= self._limit:
                self.left_over = True
                return
            self._known.add(path)
            self._queue.append(path)

    def _pump(self) -> None:
        # A runner that works inline calls back from within run(): the loop goes on here then.
        if self._is_pumping or not self._context.is_ready:
            return
        self._is_pumping = True
        try:
            while self._queue and not self._is_looking:
                self._is_looking = True
                self._start(self._queue.popleft(), this_round=self._round)
        finally:
            self._is_pumping = False

    def _start(self, path: Path, *, this_round: int) -> None:
        def work() -> tuple[bool, Any]:
            return (True, find_photos(path)) if path.is_dir() else (False, self._look(path))

        def finish(answer: Callable[[], None]) -> None:
            if this_round != self._round:
                return
            self._is_looking = False
            answer()
            self.progressed.emit()
            self._pump()

        self._context.general.run(
            work,
            success=while_alive(self, lambda result: finish(lambda: self._take(path, *result))),
            failure=while_alive(
                self, lambda error: finish(lambda: self._take_failure(path, error))
            ),
        )

    def _take(self, path: Path, is_folder: bool, result: Any) -> None:  # noqa: FBT001 - unpacked
        if not is_folder:
            self.finished += 1
            self.found.emit(path, result)
            return
        self._known.discard(path)
        self._enqueue(result)
        if not result:
            self.empty.emit(path)

    def _take_failure(self, path: Path, error: Exception) -> None:
        self.finished += 1
        # It may be mended meanwhile.
        self._known.discard(path)
        self.failed.emit(path, error)
