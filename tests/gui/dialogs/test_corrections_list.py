"""A person's pictures: those that do not fit, and the faces that are not theirs."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget

from desktop_app.recognition.decision import UncalibratedPolicy
from desktop_app.recognition.people import Origin
from desktop_app.ui.people.person_dialog import PersonDialog
from desktop_app.vision.types import AlignedFace


@pytest.fixture
def anna(ready_context, somebody):
    """Somebody who is enrolled with one picture."""
    done = []
    ready_context.enrol("Anna", [somebody("Anna")], origin=Origin.PHOTO, success=done.append)
    return done[0].identity


@pytest.fixture
def open_dialog(ready_context, anna, qtbot):
    def open_it() -> PersonDialog:
        dialog = PersonDialog(ready_context, anna)
        qtbot.addWidget(dialog)
        dialog.show()
        dialog.activateWindow()
        qtbot.waitUntil(dialog.isActiveWindow)
        return dialog

    return open_it


def captions(pictures: QListWidget) -> list[str]:
    return [pictures.item(row).text() for row in range(pictures.count())]


def marked(pictures: QListWidget) -> list[int]:
    return [
        row for row in range(pictures.count()) if "Unlike the others" in pictures.item(row).text()
    ]


def test_without_negatives_the_second_part_says_how_they_come_about(open_dialog):
    dialog = open_dialog()
    dialog.tabs.setCurrentWidget(dialog.negatives)
    assert dialog.tabs.tabText(2) == "&Not Anna"
    assert "choose “This is not Anna”" in dialog.negatives.summary.text()
    assert not dialog.negatives.list.isVisible()
    assert not dialog.negatives.take_back_button.isVisible()


def test_faces_that_are_not_anna_are_listed_with_where_and_when(
    open_dialog, ready_context, anna, somebody
):
    dialog = open_dialog()
    ready_context.add_negative(anna.id, somebody("Zoë"), origin=Origin.LIVE)
    assert dialog.tabs.tabText(2) == "&Not Anna (1)"
    (caption,) = captions(dialog.negatives.list)
    assert caption.startswith("From the camera\n")
    assert any(character.isdigit() for character in caption)
    assert dialog.negatives.list.accessibleName() == "Faces that are not Anna"


def test_only_the_chosen_ones_are_taken_back(open_dialog, ready_context, anna, somebody, qtbot):
    for who in ("Zoë", "Bob", "Cem"):
        ready_context.add_negative(anna.id, somebody(who), origin=Origin.PHOTO)
    kept = ready_context.people.negatives(anna.id)[1].id
    dialog = open_dialog()
    dialog.tabs.setCurrentWidget(dialog.negatives)
    pictures = dialog.negatives.list
    pictures.clearSelection()
    assert not dialog.negatives.take_back_button.isEnabled()
    pictures.item(0).setSelected(True)
    pictures.item(2).setSelected(True)
    qtbot.mouseClick(dialog.negatives.take_back_button, Qt.MouseButton.LeftButton)
    assert [negative.id for negative in ready_context.people.negatives(anna.id)] == [kept]
    assert pictures.count() == 1
    assert dialog.tabs.tabText(2) == "&Not Anna (1)"


def test_the_delete_key_takes_back_and_an_undo_in_the_dialog_brings_it_back(
    open_dialog, ready_context, anna, somebody, qtbot
):
    ready_context.add_negative(anna.id, somebody("Zoë"), origin=Origin.PHOTO)
    dialog = open_dialog()
    dialog.tabs.setCurrentWidget(dialog.negatives)
    dialog.negatives.list.setFocus()
    qtbot.keyClick(dialog.negatives.list, Qt.Key.Key_Delete)
    assert dialog.negatives.list.count() == 0
    assert "may be called Anna again" in dialog.bar.text
    qtbot.mouseClick(dialog.bar.buttons[0], Qt.MouseButton.LeftButton)
    assert dialog.negatives.list.count() == 1


def test_the_list_follows_what_is_taken_back_elsewhere(open_dialog, ready_context, anna, somebody):
    ready_context.add_negative(anna.id, somebody("Zoë"), origin=Origin.PHOTO)
    dialog = open_dialog()
    assert dialog.negatives.list.count() == 1
    ready_context.remove_negative(ready_context.last_change.negative_id)
    assert dialog.negatives.list.count() == 0
    assert dialog.tabs.tabText(2) == "&Not Anna"


def test_a_name_that_is_changed_is_changed_in_all_sentences(open_dialog, ready_context, anna):
    dialog = open_dialog()
    ready_context.rename(anna.id, "Hannah & Co")
    assert dialog.windowTitle() == "Hannah & Co"
    assert dialog.tabs.tabText(2) == "&Not Hannah && Co"
    assert "Hannah & Co" in dialog.negatives.summary.text()


def test_a_picture_unlike_the_others_is_marked_in_words_and_with_a_sign(
    open_dialog, ready_context, anna, somebody
):
    dialog = open_dialog()
    white = np.full((112, 112, 3), 255, np.uint8)
    stranger = somebody("Zoë")
    stranger = dataclasses.replace(stranger, aligned=AlignedFace(white, stranger.aligned.transform))
    looks = [somebody("Anna", look=number) for number in (2, 3)]
    ready_context.enrol("Anna", [*looks, stranger], origin=Origin.PHOTO)
    pictures = dialog.samples.list
    (row,) = marked(pictures)
    item = pictures.item(row)
    assert item.toolTip().startswith("Does not look like the others; is it really Anna?\n")
    assert "is it really Anna" in item.data(Qt.ItemDataRole.AccessibleTextRole)
    corner = item.icon().pixmap(112, 112).toImage().pixelColor(6, 14)
    assert (corner.red(), corner.blue()) != (255, 255)
    assert "Is it really Anna?" in dialog.samples.doubt.text()
    assert dialog.samples.doubt.isVisible()
    # At hand: it is the one that the button would remove.
    assert pictures.currentRow() == row
    assert dialog.samples.remove_button.isEnabled()


def test_the_mark_goes_when_the_picture_is_removed(
    open_dialog, ready_context, anna, somebody, qtbot
):
    looks = [somebody("Anna", look=number) for number in (2, 3)]
    ready_context.enrol("Anna", [*looks, somebody("Zoë")], origin=Origin.PHOTO)
    dialog = open_dialog()
    assert len(marked(dialog.samples.list)) == 1
    qtbot.mouseClick(dialog.samples.remove_button, Qt.MouseButton.LeftButton)
    assert marked(dialog.samples.list) == []
    assert not dialog.samples.doubt.isVisible()
    assert dialog.samples.list.count() == 3


def test_the_marks_follow_the_rules_in_force(open_dialog, ready_context, anna, somebody):
    looks = [somebody("Anna", look=number) for number in (2, 3)]
    ready_context.enrol("Anna", [*looks, somebody("Zoë")], origin=Origin.PHOTO)
    dialog = open_dialog()
    assert len(marked(dialog.samples.list)) == 1
    ready_context.use_policy(UncalibratedPolicy())
    assert marked(dialog.samples.list) == []


def test_pictures_that_are_alike_are_not_marked(open_dialog, ready_context, somebody):
    looks = [somebody("Anna", look=number) for number in (2, 3, 4)]
    ready_context.enrol("Anna", looks, origin=Origin.PHOTO)
    dialog = open_dialog()
    assert dialog.samples.list.count() == 4
    assert marked(dialog.samples.list) == []
    assert not dialog.samples.doubt.isVisible()


def test_all_parts_are_reached_by_keyboard(open_dialog, qtbot):
    dialog = open_dialog()
    dialog.tabs.tabBar().setFocus()
    for page in (dialog.details, dialog.negatives):
        qtbot.keyClick(dialog.tabs.tabBar(), Qt.Key.Key_Right)
        assert dialog.tabs.currentWidget() is page
