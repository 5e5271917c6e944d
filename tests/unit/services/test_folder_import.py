"""An import from its first photo to the people it makes, with networks that are stood in for."""

import shutil
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import factories
from db.repository import GalleryRepository
from db.staging import Staging
from desktop_app.errors import FolderUnreadable, GalleryLocked, ImportGone, ImportUnderWay
from desktop_app.recognition.people import Origin
from desktop_app.services.imports import folder_import
from desktop_app.services.imports.faces import ImportRules
from desktop_app.services.imports.folder_import import FolderImport
from desktop_app.services.imports.layout import plan_folder
from desktop_app.services.imports.report import Outcome, PhotoReport
from desktop_app.services.imports.unfinished import UnfinishedImports
from desktop_app.services.people import PeopleService
from desktop_app.vision.types import DetectedFace, Face


class KnownFaces:
    """Stands in for the networks: recognises the test's photos by their colour."""

    def __init__(self) -> None:
        self._faces: dict[tuple[int, ...], list[Face]] = {}
        self.looks: list[tuple[int, ...]] = []
        self.described = 0

    def learn(self, colour: tuple[int, int, int], faces: Sequence[Face]) -> None:
        self._faces[colour] = list(faces)

    def find(self, pixels: np.ndarray) -> list[DetectedFace]:
        colour = tuple(int(value) for value in pixels[-1, -1])
        self.looks.append(colour)
        return [DetectedFace(face.detection, face.landmarks) for face in self._faces[colour]]

    def describe(self, pixels: np.ndarray, found: DetectedFace) -> Face | None:
        self.described += 1
        faces = self._faces[tuple(int(value) for value in pixels[-1, -1])]
        return next(face for face in faces if face.detection is found.detection)


class World:
    """A folder, a gallery and networks; what a test does to them is all it states."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "people"
        self.folder.mkdir()
        self.gallery = folder / "gallery.db"
        self.networks = KnownFaces()
        self.repository = GalleryRepository.open(self.gallery, busy_timeout=0.05)
        self._colours = 0

    @property
    def people(self) -> PeopleService:
        return PeopleService(
            self.repository, embedder=factories.EMBEDDER, dimension=factories.DIMENSION
        )

    def photo(self, path: str, *faces: Face) -> Path:
        self._colours += 1
        colour = (self._colours % 256, self._colours // 256, 77)
        self.networks.learn(colour, faces)
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (64, 48), colour).save(file, "PNG")
        return file

    def job(self, *, rules: ImportRules | None = None, **options) -> FolderImport:
        people = self.people
        return FolderImport(
            plan_folder(self.folder),
            file=people.file,
            gallery=people.gallery,
            pipeline=self.networks,
            rules=rules or ImportRules(),
            **options,
        )

    def run(self, **options) -> list[PhotoReport]:
        job, people = self.job(**options), self.people
        with closing(job):
            reports = list(job.examine())
            self.change, self.imported = job.enrol(people)
        return reports

    def enrolled(self) -> dict[str, int]:
        return {person.identity.name: person.sample_count for person in self.people.people()}

    def staging(self) -> Staging:
        return Staging(self.repository.file)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.repository.close()


@pytest.fixture
def some_people(world: World) -> World:
    """Three people with two photos each, read in this order."""
    for name in ("Anna", "Bea", "Clara"):
        for number in (1, 2):
            world.photo(f"{name}/{number}.png", face(f"{name} {number}"))
    return world


@pytest.fixture
def saved_after_each_photo(monkeypatch) -> None:
    monkeypatch.setattr(folder_import, "_SAVE_EVERY", 0.0)


def face(seed: str, *, top: float = 0.0, height: float = 100.0, overall: float = 0.8) -> Face:
    return factories.face(
        zlib.crc32(seed.encode()), box=(0.0, top, height, top + height), overall=overall
    )


def cut_short(world: World, *, after: int, **options) -> None:
    """What a killed process leaves: nothing is discarded, nothing said."""
    job = world.job(**options)
    with closing(job), closing(job.examine()) as examining:
        for _ in range(after):
            next(examining)


def codes(reports: Sequence[PhotoReport]) -> dict[str, str | None]:
    return {report.photo: report.code for report in reports}


def test_all_people_of_a_folder_are_enrolled_at_its_end_and_not_before(some_people):
    world = some_people
    job = world.job()
    with closing(job):
        reports = list(job.examine())
        assert world.enrolled() == {}
        change, imported = job.enrol(world.people)
    assert [report.outcome for report in reports] == [Outcome.TAKEN] * 6
    assert world.enrolled() == {"Anna": 2, "Bea": 2, "Clara": 2}
    assert (imported.new_people, imported.people, imported.pictures) == (3, 3, 6)
    assert change.act.count == 3
    assert world.staging().unfinished() == []


def test_samples_know_that_they_came_from_a_photo(some_people):
    some_people.run()
    (first, _) = some_people.people.samples(1)
    assert first.origin is Origin.PHOTO


def test_a_second_import_changes_nothing_and_runs_no_network(some_people):
    world = some_people
    world.run()
    before, looks = world.enrolled(), len(world.networks.looks)
    reports = world.run()
    assert {report.outcome for report in reports} == {Outcome.ENROLLED_BEFORE}
    assert len(world.networks.looks) == looks
    assert world.enrolled() == before
    assert world.change.undoable is None


def test_a_second_import_takes_what_is_new(some_people):
    world = some_people
    world.run()
    world.photo("Anna/3.png", face("Anna 3"))
    world.photo("Dora/1.png", face("Dora"))
    world.run()
    assert world.enrolled() == {"Anna": 3, "Bea": 2, "Clara": 2, "Dora": 1}
    assert (world.imported.new_people, world.imported.people) == (1, 2)


def test_what_was_undone_can_be_imported_again(some_people):
    people = some_people.people
    job = some_people.job()
    with closing(job):
        list(job.examine())
        job.enrol(people)
    people.undo()
    assert some_people.enrolled() == {}
    some_people.run()
    assert some_people.enrolled() == {"Anna": 2, "Bea": 2, "Clara": 2}


def test_each_refusal_has_its_reason_and_costs_no_other_photo(world):
    world.photo("Anna/1 good.png", face("Anna"))
    world.photo("Anna/2 again.png", face("Anna"))
    world.photo("Anna/3 nobody.png")
    world.photo("Anna/4 both.png", face("Anna 4"), face("Bea", top=200.0))
    world.photo("Anna/5 poor.png", face("Anna 5", overall=0.3))
    broken = world.folder / "Anna" / "6 broken.png"
    broken.write_bytes((world.folder / "Anna" / "1 good.png").read_bytes()[:60])
    shutil.copy(world.folder / "Anna" / "1 good.png", world.folder / "Anna" / "7 copy.png")
    (world.folder / "Bea").mkdir()
    shutil.copy(world.folder / "Anna" / "1 good.png", world.folder / "Bea" / "anna.png")
    reports = world.run()
    assert codes(reports) == {
        "Anna/1 good.png": None,
        "Anna/2 again.png": "enrolled-already",
        "Anna/3 nobody.png": "no-face",
        "Anna/4 both.png": "several-faces",
        "Anna/5 poor.png": "face-too-poor",
        "Anna/6 broken.png": "photo-unreadable",
        "Anna/7 copy.png": "enrolled-already",
        "Bea/anna.png": "enrolled-as-other",
    }
    assert all(Path(report.photo).name in str(report.reason) for report in reports[1:])
    # A person none of whose photos was usable is not made.
    assert world.enrolled() == {"Anna": 1}


def test_a_photo_of_somebody_who_was_renamed_does_not_make_them_twice(some_people):
    world = some_people
    world.run()
    world.repository.acts.rename(1, "Anna Smith")
    reports = world.run()
    assert {report.code for report in reports if report.person == "Anna"} == {"enrolled-as-other"}
    assert "Anna Smith" in str(reports[0].reason)
    assert set(world.enrolled()) == {"Anna Smith", "Bea", "Clara"}


def test_a_face_in_the_background_is_neither_in_the_way_nor_looked_at(world):
    world.photo("Anna/1.png", face("Anna"), face("passer-by", height=50.0))
    assert codes(world.run()) == {"Anna/1.png": None}
    assert world.networks.described == 1


@pytest.mark.parametrize(("second", "code"), [(80.0, None), (81.0, "several-faces")])
def test_the_largest_of_several_faces_is_taken_where_it_is_asked_for_and_is_clear(
    world, second, code
):
    world.photo("Anna/1.png", face("other", height=second), face("Anna", height=100.0))
    assert codes(world.run(rules=ImportRules(take_largest=True))) == {"Anna/1.png": code}
    if code is None:
        (vector,) = world.people.gallery.matrix
        assert vector.tolist() == face("Anna").embedding.vector.tolist()


def test_poor_faces_are_taken_where_that_is_allowed(world):
    world.photo("Anna/1.png", face("Anna", overall=0.3))
    assert codes(world.run(rules=ImportRules(allow_low_quality=True))) == {"Anna/1.png": None}


def test_who_is_left_out_is_not_read(some_people):
    reports = some_people.run(left_out=frozenset({"Bea"}))
    assert {report.person for report in reports} == {"Anna", "Clara"}
    assert len(some_people.networks.looks) == 4


def test_an_import_that_was_cut_short_goes_on_where_it_was(some_people, saved_after_each_photo):
    world = some_people
    cut_short(world, after=3)
    (unfinished,) = UnfinishedImports(world.repository.file).find()
    assert (unfinished.examined, unfinished.total) == (3, 6)
    assert world.enrolled() == {}
    reports = world.run()
    assert len(reports) == 6
    assert len(world.networks.looks) == len(set(world.networks.looks)) == 6
    assert world.enrolled() == {"Anna": 2, "Bea": 2, "Clara": 2}


def test_what_goes_on_knows_the_faces_that_were_staged_before(world, saved_after_each_photo):
    world.photo("Anna/1.png", face("Anna"))
    world.photo("Anna/2.png", face("Anna"))
    cut_short(world, after=1)
    assert codes(world.run()) == {"Anna/1.png": None, "Anna/2.png": "enrolled-already"}


def test_a_photo_that_changed_since_is_examined_again(some_people, saved_after_each_photo):
    world = some_people
    cut_short(world, after=3)
    world.photo("Anna/1.png", face("Anna in other light"))
    world.run()
    assert world.networks.looks.count(world.networks.looks[-1]) == 1
    assert len(world.networks.looks) == 7
    looks = world.people.gallery.templates_of(1)
    assert face("Anna in other light").embedding.vector.tolist() in looks.tolist()
    assert face("Anna 1").embedding.vector.tolist() not in looks.tolist()


def test_photos_that_are_gone_and_people_who_are_left_out_since_are_not_enrolled(
    some_people, saved_after_each_photo
):
    world = some_people
    cut_short(world, after=6)
    (world.folder / "Anna" / "1.png").unlink()
    world.run(left_out=frozenset({"Bea"}))
    assert world.enrolled() == {"Anna": 1, "Clara": 2}


def test_by_other_rules_all_photos_are_examined_again(some_people, saved_after_each_photo):
    cut_short(some_people, after=3)
    some_people.run(rules=ImportRules(allow_low_quality=True))
    assert len(some_people.networks.looks) == 3 + 6


def test_a_photo_that_vanished_while_others_were_read_is_refused_and_the_rest_goes_on(
    some_people, monkeypatch
):
    world = some_people
    job = world.job()
    (world.folder / "Bea" / "1.png").unlink()
    with closing(job):
        reports = list(job.examine())
        job.enrol(world.people)
    assert codes(reports)["Bea/1.png"] == "photo-unreadable"
    assert world.enrolled() == {"Anna": 2, "Bea": 1, "Clara": 2}


def test_a_disk_that_was_unplugged_ends_the_import_and_what_was_read_is_kept(world):
    for number in range(30):
        world.photo(f"Anna/{number:02}.png", face(f"Anna {number}"))
    job = world.job()
    with closing(job), closing(job.examine()) as examining:
        next(examining)
        world.folder.rename(world.folder.with_name("elsewhere"))
        with pytest.raises(FolderUnreadable, match="is its disk still plugged in"):
            list(examining)
    assert world.enrolled() == {}
    (unfinished,) = world.staging().unfinished()
    # Those that had been read ahead as well, and the first one that was not there.
    assert 1 <= unfinished.examined < 30
    world.folder.with_name("elsewhere").rename(world.folder)
    world.run()
    assert world.enrolled() == {"Anna": 30}


def test_a_cancelled_import_leaves_no_trace(some_people, saved_after_each_photo):
    world = some_people
    world.photo("Dora/1.png", face("Dora"))
    before = _dump(world.gallery)
    job = world.job()
    with closing(job), closing(job.examine()) as examining:
        for _ in range(4):
            next(examining)
        assert job.discard()
    assert _dump(world.gallery) == before
    assert not UnfinishedImports(world.repository.file).find()
    assert sorted(path.name for path in world.gallery.parent.iterdir()) == [
        "gallery.db",
        "gallery.db-shm",
        "gallery.db-wal",
        "people",
    ]
    assert b"Anna" not in world.gallery.read_bytes()


def test_what_was_enrolled_can_no_longer_be_discarded(some_people):
    world = some_people
    job = world.job()
    with closing(job):
        list(job.examine())
        job.enrol(world.people)
        assert not job.discard()
    assert len(world.enrolled()) == 3


def test_two_imports_at_once_are_refused_and_so_is_discarding_one_under_way(some_people):
    world = some_people
    first, second = world.job(), world.job()
    with closing(first), closing(first.examine()) as examining:
        next(examining)
        with pytest.raises(ImportUnderWay):
            next(second.examine())
        unfinished = UnfinishedImports(world.repository.file)
        assert unfinished.find() == []
        found = unfinished.of(world.folder)
        with pytest.raises(ImportUnderWay):
            unfinished.discard(found.id)
    assert unfinished.discard(found.id)
    assert unfinished.of(world.folder) is None


def test_an_import_that_is_discarded_elsewhere_ends_with_a_sentence(
    some_people, saved_after_each_photo
):
    world = some_people
    job = world.job()
    with closing(job), closing(job.examine()) as examining:
        next(examining)
        (unfinished,) = world.staging().unfinished()
        world.staging().discard(unfinished.id)
        with pytest.raises(ImportGone):
            list(examining)


def test_while_another_process_writes_photos_are_read_on_and_saved_later(
    some_people, saved_after_each_photo
):
    world = some_people
    job = world.job()
    with (
        closing(sqlite3.connect(world.gallery, isolation_level=None)) as other,
        closing(job),
        closing(job.examine()) as examining,
    ):
        next(examining)
        other.execute("BEGIN IMMEDIATE")
        for _ in range(4):
            next(examining)
        (unfinished,) = world.staging().unfinished()
        assert unfinished.examined == 1
        other.execute("ROLLBACK")
        list(examining)
        assert world.staging().unfinished()[0].examined == 6


def test_a_gallery_that_stays_locked_ends_the_import_and_enrols_nobody(
    some_people, saved_after_each_photo
):
    world = some_people
    job = world.job()
    with (
        closing(sqlite3.connect(world.gallery, isolation_level=None)) as other,
        closing(job),
        closing(job.examine()) as examining,
    ):
        next(examining)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(GalleryLocked):
            list(examining)
        other.execute("ROLLBACK")
    assert world.enrolled() == {}
    world.run()
    assert world.enrolled() == {"Anna": 2, "Bea": 2, "Clara": 2}


def test_work_on_the_gallery_is_given_to_its_thread(some_people):
    calls = []

    def call(work: Callable[[], object]) -> object:
        calls.append(work)
        assert len(calls) < 20
        return work()

    some_people.run(call=call)
    assert calls


def test_an_error_of_ours_while_a_photo_is_read_is_not_taken_for_a_bad_photo(
    some_people, monkeypatch
):
    def fail(*_arguments, **_options):
        raise ZeroDivisionError

    monkeypatch.setattr("desktop_app.services.imports.read_ahead.read_new_photo", fail)
    with pytest.raises(ZeroDivisionError):
        some_people.run()


def _dump(gallery: Path) -> list[str]:
    """All that is in a gallery but how often it was written, and how many ids were given."""
    with closing(sqlite3.connect(gallery)) as connection:
        return [
            line
            for line in connection.iterdump()
            if not line.startswith(('INSERT INTO "gallery"', 'INSERT INTO "sqlite_sequence"'))
        ]
