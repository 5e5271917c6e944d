"""What the watchdog says of a source, by when its pictures came."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from desktop_app.capture.source import SourceSpec
from desktop_app.capture.stream import SILENCE
from desktop_app.workers.watchdog import Patience, Watchdog

TICK = 0.1


@dataclass
class Source:
    """Stands in for a capture worker."""

    spec: SourceSpec = field(default_factory=lambda: SourceSpec.parse("camera:0"))
    frames_read: int = 0
    last_frame_at: float | None = None
    last_change_at: float | None = None
    waiting_since: float | None = None
    hangs_in_read: bool = False

    def send(self, now: float, *, same: bool = False) -> None:
        self.frames_read += 1
        self.last_frame_at = now
        if not same:
            self.last_change_at = now


class Time:
    """Lets time pass, with a look at each tick."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.watchdog = Watchdog(patience=Patience(), clock=lambda: self.now)

    def run(self, source: Source, *, seconds: float, every: float | None, same: bool = False):
        """Return what was said, at each tick; a picture comes every so many seconds, or none."""
        said = []
        for tick in range(1, round(seconds / TICK) + 1):
            self.now += TICK
            if every is not None and tick % round(every / TICK) == 0:
                source.send(self.now, same=same)
            self.watchdog.look(source)
            said.append(self.complaint)
        return said

    @property
    def complaint(self) -> str:
        watchdog = self.watchdog
        names = ("is_silent", "is_hung", "is_still")
        return " ".join(name for name in names if getattr(watchdog, name))


@pytest.fixture
def time() -> Time:
    return Time()


def test_nothing_is_said_of_a_source_that_sends(time):
    assert set(time.run(Source(), seconds=20, every=TICK)) == {""}


def test_silence_is_said_within_a_second_and_taken_back_with_the_next_picture(time):
    source = Source()
    time.run(source, seconds=5, every=TICK)
    assert time.run(source, seconds=0.9, every=None)[-1] == "is_silent"
    assert time.run(source, seconds=TICK, every=TICK) == [""]


def test_a_camera_that_sends_a_picture_every_other_second_is_not_lost_in_between(time):
    source = Source()
    time.run(source, seconds=4, every=2)
    assert set(time.run(source, seconds=20, every=2)) == {""}
    assert time.run(source, seconds=6, every=None)[-1] == "is_silent"


@pytest.mark.parametrize("together", [1, 2, 3, 5])
def test_a_source_that_sends_pictures_together_each_second_is_never_lost_in_between(time, together):
    source = Source()
    for _ in range(20):
        assert set(time.run(source, seconds=together * TICK, every=TICK)) == {""}
        assert set(time.run(source, seconds=1.1 - together * TICK, every=None)) == {""}


def test_pictures_that_come_together_between_two_looks_make_no_source_quick(time):
    source = Source()
    for _ in range(20):
        for _ in range(6):
            source.send(time.now)
        assert set(time.run(source, seconds=1, every=None)) == {""}


@pytest.mark.parametrize("pictures", [6, 12, 100])
def test_the_silence_of_a_quick_camera_is_said_within_a_second(time, pictures):
    source = Source()
    for _ in range(pictures):
        time.now += 1 / 30
        source.send(time.now)
        time.watchdog.look(source)
    assert time.run(source, seconds=0.9, every=None)[-1] == "is_silent"


def test_of_a_slow_source_silence_is_said_when_a_stream_gives_itself_up(time):
    source = Source(SourceSpec.parse("rtsp://door/live"))
    time.run(source, seconds=20, every=2)
    assert time.run(source, seconds=SILENCE + TICK, every=None)[-1] == "is_silent"


def test_one_long_pause_makes_nobody_patient_with_the_next(time):
    source = Source()
    time.run(source, seconds=2, every=TICK)
    time.run(source, seconds=4, every=None)
    time.run(source, seconds=0.2, every=TICK)
    assert time.run(source, seconds=0.9, every=None)[-1] == "is_silent"


def test_a_picture_that_is_repeated_is_said_within_a_second(time):
    source = Source()
    time.run(source, seconds=5, every=TICK)
    assert time.run(source, seconds=1, every=TICK, same=True)[-1] == "is_still"
    assert time.run(source, seconds=TICK, every=TICK) == [""]


def test_a_slow_camera_does_not_stand_still_between_two_pictures(time):
    source = Source()
    time.run(source, seconds=4, every=2)
    assert "is_still" not in time.run(source, seconds=20, every=2)


@pytest.mark.parametrize("every", [0.5, 1, 2])
def test_a_picture_is_repeated_several_times_before_it_is_said_to_be_so_again_and_again(
    time, every
):
    source = Source()
    time.run(source, seconds=4 * every, every=every)
    said = time.run(source, seconds=3 * every, every=every, same=True)
    assert set(said[: -round(every / TICK)]) == {""}
    assert said[-1] == "is_still"


def test_a_clip_may_stand_still_and_take_its_time(time):
    source = Source(SourceSpec.parse("/clips/slides.mp4"))
    assert set(time.run(source, seconds=5, every=TICK, same=True)) == {""}
    assert set(time.run(source, seconds=5, every=None)) == {""}


def test_a_network_camera_whose_encoder_leaves_pictures_out_is_doubted_ever_later(time):
    source = Source(SourceSpec.parse("rtsp://door/live"))
    said = []
    for _ in range(4):
        time.run(source, seconds=TICK, every=TICK)
        said.append(time.run(source, seconds=3, every=TICK, same=True).count("is_still"))
    assert said[0] > said[1] > said[2]
    # In the end it is right for three seconds, but not for ten.
    assert said[3] == 0
    assert time.run(source, seconds=10, every=TICK, same=True)[-1] == "is_still"


def test_a_source_hangs_when_its_thread_waited_too_long(time):
    source = Source()
    time.run(source, seconds=5, every=TICK)
    source.waiting_since = time.now
    time.run(source, seconds=3.5, every=None)
    source.hangs_in_read = True
    assert time.run(source, seconds=TICK, every=None) == ["is_silent is_hung"]


def test_a_device_that_does_not_open_hangs_as_well_in_the_end(time):
    source = Source(waiting_since=time.now)
    assert set(time.run(source, seconds=19, every=None)) == {""}
    assert time.run(source, seconds=2, every=None)[-1] == "is_hung"


def test_a_machine_that_slept_gives_its_cameras_time_to_wake(time):
    source = Source()
    time.run(source, seconds=5, every=TICK)
    source.waiting_since = time.now
    source.hangs_in_read = True
    time.now += 8 * 3600
    said = time.run(source, seconds=2.9, every=None)
    assert said[0] == ""
    # It is said, but its thread is not given up yet.
    assert said[-1] == "is_silent"
    assert time.run(source, seconds=0.5, every=None)[-1] == "is_silent is_hung"


def test_time_in_which_nobody_looked_is_not_held_against_a_source(time):
    source = Source()
    time.run(source, seconds=1, every=TICK)
    opened = time.now
    time.now += 600
    time.run(source, seconds=1, every=TICK)
    assert time.watchdog.elapsed(opened) == pytest.approx(1, abs=2 * TICK)


def test_another_source_is_judged_by_itself(time):
    slow, quick = Source(), Source()
    time.run(slow, seconds=8, every=2)
    time.run(quick, seconds=1, every=TICK)
    assert time.run(quick, seconds=0.9, every=None)[-1] == "is_silent"
