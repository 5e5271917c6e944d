"""A face of the live picture on its way into the gallery, with the real networks."""

from __future__ import annotations

import pytest

from desktop_app.services.enrolment import described_again
from desktop_app.vision.effort import LIVE

pytestmark = pytest.mark.slow


def test_what_is_enrolled_of_a_frame_is_what_a_photo_of_it_would_give(pipeline, astronaut):
    glance = pipeline.find_faces(astronaut, effort=LIVE)[0]
    careful = pipeline.find_faces(astronaut)[0]
    box = glance.detection.box
    again = described_again(pipeline, astronaut, glance, box=box)
    assert again.embedding.similarity(careful.embedding) == pytest.approx(1.0, abs=1e-5)
    assert again.embedding.similarity(glance.embedding) < 0.9999
