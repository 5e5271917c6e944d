"""From similarities to one of four decisions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from desktop_app.recognition.types import Decision, Match


class DecisionPolicy(Protocol):
    """Decides what may be said about a face."""

    def decide(self, candidates: Sequence[Match], *, gallery_size: int) -> Decision:
        """Decide on a face that can be judged.

        Args:
            candidates: the most similar people, best first.
            gallery_size: how many people could have been found.

        """
