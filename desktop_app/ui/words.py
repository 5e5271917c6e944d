"""How decisions, confidences and qualities are said to people, in their language."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QLocale, Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication

from desktop_app.recognition.types import (
    Decision,
    Identified,
    Identity,
    Reason,
    Unknown,
    Unsure,
)
from desktop_app.vision.types import Quality

_FIRST_STRONG_ISOLATE = "\u2068"
_POP_ISOLATE = "\u2069"
_RIGHT_TO_LEFT = {"R", "AL", "AN"}
_MOST_NAMES = 3
# Of each of two names in one label.
_LETTERS_OF_TWO = 20
# Overall qualities, 0 to 1, from which on a picture is called so.
_GOOD, _FAIR = 0.7, 0.35


def isolated(name: str) -> str:
    """Return a name that can stand in any sentence without turning the words around it.

    A name written in the direction of the window is returned as it is.
    """
    against = (
        {"L"}
        if QGuiApplication.layoutDirection() == Qt.LayoutDirection.RightToLeft
        else _RIGHT_TO_LEFT
    )
    if any(unicodedata.bidirectional(character) in against for character in name):
        return f"{_FIRST_STRONG_ISOLATE}{name}{_POP_ISOLATE}"
    return name


def on_a_button(name: str, metrics: QFontMetrics, *, letters: int = 28) -> str:
    """Return a name for a menu entry or a button, as long as so many letters at most."""
    room = letters * metrics.averageCharWidth()
    short = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room)
    # One alone would underline the next letter.
    return isolated(short.replace("&", "&&"))


def names_in_a_sentence(names: Sequence[str]) -> str:
    """Return a few names as a list for a sentence; of many, the first and how many more."""
    said = [isolated(name) for name in names[:_MOST_NAMES]]
    rest = len(names) - len(said)
    if rest:
        said.append(QCoreApplication.translate("words", "%n other(s)", None, rest))
    return QLocale().createSeparatedList(said)


def confidence_words(confidence: float) -> str:
    """Say a calibrated confidence, 0 to 1, in words."""
    if confidence >= 0.97:
        return QCoreApplication.translate("words", "almost certain")
    if confidence >= 0.85:
        return QCoreApplication.translate("words", "very likely")
    if confidence >= 0.6:
        return QCoreApplication.translate("words", "likely")
    if confidence >= 0.35:
        return QCoreApplication.translate("words", "perhaps")
    return QCoreApplication.translate("words", "hardly")


def percent(confidence: float) -> str:
    """Write a confidence, 0 to 1, as a whole number of per cent, without the sign.

    Rounded down and never 100: no face is certain.
    """
    return QLocale().toString(max(0, min(99, int(confidence * 100 + 1e-9))))


def decision_text(decision: Decision) -> str:
    """Say a decision in one line, for a label on a box or in a list."""
    if isinstance(decision, Identified):
        return QCoreApplication.translate("words", "{name} · {confidence}, {percent} %").format(
            name=isolated(decision.match.identity.name),
            confidence=confidence_words(decision.confidence),
            percent=percent(decision.confidence),
        )
    if isinstance(decision, Unsure):
        if not decision.candidates:
            return QCoreApplication.translate("words", "Unsure: still looking")
        return _unsure_text(decision)
    if isinstance(decision, Unknown):
        return QCoreApplication.translate("words", "Unknown")
    return reason_text(decision.reason)


def _unsure_text(decision: Unsure) -> str:
    name = decision.candidates[0].identity.name
    if decision.rivals:
        return QCoreApplication.translate("words", "Unsure: {name} or {other}").format(
            name=_shortened(name), other=_shortened(decision.rivals[0].identity.name)
        )
    return QCoreApplication.translate("words", "Unsure: maybe {name}").format(name=isolated(name))


def _shortened(name: str) -> str:
    if len(name) > _LETTERS_OF_TWO:
        name = f"{name[: _LETTERS_OF_TWO - 1].rstrip()}…"
    return isolated(name)


def supposed_identity(decision: Decision) -> Identity | None:
    """Return whose name the text of a decision says first, for sure or perhaps."""
    if isinstance(decision, Identified):
        return decision.match.identity
    if isinstance(decision, Unsure) and decision.candidates:
        return decision.candidates[0].identity
    return None


def click_means(decision: Decision) -> str:
    """Say what a click on a face is for."""
    if supposed_identity(decision) is None:
        return QCoreApplication.translate("words", "Click to say who this is")
    return QCoreApplication.translate("words", "Click to confirm or to correct the name")


def enter_means(decision: Decision) -> str:
    """Say which face the keyboard is on, and what Enter is for."""
    text = (
        QCoreApplication.translate("words", "Chosen face: {face}. Press Enter to say who this is.")
        if supposed_identity(decision) is None
        else QCoreApplication.translate(
            "words", "Chosen face: {face}. Press Enter to confirm or to correct the name."
        )
    )
    return text.format(face=decision_text(decision))


def reason_text(reason: Reason) -> str:
    """Say why a face cannot be judged."""
    match reason:
        case Reason.TOO_SMALL:
            return QCoreApplication.translate("words", "Too small to tell")
        case Reason.BLURRED:
            return QCoreApplication.translate("words", "Too blurred to tell")
        case Reason.BADLY_LIT:
            return QCoreApplication.translate("words", "Too dark or too bright to tell")
        case Reason.TURNED_AWAY:
            return QCoreApplication.translate("words", "Turned too far away to tell")
        case Reason.NOT_CLEARLY_A_FACE:
            return QCoreApplication.translate("words", "Not clearly a face")


def problem_text(reason: Reason) -> str:
    """Say what is wrong with a picture that somebody is to be recognised by."""
    match reason:
        case Reason.TOO_SMALL:
            return QCoreApplication.translate("words", "The face is too small")
        case Reason.BLURRED:
            return QCoreApplication.translate("words", "The face is blurred")
        case Reason.BADLY_LIT:
            return QCoreApplication.translate("words", "The face is too dark or too bright")
        case Reason.TURNED_AWAY:
            return QCoreApplication.translate("words", "The face is turned too far away")
        case Reason.NOT_CLEARLY_A_FACE:
            return QCoreApplication.translate("words", "This is not clearly a face")


def overall_text(quality: float) -> str:
    """Say how well a face can be recognised, given only its overall quality, 0 to 1."""
    if quality >= _GOOD:
        return QCoreApplication.translate("words", "Good picture")
    if quality >= _FAIR:
        return QCoreApplication.translate("words", "Fair picture")
    return QCoreApplication.translate("words", "Poor picture")


def quality_text(quality: Quality) -> str:
    """Say how well a face can be recognised."""
    if quality.overall >= _FAIR:
        return overall_text(quality.overall)
    match quality.weakest:
        case "size":
            return QCoreApplication.translate("words", "Poor picture: the face is small")
        case "sharpness":
            return QCoreApplication.translate("words", "Poor picture: the face is blurred")
        case "exposure":
            return QCoreApplication.translate("words", "Poor picture: the light is bad")
        case "pose":
            return QCoreApplication.translate("words", "Poor picture: the face is turned away")
        case _:
            return QCoreApplication.translate("words", "Poor picture: hardly a face")
