"""Where a person's name is typed; it knows who is enrolled already."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QMoveEvent
from PySide6.QtWidgets import QAbstractItemView, QCompleter, QLineEdit, QWidget

from desktop_app.errors import InvalidName
from desktop_app.recognition.people import LONGEST_NAME, Person, clean_name, name_key
from desktop_app.recognition.types import Identity
from desktop_app.ui.error_dialog import sentence_for


class NameField(QLineEdit):
    """Offers the names of enrolled people while one is typed.

    Attributes:
        entered: Enter was pressed while names were offered, and none of them was picked.

    """

    entered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._identities: dict[str, Identity] = {}
        self._names = QStringListModel(self)
        self.setMaxLength(LONGEST_NAME)
        self.setAccessibleName(self.tr("Name"))
        self.setPlaceholderText(self.tr("Who is it?"))
        completer = QCompleter(self._names, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.setCompleter(completer)

    def set_people(self, people: Sequence[Person]) -> None:
        """Know these people."""
        self._identities = {name_key(person.identity.name): person.identity for person in people}
        self._names.setStringList([person.identity.name for person in people])

    @property
    def existing(self) -> Identity | None:
        """The enrolled person of the name that was typed, in whatever case."""
        return self._identities.get(name_key(" ".join(self.text().split())))

    @property
    def name(self) -> str:
        """The name as it will be kept; empty while what was typed is no name."""
        existing = self.existing
        if existing is not None:
            return existing.name
        try:
            return clean_name(self.text())
        except InvalidName:
            return ""

    @property
    def complaint(self) -> str:
        """Why what was typed is no name; empty where it is one, or nothing was typed."""
        if not self.text().strip():
            return ""
        try:
            clean_name(self.text())
        except InvalidName as error:
            return sentence_for(error)
        return ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt's. Enter takes what was typed, unless another name was picked from those offered."""
        popup = self._popup
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and popup.isVisible() and not popup.currentIndex().isValid():
            # The completer hands Enter to this field only: the dialog would never hear of it.
            popup.hide()
            self.entered.emit()
            return
        super().keyPressEvent(event)
        self._stop_offering()

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Qt's."""
        super().inputMethodEvent(event)
        self._stop_offering()

    def moveEvent(self, event: QMoveEvent) -> None:
        """Qt's. The names that are offered go along: they would lie over the field."""
        super().moveEvent(event)
        if self._popup.isVisible():
            self.completer().complete()

    @property
    def _popup(self) -> QAbstractItemView:
        popup = self.completer().popup()
        assert popup is not None, "a completer that pops up has a popup"
        return popup

    def _stop_offering(self) -> None:
        if self.existing is not None:
            self._popup.hide()
