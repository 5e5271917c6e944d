"""A strip above the picture that says what is the matter, with buttons that mend it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from desktop_app.ui.icons import icon_pixmap

Choice = tuple[str, Callable[[], object]]


class MessageBar(QFrame):
    """One message at a time; hidden when there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("messageBar")
        self._tone = ""
        self._sign = QLabel()
        self._text = QLabel()
        # A path may look like markup, and must be shown as it is.
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._buttons: list[QPushButton] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 6, 12, 6)
        self._row.addWidget(self._sign)
        self._row.addWidget(self._text, 1)
        self.setAccessibleName(self.tr("Message"))
        self.hide()

    @property
    def text(self) -> str:
        """What it says; empty while it is hidden."""
        return self._text.text()

    @property
    def buttons(self) -> Sequence[QPushButton]:
        """What can be done about it."""
        return tuple(self._buttons)

    def tell(self, text: str, *choices: Choice) -> None:
        """Say something in passing."""
        self._show("notice", text, choices)

    def warn(self, text: str, *choices: Choice) -> None:
        """Say that something is wrong."""
        self._show("warning", text, choices)

    def clear(self) -> None:
        """Say nothing."""
        self._text.clear()
        self._drop_buttons()
        self.hide()

    def refresh_icon(self) -> None:
        """Draw the sign in the colours of the theme."""
        size = round(self.fontMetrics().height() * 1.2)
        name = "warning" if self._tone == "warning" else "info"
        self._sign.setPixmap(
            icon_pixmap(
                name,
                size=size,
                colour=self.palette().windowText().color(),
                ratio=self.devicePixelRatioF(),
            )
        )

    def _show(self, tone: str, text: str, choices: Sequence[Choice]) -> None:
        self._drop_buttons()
        if tone != self._tone:
            self._tone = tone
            self.setProperty("tone", tone)
            self.style().unpolish(self)
            self.style().polish(self)
        self.refresh_icon()
        self._text.setText(text)
        self.setAccessibleDescription(text)
        for label, act in choices:
            button = QPushButton(label)
            button.clicked.connect(lambda _checked=False, act=act: act())
            self._row.addWidget(button)
            self._buttons.append(button)
        self.show()
        # A screen reader says it without being led there.
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def _drop_buttons(self) -> None:
        for button in self._buttons:
            self._row.removeWidget(button)
            button.hide()
            # Later: it may be the one whose click led here.
            button.deleteLater()
        self._buttons = []
