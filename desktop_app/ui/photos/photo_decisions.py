"""What is said of the faces in photos stays in step with who is enrolled, and with the rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop_app.services.identification import decide_faces
from desktop_app.ui.alive import while_alive
from desktop_app.ui.context import AppContext
from desktop_app.ui.error_dialog import show_error
from desktop_app.ui.photos.photos_model import PhotoEntry, PhotosModel


class PhotoDecisions(QObject):
    """Decides once more on faces that were found before, from the embeddings that were kept.

    Attributes:
        decided: a ``PhotoEntry`` of the model, which holds it already, with newer decisions.

    """

    decided = Signal(object)

    def __init__(self, context: AppContext, model: PhotosModel, window: QWidget) -> None:
        super().__init__(window)
        self._context = context
        self._model = model
        self._window = window
        context.gallery_changed.connect(self._decide_all)
        context.policy_changed.connect(self._decide_all)

    def catch_up(self, entry: PhotoEntry) -> None:
        """Decide on a photo again whose decisions were made on an older gallery."""
        gallery = self._context.gallery
        if entry.faces and gallery is not None and entry.gallery_version != gallery.version:
            self._decide([entry])

    @Slot()
    def _decide_all(self) -> None:
        self._decide([entry for entry in self._model.entries if entry.faces])

    def _decide(self, entries: Sequence[PhotoEntry]) -> None:
        gallery, policy = self._context.gallery, self._context.policy
        if not entries or gallery is None or policy is None:
            return

        def work() -> list[PhotoEntry]:
            return [
                replace(
                    entry,
                    faces=decide_faces([result.face for result in entry.faces], gallery, policy),
                    gallery_version=gallery.version,
                )
                for entry in entries
            ]

        self._context.general.run(
            work,
            success=while_alive(self, self._take),
            failure=while_alive(self, lambda error: show_error(self._window, error)),
        )

    def _take(self, entries: Sequence[PhotoEntry]) -> None:
        for entry in entries:
            # Not where it was taken out of the list meanwhile.
            if self._model.row_of(entry.path) is not None:
                self._model.put(entry)
                self.decided.emit(entry)
