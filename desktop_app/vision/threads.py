"""How many threads each network uses."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Threads:
    """How many threads each network uses.

    Attributes:
        detector: 1 or more.
        embedder: 1 or more.
        looks: how many faces of a live frame are searched for and looked at side by side, 1 or
            more.

    """

    detector: int
    embedder: int
    looks: int = 1

    def __post_init__(self) -> None:
        if min(self.detector, self.embedder, self.looks) < 1:
            raise ValueError(f"expected 1 thread or more, got {self}")


# Leaves the other cores to others.
ONE_EACH = Threads(detector=1, embedder=1)
TWO_EACH = Threads(detector=2, embedder=2, looks=2)
