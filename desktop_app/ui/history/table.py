"""The table of events."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from desktop_app.ui.history.model import Column, HistoryModel
from desktop_app.ui.menu_key import MenuKey

# Letters that the columns have room for; names have the rest.
_LETTERS = {Column.TIME: 32, Column.LONG: 12, Column.SOURCE: 15, Column.SURE: 11}


class HistoryTable(QTableView):
    """Whole lines are chosen; Tab leaves it, and Shift+F10 opens the menu.

    Attributes:
        deletion_wanted: the chosen lines are to be deleted.

    """

    deletion_wanted = Signal()

    def __init__(self, model: HistoryModel) -> None:
        super().__init__()
        # Before Qt's own, by which nothing would be chosen any more.
        model.rowsAboutToBeRemoved.connect(self._go_on_from)
        self.setModel(model)
        self.setAccessibleName(self.tr("Who was seen"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        rows, columns = self.verticalHeader(), self.horizontalHeader()
        rows.hide()
        rows.setDefaultSectionSize(round(self.fontMetrics().lineSpacing() * 1.6))
        columns.setHighlightSections(False)
        columns.setSectionResizeMode(Column.WHO, QHeaderView.ResizeMode.Stretch)
        letter = self.fontMetrics().averageCharWidth()
        columns.setMinimumSectionSize(letter * 8)
        for column, letters in _LETTERS.items():
            self.setColumnWidth(column, letter * letters)
        MenuKey(self)

    @Slot(QModelIndex, int, int)
    def _go_on_from(self, _parent: QModelIndex, first: int, last: int) -> None:
        """Where all that is chosen goes, choose what comes behind it, or else before it."""
        chosen = [index.row() for index in self.selectionModel().selectedRows()]
        if not chosen or not all(first <= row <= last for row in chosen):
            return
        row = last + 1 if last + 1 < self.model().rowCount() else first - 1
        if row >= 0:
            self.selectRow(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt's."""
        if event.matches(QKeySequence.StandardKey.Delete):
            self.deletion_wanted.emit()
        else:
            super().keyPressEvent(event)
