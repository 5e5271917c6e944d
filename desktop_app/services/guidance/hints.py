"""What may be wrong with a look at somebody who is being enrolled, and what to say about it."""

from __future__ import annotations

import enum

from desktop_app.recognition.types import Reason
from desktop_app.services.enrolment import quality_problem
from desktop_app.services.guidance.looks import (
    Light,
    Look,
    Oval,
    Place,
    eyes_hidden,
    is_too_small,
    light_of,
    place_of,
)


class Hint(enum.Enum):
    """What to tell the person in front of the camera."""

    NOBODY = "nobody"
    ONE_PERSON = "one person"
    COME_CLOSER = "come closer"
    MOVE_BACK = "move back"
    INTO_THE_OVAL = "into the oval"
    MORE_LIGHT = "more light"
    LESS_LIGHT = "less light"
    EYES_HIDDEN = "eyes hidden"
    AS_WANTED = "as wanted"
    NOT_SO_FAR = "not so far"
    WATCHING = "watching"
    HOLD_STILL = "hold still"
    ONE_MOMENT = "one moment"
    ENOUGH = "enough"


_LIGHT_HINTS = {Light.DARK: Hint.MORE_LIGHT, Light.BRIGHT: Hint.LESS_LIGHT}
PLACE_HINTS = {
    Place.TOO_FAR: Hint.COME_CLOSER,
    Place.TOO_NEAR: Hint.MOVE_BACK,
    Place.OUTSIDE: Hint.INTO_THE_OVAL,
}
_QUALITY_HINTS = {
    Reason.TOO_SMALL: Hint.COME_CLOSER,
    Reason.BLURRED: Hint.HOLD_STILL,
    Reason.BADLY_LIT: Hint.MORE_LIGHT,
    Reason.TURNED_AWAY: Hint.AS_WANTED,
    Reason.NOT_CLEARLY_A_FACE: Hint.NOBODY,
}


def trouble_with(look: Look, oval: Oval | None) -> Hint | None:
    """Return what has to be put right before a shot is taken; None where nothing has.

    Args:
        look: at somebody.
        oval: where the head belongs; None where it may be anywhere.

    """
    face = look.face
    if len(look.found) > 1:
        return Hint.ONE_PERSON
    if face is None:
        return Hint.NOBODY
    place = None if oval is None else place_of(face, look.frame.size, oval=oval)
    if place is not None:
        return PLACE_HINTS[place]
    if is_too_small(face):
        return Hint.COME_CLOSER
    light = light_of(face)
    if light is not None:
        return _LIGHT_HINTS[light]
    if eyes_hidden(face):
        return Hint.EYES_HIDDEN
    problem = quality_problem(face)
    return None if problem is None else _QUALITY_HINTS[problem]
