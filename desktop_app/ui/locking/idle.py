"""Notices when nobody has touched any of our windows for a while."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication

_LOOK_MS = 5000
_TOUCHES = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
        QEvent.Type.TabletPress,
        QEvent.Type.TabletMove,
        QEvent.Type.InputMethod,
        QEvent.Type.DragMove,
    }
)


class IdleWatch(QObject):
    """Looks at every key and touch, but only while somebody wants to know.

    Attributes:
        idle: nobody has touched anything for as long as was asked for; rung every few seconds
            until somebody does.

    """

    idle = Signal()

    def __init__(
        self,
        parent: QObject,
        *,
        clocks: tuple[Callable[[], float], ...] = (time.monotonic, time.time),
    ) -> None:
        """Prepare.

        Args:
            parent: Qt's.
            clocks: in seconds; the one that runs fastest counts. Some stand still while the
                computer sleeps, and the other can be put back.

        """
        super().__init__(parent)
        self._clocks = clocks
        self._limit = 0.0
        self._touched = self._now()
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self.look)

    def watch(self, *, seconds: float) -> None:
        """Ring :attr:`idle` after so long; 0 watches no more."""
        if seconds == self._limit:
            return
        app = QApplication.instance()
        assert app is not None
        self._limit = seconds
        self._touched = self._now()
        if seconds:
            # Installed twice it would be asked once all the same.
            app.installEventFilter(self)
            self._timer.start()
        else:
            app.removeEventFilter(self)
            self._timer.stop()

    @Slot()
    def look(self) -> None:
        """Look at the clocks."""
        passed = max(now - then for now, then in zip(self._now(), self._touched, strict=True))
        if self._limit and passed >= self._limit:
            self.idle.emit()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Let everything pass."""
        if event.type() in _TOUCHES:
            self._touched = self._now()
        return False

    def _now(self) -> tuple[float, ...]:
        return tuple(clock() for clock in self._clocks)
