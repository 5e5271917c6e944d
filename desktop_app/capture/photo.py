"""Photo files: every format that Pillow and OpenCV read between them.

Pillow reads first. It knows EXIF, palettes, CMYK with its profiles and most formats, and it
refuses a file whose end is missing, which OpenCV fills with grey without a word. What Pillow
does not read comes from OpenCV: Radiance HDR, colour PFM, TIFF with floating-point colours.
Both are given an open file or bytes, never a path: OpenCV cannot open a non-ASCII path on Windows.
"""

from __future__ import annotations

import codecs
import contextlib
import hashlib
import logging
import os
import re
import stat
import warnings
from collections.abc import Callable, Iterator
from io import BufferedReader
from pathlib import Path
from typing import IO

from desktop_app.arrays import UInt8Array
from desktop_app.capture.file_reasons import reason_of, shown
from desktop_app.capture.photo_fallback import read_what_pillow_does_not
from desktop_app.capture.photo_pixels import rgb_from_pillow
from desktop_app.errors import FolderUnreadable, PhotoTooLarge, PhotoUnreadable

# What a folder is searched for; a file named outright is read whatever it is called.
# fmt: off
PHOTO_SUFFIXES = frozenset({
    ".apng", ".avif", ".avifs", ".bmp", ".dib", ".gif", ".hdr", ".j2c", ".j2k", ".jfif", ".jp2",
    ".jpc", ".jpe", ".jpeg", ".jpf", ".jpg", ".jpx", ".mpo", ".pam", ".pbm", ".pcx", ".pfm",
    ".pgm", ".png", ".pnm", ".ppm", ".psd", ".qoi", ".ras", ".sgi", ".sr", ".tga", ".tif",
    ".tiff", ".webp",
})
# Cameras' own formats, which pass for TIFF: what would be read of them is a tiny preview.
_RAW_SUFFIXES = frozenset({
    ".arw", ".cr2", ".cr3", ".dng", ".erf", ".kdc", ".mrw", ".nef", ".nrw", ".orf", ".pef",
    ".raf", ".raw", ".rw2", ".sr2", ".srf", ".srw",
})
# fmt: on

_log = logging.getLogger(__name__)

# A phone's largest picture has 200 megapixels; as RGB, this many take 900 MB.
MAX_PIXELS = 300_000_000

# EPS would start Ghostscript and WMF the printer's part of Windows, on a file from anywhere; the
# others are recognised by Pillow and then not read.
_NOT_READ = {"EPS", "WMF", "BUFR", "GRIB", "HDF5", "MPEG"}
_HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"}
_HEAD = 32  # bytes that tell what a file is
_AVIF_BRANDS = {b"avif", b"avis"}
_AS_JPEG = "save it as JPEG and open that"
_DAMAGED = "it is damaged, or its end is missing"
_INCOMPLETE = re.compile(r"truncated|unexpected end|not enough (image )?data|buffer is not large")


def read_photo(path: Path) -> UInt8Array:
    """Read a photo as people see it: upright, in its colours, on white where it is transparent.

    Args:
        path: the file. Of several pictures in it the first is read.

    Returns:
        RGB, uint8, (h, w, 3), contiguous; perhaps read-only.

    Raises:
        PhotoUnreadable: missing, forbidden, damaged, incomplete, or not a picture.
        PhotoTooLarge: more than ``MAX_PIXELS``; found out before they are decoded.

    """
    with _opened(path) as file:
        return _read(file, path)


def read_new_photo(
    path: Path, *, is_known: Callable[[bytes], bool]
) -> tuple[bytes, UInt8Array | None]:
    """Read a photo with the digest of its file; decode it only where that is not known.

    Args:
        path: the file.
        is_known: whether a photo with this SHA-256 need not be decoded.

    Returns:
        The SHA-256, and the pixels as :func:`read_photo` gives them; None where it is known.

    Raises:
        PhotoUnreadable, PhotoTooLarge: as with :func:`read_photo`.

    """
    with _opened(path) as file:
        digest = hashlib.file_digest(file, "sha256").digest()
        if is_known(digest):
            return digest, None
        file.seek(0)
        return digest, _read(file, path)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[BufferedReader]:
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            kind = "it is a folder" if stat.S_ISDIR(mode) else "it is not a file"
            raise PhotoUnreadable(path=shown(path), reason=kind)
        with path.open("rb") as file:
            yield file
    except (OSError, ValueError) as error:
        raise PhotoUnreadable(path=shown(path), reason=reason_of(error)) from error


def _read(file: IO[bytes], path: Path) -> UInt8Array:
    def check_size(width: int, height: int) -> None:
        if width * height > MAX_PIXELS:
            raise _too_large(path, pixels=width * height)

    head = file.read(_HEAD)
    if not head:
        raise PhotoUnreadable(path=shown(path), reason="the file is empty")
    if path.suffix.lower() in _RAW_SUFFIXES:
        raise PhotoUnreadable(path=shown(path), reason=f"it is a camera's raw picture; {_AS_JPEG}")
    from PIL import Image, UnidentifiedImageError

    try:
        try:
            with Image.open(file, formats=_formats()) as picture:
                check_size(*picture.size)
                return rgb_from_pillow(picture)
        except UnidentifiedImageError:
            pixels = read_what_pillow_does_not(file, check_size=check_size)
    except PhotoTooLarge:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        found = re.search(r"\((\d+) pixels\)", str(error))
        raise _too_large(path, pixels=int(found[1]) if found else MAX_PIXELS) from error
    except MemoryError as error:
        reason = "there is not enough memory for it"
        raise PhotoUnreadable(path=shown(path), reason=reason) from error
    except Exception as error:
        raise PhotoUnreadable(path=shown(path), reason=_damage(error)) from error
    if pixels is None:
        raise PhotoUnreadable(path=shown(path), reason=_other_kind(head))
    return pixels


def find_photos(folder: Path) -> list[Path]:
    """Return the photos in a folder and in those within it, sorted; hidden ones are left out.

    Links to folders are not followed: they may lead in a circle. A folder within that cannot be
    read is passed over and logged.

    Raises:
        FolderUnreadable: ``folder`` itself cannot be read.

    """

    def pass_over(error: OSError) -> None:
        # Not which one: folders of photos are named after people, and the log is kept.
        _log.warning("passed over a folder that cannot be read: %s", error.strerror)

    try:
        # os.walk would pass over this one, too.
        with os.scandir(folder):
            pass
    except FileNotFoundError as error:
        raise FolderUnreadable(path=shown(folder), reason="there is no such folder") from error
    except NotADirectoryError as error:
        raise FolderUnreadable(path=shown(folder), reason="it is a file") from error
    except (OSError, ValueError) as error:
        raise FolderUnreadable(path=shown(folder), reason=reason_of(error)) from error

    photos = []
    for parent, folders, files in os.walk(folder, onerror=pass_over):
        here = Path(parent)
        folders[:] = [name for name in folders if not _is_hidden(here / name)]
        photos += [
            here / name
            for name in files
            if Path(name).suffix.lower() in PHOTO_SUFFIXES and not _is_hidden(here / name)
        ]
    return sorted(photos)


def _formats() -> list[str]:
    """Return the formats that Pillow may try, and give its own check of sizes our limit.

    That check guards sizes that stand deep in a file, such as those of a TIFF's tiles. It can
    only be set for the whole process, and only warns between once and twice its limit; here
    that is an error. What else Pillow warns of is harmless (odd metadata), or followed by an
    error of its own.
    """
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")
    warnings.filterwarnings("error", category=Image.DecompressionBombWarning)
    Image.init()
    return [name for name in Image.ID if name not in _NOT_READ]


def _is_hidden(path: Path) -> bool:
    if path.name.startswith("."):
        return True
    try:
        attributes = getattr(path.lstat(), "st_file_attributes", 0)  # on Windows alone
    except OSError:
        return False
    return bool(attributes & stat.FILE_ATTRIBUTE_HIDDEN)


def _too_large(path: Path, *, pixels: int) -> PhotoTooLarge:
    return PhotoTooLarge(
        path=shown(path), megapixels=-(-pixels // 1_000_000), limit=MAX_PIXELS // 1_000_000
    )


def _damage(error: Exception) -> str:
    """Say what a decoder meant."""
    if isinstance(error, OSError) and error.errno is not None:
        return reason_of(error)
    if isinstance(error, EOFError) or _INCOMPLETE.search(str(error).lower()):
        return "it is incomplete, its end is missing"
    return _DAMAGED


def _other_kind(head: bytes) -> str:
    """Say what a file is that is no picture, from its first bytes."""
    if head[4:8] == b"ftyp":
        if head[8:12] in _HEIC_BRANDS:
            return f"HEIC pictures cannot be read; {_AS_JPEG}"
        if head[8:12] in _AVIF_BRANDS:
            return _DAMAGED
        return "it is a video, not a photo"
    if head.startswith(b"%PDF"):
        return "it is a PDF document, not a photo"
    return "it is a text, not a photo" if _is_text(head) else "it is not a photo, or it is damaged"


def _is_text(head: bytes) -> bool:
    try:
        # Piece by piece, since the last character may be cut in two.
        text = codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return all(character.isprintable() or character.isspace() for character in text)
