"""The tables of a gallery file. Nothing outside ``db`` sees these classes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    Enum,
    ForeignKey,
    ForeignKeyConstraint,
    LargeBinary,
    MetaData,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from db.types import EmbeddingVector, UtcDateTime
from desktop_app.arrays import Float32Array
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


class Base(DeclarativeBase):
    """What all tables share."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)


class GalleryRow(Base):
    """The one row about the gallery itself.

    Attributes:
        version: grows with each write transaction, so that other processes see there was one.

    """

    __tablename__ = "gallery"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int]


class IdentityRow(Base):
    """An enrolled person.

    Attributes:
        name_key: ``name_key(name)``, which no two people share.

    """

    __tablename__ = "identities"
    __table_args__ = (UniqueConstraint("name_key"), _NEVER_REUSE_IDS)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_key: Mapped[str]
    created: Mapped[datetime] = mapped_column(UtcDateTime)


def _origin() -> Enum:
    """Return the type of a column that says where a face came from; each has a check of its own."""
    return Enum(
        Origin,
        name="origin",
        native_enum=False,
        create_constraint=True,
        length=20,
        values_callable=lambda kinds: [kind.value for kind in kinds],
    )


class SampleRow(Base):
    """An enrolled face.

    Attributes:
        image: PNG of the aligned crop. The last column, because SQLite walks the whole picture
            to reach one behind it.

    """

    __tablename__ = "samples"
    __table_args__ = (
        # What a template refers to; being led by the identity, it also finds a person's samples.
        UniqueConstraint("identity_id", "id"),
        CheckConstraint("quality BETWEEN 0 AND 1", name="quality"),
        _NEVER_REUSE_IDS,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    identity_id: Mapped[int] = mapped_column(ForeignKey("identities.id", ondelete="CASCADE"))
    quality: Mapped[float]
    origin: Mapped[Origin] = mapped_column(_origin())
    created: Mapped[datetime] = mapped_column(UtcDateTime)
    image: Mapped[bytes] = mapped_column(LargeBinary)

    templates: Mapped[list[TemplateRow]] = relationship(passive_deletes=True)


class TemplateRow(Base):
    """What one embedder made of a sample.

    The owner is repeated from the sample so that search reads one table; the foreign key is on
    both columns, so that the two can never disagree, not even when a sample changes its owner.
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
        CheckConstraint("quality BETWEEN 0 AND 1", name="quality"),
        CheckConstraint("dimension > 0 AND length(embedding) = 4 * dimension", name="dimension"),
        _NEVER_REUSE_IDS,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sample_id: Mapped[int]
    identity_id: Mapped[int]
    embedder: Mapped[str]
    dimension: Mapped[int]
    quality: Mapped[float]
    embedding: Mapped[Float32Array] = mapped_column(EmbeddingVector)


class NegativeRow(Base):
    """A face that somebody said is not this person's.

    Attributes:
        embedder, dimension: what made the embedding; another embedder reads past it.
        image: PNG of the aligned crop; the last column, as with samples.

    """

    __tablename__ = "negatives"
    __table_args__ = (
        CheckConstraint("dimension > 0 AND length(embedding) = 4 * dimension", name="dimension"),
        _NEVER_REUSE_IDS,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    identity_id: Mapped[int] = mapped_column(
        ForeignKey("identities.id", ondelete="CASCADE"), index=True
    )
    embedder: Mapped[str]
    dimension: Mapped[int]
    embedding: Mapped[Float32Array] = mapped_column(EmbeddingVector)
    origin: Mapped[Origin] = mapped_column(_origin())
    created: Mapped[datetime] = mapped_column(UtcDateTime)
    image: Mapped[bytes] = mapped_column(LargeBinary)
