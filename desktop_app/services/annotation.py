"""Copies of photos with labelled boxes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app.arrays import Float32Array, UInt8Array
from desktop_app.errors import FileNotWritable
from desktop_app.recognition.types import Decision, decision_word
from desktop_app.services.label_places import Area, place_labels

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

# Letters are so high beside the width of their face, and no higher and no lower than that beside
# the picture's longer side, nor lower than can be read, in pixels.
_OF_THE_FACE, _LARGEST_TEXT, _SMALLEST_TEXT, _SMALLEST_PIXELS = 1 / 5, 1 / 50, 1 / 120, 11

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
    boxes = [Area(*(float(value) for value in box)) for box, _, _ in faces]
    for box, (_, _, decision) in zip(boxes, faces, strict=True):
        edges = (box.left, box.top, box.right, box.bottom)
        draw.rectangle(edges, outline=_COLOURS[decision_word(decision)], width=line)
    labels = [
        _label(text, box, picture=max(picture.size))
        for box, (_, text, _) in zip(boxes, faces, strict=True)
    ]
    places = place_labels(
        boxes, [label.size for label in labels], width=picture.width, height=picture.height
    )
    for box, place, (_, _, decision) in zip(boxes, places, faces, strict=True):
        if not place.shared_with(box.grown(2.0 * line)):
            # Too far away to tell whose it is.
            draw.line(
                (*box.nearest_to(place), *place.nearest_to(box)),
                fill=_COLOURS[decision_word(decision)],
                width=line,
            )
    # Over all lines, or a line of one would strike out the label of another.
    for place, label, (_, text, decision) in zip(places, labels, faces, strict=True):
        colour = _COLOURS[decision_word(decision)]
        draw.rectangle((place.left, place.top, place.right, place.bottom), fill=colour)
        at = (place.left - label.corner[0], place.top - label.corner[1])
        draw.text(at, text, font=label.font, fill="white")
    return _save(picture, source=source, folder=folder)


@dataclass(frozen=True, slots=True)
class _Label:
    """A text as it is drawn: its font, width and height with its rim, and where that begins."""

    font: ImageFont.ImageFont | ImageFont.FreeTypeFont
    size: tuple[float, float]
    corner: tuple[float, float]


def _label(text: str, box: Area, *, picture: int) -> _Label:
    """Return a label that suits its face; ``picture`` is the picture's longer side, pixels."""
    smallest = max(_SMALLEST_PIXELS, round(picture * _SMALLEST_TEXT))
    size = max(smallest, round(min(box.width * _OF_THE_FACE, picture * _LARGEST_TEXT)))
    font = _font(size)
    left, top, right, bottom = font.getbbox(text)
    rim = max(2, size // 6)
    extent = (right - left + 2.0 * rim, bottom - top + 2.0 * rim)
    return _Label(font, extent, (left - rim, top - rim))


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
