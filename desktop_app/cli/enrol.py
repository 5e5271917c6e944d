"""``kenspeckle enrol NAME PHOTO...``; ``enrol --folder`` is in :mod:`.enrol_folder`."""

from __future__ import annotations

import logging
from typing import Any

from desktop_app.cli.afterthoughts import Afterthoughts, think_again
from desktop_app.cli.enrol_folder import run_folder
from desktop_app.cli.opened import chosen_policy, opened_people, opened_pipeline
from desktop_app.cli.options import Options
from desktop_app.cli.terminal import EXIT_KNOWN, complain, say, say_json
from desktop_app.errors import EnrolledAlready
from desktop_app.recognition.people import Origin, clean_name
from desktop_app.services.enrolment import PhotoOutcome, examine_photos

_log = logging.getLogger(__name__)


def run(options: Options) -> int:
    """Enrol a person; 0 when at least one photo was of use, now or before."""
    arguments = options.arguments
    if arguments.folder is not None:
        return run_folder(options)
    name = clean_name(arguments.name)
    outcomes: list[PhotoOutcome] = []
    afterthoughts = Afterthoughts()
    with opened_people(options) as people, opened_pipeline(options) as pipeline:
        identity = people.find(name)
        for outcome in examine_photos(
            pipeline,
            arguments.photos,
            gallery=people.gallery,
            identity=identity,
            allow_low_quality=arguments.allow_low_quality,
        ):
            outcomes.append(outcome)
            if outcome.error is not None and not isinstance(outcome.error, EnrolledAlready):
                complain(outcome.error)
        faces = [outcome.face for outcome in outcomes if outcome.face is not None]
        # Before anything is said: whoever reads us may stop at the first line.
        if faces:
            identity = people.enrol(name, faces, origin=Origin.PHOTO).identity
            assert identity is not None
            policy = chosen_policy(options, pipeline)
            afterthoughts = think_again(people, identity, outcomes, policy)
    name = name if identity is None else identity.name
    if arguments.json:
        for outcome in outcomes:
            say_json(_outcome_json(outcome))
        say_json({"person": name, "enrolled": len(faces), **afterthoughts.json})
    else:
        for outcome in outcomes:
            say(f"{outcome.path}: {_outcome_words(outcome)}")
        if faces:
            count = len(faces)
            say(f"{name}: {count} {'photo' if count == 1 else 'photos'} enrolled")
    for sentence in afterthoughts.sentences:
        _log.warning("%s", sentence)
    repeated = any(isinstance(outcome.error, EnrolledAlready) for outcome in outcomes)
    return 0 if faces or repeated else EXIT_KNOWN


def _outcome_json(outcome: PhotoOutcome) -> dict[str, Any]:
    face = outcome.face
    return {
        "image": str(outcome.path),
        "enrolled": face is not None,
        "quality": None if face is None else round(face.quality.overall, 4),
        "error": None if outcome.error is None else str(outcome.error),
    }


def _outcome_words(outcome: PhotoOutcome) -> str:
    if outcome.face is not None:
        return f"taken, quality {outcome.face.quality.overall:.0%}"
    if isinstance(outcome.error, EnrolledAlready):
        return "left out, a picture just like it is enrolled already"
    return "refused"
