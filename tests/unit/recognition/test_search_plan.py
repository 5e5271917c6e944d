"""When a frame is searched whole."""

import numpy as np
import pytest

from desktop_app.recognition.search_plan import WHOLE_EVERY, SearchPlan, any_missed

ROOM = np.random.default_rng(5).integers(0, 255, (90, 160, 3)).astype(np.uint8)
FOLLOWED = np.array([[60, 30, 90, 70]], np.float32)
BOX = np.array([[10, 10, 50, 60]], np.float32)


def searched_whole(frames, *, rate, follows=False, waits=False):
    followed = FOLLOWED if follows else FOLLOWED[:0]
    plan = SearchPlan()
    whole = []
    for index, pixels in enumerate(frames):
        if plan.wants_whole(pixels, timestamp=index / rate, followed=followed, waits=waits):
            plan.note_whole(timestamp=index / rate)
            whole.append(index)
    return whole


def noisy(number):
    noise = np.random.default_rng(number).normal(0, 6, ROOM.shape)
    return np.clip(ROOM + noise, 0, 255).astype(np.uint8)


def test_the_first_frame_is_searched_whole():
    assert searched_whole([ROOM], rate=30, follows=False) == [0]


def changing(frames, *, rows, columns):
    """The room, each frame of which has another grey in a corner of it."""
    for number in range(frames):
        pixels = ROOM.copy()
        pixels[rows, columns] = 60 * (number % 4)
        yield pixels


def test_while_something_moves_beside_those_followed_newcomers_are_looked_for_often():
    beside = changing(31, rows=slice(60, 80), columns=slice(0, 20))
    assert searched_whole(beside, rate=30, follows=True) == [0, 6, 12, 18, 24, 30]
    assert 5 / 30 < WHOLE_EVERY <= 6 / 30


def test_while_only_they_move_or_nothing_does_they_are_looked_for_less_often():
    head = changing(34, rows=slice(25, 75), columns=slice(50, 100))
    assert searched_whole(head, rate=30, follows=True) == [0, 11, 22, 33]
    still = [noisy(number) for number in range(34)]
    assert searched_whole(still, rate=30, follows=True) == [0, 11, 22, 33]


def test_while_somebody_is_waited_for_and_nobody_is_in_sight_every_frame_is_searched():
    assert searched_whole([ROOM] * 3, rate=30, waits=True) == [0, 1, 2]
    assert searched_whole([ROOM] * 3, rate=30, follows=True, waits=True) == [0]


def test_an_empty_room_is_searched_twice_a_second_whatever_the_noise():
    whole = searched_whole([noisy(number) for number in range(61)], rate=30, follows=False)
    assert whole == [0, 15, 30, 45, 60]


def test_where_somebody_comes_in_an_empty_room_is_searched_at_once():
    entered = ROOM.copy()
    entered[30:, 40:60] = 200
    assert searched_whole([ROOM] * 6 + [entered], rate=30, follows=False) == [0, 6]


def test_who_creeps_in_is_noticed_too():
    frames = []
    for step in range(12):
        pixels = ROOM.copy()
        pixels[:, : step + 1] = 120
        frames.append(pixels)
    assert len(searched_whole(frames, rate=30, follows=False)) >= 2


def test_another_picture_altogether_is_searched_at_once():
    assert searched_whole([ROOM, ROOM, ROOM[::-1]], rate=30, follows=True) == [0, 2]


@pytest.mark.parametrize("timestamps", [[5.0, 0.0], [0.0, 9.0]])
def test_after_a_jump_in_time_a_frame_is_searched_whole(timestamps):
    plan = SearchPlan()
    for timestamp in timestamps:
        assert plan.wants_whole(ROOM, timestamp=timestamp, followed=FOLLOWED, waits=False)
        plan.note_whole(timestamp=timestamp)


def test_a_picture_that_changes_its_size_is_compared_all_the_same():
    larger = np.repeat(np.repeat(ROOM, 2, axis=0), 2, axis=1)
    assert searched_whole([ROOM, larger, ROOM[:1, :1]], rate=30, follows=True)[0] == 0


def test_a_face_that_was_found_where_it_was_expected_is_not_missed():
    assert not any_missed(BOX, [BOX[0] + 3])
    assert any_missed(BOX, [BOX[0] + 100])
    assert any_missed(BOX, [])
    assert not any_missed(BOX[:0], [])
