"""Several faces are looked at side by side; the networks are real."""

import gc
import threading
import weakref

import numpy as np
import pytest
from skimage import data

from desktop_app.services.runtime import load_models, load_pipeline
from desktop_app.vision.effort import LIVE
from desktop_app.vision.side_by_side import FacesSideBySide, LiveNetworks
from desktop_app.vision.threads import ONE_EACH, TWO_EACH, Threads


@pytest.fixture(scope="module")
def group():
    """The same photograph three times, each smaller than the one before."""
    face = data.astronaut()[:260, 80:340]
    picture = np.full((300, 700, 3), 90, np.uint8)
    for left, step in ((10, 1), (300, 2), (500, 3)):
        piece = face[::step, ::step]
        picture[20 : 20 + piece.shape[0], left : left + piece.shape[1]] = piece
    return picture


def looks_at(group, threads):
    pipeline = load_pipeline(catalog=load_models(), threads=threads)
    try:
        found = pipeline.find(group, effort=LIVE)
        alone = [pipeline.describe(group, one, effort=LIVE) for one in found]
        together = [pipeline.look_at(group, found) for _ in range(4)]
    finally:
        pipeline.close()
    return found, alone, together


@pytest.mark.parametrize("threads", [ONE_EACH, Threads(detector=1, embedder=1, looks=2)])
def test_faces_looked_at_together_are_those_looked_at_one_by_one(group, threads):
    found, alone, together = looks_at(group, threads)
    assert len(found) == 3
    for looks in together:
        for one, other in zip(alone, looks, strict=True):
            assert one.embedding.similarity(other.embedding) > 0.9999
            np.testing.assert_allclose(one.landmarks.points, other.landmarks.points, atol=1e-3)


class Reader:
    """Stands in for networks: waits for the others, and must never be asked twice at once."""

    def __init__(self, meeting):
        self._meeting = meeting
        self._busy = threading.Lock()
        self.closed = 0

    def describe(self, pixels, found, *, effort):
        assert effort is LIVE
        assert self._busy.acquire(blocking=False)
        try:
            self._meeting.wait(timeout=10)
            if isinstance(found, Exception):
                raise found
            return found
        finally:
            self._busy.release()

    def close(self):
        self.closed += 1


def looking():
    """Return the threads that look at faces; other tests of the process may have some too."""
    return {thread for thread in threading.enumerate() if thread.name.startswith("look")}


def side_by_side(*readers):
    return FacesSideBySide([LiveNetworks(finder=None, reader=reader) for reader in readers])


def test_each_thread_has_networks_of_its_own_and_the_order_is_kept():
    before = looking()
    meeting = threading.Barrier(2)
    readers = [Reader(meeting), Reader(meeting)]
    beside = side_by_side(*readers)
    assert beside.describe(None, list("abcdef")) == list("abcdef")
    assert len(looking() - before) == 2
    beside.close()
    assert [reader.closed for reader in readers] == [1, 1]
    assert not looking() - before


def test_what_goes_wrong_with_one_face_is_raised_and_the_next_picture_goes_on():
    meeting = threading.Barrier(2)
    beside = side_by_side(Reader(meeting), Reader(meeting))
    with pytest.raises(ValueError, match="no face"):
        beside.describe(None, ["a", ValueError("no face")])
    assert beside.describe(None, ["c", "d"]) == ["c", "d"]
    beside.close()


def test_for_one_face_nobody_waits_for_another_thread():
    asked = []

    class Alone(Reader):
        def describe(self, pixels, found, *, effort):
            asked.append(threading.current_thread())
            return found

    beside = side_by_side(Alone(None), Alone(None))
    assert beside.describe(None, ["a"]) == ["a"]
    assert asked == [threading.current_thread()]
    beside.close()


def test_the_same_is_found_around_faces_side_by_side_and_one_after_another(group):
    pipeline = load_pipeline(catalog=load_models(), threads=TWO_EACH)
    alone = load_pipeline(catalog=load_models(), threads=ONE_EACH)
    try:
        boxes = np.stack([face.detection.box for face in pipeline.find(group, effort=LIVE)])
        found = [one.find_near(group, boxes + 2) for one in (pipeline, alone)]
    finally:
        pipeline.close()
        alone.close()
    assert [len(faces) for faces in found] == [3, 3]
    for one, other in zip(*found, strict=True):
        np.testing.assert_allclose(one.detection.box, other.detection.box, atol=1e-2)


@pytest.mark.parametrize("threads", [ONE_EACH, TWO_EACH])
def test_whoever_closes_networks_has_their_memory_back_at_once(threads):
    pipeline = load_pipeline(catalog=load_models(), threads=threads)
    finders = [weakref.ref(pipeline._detector._finder)]
    if pipeline._beside is not None:
        finders += [weakref.ref(one.finder) for one in pipeline._beside._networks]
    # The application collects no garbage while it is busy, and neither do the tests.
    assert not gc.isenabled()
    pipeline.close()
    del pipeline
    assert [finder() for finder in finders] == [None] * len(finders)
