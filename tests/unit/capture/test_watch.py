import numpy as np
import pytest

from desktop_app.capture.sleep import SleepWatch
from desktop_app.capture.source import SourceKind
from desktop_app.capture.watch import STUCK_AFTER, LiveWatch, Verdict


def picture(value):
    return np.full((32, 48, 3), value, np.uint8)


def repeat(watch, pixels, *, start, seconds):
    count = round(seconds * 30)
    return [watch.judge(pixels.copy(), now=start + n / 30) for n in range(count)]


@pytest.fixture
def watch():
    return LiveWatch(SourceKind.CAMERA, sleep=SleepWatch(asleep=lambda: 0.0))


def test_a_live_picture_is_shown(watch):
    watch.begin()
    verdicts = [watch.judge(picture(50 + n), now=n / 30) for n in range(90)]
    assert set(verdicts) == {Verdict.SHOW}


def test_a_camera_that_repeats_its_picture_is_opened_again_once(watch):
    watch.begin()
    first = repeat(watch, picture(80), start=0.0, seconds=STUCK_AFTER + 1)
    assert first.count(Verdict.STUCK) == 1
    assert first.index(Verdict.STUCK) > STUCK_AFTER * 30
    watch.begin()
    again = repeat(watch, picture(80), start=STUCK_AFTER + 1, seconds=60)
    assert set(again) == {Verdict.SHOW}


def test_a_camera_that_lived_in_between_may_be_stuck_again(watch):
    repeat(watch, picture(80), start=0.0, seconds=STUCK_AFTER + 1)
    watch.judge(picture(81), now=10.0)
    assert Verdict.STUCK in repeat(watch, picture(82), start=10.1, seconds=STUCK_AFTER + 1)


def test_a_camera_with_its_lid_on_is_not_stuck(watch):
    assert set(repeat(watch, picture(0), start=0.0, seconds=20)) == {Verdict.SHOW}


def test_a_network_camera_may_send_the_same_picture_for_long():
    watch = LiveWatch(SourceKind.STREAM)
    assert set(repeat(watch, picture(80), start=0.0, seconds=20)) == {Verdict.SHOW}


def test_after_a_sleep_the_source_is_opened_again():
    asleep = [0.0]
    watch = LiveWatch(SourceKind.CAMERA, sleep=SleepWatch(asleep=lambda: asleep[0]))
    watch.begin()
    assert watch.judge(picture(80), now=0.0) is Verdict.SHOW
    asleep[0] = 3600.0
    assert watch.judge(picture(81), now=0.1) is Verdict.SLEPT
    asleep[0] = 7200.0
    watch.begin()
    assert watch.judge(picture(82), now=0.2) is Verdict.SHOW


def test_what_piled_up_in_a_pause_is_old(watch):
    watch.begin()
    for number in range(60):
        watch.judge(picture(number), now=number / 30)
    after_a_pause = [watch.judge(picture(n + 100), now=4.0 + n / 1000) for n in range(20)]
    assert after_a_pause[0] is Verdict.SHOW
    assert set(after_a_pause[1:]) == {Verdict.OLD}
