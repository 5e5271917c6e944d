"""Faces that somebody said are not a person's."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "negatives",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("identity_id", sa.Integer(), nullable=False),
        sa.Column("embedder", sa.String(), nullable=False),
        sa.Column("dimension", sa.Integer(), nullable=False),
        sa.Column("embedding", sa.LargeBinary(), nullable=False),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.Column("image", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "dimension > 0 AND length(embedding) = 4 * dimension",
            name=op.f("ck_negatives_dimension"),
        ),
        sa.CheckConstraint("origin IN ('photo', 'live', 'clip')", name=op.f("ck_negatives_origin")),
        sa.ForeignKeyConstraint(
            ["identity_id"],
            ["identities.id"],
            name=op.f("fk_negatives_identity_id_identities"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_negatives")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_negatives_identity_id"), "negatives", ["identity_id"])
