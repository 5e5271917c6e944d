"""A feed over its capture threads, without a window."""

from __future__ import annotations

import threading
import time

import pytest

from desktop_app.capture.source import SourceSpec
from desktop_app.capture.synthetic import SyntheticSource
from desktop_app.errors import CameraBusy, CameraLost, CameraNotFound, ClipUnreadable
from desktop_app.workers import capture_worker
from desktop_app.workers.feed import Feed, LiveState
from desktop_app.workers.retired import Retired
from desktop_app.workers.watchdog import Patience

CAMERA = SourceSpec.parse("camera:0")
CLIP = SourceSpec.parse("/clips/party.mp4")


class Device:
    """A camera that only one opening can hold, and whose reads can be made to hang."""

    def __init__(self) -> None:
        self.flowing = threading.Event()
        self.flowing.set()
        self.answers = threading.Event()
        self.answers.set()
        self.lock = threading.Lock()
        self.refused = 0
        self.openings: list[Opening] = []

    @property
    def held(self) -> list[Opening]:
        """The openings that were not closed yet."""
        return [one for one in self.openings if one.is_open]

    def __call__(self, _spec) -> Opening:
        return Opening(self)


class Opening(SyntheticSource):
    """One opening of it. Let go of, a hanging read gives one more picture."""

    def __init__(self, device: Device) -> None:
        super().__init__(source_id="camera:0", size=(160, 120))
        self.is_open = False
        self.reads_after_hanging = 0
        self._device = device
        self._pace = threading.Event()

    def open(self) -> None:
        self._device.answers.wait()
        with self._device.lock:
            if self._device.held:
                self._device.refused += 1
                raise CameraBusy(source="camera:0")
            self.is_open = True
            self._device.openings.append(self)
        super().open()

    def read(self):
        if not self._device.flowing.is_set():
            self._device.flowing.wait()
            self.reads_after_hanging += 1
        self._pace.wait(0.005)
        return super().read()

    def close(self) -> None:
        super().close()
        self.is_open = False


@pytest.fixture
def device():
    made = Device()
    yield made
    made.flowing.set()
    made.answers.set()


@pytest.fixture
def make_feed(qapp, sources, device, monkeypatch):
    """Makes feeds; whatever they opened is let go of after the test."""
    made = []
    monkeypatch.setattr(capture_worker, "_HUNG", 0.5)

    def make(source_for=sources, *, clock=time.monotonic, **patience) -> Feed:
        retired = Retired()
        feed = Feed(
            source_for=source_for, retired=retired, patience=Patience(**patience), clock=clock
        )
        made.append((feed, retired))
        return feed

    yield make
    device.flowing.set()
    device.answers.set()
    for camera in sources.cameras.values():
        camera.let_go()
    for feed, retired in made:
        feed.stop()
        assert retired.wait(timeout=5)


@pytest.fixture
def feed(make_feed):
    """A feed that loses patience soon."""
    return make_feed(lost_after=0.3)


@pytest.fixture
def playing(qtbot, make_feed, device):
    """A feed that shows the device."""
    feed = make_feed(device, lost_after=0.3)
    feed.start(CAMERA)
    qtbot.waitUntil(lambda: feed.state is LiveState.PLAYING)
    return feed


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


def test_a_camera_that_hangs_for_a_moment_is_lost_and_back_with_its_next_picture(
    qtbot, playing, device
):
    capture_worker._HUNG = 60.0
    device.flowing.clear()
    qtbot.waitUntil(lambda: playing.state is LiveState.LOST)
    assert isinstance(playing.trouble, CameraLost)
    device.flowing.set()
    qtbot.waitUntil(lambda: playing.state is LiveState.PLAYING)
    assert len(device.openings) == 1


def test_a_thread_that_hangs_closes_its_camera_once_it_can_and_another_opens_it(
    qtbot, playing, device, our_threads
):
    before = playing.frame
    device.flowing.clear()
    # Another thread tries while the one that hangs still holds the device.
    qtbot.waitUntil(lambda: device.refused > 0)
    assert playing.state is LiveState.LOST
    assert isinstance(playing.trouble, CameraLost)
    assert playing.frame is not None
    assert len(our_threads()) == 2
    with qtbot.assertNotEmitted(playing.source_changed):
        device.flowing.set()
        qtbot.waitUntil(lambda: playing.state is LiveState.PLAYING)
    assert playing.frame is not before
    first, second = device.openings
    assert (first.is_open, second.is_open) == (False, True)
    # The picture that it got in the end is not worth waiting for another.
    assert first.reads_after_hanging == 1
    qtbot.waitUntil(lambda: len(our_threads()) == 1)


def test_a_device_is_tried_again_at_once_when_the_thread_that_hung_has_let_go(
    qtbot, playing, device
):
    device.flowing.clear()
    qtbot.waitUntil(lambda: device.refused > 0)
    playing._current._back_off = capture_worker.BackOff((600.0,))
    qtbot.waitUntil(lambda: (playing.next_attempt_in or 0) > 500)
    device.flowing.set()
    qtbot.waitUntil(lambda: playing.state is LiveState.PLAYING)


def test_no_more_than_two_threads_ever_hang_on_one_camera(qtbot, make_feed, device, our_threads):
    feed = make_feed(device, lost_after=0.1, opening_limit=0.3)
    feed.start(CAMERA)
    qtbot.waitUntil(lambda: feed.state is LiveState.PLAYING)
    device.answers.clear()
    device.flowing.clear()
    workers = [feed._current]
    qtbot.waitUntil(lambda: feed._current is not workers[-1])
    workers.append(feed._current)
    qtbot.waitUntil(lambda: feed._current is not workers[-1])
    workers.append(feed._current)
    # The third waits for one of the two, and is not given up for that.
    with qtbot.assertNotEmitted(feed.state_changed, wait=700):
        pass
    assert feed._current is workers[-1]
    assert device.refused == 0
    device.answers.set()
    device.flowing.set()
    qtbot.waitUntil(lambda: feed.state is LiveState.PLAYING)
    qtbot.waitUntil(lambda: len(our_threads()) == 1)
    assert len(device.held) == 1


def test_a_picture_that_was_held_stays_held_while_another_thread_takes_over(qtbot, playing, device):
    playing.freeze()
    held = playing.frame
    device.flowing.clear()
    qtbot.waitUntil(lambda: device.refused > 0)
    device.flowing.set()
    qtbot.waitUntil(lambda: playing.state is LiveState.FROZEN)
    assert playing.frame is held
    playing.resume()
    qtbot.waitUntil(lambda: playing.frame is not held)


def test_a_machine_that_slept_is_no_reason_to_give_up_a_camera(qtbot, make_feed, device):
    asleep = [0.0]
    feed = make_feed(device, clock=lambda: time.monotonic() + asleep[0])
    feed.start(CAMERA)
    qtbot.waitUntil(lambda: feed.state is LiveState.PLAYING)
    device.flowing.clear()
    with qtbot.assertNotEmitted(feed.state_changed):
        asleep[0] += 3600
        qtbot.wait(250)
        device.flowing.set()
        qtbot.wait(250)
    assert len(device.openings) == 1


def test_the_time_to_the_next_attempt_is_told_and_can_be_cut_short(qtbot, feed, sources):
    camera = sources.camera(0)
    feed.start(CAMERA)
    qtbot.waitUntil(lambda: feed.state is LiveState.PLAYING)
    assert feed.next_attempt_in is None
    camera.pull_out()
    qtbot.waitUntil(lambda: feed.next_attempt_in is not None)
    assert 0 <= feed.next_attempt_in <= 1.5
    feed._current._back_off = capture_worker.BackOff((600.0,))
    qtbot.waitUntil(lambda: (feed.next_attempt_in or 0) > 500)
    camera.plug_in()
    feed.retry_now()
    qtbot.waitUntil(lambda: feed.state is LiveState.PLAYING)
    assert feed.next_attempt_in is None


def test_a_camera_that_refuses_another_format_goes_on_in_the_one_before(qtbot, feed, sources):
    feed.start(CAMERA)
    qtbot.waitUntil(lambda: feed.state is LiveState.PLAYING)
    wide = SourceSpec.parse("camera:0@1920x1080")
    sources.refused[str(wide)] = CameraBusy(source="camera:0")
    with qtbot.waitSignal(feed.open_failed):
        feed.start(wide)
    qtbot.waitUntil(lambda: feed.state is LiveState.PLAYING)
    assert str(feed.spec) == "camera:0"


def test_a_camera_to_go_back_to_is_not_opened_while_its_other_format_still_opens(
    qtbot, make_feed, device
):
    made = []

    def source_for(spec):
        if spec != CAMERA:
            raise CameraNotFound(source=spec.label)
        made.append(str(spec))
        return device(spec)

    feed = make_feed(source_for)
    feed.start(CAMERA)
    qtbot.waitUntil(lambda: feed.state is LiveState.PLAYING)
    device.answers.clear()
    feed.start(SourceSpec.parse("camera:0@1920x1080"))
    qtbot.waitUntil(lambda: len(made) == 2)
    with qtbot.waitSignal(feed.open_failed):
        feed.start(SourceSpec.parse("camera:1"))
    assert feed.needs(CAMERA)
    qtbot.wait(200)
    assert made == ["camera:0", "camera:0@1920x1080"]
    device.answers.set()
    qtbot.waitUntil(lambda: feed.state is LiveState.PLAYING)
    assert made[2:] == ["camera:0"]
    assert device.refused == 0


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
    assert not feed.is_black
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


def test_a_source_that_is_to_be_had_in_the_end_is_tried_again_where_it_cannot_be_opened(
    qtbot, feed, sources
):
    sources.refused["camera:0"] = CameraBusy(source="camera:0")
    with qtbot.assertNotEmitted(feed.open_failed):
        feed.start(CAMERA, persistent=True)
        qtbot.waitUntil(lambda: feed.state is LiveState.LOST)
        assert isinstance(feed.trouble, CameraBusy)
        del sources.refused["camera:0"]
        feed.retry_now()
        qtbot.waitUntil(lambda: feed.state is LiveState.PLAYING)
    assert feed.frame is not None


def test_a_source_to_be_had_in_the_end_that_hangs_at_first_counts_as_lost(
    qtbot, make_feed, sources
):
    feed = make_feed(opening_limit=0.3)
    sources.camera(0).hang()
    feed.start(CAMERA, persistent=True)
    qtbot.waitUntil(lambda: feed.state is LiveState.LOST)
    sources.camera(0).let_go()
    qtbot.waitUntil(lambda: feed.state is LiveState.PLAYING)
