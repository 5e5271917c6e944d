"""Changes who is enrolled: enrol, correct, remove, undo; each act returns what changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from desktop_app.errors import ActOutdated
from desktop_app.recognition.gallery import Gallery
from desktop_app.recognition.people import Binned, Consent, NewSample, Origin, Person
from desktop_app.recognition.staging import Imported
from desktop_app.recognition.types import Identity
from desktop_app.services.enrolled import EnrolledPeople
from desktop_app.services.undo import Act, ActKind, UndoStack
from desktop_app.vision.types import Face

if TYPE_CHECKING:
    # Half a second of imports that the window must not wait for.
    from db.repository import GalleryRepository


@dataclass(frozen=True, eq=False, slots=True)
class GalleryChange:
    """What the gallery is after a change.

    Attributes:
        gallery: the new snapshot.
        people: everyone, by name.
        identity: whom the change was about; None where it was about nobody in particular.
        negative_id: of the face that was said not to be theirs just now, by which that can be
            taken back; None where the change was another.
        act: what was done; None where that changed nothing, or another process did it.
        undoable: what would be undone next; None where there is nothing.
        redoable: what would be done again next; None where there is nothing.
        is_sealed: whether faces are unreadable in the file.

    """

    gallery: Gallery
    people: tuple[Person, ...]
    identity: Identity | None = None
    negative_id: int | None = None
    act: Act | None = None
    undoable: Act | None = None
    redoable: Act | None = None
    is_sealed: bool = False


class PeopleService(EnrolledPeople):
    """The one way to read and change who is enrolled; what is removed waits in the bin.

    Synchronous; every method runs on the thread that owns the repository. Only
    :attr:`gallery` and :meth:`lookalikes` may be used from any thread.
    """

    def __init__(self, repository: GalleryRepository, *, embedder: str, dimension: int) -> None:
        super().__init__(repository, embedder=embedder, dimension=dimension)
        self._acts = repository.acts
        self._steps = UndoStack()

    def enrol(
        self,
        name: str,
        faces: Sequence[Face],
        *,
        origin: Origin,
        consent: Consent | None = None,
    ) -> GalleryChange:
        """Add faces to the person of that name, who is made where there is none.

        Args:
            name: of the person.
            faces: theirs.
            origin: where all of them came from.
            consent: what they agreed to; None leaves what is known of that.

        Raises:
            InvalidName: the name cannot be used.
            GalleryError: it could not be saved; nothing was changed.

        """
        samples = [
            NewSample(
                pixels=face.aligned.pixels,
                embedding=face.embedding,
                quality=face.quality.overall,
                origin=origin,
            )
            for face in faces
        ]
        with self._acts.together():
            identity = self._acts.enrol(name, samples)
            if consent is not None:
                self._acts.set_consent(identity.id, consent)
        return self._done(ActKind.ENROL, identity, count=len(samples))

    def enrol_staged(
        self, import_id: int, *, expected: Mapping[str, int]
    ) -> tuple[GalleryChange, Imported]:
        """Make all that an import has staged people and pictures; see ``PeopleActs``.

        Raises:
            ImportGone: it was finished or discarded elsewhere; nothing was changed.

        """
        imported = self._acts.enrol_staged(import_id, expected=expected)
        return self._done(ActKind.IMPORT, None, count=imported.people), imported

    def rename(self, identity_id: int, name: str) -> GalleryChange:
        """Give a person another name.

        Raises:
            NameTaken: somebody else has it.
            NoSuchPerson: they are gone.

        """
        before = self._name_of(identity_id)
        identity = self._acts.rename(identity_id, name)
        return self._done(ActKind.RENAME, identity, names=(before, identity.name))

    def remove(self, *identity_ids: int) -> GalleryChange:
        """Put people into the bin, with all samples, templates and negatives: all or nobody.

        Raises:
            NoSuchPerson: one of them is gone already.

        """
        names = tuple(map(self._name_of, identity_ids))
        with self._acts.together():
            for identity_id in identity_ids:
                self._acts.remove(identity_id)
        return self._done(ActKind.REMOVE, None, names=names)

    def remove_samples(self, sample_ids: Collection[int]) -> GalleryChange:
        """Put pictures, and the templates made from them, into the bin."""
        self._acts.remove_samples(sample_ids)
        return self._done(ActKind.REMOVE_SAMPLES, None, count=len(sample_ids))

    def restore(self, identity_id: int, *, name: str | None = None) -> GalleryChange:
        """Take a person out of the bin, by another name where theirs is taken by now.

        Raises:
            NameTaken: somebody else has the name.
            NoSuchPerson: they are not in the bin.

        """
        return self._done(ActKind.RESTORE, self._acts.restore(identity_id, name=name))

    def restore_sample(self, sample_id: int) -> GalleryChange:
        """Take a picture out of the bin.

        Raises:
            NoSuchSample: it is not in the bin.
            PersonInTheBin: whose it was is there, too.

        """
        return self._done(ActKind.RESTORE_SAMPLE, self._acts.restore_sample(sample_id))

    def put_back(
        self, things: Collection[Binned], *, names: Mapping[int, str] = MappingProxyType({})
    ) -> GalleryChange:
        """Take people and pictures out of the bin: all or nothing.

        Args:
            things: what.
            names: other names of people, by id, where theirs are taken by now.

        Raises:
            NameTaken: somebody else has a name.
            NoSuchPerson, NoSuchSample: something is in the bin no more.
            PersonInTheBin: a picture is of somebody who is there, too.

        """
        with self._acts.together():
            people = [
                self._acts.restore(thing.identity.id, name=names.get(thing.identity.id))
                if thing.sample_id is None
                else self._acts.restore_sample(thing.sample_id)
                for thing in things
            ]
        is_one = len(people) == 1
        pictures = all(thing.sample_id is not None for thing in things)
        return self._done(
            ActKind.RESTORE_SAMPLE if pictures else ActKind.RESTORE,
            people[0] if is_one else None,
            names=tuple(dict.fromkeys(person.name for person in people)),
            count=len(people),
        )

    def empty_bin(self, *, before: datetime | None = None) -> GalleryChange:
        """Delete for good what has been in the bin since before a time, or all of it."""
        self._acts.empty_bin(before=before)
        return self._changed(None)

    def delete_binned(self, things: Collection[Binned]) -> GalleryChange:
        """Delete some of what is in the bin for good."""
        self._acts.delete_binned(things)
        return self._changed(None)

    def merge(self, *identity_ids: int, into: int) -> GalleryChange:
        """Give all that people have to another, and let them go: all or nobody.

        Raises:
            NoSuchPerson: one of them is gone.

        """
        leaving = tuple(map(self._name_of, identity_ids))
        with self._acts.together():
            for identity_id in identity_ids:
                identity = self._acts.merge(identity_id, into=into)
        return self._done(ActKind.MERGE, identity, names=(*leaving, identity.name))

    def split(self, sample_ids: Collection[int], *, name: str) -> GalleryChange:
        """Make a new person of pictures of others.

        Raises:
            InvalidName: the name cannot be used.
            NameTaken: somebody has it.
            NoSuchSample: one of the pictures is gone.

        """
        identity = self._acts.split(sample_ids, name=name)
        return self._done(ActKind.SPLIT, identity, count=len(sample_ids))

    def move_samples(self, sample_ids: Collection[int], *, to: int) -> GalleryChange:
        """Give pictures to somebody who is enrolled.

        Raises:
            NoSuchPerson: they are gone.
            NoSuchSample: one of the pictures is gone.

        """
        identity = self._acts.move_samples(sample_ids, to=to)
        return self._done(ActKind.MOVE, identity, count=len(sample_ids))

    def set_note(self, identity_id: int, note: str) -> GalleryChange:
        """Write something about a person; the empty text takes it away.

        Raises:
            NoSuchPerson: they are gone.

        """
        return self._done(ActKind.NOTE, self._acts.set_note(identity_id, note))

    def set_groups(self, identity_id: int, groups: Collection[str]) -> GalleryChange:
        """Say which groups a person belongs to.

        Raises:
            InvalidName: a group's name cannot be used.
            NoSuchPerson: they are gone.

        """
        return self._done(ActKind.GROUPS, self._acts.set_groups(identity_id, groups))

    def add_to_groups(
        self, identity_ids: Collection[int], groups: Collection[str]
    ) -> GalleryChange:
        """Let people belong to groups, beside those they belong to: all or nobody.

        Raises:
            InvalidName: a group's name cannot be used.
            NoSuchPerson: one of them is gone.

        """
        with self._acts.together():
            people = [self._acts.add_to_groups(identity_id, groups) for identity_id in identity_ids]
        return self._done(ActKind.GROUPS, None, names=tuple(person.name for person in people))

    def set_consent(self, identity_id: int, consent: Consent) -> GalleryChange:
        """Keep what a person agreed to.

        Raises:
            NoSuchPerson: they are gone.

        """
        return self._done(ActKind.CONSENT, self._acts.set_consent(identity_id, consent))

    def add_negative(self, identity_id: int, face: Face, *, origin: Origin) -> GalleryChange:
        """Keep a face as one that is not this person's; every later search respects it.

        Args:
            identity_id: whose it is not.
            face: its embedding is what was searched for, which on a live track is what all looks
                add up to.
            origin: where it came from.

        Raises:
            NoSuchPerson: they are gone.

        """
        negative_id = self._acts.add_negative(
            identity_id, pixels=face.aligned.pixels, embedding=face.embedding, origin=origin
        )
        identity = Identity(identity_id, self._name_of(identity_id))
        return replace(self._done(ActKind.REFUTE, identity), negative_id=negative_id)

    def remove_negative(self, *negative_ids: int) -> GalleryChange:
        """Take back that faces are not a person's: of all or of none.

        Raises:
            NoSuchNegative: one was taken back already, or its person is gone.

        """
        with self._acts.together():
            for negative_id in negative_ids:
                identity = self._acts.remove_negative(negative_id)
        return self._done(ActKind.TAKE_BACK, identity, count=len(negative_ids))

    def undo(self) -> GalleryChange | None:
        """Undo what was done last in this process; None where there is nothing.

        Raises:
            ActOutdated: something was changed since; what was done before can still be undone.
            GalleryError: it could not be saved; the act can be undone later.

        """
        step = self._steps.back if self._is_the_same() else None
        if step is None:
            return None
        try:
            self._acts.undo(step[1])
        except ActOutdated:
            self._steps.drop_back()
            raise
        self._steps.went_back()
        return self._changed(None)

    def redo(self) -> GalleryChange | None:
        """Do again what was undone last; None where there is nothing.

        Raises:
            ActOutdated: something was changed since.
            GalleryError: it could not be saved; the act can be done again later.

        """
        step = self._steps.forward if self._is_the_same() else None
        if step is None:
            return None
        try:
            self._acts.redo(step[1])
        except ActOutdated:
            self._steps.drop_forward()
            raise
        self._steps.went_forward()
        return self._changed(None)

    def refresh(self) -> GalleryChange | None:
        """Read again if another process wrote to the file; None where nobody did."""
        if self._repository.version() == self._gallery.version:
            return None
        # Whoever was erased elsewhere is named nowhere here, either.
        self._steps.keep(self._acts.is_possible)
        return self._changed(None)

    def reread(self, *, forget_steps: bool = False) -> GalleryChange:
        """Read again what was changed past this service: an erasure, a backup put back.

        Args:
            forget_steps: nothing that was done before can be undone any more.

        """
        if forget_steps:
            self._steps.forget()
        return self._changed(None)

    def _is_the_same(self) -> bool:
        """Whether the file still holds the gallery that was read last."""
        return self._repository.file.uid() == self._gallery.uid

    def _name_of(self, identity_id: int) -> str:
        identity = self._gallery.identities.get(identity_id)
        return f"#{identity_id}" if identity is None else identity.name

    def _done(
        self,
        kind: ActKind,
        identity: Identity | None,
        *,
        names: tuple[str, ...] | None = None,
        count: int = 1,
    ) -> GalleryChange:
        if names is None:
            names = () if identity is None else (identity.name,)
        act = Act(kind, names, count)
        self._steps.push(act, self._acts.edits)
        return replace(self._changed(identity), act=act if self._acts.edits else None)

    def _changed(self, identity: Identity | None) -> GalleryChange:
        before = self._gallery.uid
        gallery = self._read_again()
        if gallery.uid != before:
            # Another gallery's backup was put back: there, the same ids are other people's.
            self._steps.forget()
        return GalleryChange(
            gallery,
            self.people(),
            identity,
            undoable=self._steps.undoable,
            redoable=self._steps.redoable,
            is_sealed=self._repository.file.vault.is_sealed,
        )
