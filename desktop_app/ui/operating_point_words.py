"""What “how often may a stranger be given a name” means for the people enrolled, in words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop_app.recognition.decision import CalibratedPolicy, DecisionPolicy
from desktop_app.recognition.gallery import Gallery


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
            "SettingsDialog",
            "It has no effect at present: nobody has measured the model in use, so it only says "
            "whom a face may be, and names nobody.",
        )
    size = gallery.size
    people = size.people
    if not people:
        return translate(
            "SettingsDialog",
            "Nobody is enrolled yet, so nobody is given a name. The more people are enrolled, the "
            "surer Kenspeckle has to be before it gives one.",
        )
    holds = (
        translate(
            "SettingsDialog",
            "This takes account of the one person enrolled now: the more people are enrolled, the "
            "surer Kenspeckle has to be before it gives a name.",
        )
        if people == 1
        else translate(
            "SettingsDialog",
            "This takes account of the %n people enrolled now: the more people are enrolled, the "
            "surer Kenspeckle has to be before it gives a name.",
            None,
            people,
        )
    )
    basis = (
        translate(
            "SettingsDialog",
            "For this number of people, mistakes this rare could not be measured. How often "
            "they happen is estimated from commoner ones, and may differ.",
        )
        if policy.operating_point(size).extrapolated
        else translate(
            "SettingsDialog",
            "For this number of people, how often strangers are given a name was measured on "
            "photos of people whose names are known.",
        )
    )
    return f"{holds}\n{basis}"
