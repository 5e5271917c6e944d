"""Photos that were looked at, and who is in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QLocale,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QImage

from desktop_app.arrays import UInt8Array
from desktop_app.recognition.types import Decision, Identified, Unknown, Unsure
from desktop_app.services.identification import FaceResult
from desktop_app.ui.error_dialog import sentence_for
from desktop_app.ui.line_delegate import DETAIL_ROLE
from desktop_app.ui.words import isolated
from desktop_app.vision.alignment import crop
from desktop_app.vision.types import AlignedFace, Face

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


@dataclass(frozen=True, eq=False, slots=True)
class PhotoEntry:
    """A photo that was looked at.

    Attributes:
        path: the file.
        thumbnail: small; null where it could not be read.
        faces: largest first, slim (see :func:`slim`).
        gallery_version: of the gallery that the decisions were made on.
        error: why it could not be read; None where it could.

    """

    path: Path
    thumbnail: QImage
    faces: tuple[FaceResult, ...] = ()
    gallery_version: int = -1
    error: Exception | None = None

    @property
    def summary(self) -> str:
        """Who is in it, in one line."""
        if self.error is not None:
            return sentence_for(self.error)
        return who_is_in([result.decision for result in self.faces])


def slim(face: Face) -> Face:
    """Return a face without its pictures, which :func:`restored` brings back from the photo.

    A thousand photos of ten people would else keep half a gigabyte of crops and meshes.
    """
    side = face.aligned.pixels.shape[0]
    return replace(
        face,
        landmarks=replace(face.landmarks, mesh=None),
        # No pixels, but the side of the crop is remembered.
        aligned=replace(face.aligned, pixels=np.empty((side, 0, 3), np.uint8)),
    )


def restored(face: Face, pixels: UInt8Array) -> Face:
    """Return a slim face with its crop.

    Args:
        face: the slim one.
        pixels: the photo it was found in, RGB, uint8, shape (h, w, 3).

    """
    transform, size = face.aligned.transform, face.aligned.pixels.shape[0]
    return replace(face, aligned=AlignedFace(crop(pixels, transform, size=size), transform))


def who_is_in(decisions: Sequence[Decision]) -> str:
    """Say who is in a photo, in one line."""
    translate = QCoreApplication.translate
    if not decisions:
        return translate("PhotosWindow", "No face was found")
    kinds = Counter(type(decision) for decision in decisions)
    said = [
        isolated(decision.match.identity.name)
        for decision in decisions
        if isinstance(decision, Identified)
    ]
    # The tool that collects texts reads no more than a name where a number stands.
    unsure, unknown = kinds[Unsure], kinds[Unknown]
    if unsure:
        said.append(translate("PhotosWindow", "%n unsure", None, unsure))
    if unknown:
        said.append(translate("PhotosWindow", "%n unknown", None, unknown))
    rest = len(decisions) - kinds[Identified] - unsure - unknown
    if rest:
        said.append(translate("PhotosWindow", "%n not clear enough to tell", None, rest))
    return QLocale().createSeparatedList(said)


class PhotosModel(QAbstractListModel):
    """The photos in the order in which they were looked at."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: list[PhotoEntry] = []
        self._rows: dict[Path, int] = {}

    @property
    def entries(self) -> tuple[PhotoEntry, ...]:
        """All of them."""
        return tuple(self._entries)

    def entry(self, row: int) -> PhotoEntry:
        """Return the photo of a line."""
        return self._entries[row]

    def row_of(self, path: Path) -> int | None:
        """Return the line of a photo; None while it was not looked at."""
        return self._rows.get(path)

    def put(self, entry: PhotoEntry) -> None:
        """Add a photo, or replace what was known of it."""
        row = self._rows.get(entry.path)
        if row is not None:
            self._entries[row] = entry
            self.dataChanged.emit(self.index(row), self.index(row))
            return
        row = len(self._entries)
        self.beginInsertRows(QModelIndex(), row, row)
        self._entries.append(entry)
        self._rows[entry.path] = row
        self.endInsertRows()

    def remove(self, path: Path) -> None:
        """Take a photo out of the list; its file is left alone."""
        row = self._rows[path]
        self.beginRemoveRows(QModelIndex(), row, row)
        del self._entries[row]
        self._rows = {entry.path: row for row, entry in enumerate(self._entries)}
        self.endRemoveRows()

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Qt's."""
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt's."""
        if not index.isValid():
            return None
        entry = self._entries[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return entry.path.name
            case Qt.ItemDataRole.ToolTipRole:
                return f"{entry.path}\n{entry.summary}"
            case Qt.ItemDataRole.AccessibleTextRole:
                return self.tr("{photo}: {who}").format(photo=entry.path.name, who=entry.summary)
            case Qt.ItemDataRole.DecorationRole:
                return None if entry.thumbnail.isNull() else entry.thumbnail
            case _ if role == DETAIL_ROLE:
                if entry.error is not None:
                    return self.tr("Cannot be shown")
                return entry.summary
        return None
