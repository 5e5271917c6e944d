"""What commands say on stderr, where they end with 2, and what they leave off stdout."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing

import numpy as np
import pytest
from PIL import Image

import factories
from db.key_slots import Cost
from db.repository import GalleryRepository
from desktop_app.recognition.people import NewSample, Origin

PIXELS = np.full((112, 112, 3), 90, np.uint8)


@pytest.fixture
def enrol(run, catalog):
    """Enrols people by their embeddings."""
    key = catalog.embedder().key

    def enrol(name: str, *vectors: np.ndarray) -> None:
        looks = [factories.Embedding(vector.astype(np.float32), key) for vector in vectors]
        with closing(GalleryRepository.open(run.data / "gallery.db")) as repository:
            samples = [NewSample(PIXELS, look, 0.9, Origin.PHOTO) for look in looks]
            repository.acts.enrol(name, samples)

    return enrol


@pytest.fixture
def anna(enrol):
    enrol("Anna", factories.unit_vector(1))


def only_line(run) -> str:
    (line,) = run.err.splitlines()
    assert line.startswith("kenspeckle: ")
    return line


def test_a_folder_of_nothing_that_is_of_use_is_said_in_one_line(run, tmp_path):
    path = tmp_path / "people" / "Anna" / "1.png"
    path.parent.mkdir(parents=True)
    Image.new("RGB", (80, 60), "teal").save(path)
    assert run("enrol", "--folder", tmp_path / "people", "--json") == 2
    assert "Not one photo could be enrolled" in only_line(run)


def test_what_is_broken_is_said_by_the_doctor_in_one_line(run, anna):
    (run.data / "gallery.db").write_bytes(b"Dear Sir")
    assert run("doctor", "--json") == 2
    assert run.lines[0]["problems"][0] in only_line(run)


def test_what_is_found_after_erasing_is_said_in_one_line(run, anna):
    (run.data / "list.txt").write_text("to call: Anna\n")
    assert run("people", "erase", "Anna", "--yes", "--json") == 2
    assert "Something of Anna was found afterwards" in only_line(run)
    assert len(run.lines) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of the tests' own")
def test_programs_read_no_question_where_a_person_is_asked_on_a_terminal(run, anna):
    import pty

    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "desktop_app", "--data-dir", str(run.data)]
    with subprocess.Popen(
        [*command, "people", "erase", "Anna", "--json"],
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        os.close(theirs)
        os.write(ours, b"Anna\n")
        out, err = process.communicate()
    os.close(ours)
    assert process.returncode == 0
    assert out.startswith('{"erased": "Anna"')
    assert len(out.splitlines()) == 1
    assert "This cannot be undone.\nType the name to erase them: " in err


def test_a_rehearsal_in_a_new_data_folder_finds_everybody_new(run, tmp_path):
    (tmp_path / "people" / "Anna").mkdir(parents=True)
    Image.new("RGB", (80, 60), "teal").save(tmp_path / "people" / "Anna" / "1.png")
    new = tmp_path / "new"
    for place in (["--data-dir", new], ["--gallery", new / "g.db"]):
        assert run("enrol", "--folder", tmp_path / "people", "--dry-run", *place) == 0
        assert "Anna: 1 photo, new" in run.out
    assert not new.exists()


def test_who_looks_alike_can_be_merged_by_the_line_that_is_said(run, enrol):
    vector = factories.unit_vector(1)
    enrol("Anna", vector)
    enrol("Anna B", vector)
    assert run("people", "check") == 0
    assert "merge them: kenspeckle people merge Anna 'Anna B'\n" in run.out
    assert run("people", "merge", "Anna", "Anna B") == 0


def test_a_picture_that_does_not_fit_is_named_by_its_number(run, enrol):
    fitting = factories.Embedding(factories.unit_vector(1), "any")
    enrol(
        "Anna",
        fitting.vector,
        factories.at_similarity(fitting, 0.9, seed=5).vector,
        factories.at_similarity(fitting, 0.9, seed=6).vector,
        factories.unit_vector(77),
    )
    assert run("people", "check", "--json") == 0
    ((odd,),) = [person["samples"] for person in run.lines[0]["outliers"]]
    assert run("people", "check") == 0
    assert f"Anna: picture {odd['id']}, from a photo" in run.out
    assert f"kenspeckle people remove Anna {odd['id']}\n" in run.out
    assert run("people", "remove", "Anna", odd["id"]) == 0
    assert run("people", "check", "--json") == 0
    assert run.lines[0]["outliers"] == []


@pytest.fixture
def _cheap(monkeypatch):
    monkeypatch.setattr(
        "db.key_slots.wrap_for_passphrase.__kwdefaults__",
        {"cost": Cost(memory=8 * 1024, iterations=1, lanes=1)},
    )


@pytest.mark.usefixtures("_cheap")
def test_a_gallery_that_is_sealed_is_not_sealed_again_and_nobody_is_asked(run, anna, monkeypatch):
    monkeypatch.setenv("KENSPECKLE_NEW_PASSPHRASE", "four words by heart")
    assert run("protection", "seal", "--passphrase") == 0
    monkeypatch.delenv("KENSPECKLE_NEW_PASSPHRASE")
    # Neither its own passphrase is given now, nor a new one.
    assert run("protection", "seal", "--passphrase") == 2
    assert "The gallery is sealed already" in only_line(run)
