import errno
import os
from pathlib import Path

import pytest
from PIL import Image

from desktop_app.capture.photo import PHOTO_SUFFIXES, find_photos
from desktop_app.errors import FolderUnreadable


def test_photos_are_found_in_all_folders_sorted_and_without_hidden_ones(tmp_path):
    names = ["a b/ü.tiff", "a/a.png", "a/deep/er/x.webp", "a/z.png", "b.JPG", "c.png", "d/e.png"]
    others = [".hidden.jpg", ".cache/c.jpg", "a/._z.png", "notes.txt", "clip.mp4", "jpg"]
    for name in names + others:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    assert find_photos(tmp_path) == sorted(tmp_path / name for name in names)


def test_a_folder_without_photos_gives_none_and_links_in_a_circle_do_not_hang(tmp_path):
    (tmp_path / "sub").mkdir()
    try:
        (tmp_path / "sub" / "up").symlink_to(tmp_path, target_is_directory=True)
    except OSError:
        pytest.skip("links need rights on Windows")
    assert find_photos(tmp_path) == []


def test_a_missing_folder_and_a_file_are_refused_as_folders(tmp_path):
    with pytest.raises(FolderUnreadable, match="no such folder"):
        find_photos(tmp_path / "none")
    (tmp_path / "file.jpg").touch()
    with pytest.raises(FolderUnreadable, match="it is a file"):
        find_photos(tmp_path / "file.jpg")


def test_a_folder_within_that_cannot_be_read_is_passed_over_and_logged_without_its_name(
    tmp_path, monkeypatch, caplog
):
    (tmp_path / "open").mkdir()
    (tmp_path / "open" / "a.jpg").touch()
    (tmp_path / "shut").mkdir()
    (tmp_path / "shut" / "b.jpg").touch()
    scandir = os.scandir

    def forbid(path):
        if Path(path).name == "shut":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", forbid)
    assert [path.name for path in find_photos(tmp_path)] == ["a.jpg"]
    assert "cannot be read: Permission denied" in caplog.text
    assert "shut" not in caplog.messages[0]

    with pytest.raises(FolderUnreadable, match="permission"):
        find_photos(tmp_path / "shut")


def test_every_suffix_that_is_searched_for_is_one_that_can_be_read():
    Image.init()
    assert PHOTO_SUFFIXES - set(Image.registered_extensions()) <= {".hdr", ".pam", ".pfm", ".sr"}
    assert {".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".avif", ".bmp"} <= PHOTO_SUFFIXES
    assert all(suffix == suffix.lower() for suffix in PHOTO_SUFFIXES)
