"""Fetches the pictures that stand beside people's names in lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from desktop_app.ui.alive import while_alive
from desktop_app.ui.context import AppContext
from desktop_app.ui.error_dialog import show_error
from desktop_app.ui.imaging import thumbnail
from desktop_app.ui.people.people_model import PeopleModel

if TYPE_CHECKING:
    from desktop_app.services.people import GalleryChange


class CoverLoader(QObject):
    """Gives a model the covers that it wants, a screen at a time."""

    def __init__(self, context: AppContext, model: PeopleModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._model = model
        self._window = parent
        model.covers_wanted.connect(self._load)
        self._uid = ""
        context.engine_ready.connect(model.forget_covers)
        context.gallery_changed.connect(self._take)

    @Slot(object)
    def _take(self, change: GalleryChange) -> None:
        uid = change.gallery.uid
        if uid != self._uid:
            self._uid = uid
            self._model.forget_covers()

    def _load(self, sample_ids: list[int]) -> None:
        service = self._context.people
        if service is None:
            self._model.take_covers({})
            return
        size = cover_size(self._window)

        def work() -> dict[int, QImage]:
            pictures = service.pictures(sample_ids)
            return {key: thumbnail(pixels, size) for key, pixels in pictures.items()}

        self._context.database.run(
            work,
            success=while_alive(self, self._model.take_covers),
            failure=while_alive(self, self._fail),
        )

    def _fail(self, error: Exception) -> None:
        self._model.take_covers({})
        show_error(self._window, error)


def cover_size(widget: QWidget) -> QSize:
    """Return how large covers are loaded: enough for a screen of twice the usual density."""
    line = widget.fontMetrics().lineSpacing()
    return QSize(line * 5, line * 5)
