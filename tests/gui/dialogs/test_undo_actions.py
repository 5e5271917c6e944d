"""Undo and redo with keys and buttons, and what is said of each act."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLineEdit, QPushButton, QVBoxLayout, QWidget

from db.repository import GalleryRepository
from desktop_app.recognition.people import Origin
from desktop_app.services.people import PeopleService
from desktop_app.ui.corrections.undo_actions import UndoActions
from desktop_app.ui.language import EnglishPlurals
from desktop_app.ui.message_bar import MessageBar

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


class Window(QWidget):
    """A window with a field to type in, and a bar."""

    def __init__(self, context) -> None:
        super().__init__()
        self.bar, self.field, self.button = MessageBar(), QLineEdit(), QPushButton("Something")
        layout = QVBoxLayout(self)
        for widget in (self.bar, self.field, self.button):
            layout.addWidget(widget)
        self.steps = UndoActions(context, self, self.bar, speaks_for_all=True)


@pytest.fixture(autouse=True)
def _plurals(qapp):
    """The application has them; a test of a part of it puts them in place."""
    # Not the application’s own: a later window would find it, removed, and put none in place.
    plurals = EnglishPlurals()
    qapp.installTranslator(plurals)
    yield
    qapp.removeTranslator(plurals)


@pytest.fixture
def window(ready_context, qtbot):
    window = Window(ready_context)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.button.setFocus()
    return window


@pytest.fixture
def anna(ready_context, window, somebody):
    ready_context.enrol("Anna", [somebody("Anna")], origin=Origin.PHOTO)
    return ready_context.last_change.identity


def names(context) -> list[str]:
    return [person.identity.name for person in context.last_change.people]


def test_without_an_act_there_is_nothing_to_undo(window):
    assert window.steps.undo.text() == "&Undo"
    assert not window.steps.undo.isEnabled()
    assert not window.steps.redo.isEnabled()
    assert window.bar.isHidden()


def test_the_actions_say_what_they_would_undo_and_do_again(window, ready_context, anna):
    ready_context.rename(anna.id, "Bea & Co")
    assert window.steps.undo.text() == "&Undo renaming Anna to Bea && Co"
    window.steps.undo.trigger()
    assert window.steps.redo.text() == "&Redo renaming Anna to Bea && Co"
    assert window.steps.undo.text() == "&Undo adding 1 picture of Anna"


def test_keys_undo_and_do_again(window, ready_context, anna, qtbot):
    ready_context.rename(anna.id, "Bea")
    qtbot.keyClick(window.button, Qt.Key.Key_Z, CONTROL)
    assert names(ready_context) == ["Anna"]
    qtbot.keyClick(window.button, Qt.Key.Key_Z, CONTROL | SHIFT)
    assert names(ready_context) == ["Bea"]
    qtbot.keyClick(window.button, Qt.Key.Key_Z, CONTROL)
    qtbot.keyClick(window.button, Qt.Key.Key_Y, CONTROL)
    assert names(ready_context) == ["Bea"]


def test_a_text_field_keeps_its_own_undo_and_redo(window, ready_context, anna, qtbot):
    ready_context.rename(anna.id, "Bea")
    window.field.setFocus()
    qtbot.keyClicks(window.field, "typed")
    qtbot.keyClick(window.field, Qt.Key.Key_Z, CONTROL)
    assert window.field.text() == ""
    qtbot.keyClick(window.field, Qt.Key.Key_Y, CONTROL)
    assert window.field.text() == "typed"
    assert names(ready_context) == ["Bea"]


def test_each_act_is_said_with_a_button_that_undoes_it(window, ready_context, anna, qtbot):
    ready_context.remove(anna.id)
    assert window.bar.text == "Anna is in the bin now."
    (undo,) = window.bar.buttons
    qtbot.mouseClick(undo, Qt.MouseButton.LeftButton)
    assert names(ready_context) == ["Anna"]
    assert window.bar.text == "Undone: removing Anna."
    (redo,) = window.bar.buttons
    assert redo.text() == "&Redo"
    qtbot.mouseClick(redo, Qt.MouseButton.LeftButton)
    assert names(ready_context) == []
    assert window.bar.text == "Done again: removing Anna."


def test_what_was_changed_by_another_process_is_said_kindly_and_the_step_before_is_offered(
    window, ready_context, anna, tmp_path, message_in
):
    ready_context.rename(anna.id, "Bea")
    other = GalleryRepository.open(tmp_path / "gallery.db")
    PeopleService(other, embedder="test", dimension=64).rename(anna.id, "Cem")
    other.close()
    window.steps.undo.trigger()
    assert window.bar.text.startswith("This cannot be undone")
    assert names(ready_context) == ["Cem"]
    assert window.steps.undo.text() == "&Undo adding 1 picture of Anna"


def test_an_undo_elsewhere_takes_the_offer_away(window, ready_context, anna):
    ready_context.rename(anna.id, "Bea")
    assert window.bar.text == "Anna is called Bea now."
    ready_context.undo()
    assert window.bar.isHidden()


def test_an_act_in_a_dialog_of_another_window_is_said_in_that_window(
    window, ready_context, anna, qtbot
):
    window.bar.clear()
    other = Window(ready_context)
    qtbot.addWidget(other)
    other.show()
    dialog = QDialog(other)
    dialog.open()
    qtbot.waitUntil(dialog.isActiveWindow)
    ready_context.rename(anna.id, "Bea")
    assert other.bar.text == "Anna is called Bea now."
    assert window.bar.isHidden()
    dialog.close()
