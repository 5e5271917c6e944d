"""What is worth a second look once somebody was enrolled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop_app.cli.check import lookalikes_sentence, removing
from desktop_app.recognition.decision import DecisionPolicy
from desktop_app.recognition.review import Lookalikes, belong_together, outlying
from desktop_app.recognition.types import Identity
from desktop_app.services.enrolment import PhotoOutcome
from desktop_app.services.people import PeopleService


@dataclass(frozen=True, slots=True)
class Afterthoughts:
    """What is to be said when all was saved.

    Attributes:
        lookalikes: who looks like the person.
        outliers: which of the photos do not look like the person's others.
        sentences: all that, and more, for people.

    """

    lookalikes: tuple[Lookalikes, ...] = ()
    outliers: tuple[Path, ...] = ()
    sentences: tuple[str, ...] = ()

    @property
    def json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "lookalikes": [
                {"name": pair.second.name, "similarity": round(pair.similarity, 4)}
                for pair in self.lookalikes
            ],
            "outliers": [str(path) for path in self.outliers],
        }


def think_again(
    people: PeopleService,
    identity: Identity,
    outcomes: Sequence[PhotoOutcome],
    policy: DecisionPolicy,
) -> Afterthoughts:
    """Look at a person whose photos were just enrolled, among everybody else."""
    name = identity.name
    vectors = {
        outcome.path: outcome.face.embedding.vector
        for outcome in outcomes
        if outcome.face is not None
    }
    lookalikes = people.lookalikes(policy, identity_id=identity.id)
    templates = people.gallery.templates_of(identity.id)
    odd = [templates[row].tobytes() for row in outlying(templates, policy)]
    outliers = tuple(path for path, vector in vectors.items() if vector.tobytes() in odd)

    sentences = [lookalikes_sentence(pair) for pair in lookalikes]
    sentences += [
        f"The face in “{path}” does not look like the other pictures of {name}. If it is somebody "
        f"else's, remove it in the window, or by the number that “kenspeckle people check” says: "
        f"{removing(name)}"
        for path in outliers
    ]
    if len(odd) > len(outliers):
        sentences.append(
            f"Pictures of {name} that were enrolled before do not look like the others. "
            "“kenspeckle people check” says which."
        )
    elif not odd and not belong_together(templates, policy):
        sentences.append(
            f"The pictures of {name} do not look like one person's, and nothing tells which are "
            "right. Look at them in the window."
        )
    return Afterthoughts(lookalikes, outliers, tuple(sentences))
