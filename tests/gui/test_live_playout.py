"""When frames are shown: at once where recognition keeps up, else as late as their boxes are."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest

import factories
from desktop_app.recognition.types import Unknown
from desktop_app.services.live import FrameResult, TrackView
from desktop_app.ui.live.playout import MOST_DELAY, MOST_LAG, Playout

FACE = factories.face(1)
TRACK = TrackView(1, FACE.detection.box, Unknown(None, 0.9), FACE, coasting=False)


def result_of(frame, tracks: Sequence[TrackView] = (TRACK,)) -> FrameResult:
    return FrameResult(frame, tuple(tracks), 0.01)


@dataclass(frozen=True)
class Shown:
    """One frame that was shown: when, which, how late, and how old its boxes were."""

    at: float
    index: int
    late: float
    lag: int


def play(
    takes: Callable[[random.Random], float],
    *,
    seconds: float = 12.0,
    fps: float = 30.0,
    held_up: float = 0.0,
    faces_until: float = 1e9,
) -> list[Shown]:
    """Play a source beside a recognition that takes so long for each frame it gets to.

    Its frames come held up by different times, so much at the most. After a while the faces leave
    the picture.
    """
    rng, playout, shown = random.Random(7), Playout(), []
    received: dict[int, float] = {}
    newest = working = None
    done_at, looked_at, marked, comes_at = 0.0, -1, -1, 0.0
    for tick in range(round(seconds * 1000)):
        now = tick / 1000
        if now >= comes_at:
            newest = factories.frame(len(received), timestamp=len(received) / fps)
            received[newest.index] = now
            playout.take_frame(newest, now=now)
            comes_at = len(received) / fps + held_up * rng.random()
        if working is not None and now >= done_at:
            tracks = (TRACK,) if working.timestamp < faces_until else ()
            playout.take_result(result_of(working, tracks), now=now)
            marked, working = working.index, None
        if working is None and newest is not None and newest.index > looked_at:
            working, looked_at, done_at = newest, newest.index, now + takes(rng)
        look_at = playout.next_look(now=now)
        frame = playout.due(now=now) if look_at is not None and now >= look_at - 1e-9 else None
        if frame is not None:
            lag = max(0, frame.index - marked)
            shown.append(Shown(now, frame.index, now - received[frame.index], lag))
    return shown


def steps(shown: Sequence[Shown]) -> list[float]:
    return [after.at - before.at for before, after in itertools.pairwise(shown)]


def settled(shown: Sequence[Shown]) -> list[Shown]:
    """What was shown after the first three seconds."""
    return [each for each in shown if each.at > 3]


def test_a_recognition_that_keeps_up_costs_no_delay():
    shown = settled(play(lambda _: 0.02))
    assert max(each.late for each in shown) < 0.01
    assert max(each.lag for each in shown) <= MOST_LAG


@pytest.mark.parametrize("slow", [0.045, 0.06, 0.08])
def test_boxes_are_never_more_than_two_frames_behind_though_recognition_is(slow):
    shown = settled(play(lambda rng: slow + 0.02 * rng.random()))
    assert max(each.lag for each in shown) <= MOST_LAG
    assert max(each.late for each in shown) <= MOST_DELAY + 0.001


@pytest.mark.parametrize("slow", [0.02, 0.06, 0.1, 0.3])
def test_the_picture_never_stands_still_for_the_sake_of_its_boxes(slow):
    shown = play(lambda rng: slow * (4 if rng.random() < 0.02 else 1))
    assert max(steps(shown)) < 0.045
    assert len(shown) > 0.95 * 12 * 30


def test_no_picture_is_later_than_it_may_be_however_slow_recognition_is():
    shown = play(lambda _: 0.4)
    assert max(each.late for each in shown) <= MOST_DELAY + 0.001


def test_frames_are_shown_in_their_order_and_once():
    indices = [each.index for each in play(lambda rng: 0.2 * rng.random())]
    assert indices == sorted(set(indices))


def test_the_delay_goes_when_recognition_has_caught_up():
    takes = itertools.chain(itertools.repeat(0.08, 90), itertools.repeat(0.02))
    shown = play(lambda _: next(takes), seconds=20)
    assert max(each.late for each in shown if each.at < 8) > 0.09
    assert max(each.late for each in shown if each.at > 18) < 0.01


def test_nobody_is_waited_for_where_no_face_is_seen():
    # In an empty scene recognition takes its time, to spare the battery.
    takes = itertools.chain(itertools.repeat(0.02, 240), itertools.repeat(0.2))
    shown = play(lambda _: next(takes), faces_until=7.0)
    assert max(each.late for each in shown if each.at > 7.5) < 0.01


def test_the_delay_stays_for_whoever_comes_into_the_picture_next():
    shown = play(lambda _: 0.08, faces_until=4.0)
    assert min(each.late for each in shown if each.at > 11) > 0.06


def test_boxes_that_were_found_a_fifteenth_of_a_second_ago_are_new_enough_at_any_rate():
    shown = settled(play(lambda _: 0.024, fps=60))
    assert max(each.lag for each in shown) > MOST_LAG
    assert max(each.late for each in shown) < 0.01


def test_the_first_frame_is_shown_at_once():
    playout = Playout()
    frame = factories.frame(0)
    playout.take_frame(frame, now=5.0)
    assert playout.due(now=5.0) is frame
    assert playout.next_look(now=5.0) is None
    assert playout.due(now=6.0) is None


def test_without_recognition_the_delay_goes():
    shown = [each for each in play(lambda _: 1e9, seconds=15) if each.at > 13]
    assert max(each.late for each in shown) < 0.01


def test_a_window_that_was_held_up_goes_on_with_the_newest_frame():
    playout = Playout()
    frames = [factories.frame(index, timestamp=index / 30) for index in range(20)]
    for index, frame in enumerate(frames):
        playout.take_frame(frame, now=index / 30)
    assert playout.due(now=5.0) is frames[-1]
    assert playout.next_look(now=5.0) is None


def test_a_slow_camera_is_not_slowed_down_further():
    shown = settled(play(lambda _: 0.12, fps=10))
    assert max(each.late for each in shown) < 0.06


def test_frames_that_come_unevenly_are_shown_evenly():
    uneven = settled(play(lambda _: 0.02, held_up=0.02))
    assert max(steps(uneven)) < 0.036
    assert min(steps(uneven)) > 0.027


def test_a_source_whose_time_jumps_is_shown_on_at_once():
    playout = Playout()
    for index in range(60):
        playout.take_frame(factories.frame(index, timestamp=index / 30), now=index / 30)
        playout.due(now=index / 30)
    for index, timestamp in ((60, 2.0), (61, 900.0), (62, 0.5)):
        frame = factories.frame(index, timestamp=timestamp)
        playout.take_frame(frame, now=10 + index / 30)
        assert playout.due(now=10 + index / 30 + MOST_DELAY) is frame
