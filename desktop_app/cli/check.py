"""``kenspeckle people check``, and what ``enrol`` says of the same kind."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import Any

from desktop_app.cli.opened import false_name_rate
from desktop_app.cli.options import Options
from desktop_app.cli.output import source_words
from desktop_app.cli.terminal import say, say_json
from desktop_app.recognition.decision import DecisionPolicy
from desktop_app.recognition.people import Sample
from desktop_app.recognition.review import Lookalikes
from desktop_app.recognition.types import Identity
from desktop_app.services.people import PeopleService
from desktop_app.services.runtime import load_models, policy_for


def policy_without_networks(options: Options) -> DecisionPolicy:
    """Return the policy for the embedder in use and the user's choice; nothing heavy is loaded."""
    embedder = load_models(options.data_dir).embedder()
    return policy_for(embedder, false_name_rate=false_name_rate(options))


def check(people: PeopleService | None, options: Options) -> int:
    """Say who looks alike, and which pictures do not fit their person."""
    pairs: tuple[Lookalikes, ...] = ()
    outliers: list[tuple[Identity, list[Sample]]] = []
    if people is not None:
        policy = policy_without_networks(options)
        pairs = people.lookalikes(policy)
        for person in people.people():
            identity = person.identity
            found = people.outliers(identity.id, policy)
            if found:
                samples = people.samples(identity.id)
                outliers.append((identity, [one for one in samples if one.id in found]))
    if options.arguments.json:
        say_json(
            {
                "lookalikes": [_pair_json(pair) for pair in pairs],
                "outliers": [_outliers_json(*entry) for entry in outliers],
            }
        )
        return 0
    if not pairs and not outliers:
        say("Nobody looks too much like somebody else, and all pictures fit their person.")
    for pair in pairs:
        say(lookalikes_sentence(pair))
    for identity, samples in outliers:
        for sample in samples:
            source = source_words(sample.origin, sample.created)
            say(
                f"{identity.name}: picture {sample.id}, {source}, does not look like the others. "
                f"If it is somebody else's: {removing(identity.name, str(sample.id))}"
            )
    return 0


def lookalikes_sentence(pair: Lookalikes) -> str:
    """Say of two people that they look alike, and what follows."""
    first, second = pair.first.name, pair.second.name
    merging = shlex.join(["kenspeckle", "people", "merge", first, second])
    return (
        f"{first} and {second} look much alike; a face is given one of their names only where it "
        f"is far nearer to that one. If they are one person, merge them: {merging}"
    )


def removing(name: str, number: str = "NUMBER") -> str:
    """Return the command that removes a picture."""
    return shlex.join(["kenspeckle", "people", "remove", name, number])


def _pair_json(pair: Lookalikes) -> dict[str, Any]:
    return {
        "first": pair.first.name,
        "second": pair.second.name,
        "similarity": round(pair.similarity, 4),
    }


def _outliers_json(identity: Identity, samples: Sequence[Sample]) -> dict[str, Any]:
    return {
        "name": identity.name,
        "samples": [
            {
                "id": sample.id,
                "origin": sample.origin.value,
                "created": sample.created.isoformat(),
            }
            for sample in samples
        ],
    }
