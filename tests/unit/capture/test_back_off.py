from desktop_app.capture.back_off import BACK_OFF, BackOff


def test_attempts_become_rarer_up_to_the_last_delay():
    back_off = BackOff((1.0, 2.0, 5.0))
    delays = [back_off.failed(pictures=0, seconds=0.1) for _ in range(5)]
    assert delays == [1.0, 2.0, 5.0, 5.0, 5.0]


def test_attempts_that_came_to_nothing_are_counted_until_pictures_come():
    back_off = BackOff()
    back_off.failed(pictures=500, seconds=20.0)
    assert back_off.attempts == 0
    for _ in range(3):
        back_off.failed(pictures=0, seconds=0.1)
    assert back_off.attempts == 3
    back_off.succeeded()
    assert back_off.attempts == 0


def test_a_source_that_worked_for_long_is_tried_quickly_again():
    back_off = BackOff((1.0, 2.0, 5.0))
    for _ in range(4):
        back_off.failed(pictures=0, seconds=0.1)
    assert back_off.failed(pictures=500, seconds=20.0) == 1.0


def test_a_source_that_comes_and_goes_is_not():
    back_off = BackOff((1.0, 2.0, 5.0))
    delays = [back_off.failed(pictures=3, seconds=0.2) for _ in range(4)]
    assert delays == [1.0, 2.0, 5.0, 5.0]


def test_a_wait_and_the_opening_after_it_fit_into_three_seconds():
    assert max(BACK_OFF) <= 2.0
    assert list(BACK_OFF) == sorted(BACK_OFF)
