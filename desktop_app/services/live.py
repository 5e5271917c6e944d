"""Who is in front of the camera: faces followed through frames, decided on over time."""

from __future__ import annotations

import functools
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from desktop_app.arrays import Float32Array
from desktop_app.capture.frame import Frame
from desktop_app.recognition.decision import DecisionPolicy
from desktop_app.recognition.fusion import one_name_each
from desktop_app.recognition.gallery import Gallery
from desktop_app.recognition.motion import overlaps
from desktop_app.recognition.search_plan import SearchPlan, any_missed
from desktop_app.recognition.thumbnail import thumbnail
from desktop_app.recognition.track import Sighting, Track
from desktop_app.recognition.tracker import Describe, Tracker
from desktop_app.recognition.types import Decision, Identified, Unsure
from desktop_app.services.identification import decide_face
from desktop_app.vision.effort import LIVE
from desktop_app.vision.pipeline import FacePipeline
from desktop_app.vision.types import DetectedFace, Embedding, Face

# Boxes of two tracks that share this much of their union are in one place.
_COVERED = 0.2


@dataclass(frozen=True, eq=False, slots=True)
class TrackView:
    """A track as one frame shows it.

    Attributes:
        id: of the track.
        box: (x1, y1, x2, y2), float32, pixels of the frame.
        decision: what may be said about it, all looks taken together.
        face: the newest look that was described, which may be of an earlier frame.
        coasting: the frame does not show it; the box is where it was last.
        probe: what its looks add up to, which is what was searched.

    """

    id: int
    box: Float32Array
    decision: Decision
    face: Face
    coasting: bool
    probe: Embedding | None = None


@dataclass(frozen=True, eq=False, slots=True)
class FrameResult:
    """What is known about one frame.

    Attributes:
        frame: which.
        tracks: oldest first.
        seconds: how long it took.

    """

    frame: Frame
    tracks: tuple[TrackView, ...]
    seconds: float


class LiveRecogniser:
    """Recognises faces in a stream. One per source; used by one thread at a time.

    Each frame is searched for faces; which of them are described besides is for the tracker to
    say, see ``recognition.attention``.
    """

    def __init__(self, pipeline: FacePipeline, policy: DecisionPolicy) -> None:
        self._pipeline = pipeline
        self._policy = policy
        self._tracker = Tracker()
        self._plan = SearchPlan()
        self._last: Frame | None = None
        self._decided = _Decided()
        self._bearers: dict[int, int] = {}

    def process(self, frame: Frame, gallery: Gallery) -> FrameResult:
        """Look at the next frame.

        Args:
            frame: later than the last one; one of another size has nothing to do with it.
            gallery: whom to search; the newest snapshot.

        """
        started = time.perf_counter()
        if self._last is not None and frame.size != self._last.size:
            # Where faces were is known in pixels of the old size.
            self.reset()
        glance = functools.partial(thumbnail, frame.pixels)
        sightings = [Sighting(found, glance(found.landmarks.points)) for found in self._find(frame)]
        tracks = self._tracker.update(
            sightings,
            timestamp=frame.timestamp,
            describe=self._describer(frame),
            glance=glance,
        )
        for track in tracks:
            if self._decided.is_stale(track, gallery):
                track.decision = track.evidence.decide(
                    gallery, self._policy, previous=track.decision
                )
        self._decided = _Decided(gallery, tracks)
        self._last = frame
        decisions = {track.id: track.decision for track in tracks}
        return self._result(frame, decisions, started=started)

    def settle(self, frame: Frame, gallery: Gallery) -> FrameResult:
        """Judge a picture that stands still: a clip's last frame, or one that the user froze.

        No further looks will come, so a track that is too young for a name is judged by the one
        look there is, as a face in a photo is. Faces that the frame had no time for are described
        now; of the others nothing is looked at twice.

        Args:
            frame: the last one that was processed; one that was not is processed first.
            gallery: whom to search; the newest snapshot.

        """
        started = time.perf_counter()
        if frame is not self._last:
            self.process(frame, gallery)
        tracks = self._tracker.catch_up(timestamp=frame.timestamp, describe=self._describer(frame))
        decisions: dict[int, Decision] = {}
        for track in tracks:
            if track.seen_now and track.evidence.is_young:
                decisions[track.id] = decide_face(track.face, gallery, self._policy)
            else:
                decisions[track.id] = track.evidence.decide(
                    gallery, self._policy, previous=track.decision
                )
        return self._result(frame, decisions, started=started)

    def reset(self) -> None:
        """Forget all tracks, at a change of source or of the size of its pictures."""
        self._tracker.reset()
        self._plan = SearchPlan()
        self._last = None
        self._bearers = {}

    def _find(self, frame: Frame) -> list[DetectedFace]:
        """Find the faces of a frame, in all of it only where that may show somebody new."""
        pixels, timestamp = frame.pixels, frame.timestamp
        in_sight = self._tracker.expected(timestamp)
        expected = np.concatenate([in_sight, self._tracker.expected_back(timestamp)])
        waits = len(self._tracker.tracks) > 0
        if not self._plan.wants_whole(pixels, timestamp=timestamp, followed=in_sight, waits=waits):
            if not len(expected):
                return []
            found = self._pipeline.find_near(pixels, expected)
            if not any_missed(in_sight, [face.detection.box for face in found]):
                return found
        self._plan.note_whole(timestamp=timestamp)
        return self._pipeline.find(pixels, effort=LIVE, expected=expected)

    def _describer(self, frame: Frame) -> Describe:
        return lambda found: self._pipeline.look_at(frame.pixels, found)

    def _result(
        self, frame: Frame, decisions: dict[int, Decision], *, started: float
    ) -> FrameResult:
        tracks = self._tracker.tracks
        shown = _beside_each_other(tracks, decisions, bearers=self._bearers)
        self._bearers = {
            decision.match.identity.id: track_id
            for track_id, decision in shown.items()
            if isinstance(decision, Identified)
        }
        views = tuple(
            TrackView(
                id=track.id,
                box=track.box,
                decision=shown[track.id],
                face=track.face,
                coasting=not track.seen_now,
                probe=track.evidence.embedding,
            )
            for track in tracks
        )
        return FrameResult(frame, views, time.perf_counter() - started)


class _Decided:
    """What the last frame's decisions rest on, so that nothing is decided twice."""

    def __init__(self, gallery: Gallery | None = None, tracks: Sequence[Track] = ()) -> None:
        self._gallery = gallery
        self._described = {track.id: track.described for track in tracks}

    def is_stale(self, track: Track, gallery: Gallery) -> bool:
        """Tell whether a track was looked at since, or somebody changed the gallery."""
        return gallery is not self._gallery or self._described.get(track.id) != track.described


def _beside_each_other(
    tracks: Sequence[Track], decisions: dict[int, Decision], *, bearers: Mapping[int, int]
) -> dict[int, Decision]:
    """Return what may be said of each track beside the others.

    Whoever is out of the picture takes no name from somebody who is in it, nor keeps one that
    another carries. Where somebody is in the way, the name would stand at the wrong face.

    Args:
        tracks: oldest first.
        decisions: by track id.
        bearers: identity id to the id of the track that carried the name last.

    """
    seen = [track for track in tracks if track.seen_now]
    # Those in the picture are asked first.
    groups = (seen, [track for track in tracks if not track.seen_now])
    shown: dict[int, Decision] = {}
    for group in groups:
        asked = one_name_each([(track.id, decisions[track.id]) for track in group], bearers=bearers)
        carried = {
            decision.match.identity.id
            for decision in shown.values()
            if isinstance(decision, Identified)
        }
        for track in group:
            decision = asked[track.id]
            if isinstance(decision, Identified) and (
                decision.match.identity.id in carried
                or (not track.seen_now and _is_covered(track, seen))
            ):
                decision = Unsure(candidates=(), confidence=None)
            shown[track.id] = decision
    return shown


def _is_covered(track: Track, others: Sequence[Track]) -> bool:
    if not others:
        return False
    shared = overlaps(track.box[None], np.stack([other.box for other in others]))
    return bool(shared.max() >= _COVERED)
