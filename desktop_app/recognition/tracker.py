"""Follows faces from frame to frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from desktop_app.arrays import Float32Array
from desktop_app.recognition.fusion import Evidence
from desktop_app.recognition.types import Decision, Unsure
from desktop_app.vision.types import Detection, Face

# Boxes that share this much of their union in successive frames may be one face ...
_LEAST_IOU = 0.2
# ... and a face that jumped is the same if it looks like it: well above what strangers reach.
_SAME_FACE = 0.5
# Below this similarity, the face in the box is somebody else: a cut, or two people crossing. In
# our clips a face is at least this like what was seen of it before, down to eyes 12 pixels apart;
# of pairs of strangers nearly 5 in 100 are.
_OTHER_FACE = 0.25
# Where both the look and the looks before it are good, faces of one track are as alike as 0.48;
# of pairs of strangers 3 in 100,000 reach this.
_OTHER_FACE_SEEN_WELL = 0.45
_SEEN_WELL = 0.5
# How far a box may be from where it was, in widths of the face, to be thought of by looks alone.
_FARTHEST_JUMP = 3.0
# Seconds without a face after which a track ends.
_PATIENCE = 1.0


@dataclass(eq=False, slots=True)
class Track:
    """One face followed through frames.

    Attributes:
        id: never used again within a tracker.
        face: as it was seen last.
        evidence: what its looks add up to.
        decision: what may be said about it.
        last_seen: timestamp of the last frame that showed it, seconds.
        seen_now: whether the newest frame shows it.

    """

    id: int
    face: Face
    evidence: Evidence
    last_seen: float
    decision: Decision = field(default=Unsure(candidates=(), confidence=None))
    seen_now: bool = True


class Tracker:
    """Gives each face of a stream a track. One per source; used by one thread."""

    def __init__(self) -> None:
        self._tracks: list[Track] = []
        self._next_id = 1

    @property
    def tracks(self) -> tuple[Track, ...]:
        """The live tracks, oldest first."""
        return tuple(self._tracks)

    def reset(self) -> None:
        """Forget all tracks; numbers go on."""
        self._tracks = []

    def update(self, faces: Sequence[Face], *, timestamp: float) -> tuple[Track, ...]:
        """Take the faces of the next frame.

        Args:
            faces: all that were found.
            timestamp: of the frame, seconds, not before the last one.

        Returns:
            The live tracks, oldest first; those that this frame does not show have ``seen_now``
            false.

        """
        self._tracks = [track for track in self._tracks if timestamp - track.last_seen <= _PATIENCE]
        for track in self._tracks:
            track.seen_now = False
        unmatched = set(range(len(faces)))
        for track, index in self._pairs(faces):
            unmatched.discard(index)
            track.face = faces[index]
            track.last_seen = timestamp
            track.seen_now = True
            track.evidence.add(faces[index], timestamp=timestamp)
        for index in sorted(unmatched):
            evidence = Evidence()
            evidence.add(faces[index], timestamp=timestamp)
            self._tracks.append(Track(self._next_id, faces[index], evidence, timestamp))
            self._next_id += 1
        return self.tracks

    def _pairs(self, faces: Sequence[Face]) -> list[tuple[Track, int]]:
        """Return which face continues which track: the best pair first, each used once."""
        scored = [
            (score, row, column)
            for row, track in enumerate(self._tracks)
            for column, face in enumerate(faces)
            if (score := _continuation(track, face)) is not None
        ]
        pairs: list[tuple[Track, int]] = []
        rows: set[int] = set()
        columns: set[int] = set()
        for _, row, column in sorted(scored, key=lambda entry: (-entry[0], entry[1], entry[2])):
            if row not in rows and column not in columns:
                rows.add(row)
                columns.add(column)
                pairs.append((self._tracks[row], column))
        return pairs


def _continuation(track: Track, face: Face) -> float | None:
    """Return how well a face continues a track, or None where it does not."""
    likeness = track.evidence.likeness(face)
    seen_well = min(face.quality.overall, track.evidence.quality) >= _SEEN_WELL
    if likeness < (_OTHER_FACE_SEEN_WELL if seen_well else _OTHER_FACE):
        return None
    iou = _intersection_over_union(track.face.detection.box, face.detection.box)
    near = _jump(track.face.detection, face.detection) <= _FARTHEST_JUMP
    if iou < _LEAST_IOU and not (near and likeness >= _SAME_FACE):
        return None
    return iou + likeness


def _intersection_over_union(a: Float32Array, b: Float32Array) -> float:
    low, high = np.maximum(a[:2], b[:2]), np.minimum(a[2:], b[2:])
    shared = float(np.prod(np.maximum(high - low, 0.0)))
    union = float(np.prod(a[2:] - a[:2]) + np.prod(b[2:] - b[:2])) - shared
    return shared / union if union > 0.0 else 0.0


def _jump(a: Detection, b: Detection) -> float:
    middle_a = (a.box[:2] + a.box[2:]) / 2
    middle_b = (b.box[:2] + b.box[2:]) / 2
    return float(np.linalg.norm(middle_a - middle_b)) / max(a.width, b.width, 1.0)
