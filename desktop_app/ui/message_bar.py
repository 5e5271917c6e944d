"""A strip that says what is the matter, with buttons that mend it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QRect, Qt, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleEvent, QIcon, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.ui.flow_layout import FlowLayout
from desktop_app.ui.icons import icon_pixmap

# Left, top, right, bottom; and between two buttons, pixels.
_MARGINS = (12, 6, 12, 6)
_GAP = 6
# Text that would need more lines than this beside its buttons has them beneath it.
_LINES_BESIDE = 2

Choice = tuple[str, Callable[[], object]]


class MessageBar(QFrame):
    """One message at a time; hidden when there is none.

    Attributes:
        changed: it says something else, or nothing.
        dismissed: somebody sent a message away, and which.
        cleared: it says nothing any more.

    """

    changed = Signal()
    dismissed = Signal(str)
    cleared = Signal()

    def __init__(self, parent: QWidget | None = None, *, dismissable: bool = False) -> None:
        """Args: dismissable: what it says does not go away by itself, and can be sent away."""
        super().__init__(parent)
        self.setObjectName("messageBar")
        self._tone = ""
        self._sign = QLabel()
        self._text = QLabel()
        # A path may look like markup, and must be shown as it is.
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._aside = QLabel(self)
        self._aside.setTextFormat(Qt.TextFormat.PlainText)
        self._aside.hide()
        self._buttons: list[QPushButton] = []
        # In reading order: the buttons, and before them what is said beside the message.
        self._extras: list[QWidget] = []
        self._is_below = False
        self._row = QHBoxLayout()
        self._row.addWidget(self._sign)
        self._row.addWidget(self._text, 1)
        self._below = FlowLayout()
        self._below.setSpacing(_GAP)
        column = QVBoxLayout(self)
        column.setContentsMargins(*_MARGINS)
        column.addLayout(self._row)
        column.addLayout(self._below)
        self.dismiss_button = self._make_dismiss_button() if dismissable else None
        self.setAccessibleName(self.tr("Message"))
        self.hide()

    @property
    def text(self) -> str:
        """What it says; empty while it is hidden."""
        return self._text.text()

    @property
    def tone(self) -> str:
        """How it says that: ``notice`` or ``warning``."""
        return self._tone

    @property
    def aside(self) -> str:
        """What it says beside the message; empty where that is nothing."""
        return self._aside.text() if self._aside in self._extras else ""

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

    def amend(self, text: str) -> None:
        """Say it in other words; nobody is told again."""
        self._text.setText(text)
        self.setAccessibleDescription(text)
        self._place_buttons()
        self.changed.emit()

    def put_aside(self, text: str) -> None:
        """Say beside the message what changes from second to second; nobody is told of it.

        It takes up the room that it once needed while the message is the same, so that no button
        moves under the mouse.
        """
        self._aside.setText(text)
        self._aside.setMinimumWidth(max(self._aside.minimumWidth(), self._aside.sizeHint().width()))
        if self._aside not in self._extras:
            # On one line with what the buttons say.
            self._aside.setMinimumHeight(QPushButton("M").sizeHint().height())
            self._extras.insert(0, self._aside)
            self._lay_out()
            self._aside.show()
            self._place_buttons()
        self.changed.emit()

    def keep_room(self) -> None:
        """Take up the room of a line while hidden too, so that nothing moves when it is shown."""
        policy = self.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.setSizePolicy(policy)
        _left, top, _right, bottom = _MARGINS
        self.setMinimumHeight(top + QPushButton("M").sizeHint().height() + bottom)

    def clear(self) -> None:
        """Say nothing."""
        said = self.text
        self._text.clear()
        self._drop_extras()
        self.hide()
        if said:
            self.changed.emit()
            self.cleared.emit()

    @Slot()
    def _dismiss(self) -> None:
        text = self.text
        self.clear()
        self.dismissed.emit(text)

    def changeEvent(self, event: QEvent) -> None:
        """Draw the signs in the colours of another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and not self.isHidden():
            self._draw_signs()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the buttons where there is room for them now."""
        super().resizeEvent(event)
        self._place_buttons()

    def _draw_signs(self) -> None:
        self._sign.setPixmap(self._drawn("warning" if self._tone == "warning" else "info"))
        if self.dismiss_button is not None:
            self.dismiss_button.setIcon(QIcon(self._drawn("close")))

    def _drawn(self, name: str) -> QPixmap:
        return icon_pixmap(
            name,
            size=round(self.fontMetrics().height() * 1.2),
            colour=self.palette().windowText().color(),
            ratio=self.devicePixelRatioF(),
        )

    def _make_dismiss_button(self) -> QToolButton:
        button = QToolButton()
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setToolTip(self.tr("Close this message"))
        button.setAccessibleName(self.tr("Close this message"))
        button.clicked.connect(self._dismiss)
        self._row.addWidget(button)
        return button

    def _show(self, tone: str, text: str, choices: Sequence[Choice]) -> None:
        self._drop_extras()
        if tone != self._tone:
            self._tone = tone
            self.setProperty("tone", tone)
            self.style().unpolish(self)
            self.style().polish(self)
        self._draw_signs()
        self._text.setText(text)
        self.setAccessibleDescription(text)
        for label, act in choices:
            button = QPushButton(label)
            button.clicked.connect(lambda _checked=False, act=act: act())
            self._buttons.append(button)
        self._extras += self._buttons
        self._lay_out()
        for button in self._buttons:
            # Now, not when the layout gets to it: the keyboard may be on its way.
            button.show()
        self._place_buttons()
        self.show()
        self.changed.emit()
        # A screen reader says it without being led there.
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def _place_buttons(self) -> None:
        """Put them beneath the text where they would squeeze it into a narrow column."""
        is_below = bool(self._extras) and not self._fits_beside()
        if is_below != self._is_below:
            self._is_below = is_below
            self._lay_out()

    def _lay_out(self) -> None:
        for number, extra in enumerate(self._extras):
            self._row.removeWidget(extra)
            self._below.removeWidget(extra)
            if self._is_below:
                self._below.addWidget(extra)
            else:
                self._row.insertWidget(2 + number, extra)

    def _fits_beside(self) -> bool:
        left, _top, right, _bottom = _MARGINS
        others = [self._sign, *self._extras]
        if self.dismiss_button is not None and not self.dismiss_button.isHidden():
            others.append(self.dismiss_button)
        gap = max(self._row.spacing(), 0)
        taken = left + right + sum(other.sizeHint().width() + gap for other in others)
        room = QRect(0, 0, max(1, self.width() - taken), self.screen().size().height())
        metrics = self._text.fontMetrics()
        needed = metrics.boundingRect(room, Qt.TextFlag.TextWordWrap, self.text)
        return (
            needed.width() <= room.width()
            and needed.height() <= _LINES_BESIDE * metrics.lineSpacing()
        )

    def _drop_extras(self) -> None:
        for extra in self._extras:
            (self._below if self._is_below else self._row).removeWidget(extra)
            extra.hide()
        for button in self._buttons:
            # Later: it may be the one whose click led here.
            button.deleteLater()
        self._buttons = []
        self._extras = []
        self._is_below = False
        self._aside.setMinimumWidth(0)
