"""The photo formats that Pillow does not read."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import IO

import numpy as np

from desktop_app.arrays import UInt8Array
from desktop_app.capture.photo_pixels import from_linear_light, grey_to_rgb, on_white, to_8_bits

_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_WIDTH_TAG, _HEIGHT_TAG = 256, 257
_HEADER = 4096  # bytes within which every one of these formats states its size

CheckSize = Callable[[int, int], None]


def read_what_pillow_does_not(file: IO[bytes], *, check_size: CheckSize) -> UInt8Array | None:
    """Read a Radiance HDR, colour PFM, PAM or TIFF picture.

    Args:
        file: the whole of it.
        check_size: called with width and height before anything is decoded; may raise.

    Returns:
        RGB, uint8, (h, w, 3), or None when it is none of these formats.

    Raises:
        ValueError: it is one of them, and damaged.

    """
    file.seek(0)
    head = file.read(_HEADER)
    if head.startswith(b"P7\n"):
        return _read_pam(file, head=head, check_size=check_size)
    is_tiff = head.startswith(_TIFF)
    stated = _tiff_size(file) if is_tiff else _size_in_text(head)
    if stated is None and is_tiff:
        raise ValueError("truncated: the tags of a TIFF often stand at its end")
    if stated is None:
        return None
    check_size(*stated)

    from desktop_app.opencv import cv2

    file.seek(0)
    try:
        picture = cv2.imdecode(np.frombuffer(file.read(), np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error as error:
        raise ValueError(f"OpenCV cannot decode it: {error}") from error
    if picture is None or picture.shape[1::-1] != stated:
        raise ValueError("OpenCV cannot decode it")
    if head.startswith(b"#?"):
        pixels = from_linear_light(picture.astype(np.float32))
    else:
        pixels = to_8_bits(picture)
    channels = 1 if pixels.ndim == 2 else pixels.shape[2]
    if channels >= 3:  # OpenCV gives BGR and BGRA
        pixels = np.concatenate([pixels[..., 2::-1], pixels[..., 3:]], axis=2)
    return _rgb(pixels.reshape(*pixels.shape[:2], channels))


def _read_pam(file: IO[bytes], *, head: bytes, check_size: CheckSize) -> UInt8Array:
    """Read a Portable Arbitrary Map, whose samples lie there uncompressed.

    Not with OpenCV: 5.0 swaps its red and blue, and leaves the samples of MAXVAL 1 nearly black.
    """
    words = re.findall(rb"^(WIDTH|HEIGHT|DEPTH|MAXVAL) (\d+)\s*$", head, re.MULTILINE)
    header = {name: int(number) for name, number in words}
    width, height, depth = header[b"WIDTH"], header[b"HEIGHT"], header[b"DEPTH"]
    maxval = header[b"MAXVAL"]
    check_size(width, height)
    kind = np.dtype(">u1" if maxval < 256 else ">u2")
    file.seek(head.index(b"\nENDHDR\n") + len(b"\nENDHDR\n"))
    data = file.read(width * height * depth * kind.itemsize)
    if len(data) < width * height * depth * kind.itemsize:
        raise ValueError("truncated")
    samples = np.frombuffer(data, kind).reshape(height, width, depth).astype(np.uint32)
    return _rgb(np.minimum((samples * 255 + maxval // 2) // maxval, 255).astype(np.uint8))


def _rgb(pixels: UInt8Array) -> UInt8Array:
    """Bring grey, grey and alpha, RGB or RGBA (h, w, 1 to 4) to RGB (h, w, 3)."""
    channels = pixels.shape[2]
    colour = grey_to_rgb(pixels[..., 0]) if channels < 3 else pixels[..., :3]
    return np.ascontiguousarray(on_white(colour, pixels[..., -1]) if channels in (2, 4) else colour)


def _tiff_size(file: IO[bytes]) -> tuple[int, int] | None:
    """Return width and height by the tags of a TIFF's first picture, or None."""
    from PIL.TiffImagePlugin import ImageFileDirectory_v2

    file.seek(0)
    head = file.read(8)
    if 43 in head[2:4]:  # BigTIFF: its offsets have 8 bytes
        head += file.read(8)
    tags = ImageFileDirectory_v2(head)
    file.seek(tags.next)
    tags.load(file)
    width, height = tags.get(_WIDTH_TAG), tags.get(_HEIGHT_TAG)
    return (int(width), int(height)) if width and height else None


def _size_in_text(head: bytes) -> tuple[int, int] | None:
    """Return width and height from a header that is text, or None for other formats."""
    if head.startswith(b"#?"):
        # The one order of rows and columns, of the eight of the format, that OpenCV reads.
        found = re.search(rb"\n-Y (\d+) \+X (\d+)\n", head)
        return (int(found[2]), int(found[1])) if found else None
    found = re.match(rb"PF\s+(\d+)\s+(\d+)\s", head)
    return (int(found[1]), int(found[2])) if found else None
