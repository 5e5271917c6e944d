"""How many threads pay; the clock is played by hand, the networks are real."""

import pytest

from desktop_app.services.runtime import load_models
from desktop_app.vision.threads import ONE_EACH, Threads
from desktop_app.vision.tuning import fewest_that_pay, measure_threads


class Machine:
    """A clock that what is run moves on, by so many seconds for each number of threads."""

    def __init__(self, seconds):
        self._seconds = seconds
        self.now = 0.0

    def __call__(self):
        return self.now

    def prepared(self, number):
        def run():
            self.now += self._seconds[number]

        return run


@pytest.mark.parametrize(
    ("seconds", "chosen"),
    [
        ({1: 10.0, 2: 6.0, 4: 4.0}, 4),
        ({1: 10.0, 2: 6.0, 4: 5.8}, 2),
        ({1: 10.0, 2: 9.5, 4: 5.0}, 4),
        ({1: 10.0, 2: 15.0, 4: 30.0}, 1),
        ({1: 10.0, 2: 9.5, 4: 9.2}, 1),
    ],
)
def test_more_threads_are_used_only_where_they_gain_a_tenth(seconds, chosen):
    machine = Machine(seconds)
    assert fewest_that_pay((1, 2, 4), machine.prepared, clock=machine) == chosen


def test_one_run_that_was_disturbed_decides_nothing():
    machine = Machine({1: 10.0, 2: 5.0})
    runs = []

    def prepared(number):
        run = machine.prepared(number)

        def disturbed():
            run()
            runs.append(number)
            if runs.count(number) == 4:
                machine.now += 1000.0

        return disturbed

    assert fewest_that_pay((1, 2), prepared, clock=machine) == 2


@pytest.mark.parametrize("busy", [(0.0, 60.0), (30.0, 90.0), (60.0, 120.0), (90.0, 1000.0)])
def test_who_works_beside_for_a_while_decides_nothing(busy):
    """Whichever were being measured all that while would seem to take twice as long."""
    machine = Machine({1: 10.0, 2: 6.0})
    begin, end = busy

    def prepared(number):
        run = machine.prepared(number)

        def slowed():
            took = 2 if begin <= machine.now < end else 1
            for _ in range(took):
                run()

        return slowed

    assert fewest_that_pay((1, 2), prepared, clock=machine) == 2


def test_a_machine_with_one_core_is_not_measured():
    assert measure_threads(load_models(), cores=1) == ONE_EACH


def test_the_real_networks_are_measured():
    threads = measure_threads(load_models(), cores=2)
    assert threads.detector in (1, 2)
    assert threads.embedder in (1, 2)


def test_no_threads_are_refused():
    with pytest.raises(ValueError, match="1 thread or more"):
        Threads(detector=0, embedder=1)
