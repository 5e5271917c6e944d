"""What is shown above the picture while the gallery is shut: why, and the way in."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.ui.flow_layout import FlowLayout
from desktop_app.ui.icons import icon_pixmap
from desktop_app.ui.locking.passphrase_field import PassphraseField


class UnlockCard(QFrame):
    """Asks for the passphrase, or offers to open with the keychain; hidden while it is open.

    Attributes:
        unlock_wanted: the passphrase that was typed; empty where none is asked for.
        other_wanted: another gallery is to be opened instead.

    """

    unlock_wanted = Signal(str)
    other_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("messageBar")
        self.setAccessibleName(self.tr("Locked"))
        self._asks = False
        self._sign = QLabel()
        self._text = QLabel()
        # A path may look like markup, and must be shown as it is.
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._trouble = QLabel()
        self._trouble.setTextFormat(Qt.TextFormat.PlainText)
        self._trouble.setWordWrap(True)
        self.field = PassphraseField()
        self.field.setAccessibleName(self.tr("Passphrase"))
        self.field.setMinimumWidth(self.fontMetrics().averageCharWidth() * 24)
        self.field.returnPressed.connect(self._unlock)
        self.field.textChanged.connect(self._update)
        self._label = QLabel(self.tr("&Passphrase"))
        self._label.setBuddy(self.field)
        self.button = QPushButton(self.tr("&Unlock"))
        self.button.clicked.connect(self._unlock)
        self.other_button = QPushButton(self.tr("Choose &another gallery…"))
        self.other_button.clicked.connect(self.other_wanted)
        for button in (self.button, self.other_button):
            button.setAutoDefault(False)
        self._lay_out()
        self.hide()

    @property
    def text(self) -> str:
        """Why it is shut."""
        return self._text.text()

    @property
    def trouble(self) -> str:
        """What was wrong with the last try; empty where nothing was."""
        return self._trouble.text()

    def ask(
        self, text: str, *, for_passphrase: bool, offers_other: bool, trouble: str = ""
    ) -> None:
        """Show it.

        Args:
            text: why the gallery is shut.
            for_passphrase: whether one is needed.
            offers_other: another gallery may be opened instead.
            trouble: what was wrong with the last try.

        """
        self._asks = for_passphrase
        self._text.setText(text)
        self._trouble.setText(trouble)
        self._trouble.setVisible(bool(trouble))
        self.setAccessibleDescription(trouble or text)
        self._entry.setVisible(for_passphrase)
        self.other_button.setVisible(offers_other)
        self.field.forget()
        self._set_waiting(waiting=False)
        self._draw_sign()
        self.show()
        (self.field if for_passphrase else self.button).setFocus()
        # A screen reader says it without being led there.
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def clear(self) -> None:
        """Hide it, and keep nothing of what was typed."""
        self.field.forget()
        self._text.clear()
        self._trouble.clear()
        self.hide()

    def changeEvent(self, event: QEvent) -> None:
        """Draw the sign in the colours of another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and not self.isHidden():
            self._draw_sign()

    def _lay_out(self) -> None:
        self._entry = QWidget()
        entry = QHBoxLayout(self._entry)
        entry.setContentsMargins(0, 0, 0, 0)
        for part in (self._label, self.field, self.field.show_box):
            entry.addWidget(part)
        controls = FlowLayout()
        for widget in (self._entry, self.button, self.other_button):
            controls.addWidget(widget)
        column = QVBoxLayout()
        column.addWidget(self._text)
        column.addWidget(self._trouble)
        column.addLayout(controls)
        font = self._trouble.font()
        font.setBold(True)
        self._trouble.setFont(font)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 10, 12, 10)
        row.setSpacing(12)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(column, 1)

    @Slot()
    def _unlock(self) -> None:
        if not self.button.isEnabled():
            return
        typed = self.field.take() if self._asks else ""
        self._trouble.clear()
        self._trouble.hide()
        self._set_waiting(waiting=True)
        self.unlock_wanted.emit(typed)

    def _set_waiting(self, *, waiting: bool) -> None:
        self.button.setText(self.tr("Unlocking…") if waiting else self.tr("&Unlock"))
        self.field.setReadOnly(waiting)
        self.other_button.setEnabled(not waiting)
        self._is_waiting = waiting
        self._update()

    @Slot()
    def _update(self) -> None:
        self.button.setEnabled(not self._is_waiting and (bool(self.field.text()) or not self._asks))

    def _draw_sign(self) -> None:
        self._sign.setPixmap(
            icon_pixmap(
                "lock",
                size=round(self.fontMetrics().height() * 1.6),
                colour=self.palette().windowText().color(),
                ratio=self.devicePixelRatioF(),
            )
        )
