"""The tables of a gallery file. Nothing outside ``db`` sees these classes."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Enum,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    MetaData,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from db.types import UtcDateTime
from desktop_app.recognition.events import Outcome
from desktop_app.recognition.people import Origin

# Batch migrations address constraints by name, so every one has a name from the first day on.
NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# Ids of the removed are never given again: a window may still hold one of them.
_NEVER_REUSE_IDS = {"sqlite_autoincrement": True}

# Four bytes a number, and what a vault adds: a nonce of 12 bytes and a tag of 16.
_AS_LONG_AS_IT_SAYS = "dimension > 0 AND length(embedding) IN (4 * dimension, 4 * dimension + 28)"


class Base(DeclarativeBase):
    """What all tables share."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)


class GalleryRow(Base):
    """The one row about the gallery itself.

    Attributes:
        version: grows with each write transaction, so that other processes see there was one.
        uid: this gallery's own, 32 hexadecimal digits; its backups share it.

    """

    __tablename__ = "gallery"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int]
    uid: Mapped[str]


class KeySlotRow(Base):
    """The key of this gallery's vault, wrapped by another key; no slot, no vault.

    Attributes:
        kind: what opens it, ``keychain`` or ``passphrase``.
        salt, cost: how a passphrase becomes a key; None for a keychain.
        wrapped: the vault's key, sealed.

    """

    __tablename__ = "key_slots"
    __table_args__ = (
        CheckConstraint("kind IN ('keychain', 'passphrase')", name="kind"),
        _NEVER_REUSE_IDS,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    salt: Mapped[bytes | None] = mapped_column(LargeBinary)
    cost: Mapped[str | None]
    created: Mapped[datetime] = mapped_column(UtcDateTime)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)


class IdentityRow(Base):
    """An enrolled person.

    Attributes:
        name_key: ``name_key(name)``, which no two people share; whoever is in the bin leaves
            theirs to others.
        note: what somebody wrote about them.
        consent_by: who agreed that they are recognised: themselves, or who speaks for them.
        consent_given, consent_until: the days from and to which that holds.
        binned: since when they are in the bin.

    """

    __tablename__ = "identities"
    __table_args__ = (
        Index(
            "uq_identities_name_key",
            "name_key",
            unique=True,
            sqlite_where=text("binned IS NULL"),
        ),
        _NEVER_REUSE_IDS,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_key: Mapped[str]
    created: Mapped[datetime] = mapped_column(UtcDateTime)
    note: Mapped[str]
    consent_by: Mapped[str]
    consent_given: Mapped[date | None]
    consent_until: Mapped[date | None]
    binned: Mapped[datetime | None] = mapped_column(UtcDateTime)


class GroupRow(Base):
    """People who belong together."""

    __tablename__ = "groups"
    __table_args__ = (UniqueConstraint("name_key"), _NEVER_REUSE_IDS)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_key: Mapped[str]


class MembershipRow(Base):
    """That a person belongs to a group."""

    __tablename__ = "memberships"

    identity_id: Mapped[int] = mapped_column(
        ForeignKey("identities.id", ondelete="CASCADE"), primary_key=True
    )
    group_id: Mapped[int] = mapped_column(
        ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True, index=True
    )


def _choice(kind: type[Origin | Outcome], name: str) -> Enum:
    """Return the type of a column that holds one of a few words; each has a check of its own."""
    return Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=20,
        values_callable=lambda kinds: [kind.value for kind in kinds],
    )


class SampleRow(Base):
    """An enrolled face.

    Attributes:
        photo: SHA-256 of the photo file it came from, where it came from one.
        binned: since when it is in the bin.
        image: PNG of the aligned crop, sealed where there is a vault. The last column, because
            SQLite walks the whole picture to reach one behind it.

    """

    __tablename__ = "samples"
    __table_args__ = (
        # What a template refers to; being led by the identity, it also finds a person's samples.
        UniqueConstraint("identity_id", "id"),
        # All that a list of thousands of people counts and looks for, without their pictures.
        Index("ix_samples_shown", "identity_id", "binned", "quality"),
        CheckConstraint("quality BETWEEN 0 AND 1", name="quality"),
        _NEVER_REUSE_IDS,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    identity_id: Mapped[int] = mapped_column(ForeignKey("identities.id", ondelete="CASCADE"))
    quality: Mapped[float]
    origin: Mapped[Origin] = mapped_column(_choice(Origin, "origin"))
    created: Mapped[datetime] = mapped_column(UtcDateTime)
    photo: Mapped[bytes | None] = mapped_column(LargeBinary)
    binned: Mapped[datetime | None] = mapped_column(UtcDateTime)
    image: Mapped[bytes] = mapped_column(LargeBinary)

    templates: Mapped[list[TemplateRow]] = relationship(passive_deletes=True)


class TemplateRow(Base):
    """What one embedder made of a sample.

    The owner is repeated from the sample so that search reads one table; the foreign key is on
    both columns, so that the two can never disagree, not even when a sample changes its owner.

    Attributes:
        embedding: ``encode_vector`` of it, sealed where there is a vault.

    """

    __tablename__ = "templates"
    __table_args__ = (
        ForeignKeyConstraint(
            ["identity_id", "sample_id"],
            ["samples.identity_id", "samples.id"],
            ondelete="CASCADE",
            onupdate="CASCADE",
        ),
        UniqueConstraint("sample_id", "embedder"),
        Index("ix_templates_identity_id", "identity_id"),
        CheckConstraint("quality BETWEEN 0 AND 1", name="quality"),
        CheckConstraint(_AS_LONG_AS_IT_SAYS, name="dimension"),
        _NEVER_REUSE_IDS,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sample_id: Mapped[int]
    identity_id: Mapped[int]
    embedder: Mapped[str]
    dimension: Mapped[int]
    quality: Mapped[float]
    embedding: Mapped[bytes] = mapped_column(LargeBinary)


class NegativeRow(Base):
    """A face that somebody said is not this person's.

    Attributes:
        embedder, dimension: what made the embedding; another embedder reads past it.
        embedding: as with templates.
        binned: since when it is taken back.
        image: as with samples.

    """

    __tablename__ = "negatives"
    __table_args__ = (
        CheckConstraint(_AS_LONG_AS_IT_SAYS, name="dimension"),
        _NEVER_REUSE_IDS,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    identity_id: Mapped[int] = mapped_column(
        ForeignKey("identities.id", ondelete="CASCADE"), index=True
    )
    embedder: Mapped[str]
    dimension: Mapped[int]
    embedding: Mapped[bytes] = mapped_column(LargeBinary)
    origin: Mapped[Origin] = mapped_column(_choice(Origin, "origin"))
    created: Mapped[datetime] = mapped_column(UtcDateTime)
    binned: Mapped[datetime | None] = mapped_column(UtcDateTime)
    image: Mapped[bytes] = mapped_column(LargeBinary)


class EventRow(Base):
    """Somebody was seen, from … until …, by one source.

    Attributes:
        identity_id: who it was; None for whoever got no name.
        ended: when they were last seen; written now and then while they stay.
        source: what the source is called.
        confidence: of the name, 0 to 1; None without one.
        embedder, dimension, embedding: of their best look, as with templates; None where the
            history keeps no pictures.
        image: as with samples; None where the history keeps no pictures.

    """

    __tablename__ = "events"
    __table_args__ = (
        CheckConstraint("ended >= began", name="order"),
        CheckConstraint("(outcome = 'named') = (identity_id IS NOT NULL)", name="name"),
        _NEVER_REUSE_IDS,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    identity_id: Mapped[int | None] = mapped_column(
        ForeignKey("identities.id", ondelete="CASCADE"), index=True
    )
    began: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ended: Mapped[datetime] = mapped_column(UtcDateTime)
    source: Mapped[str]
    outcome: Mapped[Outcome] = mapped_column(_choice(Outcome, "outcome"))
    confidence: Mapped[float | None]
    embedder: Mapped[str | None]
    dimension: Mapped[int | None]
    embedding: Mapped[bytes | None] = mapped_column(LargeBinary)
    image: Mapped[bytes | None] = mapped_column(LargeBinary)


class ImportRow(Base):
    """An import of a folder that is under way, or was cut short.

    Attributes:
        folder: which.
        total: how many photos it has to read.
        rules: by which its photos are judged; by others, they are to be examined anew.
        left_out: JSON, the names of those in the folder who are not to be imported.

    """

    __tablename__ = "imports"
    __table_args__ = (UniqueConstraint("folder"), _NEVER_REUSE_IDS)

    id: Mapped[int] = mapped_column(primary_key=True)
    folder: Mapped[str]
    started: Mapped[datetime] = mapped_column(UtcDateTime)
    total: Mapped[int]
    rules: Mapped[str]
    left_out: Mapped[str]


class StagedRow(Base):
    """A photo that an import has examined, and what it may become; nobody is found by it yet.

    Attributes:
        person: whose it is said to be.
        path: of the photo, relative to the folder.
        photo: SHA-256 of the file; empty where it could not be read.
        refused: a known trouble's code, where nothing can be enrolled from it; then what follows
            is None.
        reason: the sentence of that trouble.
        quality, embedder, dimension, embedding, image: as with samples and templates.

    """

    __tablename__ = "staged"
    __table_args__ = (UniqueConstraint("import_id", "path"), _NEVER_REUSE_IDS)

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id", ondelete="CASCADE"))
    person: Mapped[str]
    path: Mapped[str]
    photo: Mapped[bytes] = mapped_column(LargeBinary)
    refused: Mapped[str | None]
    reason: Mapped[str | None]
    quality: Mapped[float | None]
    embedder: Mapped[str | None]
    dimension: Mapped[int | None]
    embedding: Mapped[bytes | None] = mapped_column(LargeBinary)
    image: Mapped[bytes | None] = mapped_column(LargeBinary)
