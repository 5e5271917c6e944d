"""Guided enrolment: what somebody in front of a camera is to do next, and when a shot is taken.

Knows neither camera nor window. :meth:`GuidedEnrolment.observe` is told of one look after another
and says what to hint at. Where it says ``take``, the caller has that look described as well as can
be and hands the face to :meth:`GuidedEnrolment.settle`, which keeps it as a shot or says why not.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from desktop_app.arrays import Float32Array
from desktop_app.services.guidance.agenda import Agenda, Step
from desktop_app.services.guidance.hints import PLACE_HINTS, Hint, trouble_with
from desktop_app.services.guidance.looks import Look, Oval, oval_around, oval_in
from desktop_app.services.guidance.poses import Wanted, farthest_moved, is_too_far
from desktop_app.services.guidance.shots import MOST_SHOTS, OnePerson, Refusal, Shot, Shots
from desktop_app.vision.types import Face, Landmarks

# A head is still that moved this little in so long: distances between the eyes, seconds. Of a man
# who sits still, nine looks in ten are below 0.006, of one who talks and nods one in three.
_STILL, _STILL_FOR = 0.07, 0.3
# In a clip nobody holds still for us: what is blurred is refused once it is described.
_STILL_IN_CLIP = 0.5
# So unlike all shots before, a look that nobody asked for is worth one: twice as far from the next
# as one that would be refused for looking the same.
_ANOTHER_LOOK = 0.88
# After a gap between two looks as long as this, nobody knows what happened in it, seconds.
_GAP = 0.5


@dataclass(frozen=True, slots=True)
class Guidance:
    """What to show about one look.

    Attributes:
        hint: what to say.
        wanted: what is held, or else what is asked for; None where nothing is.
        oval: where the head belongs.
        inside: whether it is there, near enough.
        steps: the ring.
        take: this look is to be described well and handed to ``settle``.

    """

    hint: Hint
    wanted: Wanted | None
    oval: Oval
    inside: bool
    steps: tuple[Step, ...]
    take: bool = False


class GuidedEnrolment:
    """Leads one person through the shots. Used by one thread at a time."""

    def __init__(
        self, *, follows_face: bool = False, one_person: OnePerson = lambda _matrix: True
    ) -> None:
        """Begin with nothing.

        Args:
            follows_face: the oval goes to the face, which cannot be asked to move: a clip.
            one_person: whether embeddings, shape (k, d), may all be of one person.

        """
        self.follows_face = follows_face
        self._agenda = Agenda()
        self._shots = Shots(one_person=one_person)
        self._still: deque[tuple[float, Landmarks]] = deque()
        self._holding: Wanted | None = None
        self._last: float | None = None
        self._by_hand = False
        self._is_taking = False
        self._taken_for: Wanted | None = None
        self._taken_by_hand = False

    @property
    def shots(self) -> tuple[Shot, ...]:
        """All shots in the order in which they were taken, refused ones among them."""
        return self._shots.all

    @property
    def kept(self) -> tuple[Shot, ...]:
        """Those that would be saved."""
        return self._shots.kept

    @property
    def steps(self) -> tuple[Step, ...]:
        """The ring, in the order in which it is asked for."""
        return self._agenda.steps(holding=self._holding, held=self._held)

    @property
    def is_over(self) -> bool:
        """Whether nothing is asked for any more."""
        return self._agenda.wanted is None or self.is_full

    @property
    def is_full(self) -> bool:
        """Whether there are as many shots as are of any use."""
        return sum(not shot.again for shot in self.kept) >= MOST_SHOTS

    def set_enrolled(self, vectors: Iterable[Float32Array]) -> None:
        """Know what is enrolled of the person, each of shape (d,)."""
        self._shots.set_enrolled(vectors)

    def take_now(self) -> None:
        """Take the next look whatever is wanted, if there is a face in it."""
        self._by_hand = True

    def skip(self) -> None:
        """Ask for the next one."""
        self._agenda.skip()
        self._give_up()

    def leave_out(self, shot: Shot) -> None:
        """Drop a shot; it is not asked for again."""
        self._shots.drop(shot)
        if shot.wanted is not None and self._shots.of(shot.wanted) is None:
            self._agenda.close(shot.wanted)

    def retake(self, shot: Shot) -> None:
        """Ask for a shot anew; what there is stays until the new one is good."""
        if shot.wanted is None:
            self._shots.drop(shot)
            return
        self._shots.mark_again(shot.wanted)
        self._agenda.ask_again(shot.wanted)
        self._let_go()

    def observe(self, look: Look) -> Guidance:
        """Take note of one look, and say what to do."""
        elapsed = self._pass_time(look.frame.timestamp)
        oval = self._oval(look)
        hint = trouble_with(look, None if self.follows_face else oval)
        inside = look.face is not None and hint not in PLACE_HINTS.values()
        by_hand, self._by_hand = self._by_hand, False
        take = False
        if self._is_taking:
            hint = Hint.ONE_MOMENT
        elif look.face is None or (hint is not None and not by_hand):
            self._let_go()
        elif by_hand and not self.is_full:
            self._holding = self._agenda.met_by(look.face.landmarks.pose)
            take = True
        else:
            hint, take = self._follow(look.frame.timestamp, look.face, elapsed)
        if take:
            self._is_taking, self._taken_for = True, self._holding
            self._taken_by_hand = by_hand
            hint = Hint.ONE_MOMENT
        elif self.is_over and hint not in {Hint.ONE_MOMENT, Hint.ONE_PERSON}:
            hint = Hint.ENOUGH
        wanted = self._holding or self._agenda.wanted
        return Guidance(hint or Hint.AS_WANTED, wanted, oval, inside, self.steps, take=take)

    def settle(self, face: Face | None) -> Shot | None:
        """Keep what was to be taken, or say why not.

        Args:
            face: of the look that was to be taken, described as well as can be; None where that
                failed.

        Returns:
            The shot, kept or refused; None where there is none.

        """
        wanted = self._taken_for
        was_taking, self._is_taking = self._is_taking, False
        self._let_go()
        if face is None or not was_taking:
            return None
        shot = self._shots.add(face, wanted, by_hand=self._taken_by_hand)
        if wanted is None:
            return shot
        if shot.refused in {None, Refusal.ENROLLED_ALREADY}:
            self._agenda.take(wanted)
            if wanted is Wanted.STRAIGHT:
                self._agenda.straight = face.landmarks.pose
        elif shot.refused is Refusal.REPEATED:
            # However often it is taken, it will look like the other.
            if self._shots.of(wanted) is None:
                self._agenda.close(wanted)
            else:
                self._agenda.take(wanted)
        self._give_up()
        return shot

    def _pass_time(self, timestamp: float) -> float:
        """Return how long somebody had since the last look, seconds."""
        last, self._last = self._last, timestamp
        if last is None or not 0.0 <= timestamp - last <= _GAP:
            # The camera was away, or the clip began anew.
            self._still.clear()
            return 0.0
        return timestamp - last

    def _oval(self, look: Look) -> Oval:
        if self.follows_face and look.found:
            return oval_around(look.found[0], look.frame.size)
        return oval_in(look.frame.size)

    def _follow(self, now: float, face: Face, elapsed: float) -> tuple[Hint | None, bool]:
        if self.is_over:
            return None, False
        landmarks = face.landmarks
        holding = self._agenda.met_by(landmarks.pose)
        if holding is not self._holding:
            self._let_go()
            self._holding = holding
        if holding is not self._agenda.wanted and self._agenda.wait(elapsed):
            self._give_up()
            return None, False
        if holding is None and not self._is_another_look(face):
            self._still.clear()
            return self._hint_at(landmarks), False
        limit = _STILL_IN_CLIP if self.follows_face else _STILL
        self._still.append((now, landmarks))
        while farthest_moved([one for _, one in self._still]) > limit:
            self._still.popleft()
        return Hint.HOLD_STILL, self._held >= 1.0

    def _hint_at(self, landmarks: Landmarks) -> Hint:
        if self.follows_face:
            return Hint.WATCHING
        asked, straight = self._agenda.wanted, self._agenda.straight
        beyond = asked is not None and is_too_far(asked, landmarks.pose, straight=straight)
        return Hint.NOT_SO_FAR if beyond else Hint.AS_WANTED

    def _is_another_look(self, face: Face) -> bool:
        """Whether somebody in a clip, who does as they like, looks unlike in all shots so far."""
        if not self.follows_face or not self.kept or self._agenda.asks_again:
            return False
        likest = max(shot.face.embedding.similarity(face.embedding) for shot in self.shots)
        return likest < _ANOTHER_LOOK

    @property
    def _held(self) -> float:
        if not self._still:
            return 0.0
        return min((self._still[-1][0] - self._still[0][0]) / _STILL_FOR, 1.0)

    def _let_go(self) -> None:
        self._still.clear()
        self._holding = None

    def _give_up(self) -> None:
        """Let go; where everything was asked for in vain, begin from the beginning."""
        self._let_go()
        if not self._agenda.asks_again:
            self._shots.mark_none_again()
        if self.is_over and not self.kept:
            self._agenda.begin_anew()
