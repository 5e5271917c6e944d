"""The list of photos that were looked at."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QListView, QWidget

from desktop_app.ui.line_delegate import LineDelegate
from desktop_app.ui.photos.photos_model import PhotosModel


class PhotoList(QListView):
    """One line for each photo; a photo can be taken out of the list, its file stays.

    Attributes:
        removal_wanted: path of a photo to be taken out.

    """

    removal_wanted = Signal(object)

    def __init__(self, model: PhotosModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setModel(model)
        # Names of photos differ at their end.
        self.setItemDelegate(LineDelegate(self, elide=Qt.TextElideMode.ElideMiddle))
        self.setUniformItemSizes(True)
        self.setAccessibleName(self.tr("Photos"))
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.remove_action = QAction(self.tr("&Take out of this list"), self)
        self.remove_action.setShortcut(QKeySequence(QKeySequence.StandardKey.Delete))
        self.remove_action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.remove_action.triggered.connect(self._want_removal)
        self.addAction(self.remove_action)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def minimumSizeHint(self) -> QSize:
        """Let the photo have the room where the screen is small and its letters are large."""
        letter, line = self.fontMetrics().averageCharWidth(), self.fontMetrics().lineSpacing()
        return QSize(letter * 16, line * 4)

    def _want_removal(self) -> None:
        index = self.currentIndex()
        if index.isValid():
            self.removal_wanted.emit(self._model.entry(index.row()).path)
