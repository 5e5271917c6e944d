"""A gallery that is broken, in the real window: said, and mended from the newest good backup."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialogButtonBox, QFileDialog

import factories
from db.gallery_file import GalleryFile
from db.repository import GalleryRepository
from db.troubles import damaged
from desktop_app.errors import GalleryClosed
from desktop_app.recognition.people import NewSample, Origin
from desktop_app.services import backups
from desktop_app.services.privacy.protection import Protection, keys_at_hand
from desktop_app.ui.backups.backup_passphrase import AskPassphrase

PASSPHRASE = "four words by heart"


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
def keychain(monkeypatch) -> DictKeychain:
    keychain = DictKeychain()
    monkeypatch.setattr("desktop_app.keychain.system_keychain", lambda: keychain)
    return keychain


@pytest.fixture
def gallery(tmp_path, catalog) -> Path:
    path = tmp_path / "data" / "gallery.db"
    repository = GalleryRepository.open(path)
    face = factories.face(3, look=factories.embedding(3, embedder=catalog.embedder().key))
    sample = NewSample(face.aligned.pixels, face.embedding, 0.5, Origin.PHOTO)
    repository.acts.enrol("Anna", [sample])
    backups.create(repository.file)
    repository.acts.enrol("Bruno", [sample])
    repository.close()
    return path


def hit(path: Path) -> bytes:
    data = bytearray(path.read_bytes())
    data[4096:40960] = os.urandom(36864)
    path.write_bytes(data)
    return bytes(data)


def offers(bar, words: str) -> bool:
    return bool(bar.buttons) and words in bar.buttons[0].text()


def choose_file(app, name: str) -> None:
    (dialog,) = app.window.findChildren(QFileDialog)
    dialog.fileSelected.emit(name)
    dialog.reject()


def test_the_newest_good_backup_is_offered_and_put_back(qtbot, open_app, gallery) -> None:
    broken = hit(gallery)
    app = open_app()
    bar = app.window.trouble_bar
    qtbot.waitUntil(lambda: offers(bar, "backup of"))
    assert "damaged" in bar.text
    assert "1 person" in bar.buttons[0].text()
    assert gallery.read_bytes() == broken

    bar.buttons[0].click()
    qtbot.waitUntil(lambda: app.context.is_ready)

    names = [person.identity.name for person in app.context.last_change.people]
    assert names == ["Anna"]
    assert bar.isHidden()
    (aside,) = (gallery.parent / "backups").glob("*-damaged.db")
    assert aside.read_bytes() == broken


def test_damage_that_the_backup_of_the_day_meets_is_said_and_mended(
    qtbot, ready_app, gallery
) -> None:
    with closing(sqlite3.connect(gallery)) as file:
        (root,) = file.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'ix_events_began'"
        ).fetchone()
    data = bytearray(gallery.read_bytes())
    data[(root - 1) * 4096] = 7
    gallery.write_bytes(data)
    app = ready_app()
    for file in (gallery.parent / "backups").iterdir():
        # A day old.
        file.rename(file.with_name(f"gallery-20200101T000000000000-{file.name[-7:]}"))

    app.daily_backup.look()
    bar = app.window.trouble_bar
    qtbot.waitUntil(lambda: offers(bar, "backup of"))
    bar.buttons[0].click()
    qtbot.waitUntil(lambda: app.context.is_ready and bar.isHidden())

    names = [person.identity.name for person in app.context.last_change.people]
    assert names == ["Anna"]


def test_a_gallery_of_a_newer_version_is_refused_with_a_sentence(qtbot, open_app, gallery) -> None:
    with closing(sqlite3.connect(gallery)) as file:
        file.execute("UPDATE alembic_version SET version_num = '9999'")
        file.commit()
    content = gallery.read_bytes()

    app = open_app()
    qtbot.waitUntil(lambda: not app.window.trouble_bar.isHidden())

    assert "newer version" in app.window.trouble_bar.text
    assert app.context.people is None
    assert gallery.read_bytes() == content


@pytest.mark.parametrize("kind", ["sealed", "open"])
def test_trying_again_while_the_gallery_is_open_opens_it_again(
    qtbot, ready_app, gallery, keychain, kind
) -> None:
    if kind == "sealed":
        with closing(GalleryFile.open(gallery, keys=keys_at_hand())) as file:
            Protection(file).seal()
    app = ready_app()
    before, shut_out = app.context.people, []
    app.context.shut_out.connect(shut_out.append)
    app.daily_backup.damage_found.emit(damaged(gallery, "it was hit"))
    bar = app.window.trouble_bar
    qtbot.waitUntil(lambda: offers(bar, "backup of"))

    bar.buttons[-2].click()
    # The timer may come before it is open again.
    app.context.refresh()
    app.history.tick()
    assert app.context.people is None
    qtbot.waitUntil(lambda: app.context.is_ready)
    app.context.refresh()
    app.database.call(lambda: None)
    qtbot.wait(0)

    assert shut_out == []
    assert app.context.people is not before
    with pytest.raises(GalleryClosed):
        before.refresh()


@pytest.mark.parametrize("trouble", ["the key is lost", "the gallery is broken"])
def test_a_backup_with_a_passphrase_is_put_back_from_a_file_and_asks_for_it(
    qtbot, open_app, gallery, tmp_path, keychain, trouble
) -> None:
    stick = tmp_path / "stick.db"
    with closing(GalleryFile.open(gallery, keys=keys_at_hand())) as file:
        Protection(file).seal()
        backups.create(file, stick, passphrase=PASSPHRASE)
    keychain.entries.clear()
    if trouble == "the gallery is broken":
        shutil.rmtree(gallery.parent / "backups")
        hit(gallery)
    before = gallery.read_bytes()
    app = open_app()
    bar = app.window.trouble_bar
    qtbot.waitUntil(lambda: offers(bar, "from a file"))
    said = bar.text

    bar.buttons[0].click()
    choose_file(app, str(stick))
    for typed in ("another", PASSPHRASE):
        qtbot.waitUntil(lambda: len(app.window.findChildren(AskPassphrase)) == 1)
        assert bar.text == said
        assert app.context.people is None
        assert gallery.read_bytes() == before
        dialog = app.window.findChild(AskPassphrase)
        dialog.field.setText(typed)
        with qtbot.waitSignal(dialog.destroyed):
            dialog.buttons.button(QDialogButtonBox.StandardButton.Ok).click()
    qtbot.waitUntil(lambda: app.context.is_ready)

    names = [person.identity.name for person in app.context.last_change.people]
    assert names == ["Anna", "Bruno"]
    assert bar.isHidden()
    # The keychain opens it again, and nothing else is kept in memory.
    assert len(keychain.entries) == 1
    assert app.context.people.file.keys.passphrase is None
    # What was there is kept.
    assert (
        len(list((gallery.parent / "backups").glob("*-restore.db")))
        + len(list((gallery.parent / "backups").glob("*-damaged.db")))
        == 1
    )


def test_a_file_that_is_no_backup_is_refused_with_a_sentence_and_another_can_be_chosen(
    qtbot, open_app, gallery, tmp_path
) -> None:
    shutil.rmtree(gallery.parent / "backups")
    hit(gallery)
    (tmp_path / "text.db").write_text("no gallery")
    app = open_app()
    bar = app.window.trouble_bar
    qtbot.waitUntil(lambda: offers(bar, "from a file"))

    bar.buttons[0].click()
    choose_file(app, str(tmp_path / "text.db"))
    qtbot.waitUntil(lambda: "cannot be used" in bar.text)

    assert offers(bar, "from a file")


def test_a_gallery_that_is_opened_twice_at_once_is_ready_once(qtbot, ready_app, gallery) -> None:
    app = ready_app()
    ready = []
    app.engine.ready.connect(lambda _pipeline, opened: ready.append(opened.people.file))

    app.engine.open_gallery(gallery)
    app.engine.open_gallery(gallery)
    qtbot.waitUntil(lambda: app.context.is_ready)
    app.database.call(lambda: None)
    qtbot.wait(0)

    assert ready == [app.context.people.file]
    assert app.database.call(app.context.people.refresh) is None
