import itertools

import pytest

from desktop_app.capture.pace import Pace


def play(pace, moments):
    """Return which of the pictures were old."""
    return [pace.note(moment) for moment in moments]


def steady(rate, *, start=0.0, seconds=3.0):
    return [start + number / rate for number in range(round(rate * seconds))]


@pytest.mark.parametrize("rate", [1.0, 5.0, 15.0, 30.0, 59.94, 120.0])
def test_the_rate_is_what_comes_and_not_what_is_stated(rate):
    pace = Pace()
    moments = steady(rate)
    play(pace, moments)
    assert pace.rate(moments[-1]) == pytest.approx(rate, rel=0.02)


def test_the_rate_follows_within_two_seconds_when_the_light_fails():
    pace = Pace()
    play(pace, steady(30.0))
    moments = steady(7.5, start=3.0)
    play(pace, moments)
    assert pace.rate(moments[-1]) == pytest.approx(7.5, rel=0.02)


def test_the_rate_falls_while_nothing_comes_and_is_nothing_after_two_seconds():
    pace = Pace()
    moments = steady(30.0)
    play(pace, moments)
    rates = [pace.rate(moments[-1] + silent) for silent in (0.0, 0.5, 1.0, 1.9, 2.1)]
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] == 0.0


def test_before_two_pictures_there_is_no_rate():
    pace = Pace()
    assert pace.rate(0.0) == 0.0
    pace.note(1.0)
    assert pace.rate(1.0) == 0.0


def test_pictures_that_come_at_their_pace_are_never_old():
    assert not any(play(Pace(), steady(30.0)))


def test_uneven_pictures_are_never_old():
    gaps = itertools.cycle([0.01, 0.08, 0.03, 0.1, 0.005])
    assert not any(play(Pace(), itertools.accumulate(itertools.islice(gaps, 300))))


def test_what_piled_up_while_the_network_stood_still_is_old_and_the_next_on_time_is_not():
    pace = Pace()
    play(pace, steady(25.0))
    resumed = 6.0  # 3.04 s after the last: 75 pictures wait
    burst = [resumed + number * 0.002 for number in range(75)]
    old = play(pace, burst)
    assert sum(old) >= 70
    after = steady(25.0, start=burst[-1] + 0.04)
    assert not any(play(pace, after))


def test_the_rate_does_not_count_what_piled_up():
    pace = Pace()
    play(pace, steady(25.0))
    play(pace, [6.0 + number * 0.002 for number in range(75)])
    after = steady(25.0, start=6.19, seconds=0.5)
    play(pace, after)
    assert pace.rate(after[-1]) < 30


def test_of_a_slow_source_what_piled_up_may_come_later_than_the_rate_looks_back():
    pace = Pace()
    play(pace, steady(0.2, seconds=60.0))
    assert play(pace, [80.0, 82.2]) == [False, True]
    assert pace.rate(82.2) == 0.0
    assert pace.note(87.2) is False


def test_a_source_that_became_quicker_in_a_pause_is_soon_shown():
    pace = Pace()
    play(pace, steady(5.0))
    old = play(pace, steady(60.0, start=4.0))
    assert sum(old) <= 6
    assert not any(old[10:])


def test_a_source_that_always_sends_in_bursts_shows_at_least_one_of_each():
    pace = Pace()
    bursts = [[start + number * 0.001 for number in range(15)] for start in range(20)]
    assert all(not all(play(pace, burst)) for burst in bursts)


def test_after_opening_again_the_pace_is_learned_anew():
    pace = Pace()
    play(pace, steady(30.0))
    pace.restart()
    assert pace.rate(3.0) == 0.0
    assert not any(play(pace, steady(100.0, start=60.0)))
