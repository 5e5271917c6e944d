"""What is seen live becomes history; who arrives is greeted."""

from __future__ import annotations

import json
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

import factories
from db.gallery_file import GalleryFile
from db.repository import GalleryRepository
from desktop_app.recognition.events import EventChange, EventState, Outcome
from desktop_app.recognition.people import NewSample, Origin
from desktop_app.recognition.types import Identified, Match, Unknown
from desktop_app.services.history.log import History
from desktop_app.ui.history.window import HistoryWindow
from desktop_app.workers.feed import LiveState

NOBODY = Unknown(best=None, confidence=0.9)


@pytest.fixture
def history(tmp_path):
    """Reads the history in the data folder from outside."""

    def read() -> list[tuple[str | None, str]]:
        from db.gallery_file import GalleryFile

        path = tmp_path / "data" / "gallery.db"
        with closing(GalleryFile.open(path)) as file:
            return [
                (None if event.identity is None else event.identity.name, event.source)
                for event in History(file).page()
            ]

    return read


@pytest.fixture
def called(qtbot, recogniser):
    """Enrols somebody and has the recogniser call the face by their name."""

    def call(app, name: str) -> Identified:
        changes = []
        face = factories.face(
            5, look=factories.embedding(5, embedder=recogniser.face.embedding.embedder)
        )
        app.context.enrol(name, [face], origin=Origin.PHOTO, success=changes.append)
        qtbot.waitUntil(lambda: bool(changes))
        match = Match(changes[0].identity, 0.8)
        recogniser.decision = Identified(match, 0.95, (match,))
        return recogniser.decision

    return call


def change(app, qtbot, **settings) -> None:
    with qtbot.waitSignal(app.context.settings_changed):
        app.context.change_settings(**settings)


def test_who_is_seen_is_in_the_history_while_they_are_still_there(
    ready_app, called, history, qtbot
):
    app = ready_app()
    called(app, "Anna")
    app.window.open_source(_camera())
    qtbot.waitUntil(lambda: history() == [("Anna", "camera:0")])


def test_who_is_seen_is_written_however_long_nothing_was_shown_before(
    ready_app, called, history, qtbot
):
    app = ready_app()
    called(app, "Anna")
    app.history.tick()
    assert not app.history._timer.isActive()
    app.window.open_source(_camera())
    qtbot.waitUntil(lambda: history() == [("Anna", "camera:0")])


def test_in_another_gallery_that_was_put_back_history_and_arrivals_begin_anew(
    ready_app, called, history, tmp_path, qtbot
):
    def put_back(people):
        from desktop_app.services.backups import restore

        restore(people.file, backup)
        return people.reread(forget_steps=True)

    earlier = datetime.now(UTC) - timedelta(days=2)
    backup = _backup_of_another(tmp_path, seen=earlier)
    app, arrived = ready_app(), []
    app.history.arrived.connect(arrived.append)
    called(app, "Anna")
    app.window.open_source(_camera())
    qtbot.waitUntil(lambda: history() == [("Anna", "camera:0")])
    app.context.change_people(put_back)
    # The one who is still called number 1 is Carl there, and came just now.
    qtbot.waitUntil(lambda: history() == [("Carl", "camera:0"), ("Carl", "Door")])
    with closing(GalleryFile.open(tmp_path / "data" / "gallery.db")) as file:
        assert History(file).page()[1].ended == earlier
    assert [arrival.identity.id for arrival in arrived] == [1, 1]


def test_closing_the_window_writes_who_was_there(ready_app, called, history, qtbot):
    app = ready_app()
    called(app, "Anna")
    settled = []
    app.history.arrived.connect(settled.append)
    app.window.open_source(_camera())
    qtbot.waitUntil(lambda: bool(settled))
    app.window.close()
    assert history() == [("Anna", "camera:0")]


def test_nobody_is_written_twice_where_the_window_is_closed_while_they_are_written(
    ready_app, called, history, qtbot
):
    app = ready_app()
    called(app, "Anna")
    settled = []
    app.history.arrived.connect(settled.append)
    app.window.open_source(_camera())
    qtbot.waitUntil(lambda: bool(settled))
    # What comes of it is not heard of here before the window is closed.
    app.history.tick()
    app.window.close()
    assert history() == [("Anna", "camera:0")]


def test_a_clip_is_recorded_by_its_name_and_not_by_its_folder(
    ready_app, called, history, sources, tmp_path, qtbot
):
    clip = sources.clip(tmp_path / "secret folder" / "party.mp4", frames=300)
    app = ready_app()
    called(app, "Anna")
    from desktop_app.capture.source import SourceSpec

    app.window.open_source(SourceSpec.parse(clip))
    qtbot.waitUntil(lambda: history() == [("Anna", "party.mp4")])


def test_a_history_that_is_switched_off_records_nobody(ready_app, called, history, qtbot):
    app = ready_app()
    change(app, qtbot, history=False)
    called(app, "Anna")
    arrived = []
    app.history.arrived.connect(arrived.append)
    app.window.open_source(_camera())
    qtbot.waitUntil(lambda: bool(arrived))
    app.history.tick()
    app.window.close()
    assert history() == []


def test_nobody_is_seen_in_a_picture_that_is_held(ready_app, called, qtbot):
    app = ready_app()
    called(app, "Anna")
    settled = []
    app.history.arrived.connect(settled.append)
    app.window.open_source(_camera())
    qtbot.waitUntil(lambda: bool(settled))
    app.session.main.freeze()
    qtbot.waitUntil(lambda: app.session.main.state is LiveState.FROZEN)
    # It is judged once more when it has stood still for a while.
    before = app.session.processed
    qtbot.waitUntil(lambda: app.session.processed > before)
    with qtbot.waitSignal(app.session.main.result_ready, raising=False, timeout=200):
        pass
    (recorder,) = app.history._recorders
    assert not recorder._recorder._faces


def test_the_history_opens_from_the_main_window_and_closes_with_it(ready_app, called, qtbot):
    app = ready_app()
    called(app, "Anna")
    app.window.open_source(_camera())
    app.window.actions_by_name["history"].trigger()
    (window,) = [one for one in QApplication.topLevelWidgets() if isinstance(one, HistoryWindow)]
    assert window.isVisible()
    # Whoever is seen meanwhile comes in by themselves.
    qtbot.waitUntil(lambda: window.model.rowCount() == 1)
    assert window.model.index(0, 0).data() == "Anna"
    app.window.actions_by_name["history"].trigger()
    assert app.window.doors._history is window
    app.window.close()
    assert not window.isVisible()


def test_strangers_are_recorded_unless_that_is_not_wanted(ready_app, history, recogniser, qtbot):
    app = ready_app()
    recogniser.decision = NOBODY
    app.window.open_source(_camera())
    qtbot.waitUntil(lambda: history() == [(None, "camera:0")])


def test_while_the_gallery_is_locked_the_picture_goes_on_and_nothing_is_lost(
    ready_app, called, history, tmp_path, qtbot
):
    app = ready_app()
    called(app, "Anna")
    with closing(sqlite3.connect(tmp_path / "data" / "gallery.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        locked = []
        app.history._fail, fail = (
            lambda error: (locked.append(error), fail(error)),
            app.history._fail,
        )
        app.window.open_source(_camera())
        qtbot.waitUntil(lambda: bool(locked))
        before = app.session.processed
        qtbot.waitUntil(lambda: app.session.processed > before + 10)
        assert history() == []
        other.execute("ROLLBACK")
    app.window.close()
    assert history() == [("Anna", "camera:0")]


def test_no_picture_that_waited_is_written_after_pictures_were_switched_off(
    ready_app, called, tmp_path, qtbot
):
    from db.gallery_file import GalleryFile

    app = ready_app()
    called(app, "Anna")
    change(app, qtbot, history_pictures=True)
    path = tmp_path / "data" / "gallery.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        app.window.open_source(_camera())
        waiting = app.history._writer.batch
        qtbot.waitUntil(lambda: any(one.state.look is not None for one in waiting()))
        change(app, qtbot, history_pictures=False)
        other.execute("ROLLBACK")
    app.window.close()
    with closing(GalleryFile.open(path)) as file:
        assert [event.has_picture for event in History(file).page()] == [False]


def test_what_is_too_old_is_deleted_at_the_start(ready_app, history, tmp_path, qtbot):
    from db.gallery_file import GalleryFile

    (tmp_path / "data").mkdir()
    with closing(GalleryFile.open(tmp_path / "data" / "gallery.db")) as file:
        old, new = (datetime.now(UTC) - timedelta(days=days) for days in (31, 29))
        states = [EventState(1, None, time, time, "x", Outcome.UNKNOWN) for time in (old, new)]
        History(file).write([EventChange(state) for state in states])
    ready_app()
    qtbot.waitUntil(lambda: len(history()) == 1)


def test_nobody_is_greeted_unless_that_is_wanted(ready_app, called, qtbot):
    app = ready_app()
    called(app, "Anna")
    arrived = []
    app.history.arrived.connect(arrived.append)
    app.window.open_source(_camera())
    qtbot.waitUntil(lambda: bool(arrived))
    assert app.greeting.banners.texts == []


def test_who_arrives_is_greeted_once_with_a_banner_that_takes_no_click(ready_app, called, qtbot):
    app = ready_app()
    change(app, qtbot, arrival_banner=True)
    called(app, "Anna & <b>Co</b>")
    app.window.open_source(_camera())
    banners = app.greeting.banners
    qtbot.waitUntil(lambda: len(banners.texts) == 1)
    (text,) = banners.texts
    assert text.startswith("Anna & <b>Co</b>, ")
    before = app.session.processed
    qtbot.waitUntil(lambda: app.session.processed > before + 100)
    assert len(banners.texts) == 1


def test_who_was_there_before_a_restart_does_not_arrive_again(open_app, ready_app, called, qtbot):
    app = ready_app()
    identified = called(app, "Anna")
    arrived = []
    app.history.arrived.connect(arrived.append)
    app.window.open_source(_camera())
    qtbot.waitUntil(lambda: bool(arrived))
    app.window.close()
    again = ready_app()
    qtbot.waitUntil(lambda: bool(again.history._arrivals._last))
    later = []
    again.history.arrived.connect(later.append)
    before = again.session.processed
    # The camera is opened by itself, as it was shown last.
    qtbot.waitUntil(lambda: again.session.processed > before + 60)
    assert identified.match.identity.name == "Anna"
    assert later == []


def test_who_is_seen_by_two_cameras_is_in_the_history_of_both_and_arrives_once(
    ready_app, called, history, qtbot
):
    app = ready_app()
    called(app, "Anna")
    arrived = []
    app.history.arrived.connect(arrived.append)
    app.window.open_source(_camera())
    door = app.session.add(_camera(2))
    both = [("Anna", "camera:0"), ("Anna", "camera:2")]
    qtbot.waitUntil(lambda: sorted(history()) == both)
    assert len(arrived) == 1
    app.session.remove(door)
    app.window.close()
    assert sorted(history()) == both


def test_a_program_is_told_who_arrives(ready_app, called, tmp_path, qtbot):
    told = tmp_path / "told.json"
    write = "import json, sys; open(sys.argv[1], 'w').write(json.dumps(sys.argv[2:]))"
    app = ready_app()
    command = (sys.executable, "-c", write, str(told), "{name}", "{source}")
    change(app, qtbot, arrival_command=command)
    called(app, "-rf $HOME")
    app.window.open_source(_camera())
    qtbot.waitUntil(lambda: told.exists() and bool(told.read_text()))
    assert json.loads(told.read_text()) == [" -rf $HOME", "camera:0"]


def test_a_program_that_is_not_there_is_said_once_however_many_arrive(ready_app, qtbot):
    from desktop_app.recognition.types import Identity
    from desktop_app.services.history.arrivals import Arrival

    app = ready_app()
    change(app, qtbot, arrival_command=("no-such-program",))
    failed = []
    app.context.failed.disconnect(app.route.take)
    app.context.failed.connect(failed.append)
    for number in range(3):
        app.greeting.greet(Arrival(Identity(number, "Anna"), datetime.now(UTC), "camera:0"))
    assert [error.code for error in failed] == ["command-failed"]


def _backup_of_another(folder: Path, *, seen: datetime) -> Path:
    """A backup of a gallery in which number 1 is Carl, whose event is number 1."""
    from desktop_app.services.backups import create

    backup = folder / "elsewhere.db"
    with closing(GalleryRepository.open(folder / "other.db")) as repository:
        face = factories.face(7, look=factories.embedding(7))
        repository.acts.enrol(
            "Carl", [NewSample(face.aligned.pixels, face.embedding, 0.9, Origin.PHOTO)]
        )
        state = EventState(1, 1, seen, seen, "Door", Outcome.NAMED, 0.9)
        History(repository.file).write([EventChange(state)])
        create(repository.file, backup)
    return backup


def _camera(number: int = 0):
    from desktop_app.capture.source import SourceSpec

    return SourceSpec.parse(f"camera:{number}")
