"""The shots of somebody who is being enrolled: which are kept, and why others are not."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from desktop_app.arrays import Float32Array
from desktop_app.recognition.types import Reason
from desktop_app.services.enrolment import is_repeated, quality_problem
from desktop_app.services.guidance.poses import Wanted
from desktop_app.vision.types import Face

OnePerson = Callable[[Float32Array], bool]

# So many show every side that a camera sees; more than the second add nothing.
ENOUGH_SHOTS = 5
MOST_SHOTS = 9


class Refusal(enum.Enum):
    """Why a shot is not kept, where nothing is wrong with the picture."""

    REPEATED = "like another shot"
    ENROLLED_ALREADY = "like an enrolled picture"
    SOMEBODY_ELSE = "somebody else"


@dataclass(frozen=True, eq=False, slots=True)
class Shot:
    """One picture on its way into the gallery.

    Attributes:
        face: described as well as can be.
        wanted: what it was taken for; None where that is none of those.
        refused: why it is not kept; None where it is.
        again: another is to take its place.
        by_hand: somebody took it; otherwise it was taken by itself.

    """

    face: Face
    wanted: Wanted | None
    refused: Reason | Refusal | None = None
    again: bool = False
    by_hand: bool = False


class Shots:
    """Takes shots one after the other, and judges each by those before it."""

    def __init__(self, *, one_person: OnePerson) -> None:
        """Args: one_person: whether embeddings, shape (k, d), may all be of one person."""
        self._one_person = one_person
        self._shots: list[Shot] = []
        self._enrolled: tuple[Float32Array, ...] = ()

    @property
    def all(self) -> tuple[Shot, ...]:
        """In the order in which they were taken."""
        return tuple(self._judged(shot) for shot in self._shots)

    @property
    def kept(self) -> tuple[Shot, ...]:
        """Those that would be saved."""
        return tuple(shot for shot in self.all if shot.refused is None)

    def set_enrolled(self, vectors: Iterable[Float32Array]) -> None:
        """Know what is enrolled of the person; what looks just like it is not kept."""
        self._enrolled = tuple(vectors)

    def of(self, wanted: Wanted) -> Shot | None:
        """Return the good shot that was taken for this; None where there is none."""
        good = (shot for shot in self._shots if shot.refused is None)
        return next((shot for shot in good if shot.wanted is wanted), None)

    def add(self, face: Face, wanted: Wanted | None, *, by_hand: bool = False) -> Shot:
        """Keep a face, or say why not. It takes the place of the one that was to be taken again."""
        refused = self._refusal(face, wanted)
        shot = Shot(face, wanted, refused, by_hand=by_hand)
        if wanted is not None:
            # Of those refused for one thing the newest is enough to learn from.
            self._shots = [
                old
                for old in self._shots
                if old.wanted is not wanted
                or (old.refused is None and (refused is not None or not old.again))
            ]
        self._shots.append(shot)
        return self._judged(shot)

    def drop(self, shot: Shot) -> None:
        """Forget a shot."""
        self._shots = [old for old in self._shots if old.face is not shot.face]

    def mark_again(self, wanted: Wanted) -> None:
        """Let the next shot for this take the place of the one there is."""
        self._shots = [replace(old, again=old.wanted is wanted) for old in self._shots]

    def mark_none_again(self) -> None:
        """Let no shot take the place of another."""
        self._shots = [replace(old, again=False) for old in self._shots]

    def _judged(self, shot: Shot) -> Shot:
        if shot.refused is None and is_repeated(shot.face.embedding.vector, self._enrolled):
            return replace(shot, refused=Refusal.ENROLLED_ALREADY)
        return shot

    def _refusal(self, face: Face, wanted: Wanted | None) -> Reason | Refusal | None:
        reason = quality_problem(face)
        if reason is not None:
            return reason
        others = [
            shot.face.embedding.vector
            for shot in self._shots
            if shot.refused is None and not (shot.again and shot.wanted is wanted)
        ]
        vector = face.embedding.vector
        if others and not self._one_person(np.stack([*others, vector])):
            return Refusal.SOMEBODY_ELSE
        return Refusal.REPEATED if is_repeated(vector, others) else None
