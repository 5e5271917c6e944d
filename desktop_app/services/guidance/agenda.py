"""Which shots somebody is still asked for while they are enrolled."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass

from desktop_app.services.guidance.poses import AHEAD, Wanted, meets
from desktop_app.vision.types import Pose

# What is not done within so long is not asked for any more, seconds.
_ASKED_FOR = 5.0
_ORDER = (
    Wanted.STRAIGHT,
    Wanted.LEFT,
    Wanted.RIGHT,
    Wanted.UP,
    Wanted.DOWN,
    Wanted.FAR_LEFT,
    Wanted.FAR_RIGHT,
)


class StepState(enum.Enum):
    """How far one wanted shot has come."""

    ASKED = "asked"
    TAKEN = "taken"
    # Not asked for any more; taken all the same if it comes by.
    PASSED = "passed"
    # Not wanted any more.
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Step:
    """One wanted shot.

    Attributes:
        wanted: how somebody is to look.
        state: how far it has come.
        held: 0 to 1, how long that was held already, of the time that it takes.

    """

    wanted: Wanted
    state: StepState
    held: float = 0.0


class Agenda:
    """Asks for one shot after the other, and not for ever for any.

    Attributes:
        straight: how the head was held in the shot that looks straight.

    """

    def __init__(self) -> None:
        self.straight = AHEAD
        self._states = dict.fromkeys(_ORDER, StepState.ASKED)
        self._again: Wanted | None = None
        self._asked_for = 0.0

    @property
    def wanted(self) -> Wanted | None:
        """What is asked for; None once everything was."""
        if self._again is not None:
            return self._again
        return next(self._in_state(StepState.ASKED), None)

    @property
    def asks_again(self) -> bool:
        """Whether it asks for a shot that was taken already."""
        return self._again is not None

    def steps(self, *, holding: Wanted | None = None, held: float = 0.0) -> tuple[Step, ...]:
        """Return all of them in their order.

        Args:
            holding: which of them is being held.
            held: for how much of the time that it takes, 0 to 1.

        """
        return tuple(
            Step(wanted, state, held if wanted is holding else 0.0)
            for wanted, state in self._states.items()
        )

    def met_by(self, pose: Pose) -> Wanted | None:
        """Return which wanted shot this would be, first of all the one that is asked for."""
        asked = self.wanted
        if asked is None:
            return None
        order = [asked]
        # Whoever is to look straight and nearly does must not be taken for looking up.
        if self._again is None and asked is not Wanted.STRAIGHT:
            order += [*self._in_state(StepState.ASKED), *self._in_state(StepState.PASSED)]
        return next((one for one in order if meets(one, pose, straight=self.straight)), None)

    def wait(self, seconds: float) -> bool:
        """Note that what is asked for was not done for so long; return whether it is given up."""
        self._asked_for += seconds
        if self._asked_for < _ASKED_FOR:
            return False
        self.skip()
        return True

    def skip(self) -> None:
        """Ask for the next one."""
        wanted = self.wanted
        if wanted is not None:
            # One that was to be taken again is there already.
            self._settle(wanted, StepState.TAKEN if self._again else StepState.PASSED)

    def take(self, wanted: Wanted) -> None:
        """Note that it was taken."""
        self._settle(wanted, StepState.TAKEN)

    def close(self, wanted: Wanted) -> None:
        """Ask for it no more, and take it no more."""
        self._settle(wanted, StepState.CLOSED)

    def ask_again(self, wanted: Wanted) -> None:
        """Ask for one before all others, and for nothing else until it is taken or skipped."""
        self._again = wanted
        self._asked_for = 0.0

    def begin_anew(self) -> None:
        """Ask for everything again."""
        self._states = dict.fromkeys(self._states, StepState.ASKED)

    def _settle(self, wanted: Wanted, state: StepState) -> None:
        if wanted is self.wanted:
            self._asked_for = 0.0
        if wanted is self._again:
            self._again = None
        self._states[wanted] = state

    def _in_state(self, state: StepState) -> Iterator[Wanted]:
        return (one for one, its in self._states.items() if its is state)
