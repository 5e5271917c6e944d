"""At the start and once a day: the bin is thinned out, and consents that end are minded."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from PySide6.QtCore import Qt

from db.repository import GalleryRepository
from desktop_app.recognition.people import Consent, Origin
from desktop_app.ui.message_bar import MessageBar
from desktop_app.ui.privacy.consent_words import day_text
from desktop_app.ui.privacy.daily_care import DailyCare

TODAY = date(2026, 3, 10)


@pytest.fixture
def bar(qtbot):
    bar = MessageBar(dismissable=True)
    qtbot.addWidget(bar)
    return bar


@pytest.fixture
def begin(care, make_ready):
    """Opens the gallery; what is due then is done right after."""

    def do() -> None:
        make_ready()
        care.look()

    return do


class Windows:
    """Keeps what it was asked to show, and which day it is."""

    def __init__(self) -> None:
        self.today = TODAY
        self.consents: list[str] = []
        self.listed = 0

    def list_ending(self) -> None:
        self.listed += 1


@pytest.fixture
def windows() -> Windows:
    return Windows()


@pytest.fixture
def care(context, bar, windows):
    return DailyCare(
        context,
        bar,
        open_consent=lambda identity: windows.consents.append(identity.name),
        list_ending=windows.list_ending,
        today=lambda: windows.today,
    )


@pytest.fixture
def enrolled(service, somebody):
    """Enrols before the window is open."""

    def do(name: str, until: date | None = None) -> int:
        identity = service.enrol(name, [somebody(name)], origin=Origin.PHOTO).identity
        service.set_consent(identity.id, Consent("", None, until))
        return identity.id

    return do


def names(context) -> list[str]:
    return [person.identity.name for person in context.last_change.people]


def press(qtbot, bar: MessageBar, text: str) -> None:
    (button,) = [one for one in bar.buttons if one.text().replace("&", "") == text]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_nothing_is_said_where_no_consent_ends(care, enrolled, begin, bar):
    enrolled("Anna", TODAY + timedelta(days=14))
    enrolled("Bea")
    begin()
    assert bar.isHidden()


def test_a_consent_that_ends_soon_is_reminded_of_with_a_way_to_it(
    care, enrolled, begin, bar, windows, qtbot
):
    enrolled("Anna", TODAY + timedelta(days=13))
    begin()
    day = day_text(TODAY + timedelta(days=13))
    assert bar.text == f"The consent of Anna ends on {day}."
    press(qtbot, bar, "Consent…")
    assert windows.consents == ["Anna"]


def test_of_several_the_list_is_shown(care, enrolled, begin, bar, windows, qtbot):
    enrolled("Anna", TODAY)
    enrolled("Bea", TODAY + timedelta(days=2))
    begin()
    assert bar.text == f"The consent of Anna, Bea ends soon: the first on {day_text(TODAY)}."
    press(qtbot, bar, "Show them")
    assert windows.listed == 1


def test_whose_consent_has_ended_goes_into_the_bin_and_undo_brings_them_back(
    care, enrolled, begin, bar, context, qtbot
):
    enrolled("Anna", TODAY - timedelta(days=1))
    enrolled("Bea")
    begin()
    assert names(context) == ["Bea"]
    assert "Anna is in the bin now." in bar.text
    assert [thing.identity.name for thing in context.people.bin()] == ["Anna"]
    press(qtbot, bar, "Undo")
    assert names(context) == ["Anna", "Bea"]


def test_whoever_is_to_be_kept_comes_back_with_the_consent_to_be_renewed(
    care, enrolled, begin, bar, context, windows, qtbot
):
    enrolled("Anna", TODAY - timedelta(days=1))
    begin()
    press(qtbot, bar, "Keep…")
    assert names(context) == ["Anna"]
    assert windows.consents == ["Anna"]
    assert bar.isHidden()


def test_each_day_is_looked_at_once(care, enrolled, begin, bar, context, windows):
    enrolled("Anna", TODAY)
    begin()
    bar.clear()
    care.look()
    assert bar.isHidden()
    windows.today = TODAY + timedelta(days=1)
    care.look()
    assert names(context) == []


@pytest.fixture
def busy(service, tmp_path):
    """Another process writes to the gallery, and nobody waits for it."""

    @contextmanager
    def writing():
        with service.file.bare() as connection:
            connection.execute("PRAGMA busy_timeout = 0")
        path = tmp_path / "gallery.db"
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")

    return writing


def test_a_consent_that_ended_is_minded_later_where_the_gallery_is_busy(
    care, enrolled, begin, bar, busy, context
):
    troubles = []
    context.failed.connect(troubles.append)
    enrolled("Anna", TODAY - timedelta(days=1))
    with busy():
        begin()
        assert names(context) == ["Anna"]
    care.look()
    assert names(context) == []
    assert "Anna is in the bin now." in bar.text
    # Nobody has to know: it takes care of itself.
    assert troubles == []


def test_the_bin_is_thinned_out_later_where_the_gallery_is_busy(
    care, enrolled, begin, service, busy, monkeypatch
):
    class Earlier(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(UTC) - timedelta(days=31)

    anna = enrolled("Anna")
    monkeypatch.setattr("db.edits.datetime", Earlier)
    service.remove(anna)
    monkeypatch.undo()
    with busy():
        begin()
    assert len(service.bin()) == 1
    care.look()
    assert service.bin() == []


def test_what_cannot_be_done_is_said_once_a_day_and_tried_again(
    care, enrolled, begin, context, service, windows
):
    troubles = []
    context.failed.connect(troubles.append)
    enrolled("Anna", TODAY - timedelta(days=1))
    with service.file.bare() as connection:
        connection.execute("PRAGMA query_only = ON")
    begin()
    care.look()
    assert len(troubles) == 1
    windows.today += timedelta(days=1)
    care.look()
    assert len(troubles) == 2
    with service.file.bare() as connection:
        connection.execute("PRAGMA query_only = OFF")
    care.look()
    assert names(context) == []


def test_somebody_who_is_gone_does_not_keep_the_others_whose_consent_has_ended(
    care, enrolled, make_ready, bar, context, tmp_path
):
    anna = enrolled("Anna", TODAY - timedelta(days=1))
    enrolled("Bea", TODAY - timedelta(days=1))
    make_ready()
    with closing(GalleryRepository.open(tmp_path / "gallery.db")) as elsewhere:
        elsewhere.acts.remove(anna)
    care.look()
    assert names(context) == []
    assert "Bea is in the bin now." in bar.text


def test_what_has_waited_long_enough_in_the_bin_is_deleted_and_the_rest_stays(
    care, enrolled, begin, service, context, monkeypatch
):
    class Earlier(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(UTC) - timedelta(days=31)

    anna, bea = enrolled("Anna"), enrolled("Bea")
    monkeypatch.setattr("db.edits.datetime", Earlier)
    service.remove(anna)
    monkeypatch.undo()
    service.remove(bea)
    begin()
    assert [thing.identity.name for thing in service.bin()] == ["Bea"]


def test_where_the_bin_is_kept_for_ever_nothing_is_deleted(
    care, enrolled, begin, service, context, monkeypatch
):
    class Earlier(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(UTC) - timedelta(days=4000)

    context.change_settings(bin_days=0)
    anna = enrolled("Anna")
    monkeypatch.setattr("db.edits.datetime", Earlier)
    service.remove(anna)
    monkeypatch.undo()
    begin()
    assert len(service.bin()) == 1


def test_a_gallery_with_nothing_to_do_is_not_written_to(care, enrolled, begin, service):
    enrolled("Anna")
    before = service.file.version()
    begin()
    assert service.file.version() == before


def test_what_is_due_is_done_by_itself_once_the_gallery_is_open(
    care, enrolled, make_ready, context, qtbot
):
    enrolled("Anna", TODAY - timedelta(days=1))
    make_ready()
    qtbot.waitUntil(lambda: names(context) == [])
