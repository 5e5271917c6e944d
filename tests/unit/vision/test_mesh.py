"""Which meshes are taken for the face that was asked about; MediaPipe is played by hand."""

from types import SimpleNamespace

import numpy as np
import pytest

from desktop_app.vision import mesh as mesh_module
from desktop_app.vision.alignment import ARCFACE_TEMPLATE
from desktop_app.vision.mesh import MeshRefiner
from desktop_app.vision.pose import estimate_pose
from desktop_app.vision.types import MESH_POINTS, Landmarks

PIXELS = np.zeros((400, 400, 3), np.uint8)
POINTS = (ARCFACE_TEMPLATE * 2 + 80).astype(np.float32)
EYES = float(np.linalg.norm(POINTS[1] - POINTS[0]))


class Landmarker:
    """Sees a mesh moved from where the crop expects it: round by round, in crop pixels."""

    def __init__(self, moves):
        self.moves = list(moves)
        self.closed = 0

    def detect(self, image):
        assert image.shape == (256, 256, 3)
        move = self.moves.pop(0) if len(self.moves) > 1 else self.moves[0]
        if move is None:
            return SimpleNamespace(face_landmarks=[])
        target = mesh_module.template_for(256, margin=0.5) + move
        points = np.full((MESH_POINTS, 2), target.mean(axis=0))
        points[[33, 133]], points[[362, 263]] = target[0], target[1]
        points[[4, 61, 291]] = target[2:]
        return SimpleNamespace(
            face_landmarks=[[SimpleNamespace(x=x, y=y, z=0.1) for x, y in points / 256]]
        )

    def close(self):
        self.closed += 1


@pytest.fixture
def refining(monkeypatch):
    def make(*moves):
        landmarker = Landmarker(moves)
        vision = SimpleNamespace(
            FaceLandmarkerOptions=lambda **options: options,
            RunningMode=SimpleNamespace(IMAGE=1),
            FaceLandmarker=SimpleNamespace(create_from_options=lambda options: landmarker),
        )
        stand_in = SimpleNamespace(
            tasks=SimpleNamespace(vision=vision, BaseOptions=lambda **options: options),
            Image=lambda image_format, data: data,
            ImageFormat=SimpleNamespace(SRGB=1),
        )
        monkeypatch.setattr(mesh_module, "import_mediapipe", lambda: stand_in)
        model = SimpleNamespace(path="face.task", verified_bytes=lambda: b"")
        return MeshRefiner(model), landmarker

    return make


def refined(refiner, *, most_rounds=1):
    landmarks = Landmarks(POINTS, estimate_pose(POINTS))
    return refiner.refine(PIXELS, landmarks, most_rounds=most_rounds)


def points_moved(share):
    return POINTS + np.array([share * EYES, 0.0])


# The eyes lie 256 / 112 / 2 × 35.24 pixels apart in the crop.
EYES_IN_CROP = 256 / 112 / 2 * 35.2373


def moved(share, *, down=False):
    step = share * EYES_IN_CROP
    return np.array([0.0, step] if down else [step, 0.0])


@pytest.mark.parametrize("down", [False, True])
def test_the_mesh_of_a_neighbour_is_not_taken_for_ones_own(refining, down):
    near, _ = refining(moved(0.3, down=down))
    far, _ = refining(moved(0.4, down=down))
    found = refined(near)
    step = 0.3 * EYES
    shift = [0, step] if down else [step, 0]
    np.testing.assert_allclose(found.points, POINTS + shift, atol=0.05)
    assert found.mesh.shape == (MESH_POINTS, 3)
    assert refined(far) is None


def test_a_mesh_that_wanders_off_round_by_round_is_stopped_where_it_was_still_near(refining):
    # Each round moves by less than what is too far; together they are beyond it.
    refiner, _ = refining(moved(0.2))
    found = refined(refiner, most_rounds=5)
    np.testing.assert_allclose(found.points, points_moved(0.2), atol=0.05)


def test_refining_ends_where_nothing_changes_any_more(refining):
    refiner, landmarker = refining(moved(0.1), moved(0.01), moved(0.2))
    found = refined(refiner, most_rounds=5)
    np.testing.assert_allclose(found.points, points_moved(0.11), atol=0.05)
    assert len(landmarker.moves) == 1


def test_a_mesh_lost_in_a_later_round_leaves_what_an_earlier_one_found(refining):
    refiner, _ = refining(moved(0.1), None)
    np.testing.assert_allclose(refined(refiner, most_rounds=3).points, points_moved(0.1), atol=0.05)


def test_where_the_mesh_sees_nothing_there_is_nothing_better(refining):
    refiner, _ = refining(None)
    assert refined(refiner, most_rounds=3) is None


def test_depth_is_in_the_scale_of_the_picture(refining):
    refiner, _ = refining(moved(0.0))
    scale = EYES / EYES_IN_CROP
    np.testing.assert_allclose(refined(refiner).mesh[:, 2], 0.1 * 256 * scale, rtol=1e-3)


def test_closing_twice_closes_once(refining):
    refiner, landmarker = refining(None)
    refiner.close()
    refiner.close()
    assert landmarker.closed == 1
