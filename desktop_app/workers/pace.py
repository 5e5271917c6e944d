"""How soon a feed's next frame is to be recognised."""

from __future__ import annotations

# Seconds from look to look: on battery while somebody is followed and while nobody is, and wherever
# nobody was seen for a while. A bit less than 1/15, 1/5 and 1/10, because frames come unevenly: of
# 30 a second it is to be every second, sixth and third.
_SAVING = 0.06
_SAVING_EMPTY = 0.19
_IDLE = 0.095
# Without anybody in sight, seconds, until a scene is empty. What moves is noticed at each look, and
# a whole frame is searched for faces then.
_IDLE_AFTER = 60.0
# Longer than most cameras take from one frame to the next. A frame that came too early waits for a
# fresher one, so that boxes are not older than they must be, and for so long if none comes.
_FRESHER = 0.05


class Pace:
    """Keeps one feed from being looked at more often than is of use.

    Times are seconds of one monotonic clock.
    """

    def __init__(self) -> None:
        self._last: float | None = None
        self._seen_at: float | None = None
        self._follows = False

    def begin(self, *, now: float) -> None:
        """Take note that a frame is being looked at from now on."""
        self._last = now
        if self._seen_at is None:
            self._seen_at = now

    def end(self, *, now: float, follows: bool) -> None:
        """Take note of what came of it.

        Args:
            now: the time.
            follows: whether somebody is in sight.

        """
        self._follows = follows
        if follows:
            self._seen_at = now

    def wait(self, *, now: float, saves: bool) -> float:
        """Return in how many seconds a frame that has come is to be looked at; 0 is at once.

        Asked again as each frame comes, that is at most so long.

        Args:
            now: the time.
            saves: the machine runs on its battery, which is to last.

        """
        if self._last is None:
            return 0.0
        left = self._last + self._interval(now, saves=saves) - now
        return left + _FRESHER if left > 0 else 0.0

    def _interval(self, now: float, *, saves: bool) -> float:
        if saves:
            return _SAVING if self._follows else _SAVING_EMPTY
        is_empty = self._seen_at is not None and now - self._seen_at >= _IDLE_AFTER
        return _IDLE if is_empty and not self._follows else 0.0
