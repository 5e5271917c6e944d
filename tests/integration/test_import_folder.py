"""``kenspeckle enrol --folder`` as a person types it, on the real networks."""

from __future__ import annotations

import csv
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from desktop_app.capture.photo import read_photo
from desktop_app.errors import InputError
from desktop_app.services.enrolment import face_to_enrol
from desktop_app.services.imports.faces import ImportRules, face_to_import


@pytest.fixture
def folder(tmp_path, photos) -> Path:
    folder = tmp_path / "people"
    for name, files in {
        "Eileen_Collins": ["collins", "broken"],
        "Grace Hopper": ["hopper", "both"],
        "Nobody": ["nobody"],
    }.items():
        (folder / name).mkdir(parents=True)
        for file in files:
            shutil.copy(photos[file], folder / name)
    (folder / "Empty").mkdir()
    return folder


def people(run) -> dict[str, int]:
    assert run("people", "list", "--json") == 0
    return {person["name"]: person["templates"] for person in run.lines[0]}


def test_a_folder_is_previewed_and_nothing_is_made(run, folder):
    assert run("enrol", "--folder", folder, "--dry-run") == 0
    assert "Eileen Collins: 2 photos, new" in run.out
    assert "Empty: has no photos." in run.out
    assert "3 people, 3 of them new, with 5 photos. Nothing was changed." in run.out
    assert not (run.data / "gallery.db").exists()
    assert run("enrol", "--folder", folder, "--dry-run", "--json") == 0
    (plan,) = run.lines
    assert plan["people"][0] == {"name": "Eileen Collins", "new": True, "photos": 2}
    assert [note["kind"] for note in plan["notes"]] == ["empty"]


def test_people_of_a_folder_are_enrolled_recognised_and_not_enrolled_twice(
    run, folder, photos, tmp_path
):
    report = tmp_path / "report.csv"
    assert run("enrol", "--folder", folder, "--report", report) == 0
    assert "2 photos of 2 people enrolled, 2 of them new." in run.out
    assert "3 photos refused:" in run.out
    assert "Without a usable photo, and so not enrolled: Nobody" in run.out
    assert people(run) == {"Eileen Collins": 1, "Grace Hopper": 1}
    with report.open(encoding="utf-8-sig", newline="") as file:
        rows = {Path(row["photo"]).name: row for row in csv.DictReader(file)}
    assert {name: row["code"] for name, row in rows.items()} == {
        "broken.jpg": "photo-unreadable",
        "collins.png": "",
        "both.png": "several-faces",
        "hopper.jpg": "",
        photos["nobody"].name: "no-face",
    }
    assert float(rows["collins.png"]["quality"]) > 0.3
    assert run("identify", "--json", photos["collins again"]) == 0
    assert run.lines[0]["faces"][0]["name"] == "Eileen Collins"

    assert run("enrol", "--folder", folder, "--json") == 0
    *_, end = run.lines
    assert (end["enrolled"], end["enrolled_before"], end["new_people"]) == (0, 2, 0)
    assert end["refused"] == {"photo-unreadable": 1, "several-faces": 1, "no-face": 1}
    assert end["without_pictures"] == ["Nobody"]
    assert people(run) == {"Eileen Collins": 1, "Grace Hopper": 1}


def test_a_folder_without_a_usable_photo_enrols_nobody_and_says_so_by_its_code(run, tmp_path):
    path = tmp_path / "people" / "Anna" / "1.png"
    path.parent.mkdir(parents=True)
    Image.new("RGB", (80, 60), "teal").save(path)
    assert run("enrol", "--folder", tmp_path / "people") == 2
    assert "No face was found in" in run.out
    assert people(run) == {}


def test_a_report_that_cannot_be_written_is_said_before_anything_is_read(run, folder):
    assert run("enrol", "--folder", folder, "--report", folder / "no" / "report.csv") == 2
    assert "cannot be written" in run.err
    assert not (run.data / "gallery.db").exists()


def test_a_folder_that_is_not_there_is_a_known_trouble(run, tmp_path):
    assert run("enrol", "--folder", tmp_path / "nowhere") == 2
    assert "there is no such folder" in run.err


def test_there_may_be_nothing_to_discard(run, folder):
    assert run("enrol", "--folder", folder, "--discard") == 0
    assert "no unfinished import" in run.out
    assert not (run.data / "gallery.db").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals of POSIX")
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL])
def test_interrupted_it_leaves_everything_as_it_was_and_killed_it_can_be_dropped(
    run, folder, photos, end
):
    (folder / "Zoe").mkdir()
    for number in range(60):
        shutil.copy(photos["nobody"], folder / "Zoe" / f"{number + 2}.jpg")
    assert run("enrol", "Eileen Collins", photos["collins left"]) == 0
    before = people(run)
    process = subprocess.Popen(
        [sys.executable, "-c", _INTERRUPTED, "--data-dir", run.data, "enrol", "--folder", folder],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout.readline() == "examined\n"
    process.send_signal(end)
    _, err = process.communicate()
    assert people(run) == before
    if end == signal.SIGINT:
        assert process.returncode == 130
        assert "the gallery is as it was before" in err
        assert run("enrol", "--folder", folder, "--discard") == 0
        assert "no unfinished import" in run.out
    else:
        assert process.returncode == -signal.SIGKILL
        assert run("enrol", "--folder", folder, "--discard", "--json") == 0
        assert run.lines == [{"discarded": 3}]
    assert people(run) == before


# The command line, which says when its third photo is saved and then reads no more by itself.
_INTERRUPTED = """
import signal, sys, threading
from desktop_app.services.imports import folder_import
from desktop_app.cli.main import run

# A shell that runs the tests in the background makes them, and all they start, ignore interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)

folder_import._SAVE_EVERY = 0.0
save, saved = folder_import.FolderImport._save, []

def save_and_say(self, **options):
    save(self, **options)
    saved.append(1)
    if len(saved) == 3:
        print("examined", flush=True)
        threading.Event().wait(60)

folder_import.FolderImport._save = save_and_say
sys.exit(run(sys.argv[1:], window=None))
"""


@pytest.mark.parametrize("name", ["collins", "collins again", "hopper", "both", "nobody"])
def test_the_face_that_is_imported_is_the_one_that_is_enrolled_from_a_photo(pipeline, photos, name):
    pixels = read_photo(photos[name])

    def outcome(choose) -> object:
        try:
            return choose().embedding.vector.tolist()
        except InputError as error:
            return str(error)

    imported = outcome(lambda: face_to_import(pipeline, pixels, label="x", rules=ImportRules()))
    assert imported == outcome(lambda: face_to_enrol(pipeline, pixels, label="x"))
