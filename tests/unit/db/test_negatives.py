"""Faces that somebody said are not a person's, in the file."""

import sqlite3
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from db.repository import GalleryRepository
from desktop_app.errors import EmbedderMismatch, GalleryDamaged, NoSuchNegative, NoSuchPerson
from desktop_app.recognition.people import Origin


@pytest.fixture
def say_not(repository, make_sample):
    """Says of a new face that it is not somebody's, and returns its number and the face."""

    def say(identity, **options):
        face = make_sample(**options)
        number = repository.acts.add_negative(
            identity.id, pixels=face.pixels, embedding=face.embedding, origin=face.origin
        )
        return number, face

    return say


def test_a_negative_is_found_again_with_picture_and_embedding(
    repository, make_sample, say_not
) -> None:
    anna = repository.acts.enrol("Anna", [make_sample()])
    bruno = repository.acts.enrol("Bruno", [make_sample()])
    before = datetime.now(UTC) - timedelta(seconds=1)
    number, face = say_not(anna, origin=Origin.LIVE)

    (negative,) = repository.negatives(anna.id)
    assert np.array_equal(negative.pixels, face.pixels)
    assert (negative.id, negative.identity_id, negative.origin) == (number, anna.id, Origin.LIVE)
    assert before < negative.created < datetime.now(UTC) + timedelta(seconds=1)
    assert repository.negatives(bruno.id) == []

    negatives = repository.snapshot(embedder="sface", dimension=8).negatives
    assert negatives.identity_ids.tolist() == [anna.id]
    assert np.array_equal(negatives.matrix, face.embedding.vector[None])


def test_a_search_says_how_near_a_negative_is(repository, make_sample, say_not) -> None:
    anna = repository.acts.enrol("Anna", [make_sample()])
    repository.acts.enrol("Bruno", [make_sample()])
    _, face = say_not(anna)
    found = repository.snapshot(embedder="sface", dimension=8).search(face.embedding)
    against = {match.identity.name: match.against for match in found.candidates}
    assert against == {"Anna": pytest.approx(1.0, abs=1e-6), "Bruno": None}


def test_a_gallery_without_negatives_has_none(repository, make_sample, say_not) -> None:
    anna = repository.acts.enrol("Anna", [make_sample()])
    assert repository.snapshot(embedder="sface", dimension=8).negatives is None
    say_not(anna, embedder="facenet", dimension=4)
    assert repository.snapshot(embedder="sface", dimension=8).negatives is None
    assert len(repository.negatives(anna.id)) == 1


def test_negatives_are_there_after_the_file_is_opened_again(
    path, repository, make_sample, say_not
) -> None:
    anna = repository.acts.enrol("Anna", [make_sample()])
    numbers = [say_not(anna)[0] for _ in range(3)]
    repository.close()
    again = GalleryRepository.open(path)
    assert [negative.id for negative in again.negatives(anna.id)] == numbers == sorted(numbers)
    again.close()


def test_a_negative_that_is_taken_back_is_gone_and_its_number_is_never_given_again(
    repository, make_sample, say_not
) -> None:
    anna = repository.acts.enrol("Anna", [make_sample()])
    first, _ = say_not(anna)
    assert repository.acts.remove_negative(first) == anna
    assert repository.negatives(anna.id) == []
    second, _ = say_not(anna)
    assert second > first
    with pytest.raises(NoSuchNegative, match=str(first)):
        repository.acts.remove_negative(first)


def test_the_same_said_twice_of_one_face_is_kept_once(repository, make_sample) -> None:
    anna = repository.acts.enrol("Anna", [make_sample()])
    bruno = repository.acts.enrol("Bruno", [make_sample()])
    face = make_sample()

    def say(identity):
        return repository.acts.add_negative(
            identity.id, pixels=face.pixels, embedding=face.embedding, origin=face.origin
        )

    first = say(anna)
    assert say(anna) == first
    assert say(bruno) != first
    assert len(repository.negatives(anna.id)) == len(repository.negatives(bruno.id)) == 1


def test_of_nobody_no_face_can_be_said_not_to_be_theirs(repository, make_sample, say_not) -> None:
    anna = repository.acts.enrol("Anna", [make_sample()])
    repository.acts.remove(anna.id)
    version = repository.version()
    with pytest.raises(NoSuchPerson):
        say_not(anna)
    assert repository.version() == version


def test_negatives_go_with_their_person_and_with_nobody_else(
    repository, make_sample, say_not, path
) -> None:
    anna = repository.acts.enrol("Anna", [make_sample()])
    bruno = repository.acts.enrol("Bruno", [make_sample()])
    say_not(anna)
    say_not(anna)
    kept, _ = say_not(bruno)
    repository.acts.remove(anna.id)
    repository.acts.empty_bin()
    assert [negative.id for negative in repository.negatives(bruno.id)] == [kept]
    file = sqlite3.connect(path)
    assert file.execute("SELECT id FROM negatives").fetchall() == [(kept,)]
    file.close()
    assert repository.integrity() == []


@pytest.mark.parametrize("act", ["the person is removed", "it is taken back"])
def test_nothing_of_a_negative_can_be_read_from_the_files_once_the_bin_is_emptied(
    repository, make_sample, say_not, path, act
) -> None:
    anna = repository.acts.enrol("Anna", [make_sample()])
    number, face = say_not(anna, dimension=128)
    trace = face.embedding.vector.tobytes()

    def lingers() -> bool:
        return any(trace in file.read_bytes() for file in path.parent.iterdir())

    assert lingers()
    if act == "it is taken back":
        repository.acts.remove_negative(number)
    else:
        repository.acts.remove(anna.id)
    assert lingers()
    repository.acts.empty_bin()
    assert not lingers()


def test_the_version_grows_when_a_negative_comes_and_when_it_goes(
    repository, make_sample, say_not
) -> None:
    anna = repository.acts.enrol("Anna", [make_sample()])
    versions = [repository.version()]
    number, _ = say_not(anna)
    versions.append(repository.version())
    repository.acts.remove_negative(number)
    versions.append(repository.version())
    assert versions == sorted(set(versions))
    with pytest.raises(NoSuchNegative):
        repository.acts.remove_negative(number)
    assert repository.version() == versions[-1]


def test_negatives_of_another_dimension_are_not_mixed_in(repository, make_sample, say_not) -> None:
    anna = repository.acts.enrol("Anna", [make_sample(dimension=8)])
    say_not(anna, dimension=16)
    with pytest.raises(EmbedderMismatch, match="16"):
        repository.snapshot(embedder="sface", dimension=8)


@pytest.mark.parametrize("broken", ["zeroblob(32)", "x'0102'"])
def test_a_negative_that_is_no_unit_vector_counts_as_damage(
    repository, make_sample, say_not, path, broken
) -> None:
    anna = repository.acts.enrol("Anna", [make_sample()])
    say_not(anna)
    file = sqlite3.connect(path)
    with file:
        file.execute("PRAGMA ignore_check_constraints = ON")
        file.execute(f"UPDATE negatives SET embedding = {broken}")
    file.close()
    with pytest.raises(GalleryDamaged):
        repository.snapshot(embedder="sface", dimension=8)


def test_templates_are_given_by_the_sample_they_were_made_of(repository, make_sample) -> None:
    new = [make_sample(), make_sample(embedder="facenet"), make_sample()]
    anna = repository.acts.enrol("Anna", new)
    repository.acts.enrol("Bruno", [make_sample()])
    samples = repository.samples(anna.id)
    found = repository.templates(anna.id, embedder="sface")
    assert list(found) == [samples[0].id, samples[2].id]
    assert np.array_equal(found[samples[2].id], new[2].embedding.vector)


def test_enrolling_the_very_face_takes_back_that_it_is_not_theirs(
    repository, make_sample, say_not
) -> None:
    anna = repository.acts.enrol("Anna", [make_sample()])
    bruno = repository.acts.enrol("Bruno", [make_sample()])
    _, face = say_not(anna)
    other, _ = say_not(anna)
    repository.acts.add_negative(
        bruno.id, pixels=face.pixels, embedding=face.embedding, origin=Origin.PHOTO
    )
    repository.acts.enrol("Anna", [make_sample(), face])
    assert [negative.id for negative in repository.negatives(anna.id)] == [other]
    assert len(repository.negatives(bruno.id)) == 1
