"""The history: who was seen when, by days as people count them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

import numpy as np

from desktop_app.arrays import UInt8Array
from desktop_app.recognition.events import Event, EventChange, EventFilter, EventLook
from desktop_app.recognition.operating_point import operating_point
from desktop_app.services.history.days import day_begins
from desktop_app.vision.alignment import template_for
from desktop_app.vision.quality import assess
from desktop_app.vision.types import (
    AlignedFace,
    DetectedFace,
    Detection,
    Face,
    Landmarks,
    Pose,
)

if TYPE_CHECKING:
    # Half a second of imports that the window must not wait for.
    from db.edits import Edits
    from db.gallery_file import GalleryFile
    from desktop_app.vision.manifest import Calibration

# How often two strangers may be taken for one who left and came back.
_STRANGERS_MIXED_UP = 1e-3

EVERYTHING = EventFilter()


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the history.

    Attributes:
        day: as the clock on the wall has it.
        events: how many began on it.

    """

    day: date
    events: int


class History:
    """Reads, corrects and deletes what was recorded; for the thread that owns the file."""

    def __init__(self, file: GalleryFile, *, zone: tzinfo | None = None) -> None:
        """Args: zone: where days begin; None where the computer is."""
        from db.events import EventLog

        self._log = EventLog(file)
        self._zone = zone

    def write(self, changes: Sequence[EventChange], *, patient: bool = False) -> list[int | None]:
        """Write events down; see ``EventLog.write``."""
        return self._log.write(changes, patient=patient)

    def days(self, wanted: EventFilter = EVERYTHING) -> list[Day]:
        """Return the days on which anything wanted began, newest first."""
        days: list[Day] = []
        begins: datetime | None = None
        # Newest first, so that each day's beginning is worked out once and not for each slot.
        for slot, events in self._log.slots(wanted):
            if begins is None or slot < begins:
                day = slot.astimezone(self._zone).date()
                begins = day_begins(day, self._zone).astimezone(UTC)
                days.append(Day(day, 0))
            days[-1] = Day(days[-1].day, days[-1].events + events)
        return days

    def page(
        self, wanted: EventFilter = EVERYTHING, *, after: Event | None = None, limit: int = 200
    ) -> list[Event]:
        """Return the next events, newest first; ``after`` is the last one of the page before."""
        return self._log.page(wanted, after=after, limit=limit)

    def sources(self) -> list[str]:
        """Return what the sources are called that saw anybody."""
        return self._log.sources()

    def picture(self, event_id: int) -> UInt8Array | None:
        """Return the picture of an event, RGB, uint8, shape (s, s, 3); None without one."""
        return self._log.picture(event_id)

    def look(self, event_id: int) -> EventLook | None:
        """Return how somebody looked; None where no picture was kept."""
        return self._log.look(event_id)

    def refute(self, event_id: int) -> Edits:
        """Say that it was not who the event says; see ``EventLog.refute``.

        Raises:
            NoSuchEvent: it is gone.

        """
        return self._log.refute(event_id)

    def name(self, event_id: int, identity_id: int) -> Edits:
        """Say who it was; see ``EventLog.name``.

        Raises:
            NoSuchEvent: it is gone.
            NoSuchPerson: they are gone.

        """
        return self._log.name(event_id, identity_id)

    def undo(self, edits: Edits) -> None:
        """Take back what :meth:`refute` or :meth:`name` did.

        Raises:
            ActOutdated: something was changed since.

        """
        self._log.undo(edits)

    def delete(self, event_ids: Collection[int]) -> int:
        """Delete events for good; return how many there were."""
        return self._log.delete(event_ids)

    def delete_day(self, day: date) -> int:
        """Delete for good what began on a day; return how much that was."""
        return self._log.delete_between(
            day_begins(day, self._zone), day_begins(day + timedelta(days=1), self._zone)
        )

    def forget_before(self, moment: datetime) -> int:
        """Delete for good what ended before a time; return how much that was."""
        return self._log.forget_before(moment)

    def forget_older(self, *, days: int, now: datetime | None = None) -> int:
        """Delete for good what is older than so many days; nothing where they are 0."""
        if not days:
            return 0
        return self._log.forget_before((now or datetime.now(UTC)) - timedelta(days=days))

    def forget_pictures(self) -> int:
        """Delete all pictures and leave the events; return how many there were."""
        return self._log.forget_pictures()

    def last_seen(self, since: datetime) -> dict[int, datetime]:
        """Return identity id to when they were last seen, of all who were since a time."""
        return self._log.last_seen(since)


def strangers_alike_from(calibration: Calibration | None) -> float | None:
    """Return the similarity from which two strangers are one; None where nobody can say."""
    if calibration is None:
        return None
    return operating_point(calibration, false_name_rate=_STRANGERS_MIXED_UP).identify


def face_of(look: EventLook) -> Face:
    """Return the face that was kept, to be enrolled.

    Where it was in the picture is not known any more: it is described as the crop shows it, and
    its quality is that of the crop.
    """
    size = look.pixels.shape[0]
    found = DetectedFace(
        Detection(np.array([0, 0, size, size], np.float32), 1.0),
        Landmarks(template_for(size).astype(np.float32), Pose(0.0, 0.0, 0.0)),
    )
    aligned = AlignedFace(look.pixels, np.eye(2, 3, dtype=np.float64))
    return Face(
        detection=found.detection,
        landmarks=found.landmarks,
        quality=assess(found, aligned),
        aligned=aligned,
        embedding=look.embedding,
    )
