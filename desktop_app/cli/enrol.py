"""``kenspeckle enrol NAME PHOTO...``."""

from __future__ import annotations

from desktop_app.cli.main import EXIT_KNOWN, complain
from desktop_app.cli.opened import opened_people, opened_pipeline
from desktop_app.cli.options import Options
from desktop_app.cli.output import say
from desktop_app.recognition.people import Origin, clean_name
from desktop_app.services.enrolment import examine_photo


def run(options: Options) -> int:
    """Enrol a person; 0 when at least one photo was of use."""
    arguments = options.arguments
    name = clean_name(arguments.name)
    with opened_people(options) as people, opened_pipeline(options) as pipeline:
        faces = []
        for path in arguments.photos:
            outcome = examine_photo(pipeline, path, allow_low_quality=arguments.allow_low_quality)
            if outcome.error is not None:
                complain(outcome.error)
                say(f"{path}: refused")
            elif outcome.face is not None:
                faces.append(outcome.face)
                say(f"{path}: taken, quality {outcome.face.quality.overall:.0%}")
        if not faces:
            return EXIT_KNOWN
        change = people.enrol(name, faces, origin=Origin.PHOTO)
    assert change.identity is not None
    count = len(faces)
    say(f"{change.identity.name}: {count} {'photo' if count == 1 else 'photos'} enrolled")
    return 0
