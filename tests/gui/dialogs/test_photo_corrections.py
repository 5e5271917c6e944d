"""Correcting a name in the photos window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QMenu, QMessageBox

from desktop_app.recognition.decision import UncalibratedPolicy
from desktop_app.recognition.people import Origin
from desktop_app.ui.enrolment.add_person import AddPersonDialog
from desktop_app.ui.line_delegate import DETAIL_ROLE
from desktop_app.ui.photos.photos_window import PhotosWindow


@pytest.fixture
def window(ready_context, qtbot, photo, somebody):
    """Two photos of Anna, who is enrolled, and one of a stranger."""
    ready_context.enrol("Anna", [somebody("Anna")], origin=Origin.PHOTO)
    window = PhotosWindow(ready_context)
    qtbot.addWidget(window)
    window.show()
    window.open_photos(
        [
            photo("1.png", somebody("Anna", look=2)),
            photo("2.png", somebody("Anna", look=2)),
            photo("3.png", somebody("Zoë")),
        ]
    )
    return window


def said(window: PhotosWindow) -> list[str]:
    model = window.model
    return [model.index(row).data(DETAIL_ROLE) for row in range(model.rowCount())]


def middle_of_the_face(window: PhotosWindow) -> QPointF:
    return window.pane.view.face_area(0).center()


def click_face(window: PhotosWindow) -> None:
    view, where = window.pane.view, middle_of_the_face(window)
    view.mouseReleaseEvent(
        QMouseEvent(
            QEvent.Type.MouseButtonRelease,
            where,
            view.mapToGlobal(where),
            Qt.MouseButton.LeftButton,
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )


def menus(window: PhotosWindow) -> list[QMenu]:
    return [menu for menu in window.findChildren(QMenu) if menu.isVisible()]


def entries(window: PhotosWindow) -> list[str]:
    (menu,) = menus(window)
    return [a.text().replace("&", "") for a in menu.actions() if not a.isSeparator()]


def choose(window: PhotosWindow, text: str) -> None:
    (menu,) = menus(window)
    (action,) = [a for a in menu.actions() if a.text().replace("&", "") == text]
    action.trigger()


def test_not_anna_holds_at_once_in_all_photos_and_can_be_undone(window, qtbot):
    assert said(window) == ["Anna", "Anna", "1 unknown"]
    qtbot.mouseClick(window.pane.not_button, Qt.MouseButton.LeftButton)
    assert said(window) == ["1 unknown", "1 unknown", "1 unknown"]
    assert window.pane.faces.item(0).text() == "Unknown"
    assert window.notice_bar.text == "This face will not be called Anna any more."
    (undo,) = window.notice_bar.buttons
    qtbot.mouseClick(undo, Qt.MouseButton.LeftButton)
    assert said(window) == ["Anna", "Anna", "1 unknown"]


def test_other_rules_hold_at_once_in_all_photos(window, ready_context):
    ready_context.use_policy(UncalibratedPolicy())
    assert said(window) == ["1 unsure", "1 unsure", "1 unsure"]


def test_the_negative_is_kept_with_the_crop_from_the_photo(window, ready_context):
    window.pane.not_button.click()
    (person,) = ready_context.people.people()
    (negative,) = ready_context.people.negatives(person.identity.id)
    assert negative.origin is Origin.PHOTO
    assert negative.pixels.shape == (112, 112, 3)


def test_the_button_against_a_name_is_there_only_where_there_is_a_name(window, qtbot):
    assert window.pane.not_button.isVisible()
    assert window.pane.not_button.text() == "N&ot Anna"
    assert window.pane.not_button.accessibleName() == "This is not Anna"
    window.list.setCurrentIndex(window.model.index(2))
    assert not window.pane.not_button.isVisible()
    window.list.setCurrentIndex(window.model.index(0))
    qtbot.mouseClick(window.pane.not_button, Qt.MouseButton.LeftButton)
    assert not window.pane.not_button.isVisible()


def test_a_click_on_a_named_face_offers_what_can_be_done(window):
    click_face(window)
    assert entries(window) == [
        "Add this look to Anna…",
        "This is not Anna",
        "This is somebody else…",
    ]
    assert window.findChildren(AddPersonDialog) == []
    choose(window, "Add this look to Anna…")
    (dialog,) = window.findChildren(AddPersonDialog)
    assert dialog.name.text() == "Anna"


def test_a_right_click_on_a_face_offers_the_same(window):
    view, where = window.pane.view, middle_of_the_face(window).toPoint()
    QApplication.sendEvent(
        view,
        QContextMenuEvent(QContextMenuEvent.Reason.Mouse, where, view.mapToGlobal(where)),
    )
    assert "This is not Anna" in entries(window)
    choose(window, "This is not Anna")
    assert said(window)[0] == "1 unknown"


@pytest.mark.parametrize(
    ("key", "modifier"),
    [
        (Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier),
    ],
)
def test_a_name_is_corrected_by_keyboard_alone(window, qtbot, key, modifier):
    window.pane.faces.setFocus()
    qtbot.keyClick(window.pane.faces, key, modifier)
    (menu,) = menus(window)
    qtbot.keyClick(menu, Qt.Key.Key_N)
    assert said(window)[0] == "1 unknown"


def test_shift_f10_on_an_unknown_face_offers_to_name_it(window, qtbot):
    window.list.setCurrentIndex(window.model.index(2))
    window.pane.faces.setFocus()
    qtbot.keyClick(window.pane.faces, Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
    assert entries(window) == ["Who is this?…"]


def add_as(window: PhotosWindow, name: str, qtbot) -> None:
    (dialog,) = window.findChildren(AddPersonDialog)
    dialog.name.setText(name)
    qtbot.mouseClick(dialog.add_button, Qt.MouseButton.LeftButton)


def held_against(context, name: str) -> int:
    (person,) = [p for p in context.people.people() if p.identity.name == name]
    return len(context.people.negatives(person.identity.id))


def test_this_is_somebody_else_keeps_both_whose_it_is_and_whose_it_is_not(
    window, ready_context, qtbot
):
    click_face(window)
    choose(window, "This is somebody else…")
    assert held_against(ready_context, "Anna") == 0
    add_as(window, "Ben", qtbot)
    assert held_against(ready_context, "Anna") == 1
    assert said(window) == ["Ben", "Ben", "1 unknown"]
    assert window.notice_bar.text.startswith(
        "Saved as Ben. This face will not be called Anna any more."
    )


def test_undo_of_somebody_else_takes_back_whose_it_is_not_and_leaves_the_new_person(
    window, ready_context, qtbot
):
    click_face(window)
    choose(window, "This is somebody else…")
    add_as(window, "Ben", qtbot)
    (undo,) = window.notice_bar.buttons
    qtbot.mouseClick(undo, Qt.MouseButton.LeftButton)
    assert held_against(ready_context, "Anna") == 0
    assert window.notice_bar.text == "Taken back: this face may be called Anna again."
    assert [p.identity.name for p in ready_context.people.people()] == ["Anna", "Ben"]


def test_whom_the_new_person_looks_like_is_said_beside_the_offer_to_undo(window, qtbot):
    """Whoever was taken for Anna looks like her."""
    click_face(window)
    choose(window, "This is somebody else…")
    add_as(window, "Ben", qtbot)
    assert "Ben and Anna look much alike" in window.notice_bar.text
    assert len(window.notice_bar.buttons) == 1


def test_somebody_else_who_is_given_the_same_name_after_all_is_not_held_against_it(
    window, ready_context, qtbot
):
    click_face(window)
    choose(window, "This is somebody else…")
    add_as(window, "anna", qtbot)
    assert held_against(ready_context, "Anna") == 0
    assert "added." in window.notice_bar.text


def test_nothing_is_held_against_the_wrong_name_where_the_dialog_is_cancelled(
    window, ready_context
):
    click_face(window)
    choose(window, "This is somebody else…")
    (dialog,) = window.findChildren(AddPersonDialog)
    dialog.reject()
    assert held_against(ready_context, "Anna") == 0


def test_the_wrong_person_who_was_removed_meanwhile_is_not_missed(window, ready_context, qtbot):
    click_face(window)
    choose(window, "This is somebody else…")
    (anna,) = ready_context.people.people()
    ready_context.remove(anna.identity.id)
    add_as(window, "Ben", qtbot)
    assert [p.identity.name for p in ready_context.people.people()] == ["Ben"]
    assert window.findChildren(QMessageBox) == []
