"""What is said to somebody who is being enrolled by the camera."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop_app.recognition.types import Reason
from desktop_app.services.guidance.guided import Guidance
from desktop_app.services.guidance.hints import Hint
from desktop_app.services.guidance.poses import Wanted
from desktop_app.services.guidance.shots import Refusal, Shot
from desktop_app.ui.words import isolated, problem_text, quality_text

_CONTEXT = "CameraEnrolment"


def hint_text(guidance: Guidance) -> str:
    """Say what to do now."""
    translate = QCoreApplication.translate
    match guidance.hint:
        case Hint.NOBODY:
            return translate(_CONTEXT, "Look into the camera, with your face in the oval.")
        case Hint.ONE_PERSON:
            return translate(_CONTEXT, "Only one person, please.")
        case Hint.COME_CLOSER:
            return translate(_CONTEXT, "Come a little closer.")
        case Hint.MOVE_BACK:
            return translate(_CONTEXT, "Move back a little.")
        case Hint.INTO_THE_OVAL:
            return translate(_CONTEXT, "Move into the oval.")
        case Hint.MORE_LIGHT:
            return translate(_CONTEXT, "More light on your face, please.")
        case Hint.LESS_LIGHT:
            return translate(_CONTEXT, "Less light on your face, please.")
        case Hint.EYES_HIDDEN:
            return translate(_CONTEXT, "Take off what hides your eyes.")
        case Hint.NOT_SO_FAR:
            return translate(_CONTEXT, "Not quite so far.")
        case Hint.WATCHING:
            return translate(_CONTEXT, "Pictures are taken when the face looks different.")
        case Hint.HOLD_STILL:
            return translate(_CONTEXT, "Good. Hold still.")
        case Hint.ONE_MOMENT:
            return translate(_CONTEXT, "One moment…")
        case Hint.ENOUGH:
            return translate(_CONTEXT, "That is all. Type the name and press Enter.")
        case Hint.AS_WANTED:
            return _wanted_text(guidance.wanted)


def _wanted_text(wanted: Wanted | None) -> str:
    translate = QCoreApplication.translate
    match wanted:
        case Wanted.LEFT:
            return translate(_CONTEXT, "Turn your head a little to your left.")
        case Wanted.RIGHT:
            return translate(_CONTEXT, "Turn your head a little to your right.")
        case Wanted.UP:
            return translate(_CONTEXT, "Raise your chin a little.")
        case Wanted.DOWN:
            return translate(_CONTEXT, "Lower your chin a little.")
        case Wanted.FAR_LEFT:
            return translate(_CONTEXT, "Turn your head further to your left.")
        case Wanted.FAR_RIGHT:
            return translate(_CONTEXT, "Turn your head further to your right.")
        case _:
            return translate(_CONTEXT, "Look straight into the camera.")


def step_name(wanted: Wanted | None) -> str:
    """Name one of the wanted shots; one that was taken by hand may be none of them."""
    translate = QCoreApplication.translate
    match wanted:
        case None:
            return translate(_CONTEXT, "By hand")
        case Wanted.STRAIGHT:
            return translate(_CONTEXT, "Straight")
        case Wanted.LEFT:
            return translate(_CONTEXT, "Left")
        case Wanted.RIGHT:
            return translate(_CONTEXT, "Right")
        case Wanted.UP:
            return translate(_CONTEXT, "Chin up")
        case Wanted.DOWN:
            return translate(_CONTEXT, "Chin down")
        case Wanted.FAR_LEFT:
            return translate(_CONTEXT, "Further left")
        case Wanted.FAR_RIGHT:
            return translate(_CONTEXT, "Further right")


def shot_text(shot: Shot) -> str:
    """Say what a shot is worth, or why it is not kept."""
    translate = QCoreApplication.translate
    if shot.refused is None and shot.again:
        return translate(_CONTEXT, "Kept until the new one is good")
    match shot.refused:
        case None:
            return quality_text(shot.face.quality)
        case Refusal.REPEATED:
            return translate(_CONTEXT, "Not kept: it looks just like another")
        case Refusal.ENROLLED_ALREADY:
            return translate(_CONTEXT, "Not kept: there is one just like it already")
        case Refusal.SOMEBODY_ELSE:
            return translate(_CONTEXT, "Not kept: this seems to be somebody else")
        case Reason():
            return translate(_CONTEXT, "Not kept: {problem}").format(
                problem=problem_text(shot.refused)
            )


def progress_text(*, kept: int, enough: int) -> str:
    """Say how many shots there are, and how many would do."""
    translate = QCoreApplication.translate
    if kept == 0:
        return translate(_CONTEXT, "Pictures are taken by themselves when you hold still.")
    if kept < enough:
        return translate(_CONTEXT, "%n of {enough} pictures", None, kept).format(enough=enough)
    return translate(_CONTEXT, "%n pictures, which is enough", None, kept)


def outcome_text(*, name: str, exists: bool, kept: int, refused: int) -> str:
    """Say what pressing *Add* does, or what is missing before it can be pressed.

    Args:
        name: as it will be kept; empty while none was typed.
        exists: somebody of that name is enrolled.
        kept: how many pictures would be added.
        refused: how many would not.

    """
    translate = QCoreApplication.translate
    if not kept:
        return translate(_CONTEXT, "There is no picture yet that can be added.")
    if not name:
        return (
            translate(_CONTEXT, "1 picture is ready. Type the name.")
            if kept == 1
            else translate(_CONTEXT, "%n pictures are ready. Type the name.", None, kept)
        )
    if exists:
        text = (
            translate(_CONTEXT, "1 picture will be added to {name}, who is enrolled already.")
            if kept == 1
            else translate(
                _CONTEXT,
                "%n pictures will be added to {name}, who is enrolled already.",
                None,
                kept,
            )
        )
    elif kept == 1:
        text = translate(_CONTEXT, "{name} will be enrolled with 1 picture.")
    else:
        text = translate(_CONTEXT, "{name} will be enrolled with %n pictures.", None, kept)
    said = text.format(name=isolated(name))
    if not refused:
        return said
    left_out = (
        translate(_CONTEXT, "1 is left out; the reason stands beside it.")
        if refused == 1
        else translate(_CONTEXT, "%n are left out; the reasons stand beside them.", None, refused)
    )
    return f"{said} {left_out}"
