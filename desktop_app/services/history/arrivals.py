"""Who arrives: somebody who was not seen for a while."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from desktop_app.recognition.types import Identity


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody came who was not there for a while.

    Attributes:
        identity: who.
        time: when, with a zone.
        source: what the source is called that saw them.

    """

    identity: Identity
    time: datetime
    source: str


class Arrivals:
    """Remembers who was seen when."""

    def __init__(self) -> None:
        self._last: dict[int, datetime] = {}

    def remember(self, last_seen: Mapping[int, datetime]) -> None:
        """Take from the history who was seen when, identity id to time."""
        for identity_id, time in last_seen.items():
            before = self._last.get(identity_id)
            self._last[identity_id] = time if before is None else max(before, time)

    def forget(self) -> None:
        """Know nobody: another gallery was opened."""
        self._last.clear()

    def take(
        self, present: Iterable[Identity], *, source: str, now: datetime, away: timedelta
    ) -> list[Arrival]:
        """Take who is in the picture, and return those who arrive.

        Args:
            present: whose name has settled.
            source: what it is called.
            now: the time, with a zone.
            away: how long one was not seen who arrives.

        """
        arrivals = []
        for identity in present:
            last = self._last.get(identity.id)
            self._last[identity.id] = now
            if last is None or now - last >= away:
                arrivals.append(Arrival(identity, now, source))
        return arrivals
