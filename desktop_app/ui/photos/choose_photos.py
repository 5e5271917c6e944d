"""How photos come into a window: by a dialog, or dropped on it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QMimeData, QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop_app.capture.photo import PHOTO_SUFFIXES

Chosen = Callable[[list[Path]], object]


def choose_photos(parent: QWidget, chosen: Chosen) -> None:
    """Ask for photo files, and return at once; ``chosen`` is called if any were picked."""
    dialog = _dialog(parent, QCoreApplication.translate("choose_photos", "Choose photos"))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    # On Linux the dialog tells IMG_1.JPG from IMG_1.jpg.
    suffixes = sorted(PHOTO_SUFFIXES | {suffix.upper() for suffix in PHOTO_SUFFIXES})
    patterns = " ".join(f"*{suffix}" for suffix in suffixes)
    dialog.setOption(QFileDialog.Option.HideNameFilterDetails)
    dialog.setNameFilters(
        [
            QCoreApplication.translate("choose_photos", "Photos ({patterns})").format(
                patterns=patterns
            ),
            QCoreApplication.translate("choose_photos", "All files (*)"),
        ]
    )
    _open(dialog, chosen)


def choose_folder(parent: QWidget, chosen: Chosen) -> None:
    """Ask for a folder of photos, and return at once; ``chosen`` is called if one was picked."""
    dialog = _dialog(
        parent, QCoreApplication.translate("choose_photos", "Choose a folder of photos")
    )
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    _open(dialog, chosen)


def dropped_paths(data: QMimeData) -> list[Path]:
    """Return the files and folders of this computer that are being dragged."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def _dialog(parent: QWidget, title: str) -> QFileDialog:
    pictures = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
    dialog = QFileDialog(parent, title)
    if Path(pictures).is_dir():
        dialog.setDirectory(pictures)
    return dialog


def _open(dialog: QFileDialog, chosen: Chosen) -> None:
    dialog.filesSelected.connect(lambda names: chosen([Path(name) for name in names]))
    dialog.finished.connect(lambda _result: dialog.deleteLater())
    dialog.open()
