"""Where labels go: inside the picture, beside their box, and off each other where they can be."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSizeF

_GAP = 4.0


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
    placed: dict[int, QRectF] = {}
    for index in order:
        taken = list(placed.values())
        placed[index] = _best_place(boxes[index], sizes[index], bounds, taken)
    return [placed[index] for index in range(len(boxes))]


def _best_place(box: QRectF, size: QSizeF, bounds: QRectF, taken: Sequence[QRectF]) -> QRectF:
    best = QRectF()
    least = float("inf")
    for candidate in _candidates(box, size):
        place = _kept_inside(candidate, bounds)
        hidden = sum(_overlap(place, other) for other in taken)
        if hidden == 0:
            return place
        if hidden < least:
            best, least = place, hidden
    return best


def _candidates(box: QRectF, size: QSizeF) -> list[QRectF]:
    left = box.left()
    centred = box.center().x() - size.width() / 2
    right = box.right() - size.width()
    step = size.height() + _GAP
    rows = [box.top() - step, box.bottom() + _GAP, box.top() + _GAP]
    rows += [box.top() - 2 * step, box.bottom() + _GAP + step, box.bottom() - step]
    rows += [box.top() - 3 * step, box.bottom() + _GAP + 2 * step]
    return [QRectF(QPointF(x, y), size) for y in rows for x in (left, centred, right)]


def _kept_inside(place: QRectF, bounds: QRectF) -> QRectF:
    x = max(bounds.left(), min(place.x(), bounds.right() - place.width()))
    y = max(bounds.top(), min(place.y(), bounds.bottom() - place.height()))
    return QRectF(QPointF(x, y), place.size())


def _overlap(one: QRectF, other: QRectF) -> float:
    shared = one.intersected(other)
    return shared.width() * shared.height() if shared.isValid() else 0.0
