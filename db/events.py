"""Who was seen when, as the gallery file keeps it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    and_,
    delete,
    func,
    insert,
    literal,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import Session

from db import negatives
from db.edits import Edits, Recorder, undo
from db.event_queries import listed, slots, to_event, to_slot
from db.gallery_file import GalleryFile
from db.mapping import sealed_picture, sealed_vector, unsealed_picture, unsealed_vector
from db.queries import row_of, uid_of
from db.tables import EventRow, IdentityRow
from db.vault import Purpose, Vault
from desktop_app.arrays import UInt8Array
from desktop_app.errors import NoSuchEvent
from desktop_app.recognition.events import (
    Event,
    EventChange,
    EventFilter,
    EventLook,
    EventState,
    Outcome,
)
from desktop_app.recognition.people import Origin
from desktop_app.vision.types import Embedding

# SQLite takes a limited number of values in one statement.
_AT_ONCE = 500

ALL_EVENTS = EventFilter()


class EventLog:
    """The history in one gallery file; for the thread that the file belongs to.

    Events of somebody who is in the bin are not listed, counted or found, and are there again
    when the person is put back. They go for good with the person, or when they are too old.
    """

    def __init__(self, file: GalleryFile) -> None:
        self._file = file

    def write(
        self, changes: Sequence[EventChange], *, patient: bool = False, uid: str | None = None
    ) -> list[int | None]:
        """Write events down, all of them or none.

        Args:
            changes: what there is to write.
            patient: wait where another process writes; otherwise give up at once.
            uid: of the gallery by which they were seen; where another's backup was put back
                meanwhile, nothing of them is written. None to write in any case.

        Returns:
            The ids. None where the event is withdrawn, was deleted meanwhile, or is of somebody
            who is gone, or of another gallery: there is nothing to go on with.

        Raises:
            GalleryLocked: another process writes.
            GalleryError: it could not be saved.

        """
        with self._file.write_aside(patient=patient) as session:
            if uid is not None and uid_of(session) != uid:
                return [None] * len(changes)
            return [self._write(session, change) for change in changes]

    def page(
        self, wanted: EventFilter = ALL_EVENTS, *, after: Event | None = None, limit: int = 200
    ) -> list[Event]:
        """Return the next events, newest first.

        Args:
            wanted: which.
            after: the last one of the page before; None for the first page.
            limit: how many at most.

        """
        statement = listed(wanted).order_by(EventRow.began.desc(), EventRow.id.desc())
        if after is not None:
            here = tuple_(after.began, after.id, types=[EventRow.began.type, EventRow.id.type])
            statement = statement.where(tuple_(EventRow.began, EventRow.id) < here)
        with self._file.read() as session:
            return [to_event(row) for row in session.execute(statement.limit(limit))]

    def event(self, event_id: int) -> Event:
        """Return one event.

        Raises:
            NoSuchEvent: it is gone.

        """
        with self._file.read() as session:
            row = session.execute(listed(ALL_EVENTS).where(EventRow.id == event_id)).first()
        if row is None:
            raise NoSuchEvent(number=event_id)
        return to_event(row)

    def slots(self, wanted: EventFilter = ALL_EVENTS) -> list[tuple[datetime, int]]:
        """Return how many events began in each quarter of an hour that had any, newest first."""
        with self._file.read() as session:
            return [to_slot(row) for row in session.execute(slots(wanted))]

    def sources(self) -> list[str]:
        """Return what the sources are called that saw anybody, by name."""
        with self._file.read() as session:
            statement = select(EventRow.source).distinct().order_by(EventRow.source)
            return list(session.scalars(statement))

    def last_seen(self, since: datetime) -> dict[int, datetime]:
        """Return identity id to when they were last seen, of all who were since a time."""
        statement = (
            select(EventRow.identity_id, func.max(EventRow.ended).label("ended"))
            .where(EventRow.identity_id.is_not(None), EventRow.ended >= since)
            .group_by(EventRow.identity_id)
        )
        with self._file.read() as session:
            return {row.identity_id: row.ended for row in session.execute(statement)}

    def picture(self, event_id: int) -> UInt8Array | None:
        """Return the picture of an event, RGB, uint8, shape (s, s, 3); None without one."""
        statement = select(EventRow.image).where(EventRow.id == event_id)
        with self._file.read() as session:
            image = session.scalar(statement)
            if image is None:
                return None
            return unsealed_picture(image, self._file.vault, Purpose.EVENT_IMAGE)

    def look(self, event_id: int) -> EventLook | None:
        """Return how somebody looked; None where no picture was kept."""
        with self._file.read() as session:
            return self._look_of(session, event_id)

    def refute(self, event_id: int) -> Edits:
        """Take the name from an event; where a picture was kept, the face is kept as not theirs.

        Returns:
            What was changed, for :meth:`undo`; nothing where it had no name.

        Raises:
            NoSuchEvent: it is gone.

        """
        with self._file.write() as session:
            recorder = Recorder(session)
            self._refute(recorder, event_id, unless=None)
        return recorder.edits

    def name(self, event_id: int, identity_id: int) -> Edits:
        """Say who it was; a name that it had is refuted.

        Returns:
            What was changed, for :meth:`undo`.

        Raises:
            NoSuchEvent: it is gone.
            NoSuchPerson: they are gone.

        """
        with self._file.write() as session:
            row_of(session, identity_id)
            recorder = Recorder(session)
            self._refute(recorder, event_id, unless=identity_id)
            # A person said so: there is no doubt to put a number to.
            recorder.set(
                EventRow,
                event_id,
                identity_id=identity_id,
                outcome=Outcome.NAMED,
                confidence=None,
            )
        return recorder.edits

    def undo(self, edits: Edits) -> None:
        """Set back what :meth:`refute` or :meth:`name` changed.

        Raises:
            ActOutdated: something was changed since, so that there is no way back.

        """
        with self._file.write() as session:
            undo(session, edits)

    def delete(self, event_ids: Collection[int]) -> int:
        """Delete events for good; return how many there were."""
        numbers = sorted(event_ids)
        gone = 0
        with self._file.write_aside(patient=True) as session:
            for first in range(0, len(numbers), _AT_ONCE):
                some = EventRow.id.in_(numbers[first : first + _AT_ONCE])
                gone += _delete(session, some)
        self._file.forget_removed()
        return gone

    def delete_between(self, since: datetime, until: datetime) -> int:
        """Delete for good what began from one time on and before another; return how many."""
        return self._delete_where(and_(EventRow.began >= since, EventRow.began < until))

    def forget_before(self, time: datetime) -> int:
        """Delete for good what ended before a time, also of those in the bin; return how many."""
        return self._delete_where(EventRow.ended < time)

    def forget_pictures(self) -> int:
        """Delete all pictures and leave the events; return how many there were."""
        with self._file.write_aside(patient=True) as session:
            found = session.execute(
                update(EventRow)
                .where(EventRow.image.is_not(None))
                .values(image=None, embedding=None, embedder=None, dimension=None)
                .returning(EventRow.id)
            ).all()
        self._file.forget_removed()
        return len(found)

    def _delete_where(self, condition: ColumnElement[bool]) -> int:
        with self._file.write_aside(patient=True) as session:
            gone = _delete(session, condition)
        if gone:
            self._file.forget_removed()
        return gone

    def _write(self, session: Session, change: EventChange) -> int | None:
        state, number = change.state, change.id
        if state.withdrawn:
            session.execute(delete(EventRow).where(*_is(number, state)))
            return None
        if state.identity_id is not None and not change.goes_on:
            known = select(IdentityRow.id).where(IdentityRow.id == state.identity_id)
            if session.scalar(known) is None:
                # Whoever was erased leaves nothing behind, not even what was about to be written.
                return None
        look = {} if state.look is None else _to_columns(state.look, self._file.vault)
        if number is None:
            values = {"began": state.began, "ended": state.ended, "source": state.source}
            values |= _said(state) | look
            return session.scalar(insert(EventRow).values(**values).returning(EventRow.id))
        this = update(EventRow).where(*_is(number, state))
        said = this.values(**_said(state))
        if change.goes_on:
            # What somebody corrected meanwhile stays.
            said = said.where(EventRow.identity_id.is_not_distinct_from(state.identity_id))
        session.execute(said)
        ended = func.max(EventRow.ended, literal(state.ended, EventRow.ended.type))
        return session.scalar(this.values(ended=ended, **look).returning(EventRow.id))

    def _refute(self, recorder: Recorder, event_id: int, *, unless: int | None) -> None:
        session = recorder.session
        statement = select(EventRow.identity_id).where(EventRow.id == event_id)
        row = session.execute(statement).first()
        if row is None:
            raise NoSuchEvent(number=event_id)
        wrong = row.identity_id
        if wrong is None or wrong == unless:
            return
        look = self._look_of(session, event_id)
        if look is not None:
            negatives.keep(
                recorder,
                self._file.vault,
                wrong,
                pixels=look.pixels,
                embedding=look.embedding,
                origin=Origin.LIVE,
            )
        recorder.set(EventRow, event_id, identity_id=None, outcome=Outcome.UNKNOWN, confidence=None)

    def _look_of(self, session: Session, event_id: int) -> EventLook | None:
        statement = select(EventRow.image, EventRow.embedding, EventRow.embedder)
        row = session.execute(statement.where(EventRow.id == event_id)).first()
        if row is None or row.image is None or row.embedding is None:
            return None
        vault = self._file.vault
        vector = unsealed_vector(row.embedding, vault, Purpose.EVENT)
        pixels = unsealed_picture(row.image, vault, Purpose.EVENT_IMAGE)
        return EventLook(pixels, Embedding(vector, row.embedder))


def _is(number: int | None, state: EventState) -> tuple[ColumnElement[bool], ...]:
    """Find an event that was written before; in another gallery, its id may be another's."""
    return EventRow.id == number, EventRow.began == state.began


def _said(state: EventState) -> dict[str, object]:
    return {
        "identity_id": state.identity_id,
        "outcome": state.outcome,
        "confidence": state.confidence,
    }


def _to_columns(look: EventLook, vault: Vault) -> dict[str, object]:
    return {
        "embedder": look.embedding.embedder,
        "dimension": look.embedding.dimension,
        "embedding": sealed_vector(look.embedding.vector, vault, Purpose.EVENT),
        "image": sealed_picture(look.pixels, vault, Purpose.EVENT_IMAGE),
    }


def _delete(session: Session, condition: ColumnElement[bool]) -> int:
    return len(session.execute(delete(EventRow).where(condition).returning(EventRow.id)).all())
