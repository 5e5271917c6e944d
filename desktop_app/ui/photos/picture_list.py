"""Pictures of faces side by side, each with a few words beneath it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QIcon, QKeySequence, QPainter, QPixmap
from PySide6.QtWidgets import QListView, QListWidget, QListWidgetItem, QWidget

from desktop_app.arrays import UInt8Array
from desktop_app.recognition.people import Origin
from desktop_app.ui.icons import icon_pixmap
from desktop_app.ui.imaging import to_pixmap
from desktop_app.ui.menu_key import MenuKey
from desktop_app.ui.neighbours import still_chosen
from desktop_app.ui.photos.picture_delegate import PictureDelegate

_ID = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, eq=False, slots=True)
class Picture:
    """One picture of the list.

    Attributes:
        id: what the list tells it from others by.
        pixels: RGB, uint8, shape (h, w, 3).
        caption: beneath it.
        doubt: a sentence on why somebody should look at it; empty where nobody has to.
        detail: what more there is to know, for whoever points at it.

    """

    id: int
    pixels: UInt8Array
    caption: str
    doubt: str = ""
    detail: str = ""


class PictureList(QListWidget):
    """Shows pictures, and lets the chosen ones be taken away with the Delete key or its menu.

    Attributes:
        taking_wanted: the chosen pictures are to be taken away.

    """

    taking_wanted = Signal()

    def __init__(self, *, take: str, several: bool, parent: QWidget | None = None) -> None:
        """Args: take: what taking pictures away is called. several: many can be chosen at once."""
        super().__init__(parent)
        self._side = self.fontMetrics().lineSpacing() * 7
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setIconSize(QSize(self._side, self._side))
        self.setSpacing(self.fontMetrics().lineSpacing() // 2)
        self.setWordWrap(True)
        self.setItemDelegate(PictureDelegate(self))
        if several:
            self.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
        self.take_action = QAction(take, self)
        self.take_action.setShortcut(QKeySequence(QKeySequence.StandardKey.Delete))
        self.take_action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.take_action.setEnabled(False)
        self.take_action.triggered.connect(self.taking_wanted)
        self.addAction(self.take_action)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.itemSelectionChanged.connect(lambda: self.take_action.setEnabled(bool(self.chosen)))
        MenuKey(self)

    @property
    def chosen(self) -> tuple[int, ...]:
        """The ids of the pictures that are chosen, in their order."""
        rows = sorted(index.row() for index in self.selectedIndexes())
        return tuple(self.item(row).data(_ID) for row in rows)

    def sizeHint(self) -> QSize:
        """Return room for four pictures beside each other."""
        return QSize(self._side * 5, self._side * 3)

    def show_pictures(self, pictures: Sequence[Picture]) -> None:
        """Show these; what is chosen stays so, or else the one that takes its place is."""
        before = [self.item(row).data(_ID) for row in range(self.count())]
        after = [picture.id for picture in pictures]
        row = max(self.currentRow(), 0)
        chosen = still_chosen(self.chosen, before=before, after=after)
        self.clear()
        for picture in pictures:
            item = QListWidgetItem(_icon_of(picture), picture.caption)
            item.setData(_ID, picture.id)
            item.setTextAlignment(Qt.AlignmentFlag.AlignHCenter)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, self._spoken(picture))
            item.setToolTip("\n".join(filter(None, (picture.doubt, picture.detail))))
            self.addItem(item)
        row = after.index(chosen[0]) if chosen else min(row, len(pictures) - 1)
        self.setCurrentRow(row)
        for key in chosen[1:]:
            self.item(after.index(key)).setSelected(True)

    def go_to(self, picture_id: int) -> None:
        """Choose one picture, and scroll to it."""
        for row in range(self.count()):
            if self.item(row).data(_ID) == picture_id:
                self.setCurrentRow(row)
                # Where it is, is known only once all are laid out.
                self.doItemsLayout()
                self.scrollToItem(self.item(row))

    def _spoken(self, picture: Picture) -> str:
        caption = ", ".join(filter(None, (*picture.caption.splitlines(), picture.detail)))
        if not picture.doubt:
            return caption
        return self.tr("{caption}. {doubt}").format(caption=caption, doubt=picture.doubt)


def _icon_of(picture: Picture) -> QIcon:
    pixmap = to_pixmap(picture.pixels)
    if picture.doubt:
        draw_warning(pixmap)
    return QIcon(pixmap)


def draw_warning(pixmap: QPixmap) -> None:
    """Put a sign into the corner of a picture, on a ground of its own: faces have any colour."""
    side = max(16, pixmap.width() // 4)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#ffc14d"))
    painter.drawRoundedRect(0, 0, side, side, 4, 4)
    margin = side // 8
    painter.drawPixmap(
        QPoint(margin, margin),
        icon_pixmap("warning", size=side - 2 * margin, colour=QColor("#1d2422")),
    )
    painter.end()


def came_from(origin: Origin, created: datetime) -> str:
    """Say where a picture came from, and beneath it on which day."""
    local = created.astimezone()
    day = QLocale().toString(
        QDate(local.year, local.month, local.day), QLocale.FormatType.ShortFormat
    )
    translate = QCoreApplication.translate
    match origin:
        case Origin.PHOTO:
            text = translate("PictureList", "From a photo\n{day}")
        case Origin.LIVE:
            text = translate("PictureList", "From the camera\n{day}")
        case Origin.CLIP:
            text = translate("PictureList", "From a clip\n{day}")
    return text.format(day=day)
