"""What is chosen in a list after some of its lines have gone."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from typing import TypeVar

K = TypeVar("K", bound=Hashable)


def still_chosen(chosen: Collection[K], *, before: Sequence[K], after: Sequence[K]) -> list[K]:
    """Return what is to be chosen now, so that the keyboard goes on where it was.

    Args:
        chosen: keys of the lines that were chosen.
        before: keys of all lines as they were.
        after: keys of all lines as they are.

    Returns:
        Those that were chosen and are still there; where all are gone, the next line behind the
        first of them, else the one before it. Nothing where nothing was chosen, or is left.

    """
    left = set(after)
    staying = [key for key in before if key in chosen and key in left]
    if staying or not chosen:
        return staying
    place = next((row for row, key in enumerate(before) if key in chosen), len(before))
    around = [*before[place:], *reversed(before[:place])]
    return [key for key in around if key in left][:1]
