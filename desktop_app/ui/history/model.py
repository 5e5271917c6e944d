"""The events that are listed, read page by page as they come into sight."""

from __future__ import annotations

import enum
from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from typing import Any

from PySide6.QtCore import QAbstractListModel, QAbstractTableModel, QModelIndex, QObject, Qt

from desktop_app.recognition.events import Event
from desktop_app.services.history.log import Day
from desktop_app.ui.history.words import (
    day_in_short,
    day_text,
    duration_text,
    source_text,
    span_text,
    sureness_text,
    who_text,
)
from desktop_app.ui.line_delegate import Index

PAGE = 200
# Events that are read again to show what has changed; who has gone further down sees them later.
MOST_READ_AGAIN = 1000

# Asks for the events after one, so many at most. What comes back goes to the first callback; the
# second one is called where nothing does.
Ask = Callable[[Event | None, int, Callable[[list[Event]], object], Callable[[], object]], object]


class Column(enum.IntEnum):
    """What a line says."""

    WHO = 0
    TIME = 1
    LONG = 2
    SOURCE = 3
    SURE = 4


class HistoryModel(QAbstractTableModel):
    """A line an event, newest first."""

    def __init__(self, ask: Ask, parent: QObject | None = None) -> None:
        """Args: ask: reads events; see ``Ask``."""
        super().__init__(parent)
        self._ask = ask
        self._events: list[Event] = []
        self._is_whole = True
        self._with_days = False
        # Raised with each new question: answers to older ones come too late.
        self._question = 0
        self._is_asking = False
        # Qt asks for more whenever it can, and would have a trouble said without an end.
        self._gave_up = False

    @property
    def events(self) -> Sequence[Event]:
        """Those that were read."""
        return tuple(self._events)

    def event_at(self, index: Index) -> Event | None:
        """Return the event of a line."""
        return self._events[index.row()] if index.isValid() else None

    def start_afresh(self, *, with_days: bool) -> None:
        """Show other events; ``with_days`` because they are of several days."""
        self._question += 1
        self._with_days = with_days
        question = self._question

        def take(events: list[Event]) -> None:
            if question != self._question:
                return
            self.beginResetModel()
            self._events = events
            self._is_whole = len(events) < PAGE
            self._is_asking = self._gave_up = False
            self.endResetModel()

        self._is_asking = True
        # What was listed is not what was asked for: rather nothing, until it is read again.
        self._ask(None, PAGE, take, lambda: take([]))

    def forget(self) -> None:
        """Keep nothing of what was read."""
        self._question += 1
        self.beginResetModel()
        self._events, self._is_whole, self._is_asking = [], True, False
        self.endResetModel()

    def read_again(self) -> None:
        """Show what has changed, and leave alone what has not."""
        if self._is_asking:
            return
        number = max(PAGE, len(self._events))
        if number > MOST_READ_AGAIN:
            return
        question = self._question

        def take(events: list[Event]) -> None:
            if question == self._question and not self._is_asking:
                self._gave_up = False
                self._replace(events, is_whole=len(events) < number)

        self._ask(None, number, take, lambda: None)

    def canFetchMore(self, parent: Index = QModelIndex()) -> bool:  # noqa: B008 - Qt's
        """Qt's."""
        return not (parent.isValid() or self._is_whole or self._is_asking or self._gave_up)

    def fetchMore(self, _parent: Index = QModelIndex()) -> None:  # noqa: B008 - Qt's
        """Qt's."""
        if not self.canFetchMore():
            return
        self._is_asking = True
        question = self._question

        def take(events: list[Event]) -> None:
            if question != self._question:
                return
            self._is_asking = False
            self._is_whole = len(events) < PAGE
            if events:
                first = len(self._events)
                self.beginInsertRows(QModelIndex(), first, first + len(events) - 1)
                self._events += events
                self.endInsertRows()

        def give_up() -> None:
            if question == self._question:
                self._is_asking, self._gave_up = False, True

        self._ask(self._events[-1], PAGE, take, give_up)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's
        """Qt's."""
        return 0 if parent.isValid() else len(self._events)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's
        """Qt's."""
        return 0 if parent.isValid() else len(Column)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt's."""
        event = self.event_at(index)
        if event is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(event, Column(index.column()))
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == Column.SOURCE:
            return event.source
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(filter(None, (self._text(event, column) for column in Column)))
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """Qt's."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        match Column(section):
            case Column.WHO:
                return self.tr("Who")
            case Column.TIME:
                return self.tr("When")
            case Column.LONG:
                return self.tr("How long")
            case Column.SOURCE:
                return self.tr("Seen by")
            case Column.SURE:
                return self.tr("How sure")

    def _text(self, event: Event, column: Column) -> str:
        match column:
            case Column.WHO:
                return who_text(event)
            case Column.TIME:
                span = span_text(event)
                if not self._with_days:
                    return span
                day = day_in_short(event.began.astimezone().date())
                return self.tr("{day}, {time}").format(day=day, time=span)
            case Column.LONG:
                return duration_text(event.ended - event.began)
            case Column.SOURCE:
                return source_text(event.source)
            case Column.SURE:
                return sureness_text(event)

    def _replace(self, events: list[Event], *, is_whole: bool) -> None:
        """Take the newest events again; what is still there stays in place, and stays chosen."""
        if events == self._events:
            return
        # What is older than all that was read stays, unless there is nothing older.
        oldest = self._row_of(events[-1].id) if events else None
        end = len(self._events) if is_whole or oldest is None else oldest + 1
        ids = {event.id for event in events}
        rest = [event for row, event in enumerate(self._events) if event.id in ids or row >= end]
        new = [*events, *(event for event in self._events[end:] if event.id not in ids)]
        known = {event.id for event in rest}
        if [event.id for event in new if event.id in known] != [event.id for event in rest]:
            self.beginResetModel()
            self._events = new
            self.endResetModel()
        else:
            self._leave_out({event.id for event in self._events} - known)
            self._put_in(new)
            self._events = new
            if new:
                self.dataChanged.emit(self.index(0, 0), self.index(len(new) - 1, len(Column) - 1))
        self._is_whole = is_whole or (self._is_whole and oldest is not None)

    def _row_of(self, event_id: int) -> int | None:
        return next((row for row, event in enumerate(self._events) if event.id == event_id), None)

    def _leave_out(self, ids: Collection[int]) -> None:
        """Remove events, run by run from the last."""
        last = len(self._events) - 1
        while last >= 0:
            first = last
            if self._events[last].id in ids:
                while first > 0 and self._events[first - 1].id in ids:
                    first -= 1
                self.beginRemoveRows(QModelIndex(), first, last)
                del self._events[first : last + 1]
                self.endRemoveRows()
            last = first - 1

    def _put_in(self, events: Sequence[Event]) -> None:
        """Insert what is not there yet, run by run from the first."""
        known = {event.id for event in self._events}
        first = 0
        while first < len(events):
            last = first
            if events[first].id not in known:
                while last + 1 < len(events) and events[last + 1].id not in known:
                    last += 1
                self.beginInsertRows(QModelIndex(), first, last)
                self._events[first:first] = events[first : last + 1]
                self.endInsertRows()
            first = last + 1


class DaysModel(QAbstractListModel):
    """All days together, and then each that has events, newest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._days: list[Day] = []

    def show(self, days: list[Day]) -> None:
        """Show other days; where only counts changed, the chosen line stays chosen."""
        if [day.day for day in days] == [day.day for day in self._days]:
            self._days = days
            self.dataChanged.emit(self.index(0), self.index(len(days)))
            return
        self.beginResetModel()
        self._days = days
        self.endResetModel()

    def day_at(self, index: Index) -> date | None:
        """Return the day of a line; None for all of them."""
        return self._days[index.row() - 1].day if index.isValid() and index.row() else None

    def row_of(self, day: date | None) -> int:
        """Return the line of a day; that of all days where it has none."""
        return next((row for row, one in enumerate(self._days, 1) if one.day == day), 0)

    @property
    def total(self) -> int:
        """How many events there are."""
        return sum(day.events for day in self._days)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's
        """Qt's."""
        return 0 if parent.isValid() else len(self._days) + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt's."""
        if not index.isValid() or role != Qt.ItemDataRole.DisplayRole:
            return None
        text = self.tr("{day} ({number})")
        if not index.row():
            return text.format(day=self.tr("All days"), number=self.total)
        day = self._days[index.row() - 1]
        said = day_text(day.day, today=datetime.now().astimezone().date())
        return text.format(day=said, number=day.events)
