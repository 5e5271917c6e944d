"""Who is in a folder, and what became of its photos, as Qt's views want it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QLocale,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Signal,
)

from desktop_app.recognition.people import name_key
from desktop_app.services.imports.layout import FolderPerson
from desktop_app.services.imports.report import Outcome, PhotoReport
from desktop_app.ui.imports.import_words import outcome_words

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_NUMBERS = Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter
_CHECKED = (Qt.ItemDataRole.CheckStateRole,)


class PlanModel(QAbstractTableModel):
    """The people of a folder, each with a tick.

    Attributes:
        ticked: somebody was ticked, or is no more.

    """

    ticked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._people: tuple[FolderPerson, ...] = ()
        self._new: list[bool] = []
        self._left_out: set[str] = set()

    @property
    def left_out(self) -> frozenset[str]:
        """Names of those who are not ticked."""
        return frozenset(self._left_out)

    @property
    def counts(self) -> tuple[int, int, int]:
        """How many people are ticked, how many of those are new, how many photos they have."""
        people = new = photos = 0
        for person, is_new in zip(self._people, self._new, strict=True):
            if person.name not in self._left_out:
                people, new, photos = people + 1, new + is_new, photos + len(person.photos)
        return people, new, photos

    def show(
        self,
        people: Sequence[FolderPerson],
        *,
        enrolled: Collection[str],
        left_out: Collection[str] = (),
    ) -> None:
        """Show these people.

        Args:
            people: those of the folder.
            enrolled: ``name_key`` of everybody who is enrolled.
            left_out: names of those who are not ticked.

        """
        self.beginResetModel()
        self._people = tuple(people)
        self._new = [name_key(person.name) not in enrolled for person in people]
        self._left_out = {person.name for person in people} & set(left_out)
        self.endResetModel()
        self.ticked.emit()

    def tick_all(self) -> None:
        """Tick everybody."""
        self._tick(set())

    def tick_none(self) -> None:
        """Tick nobody."""
        self._tick({person.name for person in self._people})

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Qt's."""
        return 0 if parent.isValid() else len(self._people)

    def columnCount(self, parent: Index = _ROOT) -> int:
        """Qt's."""
        return 0 if parent.isValid() else 3

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Qt's."""
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsUserCheckable if index.column() == 0 else flags

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Qt's."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and section == 2:
            return _NUMBERS
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return (self.tr("Person"), self.tr("Gallery"), self.tr("Photos"))[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt's."""
        if not index.isValid():
            return None
        person, column = self._people[index.row()], index.column()
        if role == Qt.ItemDataRole.CheckStateRole and column == 0:
            is_in = person.name not in self._left_out
            return Qt.CheckState.Checked if is_in else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.TextAlignmentRole and column == 2:
            return _NUMBERS
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            if column == 0:
                return person.name
            if column == 1:
                return self.tr("New") if self._new[index.row()] else self.tr("Enrolled already")
            return QLocale().toString(len(person.photos))
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Qt's."""
        if not index.isValid() or role != Qt.ItemDataRole.CheckStateRole or index.column() != 0:
            return False
        name = self._people[index.row()].name
        if Qt.CheckState(value) == Qt.CheckState.Checked:
            self._left_out.discard(name)
        else:
            self._left_out.add(name)
        self.dataChanged.emit(index, index, list(_CHECKED))
        self.ticked.emit()
        return True

    def _tick(self, left_out: set[str]) -> None:
        self._left_out = left_out
        if self._people:
            first, last = self.index(0, 0), self.index(len(self._people) - 1, 0)
            self.dataChanged.emit(first, last, list(_CHECKED))
        self.ticked.emit()


class ReportModel(QAbstractTableModel):
    """What became of each photo."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reports: tuple[PhotoReport, ...] = ()

    @property
    def reports(self) -> tuple[PhotoReport, ...]:
        """All of them."""
        return self._reports

    def show(self, reports: Sequence[PhotoReport]) -> None:
        """Show these."""
        self.beginResetModel()
        self._reports = tuple(reports)
        self.endResetModel()

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Qt's."""
        return 0 if parent.isValid() else len(self._reports)

    def columnCount(self, parent: Index = _ROOT) -> int:
        """Qt's."""
        return 0 if parent.isValid() else 3

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Qt's."""
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (self.tr("Person"), self.tr("Photo"), self.tr("What became of it"))[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt's."""
        if not index.isValid():
            return None
        report = self._reports[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return (report.person, report.photo, outcome_words(report))[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            whole = (report.person, report.photo, report.reason or outcome_words(report))
            return whole[index.column()]
        return None


class ReportFilter(QSortFilterProxyModel):
    """Those photos that one thing became of."""

    def __init__(self, source: ReportModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._outcome: Outcome | None = None
        self._code: str | None = None
        self.setSourceModel(source)

    def look_for(self, outcome: Outcome | None, code: str | None = None) -> None:
        """Show those that became this, refused for this reason; all where it is None."""
        self._outcome, self._code = outcome, code
        self.invalidate()

    def filterAcceptsRow(self, row: int, parent: Index) -> bool:
        """Qt's."""
        if parent.isValid():
            return False
        report = self._source.reports[row]
        fits = self._outcome is None or report.outcome is self._outcome
        return fits and (self._code is None or report.code == self._code)
