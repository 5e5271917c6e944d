"""Collects garbage on the thread of the window, and on no other.

Python looks for cycles on whichever thread happens to allocate. Where a ``QObject`` is part of one
(a window that is closed and the callbacks it gave out), it would be destroyed on the database's
thread or that of recognition, and Qt, whose objects belong to the thread that made them, crashes
some time later.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer, Slot

# Rarely enough to cost nothing, often enough that no picture lingers for long.
_INTERVAL_MS = 1000


class GarbageCollector(QObject):
    """Does what Python's own collector would do, at its own thresholds; lives on the GUI thread.

    Python's is switched off until :meth:`close`.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._was_enabled = gc.isenabled()
        gc.disable()
        self._timer = QTimer(self, interval=_INTERVAL_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    @staticmethod
    def spare_what_stays() -> None:
        """Never look again at what there is now: modules, networks, the window itself.

        A full collection walks all that is not spared, and the window stands still meanwhile.
        Called again, it does nothing: what was let go of since must not stay.
        """
        if not gc.get_freeze_count():
            gc.freeze()

    @Slot()
    def look(self) -> None:
        """Collect the oldest generation that is due, with all younger ones."""
        counts, thresholds = gc.get_count(), gc.get_threshold()
        for generation in (2, 1, 0):
            if counts[generation] > thresholds[generation]:
                gc.collect(generation)
                return

    def close(self) -> None:
        """Let Python collect by itself again."""
        self._timer.stop()
        gc.unfreeze()
        if self._was_enabled:
            gc.enable()
