"""When each frame is shown: at once, or a moment later, evenly and with its boxes.

Recognition looks at one frame while the next ones come. As long as it keeps up, a frame is shown
as it comes, with boxes that were found one or two frames before. Where it does not, boxes would
trail the faces; so the picture waits for them, as long as recognition took during the last seconds
and :data:`MOST_DELAY` at the most. The delay comes and goes by some milliseconds a frame: the
picture slows down a little and never stands still. Where even that is too short, boxes are moved
on by ``BoxMotion``.

Measured on a crowd at 720p, two busy cores, 14 results a second: shown as they came, 564 of 613
frames had boxes more than two frames old, so to leave out boxes that are too old would have been to
show none; shown by this, 50 of 595. To show a frame when its result comes would make the picture as
slow as recognition is.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop_app.capture.frame import Frame
    from desktop_app.services.live import FrameResult

# A box may have been found so many frames before the one it is shown on, or as long before it as so
# many frames take at 30 a second.
MOST_LAG = 2
_MOST_LAG_SECONDS = MOST_LAG / 30
# No picture waits longer, seconds: from a fifth of a second on, a mirror feels like a film.
MOST_DELAY = 0.15
# One frame follows the other within this time, seconds, whatever is waited for. At 30 frames a
# second that is a seventh slower than they come, and leaves a busy machine 12 ms to be late by.
_LONGEST_STEP = 0.038
# As soon as results need less time again, the delay loses this share of what is too much of it
# with each frame: within a second it is a third.
_SHORTER_BY = 0.04
# How long a slow result is remembered, seconds.
_MEMORY = 5.0
# A frame that is due so soon is shown now, seconds.
_SLACK = 0.002
# For results that take a little longer than all of the last seconds did, seconds.
_MARGIN = 0.008
# By so much with each frame the time of a source may drift from ours, seconds; by more than the
# other at once, and it was held, or is another one.
_DRIFT, _ANEW = 0.0002, 0.5
# After this time results are not waited for any more, seconds; something else is the matter.
_GIVEN_UP = 1.0


@dataclass(frozen=True, slots=True)
class _Moment:
    """A frame without its pixels, and when it came."""

    index: int
    timestamp: float
    at: float

    @classmethod
    def of(cls, frame: Frame, at: float) -> _Moment:
        return cls(frame.index, frame.timestamp, at)

    def leaves_behind(self, marked: _Moment) -> bool:
        """Whether boxes that were found in another frame are too old for this one."""
        return (
            self.index - marked.index > MOST_LAG
            and self.timestamp - marked.timestamp > _MOST_LAG_SECONDS
        )


class Playout:
    """Holds the frames of one source that are not shown yet.

    Times are seconds of one monotonic clock.
    """

    def __init__(self) -> None:
        # What a frame's own time is on this clock, for one that came without being held up.
        self._offset: float | None = None
        self._waiting: deque[tuple[Frame, _Moment]] = deque()
        # Since the frame that the newest result is of.
        self._received: deque[_Moment] = deque()
        # When a frame or a result came, and how long frames should have waited for it.
        self._needs: deque[tuple[float, float]] = deque()
        # The frame of the newest result; None where it shows no face.
        self._marked: _Moment | None = None
        self._heard_at: float | None = None
        # The first boxes take longest, and before there are any nobody misses the time.
        self._delay = MOST_DELAY
        self._shown_at: float | None = None

    @property
    def delay(self) -> float:
        """How long a frame waits before it is shown, seconds."""
        return self._delay

    def take_frame(self, frame: Frame, *, now: float) -> None:
        """Take the newest frame."""
        moment = _Moment.of(frame, self._expected(frame, now))
        if self._heard_at is None:
            self._heard_at = now
        self._waiting.append((frame, moment))
        self._received.append(moment)
        # Where no results come, this is not to grow.
        while now - self._received[0].at > _GIVEN_UP:
            self._received.popleft()
        self._note_need(now - moment.at, now)
        self._shorten(now)

    def take_result(self, result: FrameResult, *, now: float) -> None:
        """Hear that the boxes of a frame are known from now on."""
        before = self._marked
        if before is not None:
            # The first frame that the boxes before were too old for should have waited for these.
            for moment in self._received:
                if moment.leaves_behind(before):
                    self._note_need(now - moment.at + _MARGIN, now)
                    break
        self._marked = _Moment.of(result.frame, now) if result.tracks else None
        self._heard_at = now
        while self._received and self._received[0].index <= result.frame.index:
            self._received.popleft()

    def due(self, *, now: float) -> Frame | None:
        """Return the frame to be shown now, None where the one that is shown stays.

        What was not shown and is older is dropped.
        """
        if not self._waiting:
            return None
        ready = [
            frame for frame, moment in self._waiting if now >= self._moment_to_show(moment, now)
        ]
        if ready:
            frame = ready[-1]
        elif self._shown_at is None or now - self._shown_at >= _LONGEST_STEP:
            frame = self._waiting[0][0]
        else:
            return None
        while self._waiting.popleft()[0] is not frame:
            pass
        self._shown_at = now
        return frame

    def flush(self) -> Frame | None:
        """Return the newest frame, None where it is shown: nothing comes for a while."""
        newest = self._waiting[-1][0] if self._waiting else None
        self._waiting.clear()
        return newest

    def next_look(self, *, now: float) -> float | None:
        """Return when :meth:`due` is to be asked again; None: when something new comes."""
        if not self._waiting:
            return None
        at = self._moment_to_show(self._waiting[0][1], now)
        return at if self._shown_at is None else min(at, self._shown_at + _LONGEST_STEP)

    def _expected(self, frame: Frame, now: float) -> float:
        """Return when a frame should have come: busy threads bring one sooner, another later."""
        offset = now - frame.timestamp
        if self._offset is None or abs(offset - self._offset) > _ANEW:
            self._offset = offset
        self._offset = min(self._offset + _DRIFT, offset)
        return frame.timestamp + self._offset

    def _moment_to_show(self, moment: _Moment, now: float) -> float:
        wait = self._delay if self._is_marked(moment, now) else MOST_DELAY
        return moment.at + wait - _SLACK

    def _note_need(self, need: float, now: float) -> None:
        need = min(need, MOST_DELAY)
        self._needs.append((now, need))
        self._delay = max(self._delay, need)

    def _shorten(self, now: float) -> None:
        """Take back some of a delay that no result of the last seconds needed."""
        while self._needs and now - self._needs[0][0] > _MEMORY:
            self._needs.popleft()
        # With nobody in the picture it stays, for those who come next; with no recognition it goes.
        if self._marked is not None or self._is_silent(now, _MEMORY):
            need = max((need for _, need in self._needs), default=0.0)
            self._delay -= (self._delay - need) * _SHORTER_BY

    def _is_marked(self, moment: _Moment, now: float) -> bool:
        """Whether the newest boxes are new enough for a frame, or not to be waited for."""
        marked = self._marked
        if marked is None or self._is_silent(now, _GIVEN_UP):
            return True
        return not moment.leaves_behind(marked)

    def _is_silent(self, now: float, seconds: float) -> bool:
        return self._heard_at is not None and now - self._heard_at > seconds
