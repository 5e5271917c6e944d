"""When to try again to get a lost source back."""

from __future__ import annotations

# Seconds to wait before each further attempt; the last one repeats. People count on a source that
# returned being back within 3 s, and to open it takes up to one of them, a network camera's first
# answer another. An attempt that comes to nothing is a look into /dev, or one connection refused:
# cheap enough for every other second, for ever.
BACK_OFF = (0.25, 0.5, 1.0, 1.5)
# A source that gave pictures for as long is not one that comes and goes: the next time it is lost,
# attempts begin quickly again.
_STEADY = 5.0


class BackOff:
    """Counts attempts.

    Attributes:
        attempts: how many came to nothing since pictures last came.

    """

    def __init__(self, delays: tuple[float, ...] = BACK_OFF) -> None:
        """Args: delays: seconds before each attempt; the last one repeats."""
        self.attempts = 0
        self._delays = delays
        self._step = 0

    def failed(self, *, pictures: int, seconds: float) -> float:
        """Take a failure; return how long to wait, seconds.

        Args:
            pictures: how many came before it, since the source was last opened.
            seconds: how long ago that was.

        """
        self.attempts = 0 if pictures else self.attempts + 1
        if pictures and seconds > _STEADY:
            self._step = 0
        delay = self._delays[min(self._step, len(self._delays) - 1)]
        self._step += 1
        return delay

    def succeeded(self) -> None:
        """Take note that pictures come."""
        self.attempts = 0
