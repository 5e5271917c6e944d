"""Small faces in large photos, and what becomes of YuNet's rows; YuNet is played by hand."""

import numpy as np
import pytest

from desktop_app.vision.rows import (
    best_near,
    face_of,
    mapped,
    mirrored,
    overlaps,
    row_of,
    without_duplicates,
)
from desktop_app.vision.tiles import search_tiles

POINTS = np.array([[-10, -8], [10, -8], [0, 2], [-8, 12], [8, 12]], np.float32)


def row(middle, *, size=30.0, score=0.9):
    x, y = middle
    points = POINTS * size / 40 + np.array(middle, np.float32)
    return np.array([x - size / 2, y - size / 2, size, size, *points.ravel(), score], np.float32)


class Finder:
    """Finds white spots, each as large as it is."""

    def __init__(self):
        self.searched = []

    def search(self, picture, scale, **options):
        self.searched.append(picture.shape[:2])
        columns = np.flatnonzero(picture[:, :, 1].max(axis=0))
        rows = []
        for group in np.split(columns, np.flatnonzero(np.diff(columns) > 1) + 1):
            if len(group):
                lines = np.flatnonzero(picture[:, group[0], 1])
                middle = (float(group.mean()) + 0.5, float(lines.mean()) + 0.5)
                rows.append(row(middle, size=float(len(group))))
        return np.stack(rows) if rows else np.empty((0, 15), np.float32)


def crowd(*, width=4000, height=3000, spots=()):
    pixels = np.zeros((height, width, 3), np.uint8)
    for x, y, size in spots:
        pixels[y : y + size, x : x + size] = 255
    return pixels


SMALL = face_of(row((1515, 1515), size=60.0))


def boxes(faces):
    return sorted([round(float(value)) for value in face.detection.box] for face in faces)


def test_where_one_face_is_small_the_photo_is_searched_for_smaller_ones_in_pieces():
    # One spot in the first piece, one where pieces overlap, and the one that was found.
    spots = ((100, 200, 24), (1300, 700, 24), (1485, 1485, 60), (3900, 2900, 24))
    finder = Finder()
    faces = search_tiles(finder, crowd(spots=spots), [SMALL], longest_side=1920)
    assert boxes(faces) == [
        [100, 200, 124, 224],
        [1300, 700, 1324, 724],
        [1485, 1485, 1545, 1545],
        [3900, 2900, 3924, 2924],
    ]
    assert set(finder.searched) == {(1600, 1600)}


def test_a_face_at_the_seam_of_two_pieces_is_whole_in_one_of_them():
    for x in range(1200, 1700, 20):
        faces = search_tiles(Finder(), crowd(spots=((x, 900, 200),)), [SMALL], longest_side=1920)
        assert [x, 900, x + 200, 1100] in boxes(faces)


@pytest.mark.parametrize(
    ("found", "width"),
    [
        ([face_of(row((1500, 1500), size=400.0))], 4000),  # nobody is small
        ([], 4000),  # nobody is there
        ([face_of(row((500, 500), size=12.0))], 1900),  # it was searched at its own size
    ],
)
def test_other_photos_are_not_searched_again(found, width):
    finder = Finder()
    assert search_tiles(finder, crowd(width=width, height=1000), found, longest_side=1920) == found
    assert finder.searched == []


def test_a_huge_photo_is_searched_in_no_more_than_thirty_pieces():
    finder = Finder()
    tiny = face_of(row((500, 500), size=100.0))
    pixels = np.broadcast_to(np.zeros(3, np.uint8), (16_000, 16_000, 3))
    search_tiles(finder, pixels, [tiny], longest_side=1920)
    assert 20 <= len(finder.searched) <= 36


# Rows


def test_a_row_says_the_same_as_its_face():
    one = row((50, 60))
    np.testing.assert_allclose(row_of(face_of(one)), one, atol=1e-4)


def test_a_mirror_of_a_mirror_is_the_row_itself_and_right_stays_right():
    one = row((30, 40))[None]
    twice = mirrored(mirrored(one, width=200), width=200)
    np.testing.assert_allclose(twice, one, atol=1e-4)
    points = mirrored(one, width=200)[0, 4:14].reshape(5, 2)
    assert points[0, 0] < points[1, 0]


def test_a_mapped_box_holds_what_it_held_also_when_it_leans():
    angle = np.radians(30)
    turn = np.array([[np.cos(angle), -np.sin(angle), 5.0], [np.sin(angle), np.cos(angle), 7.0]])
    leaning = mapped(row((100, 100), size=40.0), turn)
    assert leaning[2] == pytest.approx(40 * (np.cos(angle) + np.sin(angle)), abs=1e-3)
    x, y, w, h = leaning[:4]
    points = leaning[4:14].reshape(5, 2)
    assert ((points > (x, y)) & (points < (x + w, y + h))).all()


def test_of_rows_of_one_face_the_best_is_kept():
    rows = np.stack(
        [row((50, 50), score=0.8), row((52, 50), score=0.95), row((90, 50), score=0.76)]
    )
    assert without_duplicates(rows)[:, 14].tolist() == pytest.approx([0.95, 0.76])
    assert overlaps(rows[0], rows)[0] == pytest.approx(1.0)
    assert without_duplicates(np.empty((0, 15), np.float32)).shape == (0, 15)


def test_the_best_near_the_middle_is_not_the_best_of_all():
    rows = np.stack([row((50, 50), score=0.8), row((90, 50), score=0.99)])
    assert best_near(rows, 50.0, reach=20.0)[14] == pytest.approx(0.8)
    assert best_near(rows[1:], 50.0, reach=20.0) is None
