"""A closer look at a face: refined, aligned, judged and embedded."""

from __future__ import annotations

from desktop_app.arrays import UInt8Array
from desktop_app.vision.alignment import align, mirrored
from desktop_app.vision.detector import FaceDetector
from desktop_app.vision.effort import Effort
from desktop_app.vision.embedder import Embedder
from desktop_app.vision.quality import assess
from desktop_app.vision.types import DetectedFace, Face, together


class FaceReader:
    """Describes one face after another. Used by one thread at a time."""

    def __init__(self, *, detector: FaceDetector, embedder: Embedder) -> None:
        """Args: detector: refines; embedder: embeds."""
        self._detector = detector
        self._embedder = embedder

    def describe(self, pixels: UInt8Array, found: DetectedFace, *, effort: Effort) -> Face | None:
        """Return a face with quality and embedding, or None where a closer look shows none.

        Args:
            pixels: RGB, uint8, shape (h, w, 3).
            found: where it is.
            effort: how much work the picture is worth.

        """
        refined = self._detector.refine(pixels, found, effort=effort)
        if refined is None:
            return None
        spec = self._embedder.spec
        landmarks = refined.landmarks
        crops = [
            align(pixels, points, template=spec.template, size=spec.size)
            for points in (landmarks.points, *landmarks.readings)
        ]
        aligned = crops[0]
        if effort.thorough:
            crops += [mirrored(crop) for crop in crops]
        return Face(
            detection=refined.detection,
            landmarks=landmarks,
            quality=assess(refined, aligned),
            aligned=aligned,
            embedding=together([self._embedder.embed(crop) for crop in crops]),
        )

    def close(self) -> None:
        """Let go of the networks."""
        self._detector.close()
