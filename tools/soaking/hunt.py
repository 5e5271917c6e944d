"""Finds what holds the memory that grew: by the line that allocated it, and by its type."""

from __future__ import annotations

import gc
import tracemalloc
from collections import Counter

_DEPTH, _SHOWN = 5, 15
_KIB = 1024


class Hunt:
    """Looks at what was made since the warm-up and is still there.

    Python's own memory alone: what C libraries allocate is not seen. It slows everything that is
    measured, so a run that hunts proves nothing else.
    """

    def __init__(self) -> None:
        self._types: Counter[str] = Counter()

    def begin(self) -> None:
        """Take note of what is made from now on."""
        gc.collect()
        self._types = _count_types()
        tracemalloc.start(_DEPTH)

    def end(self) -> dict[str, object]:
        """Return what was made and is still there; nothing where it was not begun."""
        if not tracemalloc.is_tracing():
            return {}
        gc.collect()
        snapshot = tracemalloc.take_snapshot()
        tracemalloc.stop()
        grown = _count_types()
        grown.subtract(self._types)
        return {
            "lines": [
                {
                    "kib": held.size / _KIB,
                    "count": held.count,
                    "where": held.traceback.format(most_recent_first=True),
                }
                for held in snapshot.statistics("traceback")[:_SHOWN]
            ],
            "types": {name: number for name, number in grown.most_common(_SHOWN) if number > 0},
        }


def _count_types() -> Counter[str]:
    # The permanent generation is not among them: what was there when the engine was ready.
    return Counter(f"{type(one).__module__}.{type(one).__qualname__}" for one in gc.get_objects())
