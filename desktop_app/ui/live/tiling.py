"""How pictures that are shown side by side share the room there is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QRect


def places(aspects: Sequence[float], area: QRect, *, head: int, gap: int) -> list[QRect]:
    """Return where each picture goes: in rows of equal places, as large as they can be.

    Args:
        aspects: width by height of each picture.
        area: the room for all of them.
        head: the height of what each has above its picture, pixels.
        gap: between two of them, pixels.

    """
    grids = (_grid(len(aspects), columns, area, gap) for columns in range(len(aspects), 0, -1))
    return max(grids, key=lambda grid: _seen(aspects, grid, head), default=[])


def _grid(count: int, columns: int, area: QRect, gap: int) -> list[QRect]:
    rows = -(-count // columns)
    across = list(_split(area.width(), columns, gap))
    result = []
    for row, (top, height) in enumerate(_split(area.height(), rows, gap)):
        in_row = across[: count - row * columns]
        # A last row that is not full stands in the middle.
        indent = (area.width() - sum(in_row[-1])) // 2 if in_row else 0
        result += [QRect(indent + left, top, width, height) for left, width in in_row]
    return [place.translated(area.topLeft()) for place in result]


def _split(length: int, parts: int, gap: int) -> Iterator[tuple[int, int]]:
    """Yield begin and length of each part; together they take all there is."""
    for number in range(parts):
        begin = (length + gap) * number // parts
        yield begin, max(0, (length + gap) * (number + 1) // parts - gap - begin)


def _seen(aspects: Sequence[float], grid: Sequence[QRect], head: int) -> float:
    """Return how many pixels of a grid show something."""
    total = 0.0
    for aspect, place in zip(aspects, grid, strict=True):
        height = max(0.0, min(place.height() - head, place.width() / aspect))
        total += height * height * aspect
    return total
