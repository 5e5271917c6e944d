"""Imports that were cut short: by a power failure, a full disk, a closed window."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app.recognition.staging import UnfinishedImport
from desktop_app.services.imports.folder_import import path_key

if TYPE_CHECKING:
    from db.gallery_file import GalleryFile


class UnfinishedImports:
    """Finds and discards them; on the gallery's thread."""

    def __init__(self, file: GalleryFile) -> None:
        from db.import_lock import ImportLock
        from db.staging import Staging

        self._staging = Staging(file)
        self._lock = ImportLock(file.path)

    def find(self) -> list[UnfinishedImport]:
        """Return them, oldest first; nothing while an import is under way anywhere."""
        found = self._staging.unfinished()
        return found if found and self._lock.is_free() else []

    def of(self, folder: Path) -> UnfinishedImport | None:
        """Return that of a folder, also while it is under way; None where there is none."""
        key = path_key(folder.absolute())
        return next((one for one in self._staging.unfinished() if one.folder == key), None)

    def discard(self, import_id: int) -> bool:
        """Drop one with all that was read; return whether it was there.

        Raises:
            ImportUnderWay: an import is under way, perhaps this one.

        """
        with self._lock.held():
            return self._staging.discard(import_id)
