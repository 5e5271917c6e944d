"""Aligned crops as PNG: lossless, so that a later embedder sees what the first one saw."""

from __future__ import annotations

from io import BytesIO

import numpy as np

from db.types import DamagedValueError
from desktop_app.arrays import UInt8Array


def encode_png(pixels: UInt8Array) -> bytes:
    """Return a PNG of RGB uint8 pixels of shape (h, w, 3)."""
    from PIL import Image

    buffer = BytesIO()
    # Of 200 crops of LFW, 1.2 ms and 19.9 kB each; Pillow's own choice takes 3.3 ms for 19.0 kB.
    Image.fromarray(np.ascontiguousarray(pixels), "RGB").save(buffer, "PNG", compress_level=3)
    return buffer.getvalue()


def decode_png(data: bytes) -> UInt8Array:
    """Return the RGB uint8 pixels of a PNG, shape (h, w, 3).

    Raises:
        DamagedValueError: it is no PNG, or a broken one.

    """
    from PIL import Image

    try:
        with Image.open(BytesIO(data), formats=["PNG"]) as picture:
            return np.array(picture.convert("RGB"), np.uint8)
    # Pillow reports a broken PNG as any of these, by where the damage lies.
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise DamagedValueError("a stored picture cannot be read") from error
