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


def until_stuck(watch, pixels, *, start):
    """Repeat a picture until the camera is to be opened again; return when."""
    for number in range(200):
        now = start + number / 30
        if watch.judge(pixels.copy(), now=now) is Verdict.STUCK:
            return now
    raise AssertionError("it was never called stuck")


def test_a_camera_that_repeats_its_picture_is_opened_again(watch):
    watch.begin()
    stuck_at = until_stuck(watch, picture(80), start=0.0)
    assert stuck_at > STUCK_AFTER


def test_a_camera_that_goes_on_repeating_after_that_is_left_in_peace_for_good(watch):
    watch.begin()
    stuck_at = until_stuck(watch, picture(80), start=0.0)
    watch.begin()
    after = repeat(watch, picture(80), start=stuck_at, seconds=60)
    # A virtual camera that shows one card after another.
    next_card = repeat(watch, picture(90), start=stuck_at + 60, seconds=60)
    assert set(after + next_card) == {Verdict.SHOW}


def test_a_camera_that_was_live_again_for_long_may_be_stuck_again(watch):
    watch.begin()
    start = until_stuck(watch, picture(80), start=0.0)
    watch.begin()
    assert set(repeat(watch, picture(80), start=start, seconds=10)) == {Verdict.SHOW}
    start += 10
    live = [watch.judge(picture(90 + n % 2), now=start + n / 30) for n in range(60 * 30)]
    assert set(live) == {Verdict.SHOW}
    assert until_stuck(watch, picture(100), start=start + 60) > start + 60 + STUCK_AFTER


def test_a_camera_that_opening_it_again_helped_may_be_stuck_again(watch):
    watch.begin()
    stuck_at = until_stuck(watch, picture(80), start=0.0)
    watch.begin()
    assert watch.judge(picture(81), now=stuck_at + 1) is Verdict.SHOW
    assert until_stuck(watch, picture(82), start=stuck_at + 2) > stuck_at + STUCK_AFTER


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
