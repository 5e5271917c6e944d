"""A gallery that is sealed while the window has it open, by somebody else or by a backup."""

from __future__ import annotations

import shutil
from contextlib import closing

import numpy as np
import pytest

import factories
from db.gallery_file import GalleryFile
from db.key_slots import Keys
from db.repository import GalleryRepository
from desktop_app.recognition.people import NewSample, Origin
from desktop_app.services import backups
from desktop_app.services.privacy.protection import Protection


class DictKeychain:
    name = "a dictionary"

    def __init__(self) -> None:
        self.entries: dict[str, bytes] = {}

    def get(self, name: str) -> bytes | None:
        return self.entries.get(name)

    def set(self, name: str, key: bytes) -> None:
        self.entries[name] = key

    def delete(self, name: str) -> None:
        self.entries.pop(name, None)


@pytest.fixture
def keychain(monkeypatch):
    keychain = DictKeychain()
    monkeypatch.setattr("desktop_app.keychain.system_keychain", lambda: keychain)
    return keychain


@pytest.fixture
def path(tmp_path, catalog):
    """A gallery with Anna in it that is not sealed, where the application looks for it."""
    path = tmp_path / "data" / "gallery.db"
    look = factories.embedding(1, embedder=catalog.embedder().key)
    with closing(GalleryRepository.open(path)) as repository:
        pixels = np.full((112, 112, 3), 90, np.uint8)
        repository.acts.enrol("Anna", [NewSample(pixels, look, 0.9, Origin.PHOTO)])
    return path


@pytest.mark.parametrize("how", ["from the command line", "by a backup"])
def test_a_gallery_that_is_sealed_while_it_is_open_can_be_locked_at_once(
    qtbot, ready_app, path, keychain, tmp_path, how
):
    sealed = tmp_path / "sealed.db"
    shutil.copy(path, sealed)
    with closing(GalleryFile.open(sealed, keys=Keys(keychain=keychain))) as file:
        Protection(file).seal()
    app = ready_app()
    people, action = app.context.people, app.window.actions_by_name["lock"]
    qtbot.waitUntil(lambda: "not sealed" in app.window.notice_bar.text)
    assert not action.isEnabled()
    told = []
    app.context.protection_changed.connect(told.append)

    if how == "by a backup":

        def put_back(people):
            backups.restore(people.file, sealed)
            return people.reread(forget_steps=True)

        app.context.change_people(put_back)
    else:
        with closing(GalleryFile.open(path, keys=Keys(keychain=keychain))) as other:
            Protection(other).seal()
        app.context.refresh()
    qtbot.waitUntil(action.isEnabled)

    assert people.file.vault.is_sealed
    assert app.window.notice_bar.text == ""
    app.context.rename(1, "Bea")
    qtbot.waitUntil(lambda: app.context.gallery.identities[1].name == "Bea")
    assert told == [True]
