from itertools import combinations

import pytest

from desktop_app.services.label_places import Area, place_labels

PICTURE = {"width": 1000.0, "height": 600.0}


def crowd(*, across, gap):
    """Three rows of faces 40 wide and 50 high."""
    return [
        Area(100 + x * gap, 150 + y * 110, 140 + x * gap, 200 + y * 110)
        for y in range(3)
        for x in range(across)
    ]


def test_a_label_alone_stands_on_its_box():
    box = Area(400, 300, 500, 420)
    (place,) = place_labels([box], [(80, 20)], **PICTURE)
    assert (place.left, place.width, place.height) == (400, 80, 20)
    assert 0 <= box.top - place.bottom < 5


@pytest.mark.parametrize("gap", [60, 80, 100])
def test_in_a_crowd_with_room_no_label_hides_a_face_or_another_label(gap):
    boxes = crowd(across=7, gap=gap)
    places = place_labels(boxes, [(58.0, 14.0)] * len(boxes), **PICTURE)
    assert all(place.shared_with(box) == 0 for place in places for box in boxes)
    assert all(one.shared_with(other) == 0 for one, other in combinations(places, 2))


def test_where_there_is_no_room_all_labels_are_in_the_picture_all_the_same():
    boxes = [Area(-20, -20, 110, 90), Area(0, 0, 100, 80), Area(50, 0, 120, 80)]
    places = place_labels(boxes, [(70, 30)] * 3, width=100, height=80)
    assert all(place.left >= 0 and place.right <= 100 for place in places)
    assert all(place.top >= 0 and place.bottom <= 80 for place in places)


def test_its_own_face_is_hidden_before_somebody_elses():
    """Nothing is free: all round it are others."""
    boxes = [Area(x, y, x + 96, y + 96) for y in (0, 100, 200) for x in (0, 100, 200)]
    middle = boxes[4]
    places = place_labels([middle, *boxes[:4], *boxes[5:]], [(90, 20)] * 9, width=296, height=296)
    assert places[0].shared_with(middle) == 90 * 20
