import itertools

import numpy as np
import pytest

from desktop_app.capture.synthetic import SyntheticSource
from desktop_app.errors import CameraLost


def frames_of(source):
    source.open()
    frames = []
    while (frame := source.read()) is not None:
        frames.append(frame)
    source.close()
    return frames


def test_it_gives_the_stated_number_of_frames_with_their_times_and_then_the_end():
    frames = frames_of(SyntheticSource(5, size=(64, 48), frame_rate=25.0))
    assert [frame.index for frame in frames] == [0, 1, 2, 3, 4]
    assert [frame.timestamp for frame in frames] == pytest.approx([0, 0.04, 0.08, 0.12, 0.16])
    assert {frame.size for frame in frames} == {(64, 48)}


def test_two_of_the_same_kind_give_the_same_pixels_and_each_frame_differs_from_the_last():
    one, other = (frames_of(SyntheticSource(4)) for _ in range(2))
    assert all(np.array_equal(a.pixels, b.pixels) for a, b in zip(one, other, strict=True))
    assert not any(np.array_equal(a.pixels, b.pixels) for a, b in itertools.pairwise(one))


def test_the_given_picture_is_in_each_frame_and_moves():
    picture = np.random.default_rng(1).integers(0, 256, (20, 30, 3), np.uint8)
    places = []
    for frame in frames_of(SyntheticSource(8, size=(120, 40), picture=picture)):
        lefts = [
            left
            for left in range(120 - 30 + 1)
            if np.array_equal(frame.pixels[10:30, left : left + 30], picture)
        ]
        assert len(lefts) == 1
        places += lefts
    assert places == sorted(set(places))


def test_a_picture_larger_than_the_frame_is_cut_to_it():
    picture = np.full((100, 100, 3), 7, np.uint8)
    (frame,) = frames_of(SyntheticSource(1, size=(40, 30), picture=picture))
    assert (frame.pixels == 7).all()


def test_it_is_lost_where_it_was_told_to_be_and_works_again_once_reopened():
    source = SyntheticSource(lost_at=2, size=(8, 8))
    for _ in range(2):
        source.open()
        assert [source.read().index, source.read().index] == [0, 1]
        for _ in range(2):
            with pytest.raises(CameraLost):
                source.read()


def test_reading_without_opening_is_a_bug_and_not_a_known_error():
    with pytest.raises(RuntimeError, match="without being open"):
        SyntheticSource().read()


@pytest.mark.parametrize("values", [{"size": (0, 5)}, {"frame_rate": 0.0}])
def test_senseless_sizes_and_rates_are_refused(values):
    with pytest.raises(ValueError, match="above 0"):
        SyntheticSource(**values)
