import numpy as np
import pytest

import factories
from db.repository import GalleryRepository
from desktop_app.paths import DataDir
from desktop_app.recognition.people import NewSample, Origin
from desktop_app.services.doctor import examine

PAGE = 4096  # SQLite's


def report_on(folder, gallery=None):
    data_dir = DataDir(folder)
    return examine(data_dir, gallery or data_dir.gallery, environ={})


@pytest.fixture
def gallery(tmp_path, catalog):
    path = tmp_path / "gallery.db"
    repository = GalleryRepository.open(path)
    sample = NewSample(
        pixels=np.zeros((16, 16, 3), np.uint8),
        embedding=factories.embedding(embedder=catalog.embedder().key),
        quality=0.5,
        origin=Origin.PHOTO,
    )
    repository.acts.enrol("Anna", [sample])
    repository.close()
    return path


def test_a_sound_gallery_has_no_problem_and_its_people_are_counted(tmp_path, gallery):
    report = report_on(tmp_path)
    assert (report.database.people, report.database.problem) == (1, None)
    assert report.problems == ()


def test_the_data_folder_and_the_embedder_in_use_are_named(tmp_path, catalog):
    report = report_on(tmp_path)
    assert report.data_folder == str(tmp_path)
    assert report.embedder == catalog.embedder().key


def test_looking_for_a_gallery_makes_none(tmp_path):
    report = report_on(tmp_path)
    assert (report.database.people, report.database.problem) == (None, None)
    assert list(tmp_path.iterdir()) == []


def test_wherever_a_gallery_is_damaged_that_is_a_finding_and_no_error(tmp_path, gallery):
    content = gallery.read_bytes()
    uncounted = 0
    for page in range(len(content) // PAGE):
        damaged = tmp_path / f"damaged{page}.db"
        # The head of each page; that of the first follows the file's own.
        start = page * PAGE + (0 if page else 100)
        damaged.write_bytes(content[:start] + b"\xff" * 3000 + content[start + 3000 :])
        report = report_on(tmp_path, damaged)
        assert report.database.problem is not None
        assert "damaged" in report.database.problem
        assert report.problems == (report.database.problem,)
        uncounted += report.database.people is None
    # Some pages are met on opening or counting, others by the integrity check alone.
    assert 0 < uncounted < len(content) // PAGE


def test_a_gallery_that_the_system_refuses_to_look_at_is_a_finding(tmp_path):
    report = report_on(tmp_path, tmp_path / ("x" * 300 + ".db"))
    assert "cannot be opened" in report.database.problem


def test_models_of_ones_own_that_make_no_sense_are_a_finding(tmp_path):
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "manifest.toml").write_text("[[model]]\n", encoding="utf-8")
    report = report_on(tmp_path)
    assert "is not valid" in report.problems[0]
    assert (report.models, report.embedder) == ((), "")


class Keychain:
    name = "Key ring of a giant"


@pytest.mark.parametrize(("there", "told"), [(None, "none"), (Keychain(), Keychain.name)])
def test_the_keychain_is_named(tmp_path, monkeypatch, there, told):
    monkeypatch.setattr("desktop_app.services.doctor.system_keychain", lambda: there)
    assert report_on(tmp_path).keychain == told


def test_a_machine_without_a_keychain_is_sound(tmp_path):
    report = report_on(tmp_path)
    assert (report.keychain, report.problems) == ("none", ())
