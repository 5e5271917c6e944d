"""The Photos window as the main window opens and closes it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog

from desktop_app.ui.photos.photos_window import PhotosWindow


@pytest.fixture
def photos_window() -> Callable[[], PhotosWindow]:
    """Finds the one Photos window."""

    def find() -> PhotosWindow:
        (window,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, PhotosWindow)]
        return window

    return find


def test_a_folder_of_photos_is_chosen_in_the_main_window(qtbot, ready_app, photos_window, tmp_path):
    folder = tmp_path / "holiday"
    folder.mkdir()
    Image.new("RGB", (64, 64), "gray").save(folder / "beach.png")
    app = ready_app()
    action = app.window.actions_by_name["open_folder"]
    assert action.shortcut().toString() == "Ctrl+Shift+O"
    action.trigger()
    (dialog,) = app.window.findChildren(QFileDialog)
    assert dialog.fileMode() is QFileDialog.FileMode.Directory
    dialog.filesSelected.emit([str(folder)])
    dialog.reject()
    model = photos_window().model
    qtbot.waitUntil(lambda: [entry.path for entry in model.entries] == [folder / "beach.png"])


def test_the_key_that_quits_is_heard_in_the_photos_window(qtbot, ready_app, photos_window):
    app = ready_app()
    app.window.doors.open_photos([])
    photos = photos_window()
    qtbot.waitUntil(photos.isActiveWindow)
    with qtbot.waitSignal(app.window.closing):
        qtbot.keyClick(photos, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    assert not app.window.isVisible()
