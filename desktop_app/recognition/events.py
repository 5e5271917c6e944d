"""Who was seen when."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from desktop_app.arrays import UInt8Array, read_only
from desktop_app.recognition.types import Identity
from desktop_app.vision.types import Embedding


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


@dataclass(frozen=True, eq=False, slots=True)
class EventLook:
    """How somebody looked who was seen; kept only where the user wants pictures in the history.

    Attributes:
        pixels: the aligned crop, RGB, uint8, shape (s, s, 3).
        embedding: of that crop.

    """

    pixels: UInt8Array
    embedding: Embedding

    def __post_init__(self) -> None:
        checked = read_only(
            self.pixels, name="EventLook.pixels", dtype=np.uint8, shape=(None, None, 3)
        )
        object.__setattr__(self, "pixels", checked)


@dataclass(frozen=True, eq=False, slots=True)
class EventState:
    """What is known of an event by now, as it is to be written.

    Attributes:
        key: the recorder's own number for it.
        identity_id: who; None for whoever got no name.
        began, ended, source, outcome, confidence: as in ``Event``.
        look: a better one than was written before; None where there is none.
        withdrawn: it turned out to be part of another event.

    """

    key: int
    identity_id: int | None
    began: datetime
    ended: datetime
    source: str
    outcome: Outcome
    confidence: float | None = None
    look: EventLook | None = None
    withdrawn: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class EventChange:
    """An event that is to be written.

    Attributes:
        state: what is known of it.
        id: which it got when it was written first; None where it is new.
        goes_on: nothing else is said of them than was written before. What somebody corrected
            meanwhile stays.

    """

    state: EventState
    id: int | None = None
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events are asked for; all of them by default.

    Attributes:
        since: they began at this time or later.
        until: they began before this time.
        identity_id: of this person.
        nameless: of nobody who got a name.
        source: of the source that is called so.
        text: somewhere in the name or in what the source is called.

    """

    since: datetime | None = None
    until: datetime | None = None
    identity_id: int | None = None
    nameless: bool = False
    source: str | None = None
    text: str = ""
