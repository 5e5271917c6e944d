"""How further readings of a face's points are put together; YuNet is played by hand."""

import numpy as np
import pytest

import factories
from desktop_app.recognition.decision import unusable_reason
from desktop_app.recognition.types import Reason
from desktop_app.vision.alignment import apply_transform, similarity_transform, template_for
from desktop_app.vision.closer_look import CloserLook
from desktop_app.vision.detector import CombinedDetector
from desktop_app.vision.effort import LIVE, PHOTO
from desktop_app.vision.pose import estimate_pose
from desktop_app.vision.types import DetectedFace, Detection, Landmarks

PIXELS = np.zeros((400, 400, 3), np.uint8)
POINTS = np.array([[150, 150], [200, 150], [175, 180], [155, 210], [195, 210]], np.float32)
MARGINS = {112: 0.3, 224: 0.55}


def row(points, *, score=0.9, middle=None):
    low, high = points.min(axis=0) - 20, points.max(axis=0) + 20
    if middle is not None:
        low, high = np.array(middle) - 30.0, np.array(middle) + 30.0
    return np.array([*low, *(high - low), *points.ravel(), score], np.float32)


class Finder:
    """Sees a face at the places it is told to, in each crop and in its mirror image."""

    def __init__(self, places, *, first=()):
        self._places = places
        self._first = list(first)
        self.asked = []

    def detect(self, pixels, *, longest_side):
        return self._first

    def search(self, picture, scale, **options):
        side = picture.shape[0]
        is_mirrored = self.asked.count(side) % 2 == 1
        self.asked.append(side)
        rows = self._places(side, is_mirrored)
        return np.array(rows, np.float32).reshape(-1, 15)


def seen_in_crop(points, side):
    transform = similarity_transform(POINTS, template_for(side, margin=MARGINS[side]))
    return apply_transform(transform, points.astype(np.float64)).astype(np.float32)


def mirror(points, side):
    flipped = points[[1, 0, 2, 4, 3]].copy()
    flipped[:, 0] = side - 1 - flipped[:, 0]
    return flipped


def test_each_crop_is_read_in_both_hands_and_the_mean_is_in_the_pictures_pixels():
    offsets = iter([[4, 0], [0, 4], [-4, 0], [0, 8]])

    def places(side, is_mirrored):
        seen = seen_in_crop(POINTS + np.array(next(offsets), np.float32), side)
        return [row(mirror(seen, side) if is_mirrored else seen)]

    finder = Finder(places)
    read = CloserLook(finder).read(PIXELS, POINTS)
    assert finder.asked == [112, 112, 224, 224]
    np.testing.assert_allclose(read, POINTS + np.float32([0, 3]), atol=1e-3)


def test_a_neighbour_at_the_crops_edge_is_not_read():
    def places(side, is_mirrored):
        seen = seen_in_crop(POINTS, side)
        own = mirror(seen, side) if is_mirrored else seen
        return [row(own, score=0.8), row(own + 5, score=0.99, middle=(side * 0.9, side * 0.5))]

    np.testing.assert_allclose(CloserLook(Finder(places)).read(PIXELS, POINTS), POINTS, atol=1e-3)


def test_a_neighbour_near_the_middle_who_is_seen_better_is_not_read():
    def places(side, is_mirrored):
        seen = seen_in_crop(POINTS, side)
        own = mirror(seen, side) if is_mirrored else seen
        middle = np.array([side / 2, side / 2])
        beside = own + np.float32(0.15 * side)
        return [row(beside, score=0.93, middle=middle + 0.1 * side), row(own, score=0.92)]

    np.testing.assert_allclose(CloserLook(Finder(places)).read(PIXELS, POINTS), POINTS, atol=1e-3)


def test_where_no_crop_shows_a_face_there_is_no_reading():
    assert CloserLook(Finder(lambda side, is_mirrored: [])).read(PIXELS, POINTS) is None


# How the detector uses it


class Refiner:
    def __init__(self, points=None):
        self._points = points

    def refine(self, pixels, landmarks, *, most_rounds):
        if self._points is None:
            return None
        return Landmarks(self._points, estimate_pose(self._points))


def found(points, *, score=0.95):
    return DetectedFace(
        Detection(np.array([100, 100, 250, 250], np.float32), score),
        Landmarks(points, estimate_pose(points)),
    )


def closer_sees(shift):
    def places(side, is_mirrored):
        seen = seen_in_crop(POINTS + shift, side)
        return [row(mirror(seen, side) if is_mirrored else seen)]

    return places


def refined(points, *, mesh, effort, places=None):
    places = places or closer_sees(2)
    detector = CombinedDetector(finder=Finder(places), refiner=Refiner(mesh))
    return detector.refine(PIXELS, found(points), effort=effort).landmarks


def test_a_photo_is_read_three_times_and_the_mesh_leads():
    mesh = POINTS + np.float32(1)
    landmarks = refined(POINTS, mesh=mesh, effort=PHOTO, places=lambda side, is_mirrored: [])
    assert np.array_equal(landmarks.points, mesh)
    assert [one.tolist() for one in landmarks.readings] == [POINTS.tolist()]


def test_a_frame_is_read_once():
    landmarks = refined(POINTS, mesh=POINTS + np.float32(1), effort=LIVE)
    assert np.array_equal(landmarks.points, POINTS + 1)
    assert landmarks.readings == ()


@pytest.mark.parametrize(
    ("eyes", "effort", "by_mesh"),
    [(7, LIVE, False), (9, LIVE, True), (9, PHOTO, False), (17, PHOTO, True)],
)
def test_the_mesh_of_a_live_face_is_read_down_to_a_smaller_size(eyes, effort, by_mesh):
    points = (POINTS * (eyes / 50)).astype(np.float32)
    landmarks = refined(
        points, mesh=points + np.float32(1), effort=effort, places=lambda side, is_mirrored: []
    )
    assert np.array_equal(landmarks.points, points + 1) == by_mesh


def test_without_a_mesh_the_closer_look_leads():
    landmarks = refined(POINTS, mesh=None, effort=PHOTO)
    np.testing.assert_allclose(landmarks.points, POINTS + 2, atol=1e-3)
    assert [one.tolist() for one in landmarks.readings] == [POINTS.tolist()]


TURNED = np.array([[190, 150], [205, 150], [215, 180], [188, 210], [203, 210]], np.float32)


def test_of_a_half_profile_yunets_first_reading_is_left_out():
    assert abs(estimate_pose(TURNED).yaw) > 45

    def places(side, is_mirrored):
        transform = similarity_transform(TURNED, template_for(side, margin=MARGINS[side]))
        seen = apply_transform(transform, (TURNED + 2).astype(np.float64)).astype(np.float32)
        return [row(mirror(seen, side) if is_mirrored else seen, middle=(side / 2, side / 2))]

    for effort in (PHOTO, LIVE):
        landmarks = refined(TURNED, mesh=None, effort=effort, places=places)
        np.testing.assert_allclose(landmarks.points, TURNED + 2, atol=1e-3)
        assert landmarks.readings == ()


def test_of_a_leaning_head_yunets_first_reading_is_left_out():
    angle = np.radians(25)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    leaning = ((POINTS - 180) @ turn.T + 180).astype(np.float32)
    landmarks = refined(leaning, mesh=leaning, effort=PHOTO, places=lambda side, is_mirrored: [])
    assert landmarks.readings == ()


def test_what_nothing_sees_a_second_time_keeps_its_first_reading():
    landmarks = refined(TURNED, mesh=None, effort=PHOTO, places=lambda side, is_mirrored: [])
    assert np.array_equal(landmarks.points, TURNED)


def test_a_half_profile_that_is_not_seen_again_loses_half_its_score_and_is_not_judged():
    detector = CombinedDetector(finder=Finder(lambda *_: []), refiner=Refiner(None))
    doubtful = detector.refine(PIXELS, found(TURNED, score=0.8), effort=PHOTO)
    assert doubtful.detection.score == pytest.approx(0.4)
    assert unusable_reason(factories.face(score=doubtful.detection.score)) is (
        Reason.NOT_CLEARLY_A_FACE
    )
    sure = detector.refine(PIXELS, found(TURNED, score=0.9), effort=PHOTO)
    assert sure.detection.score == pytest.approx(0.9)
    # Live, there is no time to look again at each.
    live = detector.refine(PIXELS, found(TURNED, score=0.8), effort=LIVE)
    assert live.detection.score == pytest.approx(0.8)


@pytest.mark.parametrize(("score", "kept"), [(0.8, False), (0.9, True)])
def test_a_frontal_face_that_the_mesh_does_not_see_wants_a_high_score(score, kept):
    detector = CombinedDetector(finder=Finder(closer_sees(0)), refiner=Refiner(None))
    face = detector.refine(PIXELS, found(POINTS, score=score), effort=PHOTO)
    assert (face is not None) == kept
