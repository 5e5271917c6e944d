"""Reads the lists that say what is in labelled photos."""

from __future__ import annotations

import csv
import os
import posixpath
from collections.abc import Sequence
from pathlib import Path, PureWindowsPath

from desktop_app.capture.file_reasons import reason_of
from desktop_app.errors import CountsUnreadable, FolderUnreadable, PairsUnreadable, PhotosElsewhere

ListError = type[PairsUnreadable] | type[CountsUnreadable]


def read_rows(
    path: Path, *, columns: Sequence[str], error: ListError
) -> list[tuple[int, dict[str, str]]]:
    """Return the rows of a CSV file with their line numbers; what is left out is empty text.

    Args:
        path: the file, UTF-8.
        columns: must all be there.
        error: what to raise.

    Raises:
        PairsUnreadable, CountsUnreadable: the file cannot be read, is empty or lacks a column.

    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file, restval="")
            rows = [(reader.line_num, row) for row in reader]
    except OSError as cause:
        raise error(path=path, reason=reason_of(cause)) from cause
    except UnicodeDecodeError as cause:
        raise error(path=path, reason="it is not text in UTF-8") from cause
    except csv.Error as cause:
        raise error(path=path, reason=str(cause)) from cause
    if not rows:
        raise error(path=path, reason="it lists nothing")
    missing = [column for column in columns if column not in rows[0][1]]
    if missing:
        word = "column" if len(missing) == 1 else "columns"
        raise error(path=path, reason=f"it lacks the {word} {' and '.join(missing)}")
    return rows


def photo_name(text: str, *, path: Path, line: int, error: ListError) -> str:
    """Return a photo's place below the folder of photos, with ``/`` between its parts.

    A list must not read files elsewhere: it may come from anybody.

    Args:
        text: as it is listed; lists made on Windows have backslashes.
        path, line: where it is listed, for the error.
        error: what to raise.

    Raises:
        PairsUnreadable, CountsUnreadable: it lies outside that folder.

    """
    name = posixpath.normpath(text.strip().replace("\\", "/"))
    outside = name.startswith("/") or name.split("/")[0] == ".." or PureWindowsPath(name).drive
    if outside:
        raise error(
            path=path, reason=f"line {line} names “{text}”, which is not in the folder of photos"
        )
    return name


def check_images(images: Path, names: Sequence[str]) -> None:
    """Make sure that a folder holds at least one of the photos that are listed.

    Raises:
        FolderUnreadable: it is missing, or is no folder.
        PhotosElsewhere: it holds none: most likely another is meant.

    """
    # os.path: these never raise, whatever a list calls its photos.
    if not os.path.isdir(images):  # noqa: PTH112
        kind = "it is a file" if os.path.exists(images) else "there is no such folder"  # noqa: PTH110
        raise FolderUnreadable(path=images, reason=kind)
    if not any(os.path.isfile(images / name) for name in names):  # noqa: PTH113
        raise PhotosElsewhere(path=images)
