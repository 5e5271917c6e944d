"""Faces that are not upright, and the last attempt at a tight crop; YuNet is played by hand."""

import numpy as np
import pytest

from desktop_app.vision.rows import face_of
from desktop_app.vision.tight_crop import find_filling
from desktop_app.vision.turned import set_upright

UPRIGHT = np.array([[-10, -8], [10, -8], [0, 2], [-8, 12], [8, 12]], np.float32)


def row(middle, *, size=60.0, score=0.9, points=UPRIGHT):
    x, y = middle
    face = [x - size / 2, y - size / 2, size, size, *(points + middle).ravel(), score]
    return np.array(face, np.float32)


class Finder:
    """Scores a bright square by which way up its red corner is: highest where it is on top left.

    Stands in for a face: a white square of 60 pixels with a red quarter.
    """

    def __init__(self, scores):
        self._scores = scores  # by quarter turns that the picture needs yet
        self.whole = 0

    def detect(self, pixels, *, longest_side):
        self.whole += 1
        return [face_of(one) for one in self.search(pixels, 1.0)]

    def search(self, picture, scale, *, least_score=0.75):
        white = picture[:, :, 1] > 100
        red = (picture[:, :, 0] > 100) & ~white
        if not white.any():
            return np.empty((0, 15), np.float32)
        ys, xs = np.nonzero(white | red)
        middle = np.array([(xs.min() + xs.max()) / 2, (ys.min() + ys.max()) / 2])
        corner = np.array([np.nonzero(red)[1].mean(), np.nonzero(red)[0].mean()]) - middle
        missing = {(-1, -1): 0, (-1, 1): 3, (1, 1): 2, (1, -1): 1}[
            tuple(np.sign(corner).astype(int))
        ]
        score = self._scores[missing]
        if score < least_score:
            return np.empty((0, 15), np.float32)
        return np.stack([row(middle, size=float(xs.max() - xs.min() + 1), score=score)])


def picture(*, turns, at=(100, 60), size=(240, 160)):
    """A square face whose red quarter is on top left once ``turns`` quarter turns are made."""
    square = np.full((60, 60, 3), 255, np.uint8)
    square[:30, :30] = (255, 0, 0)
    width, height = size
    pixels = np.zeros((height, width, 3), np.uint8)
    x, y = at
    # np.rot90 turns anticlockwise; to need that many turns it is turned back by them.
    pixels[y - 30 : y + 30, x - 30 : x + 30] = np.rot90(square, -turns)
    return pixels


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_photo_on_its_side_is_searched_upright_and_its_points_are_where_they_are(turns):
    finder = Finder({0: 0.92, 1: 0.8, 2: 0.8, 3: 0.8})
    pixels = picture(turns=turns)
    first = finder.detect(pixels, longest_side=640)
    assert first[0].detection.score == pytest.approx(0.8)
    (face,) = set_upright(finder, pixels, first, longest_side=640)
    assert face.detection.score == pytest.approx(0.92)
    assert finder.whole == 2
    np.testing.assert_allclose(face.detection.box, [70, 30, 130, 90], atol=1.5)
    # The right eye lies over the red quarter, wherever that is in the photo as it lies.
    x, y = face.landmarks.points[0].round().astype(int)
    assert pixels[y, x].tolist() == [255, 0, 0]


def test_a_face_that_is_clearly_upright_is_not_looked_at_again():
    finder = Finder({0: 0.95, 1: 0.99, 2: 0.99, 3: 0.99})
    pixels = picture(turns=0)
    first = finder.detect(pixels, longest_side=640)
    assert set_upright(finder, pixels, first, longest_side=640)[0].detection.score == pytest.approx(
        0.95
    )


def test_a_doubtful_face_that_no_turn_shows_better_stays_as_it_was():
    finder = Finder({0: 0.8, 1: 0.82, 2: 0.8, 3: 0.8})
    pixels = picture(turns=0)
    first = finder.detect(pixels, longest_side=640)
    (face,) = set_upright(finder, pixels, first, longest_side=640)
    np.testing.assert_allclose(face.landmarks.points, first[0].landmarks.points, atol=1e-3)


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_photo_in_which_nothing_is_found_is_searched_turned(turns):
    finder = Finder({0: 0.92, 1: 0.3, 2: 0.3, 3: 0.3})
    pixels = picture(turns=turns)
    assert finder.detect(pixels, longest_side=640) == []
    (face,) = set_upright(finder, pixels, [], longest_side=640)
    np.testing.assert_allclose(face.detection.box, [70, 30, 130, 90], atol=1.5)


def test_what_is_seen_turned_but_badly_is_no_face():
    finder = Finder({0: 0.78, 1: 0.3, 2: 0.3, 3: 0.3})
    assert set_upright(finder, picture(turns=1), [], longest_side=640) == []


def test_a_photo_of_nobody_stays_one():
    finder = Finder({0: 0.92, 1: 0.3, 2: 0.3, 3: 0.3})
    nothing = np.zeros((100, 200, 3), np.uint8)
    assert set_upright(finder, nothing, [], longest_side=640) == []
    assert find_filling(finder, nothing) == []


def test_in_a_photo_on_its_side_what_is_upright_is_not_lost():
    """Two need a turn, one does not: the photo is searched turned, and all three are kept."""
    upright = face_of(row((200, 80), score=0.95))

    class Mixed(Finder):
        def detect(self, pixels, *, longest_side):
            self.whole += 1
            return []

    pixels = picture(turns=2)
    pixels[:, 160:] = picture(turns=2)[:, 40:120]
    finder = Mixed({0: 0.92, 1: 0.8, 2: 0.8, 3: 0.8})
    lying = [face_of(row(at, score=0.8)) for at in ((100, 60), (220, 60))]
    faces = set_upright(finder, pixels, [upright, *lying], longest_side=640)
    assert finder.whole == 1
    assert any(np.allclose(face.detection.box, upright.detection.box) for face in faces)
    assert len(faces) == 3


# One face that fills the photo


class Doubtful:
    """Sees a face in the middle of a photo in so many of the searches, and badly."""

    def __init__(self, *, times, share=0.8, score=0.65):
        self._left, self._share, self._score = times, share, score
        self.least = set()

    def search(self, picture, scale, *, least_score):
        self.least.add(least_score)
        height, width = picture.shape[:2]
        if not self._left:
            return np.empty((0, 15), np.float32)
        self._left -= 1
        size = self._share * min(width, height)
        return np.stack([row((width / 2, height / 2), size=size, score=self._score)])


def test_a_face_that_two_doubtful_searches_agree_on_is_taken():
    finder = Doubtful(times=2)
    (face,) = find_filling(finder, np.zeros((120, 100, 3), np.uint8))
    np.testing.assert_allclose(face.detection.box, [10, 20, 90, 100], atol=1.0)
    assert max(finder.least) < 0.75


def test_one_doubtful_search_is_not_believed():
    assert find_filling(Doubtful(times=1), np.zeros((120, 100, 3), np.uint8)) == []


def test_what_is_small_in_its_photo_is_no_tightly_cut_face():
    assert find_filling(Doubtful(times=9, share=0.2), np.zeros((120, 100, 3), np.uint8)) == []
