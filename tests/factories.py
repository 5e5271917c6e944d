"""Makes valid objects of every domain type; a test states only what it is about."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from desktop_app.capture.frame import Frame
from desktop_app.recognition.gallery import Gallery
from desktop_app.recognition.types import GallerySize, Identity, Match, SearchResult, Template
from desktop_app.vision.alignment import ARCFACE_TEMPLATE
from desktop_app.vision.manifest import Calibration
from desktop_app.vision.types import (
    AlignedFace,
    Detection,
    Embedding,
    Face,
    Landmarks,
    Pose,
    Quality,
)

DIMENSION = 128
EMBEDDER = "sface"


def unit_vector(seed: int, *, dimension: int = DIMENSION) -> np.ndarray:
    """A direction of its own for each seed; two of them are nearly at right angles."""
    vector = np.random.default_rng(seed).standard_normal(dimension)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def embedding(seed: int = 0, *, embedder: str = EMBEDDER, dimension: int = DIMENSION) -> Embedding:
    return Embedding(unit_vector(seed, dimension=dimension), embedder)


def at_similarity(base: Embedding, similarity: float, *, seed: int = 999) -> Embedding:
    """An embedding whose cosine with another is exactly as asked for."""
    other = unit_vector(seed, dimension=base.dimension).astype(np.float64)
    direction = base.vector.astype(np.float64)
    other -= (other @ direction) * direction
    other /= np.linalg.norm(other)
    vector = similarity * direction + np.sqrt(1.0 - similarity**2) * other
    return Embedding(vector.astype(np.float32), base.embedder)


def quality(overall: float = 0.8) -> Quality:
    return Quality(size=overall, sharpness=overall, exposure=overall, pose=overall, score=overall)


def face(
    seed: int = 0,
    *,
    box: Sequence[float] = (100.0, 100.0, 200.0, 220.0),
    look: Embedding | None = None,
    overall: float = 0.8,
    score: float = 0.95,
    yaw: float = 0.0,
) -> Face:
    corners = np.asarray(box, np.float32)
    size = corners[2:] - corners[:2]
    points = (ARCFACE_TEMPLATE / 112 * size + corners[:2]).astype(np.float32)
    return Face(
        detection=Detection(corners, score),
        landmarks=Landmarks(points, Pose(yaw, 0.0, 0.0)),
        quality=quality(overall),
        aligned=AlignedFace(
            np.full((112, 112, 3), 120, np.uint8), np.array([[1.0, 0, 0], [0, 1.0, 0]])
        ),
        embedding=look if look is not None else embedding(seed),
    )


def gallery(people: dict[str, Sequence[Embedding]], *, version: int = 1) -> Gallery:
    identities = [Identity(number, name) for number, name in enumerate(people, start=1)]
    templates = [
        Template(id=0, identity_id=identity.id, embedding=one, quality=0.9)
        for identity in identities
        for one in people[identity.name]
    ]
    first = next((one for looks in people.values() for one in looks), embedding())
    return Gallery.build(
        embedder=first.embedder,
        dimension=first.dimension,
        identities=identities,
        templates=templates,
        version=version,
    )


def match(name: str, similarity: float, *, number: int = 1, against: float | None = None) -> Match:
    return Match(Identity(number, name), similarity, against)


def found(
    *matches: Match, templates: int | None = None, likeness: float | None = None
) -> SearchResult:
    """What a search among as many people as there are matches gives, or among more templates.

    ``likeness`` is that of each two of them.
    """
    people = max(len(matches), 1)
    counts = [1] * people if templates is None else [templates - people + 1, *[1] * (people - 1)]
    pairs = itertools.combinations(sorted(match.identity.id for match in matches), 2)
    alike = {} if likeness is None else dict.fromkeys(pairs, likeness)
    return SearchResult(matches, GallerySize.of(counts), alike)


def calibration() -> Calibration:
    """A round table: each step of 0.1 is ten times rarer among strangers, and no rarer among
    pairs of one person; the odds are even at 0.15, and ten times better with each further step."""
    return Calibration(
        measured_on="made up for tests",
        false_match_rates=(1e-1, 1e-2, 1e-3, 1e-4),
        similarities=(0.1, 0.2, 0.3, 0.4),
        false_non_match_rates=(0.0, 0.09, 0.18, 0.27),
    )


def frame(
    index: int = 0, *, timestamp: float | None = None, size: tuple[int, int] = (64, 48)
) -> Frame:
    width, height = size
    return Frame(
        pixels=np.zeros((height, width, 3), np.uint8),
        index=index,
        timestamp=index / 30 if timestamp is None else timestamp,
        source_id="test",
    )
