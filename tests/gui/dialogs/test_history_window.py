"""The window that shows who was seen when."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop_app.recognition.events import EventChange, EventLook, EventState, Outcome
from desktop_app.recognition.people import Origin
from desktop_app.services.history.log import History
from desktop_app.ui.enrolment.add_person import AddPersonDialog
from desktop_app.ui.history.model import PAGE, Column
from desktop_app.ui.history.window import HistoryWindow
from desktop_app.ui.language import EnglishPlurals
from desktop_app.vision.types import Embedding

# At noon, so that a few minutes more or less are the same day everywhere.
NOON = datetime.now().astimezone().replace(hour=12, minute=0, second=0, microsecond=0)


@pytest.fixture(autouse=True)
def plurals(qapp):
    language = EnglishPlurals()
    qapp.installTranslator(language)
    yield
    qapp.removeTranslator(language)


@pytest.fixture
def people(ready_context, somebody) -> dict[str, int]:
    ids = {}
    for name in ("Anna", "Bea"):
        ready_context.enrol(
            name,
            [somebody(name)],
            origin=Origin.PHOTO,
            success=lambda change: ids.update({change.identity.name: change.identity.id}),
        )
    return ids


@pytest.fixture
def record(ready_context):
    """Writes events: whom, how long ago, and with which picture."""

    def write(who: int | None = None, *, ago: timedelta = timedelta(0), **changes) -> None:
        began = (NOON - ago).astimezone(UTC)
        values = {
            "source": "camera:0",
            "outcome": Outcome.UNKNOWN if who is None else Outcome.NAMED,
            "confidence": None if who is None else 0.956,
            "ended": began + timedelta(minutes=5),
        }
        state = EventState(key=1, identity_id=who, began=began, **(values | changes))
        History(ready_context.people.file).write([EventChange(state)])

    return write


@pytest.fixture
def open_window(ready_context, qtbot):
    def open_it() -> HistoryWindow:
        window = HistoryWindow(ready_context)
        qtbot.addWidget(window)
        window.show()
        return window

    return open_it


def look_of(face) -> EventLook:
    """A sharp picture of it; that of the factory is of one colour."""
    pixels = np.random.default_rng(1).integers(0, 256, (112, 112, 3), np.uint8)
    return EventLook(pixels, face.embedding)


@contextmanager
def events_out_of_reach(context) -> Iterator[None]:
    with context.people.file.bare() as connection:
        connection.execute("ALTER TABLE events RENAME TO lost")
    yield
    with context.people.file.bare() as connection:
        connection.execute("ALTER TABLE lost RENAME TO events")


def rows(window: HistoryWindow) -> list[str]:
    model = window.model
    return [model.index(row, Column.WHO).data() for row in range(model.rowCount())]


def act(window: HistoryWindow, text: str) -> None:
    menu = window.menu()
    (action,) = [one for one in menu.actions() if one.text().replace("&", "") == text]
    action.trigger()
    menu.close()


def test_events_are_listed_newest_first_with_all_that_is_known(open_window, record, people):
    record(people["Anna"], ago=timedelta(hours=1))
    record(source="party.mp4")
    window = open_window()
    assert rows(window) == ["Unknown", "Anna"]
    texts = [window.model.index(1, column).data() for column in Column]
    assert texts[0] == "Anna"
    assert texts[2:] == ["5 min", "Camera 0", "95 %"]
    spoken = window.model.index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "Anna" in spoken
    assert "5 min" in spoken


def test_a_day_lists_only_what_began_on_it(open_window, record, people):
    record(people["Anna"])
    record(people["Bea"], ago=timedelta(days=1))
    record(ago=timedelta(days=1, hours=1))
    window = open_window()
    days = window.days_model
    texts = [days.index(row).data() for row in range(days.rowCount())]
    assert texts == ["All days (3)", "Today (1)", "Yesterday (2)"]
    window.days.setCurrentIndex(days.index(2))
    assert rows(window) == ["Bea", "Unknown"]


def test_a_day_is_chosen_with_the_keyboard(open_window, record, qtbot):
    record()
    record(ago=timedelta(days=1))
    window = open_window()
    qtbot.keyClick(window.days, Qt.Key.Key_Down)
    qtbot.keyClick(window.days, Qt.Key.Key_Down)
    assert window.day == (NOON - timedelta(days=1)).date()


def test_filters_narrow_events_and_days(open_window, record, people, qtbot):
    record(people["Anna"])
    record(source="party.mp4")
    record(people["Bea"], ago=timedelta(days=1))
    window = open_window()
    filters = window.filters
    filters.who.setCurrentIndex(filters.who.findText("Unknown people only"))
    assert rows(window) == ["Unknown"]
    assert window.days_model.rowCount() == 2
    filters.who.setCurrentIndex(filters.who.findText("Bea"))
    assert rows(window) == ["Bea"]
    filters.clear()
    filters.source.setCurrentIndex(filters.source.findText("party.mp4"))
    assert rows(window) == ["Unknown"]
    filters.clear()
    qtbot.keyClicks(filters.search, "ann")
    qtbot.waitUntil(lambda: rows(window) == ["Anna"])


def test_a_filter_that_finds_nobody_offers_to_show_everything(open_window, record, qtbot):
    record()
    window = open_window()
    qtbot.keyClicks(window.filters.search, "zzz")
    qtbot.waitUntil(lambda: window.empty.isVisible())
    assert window.empty.sentence.text() == "Nobody of that kind was seen."
    qtbot.mouseClick(window.empty.clear_button, Qt.MouseButton.LeftButton)
    assert window.table.isVisible()
    assert rows(window) == ["Unknown"]


def test_an_empty_history_says_what_will_be_listed(open_window):
    window = open_window()
    assert window.empty.isVisible()
    assert window.empty.sentence.text().startswith("Nobody was seen yet.")
    assert not window.empty.switch_on_button.isVisible()
    assert not window.save_button.isEnabled()


def test_a_history_that_is_off_says_so_and_is_switched_on_there(open_window, ready_context, qtbot):
    ready_context.change_settings(history=False)
    window = open_window()
    qtbot.mouseClick(window.empty.switch_on_button, Qt.MouseButton.LeftButton)
    assert ready_context.settings.history
    assert not window.empty.switch_on_button.isVisible()


def test_a_history_that_is_off_says_so_above_what_was_recorded(
    open_window, ready_context, record, qtbot
):
    record()
    ready_context.change_settings(history=False)
    window = open_window()
    assert "switched off" in window.off_bar.text
    (button,) = window.off_bar.buttons
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not window.off_bar.isVisible()
    assert ready_context.settings.history


def test_a_long_history_is_read_page_by_page(open_window, ready_context):
    began = NOON.astimezone(UTC)
    states = [
        EventState(n, None, began - timedelta(seconds=n), began, "camera:0", Outcome.UNKNOWN)
        for n in range(PAGE + 50)
    ]
    History(ready_context.people.file).write([EventChange(state) for state in states])
    window = open_window()
    assert window.model.rowCount() == PAGE
    assert window.days_model.total == PAGE + 50
    window.table.scrollToBottom()
    QApplication.processEvents()
    assert window.model.rowCount() == PAGE + 50
    assert not window.model.canFetchMore()


def test_a_page_that_could_not_be_read_is_read_later(open_window, ready_context, record, qtbot):
    troubles = []
    ready_context.failed.connect(troubles.append)
    began = NOON.astimezone(UTC)
    states = [
        EventState(n, None, began - timedelta(seconds=n), began, "camera:0", Outcome.UNKNOWN)
        for n in range(PAGE + 50)
    ]
    History(ready_context.people.file).write([EventChange(state) for state in states])
    window = open_window()
    with events_out_of_reach(ready_context):
        window.table.scrollToBottom()
        QApplication.processEvents()
        assert len(troubles) == 1
        assert window.model.rowCount() == PAGE
        # Not asked for again by each movement of the mouse.
        window.table.scrollToBottom()
        QApplication.processEvents()
        assert len(troubles) == 1
    record()
    ready_context.history_changed.emit()
    qtbot.waitUntil(lambda: window.model.rowCount() == PAGE + 1)
    window.table.scrollToBottom()
    qtbot.waitUntil(lambda: window.model.rowCount() == PAGE + 51)


def test_a_list_that_could_not_be_read_is_empty_and_is_read_later(
    open_window, ready_context, record, people, qtbot
):
    record(people["Anna"])
    window = open_window()
    with events_out_of_reach(ready_context):
        window.read()
        assert rows(window) == []
    ready_context.history_changed.emit()
    qtbot.waitUntil(lambda: rows(window) == ["Anna"])


def test_who_comes_while_it_is_open_is_added_and_the_chosen_line_stays(
    open_window, ready_context, record, people, qtbot
):
    record(people["Anna"], ago=timedelta(hours=1))
    window = open_window()
    window.table.selectRow(0)
    record()
    ready_context.history_changed.emit()
    qtbot.waitUntil(lambda: rows(window) == ["Unknown", "Anna"])
    assert [event.identity.name for event in window.chosen] == ["Anna"]


def test_a_person_who_is_renamed_or_removed_is_so_here(
    open_window, ready_context, record, people, qtbot
):
    record(people["Anna"])
    window = open_window()
    ready_context.rename(people["Anna"], "Anne")
    qtbot.waitUntil(lambda: rows(window) == ["Anne"])
    ready_context.remove(people["Anna"])
    qtbot.waitUntil(lambda: rows(window) == [])


def test_this_was_not_anna_takes_the_name_and_can_be_undone(
    open_window, ready_context, record, people, somebody, qtbot
):
    record(people["Anna"], look=look_of(somebody("stranger")))
    window = open_window()
    window.table.selectRow(0)
    act(window, "This was not Anna")
    qtbot.waitUntil(lambda: rows(window) == ["Unknown"])
    assert len(ready_context.people.negatives(people["Anna"])) == 1
    assert "will not be called Anna" in window.notice_bar.text
    (undo,) = window.notice_bar.buttons
    qtbot.mouseClick(undo, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: rows(window) == ["Anna"])
    assert ready_context.people.negatives(people["Anna"]) == []


def test_without_a_picture_it_promises_nothing_for_the_future(open_window, record, people):
    record(people["Anna"])
    window = open_window()
    window.table.selectRow(0)
    act(window, "This was not Anna")
    assert window.notice_bar.text == "This entry does not say Anna any more."


def test_a_stranger_is_named_by_the_picture_that_was_kept(
    open_window, ready_context, record, somebody, qtbot
):
    record(look=look_of(somebody("Clara")))
    window = open_window()
    window.table.selectRow(0)
    act(window, "Who is this?…")
    (dialog,) = window.findChildren(AddPersonDialog)
    dialog.name.setText("Clara")
    dialog.add_button.click()
    qtbot.waitUntil(lambda: rows(window) == ["Clara"])
    clara = ready_context.people.find("Clara")
    (template,) = ready_context.gallery.templates_of(clara.id)
    assert np.allclose(template, somebody("Clara").embedding.vector, atol=1e-6)
    assert window.model.index(0, Column.SURE).data() == "as you said"


def test_a_picture_of_another_network_is_not_enrolled(open_window, record, somebody):
    look = look_of(somebody("Clara"))
    other = Embedding(look.embedding.vector, "another network")
    record(look=EventLook(look.pixels, other))
    window = open_window()
    window.table.selectRow(0)
    act(window, "Who is this?…")
    assert not window.findChildren(AddPersonDialog)
    assert "another network" in window.notice_bar.text


def test_a_stranger_without_a_picture_cannot_be_named(open_window, record):
    record()
    window = open_window()
    window.table.selectRow(0)
    assert [action.text() for action in window.menu().actions()] == ["&Delete 1 entry…"]


def test_the_picture_of_the_chosen_event_is_shown(open_window, record, people, somebody):
    record(people["Anna"], look=look_of(somebody("Anna")))
    record()
    window = open_window()
    window.table.selectRow(1)
    assert window.picture.isVisible()
    assert window.picture.accessibleName() == "Picture of Anna"
    window.table.selectRow(0)
    assert not window.picture.isVisible()


def test_entries_are_deleted_only_when_that_is_confirmed(
    open_window, record, message_in, press, qtbot
):
    record()
    record(ago=timedelta(hours=1))
    window = open_window()
    window.table.selectAll()
    qtbot.keyClick(window.table, Qt.Key.Key_Delete)
    box = message_in(window)
    assert "Delete 2 entries" in box.text()
    press(box, "Keep")
    assert len(rows(window)) == 2
    window.table.selectRow(0)
    qtbot.keyClick(window.table, Qt.Key.Key_Delete)
    press(message_in(window), "Delete")
    qtbot.waitUntil(lambda: len(rows(window)) == 1)


def test_the_entry_behind_one_that_was_deleted_is_chosen_next(
    open_window, record, message_in, press, qtbot
):
    for hours in range(4):
        record(ago=timedelta(hours=hours))
    window = open_window()
    events = list(window.model.events)
    window.table.selectRow(1)
    qtbot.keyClick(window.table, Qt.Key.Key_Delete)
    press(message_in(window), "Delete")
    qtbot.waitUntil(lambda: len(rows(window)) == 3)
    assert window.chosen == [events[2]]
    qtbot.keyClick(window.table, Qt.Key.Key_Down)
    assert window.chosen == [events[3]]
    qtbot.keyClick(window.table, Qt.Key.Key_Delete)
    press(message_in(window), "Delete")
    qtbot.waitUntil(lambda: len(rows(window)) == 2)
    assert window.chosen == [events[2]]


def test_some_are_deleted_and_some_come_and_the_chosen_line_stays(
    open_window, ready_context, record, people, qtbot
):
    for hours in (1, 2, 3, 4, 5):
        record(people["Anna"] if hours == 3 else None, ago=timedelta(hours=hours))
    window = open_window()
    window.table.selectRow(2)
    ids = [event.id for event in window.model.events]
    record(people["Bea"])
    History(ready_context.people.file).delete([ids[0], ids[1], ids[4]])
    ready_context.history_changed.emit()
    qtbot.waitUntil(lambda: rows(window) == ["Bea", "Anna", "Unknown"])
    assert [event.identity.name for event in window.chosen] == ["Anna"]


def test_a_day_is_deleted_whole(open_window, record, message_in, press, qtbot):
    record()
    record(ago=timedelta(days=1))
    record(ago=timedelta(days=1, hours=2))
    window = open_window()
    assert not window.delete_day_button.isEnabled()
    window.days.setCurrentIndex(window.days_model.index(2))
    qtbot.mouseClick(window.delete_day_button, Qt.MouseButton.LeftButton)
    press(message_in(window), "Delete")
    qtbot.waitUntil(lambda: window.days_model.rowCount() == 2)
    assert rows(window) == ["Unknown"]


def test_what_is_listed_is_saved_as_a_table(open_window, record, people, tmp_path):
    record(people["Anna"])
    record(people["Bea"])
    window = open_window()
    window.filters.who.setCurrentIndex(window.filters.who.findText("Anna"))
    path = tmp_path / "h.csv"
    window.actions_of.save_to(path, window.wanted)
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert [row[0] for row in csv.reader(file)] == ["Name", "Anna"]
    assert window.notice_bar.text == "Saved as “h.csv”: 1 entry of the history."


def test_before_the_gallery_is_open_the_window_waits_for_it(context, make_ready, qtbot):
    window = HistoryWindow(context)
    qtbot.addWidget(window)
    window.show()
    assert rows(window) == []
    began = NOON.astimezone(UTC)
    make_ready()
    state = EventState(1, None, began, began, "camera:0", Outcome.UNKNOWN)
    History(context.people.file).write([EventChange(state)])
    context.history_changed.emit()
    qtbot.waitUntil(lambda: rows(window) == ["Unknown"])
