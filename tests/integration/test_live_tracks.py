"""Two people in front of the camera, played with photographs that are moved over a background.

Every frame goes through the real networks; names are compared with who really is there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pytest

from desktop_app.capture.frame import Frame
from desktop_app.opencv import cv2
from desktop_app.recognition.gallery import Gallery
from desktop_app.recognition.types import Identity, Template, decided_name
from desktop_app.services.live import FrameResult, LiveRecogniser
from desktop_app.services.runtime import policy_for
from desktop_app.vision.alignment import crop, similarity_transform, template_for
from desktop_app.vision.pipeline import FacePipeline

WIDTH, HEIGHT, RATE = 640, 360, 15
COLLINS, HOPPER = "Eileen Collins", "Grace Hopper"
HEAD = 190  # side of a head with hair and collar, pixels
# Where a head stands: its middle, pixels.
Place = tuple[str, float, float]


@dataclass
class Shown:
    """What a film showed: for each frame who was there and which name stood where."""

    results: list[FrameResult] = field(default_factory=list)
    places: list[list[Place]] = field(default_factory=list)
    described: int = 0

    def names_at(self, index: int) -> dict[str, str | None]:
        """Return who was seen in a frame, and the name that each was given."""
        seen = {}
        for track in self.results[index].tracks:
            middle = (track.box[:2] + track.box[2:]) / 2
            if not track.coasting:
                who = min(
                    self.places[index],
                    key=lambda place: abs(middle[0] - place[1]) + abs(middle[1] - place[2]),
                )
                seen[who[0]] = decided_name(track.decision)
        return seen

    @property
    def wrong_names(self) -> list[tuple[int, str, str]]:
        """Frame, who it was, and the name that they were given, wherever it was not theirs."""
        return [
            (index, who, name)
            for index in range(len(self.results))
            for who, name in self.names_at(index).items()
            if name not in (None, who)
        ]

    def first_named(self, who: str, *, since: int = 0) -> float:
        """Return after how many seconds from a frame on somebody was named."""
        for index in range(since, len(self.results)):
            if self.names_at(index).get(who) == who:
                return (index - since) / RATE
        return float("inf")

    def track_of(self, who: str, index: int) -> int | None:
        """Return the id of the track that bears somebody's name in a frame."""
        for track in self.results[index].tracks:
            if not track.coasting and decided_name(track.decision) == who:
                return track.id
        return None


def background() -> np.ndarray:
    blocks = np.random.default_rng(3).integers(60, 190, (18, 32, 3)).astype(np.uint8)
    return cv2.resize(blocks, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)


@pytest.fixture(scope="module")
def heads(pipeline: FacePipeline, astronaut, hopper) -> dict[str, np.ndarray]:
    """Both heads upright, RGB, (HEAD, HEAD, 3)."""
    result = {}
    for name, photo in ((COLLINS, astronaut), (HOPPER, hopper)):
        found = pipeline.find(np.ascontiguousarray(photo))[0]
        target = template_for(HEAD, margin=0.35)
        transform = similarity_transform(found.landmarks.points, target)
        result[name] = crop(photo, transform, size=HEAD)
    return result


@pytest.fixture(scope="module")
def people(pipeline: FacePipeline, astronaut, hopper) -> Gallery:
    """Both, enrolled from their photographs."""
    identities = [Identity(1, COLLINS), Identity(2, HOPPER)]
    faces = [pipeline.find_faces(np.ascontiguousarray(photo))[0] for photo in (astronaut, hopper)]
    return gallery_of(pipeline, [*zip(identities, faces, strict=True)])


def gallery_of(pipeline: FacePipeline, enrolled) -> Gallery:
    return Gallery.build(
        embedder=pipeline.embedder.key,
        dimension=pipeline.embedder.dimension,
        identities=[identity for identity, _ in enrolled],
        templates=[
            Template(identity.id, identity.id, face.embedding, 1.0) for identity, face in enrolled
        ],
    )


class Counting:
    """The real pipeline; counts how often it is asked for a closer look."""

    def __init__(self, pipeline: FacePipeline) -> None:
        self._pipeline = pipeline
        self.find, self.find_near = pipeline.find, pipeline.find_near
        self.described = 0

    def look_at(self, pixels, found):
        self.described += len(found)
        return self._pipeline.look_at(pixels, found)


@pytest.fixture
def play(pipeline: FacePipeline, heads, people):
    """Plays a scene: a function of seconds that gives who stands where, from back to front."""
    rows, columns = np.mgrid[:HEAD, :HEAD] / (HEAD - 1) * 2 - 1
    mask = np.clip((1 - np.hypot(rows, columns / 0.8)) / 0.06, 0, 1)[..., None]

    def start(
        scene: Callable[[float], list[Place]],
        *,
        seconds: float,
        bar: Callable[[float], bool] = lambda t: False,
        gallery: Gallery = people,
    ) -> Shown:
        networks = Counting(pipeline)
        policy = policy_for(pipeline.embedder, false_name_rate=1e-3)
        recogniser = LiveRecogniser(networks, policy)
        shown = Shown()
        for index in range(round(seconds * RATE)):
            places = scene(index / RATE)
            pixels = background()
            for who, x, y in places:
                left, top = round(x - HEAD / 2), round(y - HEAD / 2)
                spot = pixels[top : top + HEAD, left : left + HEAD]
                spot[:] = spot * (1 - mask) + heads[who] * mask
            if bar(index / RATE):
                pixels[:, 220:420] = (90, 70, 60)
            frame = Frame(pixels=pixels, index=index, timestamp=index / RATE, source_id="film")
            shown.results.append(recogniser.process(frame, gallery))
            shown.places.append(places)
        shown.described = networks.described
        return shown

    return start


def across(t: float, *, seconds: float) -> float:
    """Return how far a walk that begins after a second has come, 0 to 1."""
    return min(max((t - 1) / seconds, 0.0), 1.0)


@pytest.mark.parametrize("front", [COLLINS, HOPPER])
def test_two_people_who_cross_keep_their_names(play, front):
    behind = HOPPER if front == COLLINS else COLLINS

    def scene(t: float) -> list[Place]:
        way = 400 * across(t, seconds=1.6)
        return [(behind, 120 + way, 170), (front, 520 - way, 190)]

    shown = play(scene, seconds=3.4)
    assert shown.wrong_names == []
    before, after = shown.names_at(14), shown.names_at(len(shown.results) - 1)
    assert before == after == {COLLINS: COLLINS, HOPPER: HOPPER}
    # Who is hidden gives nobody else the name; who is in front never loses it.
    assert all(shown.names_at(i).get(front) == front for i in range(5, len(shown.results)))


def test_two_people_who_meet_and_turn_back_keep_their_names(play):
    def scene(t: float) -> list[Place]:
        apart = 200 - 170 * (1 - abs(2 * across(t, seconds=2.0) - 1))
        return [(COLLINS, 320 - apart, 180), (HOPPER, 320 + apart, 180)]

    shown = play(scene, seconds=3.2)
    assert shown.wrong_names == []
    assert shown.names_at(len(shown.results) - 1) == {COLLINS: COLLINS, HOPPER: HOPPER}


def test_two_people_who_have_changed_places_after_a_cut_keep_their_names(play):
    def scene(t: float) -> list[Place]:
        left, right = (COLLINS, HOPPER) if t < 1.5 else (HOPPER, COLLINS)
        return [(left, 220, 180), (right, 420, 180)]

    shown = play(scene, seconds=2.5)
    assert shown.wrong_names == []
    assert shown.names_at(20) == {COLLINS: COLLINS, HOPPER: HOPPER}
    assert shown.names_at(len(shown.results) - 1) == {COLLINS: COLLINS, HOPPER: HOPPER}


@pytest.mark.parametrize("hidden", [0.3, 0.6, 0.9])
def test_who_is_hidden_for_a_moment_comes_back_with_the_name(play, hidden):
    shown = play(
        lambda t: [(COLLINS, 320, 180)], seconds=2.6, bar=lambda t: 1.0 <= t < 1.0 + hidden
    )
    first = round((1.0 + hidden) * RATE) + 1
    assert shown.names_at(round(1.2 * RATE)) == {}
    assert shown.track_of(COLLINS, first) == shown.track_of(COLLINS, 10) == 1


def test_a_cut_to_somebody_else_carries_no_name_over(play):
    cut = 2 * RATE

    def scene(t: float) -> list[Place]:
        return [(COLLINS if t < 2.0 else HOPPER, 320, 180)]

    shown = play(scene, seconds=3.0)
    assert shown.wrong_names == []
    assert shown.first_named(COLLINS) <= 0.5
    assert shown.first_named(HOPPER, since=cut) <= 0.5
    assert set(shown.names_at(cut)) == {HOPPER}


def test_a_cut_to_a_stranger_leaves_no_name_standing(play, pipeline, astronaut):
    collins = pipeline.find_faces(np.ascontiguousarray(astronaut))[0]
    alone = gallery_of(pipeline, [(Identity(1, COLLINS), collins)])

    def scene(t: float) -> list[Place]:
        return [(COLLINS if t < 1.0 else HOPPER, 320, 180)]

    shown = play(scene, seconds=3.0, gallery=alone)
    assert shown.first_named(COLLINS) <= 0.5
    after = shown.results[RATE:]
    names = {decided_name(track.decision) for result in after for track in result.tracks}
    assert names == {None}


@pytest.mark.parametrize("away", [0.5, 2.0])
def test_who_leaves_and_comes_back_has_the_name_again(play, away):
    def scene(t: float) -> list[Place]:
        return [] if 1.0 <= t < 1.0 + away else [(HOPPER, 320 if t < 1.0 else 350, 180)]

    shown = play(scene, seconds=2.0 + away)
    assert shown.wrong_names == []
    assert shown.first_named(HOPPER, since=round((1.0 + away) * RATE)) <= 0.5


def test_a_calm_picture_is_looked_at_closely_now_and_then(play):
    shown = play(lambda t: [(COLLINS, 200, 180), (HOPPER, 440, 180)], seconds=3.0)
    assert shown.names_at(len(shown.results) - 1) == {COLLINS: COLLINS, HOPPER: HOPPER}
    assert shown.described < 0.5 * 2 * len(shown.results)
