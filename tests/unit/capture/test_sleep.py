import sys

import pytest

from desktop_app.capture.sleep import SleepWatch, seconds_asleep


def test_a_machine_that_is_awake_has_not_slept():
    watch = SleepWatch()
    assert watch.slept() == 0.0


def test_a_sleep_is_told_once():
    clock = iter([10.0, 10.0, 3610.0, 3610.0])
    watch = SleepWatch(asleep=lambda: next(clock))
    assert [watch.slept() for _ in range(3)] == [0.0, 3600.0, 0.0]


def test_two_clocks_that_are_read_one_after_the_other_are_no_sleep():
    clock = iter([0.0, 0.016, -0.016])
    watch = SleepWatch(asleep=lambda: next(clock))
    assert [watch.slept() for _ in range(2)] == [0.0, 0.0]


@pytest.mark.skipif(sys.platform not in ("linux", "darwin", "win32"), reason="no such clock")
def test_the_systems_clocks_agree_while_it_is_awake():
    assert seconds_asleep() == pytest.approx(seconds_asleep(), abs=0.5)


def test_where_no_clock_tells_nothing_is_ever_noticed():
    assert seconds_asleep(platform="sunos5") == 0.0
