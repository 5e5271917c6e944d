import numpy as np
import pytest

import factories
from desktop_app.errors import EmbedderMismatch
from desktop_app.vision.types import Detection, Embedding, Landmarks, Pose, Quality


def test_arrays_cannot_be_changed_through_the_type():
    detection = Detection(np.zeros(4, np.float32), 0.5)
    with pytest.raises(ValueError, match="read-only"):
        detection.box[0] = 1


def test_a_wrong_shape_is_refused_with_what_was_expected():
    with pytest.raises(
        ValueError, match=r"Landmarks\.points: expected shape \(5, 2\), got \(4, 2\)"
    ):
        Landmarks(np.zeros((4, 2), np.float32), Pose(0, 0, 0))


def test_a_wrong_dtype_is_refused_with_what_was_expected():
    with pytest.raises(
        TypeError, match=r"Detection\.box: expected an array of float32, got float64"
    ):
        Detection(np.zeros(4), 0.5)


@pytest.mark.parametrize("score", [-0.1, 1.1, float("nan")])
def test_a_score_outside_its_range_is_refused(score):
    with pytest.raises(ValueError, match=r"Detection\.score"):
        Detection(np.zeros(4, np.float32), score)


def test_a_vector_that_is_no_unit_vector_is_refused():
    with pytest.raises(ValueError, match="expected length 1"):
        Embedding(np.ones(8, np.float32), "sface")


def test_embeddings_of_two_embedders_cannot_be_compared():
    with pytest.raises(EmbedderMismatch):
        factories.embedding().similarity(factories.embedding(embedder="facenet"))


def test_embeddings_of_two_dimensions_cannot_be_compared():
    with pytest.raises(EmbedderMismatch):
        factories.embedding().similarity(factories.embedding(dimension=64))


def test_similarity_is_the_cosine():
    base = factories.embedding(1)
    assert base.similarity(factories.at_similarity(base, 0.42)) == pytest.approx(0.42, abs=1e-6)


def test_one_hopeless_part_of_quality_cannot_be_outweighed():
    assert Quality(size=1, sharpness=0, exposure=1, pose=1, score=1).overall == 0


def test_the_weakest_part_of_quality_is_named():
    parts = Quality(size=0.9, sharpness=0.8, exposure=0.2, pose=0.7, score=1)
    assert parts.weakest == "exposure"
