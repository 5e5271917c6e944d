"""``kenspeckle backup`` where something is not as whoever types it thinks."""

from __future__ import annotations

from contextlib import closing

import numpy as np
import pytest

import factories
from db.key_slots import Cost
from db.repository import GalleryRepository
from desktop_app.recognition.people import NewSample, Origin

PIXELS = np.full((112, 112, 3), 90, np.uint8)
NEEDED = "KENSPECKLE_PASSPHRASE"
NEW = "KENSPECKLE_NEW_PASSPHRASE"


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
        repository.acts.enrol("Anna", [NewSample(PIXELS, look, 0.9, Origin.PHOTO)])
    return path


@pytest.fixture
def copy(run, gallery, tmp_path):
    """A copy of an open gallery."""
    path = tmp_path / "copy.db"
    assert run("backup", "create", path) == 0
    return path


@pytest.fixture
def sealed_copy(run, gallery, tmp_path, monkeypatch):
    """A copy of a gallery that opens by its passphrase; nobody gives that."""
    path = tmp_path / "sealed.db"
    monkeypatch.setenv(NEW, "four words by heart")
    assert run("protection", "seal", "--passphrase") == 0
    monkeypatch.setenv(NEEDED, "four words by heart")
    assert run("backup", "create", path) == 0
    monkeypatch.delenv(NEEDED)
    monkeypatch.delenv(NEW)
    return path


@pytest.mark.parametrize("given", [{NEW: "four words by heart"}, {}])
def test_a_passphrase_for_the_copy_of_an_open_gallery_is_refused_before_it_is_asked_for(
    run, gallery, tmp_path, monkeypatch, given
):
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    copy = tmp_path / "copy.db"
    assert run("backup", "create", copy, "--passphrase", "--json") == 2
    assert "kenspeckle protection seal" in run.err
    assert run.out == ""
    assert not copy.exists()


def test_a_copy_into_a_folder_that_is_not_there_is_refused_and_none_is_made(run, gallery, tmp_path):
    copy = tmp_path / "sitck" / "copy.db"
    assert run("backup", "create", copy) == 2
    assert run.err == (
        f"kenspeckle: “{copy}” cannot be written: there is no such folder. Choose another place.\n"
    )
    assert not copy.parent.exists()


@pytest.mark.parametrize("act", ["create", "verify", "restore"])
def test_the_home_folder_of_nobody_is_said_in_a_sentence(run, gallery, act):
    assert run("backup", act, "~nobodyx/copy.db") == 2
    assert run.err.startswith("kenspeckle: “~nobodyx/copy.db” begins with somebody's home folder")


def test_the_home_folder_of_nobody_takes_no_export(run, gallery):
    assert run("people", "export", "Anna", "~nobodyx/x.zip") == 2
    assert run.err.startswith("kenspeckle: “~nobodyx/x.zip” begins with somebody's home folder")


def test_files_that_are_not_there_do_not_keep_the_others_from_being_checked(run, copy, tmp_path):
    missing = tmp_path / "nothere.db"
    assert run("backup", "verify", copy, missing, "--json") == 2
    ((good, none),) = run.lines
    assert (good["file"], good["people"], good["trouble"]) == (str(copy), 1, None)
    assert (none["file"], none["people"], none["bytes"]) == (str(missing), None, None)
    assert set(none) == set(good)
    assert none["trouble"]["code"] == "backup-unusable"
    assert len(run.err.splitlines()) == 1
    assert run("backup", "verify", missing, copy) == 2
    assert run.out == (
        f"{missing}: cannot be used: there is no such file\n{copy}: sound, 1 person, not sealed\n"
    )
    assert run.err.startswith("kenspeckle: 1 of 2 backups cannot be used")


def test_a_wrong_passphrase_does_not_hide_that_a_backup_is_sound(run, sealed_copy, monkeypatch):
    assert run("backup", "verify", sealed_copy) == 0
    assert "sound, 1 person, sealed; whether it opens cannot be tried" in run.out
    monkeypatch.setenv(NEEDED, "four words")
    assert run("backup", "verify", sealed_copy) == 2
    assert f"{sealed_copy}: sound, 1 person, sealed; it opens by the passphrase" in run.out
    assert "gallery" not in run.out
    assert run("backup", "verify", sealed_copy, "--json") == 2
    ((line,),) = run.lines
    assert (line["people"], line["sealed"], line["opens"]) == (1, True, False)
    assert line["trouble"] == {
        "code": "passphrase-wrong",
        "sentence": f"The backup “{sealed_copy}” has another passphrase.",
    }
    sealed_copy.write_bytes(sealed_copy.read_bytes()[:20_000])
    assert run("backup", "verify", sealed_copy) == 2
    assert f"{sealed_copy}: cannot be used: " in run.out


def test_a_place_that_takes_no_file_is_not_said_of_the_gallery(run, gallery, tmp_path):
    # A folder stands where the copy is written first.
    (tmp_path / "copy.db.partial").mkdir()
    assert run("backup", "create", tmp_path / "copy.db") == 2
    assert f"“{tmp_path / 'copy.db'}” cannot be written" in run.err
    assert "gallery" not in run.err
