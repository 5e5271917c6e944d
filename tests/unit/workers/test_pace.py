"""How often a feed is looked at, as frames come in."""

from __future__ import annotations

import random

import pytest

from desktop_app.workers.pace import Pace

MINUTE = 60.0


class Scene:
    """A camera, and a worker that looks at its newest frame whenever the pace says so."""

    def __init__(self, *, frame_rate: float = 30.0, saves: bool = False) -> None:
        self.now = 1000.0
        self.saves = saves
        self.pace = Pace()
        self._every = 1 / frame_rate
        self._jitter = random.Random(1)

    def run(self, seconds: float, *, follows: bool, takes: float = 0.01) -> list[float]:
        """Return the moments of the looks; each frame comes up to 5 ms late."""
        looks = []
        for frame in range(1, round(seconds / self._every)):
            moment = self.now + frame * self._every + self._jitter.uniform(0, 0.005)
            if self.pace.wait(now=moment, saves=self.saves) == 0:
                self.pace.begin(now=moment)
                self.pace.end(now=moment + takes, follows=follows)
                looks.append(moment)
        self.now += seconds
        return looks


def rate(looks: list[float]) -> float:
    return (len(looks) - 1) / (looks[-1] - looks[0])


@pytest.mark.parametrize("follows", [True, False])
def test_on_mains_each_frame_is_looked_at(follows):
    assert len(Scene().run(10, follows=follows)) == 299


@pytest.mark.parametrize("frame_rate", [15, 20, 24, 25, 30, 50, 60])
def test_on_battery_a_face_is_looked_at_about_15_times_a_second_whatever_the_camera_sends(
    frame_rate,
):
    looks = Scene(frame_rate=frame_rate, saves=True).run(20, follows=True)
    assert 9.5 <= rate(looks) <= 15.5


def test_on_battery_an_empty_scene_is_looked_at_five_times_a_second():
    assert rate(Scene(saves=True).run(20, follows=False)) == pytest.approx(5, abs=0.3)


def test_on_battery_somebody_who_comes_in_is_looked_at_more_often_from_the_first_look_on():
    scene = Scene(saves=True)
    scene.run(20, follows=False)
    came = scene.now
    looks = scene.run(2, follows=True)
    assert looks[0] - came < 0.25
    assert looks[1] - looks[0] < 0.1


def test_a_scene_that_was_empty_for_a_minute_is_looked_at_ten_times_a_second():
    scene = Scene()
    assert rate(scene.run(MINUTE - 1, follows=False)) == pytest.approx(30, abs=0.3)
    scene.run(2, follows=False)
    assert rate(scene.run(20, follows=False)) == pytest.approx(10, abs=0.3)


def test_whoever_comes_into_an_empty_scene_is_looked_at_within_a_tenth_and_then_in_each_frame():
    scene = Scene()
    scene.run(2 * MINUTE, follows=False)
    came = scene.now
    looks = scene.run(2, follows=True)
    assert looks[0] - came <= 0.14
    assert rate(looks) == pytest.approx(30, abs=0.5)


def test_a_scene_is_empty_only_a_minute_after_the_last_who_was_there():
    scene = Scene()
    scene.run(2 * MINUTE, follows=False)
    scene.run(1, follows=True)
    assert rate(scene.run(MINUTE - 2, follows=False)) == pytest.approx(30, abs=0.3)


def test_a_face_that_stays_is_never_taken_for_an_empty_scene():
    assert rate(Scene().run(3 * MINUTE, follows=True)) == pytest.approx(30, abs=0.3)


def test_a_frame_that_came_too_early_waits_for_a_fresher_one_but_not_for_ever():
    pace = Pace()
    pace.begin(now=10.0)
    pace.end(now=10.01, follows=True)
    wait = pace.wait(now=10.03, saves=True)
    # The next frame of a camera at 30 a second comes before.
    assert 10.0 + 2 / 30 < 10.03 + wait < 10.15
    assert pace.wait(now=10.03 + wait, saves=True) == 0


def test_back_on_mains_what_waits_is_looked_at_at_once():
    pace = Pace()
    pace.begin(now=10.0)
    pace.end(now=10.01, follows=False)
    assert pace.wait(now=10.03, saves=True) > 0
    assert pace.wait(now=10.03, saves=False) == 0


def test_the_first_frame_of_a_source_is_looked_at_at_once():
    assert Pace().wait(now=10.0, saves=True) == 0
