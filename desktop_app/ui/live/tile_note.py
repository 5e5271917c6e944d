"""What is wrong with a source, in one line: for tiles that are too small for more."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QWidget

from desktop_app.ui.icons import icon_pixmap
from desktop_app.ui.message_bar import MessageBar


class TileNote(QFrame):
    """Says what a message bar says, shortened, and whole in its tip.

    What changes from second to second is the newest, and stands for the rest.
    """

    def __init__(self, bar: MessageBar, parent: QWidget | None = None) -> None:
        """Args: bar: is shown where there is room, with what can be done about it."""
        super().__init__(parent)
        # It looks like one.
        self.setObjectName("messageBar")
        self._bar = bar
        self._tone = ""
        self._sign = QLabel()
        self.label = QLabel()
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 2, 6, 2)
        row.setSpacing(6)
        row.addWidget(self._sign)
        row.addWidget(self.label, 1)
        bar.changed.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Say it as it is now."""
        parts = [part for part in (self._bar.text, self._bar.aside) if part]
        self.setHidden(not parts)
        if not parts:
            return
        self.setToolTip("\n".join(parts))
        if self._bar.tone != self._tone:
            self._tone = self._bar.tone
            self.setProperty("tone", self._tone)
            self.style().unpolish(self)
            self.style().polish(self)
            self._draw()
        metrics = self.label.fontMetrics()
        room = max(0, self.label.width())
        self.label.setText(metrics.elidedText(parts[-1], Qt.TextElideMode.ElideRight, room))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt's."""
        super().resizeEvent(event)
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        """Draw the sign in the colours of another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()

    def _draw(self) -> None:
        self._sign.setPixmap(
            icon_pixmap(
                "warning" if self._tone == "warning" else "info",
                size=self.fontMetrics().height(),
                colour=self.palette().windowText().color(),
                ratio=self.devicePixelRatioF(),
            )
        )
