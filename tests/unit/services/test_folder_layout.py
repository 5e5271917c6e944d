"""Which people a folder is of, by names alone."""

import os
import sys
from pathlib import Path

import pytest

from desktop_app.errors import FolderUnreadable
from desktop_app.services.imports.layout import FolderPlan, NoteKind, plan_folder

_POSIX = pytest.mark.skipif(sys.platform == "win32", reason="needs links and names of POSIX")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "people"


def make(folder: Path, *paths: str) -> None:
    for path in paths:
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        # Never opened, so that it need not be a photo.
        file.touch()


def people(plan: FolderPlan) -> dict[str, list[str]]:
    return {
        person.name: [path.relative_to(plan.folder).as_posix() for path in person.photos]
        for person in plan.people
    }


def notes(plan: FolderPlan) -> set[tuple[NoteKind, str]]:
    return {(note.kind, note.where) for note in plan.notes}


def test_each_sub_folder_is_a_person_called_by_its_name(folder):
    make(folder, "George_W_Bush/b.jpg", "George_W_Bush/a.JPG", "Zoë/1.png")
    plan = plan_folder(folder)
    assert people(plan) == {
        "George W Bush": ["George_W_Bush/a.JPG", "George_W_Bush/b.jpg"],
        "Zoë": ["Zoë/1.png"],
    }
    assert (plan.photo_count, plan.notes) == (3, ())


def test_what_lies_deeper_is_of_the_person_whose_folder_it_is_in(folder):
    make(folder, "Anna/2020/summer/1.jpg", "Anna/2.jpg")
    assert people(plan_folder(folder)) == {"Anna": ["Anna/2.jpg", "Anna/2020/summer/1.jpg"]}


@pytest.mark.parametrize(
    "file",
    ["Anna_0001.jpg", "Anna 2.jpg", "Anna-3.jpg", "Anna (4).jpg", "Anna.5.jpg", "Anna.jpg"],
)
def test_a_loose_photo_is_of_whom_it_is_called_by_whatever_its_number(folder, file):
    make(folder, file)
    assert people(plan_folder(folder)) == {"Anna": [file]}


def test_a_name_of_several_words_keeps_them_all(folder):
    make(folder, "Anna_Maria_0001.jpg", "Jean-Luc 2.jpg", "Elizabeth II.jpg")
    assert set(people(plan_folder(folder))) == {"Anna Maria", "Jean-Luc", "Elizabeth II"}


@pytest.mark.parametrize("file", ["IMG_0001.jpg", "DSC00042.JPG", "0001.jpg", "PXL_2023-01.jpg"])
def test_what_a_camera_called_a_photo_is_nobodys_name(folder, file):
    make(folder, file, "Imogen.jpg", "Dscha.jpg", "Paul.jpg")
    plan = plan_folder(folder)
    assert set(people(plan)) == {"Imogen", "Dscha", "Paul"}
    assert notes(plan) == {(NoteKind.NO_NAME, file)}


def test_folders_and_photos_of_one_person_are_joined_and_that_is_said(folder):
    make(folder, "anna_b/1.jpg", "Anna B/2.jpg", "ANNA B 3.jpg", "Bea/1.jpg")
    plan = plan_folder(folder)
    (anna, bea) = plan.people
    assert (len(anna.photos), bea.name) == (3, "Bea")
    assert [(note.kind, note.detail) for note in plan.notes] == [(NoteKind.JOINED, anna.name)]


def test_two_ways_to_write_one_letter_are_one_person(folder):
    make(folder, "Zoe\u0308/1.jpg", "Zo\u00eb_2.jpg")
    (zoe,) = plan_folder(folder).people
    assert (zoe.name, len(zoe.photos)) == ("Zo\u00eb", 2)


def test_hidden_files_files_of_the_system_and_empty_folders_are_left_out_and_said(folder):
    make(folder, "Anna/1.jpg", "Anna/.2.jpg", "Anna/Thumbs.db", "Anna/notes.txt", "read me.txt")
    make(folder, ".hidden/1.jpg", "@eaDir/1.jpg", "__MACOSX/1.jpg")
    (folder / "Nobody").mkdir()
    plan = plan_folder(folder)
    assert people(plan) == {"Anna": ["Anna/1.jpg"]}
    assert notes(plan) == {
        (NoteKind.EMPTY, "Nobody"),
        (NoteKind.HIDDEN, "."),
        (NoteKind.HIDDEN, "Anna"),
        (NoteKind.OTHER_FILES, "."),
        (NoteKind.OTHER_FILES, "Anna"),
    }
    counts = {(note.kind, note.where): note.count for note in plan.notes}
    assert counts[NoteKind.HIDDEN, "."] == 3
    assert counts[NoteKind.HIDDEN, "Anna"] == 2


def test_a_name_that_cannot_be_used_is_said_and_costs_nobody_else_anything(folder):
    make(folder, "_/1.jpg", "Anna/1.jpg", f"{'x' * 201}/1.jpg")
    plan = plan_folder(folder)
    assert set(people(plan)) == {"Anna"}
    reasons = {note.detail for note in plan.notes if note.kind is NoteKind.NO_NAME}
    assert reasons == {"it is empty", "it is longer than 200 characters"}


@_POSIX
def test_bytes_that_are_no_text_are_nobodys_name_but_may_be_a_photos(folder):
    make(folder, "Anna/1.jpg")
    make(folder, os.fsdecode(b"\xff\xfe/1.jpg"), os.fsdecode(b"Anna/\xff.jpg"))
    plan = plan_folder(folder)
    assert [len(person.photos) for person in plan.people] == [2]
    assert [note.kind for note in plan.notes] == [NoteKind.NO_NAME]
    for note in plan.notes:
        note.where.encode()


@_POSIX
def test_links_to_folders_are_not_followed_even_in_a_circle(folder):
    make(folder, "Anna/1.jpg")
    (folder / "Anna" / "again").symlink_to(folder)
    (folder / "Bea").symlink_to(folder / "Anna")
    (folder / "Clara.jpg").symlink_to(folder / "Clara.jpg")
    (folder / "Dora.jpg").symlink_to(folder / "Anna" / "1.jpg")
    plan = plan_folder(folder)
    assert set(people(plan)) == {"Anna", "Clara", "Dora"}
    assert notes(plan) == {(NoteKind.LINK, str(Path("Anna", "again"))), (NoteKind.LINK, "Bea")}


def test_a_folder_that_cannot_be_read_is_said_and_the_rest_is_read(folder, monkeypatch):
    make(folder, "Anna/1.jpg", "Bea/1.jpg", "Bea/shut/2.jpg", "shut/1.jpg")
    scandir = os.scandir

    def forbid(path):
        if Path(path).name == "shut":
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", forbid)
    plan = plan_folder(folder)
    assert people(plan) == {"Anna": ["Anna/1.jpg"], "Bea": ["Bea/1.jpg"]}
    assert notes(plan) == {
        (NoteKind.UNREADABLE, "shut"),
        (NoteKind.UNREADABLE, str(Path("Bea", "shut"))),
    }


@pytest.mark.parametrize(("make_it", "reason"), [(False, "no such folder"), (True, "is a file")])
def test_what_is_no_folder_is_refused_with_a_sentence(tmp_path, make_it, reason):
    path = tmp_path / "x"
    if make_it:
        path.touch()
    with pytest.raises(FolderUnreadable, match=reason):
        plan_folder(path)


def test_no_photo_is_opened(folder, monkeypatch):
    make(folder, "Anna/1.jpg", "Bea 2.jpg")
    monkeypatch.setattr(Path, "open", lambda *_: pytest.fail("a photo was opened"))
    monkeypatch.setattr("builtins.open", lambda *_: pytest.fail("a photo was opened"))
    assert plan_folder(folder).photo_count == 2


def test_people_can_be_left_out_of_a_plan(folder):
    make(folder, "Anna/1.jpg", "Bea/1.jpg")
    plan = plan_folder(folder).without(frozenset({"Anna"}))
    assert set(people(plan)) == {"Bea"}
