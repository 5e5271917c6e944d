"""A feed over its capture threads, without a window."""

from __future__ import annotations

import pytest

from desktop_app.capture.source import SourceSpec
from desktop_app.capture.synthetic import SyntheticSource
from desktop_app.errors import ClipUnreadable
from desktop_app.workers.feed import Feed, LiveState, Patience
from desktop_app.workers.retired import Retired

CAMERA = SourceSpec.parse("camera:0")
CLIP = SourceSpec.parse("/clips/party.mp4")


@pytest.fixture
def make_feed(qapp, sources):
    """Makes feeds; whatever they opened is let go of after the test."""
    made = []

    def make(**patience) -> Feed:
        retired = Retired()
        feed = Feed(source_for=sources, retired=retired, patience=Patience(**patience))
        made.append((feed, retired))
        return feed

    yield make
    for camera in sources.cameras.values():
        camera.let_go()
    for feed, retired in made:
        feed.stop()
        assert retired.wait(timeout=5)


@pytest.fixture
def feed(make_feed):
    """A feed that loses patience soon."""
    return make_feed(lost_after=0.3, hung_after=0.6)


def test_a_clip_that_breaks_off_is_not_tried_again(qtbot, feed):
    class Broken(SyntheticSource):
        def read(self):
            frame = super().read()
            if frame.index == 3:
                raise ClipUnreadable(path="party.mp4", reason="it breaks off")
            return frame

    opened = []

    def make(_spec):
        opened.append(1)
        return Broken(10, frame_rate=100)

    feed._source_for = make
    feed.start(CLIP)
    qtbot.waitUntil(lambda: feed.state is LiveState.ENDED)
    assert isinstance(feed.trouble, ClipUnreadable)
    assert feed.frame.index == 2
    assert opened == [1]


def test_a_clip_without_a_picture_is_refused_in_a_sentence(qtbot, feed):
    feed._source_for = lambda _spec: SyntheticSource(0)
    with qtbot.waitSignal(feed.open_failed) as failed:
        feed.start(CLIP)
    assert isinstance(failed.args[0], ClipUnreadable)
    assert feed.state is LiveState.IDLE


def test_a_camera_whose_driver_hangs_is_given_up_and_opened_anew(qtbot, feed, sources):
    camera = sources.camera(0)
    feed.start(CAMERA)
    qtbot.waitUntil(lambda: feed.state is LiveState.PLAYING)
    camera.hang()
    qtbot.waitUntil(lambda: camera.opened == 2)
    assert feed.state is LiveState.LOST
    camera.let_go()
    qtbot.waitUntil(lambda: feed.state is LiveState.PLAYING)
    # The thread that hung has let go of its opening.
    qtbot.waitUntil(lambda: camera.closed == 1)


def test_the_same_camera_is_closed_before_it_is_opened_again(qtbot, feed, sources):
    camera = sources.camera(0)
    feed.start(CAMERA)
    qtbot.waitUntil(lambda: feed.state is LiveState.PLAYING)
    overlapping = []
    opened = type(camera.source()).open

    def note(self) -> None:
        overlapping.append(camera.opened - camera.closed)
        opened(self)

    made = sources.__call__

    class Noting:
        def __call__(self, spec):
            source = made(spec)
            source.open = lambda: note(source)
            return source

    feed._source_for = Noting()
    feed.start(CAMERA)
    qtbot.waitUntil(lambda: camera.opened == 2)
    assert overlapping == [0]


def test_a_camera_that_repeats_one_picture_is_noticed(qtbot, make_feed, sources):
    feed = make_feed(still_after=0.3)
    camera = sources.camera(0)
    feed.start(CAMERA)
    with qtbot.assertNotEmitted(feed.stillness_changed, wait=600):
        qtbot.waitUntil(lambda: feed.state is LiveState.PLAYING)
    with qtbot.waitSignal(feed.stillness_changed):
        camera.stuck.set()
    assert feed.is_still
    assert feed.state is LiveState.PLAYING
    with qtbot.waitSignal(feed.stillness_changed):
        camera.stuck.clear()
    assert not feed.is_still


def test_a_source_that_never_shows_a_picture_is_given_up(qtbot, make_feed, sources):
    feed = make_feed(opening_limit=0.3)
    sources.camera(0).hang()
    with qtbot.waitSignal(feed.open_failed):
        feed.start(CAMERA)
    assert feed.state is LiveState.IDLE


def test_stopping_while_a_source_opens_shows_nothing_later(qtbot, feed, sources):
    sources.camera(0).hang()
    feed.start(CAMERA)
    feed.stop()
    sources.camera(0).let_go()
    qtbot.waitUntil(lambda: feed._retired.is_empty)
    assert feed.state is LiveState.IDLE
    assert feed.frame is None
