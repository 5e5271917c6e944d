"""What is said of a face after another took its place."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from desktop_app.arrays import Float32Array
from desktop_app.recognition.motion import overlaps
from desktop_app.recognition.types import decided_name
from desktop_app.services.live import FrameResult, TrackView
from swapping.scenes import CHANGE, NAMED, STRANGER, Scene, Shown

# A box that shares less of its union with a face is not at that face.
_AT_FACE = 0.35


@dataclass(slots=True)
class Played:
    """What was said during one scene.

    Attributes:
        was_named: whether the one with a name had it before anything happened.
        kept: frames in which the name stood at the stranger on a track that was the other's.
        faded: frames in which it stood there faded, because the other was there last and nobody
            had noticed the stranger yet.
        earned: frames in which it stood there on a track that never was at anybody else.
        lost: frames, of ``named_frames``, in which whoever has a name is to be seen without it.
        named_frames: in which whoever has a name is to be seen, from then on.
        seen_after: seconds from when the stranger is to be seen to the first box at them; None
            where there never is one.
        bare: frames in which a face is to be seen that nothing says anything about, of ``faces``.
        faces: to be seen, summed over frames.

    """

    was_named: bool = False
    kept: int = 0
    faded: int = 0
    earned: int = 0
    lost: int = 0
    named_frames: int = 0
    seen_after: float | None = None
    _seen_from: float | None = None
    bare: int = 0
    faces: int = 0
    _owner: dict[int, int] = field(default_factory=dict)

    def add(self, scene: Scene, shown: Shown, result: FrameResult) -> None:
        """Take the next frame."""
        time = shown.time
        at = {who: _at(box, result, shown.boxes) for who, box in shown.boxes.items()}
        for track in at.get(NAMED, ()):
            if time < scene.stranger_from or STRANGER in shown.boxes:
                self._owner.setdefault(track.id, NAMED)
        self._see_stranger(scene, at.get(STRANGER), time=time)
        if NAMED in at and time < scene.named_until:
            names = [decided_name(track.decision) for track in at[NAMED]]
            if time < CHANGE:
                self.was_named = any(names)
            else:
                self.named_frames += 1
                self.lost += not any(names)
        self.faces += len(at)
        self.bare += sum(all(track.coasting for track in tracks) for tracks in at.values())

    def _see_stranger(self, scene: Scene, tracks: list[TrackView] | None, *, time: float) -> None:
        if tracks is None or time < scene.stranger_from:
            return
        if self._seen_from is None:
            self._seen_from = time
        if self.seen_after is None and any(not track.coasting for track in tracks):
            self.seen_after = time - self._seen_from
        named = [track for track in tracks if decided_name(track.decision) is not None]
        seen = [track for track in named if not track.coasting]
        was_other = any(self._owner.get(track.id) == NAMED for track in seen)
        self.kept += was_other
        self.earned += bool(seen) and not was_other
        self.faded += bool(named) and not seen


def _at(box: Float32Array, result: FrameResult, boxes: dict[int, Float32Array]) -> list[TrackView]:
    """Return the tracks whose boxes lie at a face, and nearer to it than to another."""
    everyone = np.stack(list(boxes.values()))
    found = []
    for track in result.tracks:
        shared = overlaps(track.box[None], everyone)[0]
        own = float(overlaps(track.box[None], box[None])[0, 0])
        if own >= _AT_FACE and own >= shared.max():
            found.append(track)
    return found


@dataclass(frozen=True, slots=True)
class Summary:
    """What came of a scene that was played with many pairs; see :class:`Played`.

    Attributes:
        pairs: in which the one with a name was named before anything happened.
        kept, faded, earned: pairs in which the name stood at the stranger in a frame or more.
        longest_kept: frames, in the worst of them.
        lost, bare: shares of frames.
        seen_p95, seen_most: seconds until there is a box at the stranger.

    """

    pairs: int
    kept: int
    faded: int
    earned: int
    longest_kept: int
    lost: float
    bare: float
    seen_p95: float
    seen_most: float


def summary_of(played: list[Played]) -> Summary:
    """Add up scenes."""
    named = [one for one in played if one.was_named]
    waits = [np.inf if one.seen_after is None else one.seen_after for one in played] or [np.inf]
    return Summary(
        pairs=len(named),
        kept=sum(one.kept > 0 for one in named),
        faded=sum(one.faded > 0 for one in named),
        earned=sum(one.earned > 0 and not one.kept for one in named),
        longest_kept=max((one.kept for one in named), default=0),
        lost=sum(one.lost for one in named) / max(sum(one.named_frames for one in named), 1),
        bare=sum(one.bare for one in played) / max(sum(one.faces for one in played), 1),
        seen_p95=float(np.quantile(waits, 0.95, method="higher")),
        seen_most=float(np.max(waits)),
    )
