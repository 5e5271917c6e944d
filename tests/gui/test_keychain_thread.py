"""The keychain may ask its owner first: it is asked where that holds up nothing but the gallery."""

from __future__ import annotations

import threading
from contextlib import closing

import numpy as np
import pytest
from PySide6.QtWidgets import QFileDialog

import factories
from db.key_slots import Keys
from db.repository import GalleryRepository
from desktop_app.recognition.people import NewSample, Origin
from desktop_app.services import backups
from desktop_app.ui.backups.backup_dialog import BackupDialog


class NotingKeychain:
    name = "a dictionary"

    def __init__(self) -> None:
        self.entries: dict[str, bytes] = {}
        self.threads: set[str] = set()

    def _note(self) -> None:
        self.threads.add(threading.current_thread().name.partition("_")[0])

    def get(self, name: str) -> bytes | None:
        self._note()
        return self.entries.get(name)

    def set(self, name: str, key: bytes) -> None:
        self._note()
        self.entries[name] = key

    def delete(self, name: str) -> None:
        self._note()
        self.entries.pop(name, None)


@pytest.fixture
def keychain(monkeypatch):
    keychain = NotingKeychain()
    monkeypatch.setattr("desktop_app.keychain.system_keychain", lambda: keychain)
    return keychain


@pytest.fixture
def path(tmp_path, catalog, keychain):
    """A gallery that the keychain opens, with a backup."""
    path = tmp_path / "data" / "gallery.db"
    look = factories.embedding(1, embedder=catalog.embedder().key)
    with closing(GalleryRepository.open(path, keys=Keys(keychain=keychain))) as repository:
        pixels = np.full((112, 112, 3), 90, np.uint8)
        repository.acts.enrol("Anna", [NewSample(pixels, look, 0.9, Origin.PHOTO)])
        backups.create(repository.file)
    keychain.threads.clear()
    return path


@pytest.mark.parametrize("act", ["check", "back up", "from a file"])
def test_backups_ask_the_keychain_on_the_database_thread_alone(
    qtbot, ready_app, path, keychain, act
) -> None:
    app = ready_app()
    assert keychain.threads == {"database"}
    dialog = BackupDialog(app.context)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: dialog.chosen is not None)
    keychain.threads.clear()

    if act == "check":
        dialog.verify_button.click()
    elif act == "back up":
        dialog.create_button.click()
    else:
        dialog.file_button.click()
        (chooser,) = dialog.findChildren(QFileDialog)
        chooser.fileSelected.emit(str(dialog.chosen.backup.path))
        chooser.close()
    qtbot.waitUntil(lambda: not dialog.progress.isVisible())

    assert keychain.threads == {"database"}


def test_looking_for_a_backup_of_a_damaged_gallery_asks_no_keychain(
    qtbot, open_app, path, keychain
) -> None:
    data = bytearray(path.read_bytes())
    data[4096:40960] = bytes(36864)
    path.write_bytes(data)
    app = open_app()
    bar = app.window.trouble_bar
    qtbot.waitUntil(lambda: bool(bar.buttons) and "backup of" in bar.buttons[0].text())
    assert keychain.threads <= {"database"}

    bar.buttons[0].click()
    qtbot.waitUntil(lambda: app.context.is_ready)
    assert keychain.threads == {"database"}
