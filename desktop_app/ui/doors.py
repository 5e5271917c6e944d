"""Opens dialogs and other windows: people, photos, sources, settings, about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QWidget

from desktop_app.capture.source import SourceKind, SourceSpec
from desktop_app.ui.context import AppContext
from desktop_app.ui.live.source_chooser import CLIP_SUFFIXES, CameraList, StreamDialog, choose_clip
from desktop_app.ui.photos.choose_photos import choose_folder, choose_photos, dropped_paths

if TYPE_CHECKING:
    from desktop_app.recognition.gallery import Gallery
    from desktop_app.services.people import GalleryChange
    from desktop_app.ui.camera.dialog import CameraEnrolmentDialog
    from desktop_app.ui.history.window import HistoryWindow
    from desktop_app.ui.imports.import_dialog import ImportDialog
    from desktop_app.ui.live.source_opener import SourceOpener
    from desktop_app.ui.live.tile import Tile
    from desktop_app.ui.photos.photos_window import PhotosWindow
    from desktop_app.workers.live_session import LiveSession


class Doors(QObject):
    """Everything that opens beside the main window. The modules are imported as they are needed."""

    def __init__(
        self,
        context: AppContext,
        window: QWidget,
        *,
        session: LiveSession,
        cameras: CameraList,
        chosen: Callable[[], Tile],
        opener: SourceOpener,
        enrolled: Callable[[GalleryChange, Gallery], object],
    ) -> None:
        """Prepare.

        Args:
            context: shared services.
            window: owns the dialogs.
            session: what is shown live.
            cameras: finds the cameras.
            chosen: the tile that people are added from.
            opener: shows sources.
            enrolled: hears of who was added, and of the gallery before.

        """
        super().__init__(window)
        self._context = context
        self._window = window
        self._session = session
        self._cameras = cameras
        self._chosen = chosen
        self._opener = opener
        self._enrolled = enrolled
        self._photos: PhotosWindow | None = None
        self._history: HistoryWindow | None = None
        self._import: ImportDialog | None = None
        self._mirror: CameraEnrolmentDialog | None = None
        self._stream: SourceSpec | None = None

    def add_person(self) -> None:
        """Add somebody from photo files."""
        from desktop_app.ui.enrolment.add_person import AddPersonDialog

        dialog = AddPersonDialog(self._context, self._window)
        dialog.enrolled.connect(self._enrolled)
        self._open(dialog)

    def add_from_camera(self) -> None:
        """Add somebody who looks into the camera; one at a time, because there is one picture."""
        from desktop_app.ui.camera.dialog import CameraEnrolmentDialog

        if self._mirror is not None:
            return
        tile = self._chosen()
        dialog = CameraEnrolmentDialog(
            self._context,
            self._session,
            self._window,
            feed=tile.feed,
            cameras=self._cameras,
            open_source=partial(self._opener.open_in, tile),
        )
        dialog.enrolled.connect(self._enrolled)
        dialog.photos_wanted.connect(self.add_person)
        dialog.finished.connect(self._close_mirror)
        self._mirror = dialog
        self._open(dialog)

    def _close_mirror(self) -> None:
        self._mirror = None

    def choose_photos(self) -> None:
        """Choose photo files and see who is in them."""
        choose_photos(self._window, self.open_photos)

    def choose_folder(self) -> None:
        """Choose a folder and see who is in the photos in it."""
        choose_folder(self._window, self.open_photos)

    def open_photos(self, paths: Sequence[Path]) -> None:
        """See who is in photo files, in a window of its own that stays open for more."""
        from desktop_app.ui.photos.photos_window import PhotosWindow

        if self._photos is None:
            self._photos = PhotosWindow(self._context)
            self._lend_quit(self._photos)
        self._photos.show()
        self._photos.raise_()
        self._photos.activateWindow()
        self._photos.open_photos(paths)

    def import_folder(self) -> ImportDialog:
        """Import many people from a folder, in a window of its own."""
        from desktop_app.ui.imports.import_dialog import ImportDialog

        if self._import is None:
            self._import = ImportDialog(self._context)
        self._import.show()
        self._import.raise_()
        self._import.activateWindow()
        return self._import

    @property
    def is_importing(self) -> bool:
        """Whether people are being imported, of whom nothing is to be lost."""
        return self._import is not None and self._import.is_busy

    @property
    def photos_open(self) -> tuple[Path, ...]:
        """The photos that are open in their window; none where that is closed."""
        if self._photos is None or not self._photos.isVisible():
            return ()
        return tuple(entry.path for entry in self._photos.model.entries)

    def choose_clip(self) -> None:
        """Choose a video file and show it."""
        choose_clip(self._window, self._opener.open)

    def choose_another_clip(self) -> None:
        """Choose a video file and show it beside the others."""
        choose_clip(self._window, self._opener.add)

    def choose_stream(self) -> None:
        """Ask for the address of a network camera and show it."""
        self._ask_for_stream(self._opener.open)

    def choose_another_stream(self) -> None:
        """Ask for the address of a network camera and show it beside the others."""
        self._ask_for_stream(self._opener.add)

    def _ask_for_stream(self, show: Callable[[SourceSpec], object]) -> None:
        """Ask for an address; one that failed can be mended."""
        failed = self._stream
        # The address that worked is saved, and may hold a password that nobody needs to see again.
        if failed is None or str(failed) in self._context.settings.sources:
            dialog = StreamDialog(self._window)
        else:
            dialog = StreamDialog(self._window, address=failed.address)

        def take(spec: SourceSpec) -> None:
            self._stream = spec
            show(spec)

        dialog.chosen.connect(take)
        self._open(dialog)

    def history(self) -> None:
        """Show who was seen when, in a window of its own."""
        from desktop_app.ui.history.window import HistoryWindow

        if self._history is None:
            self._history = HistoryWindow(self._context)
            self._lend_quit(self._history)
        self._history.show()
        self._history.raise_()
        self._history.activateWindow()

    def bin(self) -> None:
        """Show what was removed, to be put back."""
        from desktop_app.ui.privacy.bin_dialog import BinDialog

        self._open(BinDialog(self._context, self._window))

    def backups(self) -> None:
        """Show the backups of the gallery."""
        from desktop_app.ui.backups.backup_dialog import BackupDialog

        self._open(BackupDialog(self._context, self._window))

    def settings(self) -> None:
        """Show the settings."""
        from desktop_app.ui.settings_dialog import SettingsDialog

        self._open(SettingsDialog(self._context, self._window))

    def protection(self) -> None:
        """Show the settings that say who can open the gallery."""
        from desktop_app.ui.settings_dialog import SettingsDialog
        from desktop_app.ui.settings_pages.protection import ProtectionPage

        self._open(SettingsDialog(self._context, self._window, page=ProtectionPage))

    def shortcuts(self) -> None:
        """Show what has a key."""
        from desktop_app.ui.shortcuts_dialog import ShortcutsDialog

        self._open(ShortcutsDialog(self._window))

    def about(self) -> None:
        """Show version and licences."""
        from desktop_app.ui.about_dialog import AboutDialog

        self._open(AboutDialog(self._window))

    def takes(self, data: QMimeData) -> bool:
        """Whether what is dragged can be opened."""
        return bool(dropped_paths(data))

    def take(self, data: QMimeData) -> None:
        """Open what was dropped: the first clip as the source, everything else as photos."""
        paths = dropped_paths(data)
        clips = [path for path in paths if path.suffix.lower() in CLIP_SUFFIXES]
        photos = [path for path in paths if path not in clips]
        if clips:
            self._opener.open(SourceSpec(SourceKind.CLIP, str(clips[0])))
        if photos:
            self.open_photos(photos)

    def close(self) -> None:
        """Close what does not close with the main window, or must not outlive it."""
        if self._mirror is not None:
            self._mirror.reject()
        if self._import is not None:
            self._import.leave()
            self._import.deleteLater()
            self._import = None
        for window in (self._photos, self._history):
            if window is not None:
                window.close()
                window.deleteLater()
        self._photos = self._history = None

    def _lend_quit(self, window: QWidget) -> None:
        """Let Ctrl+Q be heard; a key is only heard in the windows that its action belongs to."""
        leave = self._window.findChild(QAction, "quit")
        if leave is not None:
            window.addAction(leave)

    def _open(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
