"""Who was seen when."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

from desktop_app.recognition.types import Identity


class Outcome(enum.Enum):
    """What was said of somebody who was seen."""

    NAMED = "named"
    UNSURE = "unsure"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Event:
    """Somebody was seen, from … until …, by one source.

    Attributes:
        id: stable for the life of the gallery.
        identity: who; None for whoever got no name.
        began: when they came, UTC.
        ended: when they were last seen, UTC.
        source: what the source is called.
        outcome: what was said of them.
        confidence: of the name, 0 to 1; None without one.
        has_picture: whether a picture of them was kept.

    """

    id: int
    identity: Identity | None
    began: datetime
    ended: datetime
    source: str
    outcome: Outcome
    confidence: float | None
    has_picture: bool
