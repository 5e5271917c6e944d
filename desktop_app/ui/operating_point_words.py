"""What “how often may a stranger be given a name” means for the people enrolled, in words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop_app.recognition.decision import CalibratedPolicy, DecisionPolicy
from desktop_app.recognition.gallery import Gallery

_CONTEXT = "SettingsDialog"


def what_holds(policy: DecisionPolicy | None, gallery: Gallery | None) -> str:
    """Return what to tell people; empty while nothing is known.

    Args:
        policy: the one in force; None before the networks are loaded.
        gallery: who is enrolled; None before it is open.

    """
    translate = QCoreApplication.translate
    if policy is None or gallery is None:
        return ""
    if not isinstance(policy, CalibratedPolicy):
        return translate(
            _CONTEXT,
            "It has no effect at present: nobody has measured the model in use, so it only says "
            "whom a face may be, and names nobody.",
        )
    size = gallery.size
    if not size.people:
        return translate(
            _CONTEXT,
            "Nobody is enrolled yet. Once people are, Kenspeckle works out for as many as there "
            "are how sure it has to be before it gives a name.",
        )
    holds = (
        translate(
            _CONTEXT,
            "How sure Kenspeckle has to be is worked out for the one person enrolled now, and "
            "anew whenever people or pictures are added or removed.",
        )
        if size.people == 1
        else translate(
            _CONTEXT,
            "How sure Kenspeckle has to be is worked out for the %n people enrolled now, and "
            "anew whenever people or pictures are added or removed.",
            None,
            size.people,
        )
    )
    basis = (
        translate(
            _CONTEXT,
            "So rare a mistake was not met often enough to be counted: its rate is estimated from "
            "commoner ones, and may differ.",
        )
        if policy.operating_point(size).extrapolated
        else translate(_CONTEXT, "It rests on mistakes that were counted.")
    )
    return f"{holds}\n{basis}"
