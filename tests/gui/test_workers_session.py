"""The session over its feeds and the recognition thread, without a window."""

from __future__ import annotations

import gc
import weakref

import pytest

import factories
from desktop_app.capture.source import SourceSpec
from desktop_app.workers.feed import LiveState
from desktop_app.workers.live_session import LiveSession

FRONT, DOOR = SourceSpec.parse("camera:0"), SourceSpec.parse("camera:1")


class Made:
    """Makes recognisers and remembers them, without keeping them."""

    def __init__(self, kind: type) -> None:
        self._kind = kind
        self._refs: list[weakref.ref] = []

    def __call__(self):
        made = self._kind(factories.EMBEDDER)
        self._refs.append(weakref.ref(made))
        return made

    @property
    def alive(self) -> list:
        gc.collect()
        return [made for ref in self._refs if (made := ref()) is not None]


@pytest.fixture
def make(recogniser):
    return Made(type(recogniser))


@pytest.fixture
def session(qapp, sources):
    made = LiveSession(source_for=sources)
    yield made
    for camera in sources.cameras.values():
        camera.let_go()
    assert made.shutdown()


def attach(session, make) -> None:
    session.attach(make, gallery=factories.gallery({}))


def test_each_feed_shows_its_own_source_and_its_own_results(qtbot, session, make):
    attach(session, make)
    session.main.start(FRONT)
    door = session.add(DOOR)
    assert session.feeds == (session.main, door)
    qtbot.waitUntil(lambda: session.main.result is not None and door.result is not None)
    for feed, spec in ((session.main, FRONT), (door, DOOR)):
        assert feed.state is LiveState.PLAYING
        assert feed.frame.source_id == str(spec)
        assert feed.result.frame.source_id == str(spec)
    assert len(make.alive) == 2


def test_feeds_that_were_there_before_the_networks_are_recognised_too(qtbot, session, make):
    session.main.start(FRONT)
    door = session.add(DOOR)
    qtbot.waitUntil(lambda: door.state is LiveState.PLAYING)
    attach(session, make)
    qtbot.waitUntil(lambda: session.main.result is not None and door.result is not None)


def test_a_feed_that_is_removed_leaves_no_thread_and_no_recogniser(
    qtbot, session, make, sources, our_threads
):
    attach(session, make)
    session.main.start(FRONT)
    for _ in range(3):
        door = session.add(DOOR)
        qtbot.waitUntil(lambda door=door: door.result is not None)
        with qtbot.waitSignal(door.destroyed):
            session.remove(door)
        del door
    qtbot.waitUntil(lambda: sorted(our_threads()) == ["capture camera:0", "recognition"])
    qtbot.waitUntil(lambda: len(make.alive) == 1)
    assert sources.camera(1).opened == sources.camera(1).closed == 3
    assert session.feeds == (session.main,)


def test_a_camera_is_not_opened_in_one_feed_while_another_still_closes_it(qtbot, session, sources):
    camera = sources.camera(1)
    door = session.add(DOOR)
    qtbot.waitUntil(lambda: door.state is LiveState.PLAYING)
    camera.hang()
    qtbot.waitUntil(lambda: door.state is LiveState.LOST)
    session.remove(door)
    again = session.add(DOOR)
    qtbot.waitUntil(lambda: again.state is LiveState.OPENING)
    assert camera.opened == 1
    camera.let_go()
    qtbot.waitUntil(lambda: again.state is LiveState.PLAYING)
    assert camera.closed == 1


def test_one_feed_that_is_lost_leaves_the_others_as_they_are(qtbot, session, make, sources):
    attach(session, make)
    session.main.start(FRONT)
    door = session.add(DOOR)
    qtbot.waitUntil(lambda: session.main.result is not None and door.result is not None)
    with qtbot.assertNotEmitted(session.main.state_changed):
        sources.camera(1).pull_out()
        qtbot.waitUntil(lambda: door.state is LiveState.LOST)
        shown = session.main.result
        qtbot.waitUntil(lambda: session.main.result is not shown)


def test_of_nobody_is_anything_kept_in_any_feed_once_people_are_forgotten(qtbot, session, make):
    attach(session, make)
    session.main.start(FRONT)
    door = session.add(DOOR)
    qtbot.waitUntil(lambda: session.main.result is not None and door.result is not None)
    known = make.alive
    session.forget_people(make, gallery=factories.gallery({}))
    assert session.main.result is None
    assert door.result is None
    with (
        qtbot.assertNotEmitted(session.main.result_ready, wait=100),
        qtbot.assertNotEmitted(door.result_ready, wait=100),
    ):
        pass
    looked = [len(one.frames) for one in known]
    attach(session, make)
    qtbot.waitUntil(lambda: session.main.result is not None and door.result is not None)
    assert [len(one.frames) for one in known] == looked


def test_the_last_feed_stays(session):
    with pytest.raises(ValueError, match="stays"):
        session.remove(session.main)


def test_a_camera_that_hangs_does_not_keep_the_application_from_closing(qtbot, sources):
    session = LiveSession(source_for=sources)
    feed = session.main
    feed.start(FRONT)
    qtbot.waitUntil(lambda: feed.state is LiveState.PLAYING)
    worker = feed._current
    sources.camera(0).hang()
    qtbot.waitUntil(lambda: feed.state is LiveState.LOST)
    assert session.shutdown(timeout=0.2) is False
    assert worker._thread.daemon
    sources.camera(0).let_go()
    assert worker.wait(timeout=5)
