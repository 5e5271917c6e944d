"""Keeps what is to be written to the history until it could be."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from desktop_app.recognition.events import EventChange, EventState

# Events in one transaction: few enough that nobody waits for it.
_AT_ONCE = 200
# What waits while the gallery cannot be written to; a busy day.
MOST_WAITING = 2000
# Events that may still go on, of which it is known where they were written.
_MOST_REMEMBERED = 10_000


class HistoryWriter:
    """Between recorders and the log: one thread adds, another writes; both may at once.

    Attributes:
        dropped: how many events were never written because too many waited.

    """

    def __init__(self, *, most_waiting: int = MOST_WAITING) -> None:
        self.dropped = 0
        self._lock = threading.Lock()
        self._most = most_waiting
        self._waiting: dict[int, EventState] = {}
        # Key to id, and to whose name was written; None where there is nothing to go on with.
        self._written: dict[int, tuple[int, int | None] | None] = {}

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits."""
        return not self._waiting

    def add(self, states: Iterable[EventState]) -> None:
        """Take what is to be written; of one event the newest counts."""
        with self._lock:
            self._add(states)

    def forget_looks(self) -> None:
        """Write none of the pictures that wait; what else is known of their events is written."""
        with self._lock:
            for key, state in self._waiting.items():
                if state.look is not None:
                    self._waiting[key] = replace(state, look=None)

    def batch(self) -> list[EventChange]:
        """Return what is to be written next, oldest first; it waits on until it is written."""
        with self._lock:
            return self._batch()

    def written(self, changes: Sequence[EventChange], ids: Sequence[int | None]) -> None:
        """Take that a batch was written, and as what."""
        with self._lock:
            for change, number in zip(changes, ids, strict=True):
                state = change.state
                if self._waiting.get(state.key) is state:
                    del self._waiting[state.key]
                self._remember(state.key, None if number is None else (number, state.identity_id))

    def write_all(self, write: Callable[[list[EventChange]], list[int | None]]) -> bool:
        """Have everything written that waits; return whether there was anything.

        Args:
            write: see ``EventLog.write``; what it raises goes on, and the rest waits on.

        """
        is_any = False
        while changes := self.batch():
            # On one thread: whoever asks for the next batch before this one has its ids would
            # write the same events twice.
            self.written(changes, write(changes))
            is_any = True
        return is_any

    def _add(self, states: Iterable[EventState]) -> None:
        for state in states:
            before = self._waiting.get(state.key)
            if before is not None and before.look is not None and state.look is None:
                state = replace(state, look=before.look)  # noqa: PLW2901
            self._waiting[state.key] = state
        while len(self._waiting) > self._most:
            oldest = next(iter(self._waiting))
            del self._waiting[oldest]
            if oldest not in self._written:
                self._remember(oldest, None)
                self.dropped += 1

    def _batch(self) -> list[EventChange]:
        changes = []
        for key, state in list(self._waiting.items()):
            if key not in self._written:
                if state.withdrawn:
                    # It was withdrawn before it was ever written.
                    del self._waiting[key]
                    continue
                changes.append(EventChange(state))
            else:
                written = self._written[key]
                if written is None:
                    # Somebody deleted it, and meant to.
                    del self._waiting[key]
                    continue
                number, identity_id = written
                goes_on = state.identity_id == identity_id
                changes.append(EventChange(state, id=number, goes_on=goes_on))
            if len(changes) == _AT_ONCE:
                break
        return changes

    def _remember(self, key: int, written: tuple[int, int | None] | None) -> None:
        self._written.pop(key, None)
        self._written[key] = written
        if len(self._written) > _MOST_REMEMBERED:
            del self._written[next(iter(self._written))]
