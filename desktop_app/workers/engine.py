"""Loads the networks and opens the gallery beside the window, side by side, and closes them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop_app.errors import PassphraseNeeded
from desktop_app.keychain import KeychainWhenNeeded
from desktop_app.paths import DataDir
from desktop_app.workers.background import BackgroundRunner

if TYPE_CHECKING:
    from db.repository import GalleryRepository
    from desktop_app.services.people import GalleryChange, PeopleService
    from desktop_app.vision.pipeline import FacePipeline

LoadPipeline = Callable[[DataDir], "FacePipeline"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False, slots=True)
class OpenGallery:
    """A gallery that is open, with all that is in it."""

    people: PeopleService
    change: GalleryChange


class Engine(QObject):
    """The networks and the gallery.

    Attributes:
        ready: a ``FacePipeline`` and an ``OpenGallery``.
        gallery_opened: whether it is sealed; the networks may still be loading.
        gallery_closing: the one that was open is about to be closed; what is still to be written
            to it is asked for now, and nothing afterwards.
        models_failed: the exception that kept the networks from loading.
        gallery_failed: the exception that kept the gallery from opening.

    """

    ready = Signal(object, object)
    gallery_opened = Signal(object)
    gallery_closing = Signal()
    models_failed = Signal(object)
    gallery_failed = Signal(object)

    def __init__(
        self,
        *,
        data_dir: DataDir,
        gallery: Path,
        database: BackgroundRunner,
        load: LoadPipeline | None = None,
        parent: QObject | None = None,
    ) -> None:
        """Prepare; nothing is loaded yet.

        Args:
            data_dir: where a user's own models are.
            gallery: the file with the people.
            database: runs everything that touches the gallery.
            load: loads the networks; the real ones where none is given.
            parent: Qt's owner.

        """
        super().__init__(parent)
        self.gallery = gallery
        self._data_dir = data_dir
        self._database = database
        self._load = load or _load_pipeline
        self._models = BackgroundRunner("models", parent=self)
        # Set on the threads that made them: closing must not depend on a callback that the
        # window, closed meanwhile, never gets.
        self._pipeline: FacePipeline | None = None
        self._repository: GalleryRepository | None = None
        # How often the gallery was closed, as the window's thread knows.
        self._closed = 0
        self._keychain = KeychainWhenNeeded()

    def start(self) -> None:
        """Load the networks and open the gallery, at the same time."""
        self.load_models()
        self._open_soon(None)

    def load_models(self) -> None:
        """Load the networks, also again after a failure."""
        self._models.run(
            self._load_models, success=self._models_loaded, failure=self.models_failed.emit
        )

    def open_gallery(self, path: Path, *, passphrase: str | None = None) -> None:
        """Open another gallery, or the same one again after a failure.

        Args:
            path: its file.
            passphrase: as somebody typed it.

        """
        self.gallery = path
        self._close_soon()
        self._open_soon(passphrase)
        self._read_gallery_soon()

    def put_back(
        self, backup: Path, *, passphrase: str | None, failure: Callable[[Exception], object]
    ) -> None:
        """Put a backup in the place of a gallery that is broken or does not open, and open that.

        What was there is kept.

        Args:
            backup: the file.
            passphrase: of the backup, as somebody typed it.
            failure: hears why it could not be done; what was there is as it was, and closed.

        """
        self._close_soon()
        self._database.run(
            lambda: self._put_back(backup, passphrase),
            success=lambda needed: self.open_gallery(self.gallery, passphrase=needed),
            failure=failure,
        )

    def shut(self, done: Callable[[bool], object]) -> None:
        """Close the gallery and let go of its key, once everything asked for before is done.

        Args:
            done: hears whether a passphrase opens it again.

        """
        self._close_soon()
        self._database.run(
            self._opens_by_passphrase, success=done, failure=self.gallery_failed.emit
        )

    def close(self) -> None:
        """Close everything, waiting for what still loads. Nothing may use either any more."""
        # A prompt that nobody answers must not keep the application from closing.
        self._keychain.give_up()
        self._models.drain()
        self._database.run(self._close_repository)
        self._database.drain()
        if self._pipeline is not None:
            # Explicitly: a landmarker left to the interpreter's exit raises.
            self._pipeline.close()
            self._pipeline = None

    def _load_models(self) -> FacePipeline:
        self._pipeline = self._load(self._data_dir)
        return self._pipeline

    def _models_loaded(self, _pipeline: FacePipeline) -> None:
        _log.info("models loaded")
        self._read_gallery_soon()

    def _read_gallery_soon(self) -> None:
        pipeline, closed = self._pipeline, self._closed
        if pipeline is None:
            return

        def read(opened: OpenGallery | None) -> None:
            # What was asked for twice is told once: the first one is closed by now.
            if opened is not None and closed == self._closed:
                self.ready.emit(pipeline, opened)

        self._database.run(
            lambda: self._read_gallery(pipeline), success=read, failure=self.gallery_failed.emit
        )

    def _close_soon(self) -> None:
        """Close the gallery, once whoever uses it has let go of it."""
        self._closed += 1
        self.gallery_closing.emit()
        self._database.run(self._close_repository)

    def _open_soon(self, passphrase: str | None) -> None:
        self._database.run(
            lambda: self._open_repository(passphrase),
            success=self.gallery_opened.emit,
            failure=self.gallery_failed.emit,
        )

    def _open_repository(self, passphrase: str | None) -> bool:
        from db.repository import GalleryRepository
        from desktop_app.services.privacy.protection import keys_at_hand

        keys = keys_at_hand(passphrase, keychain=self._keychain)
        self._repository = GalleryRepository.open(self.gallery, keys=keys)
        return self._repository.file.vault.is_sealed

    def _put_back(self, backup: Path, passphrase: str | None) -> str | None:
        """Put a backup back; return its passphrase if nothing else opens it here."""
        from db.gallery_file import GalleryFile
        from db.key_slots import Keys
        from desktop_app.services.backups import put_back
        from desktop_app.services.privacy.protection import keys_at_hand

        keys = keys_at_hand(passphrase, keychain=self._keychain)
        put_back(self.gallery, backup, keys=keys)
        try:
            GalleryFile.open(self.gallery, keys=Keys(keychain=self._keychain)).close()
        except PassphraseNeeded:
            return passphrase
        return None

    def _opens_by_passphrase(self) -> bool:
        from db.key_slots import SlotKind
        from db.rekeying import slots_of

        return any(slot.kind is SlotKind.PASSPHRASE for slot in slots_of(self.gallery))

    def _read_gallery(self, pipeline: FacePipeline) -> OpenGallery | None:
        if self._repository is None:
            # It could not be opened, which was said already.
            return None
        from desktop_app.services.people import GalleryChange, PeopleService

        embedder = pipeline.embedder
        people = PeopleService(
            self._repository, embedder=embedder.key, dimension=embedder.dimension
        )
        sealed = people.file.vault.is_sealed
        change = GalleryChange(people.gallery, people.people(), is_sealed=sealed)
        return OpenGallery(people, change)

    def _close_repository(self) -> None:
        if self._repository is not None:
            self._repository.close()
            self._repository = None


def _load_pipeline(data_dir: DataDir) -> FacePipeline:
    from desktop_app.services.runtime import load_tuned_pipeline

    return load_tuned_pipeline(data_dir)
