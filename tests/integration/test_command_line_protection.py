"""Who can open the gallery, from the command line."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing

import numpy as np
import pytest

import factories
from db.backups import BackupKind, backup_name, copy_gallery
from db.key_slots import Cost
from db.repository import GalleryRepository
from desktop_app.recognition.people import NewSample, Origin

NEEDED = "KENSPECKLE_PASSPHRASE"
NEW = "KENSPECKLE_NEW_PASSPHRASE"


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


@pytest.fixture(autouse=True)
def _cheap(monkeypatch):
    monkeypatch.setattr(
        "db.key_slots.wrap_for_passphrase.__kwdefaults__",
        {"cost": Cost(memory=8 * 1024, iterations=1, lanes=1)},
    )


@pytest.fixture
def gallery(run, catalog):
    path = run.data / "gallery.db"
    look = factories.embedding(1, embedder=catalog.embedder().key)
    with closing(GalleryRepository.open(path)) as repository:
        pixels = np.full((112, 112, 3), 90, np.uint8)
        repository.acts.enrol("Anna", [NewSample(pixels, look, 0.9, Origin.PHOTO)])
    return path


@pytest.fixture
def sealed(run, gallery, monkeypatch):
    """The gallery, and nobody who gives its passphrase."""
    monkeypatch.setenv(NEW, "four words by heart")
    assert run("protection", "seal", "--passphrase") == 0
    monkeypatch.delenv(NEW)
    return gallery


def test_before_there_is_a_gallery_it_says_what_will_become_of_it(run):
    assert run("protection") == 0
    assert "There is no gallery yet. It will not be sealed" in run.out
    assert run("protection", "seal") == 2
    assert list(run.data.iterdir()) == []


def test_an_open_gallery_says_how_to_seal_it(run, gallery):
    assert run("protection", "status") == 0
    assert "is open" in run.out
    assert "kenspeckle protection seal" in run.out
    assert run("protection", "seal") == 2
    assert "passphrase" in run.err


def test_without_its_passphrase_no_command_opens_a_sealed_gallery(run, sealed, monkeypatch):
    assert run("people", "list") == 2
    assert NEEDED in run.err
    monkeypatch.setenv(NEEDED, "four words")
    assert run("people", "list") == 2
    assert "another passphrase" in run.err
    monkeypatch.setenv(NEEDED, "four words by heart")
    assert run("people", "list") == 0
    assert "Anna: 1 picture" in run.out


def test_what_protects_it_is_said_to_people_and_programs(run, sealed, monkeypatch):
    monkeypatch.setenv(NEEDED, "four words by heart")
    assert run("protection") == 0
    assert "is sealed. It opens by its passphrase." in run.out
    assert run("protection", "--json") == 0
    before = run.lines
    assert run("protection", "status", "--json") == 0
    assert run.lines == before
    assert before[0] == {
        "gallery": str(sealed),
        "sealed": True,
        "opens_by_keychain": False,
        "opens_by_passphrase": True,
        "keychain": None,
        "backups": 0,
        "backups_apart": [],
        "not_overwritten": [],
    }


def test_a_passphrase_is_changed_and_the_one_before_is_of_no_use(run, sealed, monkeypatch):
    monkeypatch.setenv(NEW, "ein anderer Satz")
    assert run("protection", "passphrase") == 2
    monkeypatch.setenv(NEEDED, "four words by heart")
    assert run("protection", "passphrase") == 0
    assert run("people", "list") == 2
    monkeypatch.setenv(NEEDED, "ein anderer Satz")
    assert run("people", "list") == 0
    assert run("protection", "rotate", "--json") == 0
    assert run.lines[0]["sealed"]
    assert run("people", "list") == 0


def test_opening_for_good_has_to_be_meant(run, sealed, monkeypatch):
    monkeypatch.setenv(NEEDED, "four words by heart")
    assert run("protection", "unseal") == 2
    assert "--yes" in run.err
    assert run("protection", "unseal", "--yes") == 0
    monkeypatch.delenv(NEEDED)
    assert run("people", "list") == 0


def test_a_backup_that_cannot_follow_is_named_and_can_be_deleted(run, sealed, monkeypatch):
    monkeypatch.setenv(NEEDED, "four words by heart")
    backup = backup_name(sealed, BackupKind.BY_HAND)
    copy_gallery(sealed, backup)
    backup.write_bytes(backup.read_bytes()[:-40_000])
    assert run("protection", "rotate") == 0
    assert str(backup) in run.out
    assert "could not be changed" in run.out
    assert run("protection", "drop-backups") == 2
    assert run("protection", "drop-backups", "--yes") == 0
    assert not backup.exists()
    assert "1 backup deleted" in run.out


def test_the_doctor_says_what_opens_the_gallery_and_does_not_mind_that_it_is_shut(
    run, gallery, monkeypatch
):
    assert run("doctor", "--json") == 0
    assert run.lines[0]["database"]["protection"] == "open"
    monkeypatch.setenv(NEW, "four words by heart")
    run("protection", "seal", "--passphrase")
    assert run("doctor", "--json") == 0
    database = run.lines[0]["database"]
    assert (database["protection"], database["people"]) == ("sealed by passphrase", 1)


def test_the_doctor_finds_a_shut_gallery_damaged(run, sealed):
    content = bytearray(sealed.read_bytes())
    content[8192:12288] = bytes(4096)
    sealed.write_bytes(content)
    assert run("doctor", "--json") == 2
    assert "is damaged" in run.lines[0]["database"]["problem"]


def test_a_new_gallery_is_sealed_by_the_keychain_and_opens_with_no_other(run, photos, monkeypatch):
    keychain = DictKeychain()
    monkeypatch.setattr("desktop_app.keychain.system_keychain", lambda: keychain)
    assert run("enrol", "Eileen Collins", photos["collins"]) == 0
    assert run("protection", "rotate", "--json") == 0
    assert run.lines[0]["opens_by_keychain"]
    assert run("identify", "--json", photos["collins again"]) == 0
    assert run.lines[0]["faces"][0]["name"] == "Eileen Collins"
    keychain.entries.clear()
    assert run("people", "list") == 2
    assert "not in the keychain" in run.err


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of the tests' own")
def test_on_a_terminal_the_passphrase_is_asked_for_and_not_shown(run, sealed):
    import pty

    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "desktop_app", "--data-dir", str(run.data), "people", "list"]
    with subprocess.Popen(
        command, stdin=theirs, stdout=subprocess.PIPE, stderr=theirs, start_new_session=True
    ) as process:
        os.close(theirs)
        shown = b""
        for answer in (b"four words\n", b"four words by heart\n"):
            while not shown.endswith("”: ".encode()):
                shown += os.read(ours, 1024)
            os.write(ours, answer)
            shown += os.read(ours, 1)
        out, _ = process.communicate()
    while True:
        try:
            more = os.read(ours, 1024)
        except OSError:
            break
        shown += more
    os.close(ours)
    assert process.returncode == 0
    assert b"Anna: 1 picture" in out
    assert b"another passphrase" in shown
    assert b"four words" not in shown
