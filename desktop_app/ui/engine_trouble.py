"""Says in the window why faces cannot be recognised, and offers ways out."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QFileDialog

from desktop_app.errors import (
    BackupUnusable,
    GalleryDamaged,
    KeychainRefused,
    KeyMissing,
    KnownError,
    NotAGallery,
    PassphraseNeeded,
    PassphraseWrong,
)
from desktop_app.ui.alive import while_alive
from desktop_app.ui.backups.backup_passphrase import AskPassphrase
from desktop_app.ui.backups.backup_words import people_words, when_words
from desktop_app.ui.context import AppContext
from desktop_app.ui.error_dialog import sentence_for
from desktop_app.ui.error_route import ErrorRoute
from desktop_app.ui.main_window import MainWindow
from desktop_app.ui.message_bar import Choice
from desktop_app.workers.engine import Engine

if TYPE_CHECKING:
    from desktop_app.services.backups import BackupLine

# What a backup of elsewhere helps against, or another one.
_FOR_A_BACKUP = (GalleryDamaged, NotAGallery, KeyMissing, KeychainRefused, BackupUnusable)

_log = logging.getLogger(__name__)


class EngineTrouble(QObject):
    """Networks that could not be loaded, or a gallery that could not be opened."""

    def __init__(
        self, engine: Engine, window: MainWindow, *, context: AppContext, route: ErrorRoute
    ) -> None:
        """Connect.

        Args:
            engine: what may fail, and is asked to try again.
            window: says so.
            context: tells every other view.
            route: takes what nobody expected.

        """
        super().__init__(window)
        self._engine = engine
        self._window = window
        self._context = context
        self._route = route
        engine.models_failed.connect(self._models_failed)
        engine.gallery_failed.connect(self._gallery_failed)
        engine.ready.connect(self._over)
        window.unlock_card.other_wanted.connect(self._choose_gallery)

    @Slot(object)
    def _models_failed(self, error: Exception) -> None:
        self._tell_everybody(error)
        self._window.trouble_bar.warn(
            sentence_for(error), (self.tr("Try again"), self._engine.load_models)
        )

    @Slot(object)
    def _gallery_failed(self, error: Exception) -> None:
        self._tell_everybody(error)
        if not self._window.unlock_card.isHidden():
            # It is shut, not broken, and the way in is shown.
            return
        may_put_back = isinstance(error, _FOR_A_BACKUP)
        self._offer(error, *([self._choice_of_file] if may_put_back else []))
        if isinstance(error, (GalleryDamaged, NotAGallery)):
            self._look_for_backup(error)

    @Slot(object)
    def take_damage(self, error: GalleryDamaged) -> None:
        """Say that the gallery that is open was found broken, and offer a backup of it."""
        self._offer(error, self._choice_of_file)
        self._look_for_backup(error)

    @property
    def _choice_of_file(self) -> Choice:
        return self.tr("Put back from a file…"), self._choose_backup

    def _offer(self, error: Exception, *choices: Choice) -> None:
        self._window.trouble_bar.warn(
            sentence_for(error),
            *choices,
            (self.tr("Try again"), lambda: self._engine.open_gallery(self._engine.gallery)),
            (self.tr("Choose another gallery…"), self._choose_gallery),
        )

    def _look_for_backup(self, error: Exception) -> None:
        """Look through the backups, which takes a while, beside the window."""
        path, text = self._engine.gallery, self._window.trouble_bar.text

        def look() -> BackupLine | None:
            from db.key_slots import Keys
            from desktop_app.services.backups import newest_good

            # Without a key: the keychain is asked on the database's thread alone, and so no
            # sooner than one is put back.
            return newest_good(path, keys=Keys())

        def found(line: BackupLine | None) -> None:
            # Meanwhile somebody may have helped themselves.
            if line is not None and self._window.trouble_bar.text == text:
                backup = line.backup.path
                self._offer(error, (self._offer_words(line), lambda: self._put_back(backup)))

        self._context.general.run(look, success=while_alive(self, found))

    def _offer_words(self, line: BackupLine) -> str:
        return self.tr("Put back the backup of {when} ({people})").format(
            when=when_words(line), people=people_words(line)
        )

    def _put_back(self, backup: Path, passphrase: str | None = None) -> None:
        self._engine.put_back(
            backup,
            passphrase=passphrase,
            failure=while_alive(self, lambda error: self._not_put_back(backup, error)),
        )

    def _not_put_back(self, backup: Path, error: Exception) -> None:
        if not isinstance(error, PassphraseNeeded | PassphraseWrong):
            self._engine.gallery_failed.emit(error)
            return
        self._context.become_unusable(self._window.trouble_bar.text)
        dialog = AskPassphrase(sentence_for(error), self._window)
        dialog.chosen.connect(lambda passphrase: self._put_back(backup, passphrase))
        dialog.open()

    @Slot()
    def _over(self) -> None:
        self._window.trouble_bar.clear()
        self._window.statusBar().clearMessage()

    def _tell_everybody(self, error: Exception) -> None:
        self._window.statusBar().clearMessage()
        self._context.become_unusable(sentence_for(error))
        if isinstance(error, PassphraseNeeded | PassphraseWrong):
            # No trouble: whoever sealed it is asked for the passphrase at each start.
            _log.info("the gallery is shut: %s", error)
        elif isinstance(error, KnownError):
            _log.error("the engine is not ready: %s", error)
        else:
            self._route.take(error)

    def _choose_backup(self) -> None:
        dialog = QFileDialog(self._window, self.tr("Put back from a file"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([self.tr("Galleries (*.db)"), self.tr("All files (*)")])
        dialog.fileSelected.connect(lambda name: self._put_back(Path(name)))
        dialog.finished.connect(lambda _result: dialog.deleteLater())
        dialog.open()

    def _choose_gallery(self) -> None:
        dialog = QFileDialog(self._window, self.tr("Choose a gallery"))
        dialog.setDirectory(str(self._engine.gallery.parent))
        # A new name makes a new gallery.
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setNameFilters([self.tr("Galleries (*.db)"), self.tr("All files (*)")])
        dialog.setDefaultSuffix("db")
        dialog.fileSelected.connect(lambda name: self._engine.open_gallery(Path(name)))
        dialog.finished.connect(lambda _result: dialog.deleteLater())
        dialog.open()
