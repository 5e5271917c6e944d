"""``kenspeckle people not|negatives|take-back``: faces that are not a person's."""

from __future__ import annotations

import logging
from pathlib import Path

from desktop_app.capture.photo import read_photo
from desktop_app.cli.argument_parts import LARGEST_NUMBER
from desktop_app.cli.check import removing
from desktop_app.cli.opened import opened_pipeline
from desktop_app.cli.options import Options
from desktop_app.cli.output import source_words
from desktop_app.cli.terminal import EXIT_KNOWN, complain, say, say_json
from desktop_app.errors import InputError, KnownError, NoSuchNegative
from desktop_app.recognition.people import Origin
from desktop_app.recognition.types import Identity
from desktop_app.services.enrolment import enrolled_vectors, face_to_refute, is_repeated
from desktop_app.services.people import PeopleService

_log = logging.getLogger(__name__)


def say_not(people: PeopleService, identity: Identity, options: Options) -> int:
    """Keep the faces of photos as not this person's; 0 when at least one was of use."""
    outcomes: list[tuple[Path, int | None, KnownError | None]] = []
    with opened_pipeline(options) as pipeline:
        for path in options.arguments.photos:
            try:
                face = face_to_refute(pipeline, read_photo(path), label=str(path))
            except InputError as error:
                complain(error)
                outcomes.append((path, None, error))
                continue
            change = people.add_negative(identity.id, face, origin=Origin.PHOTO)
            if is_repeated(face.embedding.vector, enrolled_vectors(change.gallery, identity)):
                _log.warning(
                    "The picture in “%s” is enrolled as %s. It does not count while it is said not "
                    "to be; if that is right, remove it in the window, or by the number that "
                    "“kenspeckle people samples” says: %s",
                    path,
                    identity.name,
                    removing(identity.name),
                )
            outcomes.append((path, change.negative_id, None))
    kept = sum(number is not None for _, number, _ in outcomes)
    for path, number, trouble in outcomes:
        if options.arguments.json:
            sentence = None if trouble is None else str(trouble)
            say_json({"image": str(path), "negative": number, "error": sentence})
        elif number is None:
            say(f"{path}: refused")
        else:
            say(f"{path}: kept as not {identity.name}, number {number}")
    if options.arguments.json:
        say_json({"person": identity.name, "kept": kept})
    return 0 if kept else EXIT_KNOWN


def list_negatives(people: PeopleService, identity: Identity, options: Options) -> int:
    """List what was said not to be this person."""
    negatives = people.negatives(identity.id)
    if options.arguments.json:
        say_json(
            [
                {
                    "id": negative.id,
                    "origin": negative.origin.value,
                    "created": negative.created.isoformat(),
                }
                for negative in negatives
            ]
        )
        return 0
    if not negatives:
        say(f"No face was said not to be {identity.name}.")
    for negative in negatives:
        source = source_words(negative.origin, negative.created)
        say(f"{negative.id}: not {identity.name}, {source}")
    return 0


def take_back(people: PeopleService | None, options: Options) -> int:
    """Take back one of them; there are none where there is no gallery."""
    number = options.arguments.number
    if people is None or number > LARGEST_NUMBER:
        raise NoSuchNegative(number=number)
    identity = people.remove_negative(number).identity
    assert identity is not None
    if options.arguments.json:
        say_json({"taken_back": number, "person": identity.name})
    else:
        say(f"Number {number} was taken back: that face may be {identity.name} again.")
    return 0
