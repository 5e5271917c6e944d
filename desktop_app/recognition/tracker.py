"""Follows faces from frame to frame."""

from __future__ import annotations

import statistics
from collections import deque
from collections.abc import Callable, Sequence

import numpy as np

from desktop_app.arrays import Float32Array
from desktop_app.recognition.association import Association, Link
from desktop_app.recognition.attention import Claim, Motive, is_abrupt, most_urgent, motive_of
from desktop_app.recognition.motion import overlaps
from desktop_app.recognition.track import Sighting, Track
from desktop_app.vision.types import DetectedFace, Face

Describe = Callable[[Sequence[DetectedFace]], Sequence[Face | None]]
# Returns the thumbnail of the frame along five points.
Glance = Callable[[Float32Array], Float32Array]

# Seconds without a face after which a track ends; one that never got as far as a name need not be
# waited for.
_PATIENCE = 1.2
_PATIENCE_YOUNG = 0.3
# Where frames come slowly, either is so many of their usual intervals, so that one frame may miss
# a face or come late; and as if they came no slower than this, seconds. What is usual, the last few
# intervals say.
_INTERVALS_PATIENT = 2.5
_SLOWEST = 1.0
_INTERVALS_KEPT = 5
# A face that was lost is looked for where it was for so long, seconds; beyond, it comes back where
# the whole picture is searched.
_BLINK = 0.4
# A spot where a closer look showed no face is left alone for this long, seconds.
_NO_FACE_FOR = 0.25
_SAME_SPOT = 0.5


class Tracker:
    """Gives each face of a stream a track. One per source; used by one thread."""

    def __init__(self) -> None:
        self._next_id = 1
        self.reset()

    @property
    def tracks(self) -> tuple[Track, ...]:
        """The live tracks, oldest first."""
        return tuple(self._tracks)

    def reset(self) -> None:
        """Forget all tracks; numbers go on."""
        self._tracks: list[Track] = []
        self._waiting: list[Sighting] = []
        self._waited: list[Sighting] = []
        self._no_face: list[tuple[Float32Array, float]] = []
        self._newest: float | None = None
        self._intervals: deque[float] = deque(maxlen=_INTERVALS_KEPT)

    def expected(self, timestamp: float) -> Float32Array:
        """Return where faces are expected that the last frame showed or had no time for.

        Args:
            timestamp: of the next frame, seconds.

        Returns:
            Boxes (x1, y1, x2, y2), float32, shape (n, 4), pixels.

        """
        boxes = [track.motion.box_at(timestamp) for track in self._tracks if track.seen_now]
        boxes += [sighting.box for sighting in self._waiting]
        return np.array(boxes, np.float32).reshape(-1, 4)

    def expected_back(self, timestamp: float) -> Float32Array:
        """Return where faces were that were lost a moment ago, and may only have blinked."""
        boxes = [
            track.motion.box_at(timestamp)
            for track in self._tracks
            if not track.seen_now and timestamp - track.last_seen <= _BLINK
        ]
        return np.array(boxes, np.float32).reshape(-1, 4)

    def update(
        self,
        sightings: Sequence[Sighting],
        *,
        timestamp: float,
        describe: Describe,
        glance: Glance,
    ) -> tuple[Track, ...]:
        """Take the faces of the next frame.

        A face of which nobody knows without a closer look whose it is, and for which the frame
        has no time, is left out until the next one.

        Args:
            sightings: all that were found, largest first.
            timestamp: of the frame, seconds, not before the last one.
            describe: takes closer looks at faces; None where one shows no face.
            glance: shows how the frame looks along other points than it was found to have.

        Returns:
            The live tracks, oldest first; those that this frame does not show have ``seen_now``
            false.

        """
        self._note_time(timestamp)
        self._tracks = [track for track in self._tracks if not self._is_over(track, timestamp)]
        sightings = self._without_known_patterns(sightings, timestamp)
        association = Association(self._tracks, sightings, timestamp=timestamp)
        links = association.links()
        doubtful = {
            index
            for index, link in enumerate(links)
            if link is not None and not link.track.may_show(sightings[index])
        }
        claims = []
        for index, (sighting, link) in enumerate(zip(sightings, links, strict=True)):
            if link is None:
                claims.append(Claim(index, Motive.NEW, 0.0))
                continue
            if index in doubtful:
                continue
            track, alike = link.track, link.alike
            if is_abrupt(track, alike=alike):
                alike = max(alike, track.alike_where_it_went(sighting.box, glance))
            motive = motive_of(
                track, sighting, alike=alike, certain=link.certain, timestamp=timestamp
            )
            if motive is not None:
                claims.append(Claim(index, motive, timestamp - track.last_described))
        for track in self._tracks:
            track.seen_now = False
        chosen = {claim.index for claim in most_urgent(claims)}
        must = {claim.index for claim in claims if claim.motive.must}
        self._waited = self._waiting
        self._waiting = [sightings[index] for index in sorted(must - chosen)]
        taken = set()
        for index, link in enumerate(links):
            if link is not None and index not in chosen | must | doubtful:
                link.track.see(sightings[index], timestamp=timestamp)
                taken.add(link.track.id)
        self._take_looks(
            {index: sightings[index] for index in sorted(chosen)},
            association,
            links=links,
            held=chosen - must,
            taken=taken,
            timestamp=timestamp,
            describe=describe,
        )
        return self.tracks

    def catch_up(self, *, timestamp: float, describe: Describe) -> tuple[Track, ...]:
        """Describe what the last frame had no time for; it stands still.

        Args:
            timestamp: of the last frame, seconds.
            describe: takes closer looks at faces of that frame.

        """
        waiting, self._waiting = self._waiting, []
        seen = {track.id for track in self._tracks if track.seen_now}
        association = Association(self._tracks, waiting, timestamp=timestamp)
        self._take_looks(
            dict(enumerate(waiting)),
            association,
            links=association.links(),
            held=set(),
            taken=seen,
            timestamp=timestamp,
            describe=describe,
        )
        return self.tracks

    def _note_time(self, timestamp: float) -> None:
        if self._newest is not None:
            self._intervals.append(timestamp - self._newest)
        self._newest = timestamp

    def _is_over(self, track: Track, timestamp: float) -> bool:
        """Tell whether a track was waited for long enough."""
        # The median, so that a stall makes nobody wait longer.
        usual = statistics.median_low(self._intervals) if self._intervals else 0.0
        patience = max(
            _PATIENCE_YOUNG if track.evidence.is_young else _PATIENCE,
            _INTERVALS_PATIENT * min(usual, _SLOWEST),
        )
        return timestamp - track.last_seen > patience

    def _take_looks(
        self,
        sightings: dict[int, Sighting],
        association: Association,
        *,
        links: Sequence[Link | None],
        held: set[int],
        taken: set[int],
        timestamp: float,
        describe: Describe,
    ) -> None:
        """Describe faces, and give each to the track that it continues, or a track of its own.

        Those in ``held`` surely go on with the tracks they are linked to, also where a closer look
        shows nothing.
        """
        faces = {}
        looks = describe([sighting.found for sighting in sightings.values()])
        for (index, sighting), face in zip(sightings.items(), looks, strict=True):
            link = links[index]
            if face is not None:
                faces[index] = face
            elif link is None:
                self._no_face.append((sighting.box, timestamp))
            elif index in held and link.track.overlook(timestamp=timestamp):
                link.track.see(sighting, timestamp=timestamp)
                taken.add(link.track.id)
        continued = association.by_looks(faces, taken=taken)
        for index, face in faces.items():
            sighting = sightings[index]
            if index not in continued:
                self._begin(sighting, face, timestamp=timestamp)
                continue
            track, jumped = continued[index]
            go_on = track.jump if jumped else track.see
            go_on(sighting, timestamp=timestamp)
            track.describe(face, timestamp=timestamp)

    def _begin(self, sighting: Sighting, face: Face, *, timestamp: float) -> None:
        """Follow a face from here on, if it is clear or was when there was no time for it.

        One that is less clear was found because a face was expected there. If it does not look like
        that one, it is the same face seen badly, or part of whoever is in the way.
        """
        if sighting.is_clear or _is_among(sighting, self._waited):
            self._tracks.append(Track.begin(self._next_id, sighting, face, timestamp=timestamp))
            self._next_id += 1

    def _without_known_patterns(
        self, sightings: Sequence[Sighting], timestamp: float
    ) -> list[Sighting]:
        """Leave out what a closer look showed to be no face a moment ago."""
        self._no_face = [
            (box, time) for box, time in self._no_face if timestamp - time < _NO_FACE_FOR
        ]
        if not self._no_face or not sightings:
            return list(sightings)
        spots = np.stack([box for box, _ in self._no_face])
        shared = overlaps(np.stack([sighting.box for sighting in sightings]), spots)
        return [
            sighting
            for sighting, known in zip(sightings, shared.max(axis=1), strict=True)
            if known < _SAME_SPOT
        ]


def _is_among(sighting: Sighting, others: Sequence[Sighting]) -> bool:
    if not others:
        return False
    shared = overlaps(sighting.box[None], np.stack([other.box for other in others]))
    return bool(shared.max() >= _SAME_SPOT)
