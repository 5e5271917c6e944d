"""Boxes between two results: the picture moves on while recognition looks at an older frame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from desktop_app.arrays import Float32Array
from desktop_app.recognition.types import Identified

if TYPE_CHECKING:
    from desktop_app.capture.frame import Frame
    from desktop_app.services.live import FrameResult, TrackView

# A result older than this says nothing about the picture any more, seconds.
STALE = 1.0
# A movement is carried on for this long at the most, seconds: people stop and turn.
_REACH = 0.4


class BoxMotion:
    """Carries each track's box on to the frame that is shown."""

    def __init__(self) -> None:
        self._result: FrameResult | None = None
        self._speeds: dict[int, Float32Array] = {}

    def clear(self) -> None:
        """Forget everything; another source is shown."""
        self._result = None
        self._speeds = {}

    def frame_of(self, track: TrackView) -> Frame | None:
        """Return the frame that shows a track of the newest result, None where none does."""
        result = self._result
        if result is None or track.coasting or track not in result.tracks:
            return None
        return result.frame

    def take(self, result: FrameResult) -> None:
        """Learn how fast the boxes move from one result to the next."""
        before, self._result = self._result, result
        self._speeds = {}
        if before is None:
            return
        elapsed = result.frame.timestamp - before.frame.timestamp
        if not 0 < elapsed <= STALE:
            return
        earlier = {track.id: track.box for track in before.tracks}
        for track in result.tracks:
            if track.id in earlier:
                speed = (track.box - earlier[track.id]) / np.float32(elapsed)
                self._speeds[track.id] = speed

    def tracks_for(self, frame: Frame) -> Sequence[tuple[TrackView, Float32Array]]:
        """Return the tracks that may be shown on a frame, each with its box there.

        Nothing when the newest result is too old for this frame. A face that is not seen at the
        moment is shown only where it has a name, and never on the very frame that was looked at.
        """
        result = self._result
        if result is None or result.frame.source_id != frame.source_id:
            return ()
        lag = frame.timestamp - result.frame.timestamp
        if lag > STALE or lag < -STALE:
            return ()
        ahead = min(max(lag, 0.0), _REACH)
        return [
            (track, self._moved(track, ahead))
            for track in result.tracks
            if not track.coasting or (ahead and isinstance(track.decision, Identified))
        ]

    def _moved(self, track: TrackView, ahead: float) -> Float32Array:
        speed = self._speeds.get(track.id)
        if speed is None or not ahead:
            return track.box
        size = float(max(track.box[2] - track.box[0], track.box[3] - track.box[1]))
        # Never further than half a face: a box beside the face is worse than one behind it.
        step = np.clip(speed * np.float32(ahead), -size / 2, size / 2)
        return np.asarray(track.box + step, np.float32)
