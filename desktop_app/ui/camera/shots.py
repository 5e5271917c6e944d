"""The shots of somebody who is being enrolled by the camera, kept and refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QIcon, QKeySequence, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QListView,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.services.guidance.shots import Shot
from desktop_app.ui.camera.words import shot_name, shot_text
from desktop_app.ui.imaging import to_pixmap
from desktop_app.ui.menu_key import MenuKey
from desktop_app.ui.photos.picture_list import draw_warning


class ShotList(QWidget):
    """One line for each shot; the chosen one can be taken again or left out.

    Attributes:
        again_wanted: a ``Shot`` that is to be taken again.
        leaving_wanted: a ``Shot`` that is to be left out.

    """

    again_wanted = Signal(object)
    leaving_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shots: tuple[Shot, ...] = ()
        title = QLabel(self.tr("P&ictures"))
        self.view = QListWidget()
        title.setBuddy(self.view)
        self.view.setAccessibleName(self.tr("Pictures"))
        side = self.fontMetrics().lineSpacing() * 3
        self.view.setIconSize(QSize(side, side))
        self.view.setWordWrap(True)
        self.view.setResizeMode(QListView.ResizeMode.Adjust)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.view.setTabKeyNavigation(False)
        self.again = self._action(self.tr("Take again"), "R")
        self.leave = self._action(self.tr("Leave out"), QKeySequence.StandardKey.Delete)
        self.again.triggered.connect(lambda: self._tell(self.again_wanted.emit))
        self.leave.triggered.connect(lambda: self._tell(self.leaving_wanted.emit))
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        MenuKey(self.view)
        self.view.itemSelectionChanged.connect(self._choice_changed)
        self.again_button = _button(self.tr("Take a&gain"), self.again)
        self.leave_button = _button(self.tr("&Leave out"), self.leave)
        buttons = QHBoxLayout()
        buttons.addWidget(self.again_button)
        buttons.addWidget(self.leave_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(title)
        layout.addWidget(self.view, 1)
        layout.addLayout(buttons)
        self._choice_changed()

    @property
    def controls(self) -> list[QWidget]:
        """What the keyboard reaches, in reading order."""
        return [self.view, self.again_button, self.leave_button]

    @property
    def chosen(self) -> Shot | None:
        """Which shot is chosen."""
        rows = self.view.selectedIndexes()
        return self._shots[rows[0].row()] if rows else None

    def show_shots(self, shots: Sequence[Shot]) -> None:
        """Show these; the one that is chosen stays so."""
        before = self.chosen
        self._shots = tuple(shots)
        self.view.clear()
        for shot in self._shots:
            self.view.addItem(self._line(shot))
            if before is not None and shot.face is before.face:
                self.view.setCurrentRow(self.view.count() - 1)
        if before is None and self.view.count():
            # In sight, and not chosen: Delete must not take what nobody picked.
            self.view.scrollToBottom()
        self._choice_changed()

    def _line(self, shot: Shot) -> QListWidgetItem:
        picture = to_pixmap(shot.face.aligned.pixels)
        if shot.refused is not None:
            draw_warning(picture)
        name, text = shot_name(shot), shot_text(shot)
        item = QListWidgetItem(QIcon(picture), f"{name}\n{text}")
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{name}: {text}")
        item.setToolTip(text)
        if shot.refused is not None:
            item.setForeground(self.palette().color(QPalette.ColorRole.PlaceholderText))
        return item

    def _action(self, text: str, keys: str | QKeySequence.StandardKey) -> QAction:
        action = QAction(text, self)
        action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.view.addAction(action)
        return action

    def _choice_changed(self) -> None:
        chosen = self.chosen is not None
        for thing in (self.again, self.leave, self.again_button, self.leave_button):
            thing.setEnabled(chosen)

    def _tell(self, tell: Callable[[Shot], object]) -> None:
        shot = self.chosen
        if shot is not None:
            tell(shot)


def _button(text: str, action: QAction) -> QPushButton:
    button = QPushButton(text)
    button.setAutoDefault(False)
    button.clicked.connect(action.trigger)
    return button
