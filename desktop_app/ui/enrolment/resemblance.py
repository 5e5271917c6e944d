"""Whether faces that are about to be enrolled look like somebody who is enrolled already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QCoreApplication

from desktop_app.recognition.decision import DecisionPolicy
from desktop_app.recognition.gallery import Gallery
from desktop_app.recognition.review import belong_together, outlying
from desktop_app.recognition.types import Identified, Identity, Unsure
from desktop_app.services.identification import decide_face
from desktop_app.ui.words import isolated
from desktop_app.vision.types import Face


@dataclass(frozen=True, slots=True)
class Resemblance:
    """Somebody who is enrolled looks like the faces.

    Attributes:
        identity: who.
        is_clear: the policy would give the face their name; else it may be them.

    """

    identity: Identity
    is_clear: bool

    @property
    def sentence(self) -> str:
        """For people."""
        text = (
            QCoreApplication.translate(
                "AddPersonDialog", "This looks like {name}, who is enrolled already."
            )
            if self.is_clear
            else QCoreApplication.translate(
                "AddPersonDialog", "This may be {name}, who is enrolled already."
            )
        )
        return text.format(name=isolated(self.identity.name))


def resemblance(
    faces: Sequence[Face], *, gallery: Gallery | None, policy: DecisionPolicy | None
) -> Resemblance | None:
    """Return whom the faces look like; a clear likeness of one of them goes before a doubtful."""
    if gallery is None or policy is None:
        return None
    doubtful: Resemblance | None = None
    for face in faces:
        decision = decide_face(face, gallery, policy)
        if isinstance(decision, Identified):
            return Resemblance(decision.match.identity, is_clear=True)
        if isinstance(decision, Unsure) and decision.candidates and doubtful is None:
            doubtful = Resemblance(decision.candidates[0].identity, is_clear=False)
    return doubtful


def doubted_among(faces: Sequence[Face], *, policy: DecisionPolicy | None) -> list[Face] | None:
    """Return the faces that do not look like the rest.

    None where all look like one person's; none in the list where nobody can tell which do not.
    """
    if policy is None or not faces:
        return None
    matrix = np.stack([face.embedding.vector for face in faces])
    if belong_together(matrix, policy):
        return None
    return [faces[row] for row in outlying(matrix, policy)]
