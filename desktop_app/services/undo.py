"""What was done to the gallery since the start, so that it can be undone and done again."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from db.edits import Edits

# What is removed stays in the bin however much is done after; beyond this nobody steps back.
_MOST_STEPS = 100


class ActKind(enum.Enum):
    """What somebody did."""

    ENROL = "enrol"
    IMPORT = "import"
    RENAME = "rename"
    REMOVE = "remove"
    REMOVE_SAMPLES = "remove samples"
    RESTORE = "restore"
    RESTORE_SAMPLE = "restore sample"
    MERGE = "merge"
    SPLIT = "split"
    MOVE = "move"
    NOTE = "note"
    GROUPS = "groups"
    CONSENT = "consent"
    REFUTE = "refute"
    TAKE_BACK = "take back"


@dataclass(frozen=True, slots=True)
class Act:
    """One thing somebody did, as it is named when it can be undone.

    Attributes:
        kind: what.
        names: of whom it was about; with a merge, who left and at last who stayed; with a rename,
            the old name and the new one.
        count: how many pictures or faces, or with an import how many people.

    """

    kind: ActKind
    names: tuple[str, ...] = ()
    count: int = 1


class UndoStack:
    """Steps back and forward. An act that is new forgets those that were undone."""

    def __init__(self) -> None:
        self._done: list[tuple[Act, Edits]] = []
        self._undone: list[tuple[Act, Edits]] = []

    @property
    def undoable(self) -> Act | None:
        """What would be undone next."""
        return self._done[-1][0] if self._done else None

    @property
    def redoable(self) -> Act | None:
        """What would be done again next."""
        return self._undone[-1][0] if self._undone else None

    def push(self, act: Act, edits: Edits) -> None:
        """Take what was done; an act that changed nothing is none."""
        if edits:
            self._done = [*self._done, (act, edits)][-_MOST_STEPS:]
            self._undone = []

    @property
    def back(self) -> tuple[Act, Edits] | None:
        """What would be undone next, with what it changed; it stays until it :meth:`went_back`."""
        return self._done[-1] if self._done else None

    @property
    def forward(self) -> tuple[Act, Edits] | None:
        """What would be done again next; it stays until it :meth:`went_forward`."""
        return self._undone[-1] if self._undone else None

    def went_back(self) -> None:
        """Take it that the newest act was undone."""
        self._undone.append(self._done.pop())

    def went_forward(self) -> None:
        """Take it that what was undone last was done again."""
        self._done.append(self._undone.pop())

    def drop_back(self) -> None:
        """Forget the newest act, which nothing can undo any more."""
        self._done.pop()

    def drop_forward(self) -> None:
        """Forget what was undone last, which cannot be done again any more."""
        self._undone.pop()

    def keep(self, is_possible: Callable[[Edits], bool]) -> None:
        """Forget those steps that can never be made, with the names of whom they are about."""
        self._done = [step for step in self._done if is_possible(step[1])]
        self._undone = [step for step in self._undone if is_possible(step[1])]

    def forget(self) -> None:
        """Forget everything, where what it was about is erased or the gallery is another."""
        self._done, self._undone = [], []
