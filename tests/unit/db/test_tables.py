"""The tables in code and what the migrations make are the same."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, inspect, text

from db.migrate import MIGRATIONS, head_revision, migrate
from db.tables import Base


@pytest.fixture
def migrated(path: Path) -> Iterator[Engine]:
    path.touch()
    migrate(path, busy_timeout=1)
    engine = create_engine(f"sqlite:///{path}")
    yield engine
    engine.dispose()


@pytest.fixture
def declared(tmp_path: Path) -> Iterator[Engine]:
    engine = create_engine(f"sqlite:///{tmp_path / 'declared.db'}")
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


def test_alembic_finds_no_difference_between_tables_and_migrations(migrated: Engine) -> None:
    with migrated.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, Base.metadata) == []


def _details(engine: Engine) -> dict[str, Any]:
    """What Alembic's comparison leaves out: checks, what happens on delete, ids given again."""
    inspector = inspect(engine)
    with engine.connect() as connection:
        statements = dict(
            connection.exec_driver_sql(
                "SELECT name, sql FROM sqlite_schema WHERE type = 'table'"
            ).all()
        )
    return {
        table: {
            "checks": sorted(
                (check["name"], check["sqltext"])
                for check in inspector.get_check_constraints(table)
            ),
            "references": inspector.get_foreign_keys(table),
            "unique": sorted(
                (unique["name"], tuple(unique["column_names"]))
                for unique in inspector.get_unique_constraints(table)
            ),
            "columns": [
                (column["name"], str(column["type"]), column["nullable"])
                for column in inspector.get_columns(table)
            ],
            "ids are never reused": "AUTOINCREMENT" in statements[table],
        }
        for table in Base.metadata.tables
    }


def test_checks_cascades_and_ids_are_the_same_too(migrated: Engine, declared: Engine) -> None:
    expected = _details(declared)
    assert expected["templates"]["references"][0]["options"]["ondelete"] == "CASCADE"
    assert len(expected["templates"]["checks"]) == 2
    assert expected["samples"]["ids are never reused"]
    assert _details(migrated) == expected


def test_every_constraint_has_a_name(declared: Engine) -> None:
    inspector = inspect(declared)
    for table in Base.metadata.tables:
        constraints = [
            *inspector.get_check_constraints(table),
            *inspector.get_foreign_keys(table),
            *inspector.get_unique_constraints(table),
        ]
        assert all(constraint["name"] for constraint in constraints)


def test_the_files_of_migrations_are_named_by_their_revision() -> None:
    script = ScriptDirectory(str(MIGRATIONS))
    assert script.get_heads() == [head_revision()]
    for revision in script.walk_revisions():
        assert Path(revision.path).name.startswith(f"{revision.revision}_")


def test_what_belongs_to_somebody_is_found_without_reading_everything(migrated: Engine) -> None:
    of_somebody = "EXPLAIN QUERY PLAN SELECT * FROM {table} WHERE identity_id = 1"
    with migrated.connect() as connection:
        for table in ("samples", "templates", "negatives", "events", "memberships"):
            lines = connection.execute(text(of_somebody.format(table=table)))
            (plan,) = [line.detail for line in lines]
            assert plan.startswith(f"SEARCH {table} USING "), plan


def test_the_owner_of_a_template_is_always_that_of_its_sample(path: Path) -> None:
    path.touch()
    migrate(path, busy_timeout=1)
    file = sqlite3.connect(path)
    file.execute("PRAGMA foreign_keys = ON")
    file.executescript(
        """
        INSERT INTO identities (id, name, name_key, created, note, consent_by)
        VALUES (1, 'A', 'a', '2026-01-01', '', ''), (2, 'B', 'b', '2026-01-01', '', '');
        INSERT INTO samples (id, identity_id, quality, origin, created, image)
        VALUES (5, 1, 0.5, 'photo', '2026-01-01', x'00');
        INSERT INTO templates VALUES (9, 5, 1, 'sface', 1, 0.5, x'0000803f');
        UPDATE samples SET identity_id = 2 WHERE id = 5;
        """
    )
    assert file.execute("SELECT identity_id FROM templates").fetchall() == [(2,)]
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        file.execute("UPDATE templates SET identity_id = 1")
    file.close()
