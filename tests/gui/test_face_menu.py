"""Correcting a name in the live picture: the menu of a face, “this is not Anna”, and undo."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu, QMessageBox

import factories
from db.repository import GalleryRepository
from desktop_app.recognition.people import Origin
from desktop_app.recognition.types import Identified, Unknown, Unsure
from desktop_app.ui.enrolment.add_person import AddPersonDialog


@pytest.fixture
def watching(qtbot, ready_app, recogniser):
    """The application with a camera on; the face that it sees is enrolled as Anna."""
    app = ready_app("camera:0")
    app.context.enrol("Anna", [recogniser.face], origin=Origin.LIVE)
    recogniser.policy = app.context.policy
    qtbot.waitUntil(lambda: says(app) == "Anna")
    return app


def says(app) -> str:
    """The name in the one label, or the kind of decision where it gives none."""
    decisions = [track.decision for track, _ in app.window.view.faces()]
    if len(decisions) != 1:
        return f"{len(decisions)} faces"
    (decision,) = decisions
    if isinstance(decision, Identified):
        return decision.match.identity.name
    return type(decision).__name__


def face_place(app) -> QPoint:
    ((_, box),) = app.window.view.faces()
    return box.center().toPoint()


def click_face(qtbot, app) -> None:
    qtbot.mouseClick(app.window.view, Qt.MouseButton.LeftButton, pos=face_place(app))


def right_click_face(app) -> None:
    view, place = app.window.view, face_place(app)
    QApplication.sendEvent(
        view,
        QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, view.mapToGlobal(place)),
    )


def open_menu(app) -> QMenu:
    (menu,) = [menu for menu in app.window.findChildren(QMenu) if menu.isVisible()]
    return menu


def entries(app) -> list[str]:
    return [a.text().replace("&", "") for a in open_menu(app).actions() if not a.isSeparator()]


def choose(qtbot, app, text: str) -> None:
    menu = open_menu(app)
    (action,) = [a for a in menu.actions() if a.text().replace("&", "") == text]
    qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())


def add_dialogs(app) -> list[AddPersonDialog]:
    return [d for d in app.window.findChildren(AddPersonDialog) if d.isVisible()]


def test_a_click_on_a_named_face_offers_to_confirm_or_to_correct_the_name(qtbot, watching):
    click_face(qtbot, watching)
    assert entries(watching) == [
        "Add this look to Anna…",
        "This is not Anna",
        "This is somebody else…",
    ]
    assert add_dialogs(watching) == []


def test_a_click_on_an_unknown_face_asks_for_its_name(qtbot, watching, recogniser):
    recogniser.policy = None
    recogniser.decision = Unknown(best=None, confidence=0.9)
    qtbot.waitUntil(lambda: says(watching) == "Unknown")
    click_face(qtbot, watching)
    (dialog,) = add_dialogs(watching)
    assert dialog.name.text() == ""


def test_a_right_click_on_an_unknown_face_offers_to_name_it(qtbot, watching, recogniser):
    recogniser.policy = None
    recogniser.decision = Unknown(best=None, confidence=0.9)
    qtbot.waitUntil(lambda: says(watching) == "Unknown")
    right_click_face(watching)
    assert entries(watching) == ["Who is this?…"]
    choose(qtbot, watching, "Who is this?…")
    assert len(add_dialogs(watching)) == 1


def test_a_face_that_may_be_anna_can_be_said_not_to_be_her(qtbot, watching, recogniser):
    recogniser.policy = None
    anna = factories.match("Anna", 0.4)
    recogniser.decision = Unsure((anna,), 0.5)
    qtbot.waitUntil(lambda: says(watching) == "Unsure")
    right_click_face(watching)
    assert "This is not Anna" in entries(watching)


def test_a_right_click_beside_every_face_offers_nothing(watching):
    view = watching.window.view
    place = view.picture_area().bottomLeft().toPoint() + QPoint(3, -3)
    QApplication.sendEvent(
        view, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, view.mapToGlobal(place))
    )
    assert not [menu for menu in watching.window.findChildren(QMenu) if menu.isVisible()]


def test_not_anna_changes_the_label_and_undo_brings_it_back(qtbot, watching):
    bar = watching.window.notice_bar
    right_click_face(watching)
    choose(qtbot, watching, "This is not Anna")
    qtbot.waitUntil(lambda: says(watching) == "Unknown")
    assert bar.text == "This face will not be called Anna any more."
    (undo,) = bar.buttons
    qtbot.mouseClick(undo, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: says(watching) == "Anna")
    assert bar.text == "Taken back: this face may be called Anna again."


def test_not_anna_is_remembered_with_the_picture(qtbot, watching, recogniser):
    click_face(qtbot, watching)
    choose(qtbot, watching, "This is not Anna")
    qtbot.waitUntil(lambda: says(watching) == "Unknown")
    (person,) = watching.context.last_change.people
    kept = []
    watching.database.run(
        lambda: watching.context.people.negatives(person.identity.id), success=kept.extend
    )
    qtbot.waitUntil(lambda: bool(kept))
    (negative,) = kept
    assert negative.origin is Origin.LIVE
    assert negative.pixels.shape == recogniser.face.aligned.pixels.shape


def test_what_was_searched_is_kept_and_not_the_newest_look_alone(qtbot, watching, recogniser):
    recogniser.probe = probe = factories.at_similarity(recogniser.face.embedding, 0.9)
    qtbot.waitUntil(lambda: watching.window.view.faces()[0][0].probe is probe)
    click_face(qtbot, watching)
    choose(qtbot, watching, "This is not Anna")
    qtbot.waitUntil(lambda: watching.context.gallery.negatives is not None)
    kept = watching.context.gallery.negatives.matrix
    assert kept.shape == (1, probe.dimension)
    assert kept[0] @ probe.vector == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize(
    ("key", "modifier"),
    [
        (Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier),
    ],
)
def test_the_menu_of_a_face_opens_by_keyboard_and_the_face_stays_chosen(
    qtbot, watching, key, modifier
):
    view = watching.window.view
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert "Press Enter to confirm or to correct the name" in view.accessibleDescription()
    qtbot.keyClick(view, key, modifier)
    menu = open_menu(watching)
    qtbot.keyClick(menu, Qt.Key.Key_Down)
    qtbot.keyClick(menu, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not menu.isVisible())
    qtbot.keyClick(view, key, modifier)
    menu = open_menu(watching)
    qtbot.keyClick(menu, Qt.Key.Key_N)
    qtbot.waitUntil(lambda: says(watching) == "Unknown")


def test_the_menu_key_opens_nothing_while_the_keyboard_is_on_no_face(watching):
    view = watching.window.view
    place = face_place(watching)
    QApplication.sendEvent(
        view, QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, place, view.mapToGlobal(place))
    )
    assert not [menu for menu in watching.window.findChildren(QMenu) if menu.isVisible()]


def test_adding_a_look_begins_with_the_name_filled_in(qtbot, watching):
    click_face(qtbot, watching)
    choose(qtbot, watching, "Add this look to Anna…")
    (dialog,) = add_dialogs(watching)
    assert dialog.name.text() == "Anna"


def test_somebody_else_begins_without_a_name(qtbot, watching):
    click_face(qtbot, watching)
    choose(qtbot, watching, "This is somebody else…")
    (dialog,) = add_dialogs(watching)
    assert dialog.name.text() == ""


def test_somebody_else_is_named_and_anna_is_not_any_more_in_one_act(qtbot, watching):
    click_face(qtbot, watching)
    choose(qtbot, watching, "This is somebody else…")
    (dialog,) = add_dialogs(watching)
    dialog.name.setText("Ben")
    qtbot.waitUntil(dialog.add_button.isEnabled)
    qtbot.mouseClick(dialog.add_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: says(watching) == "Ben")
    bar = watching.window.notice_bar
    assert bar.text.startswith("Saved as Ben. This face will not be called Anna any more.")
    (undo,) = bar.buttons
    qtbot.mouseClick(undo, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: watching.context.gallery.negatives is None)
    assert watching.context.gallery.size.people == 2


def test_a_name_with_an_ampersand_is_shown_whole(qtbot, watching):
    (person,) = watching.context.last_change.people
    watching.context.rename(person.identity.id, "Anna & Söhne")
    qtbot.waitUntil(lambda: says(watching) == "Anna & Söhne")
    click_face(qtbot, watching)
    assert "This is &not Anna && Söhne" in [a.text() for a in open_menu(watching).actions()]


def test_a_person_who_is_gone_meanwhile_is_said_to_be_gone(qtbot, watching, recogniser):
    recogniser.policy = None
    (person,) = watching.context.last_change.people
    click_face(qtbot, watching)
    watching.context.remove(person.identity.id)
    qtbot.waitUntil(lambda: not watching.context.last_change.people)
    choose(qtbot, watching, "This is not Anna")

    def boxes() -> list[QMessageBox]:
        return [b for b in watching.window.findChildren(QMessageBox) if b.isVisible()]

    qtbot.waitUntil(lambda: len(boxes()) == 1)
    assert "is enrolled" in boxes()[0].text()
    assert watching.window.notice_bar.text == "Anna is in the bin now."


def test_the_message_goes_with_the_person_it_is_about(qtbot, watching):
    (person,) = watching.context.last_change.people
    click_face(qtbot, watching)
    choose(qtbot, watching, "This is not Anna")
    bar = watching.window.notice_bar
    qtbot.waitUntil(lambda: bar.text == "This face will not be called Anna any more.")
    watching.context.remove(person.identity.id)
    qtbot.waitUntil(lambda: bar.text == "Anna is in the bin now.")


def test_an_undo_that_comes_too_late_says_so(qtbot, watching):
    bar = watching.window.notice_bar
    click_face(qtbot, watching)
    choose(qtbot, watching, "This is not Anna")
    qtbot.waitUntil(lambda: bar.text == "This face will not be called Anna any more.")
    (undo,) = bar.buttons
    other = GalleryRepository.open(watching.context.people.file.path)
    other.acts.remove_negative(watching.context.last_change.negative_id)
    other.close()
    qtbot.mouseClick(undo, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bar.text == "That was taken back before.")


def test_a_message_can_be_sent_away(qtbot, watching):
    bar = watching.window.notice_bar
    click_face(qtbot, watching)
    choose(qtbot, watching, "This is not Anna")
    qtbot.waitUntil(lambda: bar.text == "This face will not be called Anna any more.")
    assert bar.dismiss_button.accessibleName() == "Close this message"
    qtbot.mouseClick(bar.dismiss_button, Qt.MouseButton.LeftButton)
    assert bar.isHidden()


def test_undo_comes_right_before_the_picture_for_the_keyboard(qtbot, watching):
    view, bar = watching.window.view, watching.window.notice_bar
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    qtbot.keyClick(open_menu(watching), Qt.Key.Key_N)
    qtbot.waitUntil(lambda: bar.text == "This face will not be called Anna any more.")
    view.setFocus()
    reached = []
    for _ in range(2):
        watching.window.focusNextPrevChild(False)
        reached.append(watching.window.focusWidget())
    assert reached == [bar.dismiss_button, *bar.buttons]
