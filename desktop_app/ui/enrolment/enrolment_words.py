"""What the dialog that adds a person says will happen."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

from desktop_app.recognition.people import Origin
from desktop_app.ui.words import isolated


def what_happens(*, name: str, exists: bool, faces: int, photos: int, waiting: int) -> str:
    """Say what pressing *Add* does, or what is missing before it can be pressed.

    Args:
        name: as it will be kept; empty while none was typed.
        exists: somebody of that name is enrolled.
        faces: how many would be added.
        photos: how many were looked at.
        waiting: how many are still to be looked at.

    """
    translate = QCoreApplication.translate
    if waiting == 1:
        return translate("AddPersonDialog", "Looking for faces: 1 photo to go…")
    if waiting:
        return translate("AddPersonDialog", "Looking for faces: %n photos to go…", None, waiting)
    if not photos:
        return translate("AddPersonDialog", "Choose a photo first.")
    if not faces:
        return translate("AddPersonDialog", "There is no picture yet that can be added.")
    if not name:
        return (
            translate("AddPersonDialog", "1 picture is ready. Type the person’s name.")
            if faces == 1
            else translate(
                "AddPersonDialog", "%n pictures are ready. Type the person’s name.", None, faces
            )
        )
    if exists and faces == 1:
        text = translate(
            "AddPersonDialog", "1 picture will be added to {name}, who is enrolled already."
        )
    elif exists:
        text = translate(
            "AddPersonDialog",
            "%n pictures will be added to {name}, who is enrolled already.",
            None,
            faces,
        )
    elif faces == 1:
        text = translate("AddPersonDialog", "{name} will be enrolled with 1 picture.")
    else:
        text = translate(
            "AddPersonDialog", "{name} will be enrolled with %n pictures.", None, faces
        )
    said = text.format(name=isolated(name))
    left_out = photos - faces
    if not left_out:
        return said
    return f"{said}\n{_left_out(left_out, of=photos)}"


def _left_out(count: int, *, of: int) -> str:
    translate = QCoreApplication.translate
    text = (
        translate(
            "AddPersonDialog", "1 of {all} pictures is left out; the reason stands beside it."
        )
        if count == 1
        else translate(
            "AddPersonDialog",
            "%n of {all} pictures are left out; the reasons stand beside them.",
            None,
            count,
        )
    )
    return text.format(all=QLocale().toString(of))


def what_is_doubted(count: int) -> str:
    """Say that pictures seem to show more than one person.

    Args:
        count: how many are marked because they do not look like the others; 0 where it cannot be
            told which is wrong.

    """
    translate = QCoreApplication.translate
    if not count:
        return translate(
            "AddPersonDialog",
            "These pictures do not all seem to show one person. Look at each of them.",
        )
    if count == 1:
        return translate(
            "AddPersonDialog",
            "The picture with the warning sign does not seem to show the same person as the "
            "others. If it does not, leave it out.",
        )
    return translate(
        "AddPersonDialog",
        "%n pictures, those with the warning sign, do not seem to show the same person as the "
        "others. If they do not, leave them out.",
        None,
        count,
    )


def given_label(origin: Origin, *, number: int, count: int) -> str:
    """Say which face this is of those that were picked before, counted from 1."""
    translate = QCoreApplication.translate
    if count > 1:
        return translate("AddPersonDialog", "Picture {number} of {count}").format(
            number=number, count=count
        )
    match origin:
        case Origin.LIVE:
            return translate("AddPersonDialog", "From the camera")
        case Origin.CLIP:
            return translate("AddPersonDialog", "From the clip")
        case Origin.PHOTO:
            return translate("AddPersonDialog", "From the photo")
