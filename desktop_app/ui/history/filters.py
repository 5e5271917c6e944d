"""What the history is narrowed down to: whom, by which source, and what one types."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from desktop_app.recognition.events import EventFilter
from desktop_app.recognition.people import Person
from desktop_app.ui.history.words import source_text
from desktop_app.ui.search_field import SearchField
from desktop_app.ui.words import isolated

# Somebody who types on is not searched for with each letter, milliseconds.
_PAUSE_MS = 150
_EVERYBODY, _NAMELESS = "everybody", "nameless"


class HistoryFilters(QWidget):
    """A line of fields.

    Attributes:
        changed: :attr:`wanted` is another.

    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.search = SearchField(self.tr("Search names and sources"))
        self.who = QComboBox()
        self.who.setAccessibleName(self.tr("Who"))
        self.source = QComboBox()
        self.source.setAccessibleName(self.tr("Seen by"))
        for box in (self.who, self.source):
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            box.setMinimumContentsLength(14)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.search, 1)
        row.addWidget(self.who)
        row.addWidget(self.source)
        self.show_people(())
        self.show_sources(())
        self._pause = QTimer(self, interval=_PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(self.changed)
        self.search.textChanged.connect(self._pause.start)
        self.who.currentIndexChanged.connect(self.changed)
        self.source.currentIndexChanged.connect(self.changed)

    @property
    def wanted(self) -> EventFilter:
        """What is asked for, of all days."""
        who = self.who.currentData()
        return EventFilter(
            identity_id=who if isinstance(who, int) else None,
            nameless=who == _NAMELESS,
            source=self.source.currentData(),
            text=self.search.text().strip(),
        )

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is left out."""
        return self.wanted != EventFilter()

    def clear(self) -> None:
        """Leave nothing out."""
        with QSignalBlocker(self.search), QSignalBlocker(self.who), QSignalBlocker(self.source):
            self.search.clear()
            self.who.setCurrentIndex(0)
            self.source.setCurrentIndex(0)
        self._pause.stop()
        self.changed.emit()

    def show_people(self, people: Sequence[Person]) -> None:
        """Offer these people."""
        chosen = self.who.currentData()
        with QSignalBlocker(self.who):
            self.who.clear()
            self.who.addItem(self.tr("Everybody"), _EVERYBODY)
            self.who.addItem(self.tr("Unknown people only"), _NAMELESS)
            if people:
                self.who.insertSeparator(2)
            for person in people:
                self.who.addItem(isolated(person.identity.name), person.identity.id)
            self.who.setCurrentIndex(max(0, self.who.findData(chosen)))
        if self.who.currentData() != chosen and chosen is not None:
            self.changed.emit()

    def show_sources(self, sources: Sequence[str]) -> None:
        """Offer these sources."""
        chosen = self.source.currentData()
        with QSignalBlocker(self.source):
            self.source.clear()
            self.source.addItem(self.tr("All sources"), None)
            for source in sources:
                self.source.addItem(source_text(source), source)
            self.source.setCurrentIndex(max(0, self.source.findData(chosen)))
        if self.source.currentData() != chosen:
            self.changed.emit()
