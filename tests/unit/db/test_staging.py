"""What an import has examined, on its way into the gallery: all of it or nothing."""

import sqlite3
from contextlib import closing

import pytest

from db.import_lock import ImportLock
from db.key_slots import Keys
from db.repository import GalleryRepository
from db.staging import Staging
from desktop_app.errors import GalleryLocked, ImportGone, ImportUnderWay
from desktop_app.recognition.people import name_key
from desktop_app.recognition.staging import StagedPhoto


class DictKeychain:
    def __init__(self) -> None:
        self.entries: dict[str, bytes] = {}

    def get(self, name: str) -> bytes | None:
        return self.entries.get(name)

    def set(self, name: str, key: bytes) -> None:
        self.entries[name] = key

    def delete(self, name: str) -> None:
        self.entries.pop(name, None)


@pytest.fixture(params=["open", "sealed"])
def repository(request, path):
    keys = Keys(keychain=DictKeychain()) if request.param == "sealed" else Keys()
    repository = GalleryRepository.open(path, keys=keys, busy_timeout=0.05)
    yield repository
    repository.close()


@pytest.fixture
def staging(repository) -> Staging:
    return Staging(repository.file)


@pytest.fixture
def staged(make_sample):
    """Makes photos that were examined; the digest is told from the path."""

    def make(person: str, number: int, *, refused: str | None = None) -> StagedPhoto:
        path = f"{person}/{number}.jpg"
        return StagedPhoto(
            person,
            path,
            path.encode().ljust(32),
            sample=None if refused else make_sample(),
            refused=refused,
            reason=refused and f"because of {path}",
        )

    return make


def begin(staging: Staging, *, rules: str = "sface", left_out=()) -> int:
    return staging.begin("/photos", total=9, rules=rules, left_out=left_out)


def enrol(repository: GalleryRepository, import_id: int, **expected: int):
    keys = {name_key(name): number for name, number in expected.items()}
    return repository.acts.enrol_staged(import_id, expected=keys)


def vectors(repository: GalleryRepository) -> dict[str, list[list[float]]]:
    gallery = repository.snapshot(embedder="sface", dimension=8)
    return {
        identity.name: gallery.templates_of(identity.id).tolist()
        for identity in gallery.identities.values()
    }


def test_what_was_staged_becomes_people_with_the_very_same_faces(repository, staging, staged):
    import_id = begin(staging)
    anna, other, bea = staged("Anna", 1), staged("Anna", 2), staged("Bea", 1)
    staging.put(import_id, [anna, staged("Bea", 2, refused="no-face")])
    staging.put(import_id, [other, bea])
    assert vectors(repository) == {}
    done = enrol(repository, import_id)
    assert (done.new_people, done.people, done.pictures) == (2, 2, 3)
    looks = [[one.sample.embedding.vector.tolist() for one in of] for of in ([anna, other], [bea])]
    assert vectors(repository) == {"Anna": looks[0], "Bea": looks[1]}
    pictures = [sample.pixels.tobytes() for sample in repository.samples(1)]
    assert pictures == [anna.sample.pixels.tobytes(), other.sample.pixels.tobytes()]
    assert staging.unfinished() == []
    assert set(staging.enrolled_photos()) == {anna.photo, other.photo, bea.photo}
    assert repository.integrity() == []


def test_an_import_is_one_step_to_undo_and_can_be_done_again_afterwards(
    repository, staging, staged
):
    photos = [staged("Anna", 1), staged("Bea", 1)]
    for _ in range(2):
        import_id = begin(staging)
        staging.put(import_id, photos)
        assert enrol(repository, import_id).new_people == 2
        repository.acts.undo(repository.acts.edits)
        assert vectors(repository) == {}
        assert staging.enrolled_photos() == {}


def test_somebody_who_is_enrolled_gets_what_is_new(repository, staging, staged, make_sample):
    anna = repository.acts.enrol("anna", [make_sample()])
    import_id = begin(staging)
    staging.put(import_id, [staged("Anna", 1)])
    done = enrol(repository, import_id, Anna=anna.id)
    assert (done.new_people, done.people, done.pictures) == (0, 1, 1)
    assert list(map(len, vectors(repository).values())) == [2]


def test_pictures_follow_who_was_renamed_and_are_left_out_of_who_was_removed(
    repository, staging, staged, make_sample
):
    anna = repository.acts.enrol("Anna", [make_sample()])
    bea = repository.acts.enrol("Bea", [make_sample()])
    import_id = begin(staging)
    staging.put(import_id, [staged("Anna", 1), staged("Bea", 1), staged("Clara", 1)])
    repository.acts.rename(anna.id, "Anna Smith")
    repository.acts.remove(bea.id)
    done = enrol(repository, import_id, Anna=anna.id, Bea=bea.id)
    assert (done.renamed, done.gone) == ((("Anna", "Anna Smith"),), ("Bea",))
    assert {name: len(of) for name, of in vectors(repository).items()} == {
        "Anna Smith": 2,
        "Clara": 1,
    }


def test_a_photo_that_somebody_else_enrolled_meanwhile_is_not_enrolled_again(
    repository, staging, staged
):
    photo = staged("Anna", 1)
    first = begin(staging)
    staging.put(first, [photo])
    enrol(repository, first)
    second = begin(staging)
    staging.put(second, [photo])
    version = repository.version()
    assert enrol(repository, second).pictures == 0
    assert list(map(len, vectors(repository).values())) == [1]
    assert repository.acts.edits == ()
    assert repository.version() == version + 1


def test_an_import_that_is_gone_changes_nothing(repository, staging, staged):
    import_id = begin(staging)
    staging.put(import_id, [staged("Anna", 1)])
    assert staging.discard(import_id)
    assert not staging.discard(import_id)
    with pytest.raises(ImportGone):
        staging.put(import_id, [staged("Anna", 2)])
    with pytest.raises(ImportGone):
        enrol(repository, import_id)
    assert vectors(repository) == {}


def test_what_is_discarded_leaves_no_byte_in_any_file(repository, staging, staged, path):
    import_id = begin(staging)
    photos = [staged("Annegret", number) for number in range(40)]
    staging.put(import_id, photos)
    marks = [b"Annegret", b"/photos", photos[7].photo]
    if not repository.file.vault.is_sealed:
        marks.append(photos[7].sample.embedding.vector.tobytes())
    before = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert all(mark in before for mark in marks)
    staging.discard(import_id)
    after = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert not any(mark in after for mark in marks)


@pytest.mark.parametrize("how", ["by other rules", "photos"])
def test_what_is_forgotten_on_the_way_leaves_no_byte_either(staging, staged, path, how):
    import_id, photo = begin(staging), staged("Anna", 1)
    staging.put(import_id, [photo])
    if how == "photos":
        staging.forget_photos(import_id, [photo.path])
    else:
        begin(staging, rules="sface, low quality")
    assert staging.unfinished()[0].examined == 0
    content = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert photo.photo not in content


def test_no_face_lies_readable_in_a_sealed_gallery(repository, staging, staged, path):
    if not repository.file.vault.is_sealed:
        pytest.skip("an open one has no vault")
    import_id = begin(staging)
    photo = staged("Anna", 1)
    staging.put(import_id, [photo])
    repository.file.forget_removed()
    content = path.read_bytes()
    assert photo.sample.embedding.vector.tobytes() not in content
    assert b"\x89PNG" not in content


def test_an_import_goes_on_where_it_was_cut_short(staging, staged):
    import_id = begin(staging, left_out=["Bob"])
    photo = staged("Anna", 1)
    staging.put(import_id, [photo, staged("Anna", 2, refused="no-face")])
    (unfinished,) = staging.unfinished()
    assert (unfinished.id, unfinished.folder) == (import_id, "/photos")
    assert (unfinished.examined, unfinished.total) == (2, 9)
    assert unfinished.left_out == frozenset({"Bob"})
    assert begin(staging) == import_id
    examined = staging.examined(import_id)
    taken, refused = examined["Anna/1.jpg"], examined["Anna/2.jpg"]
    assert taken.vector.tolist() == photo.sample.embedding.vector.tolist()
    assert (taken.photo, taken.quality) == (photo.photo, photo.sample.quality)
    assert (refused.refused, refused.reason) == ("no-face", "because of Anna/2.jpg")
    assert refused.vector is None


def test_by_other_rules_all_is_examined_anew(staging, staged):
    import_id = begin(staging)
    staging.put(import_id, [staged("Anna", 1)])
    other = begin(staging, rules="sface, low quality")
    assert staging.examined(other) == {}
    assert [one.id for one in staging.unfinished()] == [other]


def test_a_photo_that_is_examined_again_replaces_what_was_staged(staging, staged):
    import_id = begin(staging)
    staging.put(import_id, [staged("Anna", 1)])
    staging.put(import_id, [staged("Anna", 1, refused="no-face")])
    assert [one.refused for one in staging.examined(import_id).values()] == ["no-face"]


def test_staging_does_not_make_others_read_everyone_again(repository, staging, staged):
    import_id = begin(staging)
    version = repository.version()
    staging.put(import_id, [staged("Anna", 1)])
    assert repository.version() == version


def test_while_another_process_writes_staging_waits_for_its_next_turn(staging, staged, path):
    import_id = begin(staging)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(GalleryLocked):
            staging.put(import_id, [staged("Anna", 1)])
        other.execute("ROLLBACK")
    staging.put(import_id, [staged("Anna", 1)])
    assert len(staging.examined(import_id)) == 1


def test_there_is_one_import_at_a_time_and_its_lock_leaves_no_file(path):
    first, second = ImportLock(path), ImportLock(path)
    with first.held():
        assert not second.is_free()
        with pytest.raises(ImportUnderWay):
            second.take()
    assert second.is_free()
    second.take()
    second.release()
    assert list(path.parent.iterdir()) == []
