"""A pipeline that finds faces as it always does, and may describe each head only once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from desktop_app.arrays import Float32Array, UInt8Array
from desktop_app.recognition.motion import overlaps
from desktop_app.vision.pipeline import FacePipeline
from desktop_app.vision.types import DetectedFace, Face


class FromMemory(FacePipeline):
    """Describes a face as the head that is known to be in its place.

    Several times as many pairs can be played so in the same time. It is as good where no two heads
    are mixed: what is to be measured is when a face is described, and not what comes of it.

    Attributes:
        there: where whose face is in the next picture, boxes and descriptions; where there are
            none, it describes what it sees.

    """

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        self.there: Sequence[tuple[Float32Array, Face]] = ()

    def look_at(self, pixels: UInt8Array, found: Sequence[DetectedFace]) -> list[Face | None]:
        """Return descriptions; see :meth:`FacePipeline.look_at`."""
        if not self.there:
            return super().look_at(pixels, found)
        return [self._known(face) for face in found]

    def _known(self, found: DetectedFace) -> Face:
        boxes = np.stack([box for box, _ in self.there])
        nearest = int(overlaps(found.detection.box[None], boxes)[0].argmax())
        known = self.there[nearest][1]
        return replace(known, detection=found.detection, landmarks=found.landmarks)
