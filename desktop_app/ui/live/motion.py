"""Boxes between two results: a frame is shown before recognition is done with it, or after."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop_app.recognition.types import Identified

if TYPE_CHECKING:
    from desktop_app.capture.frame import Frame
    from desktop_app.services.live import FrameResult, TrackView

# (x1, y1, x2, y2) in pixels of the frame. Plain numbers: for a handful of boxes a frame, arrays of
# four take ten times as long.
Box = tuple[float, float, float, float]

# A result older than this says nothing about the picture any more, seconds.
STALE = 1.0
# A movement is carried on for this long at the most, seconds: people stop and turn. And for no more
# than so many times as long as it was seen: a detector's jitter from frame to frame is no movement.
_REACH = 0.4
_REACH_OF_SEEN = 2.0
# Of results whose frames are not shown yet, and two before: at the most so many are kept.
_KEPT = 12


class BoxMotion:
    """Carries each track's box on to the frame that is shown."""

    def __init__(self) -> None:
        self._results: deque[FrameResult] = deque(maxlen=_KEPT)

    def clear(self) -> None:
        """Forget everything; another source is shown."""
        self._results.clear()

    def take(self, result: FrameResult) -> None:
        """Hear of the next result."""
        newest = self._results[-1].frame if self._results else None
        if newest is not None and (
            newest.source_id != result.frame.source_id or newest.timestamp > result.frame.timestamp
        ):
            self._results.clear()
        self._results.append(result)

    def frame_of(self, track: TrackView) -> Frame | None:
        """Return the frame that shows a track in its box, None where none does."""
        if track.coasting:
            return None
        for result in self._results:
            if track in result.tracks:
                return result.frame
        return None

    def result_for(self, frame: Frame) -> FrameResult | None:
        """Return the newest result that is not of a later frame; None where it is too old.

        Where all are of later frames, the picture went back: the oldest is returned then.
        """
        before, _ = self._around(frame)
        return before

    def tracks_for(self, frame: Frame) -> Sequence[tuple[TrackView, Box]]:
        """Return the tracks that may be shown on a frame, each with its box there.

        Nothing when the newest result is too old for this frame. A face that is not seen at the
        moment is shown only where it has a name, and never on the very frame that was looked at.
        """
        result, movement = self._around(frame)
        if result is None:
            return ()
        ahead = min(max(frame.timestamp - result.frame.timestamp, 0.0), movement.reach)
        return [
            (track, _moved(track, movement.speeds.get(track.id), ahead))
            for track in result.tracks
            if not track.coasting or (ahead and isinstance(track.decision, Identified))
        ]

    def _around(self, frame: Frame) -> tuple[FrameResult | None, _Movement]:
        """Return the result that a frame is to show, and how the boxes move from there."""
        results = self._results
        if not results or results[-1].frame.source_id != frame.source_id:
            return None, _AT_REST
        index = len(results) - 1
        while index and results[index].frame.timestamp > frame.timestamp:
            index -= 1
        while index > 1:
            # The picture does not go back; each holds a frame.
            results.popleft()
            index -= 1
        result = results[index]
        if abs(frame.timestamp - result.frame.timestamp) > STALE:
            return None, _AT_REST
        # Where a later result is known, the box is between both; else it goes on as it did.
        if index + 1 < len(results):
            return result, _between(result, results[index + 1])
        return result, _going_on(results[index - 1], result) if index else _AT_REST


@dataclass(frozen=True, slots=True)
class _Movement:
    """How boxes move.

    Attributes:
        speeds: of each edge, by track, pixels a second.
        reach: for how long that holds, seconds.

    """

    speeds: dict[int, Box]
    reach: float


_AT_REST = _Movement({}, _REACH)


def _between(before: FrameResult, after: FrameResult) -> _Movement:
    """Return how each box moves from one result to the next."""
    elapsed = after.frame.timestamp - before.frame.timestamp
    if not 0 < elapsed <= STALE:
        return _AT_REST
    earlier = {track.id: _box_of(track) for track in before.tracks}
    speeds = {
        track.id: _each(lambda now, then: (now - then) / elapsed, _box_of(track), earlier[track.id])
        for track in after.tracks
        if track.id in earlier
    }
    return _Movement(speeds, _REACH)


def _going_on(before: FrameResult, newest: FrameResult) -> _Movement:
    """Return how each box goes on after the newest result: where it was going, as large as it is.

    How its size changed from one result to the next is mostly the detector's jitter.
    """
    elapsed = newest.frame.timestamp - before.frame.timestamp
    speeds = {}
    for number, (left, top, right, bottom) in _between(before, newest).speeds.items():
        across, down = (left + right) / 2, (top + bottom) / 2
        speeds[number] = (across, down, across, down)
    return _Movement(speeds, min(_REACH, _REACH_OF_SEEN * max(elapsed, 0.0)))


def _moved(track: TrackView, speed: Box | None, ahead: float) -> Box:
    box = _box_of(track)
    if speed is None or not ahead:
        return box
    left, top, right, bottom = box
    # Never further than half a face: a box beside the face is worse than one behind it.
    most = max(right - left, bottom - top) / 2
    return _each(lambda at, by: at + max(-most, min(most, by * ahead)), box, speed)


def _each(change: Callable[[float, float], float], one: Box, other: Box) -> Box:
    left, top, right, bottom = map(change, one, other)
    return left, top, right, bottom


def _box_of(track: TrackView) -> Box:
    left, top, right, bottom = track.box.tolist()
    return left, top, right, bottom
