"""One photo, large, and beneath it its faces one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QIcon, QImage
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListView,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from desktop_app.capture.photo import read_photo
from desktop_app.recognition.people import Origin
from desktop_app.recognition.types import Identified
from desktop_app.services.identification import FaceResult
from desktop_app.ui.imaging import thumbnail, to_pixmap
from desktop_app.ui.live.face_actions import FaceActions
from desktop_app.ui.live.seen_face import SeenFace
from desktop_app.ui.menu_key import MenuKey
from desktop_app.ui.photos.photo_view import PhotoView
from desktop_app.ui.photos.photos_model import PhotoEntry, restored, who_is_in
from desktop_app.ui.photos.picture_delegate import PictureDelegate
from desktop_app.ui.words import decision_text, isolated, on_a_button
from desktop_app.vision.types import Face

# As large as it is ever painted; the photo itself may have a hundred megapixels.
_LONGEST_SIDE = 2560
# Of a name on the button beside the faces, which would else push them out of the window.
_LETTERS = 12


@dataclass(frozen=True, eq=False, slots=True)
class LoadedPhoto:
    """What it takes to show a photo large.

    Attributes:
        path: the file.
        image: not larger than a screen.
        size: of the photo itself, pixels.
        faces: with their crops.

    """

    path: Path
    image: QImage
    size: QSize
    faces: tuple[Face, ...]


def load_photo(entry: PhotoEntry) -> LoadedPhoto:
    """Read a photo again to show it. On any thread.

    Raises:
        InputError: it cannot be read any more.

    """
    pixels = read_photo(entry.path)
    height, width = pixels.shape[:2]
    fitted = QSize(width, height)
    if max(width, height) > _LONGEST_SIDE:
        fitted.scale(_LONGEST_SIDE, _LONGEST_SIDE, Qt.AspectRatioMode.KeepAspectRatio)
    return LoadedPhoto(
        path=entry.path,
        image=thumbnail(pixels, fitted),
        size=QSize(width, height),
        faces=tuple(restored(result.face, pixels) for result in entry.faces),
    )


class PhotoPane(QWidget):
    """Shows a photo; its faces can be named, and their names corrected."""

    def __init__(self, actions: FaceActions, parent: QWidget | None = None) -> None:
        """Args: actions: what can be done about a face."""
        super().__init__(parent)
        self._actions = actions
        self._photo: LoadedPhoto | None = None
        self._results: tuple[FaceResult, ...] = ()
        self.view = PhotoView()
        self.view.face_clicked.connect(self._clicked)
        self.view.menu_wanted.connect(self._menu_wanted)
        self.who = QLabel()
        self.who.setTextFormat(Qt.TextFormat.PlainText)
        self.who.setWordWrap(True)

        line = self.fontMetrics().lineSpacing()
        side = line * 4
        self.faces = QListWidget()
        self.faces.setAccessibleName(self.tr("Faces in this photo"))
        self.faces.setViewMode(QListView.ViewMode.IconMode)
        self.faces.setFlow(QListView.Flow.LeftToRight)
        self.faces.setMovement(QListView.Movement.Static)
        self.faces.setWrapping(False)
        self.faces.setWordWrap(True)
        self.faces.setIconSize(QSize(side, side))
        # Two lines of text beneath each face, and room for the scroll bar beneath those.
        grid = QSize(round(side * 2.6), side + round(line * 2.8))
        self.faces.setGridSize(grid)
        self._item_size = grid - QSize(line // 3, 0)
        self.faces.setItemDelegate(PictureDelegate(self.faces))
        scroll_bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        self.faces.setFixedHeight(grid.height() + scroll_bar + 2 * self.faces.frameWidth())
        self.faces.currentRowChanged.connect(self._selected)
        self.faces.itemActivated.connect(lambda _item: self._activated())
        self.faces.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.faces.customContextMenuRequested.connect(self._list_menu_wanted)
        MenuKey(self.faces)
        self.name_button = QPushButton(self.tr("&Name this face…"))
        self.name_button.clicked.connect(self._name)
        self.not_button = QPushButton()
        self.not_button.clicked.connect(self._refute)

        buttons = QVBoxLayout()
        buttons.addWidget(self.name_button)
        buttons.addWidget(self.not_button)
        buttons.addStretch()
        below = QHBoxLayout()
        below.addWidget(self.faces, 1)
        below.addLayout(buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.who)
        layout.addLayout(below)
        self._selected(-1)

    @property
    def path(self) -> Path | None:
        """Which photo is shown."""
        return self._photo.path if self._photo is not None else None

    def show_photo(self, photo: LoadedPhoto, results: Sequence[FaceResult]) -> None:
        """Show a photo, and what is known of its faces."""
        # Before the list: as it is emptied it tells of lines of the photo before.
        self.clear()
        self._photo = photo
        self.view.show_photo(photo.image, photo_size=photo.size)
        for face in photo.faces:
            item = QListWidgetItem(QIcon(to_pixmap(face.aligned.pixels)), "")
            item.setTextAlignment(Qt.AlignmentFlag.AlignHCenter)
            # Of one size, whatever it says: what a longer text had covered would stay painted.
            item.setSizeHint(self._item_size)
            self.faces.addItem(item)
        self.show_decisions(results)
        if photo.faces:
            self.faces.setCurrentRow(self._first_to_name())
        self._selected(self.faces.currentRow())

    def show_decisions(self, results: Sequence[FaceResult]) -> None:
        """Show newer decisions on the same faces."""
        self._results = tuple(results)
        self.view.show_faces(self._results)
        self.who.setText(who_is_in([result.decision for result in self._results]))
        for row, result in enumerate(self._results):
            text = decision_text(result.decision)
            self.faces.item(row).setText(text)
            self.faces.item(row).setToolTip(text)
        self._selected(self.faces.currentRow())

    def wait_for(self, preview: QImage) -> None:
        """Show that a photo is being read; nothing can be done about faces until it is shown.

        Args:
            preview: the photo, small.

        """
        self.clear()
        self.view.show_photo(preview, photo_size=preview.size())
        self.who.setText(self.tr("Reading the photo…"))

    def clear(self) -> None:
        """Show nothing."""
        self._photo = None
        self._results = ()
        self.view.show_photo(QImage(), photo_size=QSize())
        self.faces.clear()
        self.who.clear()
        self._selected(-1)

    def _first_to_name(self) -> int:
        for row, result in enumerate(self._results):
            if not isinstance(result.decision, Identified):
                return row
        return 0

    def _selected(self, row: int) -> None:
        self.name_button.setEnabled(row >= 0)
        self.view.highlight(row if row >= 0 else None)
        seen = self._seen(row)
        who = seen.supposed if seen is not None else None
        self.not_button.setVisible(who is not None)
        if who is not None:
            short = on_a_button(who.name, self.fontMetrics(), letters=_LETTERS)
            self.not_button.setText(self.tr("N&ot {name}").format(name=short))
            sentence = self.tr("This is not {name}").format(name=isolated(who.name))
            self.not_button.setToolTip(sentence)
            self.not_button.setAccessibleName(sentence)

    def _seen(self, row: int) -> SeenFace | None:
        if self._photo is None or not 0 <= row < len(self._results):
            return None
        return SeenFace(self._photo.faces[row], self._results[row].decision, Origin.PHOTO)

    def _clicked(self, row: int, at: QPoint) -> None:
        self.faces.setCurrentRow(row)
        seen = self._seen(row)
        if seen is not None:
            self._actions.click(seen, at)

    def _menu_wanted(self, row: int, at: QPoint) -> None:
        self.faces.setCurrentRow(row)
        seen = self._seen(row)
        if seen is not None:
            self._actions.offer(seen, at)

    def _list_menu_wanted(self, position: QPoint) -> None:
        row = self.faces.indexAt(position).row()
        if row >= 0:
            self._menu_wanted(row, self.faces.viewport().mapToGlobal(position))

    def _activated(self) -> None:
        row = self.faces.currentRow()
        place = self.faces.visualItemRect(self.faces.currentItem()).center()
        self._clicked(row, self.faces.viewport().mapToGlobal(place))

    def _name(self) -> None:
        seen = self._seen(self.faces.currentRow())
        if seen is not None:
            self._actions.name(seen)

    def _refute(self) -> None:
        seen = self._seen(self.faces.currentRow())
        who = seen.supposed if seen is not None else None
        if seen is not None and who is not None:
            self._actions.refute(seen, who)
