"""What is said to somebody who is being enrolled by the camera."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop_app.recognition.types import Reason
from desktop_app.services.guidance.guided import Guidance
from desktop_app.services.guidance.hints import Hint
from desktop_app.services.guidance.poses import Wanted
from desktop_app.services.guidance.shots import Refusal, Shot
from desktop_app.ui.words import isolated, problem_text, quality_text


def hint_text(guidance: Guidance) -> str:
    """Say what to do now."""
    translate = QCoreApplication.translate
    match guidance.hint:
        case Hint.NOBODY:
            return translate("CameraEnrolment", "Look into the camera, with your face in the oval.")
        case Hint.ONE_PERSON:
            return translate("CameraEnrolment", "Only one person, please.")
        case Hint.COME_CLOSER:
            return translate("CameraEnrolment", "Come a little closer.")
        case Hint.MOVE_BACK:
            return translate("CameraEnrolment", "Move back a little.")
        case Hint.INTO_THE_OVAL:
            return translate("CameraEnrolment", "Move into the oval.")
        case Hint.MORE_LIGHT:
            return translate("CameraEnrolment", "More light on your face, please.")
        case Hint.LESS_LIGHT:
            return translate("CameraEnrolment", "Less light on your face, please.")
        case Hint.EYES_HIDDEN:
            return translate("CameraEnrolment", "Take off what hides your eyes.")
        case Hint.NOT_SO_FAR:
            return translate("CameraEnrolment", "Not quite so far.")
        case Hint.WATCHING:
            return translate("CameraEnrolment", "Pictures are taken when the face looks different.")
        case Hint.HOLD_STILL:
            return translate("CameraEnrolment", "Good. Hold still.")
        case Hint.ONE_MOMENT:
            return translate("CameraEnrolment", "One moment…")
        case Hint.ENOUGH:
            return translate("CameraEnrolment", "That is all. Type the name and press Enter.")
        case Hint.AS_WANTED:
            return _wanted_text(guidance.wanted)


def end_text(*, any_kept: bool) -> str:
    """Say what to do once a clip has ended."""
    translate = QCoreApplication.translate
    if any_kept:
        return translate("CameraEnrolment", "The clip has ended. Type the name and press Enter.")
    return translate("CameraEnrolment", "Play the clip again, or choose another source.")


def _wanted_text(wanted: Wanted | None) -> str:
    translate = QCoreApplication.translate
    match wanted:
        case Wanted.LEFT:
            return translate("CameraEnrolment", "Turn your head a little to your left.")
        case Wanted.RIGHT:
            return translate("CameraEnrolment", "Turn your head a little to your right.")
        case Wanted.UP:
            return translate("CameraEnrolment", "Raise your chin a little.")
        case Wanted.DOWN:
            return translate("CameraEnrolment", "Lower your chin a little.")
        case Wanted.FAR_LEFT:
            return translate("CameraEnrolment", "Turn your head further to your left.")
        case Wanted.FAR_RIGHT:
            return translate("CameraEnrolment", "Turn your head further to your right.")
        case _:
            return translate("CameraEnrolment", "Look straight into the camera.")


def shot_name(shot: Shot) -> str:
    """Say what a shot shows, or where it is none of the wanted ones, why it was taken."""
    translate = QCoreApplication.translate
    match shot.wanted:
        case None if shot.by_hand:
            return translate("CameraEnrolment", "By hand")
        case None:
            return translate("CameraEnrolment", "Another look")
        case Wanted.STRAIGHT:
            return translate("CameraEnrolment", "Straight")
        case Wanted.LEFT:
            return translate("CameraEnrolment", "Left")
        case Wanted.RIGHT:
            return translate("CameraEnrolment", "Right")
        case Wanted.UP:
            return translate("CameraEnrolment", "Chin up")
        case Wanted.DOWN:
            return translate("CameraEnrolment", "Chin down")
        case Wanted.FAR_LEFT:
            return translate("CameraEnrolment", "Further left")
        case Wanted.FAR_RIGHT:
            return translate("CameraEnrolment", "Further right")


def shot_text(shot: Shot) -> str:
    """Say what a shot is worth, or why it is not kept."""
    translate = QCoreApplication.translate
    if shot.refused is None and shot.again:
        return translate("CameraEnrolment", "Kept until the new one is good")
    match shot.refused:
        case None:
            return quality_text(shot.face.quality)
        case Refusal.REPEATED:
            return translate("CameraEnrolment", "Not kept: it looks just like another")
        case Refusal.ENROLLED_ALREADY:
            return translate("CameraEnrolment", "Not kept: there is one just like it already")
        case Refusal.SOMEBODY_ELSE:
            return translate("CameraEnrolment", "Not kept: this seems to be somebody else")
        case Reason():
            return translate("CameraEnrolment", "Not kept: {problem}").format(
                problem=problem_text(shot.refused)
            )


def progress_text(*, kept: int, enough: int) -> str:
    """Say how many shots there are, and how many would do."""
    translate = QCoreApplication.translate
    if kept == 0:
        return translate("CameraEnrolment", "Pictures are taken by themselves when you hold still.")
    if kept < enough:
        return translate("CameraEnrolment", "%n of {enough} pictures", None, kept).format(
            enough=enough
        )
    return translate("CameraEnrolment", "%n pictures, which is enough", None, kept)


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
        return translate("CameraEnrolment", "There is no picture yet that can be added.")
    if not name:
        return (
            translate("CameraEnrolment", "1 picture is ready. Type the name.")
            if kept == 1
            else translate("CameraEnrolment", "%n pictures are ready. Type the name.", None, kept)
        )
    if exists:
        text = (
            translate(
                "CameraEnrolment", "1 picture will be added to {name}, who is enrolled already."
            )
            if kept == 1
            else translate(
                "CameraEnrolment",
                "%n pictures will be added to {name}, who is enrolled already.",
                None,
                kept,
            )
        )
    elif kept == 1:
        text = translate("CameraEnrolment", "{name} will be enrolled with 1 picture.")
    else:
        text = translate("CameraEnrolment", "{name} will be enrolled with %n pictures.", None, kept)
    said = text.format(name=isolated(name))
    if not refused:
        return said
    left_out = (
        translate("CameraEnrolment", "1 is left out; the reason stands beside it.")
        if refused == 1
        else translate(
            "CameraEnrolment", "%n are left out; the reasons stand beside them.", None, refused
        )
    )
    return f"{said} {left_out}"
