"""Where labels go: inside the picture, beside their box, and off each other where they can be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QPointF, QRectF, QSizeF

_GAP = 4.0
# Left, top, right, bottom.
_Sides = tuple[float, float, float, float]


def place_labels(boxes: Sequence[QRectF], sizes: Sequence[QSizeF], bounds: QRectF) -> list[QRectF]:
    """Return a place for each label, in the order of ``boxes``.

    Larger faces choose first: above the box, below it, inside at its top, then the free place
    nearest to it. Where a crowd leaves no free place, the one that hides least is taken.

    Args:
        boxes: around the faces.
        sizes: of the labels; none larger than ``bounds``.
        bounds: what no label leaves.

    """
    order = sorted(range(len(boxes)), key=lambda i: -boxes[i].width() * boxes[i].height())
    room = _sides(bounds)
    placed: dict[int, _Sides] = {}
    for index in order:
        size = (sizes[index].width(), sizes[index].height())
        taken = list(placed.values())
        placed[index] = _best_place(_sides(boxes[index]), size, room, taken)
    places = (placed[index] for index in range(len(boxes)))
    return [QRectF(QPointF(x1, y1), QPointF(x2, y2)) for x1, y1, x2, y2 in places]


def _sides(area: QRectF) -> _Sides:
    # Plain numbers: with Qt's rectangles a crowd takes four times as long to lay out.
    return area.left(), area.top(), area.right(), area.bottom()


def _best_place(
    box: _Sides, size: tuple[float, float], bounds: _Sides, taken: Sequence[_Sides]
) -> _Sides:
    best, least = bounds, float("inf")
    for x, y in _candidates(box, size):
        place = _kept_inside(x, y, size, bounds)
        hidden = _hidden(place, taken)
        if hidden == 0:
            return place
        if hidden < least:
            best, least = place, hidden
    return best


def _candidates(box: _Sides, size: tuple[float, float]) -> Iterator[tuple[float, float]]:
    left, top, right, bottom = box
    width, height = size
    columns = (left, (left + right - width) / 2, right - width)
    step = height + _GAP
    rows = [top - step, bottom + _GAP, top + _GAP]
    rows += [top - 2 * step, bottom + _GAP + step, bottom - step]
    rows += [top - 3 * step, bottom + _GAP + 2 * step]
    return ((x, y) for y in rows for x in columns)


def _kept_inside(x: float, y: float, size: tuple[float, float], bounds: _Sides) -> _Sides:
    width, height = size
    left, top, right, bottom = bounds
    x = max(left, min(x, right - width))
    y = max(top, min(y, bottom - height))
    return x, y, x + width, y + height


def _hidden(place: _Sides, taken: Sequence[_Sides]) -> float:
    """Return how much of a place others share, square pixels."""
    left, top, right, bottom = place
    hidden = 0.0
    for x1, y1, x2, y2 in taken:
        width = min(right, x2) - max(left, x1)
        if width > 0:
            hidden += width * max(0.0, min(bottom, y2) - max(top, y1))
    return hidden
