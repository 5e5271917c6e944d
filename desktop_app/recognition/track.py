"""What a frame shows, and one face followed through frames."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from desktop_app.arrays import Float32Array
from desktop_app.recognition.fusion import Evidence
from desktop_app.recognition.motion import Motion
from desktop_app.recognition.thumbnail import alike
from desktop_app.recognition.types import Decision, Unsure
from desktop_app.vision.types import DetectedFace, Face
from desktop_app.vision.yunet import SCORE_THRESHOLD

# From here on a larger picture of a face tells no more; the aligned crop of 112 has 35.
_EYE_DISTANCE_ENOUGH = 40.0
# For each frame that showed a face clearly, so many in a row may show it less clearly.
_MOST_UNCLEAR = 3
# A face goes on where so many closer looks in a row show none.
_MOST_OVERLOOKED = 2
# How much the newest change of the picture counts among those before it.
_NEWEST_COUNTS = 0.2
# A picture that changed by this much (1 − correlation) since the last closer look may have become
# another little by little, as in a dissolve.
_DRIFTED = 0.2


@dataclass(frozen=True, eq=False, slots=True)
class Sighting:
    """A face in one frame before anybody looked closely.

    Attributes:
        found: where it is.
        thumbnail: how it looks at a glance, see ``thumbnail()``.

    """

    found: DetectedFace
    thumbnail: Float32Array

    @property
    def box(self) -> Float32Array:
        """Where it is, (x1, y1, x2, y2), float32, pixels."""
        return self.found.detection.box

    @property
    def is_clear(self) -> bool:
        """Whether it would be found as well where nobody was followed."""
        return self.found.detection.score >= SCORE_THRESHOLD


@dataclass(eq=False, slots=True)
class Track:
    """One face followed through frames.

    Attributes:
        id: never used again within a tracker.
        face: as it was described last.
        evidence: what its looks add up to.
        motion: where it is going.
        sighting: as it was seen last.
        look: the thumbnail of the sighting that was described last.
        last_seen: timestamp of the last frame that showed it, seconds.
        last_described: timestamp of the frame that ``face`` is of, seconds.
        described: how often it was described.
        overlooked: how often in a row a closer look showed no face since.
        clear: frames that showed it clearly; there was one, or it had not begun.
        unclear: frames in a row since that showed it less clearly.
        promise: of the best look that was described, see ``promise_of``.
        likeness: cosine of ``face`` with the looks before it; 1 where it is the first.
        stir: how much its picture changes from frame to frame, a mean of 1 − correlation.
        decision: what may be said about it.
        seen_now: whether the newest frame shows it.

    """

    id: int
    face: Face
    evidence: Evidence
    motion: Motion
    sighting: Sighting
    look: Float32Array
    last_seen: float
    last_described: float
    described: int = 0
    overlooked: int = 0
    clear: int = 1
    unclear: int = 0
    promise: float = 0.0
    likeness: float = 1.0
    stir: float = 0.05
    decision: Decision = field(default=Unsure(candidates=(), confidence=None))
    seen_now: bool = True

    @classmethod
    def begin(cls, number: int, sighting: Sighting, face: Face, *, timestamp: float) -> Track:
        """Return a track of its first look."""
        track = cls(
            id=number,
            face=face,
            evidence=Evidence(),
            motion=Motion(sighting.box, timestamp=timestamp),
            sighting=sighting,
            look=sighting.thumbnail,
            last_seen=timestamp,
            last_described=timestamp,
        )
        track.describe(face, timestamp=timestamp)
        return track

    @property
    def box(self) -> Float32Array:
        """Where it was seen last, (x1, y1, x2, y2), float32, pixels."""
        return self.sighting.box

    def see(self, sighting: Sighting, *, timestamp: float) -> None:
        """Go on with what the newest frame shows."""
        self.motion.observe(sighting.box, timestamp=timestamp)
        change = 1.0 - alike(self.sighting.thumbnail, sighting.thumbnail)
        self.stir += _NEWEST_COUNTS * (change - self.stir)
        self.sighting = sighting
        self.last_seen = timestamp
        self.seen_now = True
        self._count(sighting)

    def alike_where_it_went(
        self, box: Float32Array, glance: Callable[[Float32Array], Float32Array]
    ) -> float:
        """Return how alike the newest frame is along the landmarks of the last, moved with the box.

        Landmarks jitter from search to search; where only they changed, and not the picture, this
        is near 1. It is 0 where the picture has drifted from what the last closer look was at: in
        a dissolve each frame is like the one before, and landmarks that jump are what tells.

        Args:
            box: where the face is now, (x1, y1, x2, y2), pixels.
            glance: returns the thumbnail of the newest frame along five points.

        """
        moved = box[:2] + box[2:] - self.box[:2] - self.box[2:]
        points = self.sighting.found.landmarks.points + np.float32(0.5) * moved
        newest = glance(points)
        if 1.0 - alike(self.look, newest) > _DRIFTED:
            return 0.0
        return alike(self.sighting.thumbnail, newest)

    def may_show(self, sighting: Sighting) -> bool:
        """Tell whether it may go on in a sighting: a less clear one not for ever.

        Whoever was seen well for a while may turn away, or be half hidden; a pattern that was taken
        for a face once is not taken for one ever after.
        """
        return sighting.is_clear or self.unclear < _MOST_UNCLEAR * self.clear

    def _count(self, sighting: Sighting) -> None:
        if sighting.is_clear:
            self.clear += 1
            self.unclear = 0
        else:
            self.unclear += 1

    def jump(self, sighting: Sighting, *, timestamp: float) -> None:
        """Go on elsewhere; where it goes from there is anybody's guess."""
        self.see(sighting, timestamp=timestamp)
        self.motion = Motion(sighting.box, timestamp=timestamp)

    def describe(self, face: Face, *, timestamp: float) -> None:
        """Take a closer look at what was seen last."""
        self.likeness = self.evidence.likeness(face)
        if self.evidence.add(face, timestamp=timestamp):
            # It is somebody else, who does not inherit a name.
            self.decision = Unsure(candidates=(), confidence=None)
        self.face = face
        self.look = self.sighting.thumbnail
        self.last_described = timestamp
        self.described += 1
        self.overlooked = 0
        self.promise = max(self.promise, promise_of(self.sighting.found))

    def overlook(self, *, timestamp: float) -> bool:
        """Take note that a closer look showed no face, and tell whether that may be overlooked.

        A face that moves or is half hidden may be one to YuNet and none to the mesh; what is none
        to the mesh time after time is a pattern.
        """
        self.overlooked += 1
        self.last_described = timestamp
        return self.overlooked <= _MOST_OVERLOOKED


def promise_of(found: DetectedFace) -> float:
    """Return how good a closer look would be, judged by what is known without one, 0 to 1.

    From the distance of the eyes, how far the head is turned, and the detector's score.
    """
    size = min(found.landmarks.eye_distance / _EYE_DISTANCE_ENOUGH, 1.0)
    turned = min(abs(found.landmarks.pose.yaw) / 90.0, 1.0)
    return float(size * (1.0 - turned) * found.detection.score)
