"""Copies of photos with labelled boxes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app.arrays import Float32Array, UInt8Array
from desktop_app.errors import FileNotWritable
from desktop_app.recognition.types import Decision, decision_word

if TYPE_CHECKING:
    from PIL import ImageFont

# Tell the decisions apart for most kinds of colour blindness; the words do it for all.
_COLOURS = {
    "identified": (0, 114, 178),
    "unsure": (213, 94, 0),
    "unknown": (70, 70, 70),
    "unusable": (120, 120, 120),
}
_FONTS = ("DejaVuSans.ttf", "NotoSans-Regular.ttf", "Arial Unicode.ttf", "arial.ttf")

Labelled = tuple[Float32Array, str, Decision]


def write_annotated(
    pixels: UInt8Array, faces: Sequence[Labelled], *, source: Path, folder: Path
) -> Path:
    """Write a copy of a photo with a labelled box for each face; return where it is.

    Never over a file that is there: a number is added to the name instead.

    Args:
        pixels: RGB, uint8, shape (h, w, 3).
        faces: box, label and decision of each.
        source: the photo, for the copy's name.
        folder: is made where it is missing.

    Raises:
        FileNotWritable: the folder cannot be written to, or the disk is full.

    """
    from PIL import Image, ImageDraw

    picture = Image.fromarray(pixels)
    draw = ImageDraw.Draw(picture)
    line = max(2, round(max(picture.size) / 400))
    font = _font(max(12, round(max(picture.size) / 50)))
    for box, label, decision in faces:
        colour = _COLOURS[decision_word(decision)]
        left, top, right, bottom = (float(value) for value in box)
        draw.rectangle((left, top, right, bottom), outline=colour, width=line)
        text_left, text_top, text_right, text_bottom = draw.textbbox((0, 0), label, font=font)
        width, height = text_right - text_left, text_bottom - text_top
        x = min(max(left, 0.0), max(picture.width - width - 2.0 * line, 0.0))
        y = top - height - 3 * line
        if y < 0:
            y = min(bottom, picture.height - height - 3.0 * line)
        draw.rectangle((x, y, x + width + 2 * line, y + height + 3 * line), fill=colour)
        draw.text((x + line - text_left, y + line - text_top), label, font=font, fill="white")
    return _save(picture, source=source, folder=folder)


def _save(picture: object, *, source: Path, folder: Path) -> Path:
    from PIL import Image

    assert isinstance(picture, Image.Image)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(1, 10_000):
            suffix = "" if number == 1 else f"-{number}"
            target = folder / f"{source.stem}{suffix}.jpg"
            try:
                file = target.open("xb")
            except FileExistsError:
                continue
            try:
                with file:
                    picture.save(file, format="JPEG", quality=92)
            except BaseException:
                target.unlink(missing_ok=True)
                raise
            return target
    except (FileExistsError, NotADirectoryError) as error:
        raise FileNotWritable(path=folder, reason="a file is where the folder would be") from error
    except OSError as error:
        raise FileNotWritable(path=folder, reason=error.strerror or str(error)) from error
    raise FileNotWritable(path=folder, reason="there are too many files of that name")


def _font(size: int) -> ImageFont.ImageFont | ImageFont.FreeTypeFont:
    from PIL import ImageFont

    for name in _FONTS:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return ImageFont.load_default(size)
