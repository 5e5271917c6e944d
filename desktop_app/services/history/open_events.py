"""An event that goes on, or may."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from desktop_app.recognition.events import EventLook, EventState, Outcome
from desktop_app.vision.types import Embedding, Face

# Seconds that somebody may be out of the picture and still be there: who bends down, turns away
# or fetches a pen has not left. After half a minute, most people would say that they came back.
GAP = 30.0
# Seconds after which it is written again how long somebody has stayed; a crash loses no more.
WRITTEN_EVERY = 15.0
# Seconds that the clock may run ahead of the frames before they are taken to have stood still:
# a machine that slept, a clip that was held.
_STOOD_STILL = 2.0
# How much better the picture of a face must be to take the place of another.
_BETTER = 0.05


@dataclass(eq=False, slots=True)
class OpenEvent:
    """An event that goes on, or may: whoever it is about left a moment ago.

    Attributes:
        key, identity_id, outcome, confidence, began, ended: as in ``EventState``.
        seen: the clock's time when they were seen last.
        at: the timestamp of the frame that showed them last, seconds; None where frames are
            counted anew since.
        bearer: the track that it is about; None while they are out of the picture.
        probe: what they look like, to know a stranger by who comes back.
        look: one that is to be written.
        is_new: something is to be written soon.

    """

    key: int
    identity_id: int | None
    outcome: Outcome
    began: datetime
    ended: datetime
    seen: datetime
    at: float | None
    bearer: int | None = None
    confidence: float | None = None
    probe: Embedding | None = None
    look: EventLook | None = None
    is_new: bool = True
    _face: Face | None = None
    _best: float = 0.0
    _written: datetime | None = None
    _written_until: datetime | None = None

    def state(self, source: str, *, withdrawn: bool = False) -> EventState:
        """Return what is known of it."""
        return EventState(
            key=self.key,
            identity_id=self.identity_id,
            began=self.began,
            ended=self.ended,
            source=source,
            outcome=self.outcome,
            confidence=self.confidence,
            look=self.look,
            withdrawn=withdrawn,
        )

    def extend(self, *, at: float, now: datetime) -> None:
        """They are seen, in a frame with this timestamp."""
        by_clock = (now - self.seen).total_seconds()
        if self.at is None or by_clock - (at - self.at) > _STOOD_STILL:
            self.ended = max(self.ended, now)
        else:
            self.ended += timedelta(seconds=max(at - self.at, 0.0))
        self.seen, self.at = now, at

    def believe(self, confidence: float) -> None:
        """Take how sure the name is, at its surest."""
        self.confidence = max(self.confidence or 0.0, confidence)

    def is_over(self, *, now: datetime, at: float | None = None) -> bool:
        """Whether they have been away for too long to have been there all the time."""
        by_frames = 0.0 if self.at is None or at is None else at - self.at
        return max(by_frames, (now - self.seen).total_seconds()) > GAP

    def look_at(self, face: Face) -> None:
        """Keep how they look, where that is better than before."""
        if face is self._face:
            return
        self._face = face
        quality = face.quality.overall
        if quality > self._best + _BETTER:
            self._best = quality
            self.look = EventLook(face.aligned.pixels, face.embedding)

    def forget_look(self) -> None:
        """Keep no look that was not handed out yet; the next one is the best again."""
        self.look, self._face, self._best = None, None, 0.0

    @property
    def is_written(self) -> bool:
        """Whether nothing has happened since it was handed out."""
        return not self.is_new and self.ended == self._written_until

    def is_due(self, *, now: datetime) -> bool:
        """Whether it is to be written by now."""
        if self.is_new or self._written is None:
            return True
        return not self.is_written and (now - self._written).total_seconds() >= WRITTEN_EVERY

    def mark_written(self, *, now: datetime) -> None:
        """It was handed out to be written."""
        self.is_new, self.look = False, None
        self._written, self._written_until = now, self.ended
