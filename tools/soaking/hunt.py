"""Finds what holds the memory that grew: by the line that allocated it, and by its type."""

from __future__ import annotations

import gc
import tracemalloc
from collections import Counter

_DEPTH, _SHOWN = 12, 15
_KIB = 1024


class Hunt:
    """Compares two moments. Python's own memory alone: what C libraries allocate is not seen.

    It slows everything that is measured, so a run that hunts proves nothing else.
    """

    def __init__(self) -> None:
        tracemalloc.start(_DEPTH)
        self._before: tracemalloc.Snapshot | None = None
        self._types: Counter[str] = Counter()

    def begin(self) -> None:
        """Remember this moment."""
        gc.collect()
        self._types = _count_types()
        self._before = tracemalloc.take_snapshot()

    def end(self) -> dict[str, object]:
        """Return what grew since; nothing where it was not begun."""
        if self._before is None:
            return {}
        gc.collect()
        after = tracemalloc.take_snapshot()
        grown = _count_types()
        grown.subtract(self._types)
        # What this itself holds.
        ours = [tracemalloc.Filter(inclusive=False, filename_pattern=tracemalloc.__file__)]
        lines = after.filter_traces(ours).compare_to(self._before.filter_traces(ours), "traceback")
        return {
            "lines": [
                {"kib": change.size_diff / _KIB, "count": change.count_diff, "where": where}
                for change in lines[:_SHOWN]
                if change.size_diff > 0 and (where := change.traceback.format())
            ],
            "types": {name: number for name, number in grown.most_common(_SHOWN) if number > 0},
        }


def _count_types() -> Counter[str]:
    # The permanent generation is not among them: what was there when the engine was ready.
    return Counter(f"{type(one).__module__}.{type(one).__qualname__}" for one in gc.get_objects())
