"""How troubles with a source are said, with the camera's own name in them."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QLocale

from desktop_app.capture.formats import CameraFormat
from desktop_app.capture.source import SourceSpec
from desktop_app.errors import CameraNotFound, KnownError, SourceInvalid
from desktop_app.ui.error_dialog import sentence_for
from desktop_app.ui.words import isolated

NameOf = Callable[[SourceSpec], str]

# Of a rate: 29.97 and 7.5 are told apart, and 30 stays 30.
_DIGITS = 4


def said_of(error: Exception, name_of: NameOf) -> str:
    """Say an error with the camera's own name in it."""
    source = _name_in(error, name_of)
    if source is None or not isinstance(error, KnownError):
        return sentence_for(error)
    return sentence_for(type(error)(**(error.params | {"source": source})))


def lost_text(error: Exception, name_of: NameOf) -> str:
    """Say what is wrong with a source that did show pictures."""
    if isinstance(error, CameraNotFound):
        # It was there: whether the system lets us use cameras is not the question.
        return QCoreApplication.translate(
            "TroubleLine", "The camera “{source}” is not there any more. Plug it in again."
        ).format(source=_name_in(error, name_of))
    return said_of(error, name_of)


def still_text(source: str) -> str:
    """Say that a camera repeats its picture."""
    return QCoreApplication.translate(
        "TroubleLine",
        "“{source}” sends the same picture again and again. If it is stuck, start it again, or "
        "pull out its plug and put it in again.",
    ).format(source=source)


def black_text(source: str) -> str:
    """Say that nothing is seen."""
    return QCoreApplication.translate(
        "TroubleLine",
        "The picture of “{source}” is black. Perhaps its lid is closed, or the room is dark.",
    ).format(source=source)


def attempt_text(seconds: float | None) -> str:
    """Say when it is tried again to get a source back.

    Args:
        seconds: until then; None while it is tried.

    """
    if seconds is None:
        return QCoreApplication.translate("TroubleLine", "Trying again…")
    return QCoreApplication.translate("TroubleLine", "Trying again in {seconds} s").format(
        seconds=max(1, math.ceil(seconds))
    )


def format_text(offer: CameraFormat) -> str:
    """Say a size and a rate; a line is not broken within the size."""
    if offer.frame_rate is None:
        return QCoreApplication.translate("FormatMenu", "{width}\u00a0×\u00a0{height}").format(
            width=offer.width, height=offer.height
        )
    return QCoreApplication.translate(
        "FormatMenu", "{width}\u00a0×\u00a0{height}, {rate} a second"
    ).format(width=offer.width, height=offer.height, rate=rate_text(offer.frame_rate))


def rate_text(rate: float) -> str:
    """Write pictures a second, in the user's digits."""
    return QLocale().toString(float(rate), "g", _DIGITS)


def _name_in(error: Exception, name_of: NameOf) -> str | None:
    source = error.params.get("source") if isinstance(error, KnownError) else None
    if not isinstance(source, str):
        return None
    try:
        return isolated(name_of(SourceSpec.parse(source)))
    except SourceInvalid:
        return source
