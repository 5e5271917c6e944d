"""The bin: what was removed is listed, put back, or deleted for good."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt

from db.repository import GalleryRepository
from desktop_app.recognition.people import Origin
from desktop_app.services.people import GalleryChange, PeopleService
from desktop_app.ui.corrections.name_dialog import NameDialog
from desktop_app.ui.language import EnglishPlurals
from desktop_app.ui.privacy.bin_dialog import BinDialog


@pytest.fixture(autouse=True)
def _plurals(qapp):
    # Not the application’s own: a later window would find it, removed, and put none in place.
    plurals = EnglishPlurals()
    qapp.installTranslator(plurals)
    yield
    qapp.removeTranslator(plurals)


@pytest.fixture
def enrol(ready_context, somebody):
    def do(name: str, pictures: int = 1) -> int:
        faces = [somebody(name, look=look) for look in range(pictures)]
        ready_context.enrol(name, faces, origin=Origin.PHOTO)
        return ready_context.last_change.identity.id

    return do


@pytest.fixture
def open_bin(ready_context, qtbot):
    def open_it() -> BinDialog:
        dialog = BinDialog(ready_context)
        qtbot.addWidget(dialog)
        dialog.show()
        dialog.activateWindow()
        qtbot.waitUntil(dialog.isActiveWindow)
        return dialog

    return open_it


def lines(dialog: BinDialog) -> list[str]:
    tree = dialog.list
    return [tree.topLevelItem(row).text(0) for row in range(tree.topLevelItemCount())]


def names(context) -> list[str]:
    return [person.identity.name for person in context.last_change.people]


def test_an_empty_bin_says_what_it_is_for(open_bin):
    dialog = open_bin()
    assert dialog.hint.text().startswith("The bin is empty.")
    assert not dialog.list.isVisible()
    assert not dialog.put_back_button.isEnabled()
    assert not dialog.empty_button.isEnabled()


def test_people_and_single_pictures_are_listed_with_the_time_that_is_left(
    open_bin, enrol, ready_context
):
    anna, bea = enrol("Anna", 2), enrol("Bea", 3)
    picture = ready_context.people.samples(bea)[0].id
    ready_context.change_people(lambda people: people.remove_samples([picture]))
    ready_context.remove(anna)
    dialog = open_bin()
    assert lines(dialog) == ["Anna, 2 pictures", "A picture of Bea"]
    assert dialog.list.topLevelItem(0).text(2) == "30 days left"
    assert not dialog.list.topLevelItem(1).icon(0).isNull()
    spoken = dialog.list.topLevelItem(0).data(0, Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.startswith("Anna, 2 pictures, removed on ")


def test_enter_puts_a_person_back_as_they_were(open_bin, enrol, ready_context, qtbot):
    ready_context.remove(enrol("Anna", 2))
    dialog = open_bin()
    qtbot.keyClick(dialog.list, Qt.Key.Key_Return)
    assert names(ready_context) == ["Anna"]
    assert ready_context.gallery.template_count == 2
    assert lines(dialog) == []
    assert dialog.hint.text().startswith("The bin is empty.")


def test_all_that_is_chosen_is_put_back_in_one_step(open_bin, enrol, ready_context, qtbot):
    anna, bea = enrol("Anna"), enrol("Bea", 2)
    ready_context.remove(anna)
    picture = ready_context.people.samples(bea)[0].id
    ready_context.change_people(lambda people: people.remove_samples([picture]))
    dialog = open_bin()
    dialog.list.selectAll()
    qtbot.mouseClick(dialog.put_back_button, Qt.MouseButton.LeftButton)
    assert ready_context.gallery.template_count == 3
    ready_context.undo()
    assert ready_context.gallery.template_count == 1
    assert len(lines(dialog)) == 2


def test_whose_name_is_taken_by_now_comes_back_by_another(open_bin, enrol, ready_context, qtbot):
    ready_context.remove(enrol("Anna"))
    enrol("anna")
    dialog = open_bin()
    qtbot.mouseClick(dialog.put_back_button, Qt.MouseButton.LeftButton)
    (ask,) = dialog.findChildren(NameDialog)
    assert not ask.take_button.isEnabled()
    assert ask.complaint.text() == "Somebody has this name."
    ask.field.clear()
    qtbot.keyClicks(ask.field, "Anna B.")
    qtbot.keyClick(ask.field, Qt.Key.Key_Return)
    assert names(ready_context) == ["anna", "Anna B."]


def test_two_of_one_name_come_back_by_two_names(open_bin, enrol, ready_context, qtbot):
    for _ in range(2):
        ready_context.remove(enrol("Anna"))
    dialog = open_bin()
    dialog.list.selectAll()
    qtbot.mouseClick(dialog.put_back_button, Qt.MouseButton.LeftButton)
    (ask,) = dialog.findChildren(NameDialog)
    ask.field.setText("Other Anna")
    qtbot.keyClick(ask.field, Qt.Key.Key_Return)
    assert names(ready_context) == ["Anna", "Other Anna"]


def test_only_what_is_chosen_is_deleted_for_good_after_a_yes(
    open_bin, enrol, ready_context, qtbot, message_in, press
):
    for name in ("Anna", "Bea"):
        ready_context.remove(enrol(name))
    dialog = open_bin()
    assert lines(dialog) == ["Bea, 1 picture", "Anna, 1 picture"]
    dialog.list.setFocus()
    qtbot.keyClick(dialog.list, Qt.Key.Key_Delete)
    box = message_in(dialog)
    assert box.text() == "Delete Bea for good, with all pictures?"
    assert "cannot be undone" in box.informativeText()
    press(box, "Delete")
    assert lines(dialog) == ["Anna, 1 picture"]


def test_what_lies_beside_something_deleted_is_chosen_next(
    open_bin, enrol, ready_context, qtbot, message_in, press
):
    for name in ("Anna", "Bea", "Cem", "Dora"):
        ready_context.remove(enrol(name))
    dialog = open_bin()
    dialog.list.setFocus()
    qtbot.keyClick(dialog.list, Qt.Key.Key_Down)
    qtbot.keyClick(dialog.list, Qt.Key.Key_Delete)
    press(message_in(dialog), "Delete")
    assert [thing.identity.name for thing in dialog.chosen] == ["Bea"]
    qtbot.keyClick(dialog.list, Qt.Key.Key_Down)
    assert [thing.identity.name for thing in dialog.chosen] == ["Anna"]


def test_enter_in_the_question_deletes_nothing(open_bin, enrol, ready_context, qtbot, message_in):
    ready_context.remove(enrol("Anna"))
    dialog = open_bin()
    qtbot.mouseClick(dialog.empty_button, Qt.MouseButton.LeftButton)
    qtbot.keyClick(message_in(dialog), Qt.Key.Key_Return)
    assert lines(dialog) == ["Anna, 1 picture"]


def test_the_bin_is_emptied_whole(open_bin, enrol, ready_context, qtbot, message_in, press):
    for name in ("Anna", "Bea"):
        ready_context.remove(enrol(name))
    dialog = open_bin()
    qtbot.mouseClick(dialog.empty_button, Qt.MouseButton.LeftButton)
    box = message_in(dialog)
    assert box.text() == "Delete 2 people for good?"
    press(box, "Delete")
    assert ready_context.people.bin() == []


def test_how_long_things_wait_can_be_chosen_and_holds_at_once(
    open_bin, enrol, ready_context, qtbot
):
    ready_context.remove(enrol("Anna"))
    dialog = open_bin()
    dialog.days.setFocus()
    qtbot.keyClick(dialog.days, Qt.Key.Key_Down)
    assert ready_context.settings.bin_days == 90
    assert dialog.list.topLevelItem(0).text(2) == "90 days left"
    qtbot.keyClick(dialog.days, Qt.Key.Key_Down)
    assert ready_context.settings.bin_days == 0
    assert dialog.list.topLevelItem(0).text(2) == "no end"


def test_what_was_removed_can_be_put_back_after_a_restart(
    open_bin, enrol, context, service, tmp_path, qtbot
):
    context.remove(enrol("Anna", 2))
    repository = GalleryRepository.open(tmp_path / "gallery.db")
    later = PeopleService(repository, embedder="test", dimension=64)
    context.people = later
    context.last_change = GalleryChange(later.gallery, later.people())
    dialog = open_bin()
    qtbot.mouseClick(dialog.put_back_button, Qt.MouseButton.LeftButton)
    assert names(context) == ["Anna"]
    assert later.gallery.template_count == 2
    repository.close()


def test_the_bin_follows_what_is_removed_elsewhere(open_bin, enrol, ready_context):
    anna = enrol("Anna")
    dialog = open_bin()
    ready_context.remove(anna)
    assert lines(dialog) == ["Anna, 1 picture"]


def test_what_lies_there_for_long_is_said_to_have_no_day_left(
    open_bin, enrol, ready_context, monkeypatch
):
    ready_context.remove(enrol("Anna"))
    (thing,) = ready_context.people.bin()
    dialog = open_bin()

    class Later(datetime):
        @classmethod
        def now(cls, tz=None):
            return thing.binned + timedelta(days=40)

    monkeypatch.setattr("desktop_app.ui.privacy.bin_dialog.datetime", Later)
    assert thing.binned.tzinfo is UTC
    dialog._load()
    assert dialog.list.topLevelItem(0).text(2) == "0 days left"
