import os
import sqlite3
import sys
from pathlib import Path

import pytest

from db.header import is_new
from db.repository import GalleryRepository
from desktop_app.errors import NotAGallery


def test_a_missing_file_is_a_new_gallery(path: Path) -> None:
    assert is_new(path)


def test_an_empty_file_is_a_new_gallery(path: Path) -> None:
    path.touch()
    assert is_new(path)


def test_a_gallery_is_known_by_its_header(path: Path) -> None:
    GalleryRepository.open(path).close()
    assert not is_new(path)


@pytest.mark.parametrize(
    "content", [b"x", b"SQLite format 3\x00", b"a diary\n" * 40, bytes(4096), b"KENS" * 50]
)
def test_another_kind_of_file_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(NotAGallery):
        is_new(path)


def test_the_database_of_another_program_is_refused(path: Path) -> None:
    other = sqlite3.connect(path)
    other.execute("PRAGMA application_id = 252006674")
    other.execute("CREATE TABLE recipes (id INTEGER)")
    other.close()
    with pytest.raises(NotAGallery):
        is_new(path)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes in folders")
def test_a_pipe_is_refused_without_waiting_for_somebody_to_write(path: Path) -> None:
    os.mkfifo(path)
    with pytest.raises(NotAGallery):
        is_new(path)
