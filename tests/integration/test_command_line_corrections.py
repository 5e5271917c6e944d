"""Corrections of people as a person types them; the networks are not needed for them."""

from __future__ import annotations

from contextlib import closing

import numpy as np
import pytest

from db.repository import GalleryRepository
from desktop_app.recognition.people import NewSample, Origin
from desktop_app.vision.types import Embedding


@pytest.fixture
def enrolled(run, catalog):
    """Anna with three pictures, numbered 1 to 3, and Bea with two, 4 and 5."""
    random = np.random.default_rng(3)
    embedder = catalog.embedder().key

    def sample() -> NewSample:
        vector = random.standard_normal(128).astype(np.float32)
        return NewSample(
            pixels=random.integers(0, 256, (16, 16, 3), np.uint8),
            embedding=Embedding(vector / np.linalg.norm(vector), embedder),
            quality=0.8,
            origin=Origin.PHOTO,
        )

    with closing(GalleryRepository.open(run.data / "gallery.db")) as repository:
        repository.acts.enrol("Anna", [sample() for _ in range(3)])
        repository.acts.enrol("Bea", [sample() for _ in range(2)])


def pictures(run) -> dict[str, int]:
    assert run("people", "list", "--json") == 0
    (everyone,) = run.lines
    return {person["name"]: person["samples"] for person in everyone}


def test_two_people_who_are_one_are_merged(run, enrolled):
    assert run("people", "merge", "anna", "BEA") == 0
    assert run.out == "Anna is Bea now, with all pictures.\n"
    assert pictures(run) == {"Bea": 5}


def test_nobody_is_merged_with_themselves_or_with_nobody(run, enrolled):
    assert run("people", "merge", "Anna", "anna") == 2
    assert run("people", "merge", "Anna", "Nemo") == 2
    assert "Nobody called “Nemo” is enrolled" in run.err
    assert pictures(run) == {"Anna": 3, "Bea": 2}


def test_pictures_are_listed_by_number_split_off_and_moved(run, enrolled):
    assert run("people", "samples", "Anna", "--json") == 0
    assert [sample["id"] for sample in run.lines[0]] == [1, 2, 3]
    assert run("people", "split", "Anna", "Carl", "1", "2") == 0
    assert pictures(run) == {"Anna": 1, "Bea": 2, "Carl": 2}
    assert run("people", "move", "Carl", "Bea", "2", "--json") == 0
    assert run.lines == [{"person": "Carl", "to": "Bea", "samples": [2]}]
    assert pictures(run) == {"Anna": 1, "Bea": 3, "Carl": 1}


@pytest.mark.parametrize("act", [["split", "Anna", "Carl"], ["move", "Anna", "Bea"]])
def test_the_picture_of_somebody_else_is_not_taken_by_a_slip(run, enrolled, act):
    assert run("people", *act, "1", "4") == 2
    assert "There is no picture number 4" in run.err
    assert pictures(run) == {"Anna": 3, "Bea": 2}


def test_notes_groups_and_consent_are_kept_and_shown(run, enrolled):
    run("people", "note", "Anna", "plays the flute")
    assert run("people", "note", "Anna") == 0
    assert run.out == "plays the flute\n"
    run("people", "group", "Anna", "Choir")
    assert run("people", "group", "Anna", "Board") == 0
    assert run.out == "Anna belongs to: Board, Choir\n"
    assert run("people", "group", "Anna", "--leave-all") == 0
    assert run.out == "Anna belongs to no group.\n"
    words = ["--by", "Her mother", "--given", "2026-01-31", "--until", "2026-02-28"]
    assert run("people", "consent", "Anna", *words) == 0
    assert "agreed on 2026-01-31, until 2026-02-28, which has passed" in run.out
    assert run("people", "list", "--json") == 0
    anna = run.lines[0][0]
    assert (anna["note"], anna["consent_by"]) == ("plays the flute", "Her mother")
    assert anna["consent_until"] == "2026-02-28"


def test_a_consent_that_ends_before_it_begins_is_refused(run, enrolled):
    assert run("people", "consent", "Anna", "--given", "2026-02-01", "--until", "2026-01-01") == 2
    assert "cannot end before" in run.err


def test_who_is_removed_is_in_the_bin_and_comes_back_with_everything(run, enrolled):
    run("people", "group", "Anna", "Choir")
    assert run("people", "remove", "Anna") == 0
    assert pictures(run) == {"Bea": 2}
    assert run("people", "bin") == 0
    assert run.out.startswith("Anna, 3 pictures, removed ")
    assert run("people", "restore", "anna") == 0
    assert pictures(run) == {"Anna": 3, "Bea": 2}
    assert run("people", "group", "Anna") == 0
    assert run.out == "Anna belongs to: Choir\n"


def test_who_comes_back_to_a_name_that_is_taken_gets_another(run, enrolled):
    run("people", "remove", "Anna")
    run("people", "rename", "Bea", "Anna")
    assert run("people", "restore", "Anna") == 2
    assert run("people", "restore", "Anna", "--as", "Anna B.") == 0
    assert run.out == "Anna is back, and called Anna B. now.\n"
    assert pictures(run) == {"Anna": 2, "Anna B.": 3}


def test_a_consent_of_which_the_day_alone_is_told_is_the_persons_own(run, enrolled):
    assert run("people", "consent", "Anna", "--given", "2026-01-31", "--json") == 0
    assert run.lines == [
        {
            "person": "Anna",
            "consent_by": "Anna",
            "consent_given": "2026-01-31",
            "consent_until": None,
        }
    ]
    assert run("people", "consent", "Anna") == 0
    assert run.out == "Anna: Anna agreed on 2026-01-31, with no end.\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--none", "--by", "Her mother"], "--none keeps nothing"),
        (["--none", "--given", "2026-01-31"], "--none keeps nothing"),
        (["--by", ""], "it is empty"),
        (["--by", "x" * 201], "longer than 200"),
        (["--given", "2999-01-01"], "2999-01-01 is still to come"),
    ],
)
def test_a_consent_that_makes_no_sense_is_refused_and_the_one_there_is_stays(
    run, enrolled, words, sentence
):
    run("people", "consent", "Anna", "--by", "Her mother", "--given", "2026-01-31")
    assert run("people", "consent", "Anna", *words) == 2
    assert sentence in run.err
    assert len(run.err.splitlines()) == 1
    assert run("people", "consent", "Anna") == 0
    assert run.out == "Anna: Her mother agreed on 2026-01-31, with no end.\n"


def test_programs_read_whom_a_note_is_about(run, enrolled):
    assert run("people", "note", "ANNA", "--json", "plays the flute") == 0
    assert run.lines == [{"person": "Anna", "note": "plays the flute"}]


@pytest.mark.parametrize(
    ("act", "counted"),
    [
        (["remove", "Anna"], "1 picture of Anna removed."),
        (["split", "Anna", "Carl"], "1 picture of Anna made Carl."),
        (["move", "Anna", "Bea"], "1 picture of Anna went to Bea."),
    ],
)
def test_a_number_that_is_typed_twice_is_one(run, enrolled, act, counted):
    assert run("people", *act, "2", "2") == 0
    assert run.out == f"{counted}\n"


def test_pictures_do_not_move_to_whom_they_are_of(run, enrolled):
    assert run("people", "move", "Anna", "ANNA", "2") == 2
    assert "of that person already" in run.err


@pytest.mark.parametrize(
    "words",
    [
        ["restore", "--picture"],
        ["remove", "Anna"],
        ["split", "Anna", "Carl"],
        ["move", "Anna", "Bea"],
    ],
)
def test_a_number_longer_than_any_is_nobodys(run, enrolled, words):
    number = 99999999999999999999
    assert run("people", *words, number) == 2
    assert run.err.startswith(f"kenspeckle: There is no picture number {number}.")
    assert len(run.err.splitlines()) == 1


def test_a_picture_of_somebody_in_the_bin_comes_back_after_them(run, enrolled):
    run("people", "remove", "Anna", "2")
    run("people", "remove", "Anna")
    assert run("people", "restore", "--picture", "2") == 2
    assert "Picture number 2 is of Anna, who is in the bin as well" in run.err
    assert "put Anna back first" in run.err
    assert run("people", "restore", "Anna") == 0
    assert run("people", "restore", "--picture", "2") == 0
    assert run.out == "Picture 2 of Anna is back.\n"
    assert pictures(run) == {"Anna": 3, "Bea": 2}


def test_a_picture_gets_no_name(run, enrolled):
    run("people", "remove", "Anna", "2")
    assert run("people", "restore", "--picture", "2", "--as", "Carl") == 2
    assert pictures(run) == {"Anna": 2, "Bea": 2}


def test_a_single_picture_goes_and_comes_back(run, enrolled):
    assert run("people", "remove", "Anna", "2") == 0
    assert pictures(run) == {"Anna": 2, "Bea": 2}
    assert run("people", "bin", "--json") == 0
    assert [(thing["person"], thing["picture"]) for thing in run.lines[0]] == [("Anna", 2)]
    assert run("people", "restore", "--picture", "2") == 0
    assert pictures(run) == {"Anna": 3, "Bea": 2}


def test_the_bin_is_emptied_only_when_that_is_meant(run, enrolled):
    run("people", "remove", "Anna")
    assert run("people", "bin", "--empty") == 2
    assert run("people", "bin", "--empty", "--yes") == 0
    assert run("people", "restore", "Anna") == 2
    assert "Nobody called “Anna” is in the bin" in run.err


@pytest.mark.parametrize("words", [["bin"], ["bin", "--empty", "--yes"]])
def test_there_is_nothing_in_the_bin_of_a_gallery_that_is_not_there(run, words):
    assert run("people", *words) == 0
    assert "empty" in run.out
    assert list(run.data.iterdir()) == []
