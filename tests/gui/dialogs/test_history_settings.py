"""The settings of the history and of arrivals."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from PySide6.QtCore import Qt

import factories
from desktop_app.recognition.events import EventChange, EventLook, EventState, Outcome
from desktop_app.services.history.log import History
from desktop_app.settings import ARRIVAL_MINUTES, HISTORY_DAYS, load_settings
from desktop_app.ui.settings_dialog import SettingsDialog
from desktop_app.ui.settings_pages.history import HistoryPage


@pytest.fixture
def dialog(ready_context, qtbot):
    dialog = SettingsDialog(ready_context, page=HistoryPage)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


@pytest.fixture
def page(dialog):
    return dialog.page(HistoryPage)


def test_at_first_names_and_times_are_kept_and_nothing_else_happens(page):
    assert (page.keep.isChecked(), page.strangers.isChecked()) == (True, True)
    assert not page.pictures.isChecked()
    assert not page.banner.isChecked()
    assert not page.sound.isChecked()
    assert page.command.text() == ""
    assert page.days.currentData() == 30


def test_all_there_is_to_choose_is_offered(page):
    assert [page.days.itemData(row) for row in range(page.days.count())] == list(HISTORY_DAYS)
    minutes = [page.away.itemData(row) for row in range(page.away.count())]
    assert minutes == list(ARRIVAL_MINUTES)


def test_a_choice_holds_at_once_and_after_a_restart(page, ready_context, qtbot):
    for box in (page.strangers, page.pictures, page.banner, page.sound):
        qtbot.keyClick(box, Qt.Key.Key_Space)
    page.days.setCurrentIndex(page.days.findData(365))
    page.days.activated.emit(page.days.currentIndex())
    page.away.setCurrentIndex(page.away.findData(5))
    page.away.activated.emit(page.away.currentIndex())
    saved = load_settings(ready_context.data_dir.settings_file)
    assert saved == ready_context.settings
    assert (saved.history_strangers, saved.history_pictures) == (False, True)
    assert (saved.arrival_banner, saved.arrival_sound) == (True, True)
    assert (saved.history_days, saved.arrival_minutes) == (365, 5)


def test_a_program_is_typed_as_in_a_terminal_but_only_quotes_mean_anything(
    dialog, page, ready_context, qtbot
):
    typed = r"""C:\greet\say.exe "Good day, {name}" '--at={time}' $HOME ; # *"""
    qtbot.keyClicks(page.command, typed)
    dialog.reject()
    expected = (r"C:\greet\say.exe", "Good day, {name}", "--at={time}", "$HOME", ";", "#", "*")
    assert ready_context.settings.arrival_command == expected
    assert load_settings(ready_context.data_dir.settings_file).arrival_command == expected


def test_an_open_quote_is_not_taken_for_a_program(page, ready_context, qtbot):
    qtbot.keyClicks(page.command, 'say "Good day')
    page.command.editingFinished.emit()
    assert ready_context.settings.arrival_command == ()
    assert "quotation mark" in page.command.toolTip()


def test_a_program_is_shown_as_it_was_typed_and_taken_away_by_emptying(page, ready_context, qtbot):
    ready_context.change_settings(arrival_command=("say", "Good day, {name}", r"C:\x\y", "it's"))
    shown = page.command.text()
    page.command.editingFinished.emit()
    assert ready_context.settings.arrival_command[1:3] == ("Good day, {name}", r"C:\x\y")
    assert ready_context.settings.arrival_command[3] == "it's", shown
    page.command.clear()
    page.command.editingFinished.emit()
    assert ready_context.settings.arrival_command == ()


def test_what_depends_on_the_history_is_off_with_it(page, qtbot):
    qtbot.keyClick(page.keep, Qt.Key.Key_Space)
    assert not page.pictures.isEnabled()
    assert not page.days.isEnabled()
    # Arrivals are told of without one.
    assert page.banner.isEnabled()


def test_pictures_that_were_kept_are_deleted_when_that_is_confirmed(
    page, ready_context, message_in, press, qtbot
):
    history = History(ready_context.people.file)
    now = datetime.now(UTC)
    look = EventLook(np.zeros((16, 16, 3), np.uint8), factories.embedding())
    state = EventState(1, None, now, now, "camera:0", Outcome.UNKNOWN, look=look)
    history.write([EventChange(state)])
    qtbot.mouseClick(page.forget_button, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(ready_context.history_changed):
        press(message_in(page), "Delete")
    (event,) = history.page()
    assert not event.has_picture


def test_settings_that_make_no_sense_have_their_default(tmp_path):
    path = tmp_path / "settings.json"
    path.write_text(
        '{"history": 1, "history_days": true, "arrival_minutes": -3, "arrival_command": ["x", 3]}'
    )
    settings = load_settings(path)
    assert settings.history
    assert (settings.history_days, settings.arrival_minutes) == (30, 30)
    assert settings.arrival_command == ()
