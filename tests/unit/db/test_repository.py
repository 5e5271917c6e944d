import sqlite3
import unicodedata
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy.exc import IntegrityError

from db.repository import GalleryRepository
from desktop_app.errors import (
    DiskFull,
    EmbedderMismatch,
    GalleryDamaged,
    GalleryLocked,
    InvalidName,
    NameTaken,
    NoSuchPerson,
)
from desktop_app.recognition.people import Origin


def names(repository: GalleryRepository) -> list[str]:
    return [person.identity.name for person in repository.people(embedder="sface")]


def change(path: Path, statement: str, *values: object) -> None:
    """Change the file behind the repository's back."""
    file = sqlite3.connect(path)
    with file:
        file.execute("PRAGMA ignore_check_constraints = ON")
        file.execute(statement, values)
    file.close()


# Enrolling and reading


def test_a_new_gallery_is_empty(repository) -> None:
    assert repository.people(embedder="sface") == []
    assert repository.snapshot(embedder="sface", dimension=8).template_count == 0
    assert repository.version() == 0
    assert repository.integrity() == []


def test_an_enrolled_person_is_found_again_with_picture_and_embedding(
    repository, make_sample
) -> None:
    new = make_sample(quality=0.75, origin=Origin.CLIP)
    before = datetime.now(UTC) - timedelta(seconds=1)
    identity = repository.acts.enrol("Anna", [new])

    (sample,) = repository.samples(identity.id)
    assert np.array_equal(sample.pixels, new.pixels)
    assert (sample.identity_id, sample.quality, sample.origin) == (identity.id, 0.75, Origin.CLIP)
    assert before < sample.created < datetime.now(UTC) + timedelta(seconds=1)

    gallery = repository.snapshot(embedder="sface", dimension=8)
    assert np.array_equal(gallery.matrix, new.embedding.vector[None])
    assert gallery.identity_ids.tolist() == [identity.id]
    assert gallery.search(new.embedding).candidates[0].identity == identity


def test_what_was_enrolled_is_there_after_the_file_is_opened_again(path, make_sample) -> None:
    first = GalleryRepository.open(path)
    identity = first.acts.enrol("Anna", [make_sample(), make_sample()])
    first.close()
    second = GalleryRepository.open(path)
    assert second.find("Anna") == identity
    assert len(second.samples(identity.id)) == 2
    second.close()


def test_enrolling_under_a_known_name_adds_to_that_person(repository, make_sample) -> None:
    first = repository.acts.enrol("Anna", [make_sample()])
    again = repository.acts.enrol("  ANNA ", [make_sample(), make_sample()])
    assert again == first
    (person,) = repository.people(embedder="sface")
    assert (person.sample_count, person.template_count) == (3, 3)


def test_samples_come_oldest_first(repository, make_sample) -> None:
    person = repository.acts.enrol("Anna", [make_sample()])
    repository.acts.enrol("Anna", [make_sample(), make_sample()])
    ids = [sample.id for sample in repository.samples(person.id)]
    assert ids == sorted(ids)
    assert len(ids) == 3


def test_people_are_sorted_by_name_without_regard_to_case(repository, make_sample) -> None:
    for name in ("bruno", "Zoë", "Anna", "Çelik", "anton"):
        repository.acts.enrol(name, [make_sample()])
    assert names(repository) == ["Anna", "anton", "bruno", "Zoë", "Çelik"]


def test_counts_and_cover_are_each_persons_own(repository, make_sample) -> None:
    anna = repository.acts.enrol("Anna", [make_sample(quality=0.2), make_sample(quality=0.9)])
    repository.acts.enrol("Bruno", [])
    repository.acts.enrol("Anna", [make_sample(quality=0.9), make_sample(embedder="other")])
    by_name = {person.identity.name: person for person in repository.people(embedder="sface")}

    best = repository.samples(anna.id)[1]
    assert by_name["Anna"].cover_sample_id == best.id
    assert (by_name["Anna"].sample_count, by_name["Anna"].template_count) == (4, 3)
    assert by_name["Bruno"].cover_sample_id is None
    assert (by_name["Bruno"].sample_count, by_name["Bruno"].template_count) == (0, 0)


# Names


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Jürgen", unicodedata.normalize("NFD", "JÜRGEN")),
        ("Straße", "STRASSE"),
        ("بسمة الزهراء", "بسمة  الزهراء"),
        ("👩‍🚀 Mae 🎉", "👩‍🚀 mae 🎉"),
        ("Ӕлина", "ӕЛИНА"),
    ],
)
def test_a_name_is_found_in_another_spelling(repository, make_sample, written, asked) -> None:
    identity = repository.acts.enrol(written, [make_sample()])
    assert repository.find(asked) == identity
    assert repository.acts.enrol(asked, []).id == identity.id


@pytest.mark.parametrize("name", ["", "   ", "a\x00b", "x" * 201, "\n"])
def test_a_name_that_nobody_can_have_is_refused_and_never_found(
    repository, make_sample, name
) -> None:
    with pytest.raises(InvalidName):
        repository.acts.enrol(name, [make_sample()])
    assert repository.find(name) is None
    assert repository.version() == 0


def test_a_name_is_data_and_never_sql(repository, make_sample) -> None:
    name = "Robert'); DROP TABLE identities;--"
    repository.acts.enrol(name, [make_sample()])
    assert names(repository) == [name]


def test_a_person_can_be_renamed_and_keeps_what_is_theirs(repository, make_sample) -> None:
    anna = repository.acts.enrol("Anna", [make_sample()])
    renamed = repository.acts.rename(anna.id, " Anna  Karenina ")
    assert renamed.id == anna.id
    assert renamed.name == "Anna Karenina"
    assert repository.find("Anna") is None
    assert len(repository.samples(anna.id)) == 1


def test_a_persons_own_name_can_be_spelt_anew(repository, make_sample) -> None:
    anna = repository.acts.enrol("anna", [make_sample()])
    repository.acts.rename(anna.id, "Anna")
    assert names(repository) == ["Anna"]


def test_nobody_gets_the_name_of_somebody_else(repository, make_sample) -> None:
    repository.acts.enrol("Anna", [make_sample()])
    bruno = repository.acts.enrol("Bruno", [make_sample()])
    version = repository.version()
    with pytest.raises(NameTaken, match="Anna"):
        repository.acts.rename(bruno.id, "ANNA")
    assert names(repository) == ["Anna", "Bruno"]
    assert repository.version() == version


def test_who_is_gone_cannot_be_renamed_or_removed(repository) -> None:
    with pytest.raises(NoSuchPerson):
        repository.acts.rename(5, "Anna")
    with pytest.raises(NoSuchPerson):
        repository.acts.remove(5)
    assert repository.samples(5) == []
    assert repository.version() == 0


# Removing


def test_a_person_leaves_the_bin_with_samples_and_templates(repository, make_sample, path) -> None:
    anna = repository.acts.enrol("Anna", [make_sample(), make_sample()])
    repository.acts.enrol("Bruno", [make_sample()])
    repository.acts.remove(anna.id)
    assert names(repository) == ["Bruno"]
    repository.acts.empty_bin()
    file = sqlite3.connect(path)
    for table in ("identities", "samples", "templates"):
        assert file.execute(f"SELECT count(*) FROM {table}").fetchone() == (1,)
    file.close()


def test_a_sample_is_removed_with_its_template_and_the_person_stays(
    repository, make_sample
) -> None:
    anna = repository.acts.enrol("Anna", [make_sample(), make_sample()])
    first, second = repository.samples(anna.id)
    repository.acts.remove_samples([first.id])
    assert [sample.id for sample in repository.samples(anna.id)] == [second.id]
    assert repository.snapshot(embedder="sface", dimension=8).template_count == 1
    repository.acts.remove_samples([second.id])
    repository.acts.remove_samples([second.id])
    (person,) = repository.people(embedder="sface")
    assert (person.sample_count, person.template_count) == (0, 0)


def test_ids_of_the_removed_are_never_given_again(path, make_sample) -> None:
    repository = GalleryRepository.open(path)
    anna = repository.acts.enrol("Anna", [make_sample()])
    (sample,) = repository.samples(anna.id)
    repository.acts.remove(anna.id)
    repository.close()
    repository = GalleryRepository.open(path)
    bruno = repository.acts.enrol("Bruno", [make_sample()])
    assert bruno.id > anna.id
    assert repository.samples(bruno.id)[0].id > sample.id
    repository.close()


def test_nothing_of_a_person_can_be_read_from_the_files_once_the_bin_is_emptied(
    repository, make_sample, path
) -> None:
    samples = [make_sample(dimension=128) for _ in range(5)]
    anna = repository.acts.enrol("Anna Karenina", samples)
    traces = [b"Anna Karenina", *(sample.embedding.vector.tobytes() for sample in samples)]

    def lingering() -> list[bytes]:
        content = b"".join(file.read_bytes() for file in path.parent.iterdir())
        return [trace for trace in traces if trace in content]

    repository.acts.remove(anna.id)
    assert lingering() == traces
    repository.acts.empty_bin()
    assert lingering() == []


# Versions and embedders


def test_the_version_grows_with_each_write_and_never_with_reading(repository, make_sample) -> None:
    versions = [repository.version()]
    anna = repository.acts.enrol("Anna", [make_sample(), make_sample()])
    versions.append(repository.version())
    repository.acts.rename(anna.id, "Anja")
    versions.append(repository.version())
    repository.acts.remove_samples([repository.samples(anna.id)[0].id])
    versions.append(repository.version())
    repository.acts.remove(anna.id)
    versions.append(repository.version())
    assert versions == sorted(set(versions))
    assert repository.snapshot(embedder="sface", dimension=8).version == versions[-1]
    repository.people(embedder="sface")
    assert repository.version() == versions[-1]


def test_a_snapshot_holds_templates_of_one_embedder_and_all_people(repository, make_sample) -> None:
    anna = repository.acts.enrol("Anna", [make_sample()])
    bruno = repository.acts.enrol("Bruno", [make_sample(embedder="facenet", dimension=512)])
    gallery = repository.snapshot(embedder="facenet", dimension=512)
    assert gallery.identity_ids.tolist() == [bruno.id]
    assert set(gallery.identities) == {anna.id, bruno.id}


def test_an_embedder_that_changed_its_dimension_is_not_mixed_with_itself(
    repository, make_sample
) -> None:
    repository.acts.enrol("Anna", [make_sample(dimension=8)])
    with pytest.raises(EmbedderMismatch, match="8"):
        repository.snapshot(embedder="sface", dimension=16)


# Writes are whole or not at all


def test_an_enrolment_with_one_impossible_sample_changes_nothing(repository, make_sample) -> None:
    with pytest.raises(IntegrityError) as caught:
        repository.acts.enrol("Anna", [make_sample(), make_sample(quality=1.5)])
    assert names(repository) == []
    assert repository.version() == 0
    # The text goes into logs, which never show a name beside an embedding.
    assert "parameters hidden" in str(caught.value)


def test_a_full_disk_is_said_and_what_was_saved_is_safe(repository, make_sample) -> None:
    anna = repository.acts.enrol("Anna", [make_sample()])
    with repository.file._reader.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DiskFull):
        repository.acts.enrol("Bruno", [make_sample(dimension=4096) for _ in range(9)])
    assert names(repository) == ["Anna"]
    assert repository.integrity() == []
    repository.acts.remove(anna.id)
    assert names(repository) == []


def test_a_lock_held_by_another_program_is_said_and_reading_goes_on(
    repository, make_sample, path
) -> None:
    repository.acts.enrol("Anna", [make_sample()])
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(GalleryLocked):
        repository.acts.enrol("Bruno", [make_sample()])
    assert names(repository) == ["Anna"]
    other.execute("ROLLBACK")
    other.close()
    repository.acts.enrol("Bruno", [make_sample()])
    assert names(repository) == ["Anna", "Bruno"]


def test_a_reader_in_another_program_does_not_keep_anyone_from_being_removed(
    repository, make_sample, path
) -> None:
    anna = repository.acts.enrol("Anna", [make_sample()])
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN")
    assert other.execute("SELECT count(*) FROM identities").fetchone() == (1,)
    repository.acts.remove(anna.id)
    assert names(repository) == []
    assert other.execute("SELECT count(*) FROM identities").fetchone() == (1,)
    other.close()


# Damage


def test_an_embedding_that_is_no_unit_vector_counts_as_damage(
    repository, make_sample, path
) -> None:
    repository.acts.enrol("Anna", [make_sample()])
    change(path, "UPDATE templates SET embedding = zeroblob(32)")
    with pytest.raises(GalleryDamaged, match="length 1"):
        repository.snapshot(embedder="sface", dimension=8)


def test_a_torn_embedding_counts_as_damage(repository, make_sample, path) -> None:
    repository.acts.enrol("Anna", [make_sample()])
    change(path, "UPDATE templates SET embedding = x'0102'")
    with pytest.raises(GalleryDamaged, match="float32"):
        repository.snapshot(embedder="sface", dimension=8)
    assert any("templates" in finding for finding in repository.integrity())


def test_a_broken_picture_counts_as_damage(repository, make_sample, path) -> None:
    anna = repository.acts.enrol("Anna", [make_sample()])
    change(path, "UPDATE samples SET image = substr(image, 1, 60)")
    with pytest.raises(GalleryDamaged, match="picture"):
        repository.samples(anna.id)


def test_a_missing_row_about_the_gallery_counts_as_damage(repository, path) -> None:
    change(path, "DELETE FROM gallery")
    with pytest.raises(GalleryDamaged):
        repository.version()


def test_a_row_without_its_parent_is_found_by_the_check(repository, make_sample, path) -> None:
    anna = repository.acts.enrol("Anna", [make_sample()])
    change(path, "DELETE FROM identities WHERE id = ?", anna.id)
    assert repository.integrity() == ["row 1 of “samples” refers to a missing row of “identities”"]


def test_closing_twice_does_nothing(path) -> None:
    repository = GalleryRepository.open(path)
    repository.close()
    repository.close()
