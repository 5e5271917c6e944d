"""A bin, notes, groups and consent; a vault's keys; the history; imports under way.

Three tables change a constraint, which SQLite can only do by making them anew. They are made in
full here rather than in batch mode, which would lose their checks and their AUTOINCREMENT.
"""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_LENGTH = "dimension > 0 AND length(embedding) IN (4 * dimension, 4 * dimension + 28)"
_ORIGINS = "origin IN ('photo', 'live', 'clip')"


def upgrade() -> None:
    _remake_gallery()
    _remake_identities()
    _remake_samples()
    _remake_templates()
    _remake_negatives()
    _make_key_slots()
    _make_groups()
    _make_events()
    _make_imports()


def _remake(name: str, *items: sa.schema.SchemaItem, copied: str, filled: str = "") -> None:
    """Make a table anew.

    Args:
        name: of the table.
        items: all its columns and constraints.
        copied: the columns whose values are carried over.
        filled: new columns that begin as an empty text.

    """
    # Ids that were given once stay given, also those of rows that are gone.
    counter = sa.text("SELECT seq FROM sqlite_sequence WHERE name = :name")
    last_id = op.get_bind().execute(counter, {"name": name}).scalar()
    op.create_table(f"new_{name}", *items, sqlite_autoincrement=True)
    into = ", ".join(part for part in (copied, filled) if part)
    values = ", ".join([copied, *("''" for part in filled.split(", ") if part)])
    op.execute(f"INSERT INTO new_{name} ({into}) SELECT {values} FROM {name}")  # noqa: S608
    op.drop_table(name)
    op.rename_table(f"new_{name}", name)
    if last_id is not None:
        forget, keep = (
            sa.text("DELETE FROM sqlite_sequence WHERE name = :name"),
            sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"),
        )
        op.get_bind().execute(forget, {"name": name})
        op.get_bind().execute(keep, {"name": name, "last": last_id})


def _remake_gallery() -> None:
    version = op.get_bind().execute(sa.text("SELECT version FROM gallery")).scalar_one()
    op.drop_table("gallery")
    gallery = op.create_table(
        "gallery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_gallery_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gallery")),
    )
    row = {"id": 1, "version": version, "uid": secrets.token_hex(16)}
    op.bulk_insert(gallery, [row])


def _remake_identities() -> None:
    _remake(
        "identities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("consent_by", sa.String(), nullable=False),
        sa.Column("consent_given", sa.Date(), nullable=True),
        sa.Column("consent_until", sa.Date(), nullable=True),
        sa.Column("binned", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identities")),
        copied="id, name, name_key, created",
        filled="note, consent_by",
    )
    op.create_index(
        op.f("uq_identities_name_key"),
        "identities",
        ["name_key"],
        unique=True,
        sqlite_where=sa.text("binned IS NULL"),
    )


def _remake_samples() -> None:
    _remake(
        "samples",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("identity_id", sa.Integer(), nullable=False),
        sa.Column("quality", sa.Double(), nullable=False),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.Column("photo", sa.LargeBinary(), nullable=True),
        sa.Column("binned", sa.DateTime(), nullable=True),
        sa.Column("image", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(_ORIGINS, name=op.f("ck_samples_origin")),
        sa.CheckConstraint("quality BETWEEN 0 AND 1", name=op.f("ck_samples_quality")),
        _of_somebody("samples"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_samples")),
        sa.UniqueConstraint("identity_id", "id", name=op.f("uq_samples_identity_id_id")),
        copied="id, identity_id, quality, origin, created, image",
    )
    op.create_index(op.f("ix_samples_shown"), "samples", ["identity_id", "binned", "quality"])


def _of_somebody(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["identity_id"],
        ["identities.id"],
        name=op.f(f"fk_{table}_identity_id_identities"),
        ondelete="CASCADE",
    )


def _remake_templates() -> None:
    _remake(
        "templates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sample_id", sa.Integer(), nullable=False),
        sa.Column("identity_id", sa.Integer(), nullable=False),
        sa.Column("embedder", sa.String(), nullable=False),
        sa.Column("dimension", sa.Integer(), nullable=False),
        sa.Column("quality", sa.Double(), nullable=False),
        sa.Column("embedding", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(_LENGTH, name=op.f("ck_templates_dimension")),
        sa.CheckConstraint("quality BETWEEN 0 AND 1", name=op.f("ck_templates_quality")),
        sa.ForeignKeyConstraint(
            ["identity_id", "sample_id"],
            ["samples.identity_id", "samples.id"],
            name=op.f("fk_templates_identity_id_sample_id_samples"),
            ondelete="CASCADE",
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_templates")),
        sa.UniqueConstraint("sample_id", "embedder", name=op.f("uq_templates_sample_id_embedder")),
        copied="id, sample_id, identity_id, embedder, dimension, quality, embedding",
    )
    op.create_index(op.f("ix_templates_identity_id"), "templates", ["identity_id"])


def _remake_negatives() -> None:
    _remake(
        "negatives",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("identity_id", sa.Integer(), nullable=False),
        sa.Column("embedder", sa.String(), nullable=False),
        sa.Column("dimension", sa.Integer(), nullable=False),
        sa.Column("embedding", sa.LargeBinary(), nullable=False),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.Column("binned", sa.DateTime(), nullable=True),
        sa.Column("image", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(_LENGTH, name=op.f("ck_negatives_dimension")),
        sa.CheckConstraint(_ORIGINS, name=op.f("ck_negatives_origin")),
        _of_somebody("negatives"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_negatives")),
        copied="id, identity_id, embedder, dimension, embedding, origin, created, image",
    )
    op.create_index(op.f("ix_negatives_identity_id"), "negatives", ["identity_id"])


def _make_key_slots() -> None:
    op.create_table(
        "key_slots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("cost", sa.String(), nullable=True),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("kind IN ('keychain', 'passphrase')", name=op.f("ck_key_slots_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_slots")),
        sqlite_autoincrement=True,
    )


def _make_groups() -> None:
    op.create_table(
        "groups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_groups")),
        sa.UniqueConstraint("name_key", name=op.f("uq_groups_name_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "memberships",
        sa.Column("identity_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        _of_somebody("memberships"),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["groups.id"],
            name=op.f("fk_memberships_group_id_groups"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("identity_id", "group_id", name=op.f("pk_memberships")),
    )
    op.create_index(op.f("ix_memberships_group_id"), "memberships", ["group_id"])


def _make_events() -> None:
    op.create_table(
        "events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("identity_id", sa.Integer(), nullable=True),
        sa.Column("began", sa.DateTime(), nullable=False),
        sa.Column("ended", sa.DateTime(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=True),
        sa.Column("embedder", sa.String(), nullable=True),
        sa.Column("dimension", sa.Integer(), nullable=True),
        sa.Column("embedding", sa.LargeBinary(), nullable=True),
        sa.Column("image", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("ended >= began", name=op.f("ck_events_order")),
        sa.CheckConstraint(
            "(outcome = 'named') = (identity_id IS NOT NULL)", name=op.f("ck_events_name")
        ),
        sa.CheckConstraint(
            "outcome IN ('named', 'unsure', 'unknown')", name=op.f("ck_events_outcome")
        ),
        _of_somebody("events"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sqlite_autoincrement=True,
    )
    for column in ("identity_id", "began"):
        op.create_index(op.f(f"ix_events_{column}"), "events", [column])


def _make_imports() -> None:
    op.create_table(
        "imports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("folder", sa.String(), nullable=False),
        sa.Column("started", sa.DateTime(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("rules", sa.String(), nullable=False),
        sa.Column("left_out", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
        sa.UniqueConstraint("folder", name=op.f("uq_imports_folder")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "staged",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("photo", sa.LargeBinary(), nullable=False),
        sa.Column("refused", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("quality", sa.Double(), nullable=True),
        sa.Column("embedder", sa.String(), nullable=True),
        sa.Column("dimension", sa.Integer(), nullable=True),
        sa.Column("embedding", sa.LargeBinary(), nullable=True),
        sa.Column("image", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["imports.id"],
            name=op.f("fk_staged_import_id_imports"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staged")),
        sa.UniqueConstraint("import_id", "path", name=op.f("uq_staged_import_id_path")),
        sqlite_autoincrement=True,
    )
