"""The numbers at the foot of the window."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QLocale, QObject, QTimer
from PySide6.QtWidgets import QLabel, QStatusBar, QWidget

_EVERY_MS = 1000
# Around what is in a status bar, and between two parts of it, pixels.
_EDGES = 16
_GAP = 8


class StatusNumbers(QWidget):
    """Frames shown a second, frames recognised a second, faces, people.

    The picture is refreshed many times a second, the numbers once: they are to be read. Where
    there is no room for all of them the least important go, rather than all being cut off.
    """

    def __init__(
        self,
        bar: QStatusBar,
        *,
        shown: Callable[[], int],
        recognised: Callable[[], int],
        faces: Callable[[], int],
    ) -> None:
        """Add the numbers to a status bar.

        Args:
            bar: where they go.
            shown: how many frames were shown so far.
            recognised: how many frames were recognised so far.
            faces: how many faces are marked now.

        """
        super().__init__(bar)
        self.hide()
        self._counters = (shown, recognised)
        self._faces = faces
        self._still = True
        self._before = (shown(), recognised())
        self._at = time.monotonic()
        self.rate = _number(bar)
        self.recognition = _number(bar)
        self.faces = _number(bar)
        self.people = _number(bar)
        self._bar = bar
        bar.installEventFilter(self)
        bar.messageChanged.connect(self._fit)
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self.refresh)

    def start(self) -> None:
        """Begin to count, or go on."""
        if not self._still:
            return
        self._still = False
        self._before = (self._counters[0](), self._counters[1]())
        self._at = time.monotonic()
        self._timer.start()

    def stop(self, *, showing: bool) -> None:
        """Show no rates: nothing moves.

        Args:
            showing: there is a picture all the same, whose faces are counted.

        """
        self._still = True
        for label in (self.rate, self.recognition):
            label.clear()
        if not showing:
            self._timer.stop()
            self.faces.clear()
        self._fit()

    def show_people(self, count: int) -> None:
        """Say how many people are enrolled."""
        self.people.setText(self.tr("%n person(s) enrolled", "", count))
        self._fit()

    def forget_people(self) -> None:
        """Say nothing of how many are enrolled, which nobody knows while the gallery is shut."""
        self.people.clear()
        self._fit()

    def refresh(self) -> None:
        """Work out the rates since the last time."""
        now = time.monotonic()
        elapsed = max(1e-3, now - self._at)
        counts = (self._counters[0](), self._counters[1]())
        shown, recognised = (
            (count - before) / elapsed for count, before in zip(counts, self._before, strict=True)
        )
        self._before, self._at = counts, now
        self.faces.setText(self.tr("%n face(s)", "", self._faces()))
        if not self._still:
            self._show_rates(shown, recognised)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt's."""
        if event.type() in {QEvent.Type.Resize, QEvent.Type.FontChange}:
            self._fit()
        return super().eventFilter(watched, event)

    def _show_rates(self, shown: float, recognised: float) -> None:
        locale = QLocale()
        self.rate.setText(
            self.tr("{rate} frames a second").format(rate=locale.toString(shown, "f", 0))
        )
        self.recognition.setText(
            self.tr("recognition {rate} a second").format(rate=locale.toString(recognised, "f", 0))
        )

    def _fit(self) -> None:
        """Hide what there is no room for, the least important first."""
        message = self._bar.currentMessage()
        room = self._bar.width() - self._bar.fontMetrics().horizontalAdvance(message) - _EDGES
        for label in (self.people, self.faces, self.rate, self.recognition):
            room -= label.sizeHint().width() + _GAP
            label.setVisible(bool(label.text()) and room >= 0)


def _number(bar: QStatusBar) -> QLabel:
    label = QLabel()
    label.setContentsMargins(8, 0, 8, 0)
    # Or the window could not be made narrower than all numbers together.
    label.setMinimumWidth(1)
    bar.addPermanentWidget(label)
    return label
