"""Whose file it is, how old it is, and what happens to it then."""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from db.header import APPLICATION_ID
from db.migrate import MIGRATIONS, head_revision
from db.opening import OpenGallery
from db.repository import GalleryRepository
from desktop_app.errors import (
    GalleryDamaged,
    GalleryFromNewerVersion,
    GalleryLocked,
    GalleryNotWritable,
    NotAGallery,
)
from desktop_app.recognition.people import NewSample, Origin
from desktop_app.vision.types import Embedding

WIDER_NAMES = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "HEAD"

def upgrade():
    with op.batch_alter_table("identities", recreate="always") as batch:
        batch.add_column(sa.Column("remark", sa.String(), nullable=True))
        batch.alter_column("name", type_=sa.String(length=500))
"""
ORPHANING = """
from alembic import op

revision = "9999"
down_revision = "HEAD"

def upgrade():
    op.execute("DELETE FROM identities")
"""
FAILING = """
from alembic import op

revision = "9999"
down_revision = "HEAD"

def upgrade():
    op.drop_table("templates")
    raise RuntimeError("a bug in a migration")
"""


def new_sample() -> NewSample:
    vector = np.random.default_rng().standard_normal(128).astype(np.float32)
    return NewSample(
        pixels=np.zeros((112, 112, 3), np.uint8),
        embedding=Embedding(vector / np.linalg.norm(vector), "sface"),
        quality=0.5,
        origin=Origin.PHOTO,
    )


def fill(path: Path) -> None:
    repository = GalleryRepository.open(path)
    repository.acts.enrol("Anna", [new_sample(), new_sample()])
    repository.acts.enrol("Bruno", [new_sample()])
    repository.close()


def count_rows(path: Path) -> dict[str, int]:
    with closing(sqlite3.connect(path)) as file:
        return {
            table: file.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("identities", "samples", "templates")
        }


def columns_of(file: sqlite3.Connection, table: str) -> str:
    return ", ".join(row[1] for row in file.execute(f"PRAGMA main.table_info({table})"))


def folder_content(path: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in path.parent.iterdir() if file.is_file()}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "gallery.db"


@pytest.fixture
def filled(path: Path) -> Path:
    """A gallery of two people with three samples, closed."""
    fill(path)
    return path


def later_migrations(folder: Path, source: str) -> Path:
    """The migrations of a later version, which has one more."""
    migrations = folder / "migrations of 100 % later"
    shutil.copytree(MIGRATIONS, migrations, ignore=shutil.ignore_patterns("__pycache__"))
    (migrations / "versions" / "9999_later.py").write_text(
        source.replace("HEAD", head_revision()), encoding="utf-8"
    )
    return migrations


@pytest.fixture
def first_format(path: Path, tmp_path: Path) -> Path:
    """A gallery as version 0.1 made it: two people with three samples, closed."""
    migrations = tmp_path / "migrations of 0.1"
    shutil.copytree(MIGRATIONS, migrations, ignore=shutil.ignore_patterns("__pycache__"))
    for file in (migrations / "versions").glob("[0-9]*.py"):
        if not file.name.startswith("0001_"):
            file.unlink()
    OpenGallery(path, busy_timeout=1, migrations=migrations).close()
    # What is written there today reads tables that were not there then.
    newest = tmp_path / "newest" / "gallery.db"
    fill(newest)
    with closing(sqlite3.connect(path)) as file:
        file.execute("ATTACH ? AS newest", (str(newest),))
        for table in ("identities", "samples", "templates"):
            columns = columns_of(file, table)
            file.execute(f"INSERT INTO {table} SELECT {columns} FROM newest.{table}")
        file.commit()
    return path


def open_later(path: Path, migrations: Path) -> None:
    OpenGallery(path, busy_timeout=1, migrations=migrations).close()


# New galleries


def test_a_missing_gallery_is_made_with_its_folders(tmp_path: Path) -> None:
    path = tmp_path / "a folder % with # ?" / "Übung 🎉" / "Galerie.db"
    GalleryRepository.open(path).close()
    assert folder_content(path).keys() == {"Galerie.db"}
    header = path.read_bytes()[:100]
    assert header[68:72] == APPLICATION_ID.to_bytes(4, "big")


def test_an_empty_file_becomes_a_gallery(path: Path) -> None:
    path.touch()
    repository = GalleryRepository.open(path)
    assert repository.acts.enrol("Anna", [new_sample()]).name == "Anna"
    repository.close()


def test_a_relative_path_is_a_path_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    GalleryRepository.open(Path("gallery.db")).close()
    assert (tmp_path / "gallery.db").stat().st_size > 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
def test_nobody_else_on_the_machine_may_read_a_new_gallery(tmp_path: Path) -> None:
    path = tmp_path / "data" / "gallery.db"
    repository = GalleryRepository.open(path)
    repository.acts.enrol("Anna", [new_sample()])
    for file in (path.parent, *path.parent.iterdir()):
        assert file.stat().st_mode & 0o077 == 0, file
    repository.close()


def test_work_is_done_in_write_ahead_mode_with_foreign_keys_even_after_a_migration(
    path: Path,
) -> None:
    repository = GalleryRepository.open(path)
    with repository.file._writer.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "foreign_keys", "secure_delete", "synchronous")
        }
    repository.close()
    assert pragmas == {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "secure_delete": 1,
        "synchronous": 2,
    }


def test_a_gallery_that_is_current_is_opened_without_alembic(filled: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from db.repository import GalleryRepository\n"
        "repository = GalleryRepository.open(Path(sys.argv[1]))\n"
        "print(len(repository.people(embedder='sface')), 'alembic' in sys.modules)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, str(filled)], capture_output=True, text=True, check=True
    )
    assert result.stdout.split() == ["2", "False"]


# Files of others


def _another_programs_database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA journal_mode = WAL")
        file.execute("CREATE TABLE identities (id INTEGER PRIMARY KEY)")
        file.execute("INSERT INTO identities VALUES (1)")
        file.commit()


def _a_migrated_database_of_another_program(path: Path) -> None:
    with closing(sqlite3.connect(path)) as file:
        file.execute("CREATE TABLE alembic_version (version_num TEXT)")
        file.execute("INSERT INTO alembic_version VALUES ('0001')")
        file.commit()


@pytest.mark.parametrize(
    "make",
    [
        _another_programs_database,
        _a_migrated_database_of_another_program,
        lambda path: path.write_text("Dear diary\n" * 500, encoding="utf-8"),
        lambda path: path.write_bytes(b"\xff\xd8\xff\xe0 a photo"),
        lambda path: path.write_bytes(b"\0"),
    ],
)
def test_a_file_of_another_kind_is_refused_and_untouched(path: Path, make) -> None:
    make(path)
    before, modified = folder_content(path), path.stat().st_mtime_ns
    with pytest.raises(NotAGallery, match="left untouched"):
        GalleryRepository.open(path)
    assert folder_content(path) == before
    assert path.stat().st_mtime_ns == modified


def test_a_database_that_appears_while_we_wait_for_the_lock_is_refused(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.touch()
    # What the header said a moment ago.
    monkeypatch.setattr("db.opening.is_new", lambda path: True)
    _another_programs_database(path)
    with pytest.raises(NotAGallery):
        GalleryRepository.open(path)
    with closing(sqlite3.connect(path)) as file:
        tables = file.execute("SELECT name FROM sqlite_schema").fetchall()
    assert tables == [("identities",)]


@pytest.mark.skipif(sys.platform == "win32", reason="no such device on Windows")
def test_a_device_is_refused() -> None:
    with pytest.raises(NotAGallery):
        GalleryRepository.open(Path(os.devnull))


# Places that cannot be written to


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GalleryNotWritable):
        GalleryRepository.open(tmp_path)


def test_a_path_through_a_file_is_refused(path: Path) -> None:
    path.write_text("a file")
    with pytest.raises(GalleryNotWritable):
        GalleryRepository.open(path / "sub" / "gallery.db")
    assert path.read_text() == "a file"


def test_a_name_that_is_too_long_for_the_system_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GalleryNotWritable):
        GalleryRepository.open(tmp_path / ("x" * 300 + ".db"))


@pytest.fixture
def as_nobody() -> Iterator[Path]:
    """A folder that everyone may enter, seen by somebody whom permissions bind."""
    if sys.platform == "win32":
        pytest.skip("Windows has other permissions")
    user = os.geteuid()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        if user == 0:
            os.seteuid(65534)
        else:
            folder.chmod(0o555)
        try:
            yield folder
        finally:
            os.seteuid(user)
            folder.chmod(0o755)


def test_a_folder_that_may_not_be_written_to_is_refused(as_nobody: Path) -> None:
    with pytest.raises(GalleryNotWritable, match="denied"):
        GalleryRepository.open(as_nobody / "gallery.db")
    with pytest.raises(GalleryNotWritable, match="denied"):
        GalleryRepository.open(as_nobody / "sub" / "gallery.db")
    assert list(as_nobody.iterdir()) == []


def test_a_gallery_that_may_only_be_read_is_refused_and_untouched(
    filled: Path, as_nobody: Path
) -> None:
    nobody = os.geteuid()
    path = as_nobody / "gallery.db"
    if nobody == 65534:
        os.seteuid(0)
    as_nobody.chmod(0o755)
    shutil.copyfile(filled, path)
    path.chmod(0o444)
    if nobody == 65534:
        os.seteuid(nobody)
    else:
        as_nobody.chmod(0o555)
    before = folder_content(path)
    with pytest.raises(GalleryNotWritable):
        GalleryRepository.open(path)
    assert folder_content(path) == before


# Newer, older, damaged


def test_a_gallery_of_the_first_format_keeps_everybody_and_learns_negatives(
    first_format: Path,
) -> None:
    with closing(sqlite3.connect(first_format)) as file:
        assert file.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
        columns = {
            table: columns_of(file, table) for table in ("identities", "samples", "templates")
        }
        before = {
            table: file.execute(f"SELECT {columns[table]} FROM {table} ORDER BY id").fetchall()
            for table in columns
        }
    repository = GalleryRepository.open(first_format)
    anna = repository.find("Anna")
    face = new_sample()
    repository.acts.add_negative(
        anna.id, pixels=face.pixels, embedding=face.embedding, origin=face.origin
    )
    assert repository.snapshot(embedder="sface", dimension=128).template_count == 3
    assert len(repository.samples(anna.id)) == 2
    assert len(repository.negatives(anna.id)) == 1
    assert repository.integrity() == []
    repository.close()
    with closing(sqlite3.connect(first_format)) as file:
        for table, names in columns.items():
            rows = file.execute(f"SELECT {names} FROM {table} ORDER BY id").fetchall()
            assert rows == before[table]


def test_a_gallery_of_the_first_format_is_backed_up_whole_before_it_changes(
    first_format: Path,
) -> None:
    before = first_format.read_bytes()
    GalleryRepository.open(first_format).close()
    (backup,) = (first_format.parent / "backups").iterdir()
    assert backup.name.endswith("-0001.db")
    assert count_rows(backup) == {"identities": 2, "samples": 3, "templates": 3}
    with closing(sqlite3.connect(backup)) as file:
        assert (
            file.execute("SELECT name FROM sqlite_schema WHERE name = 'negatives'").fetchall() == []
        )
    assert first_format.read_bytes() != before
    GalleryRepository.open(first_format).close()
    assert len(list((first_format.parent / "backups").iterdir())) == 1


def test_a_gallery_of_a_newer_version_is_refused_and_untouched(
    filled: Path, tmp_path: Path
) -> None:
    open_later(filled, later_migrations(tmp_path, WIDER_NAMES))
    before = folder_content(filled)
    with pytest.raises(GalleryFromNewerVersion, match="newer version"):
        GalleryRepository.open(filled)
    assert folder_content(filled) == before


def test_a_migration_that_rebuilds_a_parent_keeps_its_children(
    filled: Path, tmp_path: Path
) -> None:
    before = count_rows(filled)
    open_later(filled, later_migrations(tmp_path, WIDER_NAMES))
    assert count_rows(filled) == before == {"identities": 2, "samples": 3, "templates": 3}
    with closing(sqlite3.connect(filled)) as file:
        assert file.execute("SELECT name, remark FROM identities").fetchall() == [
            ("Anna", None),
            ("Bruno", None),
        ]
        # The children still refer to the table under its own name.
        assert file.execute("PRAGMA foreign_key_check").fetchall() == []
        file.execute("PRAGMA foreign_keys = ON")
        file.execute("DELETE FROM identities WHERE name = 'Anna'")
        assert file.execute("SELECT count(*) FROM templates").fetchone() == (1,)


def test_a_gallery_is_backed_up_before_it_is_migrated(filled: Path, tmp_path: Path) -> None:
    open_later(filled, later_migrations(tmp_path, WIDER_NAMES))
    (backup,) = (filled.parent / "backups").iterdir()
    assert backup.name.startswith("gallery-2")
    assert backup.name.endswith(f"-{head_revision()}.db")
    repository = GalleryRepository.open(backup)
    assert [person.sample_count for person in repository.people(embedder="sface")] == [2, 1]
    assert repository.integrity() == []
    repository.close()


def test_a_backup_holds_what_still_lies_in_the_write_ahead_log(path: Path, tmp_path: Path) -> None:
    repository = GalleryRepository.open(path)
    repository.acts.enrol("Anna", [new_sample()])
    assert Path(f"{path}-wal").stat().st_size > 0
    open_later(path, later_migrations(tmp_path, WIDER_NAMES))
    repository.close()
    (backup,) = (path.parent / "backups").iterdir()
    assert count_rows(backup) == {"identities": 1, "samples": 1, "templates": 1}


def test_no_backup_is_made_of_a_new_or_current_gallery(filled: Path) -> None:
    GalleryRepository.open(filled).close()
    assert not (filled.parent / "backups").exists()


def test_a_migration_that_fails_leaves_everything_as_it_was(filled: Path, tmp_path: Path) -> None:
    before = filled.read_bytes()
    with pytest.raises(RuntimeError, match="a bug in a migration"):
        open_later(filled, later_migrations(tmp_path, FAILING))
    assert filled.read_bytes() == before
    assert len(list((filled.parent / "backups").iterdir())) == 1
    GalleryRepository.open(filled).close()


def test_a_migration_that_leaves_orphans_is_undone(filled: Path, tmp_path: Path) -> None:
    before = filled.read_bytes()
    with pytest.raises(GalleryDamaged, match="refers to a missing"):
        open_later(filled, later_migrations(tmp_path, ORPHANING))
    assert filled.read_bytes() == before


def test_a_gallery_whose_backup_cannot_be_made_is_not_migrated(
    filled: Path, tmp_path: Path
) -> None:
    (filled.parent / "backups").write_text("in the way")
    before = filled.read_bytes()
    with pytest.raises(OSError, match="exists"):
        open_later(filled, later_migrations(tmp_path, WIDER_NAMES))
    assert filled.read_bytes() == before


def test_a_gallery_without_its_revision_is_damaged(filled: Path) -> None:
    with closing(sqlite3.connect(filled)) as file:
        file.execute("DROP TABLE alembic_version")
        file.commit()
    with pytest.raises(GalleryDamaged, match="revision"):
        GalleryRepository.open(filled)


@pytest.mark.parametrize("kept", [100, 4096, 20000])
def test_a_gallery_that_was_cut_off_is_damaged_and_untouched(filled: Path, kept: int) -> None:
    os.truncate(filled, kept)
    before = folder_content(filled)
    with pytest.raises((GalleryDamaged, NotAGallery)):
        GalleryRepository.open(filled)
    assert folder_content(filled) == before


def test_a_gallery_with_wrong_bytes_in_the_middle_is_found_damaged(filled: Path) -> None:
    content = bytearray(filled.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    filled.write_bytes(content)
    with pytest.raises(GalleryDamaged):
        GalleryRepository.open(filled)


def test_a_gallery_that_is_locked_for_good_is_said_to_be(filled: Path) -> None:
    with closing(sqlite3.connect(filled, isolation_level=None)) as file:
        file.execute("PRAGMA locking_mode = EXCLUSIVE")
        file.execute("BEGIN EXCLUSIVE")
        with pytest.raises(GalleryLocked, match="Nothing was lost"):
            GalleryRepository.open(filled, busy_timeout=0.05)
        file.execute("ROLLBACK")
