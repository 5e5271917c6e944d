"""The last step of an import: what was staged becomes people, samples and templates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from db.belongings import new_people
from db.edits import Recorder
from db.negatives import take_back_contradicted
from db.staging import check_import, enrolled_photos
from db.tables import IdentityRow, ImportRow, SampleRow, StagedRow, TemplateRow
from db.types import decode_vector
from db.vault import Purpose, Vault
from desktop_app.recognition.people import Origin, name_key
from desktop_app.recognition.staging import Imported
from desktop_app.vision.types import Embedding

# So many pictures are in memory at a time.
_ROWS_AT_ONCE = 200


def enrol_staged(
    recorder: Recorder, vault: Vault, import_id: int, *, expected: Mapping[str, int]
) -> Imported:
    """Make people, samples and templates of what was staged; see ``PeopleActs.enrol_staged``."""
    session = recorder.session
    check_import(session, import_id)
    wanted = _wanted(session, import_id)
    owners = _Owners(session, expected)
    gone = tuple(name for name in wanted if owners.is_gone(name))
    for name in gone:
        del wanted[name]
    new = [name for name in wanted if owners.of(name) is None]
    for name, person in zip(new, new_people(recorder, new), strict=True):
        owners.add(name, person.id)
    owner_of = {row_id: owners.of(name) for name, ids in wanted.items() for row_id in ids}
    looks = _enrol_rows(recorder, vault, owner_of)
    # Of who is new, nobody can have said before whom they are not.
    for name in set(wanted) - set(new):
        person_id = owners.of(name)
        assert person_id is not None
        take_back_contradicted(recorder, vault, person_id, looks[person_id])
    session.execute(delete(ImportRow).where(ImportRow.id == import_id))
    renamed = tuple(owners.renamed(wanted))
    return Imported(len(new), len(wanted), len(owner_of), renamed, gone)


class _Owners:
    """Whose the staged pictures will be, by the names that the folder has for them."""

    def __init__(self, session: Session, expected: Mapping[str, int]) -> None:
        kept = select(IdentityRow.id, IdentityRow.name, IdentityRow.name_key)
        rows = session.execute(kept.where(IdentityRow.binned.is_(None))).all()
        self._names = {row.id: row.name for row in rows}
        self._by_key = {row.name_key: row.id for row in rows}
        self._expected = expected

    def of(self, name: str) -> int | None:
        key = name_key(name)
        return self._expected.get(key, self._by_key.get(key))

    def add(self, name: str, person_id: int) -> None:
        self._by_key[name_key(name)] = person_id

    def is_gone(self, name: str) -> bool:
        expected = self._expected.get(name_key(name))
        return expected is not None and expected not in self._names

    def renamed(self, names: Iterable[str]) -> Iterator[tuple[str, str]]:
        for name in names:
            now = self._names.get(self.of(name) or 0, name)
            if name_key(now) != name_key(name):
                yield name, now


def _wanted(session: Session, import_id: int) -> dict[str, list[int]]:
    """Return the ids of what is to be enrolled, by name, as it was examined."""
    # Somebody may have enrolled the very photo meanwhile.
    enrolled = {row.photo for row in session.execute(enrolled_photos())}
    usable = (
        select(StagedRow.id, StagedRow.person, StagedRow.photo)
        .where(StagedRow.import_id == import_id, StagedRow.refused.is_(None))
        .order_by(StagedRow.id)
    )
    wanted: dict[str, list[int]] = {}
    for row in session.execute(usable):
        if row.photo not in enrolled:
            wanted.setdefault(row.person, []).append(row.id)
    return wanted


def _enrol_rows(
    recorder: Recorder, vault: Vault, owner_of: Mapping[int, int | None]
) -> dict[int, list[Embedding]]:
    """Make samples of staged rows, some at a time; return the looks of each owner."""
    looks: dict[int, list[Embedding]] = {}
    ids = list(owner_of)
    for start in range(0, len(ids), _ROWS_AT_ONCE):
        some = StagedRow.id.in_(ids[start : start + _ROWS_AT_ONCE])
        samples = []
        for row in recorder.session.scalars(select(StagedRow).where(some).order_by(StagedRow.id)):
            owner = owner_of[row.id]
            assert owner is not None
            sample, look = _to_sample(row, vault, recorder.now)
            sample.identity_id = owner
            samples.append(sample)
            looks.setdefault(owner, []).append(look)
        recorder.add(*samples)
    return looks


def _to_sample(row: StagedRow, vault: Vault, now: datetime) -> tuple[SampleRow, Embedding]:
    """Return a sample with its template; what is sealed is sealed anew, for what it is now."""
    assert row.embedding is not None
    assert row.image is not None
    assert row.embedder is not None
    vector = vault.unseal(row.embedding, Purpose.STAGED)
    picture = vault.unseal(row.image, Purpose.STAGED_IMAGE)
    template = TemplateRow(
        embedder=row.embedder,
        dimension=row.dimension,
        quality=row.quality,
        embedding=vault.seal(vector, Purpose.TEMPLATE),
    )
    sample = SampleRow(
        quality=row.quality,
        origin=Origin.PHOTO,
        created=now,
        photo=row.photo,
        image=vault.seal(picture, Purpose.SAMPLE),
        templates=[template],
    )
    return sample, Embedding(decode_vector(vector), row.embedder)
