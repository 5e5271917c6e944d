"""How fast pictures arrive, whatever a source says about it."""

from __future__ import annotations

from collections import deque

_WINDOW = 2.0
# A pause of so many seconds, and of so many usual intervals, is one in which pictures may have
# piled up: in a socket while the network stood still, in a driver while the machine did.
_PAUSE = 0.5
_PAUSE_INTERVALS = 4
# What comes in less than this share of the usual interval was not taken just now.
_HURRIED = 0.5
# How much one interval counts for in the usual one.
_SMOOTHING = 0.1
_INTERVALS_TO_KNOW = 8


class Pace:
    """Takes the moments at which pictures arrive. Noted by one thread, read by any."""

    def __init__(self) -> None:
        self._arrivals: deque[float] = deque()
        self._usual = 0.0
        self._known = 0
        self._waiting = 0

    def restart(self) -> None:
        """Begin anew: the source was opened again."""
        self._arrivals.clear()
        self._known = self._waiting = 0

    def note(self, now: float) -> bool:
        """Take the arrival of a picture.

        Args:
            now: as ``time.monotonic`` tells the time.

        Returns:
            Whether it is old: one of those that piled up during a pause and now come hurrying. No
            more can have piled up than fit into the pause at the usual pace, so that whatever the
            source does, soon a picture is not old.

        """
        interval = now - self._arrivals[-1] if self._arrivals else None
        self._arrivals.append(now)
        while now - self._arrivals[0] > _WINDOW:
            self._arrivals.popleft()
        if interval is None:
            return False
        if self._waiting and interval < _HURRIED * self._usual:
            self._waiting -= 1
            # It counts with the one before, where that is not too old to count itself.
            if len(self._arrivals) > 1:
                del self._arrivals[-2]
            return True
        self._waiting = 0
        if self._known < _INTERVALS_TO_KNOW:
            share = 1 / (self._known + 1)
        elif interval > max(_PAUSE, _PAUSE_INTERVALS * self._usual):
            # The last of them is not old, and the one that ends the pause is taken already.
            self._waiting = max(0, int(interval / self._usual) - 2)
            return False
        else:
            share = _SMOOTHING
        self._usual += share * (interval - self._usual)
        self._known += 1
        return False

    def rate(self, now: float) -> float:
        """Return how many pictures a second arrived in the last two; 0 where none did."""
        arrivals = [moment for moment in self._arrivals.copy() if now - moment <= _WINDOW]
        if len(arrivals) < 2 or arrivals[-1] == arrivals[0]:
            return 0.0
        # One that stopped is slower with every moment that it is silent for.
        silent = max(0.0, now - arrivals[-1] - (arrivals[-1] - arrivals[0]) / (len(arrivals) - 1))
        return (len(arrivals) - 1) / (arrivals[-1] - arrivals[0] + silent)
