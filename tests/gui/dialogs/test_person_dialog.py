"""A person's window: pictures that are moved and parted, notes, groups, consent."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date

import pytest
from PySide6.QtCore import Qt

from desktop_app.errors import GalleryLocked
from desktop_app.recognition.people import Consent, Origin
from desktop_app.ui.corrections.person_chooser import PersonChooser
from desktop_app.ui.corrections.split_dialog import SplitDialog
from desktop_app.ui.language import EnglishPlurals
from desktop_app.ui.people.person_dialog import PersonDialog

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(autouse=True)
def _plurals(qapp):
    # Not the application’s own: a later window would find it, removed, and put none in place.
    plurals = EnglishPlurals()
    qapp.installTranslator(plurals)
    yield
    qapp.removeTranslator(plurals)


@pytest.fixture
def enrol(ready_context, somebody):
    def do(name: str, pictures: int = 1):
        faces = [somebody(name, look=look) for look in range(pictures)]
        ready_context.enrol(name, faces, origin=Origin.PHOTO)
        return ready_context.last_change.identity

    return do


@pytest.fixture
def open_dialog(ready_context, qtbot):
    def open_it(identity, part: str = "pictures") -> PersonDialog:
        dialog = PersonDialog(ready_context, identity)
        qtbot.addWidget(dialog)
        dialog.show()
        dialog.activateWindow()
        qtbot.waitUntil(dialog.isActiveWindow)
        dialog.go_to(part)
        return dialog

    return open_it


def person(context, identity):
    (found,) = [one for one in context.last_change.people if one.identity.id == identity.id]
    return found


def names(context) -> list[str]:
    return [one.identity.name for one in context.last_change.people]


# Pictures


def test_chosen_pictures_are_moved_to_somebody_who_is_found_by_typing(
    open_dialog, enrol, ready_context, qtbot
):
    anna, bea = enrol("Anna", 3), enrol("Bea")
    enrol("Cem")
    dialog = open_dialog(anna)
    dialog.samples.list.selectAll()
    dialog.samples.list.item(0).setSelected(False)
    qtbot.mouseClick(dialog.samples.move_button, Qt.MouseButton.LeftButton)
    (chooser,) = dialog.findChildren(PersonChooser)
    listed = [chooser.model.index(row).data() for row in range(chooser.model.rowCount())]
    assert listed == ["Bea", "Cem"]
    qtbot.keyClicks(chooser.search, "be")
    qtbot.keyClick(chooser.search, Qt.Key.Key_Return)
    assert len(ready_context.people.samples(bea.id)) == 3
    assert dialog.samples.list.count() == 1
    assert dialog.bar.text == "2 pictures moved to Bea."


def test_a_new_person_is_made_of_chosen_pictures(open_dialog, enrol, ready_context, qtbot):
    anna = enrol("Anna", 3)
    dialog = open_dialog(anna)
    dialog.samples.list.clearSelection()
    dialog.samples.list.item(1).setSelected(True)
    qtbot.mouseClick(dialog.samples.split_button, Qt.MouseButton.LeftButton)
    (ask,) = dialog.findChildren(SplitDialog)
    qtbot.keyClicks(ask.name, "Dora")
    assert ask.take_button.isEnabled()
    qtbot.keyClick(ask.name, Qt.Key.Key_Return)
    assert names(ready_context) == ["Anna", "Dora"]
    assert dialog.samples.list.count() == 2
    qtbot.keyClick(dialog.samples.list, Qt.Key.Key_Z, CONTROL)
    assert names(ready_context) == ["Anna"]
    assert dialog.samples.list.count() == 3


def test_the_name_of_somebody_enrolled_moves_the_pictures_there(
    open_dialog, enrol, ready_context, qtbot
):
    anna, bea = enrol("Anna", 2), enrol("Bea")
    dialog = open_dialog(anna)
    dialog.samples.list.clearSelection()
    dialog.samples.list.item(0).setSelected(True)
    dialog.samples.split_action.trigger()
    (ask,) = dialog.findChildren(SplitDialog)
    ask.name.setText("anna")
    assert not ask.take_button.isEnabled()
    ask.name.setText("bea")
    assert "Bea is enrolled already" in ask.summary.text()
    qtbot.mouseClick(ask.take_button, Qt.MouseButton.LeftButton)
    assert len(ready_context.people.samples(bea.id)) == 2


def test_no_new_person_is_made_of_all_pictures(open_dialog, enrol):
    dialog = open_dialog(enrol("Anna", 2))
    dialog.samples.list.selectAll()
    assert not dialog.samples.split_button.isEnabled()
    assert dialog.samples.move_button.isEnabled()


def test_several_pictures_go_into_the_bin_and_come_back_together(
    open_dialog, enrol, ready_context, qtbot
):
    dialog = open_dialog(enrol("Anna", 3))
    dialog.samples.list.selectAll()
    dialog.samples.list.item(2).setSelected(False)
    dialog.samples.list.setFocus()
    qtbot.keyClick(dialog.samples.list, Qt.Key.Key_Delete)
    assert dialog.samples.list.count() == 1
    assert dialog.bar.text == "2 pictures put into the bin."
    qtbot.mouseClick(dialog.bar.buttons[0], Qt.MouseButton.LeftButton)
    assert dialog.samples.list.count() == 3


def test_the_picture_behind_those_removed_is_chosen_next(open_dialog, enrol, qtbot):
    dialog = open_dialog(enrol("Anna", 5))
    pictures = dialog.samples.list
    ids = [pictures.item(row).data(Qt.ItemDataRole.UserRole) for row in range(5)]
    pictures.setCurrentRow(3)
    pictures.item(1).setSelected(True)
    pictures.item(3).setSelected(True)
    pictures.setFocus()
    qtbot.keyClick(pictures, Qt.Key.Key_Delete)
    assert pictures.chosen == (ids[2],)
    pictures.item(2).setSelected(True)
    assert pictures.chosen == (ids[2], ids[4])


def test_what_is_chosen_stays_so_when_another_picture_goes(
    open_dialog, enrol, ready_context, qtbot
):
    anna = enrol("Anna", 4)
    dialog = open_dialog(anna)
    pictures = dialog.samples.list
    ids = [pictures.item(row).data(Qt.ItemDataRole.UserRole) for row in range(4)]
    pictures.setCurrentRow(2)
    pictures.item(3).setSelected(True)
    ready_context.change_people(lambda people: people.remove_samples([ids[0]]))
    qtbot.waitUntil(lambda: pictures.count() == 3)
    assert pictures.chosen == (ids[2], ids[3])


def test_nothing_moves_when_it_says_what_was_done(open_dialog, enrol, qtbot):
    dialog = open_dialog(enrol("Anna"), "notes")
    place = dialog.tabs.geometry()
    qtbot.keyClicks(dialog.details.note, "tall")
    dialog.details.name.setFocus()
    assert dialog.bar.isVisible()
    dialog.layout().activate()
    assert dialog.tabs.geometry() == place


def test_a_picture_says_how_good_it_is_and_when_it_came(open_dialog, enrol):
    dialog = open_dialog(enrol("Anna"))
    item = dialog.samples.list.item(0)
    assert item.toolTip().startswith("Good picture, enrolled ")
    assert "Good picture" in item.data(Qt.ItemDataRole.AccessibleTextRole)


# Details


def test_a_note_is_saved_when_the_field_is_left_and_can_be_undone(
    open_dialog, enrol, ready_context, qtbot
):
    anna = enrol("Anna")
    dialog = open_dialog(anna, "notes")
    qtbot.keyClicks(dialog.details.note, "Sits by the window")
    assert person(ready_context, anna).note == ""
    dialog.details.name.setFocus()
    assert person(ready_context, anna).note == "Sits by the window"
    ready_context.undo()
    assert dialog.details.note.toPlainText() == ""


def test_what_was_typed_is_saved_when_the_window_closes(open_dialog, enrol, ready_context, qtbot):
    anna = enrol("Anna")
    dialog = open_dialog(anna, "notes")
    qtbot.keyClicks(dialog.details.note, "Sits by the window")
    dialog.reject()
    assert person(ready_context, anna).note == "Sits by the window"


def test_what_somebody_types_is_not_overwritten_by_what_happens_elsewhere(
    open_dialog, enrol, ready_context, qtbot
):
    anna = enrol("Anna")
    dialog = open_dialog(anna, "notes")
    qtbot.keyClicks(dialog.details.note, "half a sen")
    ready_context.change_people(lambda people: people.set_groups(anna.id, ["Chess"]))
    assert dialog.details.note.toPlainText() == "half a sen"


def test_a_name_is_changed_with_enter_and_the_window_stays(open_dialog, enrol, qtbot):
    anna = enrol("Anna")
    dialog = open_dialog(anna, "notes")
    dialog.details.name.setFocus()
    dialog.details.name.selectAll()
    qtbot.keyClicks(dialog.details.name, "Hannah")
    qtbot.keyClick(dialog.details.name, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert dialog.windowTitle() == "Hannah"


def test_a_name_that_is_taken_is_complained_of_beside_the_field(open_dialog, enrol, qtbot):
    enrol("Bea")
    dialog = open_dialog(enrol("Anna"), "notes")
    dialog.details.name.setText("bea")
    qtbot.keyClick(dialog.details.name, Qt.Key.Key_Return)
    assert "There is a person called “Bea” already" in dialog.details.complaint.text()
    assert dialog.details.complaint.isVisible()
    dialog.details.name.setFocus()
    dialog.details.name.selectAll()
    qtbot.keyClicks(dialog.details.name, "Anna")
    assert not dialog.details.complaint.isVisible()
    dialog.reject()


def test_a_name_that_was_complained_of_is_let_go_when_the_window_closes(
    open_dialog, enrol, ready_context, qtbot
):
    enrol("Bea")
    dialog = open_dialog(enrol("Anna"), "notes")
    failures = []
    ready_context.failed.connect(failures.append)
    dialog.details.name.setText("bea")
    qtbot.keyClick(dialog.details.name, Qt.Key.Key_Return)
    dialog.reject()
    assert failures == []
    assert names(ready_context) == ["Anna", "Bea"]


def test_groups_are_joined_by_typing_and_left_by_a_click(open_dialog, enrol, ready_context, qtbot):
    anna, bea = enrol("Anna"), enrol("Bea")
    ready_context.change_people(lambda people: people.set_groups(bea.id, ["Class 4b"]))
    dialog = open_dialog(anna, "notes")
    groups = dialog.details.groups
    offered = groups.field.completer().model()
    assert [offered.index(row, 0).data() for row in range(offered.rowCount())] == ["Class 4b"]
    groups.field.setFocus()
    qtbot.keyClicks(groups.field, "class 4B, Chess")
    qtbot.keyClick(groups.field, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert person(ready_context, anna).groups == ("Chess", "Class 4b")
    chess, _ = groups.buttons
    assert chess.accessibleName() == "Take out of the group Chess"
    qtbot.mouseClick(chess, Qt.MouseButton.LeftButton)
    assert person(ready_context, anna).groups == ("Class 4b",)


def test_a_group_that_is_picked_from_those_offered_is_joined_at_once(
    open_dialog, enrol, ready_context, qtbot
):
    anna, bea = enrol("Anna"), enrol("Bea")
    ready_context.change_people(lambda people: people.set_groups(bea.id, ["Class 4b"]))
    dialog = open_dialog(anna, "notes")
    field = dialog.details.groups.field
    field.setFocus()
    qtbot.keyClicks(field, "cla")
    popup = field.completer().popup()
    qtbot.waitUntil(popup.isVisible)
    qtbot.keyClick(popup, Qt.Key.Key_Down)
    qtbot.keyClick(popup, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: person(ready_context, anna).groups == ("Class 4b",))
    qtbot.waitUntil(lambda: field.text() == "")


def test_consent_is_one_act_when_its_fields_are_left(open_dialog, enrol, ready_context, qtbot):
    anna = enrol("Anna")
    dialog = open_dialog(anna, "consent")
    fields = dialog.details.consent
    assert "Nothing is kept" in dialog.details.consent_text.text()
    qtbot.keyClicks(fields.by, "her mother")
    fields.given.check.click()
    fields.until.check.click()
    fields.given.field.setDate(date(2026, 1, 2))
    fields.until.field.setDate(date(2090, 1, 2))
    assert "her mother agreed that Anna is recognised" in dialog.details.consent_text.text()
    assert "goes into the bin by itself" in dialog.details.consent_text.text()
    fields.by.setFocus()
    dialog.details.name.setFocus()
    consent = Consent("her mother", date(2026, 1, 2), date(2090, 1, 2))
    assert person(ready_context, anna).consent == consent
    ready_context.undo()
    assert person(ready_context, anna).consent == Consent()
    assert dialog.details.consent.by.text() == ""


def test_a_consent_that_somebody_types_is_not_overwritten_by_what_happens_elsewhere(
    open_dialog, enrol, ready_context, qtbot
):
    anna = enrol("Anna")
    dialog = open_dialog(anna, "consent")
    qtbot.keyClicks(dialog.details.consent.by, "her mo")
    ready_context.change_people(lambda people: people.set_note(anna.id, "tall"))
    assert dialog.details.consent.by.text() == "her mo"
    assert dialog.details.note.toPlainText() == "tall"


def test_a_consent_that_could_not_be_saved_stays_and_is_saved_when_its_fields_are_left_again(
    open_dialog, enrol, ready_context, qtbot, tmp_path
):
    troubles = []
    ready_context.failed.connect(troubles.append)
    anna = enrol("Anna")
    dialog = open_dialog(anna, "consent")
    field = dialog.details.consent.by
    with ready_context.people.file.bare() as connection:
        connection.execute("PRAGMA busy_timeout = 0")
    with closing(sqlite3.connect(tmp_path / "gallery.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        qtbot.keyClicks(field, "her mother")
        dialog.details.name.setFocus()
        other.execute("ROLLBACK")
    assert [type(error) for error in troubles] == [GalleryLocked]
    # Whatever happens to the gallery next shows everybody as they are kept.
    ready_context.change_people(lambda people: people.set_note(anna.id, "tall"))
    assert field.text() == "her mother"
    field.setFocus()
    dialog.details.name.setFocus()
    assert person(ready_context, anna).consent.by == "her mother"
    ready_context.undo()
    assert field.text() == ""


def test_looking_at_the_consent_changes_nothing(open_dialog, enrol, ready_context):
    anna = enrol("Anna")
    before = ready_context.last_change
    dialog = open_dialog(anna, "consent")
    dialog.details.name.setFocus()
    dialog.reject()
    assert ready_context.last_change is before


def test_every_control_of_the_details_has_a_name(open_dialog, enrol):
    from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QPlainTextEdit

    dialog = open_dialog(enrol("Anna"), "notes")
    page = dialog.details
    labels = {label.buddy() for label in page.findChildren(QLabel)}
    kinds = (QLineEdit, QPlainTextEdit, QAbstractButton)
    controls = [control for kind in kinds for control in page.findChildren(kind)]
    assert len(controls) >= 6
    for control in controls:
        if control.isVisible() and control.objectName() != "qt_spinbox_lineedit":
            named = control.accessibleName() or getattr(control, "text", str)()
            assert control in labels or named, control
