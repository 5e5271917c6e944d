"""Which meshes are taken for the face that was asked about; their readers are played by hand."""

import numpy as np
import pytest

from desktop_app.vision.alignment import ARCFACE_TEMPLATE
from desktop_app.vision.mesh import MeshRefiner
from desktop_app.vision.pose import estimate_pose
from desktop_app.vision.types import MESH_POINTS, Landmarks

PIXELS = np.zeros((400, 400, 3), np.uint8)
POINTS = (ARCFACE_TEMPLATE * 2 + 80).astype(np.float32)
EYES = float(np.linalg.norm(POINTS[1] - POINTS[0]))


class Reader:
    """Sees a mesh moved from where it is expected: reading by reading, in the eyes' distances."""

    def __init__(self, *moves):
        self.moves = list(moves)
        self.readings = 0
        self.is_closed = False

    def under(self, pixels, points):
        assert pixels.ndim == 3
        move = self.moves[min(self.readings, len(self.moves) - 1)]
        self.readings += 1
        if move is None:
            return None
        return mesh_on(points + np.float32(EYES) * np.array(move, np.float32))

    def close(self):
        self.is_closed = True


def mesh_on(points):
    """Return a mesh whose five points are these."""
    mesh = np.zeros((MESH_POINTS, 3), np.float32)
    mesh[[33, 133], :2], mesh[[362, 263], :2] = points[0], points[1]
    mesh[[4, 61, 291], :2] = points[2:]
    return mesh


def right(share):
    return (share, 0.0)


def down(share):
    return (0.0, share)


def refined(reader, *, most_rounds=3):
    refiner = MeshRefiner(careful=reader, quick=Reader(None))
    return refined_by(refiner, most_rounds=most_rounds)


def refined_by(refiner, *, most_rounds):
    landmarks = Landmarks(POINTS, estimate_pose(POINTS))
    return refiner.refine(PIXELS, landmarks, most_rounds=most_rounds)


def points_moved(share):
    return POINTS + np.array([share * EYES, 0.0])


@pytest.mark.parametrize("direction", [right, down])
def test_the_mesh_of_a_neighbour_is_not_taken_for_ones_own(direction):
    found = refined(Reader(direction(0.3), direction(0.0)))
    shift = np.array(direction(0.3)) * EYES
    np.testing.assert_allclose(found.points, POINTS + shift, atol=0.05)
    assert found.mesh.shape == (MESH_POINTS, 3)
    assert refined(Reader(direction(0.4))) is None


def test_a_neighbours_mesh_is_not_taken_in_one_round_either():
    near, far = (
        MeshRefiner(careful=Reader(None), quick=Reader(right(share))) for share in (0.3, 0.4)
    )
    np.testing.assert_allclose(refined_by(near, most_rounds=1).points, points_moved(0.3), atol=0.05)
    assert refined_by(far, most_rounds=1) is None


def test_a_mesh_that_wanders_off_round_by_round_is_stopped_where_it_was_still_near():
    # Each round moves by less than what is too far; together they are beyond it.
    found = refined(Reader(right(0.2)), most_rounds=5)
    np.testing.assert_allclose(found.points, points_moved(0.2), atol=0.05)


def test_refining_ends_where_nothing_changes_any_more():
    reader = Reader(right(0.1), right(0.01), right(0.2))
    found = refined(reader, most_rounds=5)
    np.testing.assert_allclose(found.points, points_moved(0.11), atol=0.05)
    assert reader.readings == 2


def test_a_mesh_lost_in_a_later_round_leaves_what_an_earlier_one_found():
    found = refined(Reader(right(0.1), None))
    np.testing.assert_allclose(found.points, points_moved(0.1), atol=0.05)


def test_where_the_mesh_sees_nothing_there_is_nothing_better():
    assert refined(Reader(None)) is None


def test_a_face_that_is_worth_one_round_is_read_quickly_and_one_worth_more_carefully():
    careful, quick = Reader(right(0.0)), Reader(right(0.0))
    refiner = MeshRefiner(careful=careful, quick=quick)
    refined_by(refiner, most_rounds=1)
    assert (careful.readings, quick.readings) == (0, 1)
    refined_by(refiner, most_rounds=2)
    assert (careful.readings, quick.readings) == (1, 1)


def test_closing_closes_both_readers():
    careful, quick = Reader(None), Reader(None)
    MeshRefiner(careful=careful, quick=quick).close()
    assert (careful.is_closed, quick.is_closed) == (True, True)
