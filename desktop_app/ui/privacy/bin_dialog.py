"""What was removed, and how to put it back."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QItemSelectionModel, QSize, Qt, Slot
from PySide6.QtGui import QIcon, QImage, QKeySequence, QPixmap, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop_app.recognition.people import Binned, name_key
from desktop_app.services.people import PeopleService
from desktop_app.settings import BIN_DAYS
from desktop_app.ui.alive import while_alive
from desktop_app.ui.context import AppContext
from desktop_app.ui.corrections.name_dialog import NameDialog
from desktop_app.ui.corrections.undo_actions import UndoActions
from desktop_app.ui.error_dialog import show_error
from desktop_app.ui.flow_layout import FlowLayout
from desktop_app.ui.icons import icon_pixmap
from desktop_app.ui.imaging import thumbnail
from desktop_app.ui.message_bar import MessageBar
from desktop_app.ui.neighbours import still_chosen
from desktop_app.ui.people.cover_loader import cover_size
from desktop_app.ui.privacy.bin_question import ask_to_delete
from desktop_app.ui.privacy.consent_words import day_text
from desktop_app.ui.words import isolated

# Of the pictures that were removed, so many are shown; nobody looks through more by eye.
_MOST_PICTURES = 200
_COLUMNS = 3


class BinDialog(QDialog):
    """A list that keeps itself up to date; each line can be put back or deleted for good."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._things: list[Binned] = []
        self._asked = 0
        self.setWindowTitle(self.tr("Bin"))
        self.bar = MessageBar(dismissable=True)
        self.hint = QLabel()
        self.hint.setWordWrap(True)
        self.hint.setTextFormat(Qt.TextFormat.PlainText)
        self.list = self._make_list()
        self.put_back_button = self._button(self.tr("&Put back"), self._put_back)
        self.delete_button = self._button(self.tr("&Delete for good…"), self._delete)
        self.empty_button = self._button(self.tr("&Empty the bin…"), self._empty)
        self.days = QComboBox()
        for days in BIN_DAYS:
            self.days.addItem(
                self.tr("%n day(s)", "", days) if days else self.tr("Until I empty the bin"), days
            )
        self.days.setCurrentIndex(self.days.findData(context.settings.bin_days))
        self.days.activated.connect(self._days_chosen)
        self._lay_out()
        line = self.fontMetrics().lineSpacing()
        room = self.screen().availableSize() - QSize(40, 60)
        self.resize(QSize(line * 40, line * 30).boundedTo(room))
        UndoActions(context, self, self.bar)
        context.gallery_changed.connect(self._load)
        context.engine_failed.connect(self._say_shut)
        context.people_forgotten.connect(self._forget)
        self._say_shut()
        self._load()
        self.list.setFocus()

    @property
    def chosen(self) -> list[Binned]:
        """What is chosen, in the order of the list."""
        rows = sorted(index.row() for index in self.list.selectionModel().selectedRows())
        return [self._things[row] for row in rows]

    def _make_list(self) -> QTreeWidget:
        tree = QTreeWidget()
        tree.setColumnCount(_COLUMNS)
        tree.setHeaderLabels([self.tr("What"), self.tr("Removed"), self.tr("Time left")])
        tree.setRootIsDecorated(False)
        tree.setUniformRowHeights(True)
        tree.setAllColumnsShowFocus(True)
        tree.setTabKeyNavigation(False)
        tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        tree.setAccessibleName(self.tr("Bin"))
        side = self.fontMetrics().lineSpacing() * 2
        tree.setIconSize(QSize(side, side))
        tree.header().setStretchLastSection(False)
        tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in range(1, _COLUMNS):
            tree.header().setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        tree.itemSelectionChanged.connect(self._update)
        tree.itemActivated.connect(lambda _item: self._put_back())
        delete = QShortcut(QKeySequence(QKeySequence.StandardKey.Delete), tree)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self._delete)
        return tree

    def _lay_out(self) -> None:
        label = QLabel(self.tr("&Keep what is removed for"))
        label.setBuddy(self.days)
        keep = QHBoxLayout()
        keep.addWidget(label)
        keep.addWidget(self.days)
        keep.addStretch()
        buttons = QWidget()
        row = FlowLayout(buttons)
        row.setSpacing(self.fontMetrics().lineSpacing() // 3)
        for button in (self.put_back_button, self.delete_button, self.empty_button):
            row.addWidget(button)
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        box.button(QDialogButtonBox.StandardButton.Close).setAutoDefault(False)
        box.rejected.connect(self.reject)
        # Where nothing moves under the mouse when it says something.
        self.bar.keep_room()
        foot = QHBoxLayout()
        foot.addWidget(self.bar, 1)
        foot.addWidget(box)
        layout = QVBoxLayout(self)
        layout.addWidget(self.hint)
        layout.addWidget(self.list, 1)
        layout.addWidget(buttons)
        layout.addLayout(keep)
        # Where there is nothing to list, the words stand at the top all the same.
        layout.addStretch()
        layout.addLayout(foot)

    def _button(self, text: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked=False: act())
        button.setEnabled(False)
        return button

    def _load(self) -> None:
        people = self._context.people
        if people is None:
            return
        self._asked += 1
        asked = self._asked
        size = cover_size(self)
        self._context.database.run(
            lambda: _read(people, size),
            success=while_alive(
                self, lambda found: self._show(*found) if asked == self._asked else None
            ),
            failure=while_alive(self, lambda error: show_error(self, error)),
        )

    @Slot()
    def _forget(self) -> None:
        """Show nothing of a gallery that is shut."""
        self._asked += 1
        self.bar.clear()
        self._show([], {})
        self._say_shut()

    @Slot()
    def _say_shut(self) -> None:
        is_open = self._context.people is not None
        if not is_open and self._context.trouble is not None:
            self.hint.setText(self._context.trouble)
        elif not self._things:
            self.hint.setText(self.tr("Looking into the bin…"))
        self.days.setEnabled(is_open)

    def _show(self, things: Sequence[Binned], pictures: dict[int, QImage]) -> None:
        chosen, before = {_key(thing) for thing in self.chosen}, [_key(t) for t in self._things]
        chosen = set(still_chosen(chosen, before=before, after=[_key(t) for t in things]))
        self._things = list(things)
        self.list.clear()
        self.list.addTopLevelItems([self._line(thing, pictures) for thing in things])
        model, selection = self.list.model(), self.list.selectionModel()
        flags = QItemSelectionModel.SelectionFlag
        for row, thing in enumerate(things):
            if _key(thing) in chosen:
                if not selection.hasSelection():
                    # Where the keyboard goes on.
                    selection.setCurrentIndex(model.index(row, 0), flags.NoUpdate)
                selection.select(model.index(row, 0), flags.Select | flags.Rows)
        if things and not self.list.selectedItems():
            self.list.setCurrentIndex(model.index(0, 0))
        self._update()

    def _line(self, thing: Binned, pictures: dict[int, QImage]) -> QTreeWidgetItem:
        local = thing.binned.astimezone()
        line = QTreeWidgetItem([self._what(thing), day_text(local.date()), self._left(thing)])
        if thing.sample_id is None:
            line.setIcon(0, self._sign())
        elif thing.sample_id in pictures:
            line.setIcon(0, QIcon(QPixmap.fromImage(pictures[thing.sample_id])))
        spoken = self.tr("{what}, removed on {day}, {left}")
        line.setData(
            0,
            Qt.ItemDataRole.AccessibleTextRole,
            spoken.format(what=line.text(0), day=line.text(1), left=line.text(2)),
        )
        return line

    def _sign(self) -> QIcon:
        sign, palette = QIcon(), self.palette()
        for mode, colour in (
            (QIcon.Mode.Normal, palette.text().color()),
            (QIcon.Mode.Selected, palette.highlightedText().color()),
        ):
            ratio = self.devicePixelRatioF()
            pixmap = icon_pixmap("people", size=24, colour=colour, ratio=ratio)
            sign.addPixmap(pixmap, mode)
        return sign

    def _what(self, thing: Binned) -> str:
        name = isolated(thing.identity.name)
        if thing.sample_id is not None:
            return self.tr("A picture of {name}").format(name=name)
        text = self.tr("{name}, %n picture(s)", "", thing.sample_count)
        return text.format(name=name)

    def _left(self, thing: Binned) -> str:
        days = self._context.settings.bin_days
        if not days:
            return self.tr("no end")
        left = thing.binned + timedelta(days=days) - datetime.now(UTC)
        return self.tr("%n day(s) left", "", max(0, math.ceil(left / timedelta(days=1))))

    def _update(self) -> None:
        self.days.setEnabled(self._context.people is not None)
        anything, chosen = bool(self._things), bool(self.list.selectedItems())
        self.list.setVisible(anything)
        self.put_back_button.setEnabled(chosen)
        self.delete_button.setEnabled(chosen)
        self.empty_button.setEnabled(anything)
        days = self._context.settings.bin_days
        if not anything:
            self.hint.setText(
                self.tr(
                    "The bin is empty. People and pictures that are removed come here first, and "
                    "can be put back."
                )
            )
        elif days:
            self.hint.setText(
                self.tr(
                    "Nobody here is recognised. What is put back is as it was; what is not is "
                    "deleted for good after %n day(s).",
                    "",
                    days,
                )
            )
        else:
            self.hint.setText(self.tr("Nobody here is recognised. What is put back is as it was."))

    def _put_back(self) -> None:
        if self.chosen:
            self._put_back_named(self.chosen, {})

    def _put_back_named(self, things: Sequence[Binned], names: dict[int, str]) -> None:
        """Put back, once everybody whose name is taken by now has another."""
        gallery = self._context.gallery
        if gallery is None:
            return
        taken = {name_key(identity.name) for identity in gallery.identities.values()}
        taken |= {name_key(name) for name in names.values()}
        for thing in things:
            key, name = thing.identity.id, thing.identity.name
            if thing.sample_id is not None or key in names:
                continue
            if name_key(name) in taken:
                self._ask_for_name(
                    thing,
                    taken,
                    lambda new: self._put_back_named(
                        things,
                        names | {key: new},  # noqa: B023 - called before the loop goes on
                    ),
                )
                return
            taken.add(name_key(name))
        self._context.change_people(
            lambda people: people.put_back(things, names=names),
            failure=while_alive(self, lambda error: show_error(self, error)),
        )

    def _days_chosen(self) -> None:
        self._context.change_settings(bin_days=self.days.currentData())
        self._load()

    def _delete(self) -> None:
        chosen = self.chosen
        if chosen:
            ask_to_delete(chosen, self, delete=lambda: self._change_for_good(chosen))

    def _empty(self) -> None:
        things = list(self._things)
        if things:
            ask_to_delete(things, self, delete=lambda: self._change_for_good(things))

    def _change_for_good(self, things: Sequence[Binned]) -> None:
        self._context.change_people(
            lambda people: people.delete_binned(things),
            failure=while_alive(self, lambda error: show_error(self, error)),
        )

    def _ask_for_name(
        self, thing: Binned, taken: Collection[str], then: Callable[[str], object]
    ) -> None:
        text = self.tr(
            "Somebody is called {name} by now. What shall the one who comes back be called?"
        )
        dialog = NameDialog(
            self,
            title=self.tr("Put back"),
            question=text.format(name=isolated(thing.identity.name)),
            name=thing.identity.name,
            taken=taken,
            then=then,
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()


def _key(thing: Binned) -> tuple[int, int | None]:
    return thing.identity.id, thing.sample_id


def _read(people: PeopleService, size: QSize) -> tuple[list[Binned], dict[int, QImage]]:
    things = people.bin()
    wanted = [thing.sample_id for thing in things if thing.sample_id is not None]
    pictures = people.pictures(wanted[:_MOST_PICTURES], binned=True)
    return things, {key: thumbnail(pixels, size) for key, pixels in pictures.items()}
