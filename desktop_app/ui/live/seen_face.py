"""A face that somebody points at, in the live picture or in a photo."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from desktop_app.arrays import Float32Array, UInt8Array
from desktop_app.capture.source import SourceKind, SourceSpec
from desktop_app.recognition.people import Origin
from desktop_app.recognition.types import Decision, Identity
from desktop_app.ui.words import supposed_identity
from desktop_app.vision.types import Embedding, Face

if TYPE_CHECKING:
    from desktop_app.capture.frame import Frame
    from desktop_app.services.live import TrackView


@dataclass(frozen=True, eq=False, slots=True)
class Glimpse:
    """A face in a picture that will be gone in a moment.

    Attributes:
        pixels: the frame, RGB, uint8, shape (h, w, 3).
        box: of the face there, (x1, y1, x2, y2), float32, pixels.

    """

    pixels: UInt8Array
    box: Float32Array


@dataclass(frozen=True, eq=False, slots=True)
class SeenFace:
    """A face that somebody points at.

    Attributes:
        face: what would be enrolled, with its crop.
        decision: what is said of it.
        origin: where it is seen.
        probe: what was searched, where that is more than the face's own embedding.
        glimpse: where it is worth another look, because it was described in passing.

    """

    face: Face
    decision: Decision
    origin: Origin
    probe: Embedding | None = None
    glimpse: Glimpse | None = None

    @property
    def supposed(self) -> Identity | None:
        """Whose name it bears, for sure or perhaps."""
        return supposed_identity(self.decision)

    @property
    def searched(self) -> Face:
        """The face with the embedding that the decision rests on."""
        return self.face if self.probe is None else replace(self.face, embedding=self.probe)


def seen_live(track: TrackView, spec: SourceSpec | None, *, frame: Frame | None) -> SeenFace:
    """Return the face of a track.

    Args:
        track: which.
        spec: what the live picture shows.
        frame: shows the face in the track's box; None where it is not seen at the moment.

    """
    is_clip = spec is not None and spec.kind is SourceKind.CLIP
    return SeenFace(
        face=track.face,
        decision=track.decision,
        origin=Origin.CLIP if is_clip else Origin.LIVE,
        probe=track.probe,
        glimpse=None if frame is None else Glimpse(frame.pixels, track.box),
    )
