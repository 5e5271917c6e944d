"""What to do now, in large type and aloud."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget

# A hint that does not last so long is not given: pictures follow each other, milliseconds.
_FLEETING = 300
_LARGER = 1.7


class HintLabel(QLabel):
    """Says one sentence at a time; a screen reader says it without being led there."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._pending = ""
        self._timer = QTimer(self, singleShot=True, interval=_FLEETING)
        self._timer.timeout.connect(self._say_pending)
        self._enlarge()

    def say(self, text: str) -> None:
        """Say it now."""
        self._timer.stop()
        if text == self.text():
            return
        self.setText(text)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    def say_if_it_lasts(self, text: str) -> None:
        """Say it once it was to be said for a moment."""
        if text == self.text():
            self._timer.stop()
        elif text != self._pending or not self._timer.isActive():
            self._pending = text
            self._timer.start()

    def changeEvent(self, event: QEvent) -> None:
        """Stay larger than the system's font, whatever that becomes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ApplicationFontChange:
            self._enlarge()

    @Slot()
    def _say_pending(self) -> None:
        self.say(self._pending)

    def _enlarge(self) -> None:
        font = QApplication.font(self)
        font.setPointSizeF(font.pointSizeF() * _LARGER)
        font.setBold(True)
        self.setFont(font)
        # Room for two lines: the picture must not jump when a sentence is longer.
        self.setMinimumHeight(self.fontMetrics().lineSpacing() * 2)
