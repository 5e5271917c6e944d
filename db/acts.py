"""What a person can do to the gallery; each act is one transaction, and can be undone."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from db import belongings, negatives, staged_people
from db.edits import Edits, Recorder, is_possible, redo, undo
from db.gallery_file import GalleryFile
from db.mapping import to_rows
from db.queries import DELETE_EMPTY_GROUPS, row_named, row_of
from db.tables import IdentityRow, NegativeRow, SampleRow
from desktop_app.arrays import UInt8Array
from desktop_app.errors import NameTaken, NoSuchPerson, NoSuchSample, PersonInTheBin
from desktop_app.recognition.people import (
    Binned,
    Consent,
    NewSample,
    Origin,
    clean_name,
    name_key,
)
from desktop_app.recognition.staging import Imported
from desktop_app.recognition.types import Identity
from desktop_app.vision.types import Embedding


class PeopleActs:
    """Changes who is enrolled. What is removed goes into the bin.

    Attributes:
        edits: what the newest act changed, by which it can be undone.

    """

    def __init__(self, file: GalleryFile) -> None:
        self._file = file
        self._together: Recorder | None = None
        self.edits: Edits = ()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Make one of all acts that are done inside: one transaction, and one to undo."""
        with self._act() as recorder:
            self._together = recorder
            try:
                yield
            finally:
                self._together = None

    def enrol(self, name: str, samples: Sequence[NewSample]) -> Identity:
        """Add samples to the person of that name, who is made where there is none.

        What was said before of the very same looks, that they are not this person's, is thereby
        taken back.

        Returns:
            The person, by the name they were first enrolled under.

        Raises:
            InvalidName: the name cannot be used.

        """
        return self.enrol_all({name: samples})[0]

    def enrol_all(self, people: dict[str, Sequence[NewSample]]) -> list[Identity]:
        """Enrol samples of many people, by name: all of them or nobody.

        Raises:
            InvalidName: a name cannot be used.

        """
        named = [(clean_name(name), samples) for name, samples in people.items()]
        with self._act() as recorder:
            return [self._enrol(recorder, name, samples) for name, samples in named]

    def enrol_staged(self, import_id: int, *, expected: Mapping[str, int]) -> Imported:
        """Make all that an import has staged people, samples and templates, and end the import.

        Args:
            import_id: as ``Staging.begin`` gave it.
            expected: ids of those who were enrolled when their photos were looked at, by
                ``name_key``: pictures follow who was renamed, and are left out of who is gone.

        Raises:
            ImportGone: it was finished or discarded elsewhere; nothing was changed.

        """
        with self._act() as recorder:
            imported = staged_people.enrol_staged(
                recorder, self._file.vault, import_id, expected=expected
            )
        self._file.forget_removed()
        return imported

    def rename(self, identity_id: int, name: str) -> Identity:
        """Give a person another name, or another spelling of theirs.

        Raises:
            InvalidName: the name cannot be used.
            NameTaken: somebody else has it.
            NoSuchPerson: they are gone.

        """
        name = clean_name(name)
        with self._act() as recorder:
            row_of(recorder.session, identity_id)
            _refuse_taken(recorder.session, name, except_of=identity_id)
            recorder.set(IdentityRow, identity_id, name=name, name_key=name_key(name))
            return Identity(identity_id, name)

    def remove(self, identity_id: int) -> None:
        """Put a person into the bin, with all samples, templates and negatives.

        Raises:
            NoSuchPerson: they are gone already.

        """
        with self._act() as recorder:
            row_of(recorder.session, identity_id)
            recorder.bin(IdentityRow, identity_id)

    def remove_samples(self, sample_ids: Collection[int]) -> None:
        """Put samples into the bin; nothing happens to those that are gone already.

        A person who loses the last one stays, and cannot be found until they get another.
        """
        with self._act() as recorder:
            for sample_id in sample_ids:
                if _sample(recorder.session, sample_id) is not None:
                    recorder.bin(SampleRow, sample_id)

    def restore(self, identity_id: int, *, name: str | None = None) -> Identity:
        """Take a person out of the bin.

        Args:
            identity_id: whom.
            name: another one for them, where somebody else has theirs by now.

        Raises:
            NameTaken: somebody else has the name.
            NoSuchPerson: they are not in the bin.

        """
        with self._act() as recorder:
            person = recorder.session.get(IdentityRow, identity_id)
            if person is None or person.binned is None:
                raise NoSuchPerson(name=f"#{identity_id}")
            name = clean_name(person.name if name is None else name)
            _refuse_taken(recorder.session, name, except_of=identity_id)
            # Those that went with the person, when an enrolment was undone; others stay.
            together = select(SampleRow.id).where(
                SampleRow.identity_id == identity_id, SampleRow.binned == person.binned
            )
            for sample_id in recorder.session.scalars(together).all():
                recorder.set(SampleRow, sample_id, binned=None)
            recorder.set(IdentityRow, identity_id, name=name, name_key=name_key(name), binned=None)
            return Identity(identity_id, name)

    def restore_sample(self, sample_id: int) -> Identity:
        """Take a sample out of the bin, and return whose it is.

        Raises:
            NoSuchSample: it is not in the bin.
            PersonInTheBin: whose it was is there, too.

        """
        with self._act() as recorder:
            row = recorder.session.get(SampleRow, sample_id)
            if row is None or row.binned is None:
                raise NoSuchSample(number=sample_id)
            person = recorder.session.get_one(IdentityRow, row.identity_id)
            if person.binned is not None:
                raise PersonInTheBin(number=sample_id, name=person.name)
            recorder.set(SampleRow, sample_id, binned=None)
            return Identity(person.id, person.name)

    def merge(self, identity_id: int, *, into: int) -> Identity:
        """Give all that one person has to another, and let the first one go.

        Their samples, negatives and history move; notes are joined, groups united. So are
        consents, of which the earlier end holds: see ``Consent.joined_with``.

        Raises:
            NoSuchPerson: one of them is gone.

        """
        with self._act() as recorder:
            return belongings.merge(recorder, self._file.vault, identity_id, into=into)

    def move_samples(self, sample_ids: Collection[int], *, to: int) -> Identity:
        """Give samples to somebody who is enrolled.

        Raises:
            NoSuchPerson: they are gone.
            NoSuchSample: one of the samples is gone.

        """
        with self._act() as recorder:
            person = row_of(recorder.session, to)
            belongings.move_samples(recorder, self._file.vault, sample_ids, to=to)
            return Identity(person.id, person.name)

    def split(self, sample_ids: Collection[int], *, name: str) -> Identity:
        """Make a new person of samples of others.

        Raises:
            InvalidName: the name cannot be used.
            NameTaken: somebody has it.
            NoSuchSample: one of the samples is gone.

        """
        name = clean_name(name)
        with self._act() as recorder:
            _refuse_taken(recorder.session, name)
            person = belongings.new_person(recorder, name)
            belongings.move_samples(recorder, self._file.vault, sample_ids, to=person.id)
            return Identity(person.id, name)

    def set_note(self, identity_id: int, note: str) -> Identity:
        """Write something about a person; the empty text takes it away.

        Raises:
            NoSuchPerson: they are gone.

        """
        with self._act() as recorder:
            person = row_of(recorder.session, identity_id)
            recorder.set(IdentityRow, identity_id, note=note.strip())
            return Identity(person.id, person.name)

    def set_groups(self, identity_id: int, groups: Collection[str]) -> Identity:
        """Say which groups a person belongs to; groups are made, and go when nobody is left.

        Raises:
            InvalidName: a group's name cannot be used.
            NoSuchPerson: they are gone.

        """
        with self._act() as recorder:
            person = row_of(recorder.session, identity_id)
            belongings.set_groups(recorder, identity_id, groups)
            return Identity(person.id, person.name)

    def add_to_groups(self, identity_id: int, groups: Collection[str]) -> Identity:
        """Let a person belong to groups beside those they belong to by now.

        Raises:
            InvalidName: a group's name cannot be used.
            NoSuchPerson: they are gone.

        """
        with self._act() as recorder:
            person = row_of(recorder.session, identity_id)
            belongings.add_to_groups(recorder, identity_id, groups)
            return Identity(person.id, person.name)

    def set_consent(self, identity_id: int, consent: Consent) -> Identity:
        """Keep what a person agreed to.

        Raises:
            NoSuchPerson: they are gone.

        """
        with self._act() as recorder:
            person = row_of(recorder.session, identity_id)
            recorder.set(
                IdentityRow,
                identity_id,
                consent_by=consent.by.strip(),
                consent_given=consent.given,
                consent_until=consent.until,
            )
            return Identity(person.id, person.name)

    def add_negative(
        self, identity_id: int, *, pixels: UInt8Array, embedding: Embedding, origin: Origin
    ) -> int:
        """Keep a face as one that is not this person's.

        Args:
            identity_id: whose it is not.
            pixels: the aligned crop, RGB, uint8, shape (s, s, 3).
            embedding: what searches are held against.
            origin: where it came from.

        Returns:
            The id by which it can be taken back; that of before where it was said before.

        Raises:
            NoSuchPerson: they are gone.

        """
        with self._act() as recorder:
            return negatives.keep(
                recorder,
                self._file.vault,
                identity_id,
                pixels=pixels,
                embedding=embedding,
                origin=origin,
            )

    def remove_negative(self, negative_id: int) -> Identity:
        """Take back that a face is not a person's, and return that person.

        Raises:
            NoSuchNegative: it was taken back already, or its person is gone.

        """
        with self._act() as recorder:
            return negatives.take_back(recorder, negative_id)

    def is_possible(self, edits: Edits) -> bool:
        """Whether all that was edited is still there; otherwise it is never undone or redone."""
        with self._file.read() as session:
            return is_possible(session, edits)

    def undo(self, edits: Edits) -> None:
        """Undo an act, given its edits.

        Raises:
            ActOutdated: something was changed since, so that there is no way back.

        """
        with self._file.write() as session:
            undo(session, edits)

    def redo(self, edits: Edits) -> None:
        """Do an act again that was undone.

        Raises:
            ActOutdated: something was changed since.

        """
        with self._file.write() as session:
            redo(session, edits)

    def empty_bin(self, *, before: datetime | None = None) -> int:
        """Delete for good what has been in the bin since before a time, or all; cannot be undone.

        Returns:
            How many people and samples went.

        """
        latest = datetime.now(UTC) if before is None else before
        with self._file.write() as session:
            gone = 0
            for table in (IdentityRow, SampleRow):
                statement = delete(table).where(table.binned <= latest).returning(table.id)
                gone += len(session.scalars(statement).all())
            session.execute(delete(NegativeRow).where(NegativeRow.binned <= latest))
            session.execute(text(DELETE_EMPTY_GROUPS))
        self._file.forget_removed()
        return gone

    def delete_binned(self, things: Collection[Binned]) -> int:
        """Delete some of what is in the bin for good; nothing else, and it cannot be undone.

        Returns:
            How many people and samples went.

        """
        people = {thing.identity.id for thing in things if thing.sample_id is None}
        samples = {thing.sample_id for thing in things if thing.sample_id is not None}
        with self._file.write() as session:
            gone = 0
            for table, chosen in ((IdentityRow, people), (SampleRow, samples)):
                statement = delete(table).where(table.binned.is_not(None), table.id.in_(chosen))
                gone += len(session.scalars(statement.returning(table.id)).all())
            session.execute(text(DELETE_EMPTY_GROUPS))
        self._file.forget_removed()
        return gone

    def _enrol(self, recorder: Recorder, name: str, samples: Sequence[NewSample]) -> Identity:
        person = row_named(recorder.session, name)
        if person is None:
            person = belongings.new_person(recorder, name)
        rows = [to_rows(sample, self._file.vault, created=recorder.now) for sample in samples]
        for row in rows:
            row.identity_id = person.id
        recorder.add(*rows)
        looks = [sample.embedding for sample in samples]
        negatives.take_back_contradicted(recorder, self._file.vault, person.id, looks)
        return Identity(person.id, person.name)

    @contextmanager
    def _act(self) -> Iterator[Recorder]:
        if self._together is not None:
            yield self._together
            return
        with self._file.write() as session:
            recorder = Recorder(session)
            yield recorder
        self.edits = recorder.edits


def _refuse_taken(session: Session, name: str, *, except_of: int | None = None) -> None:
    other = row_named(session, name)
    if other is not None and other.id != except_of:
        raise NameTaken(name=other.name)


def _sample(session: Session, sample_id: int) -> int | None:
    found: int | None = session.scalar(
        select(SampleRow.id).where(SampleRow.id == sample_id, SampleRow.binned.is_(None))
    )
    return found
