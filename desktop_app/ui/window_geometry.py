"""Where the main window was, how large, and how it was divided: kept from one start to the next."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QMainWindow, QSplitter, QWidget

_FILE = "window.ini"
# The list beside the picture gets this many pixels at first.
_SIDE_WIDTH = 280


def restore_geometry(
    window: QMainWindow, splitter: QSplitter, side: QWidget, *, folder: Path, narrow: int
) -> None:
    """Put a window where it was; one that never was fits on the screen.

    Args:
        window: the window.
        splitter: divides it.
        side: what can be hidden in it.
        folder: where this is kept.
        narrow: the width in pixels below which ``side`` is hidden at first.

    """
    saved = _saved(folder)
    geometry, parts = saved.value("geometry"), saved.value("splitter")
    if not isinstance(geometry, QByteArray) or not window.restoreGeometry(geometry):
        room = window.screen().availableSize()
        window.resize(min(1120, room.width() - 40), min(720, room.height() - 60))
    if not isinstance(parts, QByteArray) or not splitter.restoreState(parts):
        splitter.setSizes([window.width() - _SIDE_WIDTH, _SIDE_WIDTH])
    side.setVisible(not saved.value("people_hidden", window.width() < narrow, type=bool))


def save_geometry(window: QMainWindow, splitter: QSplitter, side: QWidget, *, folder: Path) -> None:
    """Remember where a window is."""
    saved = _saved(folder)
    saved.setValue("geometry", window.saveGeometry())
    saved.setValue("splitter", splitter.saveState())
    saved.setValue("people_hidden", side.isHidden())


def _saved(folder: Path) -> QSettings:
    return QSettings(str(folder / _FILE), QSettings.Format.IniFormat)
