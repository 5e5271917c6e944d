"""What stands above a picture that is not the only one: its source's name, and its buttons."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from desktop_app.ui.icons import icon_pixmap


class TileHead(QWidget):
    """A narrow strip; a name that is too long for it is shortened, and whole in the tip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = ""
        self.setAutoFillBackground(True)
        self.label = QLabel()
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.all_button = QToolButton()
        self.all_button.setAutoRaise(True)
        self.all_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.all_button.setText(self.tr("Show all"))
        self.all_button.setToolTip(self.tr("Show all sources again (Esc)"))
        self.all_button.hide()
        self.close_button = QToolButton()
        self.close_button.setAutoRaise(True)
        self.close_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 1, 1, 1)
        row.setSpacing(4)
        row.addWidget(self.label, 1)
        row.addWidget(self.all_button)
        row.addWidget(self.close_button)
        self._draw()

    @property
    def name(self) -> str:
        """Whole."""
        return self._name

    def say(self, name: str) -> None:
        """Name the source."""
        self._name = name
        close = self.tr("Close {source}").format(source=name)
        self.close_button.setToolTip(close)
        self.close_button.setAccessibleName(close)
        self._fit()

    def emphasise(self, *, chosen: bool) -> None:
        """Say by more than a colour whether this is the picture that keys and buttons mean."""
        font = self.label.font()
        font.setBold(chosen)
        self.label.setFont(font)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses a button too, of which Qt lets only the space bar do so."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            for button in (self.all_button, self.close_button):
                if button.hasFocus():
                    button.click()
                    return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt's."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Draw the sign in the colours of another theme."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.FontChange}:
            self._draw()
            self._fit()

    def _fit(self) -> None:
        metrics = self.label.fontMetrics()
        room = max(0, self.label.width())
        shown = metrics.elidedText(self._name, Qt.TextElideMode.ElideMiddle, room)
        self.label.setText(shown)
        self.label.setToolTip(self._name if shown != self._name else "")

    def _draw(self) -> None:
        size = round(self.fontMetrics().height() * 0.9)
        self.close_button.setIconSize(QSize(size, size))
        self.close_button.setIcon(
            icon_pixmap(
                "close",
                size=size,
                colour=self.palette().windowText().color(),
                ratio=self.devicePixelRatioF(),
            )
        )
