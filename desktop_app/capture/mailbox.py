"""A mailbox with one slot, between the thread that reads frames and those that use them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class LatestFrame(Generic[T]):
    """Holds the newest item; a newer one replaces it unread.

    A queue between a camera and something slower than the camera grows without bound, and what
    comes out of it is older each time. Here the reader always gets the present.
    """

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._item: T | None = None
        self._serial = 0
        self._closed = False
        self._ring: Callable[[], object] | None = None
        self.replaced_unread = 0
        self._read_serial = 0

    @property
    def has_new(self) -> bool:
        """Whether :meth:`take` would return an item at once."""
        with self._condition:
            return self._has_new

    @property
    def _has_new(self) -> bool:
        return not self._closed and self._serial != self._read_serial

    def ring(self, call: Callable[[], object]) -> None:
        """Have ``call`` called after each item, for one reader that waits for several mailboxes.

        It is called on the thread that puts, and holds up that thread for as long as it takes.
        """
        self._ring = call

    def put(self, item: T) -> None:
        """Replace what is there and wake whoever waits; nothing is kept once closed."""
        with self._condition:
            if self._closed:
                return
            if self._serial != self._read_serial:
                self.replaced_unread += 1
            self._item = item
            self._serial += 1
            self._condition.notify_all()
        # Outside the lock: whoever is called may look into the mailbox.
        if self._ring is not None:
            self._ring()

    def peek(self) -> T | None:
        """Return the newest item, again and again, without taking it."""
        with self._condition:
            return self._item

    def take(self, *, timeout: float) -> T | None:
        """Wait for an item that was not taken before.

        Args:
            timeout: seconds to wait at the most.

        Returns:
            The newest item, or None after the time-out or when the mailbox is closed.

        """
        with self._condition:
            self._condition.wait_for(lambda: self._closed or self._has_new, timeout)
            if not self._has_new:
                return None
            self._read_serial = self._serial
            return self._item

    def close(self) -> None:
        """Wake every waiting reader; nothing is delivered after."""
        with self._condition:
            self._closed = True
            self._item = None
            self._condition.notify_all()
