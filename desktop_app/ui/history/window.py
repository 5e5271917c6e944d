"""The history: who was seen when, day by day."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, datetime
from typing import TypeVar

from PySide6.QtCore import QModelIndex, QPoint, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListView,
    QMenu,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_app.arrays import UInt8Array
from desktop_app.recognition.events import Event, EventFilter
from desktop_app.services.history.days import of_day
from desktop_app.services.history.log import Day, History
from desktop_app.ui.alive import while_alive
from desktop_app.ui.context import AppContext
from desktop_app.ui.history.actions import HistoryActions
from desktop_app.ui.history.filters import HistoryFilters
from desktop_app.ui.history.model import DaysModel, HistoryModel
from desktop_app.ui.history.nobody_yet import NobodyYet
from desktop_app.ui.history.table import HistoryTable
from desktop_app.ui.history.words import who_text
from desktop_app.ui.imaging import to_pixmap
from desktop_app.ui.message_bar import MessageBar
from desktop_app.ui.words import on_a_button

T = TypeVar("T")

# What is seen live changes the history every second. A long one takes a while to be counted, and
# is looked at the more seldom: at most a tenth of the database's time goes into it.
_READ_AGAIN_MS, _SELDOM = 300, 10


class HistoryWindow(QWidget):
    """Days beside the events of the one that is chosen."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._context = context
        self._shown: int | None = None
        self.setWindowTitle(self.tr("History"))
        self.off_bar = MessageBar()
        self.notice_bar = MessageBar(dismissable=True)
        self.actions_of = HistoryActions(context, self, self.notice_bar)
        self.filters = HistoryFilters()
        self.days_model = DaysModel(self)
        self.model = HistoryModel(self._read_events, self)
        self.days = self._make_days()
        self.table = HistoryTable(self.model)
        self.empty = NobodyYet()
        self.picture = QLabel()
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.save_button = QPushButton(self.tr("Save as a &table…"))
        self.delete_day_button = QPushButton(self.tr("Delete this &day…"))
        self._lay_out()
        self._read_soon = QTimer(self, interval=_READ_AGAIN_MS, singleShot=True)
        self._connect()
        self._show_settings()
        self._take_people()
        self.read()

    @property
    def day(self) -> date | None:
        """The day that is chosen; None where it is all of them."""
        return self.days_model.day_at(self.days.currentIndex())

    @property
    def wanted(self) -> EventFilter:
        """What is listed."""
        return self.filters.wanted if self.day is None else of_day(self.filters.wanted, self.day)

    @property
    def chosen(self) -> list[Event]:
        """The events that are selected, newest first."""
        rows = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        return [self.model.events[row] for row in rows]

    @Slot()
    def read(self) -> None:
        """Read days and events from the beginning."""
        self._run(lambda history: history.sources(), self.filters.show_sources)
        self._read_days()
        self.model.start_afresh(with_days=self.day is None)

    def _make_days(self) -> QListView:
        days = QListView()
        days.setModel(self.days_model)
        days.setAccessibleName(self.tr("Days"))
        days.setUniformItemSizes(True)
        days.setSpacing(2)
        days.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        days.setCurrentIndex(self.days_model.index(0))
        return days

    def _lay_out(self) -> None:
        self._pages = QStackedWidget()
        self._pages.addWidget(self.table)
        self._pages.addWidget(self.empty)
        foot = QHBoxLayout()
        foot.addWidget(self.picture)
        foot.addStretch(1)
        foot.addWidget(self.delete_day_button, 0, Qt.AlignmentFlag.AlignBottom)
        foot.addWidget(self.save_button, 0, Qt.AlignmentFlag.AlignBottom)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._pages, 1)
        column.addLayout(foot)
        splitter = QSplitter()
        splitter.addWidget(self.days)
        splitter.addWidget(right)
        splitter.setStretchFactor(1, 1)
        splitter.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.addWidget(self.filters)
        layout.addWidget(self.off_bar)
        layout.addWidget(splitter, 1)
        # Beneath: no line moves under the mouse when it says something.
        layout.addWidget(self.notice_bar)
        letter, line = self.fontMetrics().averageCharWidth(), self.fontMetrics().lineSpacing()
        splitter.setSizes([letter * 30, letter * 100])
        # Large letters must not make it larger than the screen, with its frame.
        room = self.screen().availableSize() - QSize(40, 60)
        self.resize(QSize(letter * 132, line * 36).boundedTo(room))

    def _connect(self) -> None:
        context = self._context
        context.settings_changed.connect(self._show_settings)
        context.gallery_changed.connect(self._take_people)
        context.engine_ready.connect(self.read)
        context.engine_failed.connect(self._show_page)
        context.people_forgotten.connect(self._forget)
        context.history_changed.connect(self._look_soon)
        self._read_soon.timeout.connect(self._read_again)
        self.filters.changed.connect(self._filters_changed)
        self.days.selectionModel().currentChanged.connect(self._day_chosen)
        self.table.selectionModel().selectionChanged.connect(self._show_picture)
        self.table.customContextMenuRequested.connect(self._offer)
        self.model.modelReset.connect(self._show_page)
        self.model.rowsInserted.connect(self._show_page)
        self.save_button.clicked.connect(lambda: self.actions_of.save(self.wanted))
        self.delete_day_button.clicked.connect(self._delete_day)
        self.table.deletion_wanted.connect(self._delete)
        close = QShortcut(QKeySequence(QKeySequence.StandardKey.Close), self)
        close.activated.connect(self.close)
        self.empty.clear_button.clicked.connect(self.filters.clear)
        self.empty.switch_on_button.clicked.connect(lambda: context.change_settings(history=True))

    def _read_events(
        self,
        after: Event | None,
        limit: int,
        take: Callable[[list[Event]], object],
        give_up: Callable[[], object],
    ) -> None:
        wanted = self.wanted

        def fail(error: Exception) -> None:
            give_up()
            self._context.failed.emit(error)

        self._run(lambda history: history.page(wanted, after=after, limit=limit), take, fail)

    def _read_days(self) -> None:
        wanted = self.filters.wanted
        asked = time.monotonic()

        def show(days: list[Day]) -> None:
            took = round((time.monotonic() - asked) * 1000)
            self._read_soon.setInterval(max(_READ_AGAIN_MS, took * _SELDOM))
            self._show_days(days)

        self._run(lambda history: history.days(wanted), show)

    @Slot()
    def _forget(self) -> None:
        """Show nothing of a gallery that is shut."""
        self.notice_bar.clear()
        self.days_model.show([])
        self.model.forget()

    @Slot()
    def _look_soon(self) -> None:
        # Started anew with each change it would never come to it.
        if not self._read_soon.isActive():
            self._read_soon.start()

    @Slot()
    def _read_again(self) -> None:
        if self.isVisible():
            self._run(lambda history: history.sources(), self.filters.show_sources)
            self._read_days()
            self.model.read_again()

    def _show_days(self, days: list[Day]) -> None:
        chosen = self.day
        self.days_model.show(days)
        row = self.days_model.row_of(chosen)
        if self.days.currentIndex().row() != row:
            self.days.setCurrentIndex(self.days_model.index(row))
        self._show_page()

    @Slot()
    def _filters_changed(self) -> None:
        self._read_days()
        self.model.start_afresh(with_days=self.day is None)

    @Slot()
    def _day_chosen(self) -> None:
        self.delete_day_button.setEnabled(self.day is not None)
        self.model.start_afresh(with_days=self.day is None)

    @Slot()
    def _take_people(self) -> None:
        people = self._context.last_change.people if self._context.last_change else ()
        self.filters.show_people(people)
        # Somebody may have been renamed, merged, or put into the bin.
        self._look_soon()

    @Slot()
    def _show_settings(self) -> None:
        self.off_bar.clear()
        if not self._context.settings.history:
            self.off_bar.tell(
                self.tr("The history is switched off: nobody who is seen is recorded."),
                (self.tr("&Switch it on"), lambda: self._context.change_settings(history=True)),
            )
        self._show_page()

    @Slot()
    def _show_page(self) -> None:
        none = self.model.rowCount() == 0
        is_on, is_narrowed = self._context.settings.history, self.filters.is_narrowed
        is_open = self._context.people is not None
        if is_open:
            self.empty.say(is_on=is_on, is_narrowed=is_narrowed)
        else:
            self.empty.say_why_shut(self._context.trouble or self.tr("Getting ready…"))
        for widget in (self.filters, self.days):
            widget.setEnabled(is_open)
        self.save_button.setEnabled(is_open and self.days_model.total > 0)
        # Where nothing is listed the page says so itself.
        self.off_bar.setVisible(not is_on and (is_narrowed or not none))
        self._pages.setCurrentWidget(self.empty if none else self.table)
        self.delete_day_button.setEnabled(self.day is not None)
        self._show_picture()

    @Slot()
    def _show_picture(self) -> None:
        chosen = self.chosen
        event = chosen[0] if len(chosen) == 1 and chosen[0].has_picture else None
        if event is None:
            self._shown = None
            self.picture.clear()
            self.picture.hide()
            return
        if event.id == self._shown:
            return
        self._shown = event.id

        def show(pixels: UInt8Array | None) -> None:
            if pixels is not None and self._shown == event.id:
                self.picture.setPixmap(to_pixmap(pixels))
                name = self.tr("Picture of {name}").format(name=who_text(event))
                self.picture.setAccessibleName(name)
                self.picture.show()

        self._run(lambda history: history.picture(event.id), show)

    @Slot(QPoint)
    def _offer(self, place: QPoint) -> None:
        index = self.table.indexAt(place)
        if index.isValid() and not self.table.selectionModel().isRowSelected(
            index.row(), QModelIndex()
        ):
            self.table.selectRow(index.row())
        menu = self.menu()
        if menu is not None:
            menu.popup(self.table.viewport().mapToGlobal(place))

    def menu(self) -> QMenu | None:
        """Return what can be done with what is selected; None where nothing is."""
        chosen = self.chosen
        if not chosen:
            return None
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        acts = self.actions_of
        event, who = chosen[0], chosen[0].identity
        if len(chosen) == 1:
            if who is not None:
                name = on_a_button(who.name, self.fontMetrics())
                refute = menu.addAction(self.tr("This was &not {name}").format(name=name))
                refute.triggered.connect(lambda: acts.refute(event, who))
            elif event.has_picture:
                menu.addAction(self.tr("&Who is this?…")).triggered.connect(
                    lambda: acts.name(event)
                )
            if menu.actions():
                menu.addSeparator()
        text = self.tr("&Delete %n entry(s)…", None, len(chosen))
        menu.addAction(text).triggered.connect(lambda: acts.delete(chosen))
        return menu

    @Slot()
    def _delete(self) -> None:
        if self.chosen:
            self.actions_of.delete(self.chosen)

    @Slot()
    def _delete_day(self) -> None:
        if self.day is not None:
            self.actions_of.delete_day(self.day, today=datetime.now().astimezone().date())

    def _run(
        self,
        work: Callable[[History], T],
        success: Callable[[T], object],
        failure: Callable[[Exception], object] | None = None,
    ) -> None:
        people = self._context.people
        if people is None:
            return
        self._context.database.run(
            lambda: work(History(people.file)),
            success=while_alive(self, success),
            failure=None if failure is None else while_alive(self, failure),
        )
