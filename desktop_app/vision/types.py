"""What vision hands on. Pixels, and boxes as (x1, y1, x2, y2), everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from desktop_app.arrays import Float32Array, Float64Array, UInt8Array, read_only
from desktop_app.errors import EmbedderMismatch

RIGHT_EYE, LEFT_EYE, NOSE_TIP, RIGHT_MOUTH, LEFT_MOUTH = range(5)
MESH_POINTS = 478


def _freeze(
    owner: object,
    name: str,
    dtype: type[np.generic],
    shape: tuple[int | None, ...],
) -> None:
    label = f"{type(owner).__name__}.{name}"
    checked = read_only(getattr(owner, name), name=label, dtype=dtype, shape=shape)
    object.__setattr__(owner, name, checked)


@dataclass(frozen=True, eq=False, slots=True)
class Detection:
    """Where a face is.

    Attributes:
        box: (x1, y1, x2, y2), float32, shape (4,), pixels; it may reach past the picture's edge.
        score: 0 to 1, how sure the detector is that it is a face.

    """

    box: Float32Array
    score: float

    def __post_init__(self) -> None:
        _freeze(self, "box", np.float32, (4,))
        if not 0.0 <= self.score <= 1.0:
            raise ValueError(f"Detection.score: expected 0 to 1, got {self.score}")

    @property
    def width(self) -> float:
        """Pixels."""
        return float(self.box[2] - self.box[0])

    @property
    def height(self) -> float:
        """Pixels."""
        return float(self.box[3] - self.box[1])


@dataclass(frozen=True, slots=True)
class Pose:
    """Which way a head looks, in degrees; 0, 0, 0 looks straight into the camera, upright.

    Attributes:
        yaw: positive when the subject turns to their own left (the picture's right).
        pitch: positive when the subject looks up.
        roll: positive when the head leans clockwise in the picture.

    """

    yaw: float
    pitch: float
    roll: float


@dataclass(frozen=True, eq=False, slots=True)
class Landmarks:
    """Points on a face.

    Attributes:
        points: right eye, left eye, nose tip, right mouth corner, left mouth corner; the
            subject's own right and left. float32, shape (5, 2), pixels (x, y).
        pose: which way the head looks.
        mesh: the 478 points of MediaPipe's face mesh in its order, float32, shape (478, 3),
            pixels, z in the scale of x; None where the mesh found nothing.
        readings: further readings of the same five points, each float32, shape (5, 2): their
            errors differ, so embeddings by all of them together are better than by one.

    """

    points: Float32Array
    pose: Pose
    mesh: Float32Array | None = None
    readings: tuple[Float32Array, ...] = ()

    def __post_init__(self) -> None:
        _freeze(self, "points", np.float32, (5, 2))
        if self.mesh is not None:
            _freeze(self, "mesh", np.float32, (MESH_POINTS, 3))

    @property
    def eye_distance(self) -> float:
        """Distance between the eyes, pixels."""
        return float(np.linalg.norm(self.points[LEFT_EYE] - self.points[RIGHT_EYE]))


@dataclass(frozen=True, eq=False, slots=True)
class DetectedFace:
    """A detection with its landmarks: what a ``FaceDetector`` gives."""

    detection: Detection
    landmarks: Landmarks


@dataclass(frozen=True, eq=False, slots=True)
class AlignedFace:
    """The crop that an embedder reads.

    Attributes:
        pixels: RGB, uint8, shape (s, s, 3).
        transform: takes (x, y, 1) of the picture to (x, y) of the crop. float64, shape (2, 3).

    """

    pixels: UInt8Array
    transform: Float64Array

    def __post_init__(self) -> None:
        _freeze(self, "pixels", np.uint8, (None, None, 3))
        _freeze(self, "transform", np.float64, (2, 3))


@dataclass(frozen=True, slots=True)
class Quality:
    """How well a face can be recognised. Each part from 0 (hopeless) to 1 (nothing to wish for).

    Attributes:
        size: from the distance between the eyes.
        sharpness: from the energy of fine detail in the aligned crop.
        exposure: from the spread of brightness in the aligned crop.
        pose: from yaw and pitch.
        score: from the detector's score.

    """

    size: float
    sharpness: float
    exposure: float
    pose: float
    score: float

    @property
    def overall(self) -> float:
        """0 to 1: the geometric mean, so that one hopeless part cannot be outweighed."""
        parts = (self.size, self.sharpness, self.exposure, self.pose, self.score)
        return float(np.prod(parts) ** (1 / len(parts)))

    @property
    def weakest(self) -> str:
        """The name of the part that is worst."""
        parts = ("size", "sharpness", "exposure", "pose", "score")
        return min(parts, key=lambda part: float(getattr(self, part)))


@dataclass(frozen=True, eq=False, slots=True)
class Embedding:
    """A face as a unit vector.

    Attributes:
        vector: float32, shape (d,), length 1.
        embedder: name of the embedder that made it; only like is compared with like.

    """

    vector: Float32Array
    embedder: str

    def __post_init__(self) -> None:
        _freeze(self, "vector", np.float32, (None,))
        length = float(np.linalg.norm(self.vector))
        if not abs(length - 1.0) < 1e-3:
            raise ValueError(f"Embedding.vector: expected length 1, got {length:.4f}")

    @property
    def dimension(self) -> int:
        """How many numbers."""
        return int(self.vector.shape[0])

    def similarity(self, other: Embedding) -> float:
        """Cosine, -1 to 1.

        Raises:
            EmbedderMismatch: the other comes from another embedder.

        """
        if (self.embedder, self.dimension) != (other.embedder, other.dimension):
            raise EmbedderMismatch(expected=self.embedder, actual=other.embedder)
        return float(np.clip(self.vector @ other.vector, -1.0, 1.0))


def together(embeddings: Sequence[Embedding]) -> Embedding:
    """Return what several embeddings of one face add up to.

    Raises:
        ValueError: there are none, or they cancel out.
        EmbedderMismatch: they come from several embedders.

    """
    first, *others = embeddings
    for other in others:
        if (other.embedder, other.dimension) != (first.embedder, first.dimension):
            raise EmbedderMismatch(expected=first.embedder, actual=other.embedder)
    total = np.stack([embedding.vector for embedding in embeddings]).sum(axis=0)
    unit: Float32Array = (total / float(np.linalg.norm(total))).astype(np.float32)
    return Embedding(unit, first.embedder)


@dataclass(frozen=True, eq=False, slots=True)
class Face:
    """All that is known of one face in one picture."""

    detection: Detection
    landmarks: Landmarks
    quality: Quality
    aligned: AlignedFace
    embedding: Embedding
