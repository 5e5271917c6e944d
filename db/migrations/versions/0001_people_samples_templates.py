"""People, their samples, and the templates made from them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    gallery = op.create_table(
        "gallery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_gallery_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gallery")),
    )
    op.bulk_insert(gallery, [{"id": 1, "version": 0}])
    op.create_table(
        "identities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identities")),
        sa.UniqueConstraint("name_key", name=op.f("uq_identities_name_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "samples",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("identity_id", sa.Integer(), nullable=False),
        sa.Column("quality", sa.Double(), nullable=False),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.Column("image", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("origin IN ('photo', 'live', 'clip')", name=op.f("ck_samples_origin")),
        sa.CheckConstraint("quality BETWEEN 0 AND 1", name=op.f("ck_samples_quality")),
        sa.ForeignKeyConstraint(
            ["identity_id"],
            ["identities.id"],
            name=op.f("fk_samples_identity_id_identities"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_samples")),
        sa.UniqueConstraint("identity_id", "id", name=op.f("uq_samples_identity_id_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "templates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sample_id", sa.Integer(), nullable=False),
        sa.Column("identity_id", sa.Integer(), nullable=False),
        sa.Column("embedder", sa.String(), nullable=False),
        sa.Column("dimension", sa.Integer(), nullable=False),
        sa.Column("quality", sa.Double(), nullable=False),
        sa.Column("embedding", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "dimension > 0 AND length(embedding) = 4 * dimension",
            name=op.f("ck_templates_dimension"),
        ),
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
        sqlite_autoincrement=True,
    )
