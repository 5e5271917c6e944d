"""Asks before the gallery gets other keys: for passphrases, or just whether that is meant."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from desktop_app.ui.icons import icon_pixmap
from desktop_app.ui.locking.passphrase_field import PassphraseField

# Letters of a new passphrase: below the first it is asked about, below the second it is guessed
# soon, from the third on hardly ever.
_ASKED_ABOUT, _SHORT, _LONG = 8, 10, 16


class KeysDialog(QDialog):
    """Stays open, and says what is under way, until what was asked for is done.

    Attributes:
        confirmed: the passphrase of the gallery and the new one; empty where not asked for.

    """

    confirmed = Signal(str, str)

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        title: str,
        text: str,
        act: str,
        asks_current: bool = False,
        asks_new: bool = False,
    ) -> None:
        """Build the dialog.

        Args:
            parent: Qt's.
            title: of the window.
            text: what is going to happen.
            act: on the button that does it.
            asks_current: ask for the passphrase of the gallery.
            asks_new: ask for a new one, twice.

        """
        super().__init__(parent)
        self.setWindowTitle(title)
        self._asks_current, self._asks_new = asks_current, asks_new
        self._is_waiting = False
        self.current = self._field(self.tr("Passphrase of the gallery"))
        self.new = self._field(self.tr("New passphrase"))
        self.again = self._field(self.tr("New passphrase, again"))
        self.show_box = QCheckBox(self.tr("&Show what is typed"))
        self.hint = QLabel()
        self.hint.setWordWrap(True)
        self.warning_sign = QLabel()
        self.warning_sign.hide()
        self.trouble = QLabel()
        self.trouble.setTextFormat(Qt.TextFormat.PlainText)
        self.trouble.setWordWrap(True)
        font = self.trouble.font()
        font.setBold(True)
        self.trouble.setFont(font)
        self.progress = QProgressBar()
        self.progress.setRange(0, 0)
        self.progress.setAccessibleName(self.tr("Everything is sealed anew"))
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.act_button = self.buttons.addButton(act, QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.accepted.connect(self._confirm)
        self.buttons.rejected.connect(self.reject)
        self._lay_out(text)
        # Only a button that is in the dialog already becomes its default.
        self.act_button.setDefault(True)
        for field in self._fields:
            field.textChanged.connect(self._update)
        self.resize(self.fontMetrics().averageCharWidth() * 64, 0)
        self._update()

    def refuse(self, trouble: str) -> None:
        """Say what kept it from being done; everything is as it was, and can be tried again."""
        self._is_waiting = False
        self.trouble.setText(trouble)
        self.current.forget()
        self._update()
        (self.current if self._asks_current else self.act_button).setFocus()

    def done(self, result: int) -> None:
        """Qt's. Nothing of what was typed is kept."""
        for field in (self.current, self.new, self.again):
            field.forget()
        super().done(result)

    def reject(self) -> None:
        """Qt's. What is under way can no longer be called off, and the dialog closes itself."""
        if not self._is_waiting:
            super().reject()

    @property
    def _fields(self) -> list[PassphraseField]:
        return [self.current] * self._asks_current + [self.new, self.again] * self._asks_new

    def _field(self, name: str) -> PassphraseField:
        field = PassphraseField()
        field.setAccessibleName(name)
        return field

    def _lay_out(self, text: str) -> None:
        words = QLabel(text)
        words.setWordWrap(True)
        self._column = layout = QVBoxLayout(self)
        layout.addWidget(words)
        if self._fields:
            form = QFormLayout()
            if self._asks_current:
                form.addRow(self.tr("&Passphrase of the gallery"), self.current)
            if self._asks_new:
                form.addRow(self.tr("&New passphrase"), self.new)
                form.addRow(self.tr("New passphrase, &again"), self.again)
                row = QHBoxLayout()
                row.addWidget(self.warning_sign, 0, Qt.AlignmentFlag.AlignTop)
                row.addWidget(self.hint, 1)
                form.addRow(row)
            form.addRow(self.show_box)
            layout.addLayout(form)
        for field in self._fields:
            field.show_with(self.show_box)
        layout.addWidget(self.trouble)
        layout.addWidget(self.progress)
        layout.addStretch()
        layout.addWidget(self.buttons)

    @Slot()
    def _update(self) -> None:
        self._say_hint()
        self.trouble.setVisible(bool(self.trouble.text()))
        self.progress.setVisible(self._is_waiting)
        for widget in (*self._fields, self.show_box, *self.buttons.buttons()):
            widget.setEnabled(not self._is_waiting)
        filled = all(field.text().strip() for field in self._fields)
        self.act_button.setEnabled(
            not self._is_waiting and filled and self.new.text() == self.again.text()
        )
        # Words that wrap need more room than a dialog gives them by itself.
        needed = self._column.totalHeightForWidth(self.width())
        if self.height() < needed:
            self.resize(self.width(), needed)

    def _say_hint(self) -> None:
        self.hint.setText(self._hint())
        self.hint.setAccessibleName(self.hint.text())
        length = len(self.new.text().strip())
        is_warning = self._asks_new and 0 < length < _SHORT
        self.hint.setForegroundRole(
            QPalette.ColorRole.WindowText if is_warning else QPalette.ColorRole.PlaceholderText
        )
        if is_warning and self.warning_sign.pixmap().isNull():
            self.warning_sign.setPixmap(
                icon_pixmap(
                    "warning",
                    size=round(self.fontMetrics().height() * 1.2),
                    colour=self.palette().windowText().color(),
                    ratio=self.devicePixelRatioF(),
                )
            )
        self.warning_sign.setVisible(is_warning)

    def _hint(self) -> str:
        length = len(self.new.text().strip())
        if self.again.text() and self.new.text() != self.again.text():
            return self.tr("The two are not the same.")
        if length == 0:
            return self.tr("Four or five words that do not belong together are hard to guess.")
        if length < _SHORT:
            return self.tr("That is short, and is guessed soon by whoever gets the file.")
        if length < _LONG:
            return self.tr("Longer would be safer.")
        return self.tr("That is long enough, unless it is a quotation.")

    @Slot()
    def _confirm(self) -> None:
        if not self.act_button.isEnabled():
            return
        if self._asks_new and len(self.new.text().strip()) < _ASKED_ABOUT:
            self._ask_about_short()
        else:
            self._go_on()

    def _ask_about_short(self) -> None:
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle(self.windowTitle())
        box.setText(
            self.tr(
                "A passphrase of %n character(s) is found within minutes by whoever gets the file. "
                "It would protect nobody.",
                "",
                len(self.new.text().strip()),
            )
        )
        longer = box.addButton(self.tr("Choose a &longer one"), QMessageBox.ButtonRole.RejectRole)
        anyway = box.addButton(
            self.tr("Use it &all the same"), QMessageBox.ButtonRole.DestructiveRole
        )
        box.setDefaultButton(longer)
        box.setEscapeButton(longer)
        longer.clicked.connect(self.new.setFocus)
        anyway.clicked.connect(self._go_on)
        box.open()

    @Slot()
    def _go_on(self) -> None:
        self._is_waiting = True
        self.trouble.setText(
            self.tr("Every picture is gone through, which takes a while where there are many…")
        )
        self._update()
        self.confirmed.emit(self.current.text(), self.new.text())
