"""From the many kinds of pixels in photo files to RGB with 8 bits."""

from __future__ import annotations

import io
import logging
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from desktop_app.arrays import UInt8Array

if TYPE_CHECKING:
    from PIL.Image import Image

_log = logging.getLogger(__name__)

_PREMULTIPLIED = {"La": "LA", "RGBa": "RGBA"}


def rgb_from_pillow(picture: Image) -> UInt8Array:
    """Decode an opened picture: upright, RGB, uint8, (h, w, 3).

    Raises:
        Exception: whatever the decoder raises on a damaged file.

    """
    # Before its orientation is read: TIFF is turned as it is loaded, and drops the tag then.
    picture.load()
    _turn_upright(picture)
    if picture.mode.startswith("I;16"):
        return grey_to_rgb(to_8_bits(np.asarray(picture).astype(np.uint16)))
    if picture.mode == "I" and picture.format == "PPM":
        # PGM with 16 bits: Pillow scales it to the whole range, but in 32 bits.
        return grey_to_rgb(to_8_bits(np.asarray(picture).astype(np.uint16)))
    if picture.mode in ("I", "F"):
        return grey_to_rgb(to_8_bits(np.asarray(picture)))
    if picture.mode == "CMYK":
        return np.asarray(_from_cmyk(picture))
    if picture.mode in _PREMULTIPLIED:
        picture = picture.convert(_PREMULTIPLIED[picture.mode])
    if picture.has_transparency_data:
        return np.asarray(_on_white(picture))
    if picture.mode == "L":
        return grey_to_rgb(np.asarray(picture))
    return np.asarray(picture.convert("RGB"))


def grey_to_rgb(grey: UInt8Array) -> UInt8Array:
    """Give a grey picture (h, w) three equal channels."""
    return np.repeat(grey[..., None], 3, axis=2)


def to_8_bits(pixels: npt.NDArray[Any]) -> UInt8Array:
    """Scale samples of any other type to 0–255.

    16 bits: the whole range, so that 65535 is 255. Wider integers say nowhere what white is, so
    the brightest sample is. Floats run from 0 to 1 by custom; where some go beyond, they are
    taken for 0 to 255, and where some go beyond that, the brightest is white.
    """
    if pixels.dtype == np.uint8:
        return pixels
    if pixels.dtype == np.uint16:
        # 65535 = 255 · 257. In 32 bits, since rounding goes beyond 16.
        scaled: UInt8Array = ((pixels.astype(np.uint32) + 128) // 257).astype(np.uint8)
        return scaled
    values = np.nan_to_num(pixels.astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    brightest = float(values.max(initial=0.0))
    if np.issubdtype(pixels.dtype, np.integer):
        white = max(brightest, 1.0)
    elif brightest <= 1.0:
        white = 1.0
    else:
        white = max(brightest, 255.0)
    visible: UInt8Array = np.rint(np.clip(values * (255.0 / white), 0, 255)).astype(np.uint8)
    return visible


def from_linear_light(pixels: npt.NDArray[np.float32]) -> UInt8Array:
    """Make a high-dynamic-range picture visible.

    The brightest two hundredth is cut off, such as a lamp would be in a photo, and light is
    encoded with sRGB's exponent (IEC 61966-2-1, its approximation by 1/2.2).
    """
    values = np.nan_to_num(pixels, nan=0.0, posinf=0.0, neginf=0.0)
    white = max(float(np.percentile(values, 99.5)), 1e-6)
    visible: UInt8Array = np.rint(np.clip(values / white, 0, 1) ** (1 / 2.2) * 255).astype(np.uint8)
    return visible


def on_white(rgb: UInt8Array, alpha: UInt8Array) -> UInt8Array:
    """Lay RGB (h, w, 3) with its alpha (h, w) over white, as :func:`_on_white` says why."""
    share = alpha[..., None].astype(np.uint32)
    blended: UInt8Array = ((rgb * share + 255 * (255 - share) + 127) // 255).astype(np.uint8)
    return blended


def _turn_upright(picture: Image) -> None:
    from PIL import ImageOps

    try:
        ImageOps.exif_transpose(picture, in_place=True)
    except Exception as error:  # noqa: BLE001 - Pillow raises many kinds on damaged metadata
        # The picture itself was decoded; metadata is no reason to refuse it.
        _log.warning("the orientation in a photo's metadata cannot be read: %s", error)


def _on_white(picture: Image) -> Image:
    """Lay a picture with transparency over white.

    Cut-out portraits and logos are made for paper and web pages. On black, dark hair would
    merge with the ground, and what lies hidden under the transparency is often rubbish.
    """
    from PIL import Image

    layered = picture.convert("RGBA")
    canvas = Image.new("RGB", layered.size, "white")
    canvas.paste(layered, mask=layered.getchannel("A"))
    return canvas


def _from_cmyk(picture: Image) -> Image:
    """Convert CMYK by the profile of its inks; without one, by arithmetic.

    RGB keeps its numbers: a camera's profile changes a face less than the light does, and
    applying it takes as long as decoding does (0.3 s for 12 megapixels).
    """
    from PIL import ImageCms

    embedded = picture.info.get("icc_profile")
    if not embedded:
        return picture.convert("RGB")
    try:
        inks = ImageCms.ImageCmsProfile(io.BytesIO(embedded))
        srgb = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(picture, inks, srgb, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError) as error:
        _log.warning("a photo's colour profile cannot be used: %s", error)
        return picture.convert("RGB")
    assert converted is not None
    return converted
