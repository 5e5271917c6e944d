"""Where the labels of a photo's copy go: beside their box, off faces and off each other.

The window lays its own out anew at each size it is shown at (``ui.label_layout``); a copy is drawn
once, so this one takes the time to keep off all other faces as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_GAP = 2.0
_ROWS = 3  # how many labels high a label may be moved away
# A label that cannot be read at all is worse than a face that is partly hidden, and hiding
# somebody else's face worse than hiding its own.
_HIDES_LABEL, _HIDES_OTHER, _HIDES_OWN = 4.0, 2.0, 1.0


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle, pixels; x to the right, y down."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Its width, pixels."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Its height, pixels."""
        return self.bottom - self.top

    def shared_with(self, other: Area) -> float:
        """Return how much of it another covers, square pixels."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(width, 0.0) * max(height, 0.0)

    def grown(self, rim: float) -> Area:
        """Return it with a rim around it."""
        return Area(self.left - rim, self.top - rim, self.right + rim, self.bottom + rim)

    def nearest_to(self, other: Area) -> tuple[float, float]:
        """Return its point that is nearest to the middle of another."""
        x, y = (other.left + other.right) / 2, (other.top + other.bottom) / 2
        return min(max(x, self.left), self.right), min(max(y, self.top), self.bottom)


def place_labels(
    boxes: Sequence[Area], sizes: Sequence[tuple[float, float]], *, width: float, height: float
) -> list[Area]:
    """Return a place inside the picture for each label, in the order of ``boxes``.

    Larger faces choose first: above the box, below it, at its sides, further away, inside it. Where
    a crowd leaves no free place, the one that hides least is taken.

    Args:
        boxes: around the faces.
        sizes: width and height of each label, pixels.
        width, height: of the picture, pixels.

    """
    picture = Area(0.0, 0.0, width, height)
    order = sorted(range(len(boxes)), key=lambda i: -boxes[i].width * boxes[i].height)
    placed: dict[int, Area] = {}
    for index in order:
        others = [box for place, box in enumerate(boxes) if place != index]
        places = [
            _kept_inside(place, picture) for place in _candidates(boxes[index], *sizes[index])
        ]
        costs = [
            _HIDES_OWN * place.shared_with(boxes[index])
            + _HIDES_OTHER * sum(place.shared_with(box) for box in others)
            + _HIDES_LABEL * sum(place.shared_with(label) for label in placed.values())
            for place in places
        ]
        placed[index] = places[costs.index(min(costs))]
    return [placed[index] for index in range(len(boxes))]


def _candidates(box: Area, width: float, height: float) -> Iterator[Area]:
    """Yield places for a label, the dearest first."""
    step = height + _GAP
    columns = (box.left, (box.left + box.right - width) / 2, box.right - width)
    middle = (box.top + box.bottom - height) / 2
    beside = [
        (x, y)
        for y in (box.top, middle, box.bottom - height)
        for x in (box.right + _GAP, box.left - width - _GAP)
    ]
    rows = [(x, y) for y in (box.top - step, box.bottom + _GAP) for x in columns]
    further = [
        (x, y)
        for away in range(1, _ROWS)
        for y in (box.top - step - away * step, box.bottom + _GAP + away * step)
        for x in columns
    ]
    inside = [(x, y) for y in (box.bottom - height, box.top) for x in columns]
    for x, y in (*rows, *beside, *further, *inside):
        yield Area(x, y, x + width, y + height)


def _kept_inside(place: Area, picture: Area) -> Area:
    x = max(0.0, min(place.left, picture.right - place.width))
    y = max(0.0, min(place.top, picture.bottom - place.height))
    return Area(x, y, x + place.width, y + place.height)
