"""How alike two glances at a face are."""

import numpy as np
import pytest

import factories
from desktop_app.recognition.thumbnail import alike

FLAT = np.zeros(256, np.float32)


def pictured(grey):
    """Return a picture of 16×16 as a thumbnail."""
    centred = grey - grey.mean()
    return (centred / np.linalg.norm(centred)).astype(np.float32).ravel()


@pytest.fixture
def face():
    # Smooth, as faces are: neighbours resemble each other.
    waves = np.sin(np.arange(18) / 2.5)
    return np.add.outer(waves, 0.6 * waves[::-1]) + np.outer(waves, waves)


def test_a_face_is_like_itself_also_a_pixel_further(face):
    here, beside = pictured(face[1:-1, 1:-1]), pictured(face[2:, 0:-2])
    assert alike(here, here) == pytest.approx(1.0, abs=1e-5)
    assert alike(here, beside) == pytest.approx(1.0, abs=1e-3)
    assert float(here @ beside) < 0.95


def test_it_is_less_like_another_and_unlike_its_negative(face):
    here = pictured(face[1:-1, 1:-1])
    assert alike(here, factories.unit_vector(5, dimension=256)) < 0.6
    assert alike(here, -here) < 0.0


def test_a_flat_one_is_like_nothing(face):
    here = pictured(face[1:-1, 1:-1])
    rim = np.zeros((16, 16))
    rim[0] = 1.0
    for flat in (FLAT, pictured(rim)):
        assert alike(flat, here) == 0.0
    assert alike(here, FLAT) == 0.0
