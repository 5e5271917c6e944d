"""``kenspeckle identify PHOTO...``."""

from __future__ import annotations

from pathlib import Path

from desktop_app.capture.photo import read_photo
from desktop_app.cli.main import EXIT_KNOWN, complain
from desktop_app.cli.opened import chosen_policy, opened_people, opened_pipeline
from desktop_app.cli.options import Options
from desktop_app.cli.output import decision_sentence, face_json, say, say_json
from desktop_app.errors import InputError
from desktop_app.services.annotation import write_annotated
from desktop_app.services.identification import FaceResult, IdentificationService


def run(options: Options) -> int:
    """Say who is in each photo; 2 when one of them could not be read."""
    arguments = options.arguments
    failed = False
    with opened_people(options) as people, opened_pipeline(options) as pipeline:
        service = IdentificationService(pipeline, chosen_policy(options, pipeline))
        for path in arguments.photos:
            try:
                pixels = read_photo(path)
                faces = service.identify(pixels, people.gallery)
                if arguments.annotate is not None:
                    write_annotated(
                        pixels,
                        [
                            (
                                face.face.detection.box,
                                decision_sentence(face.decision),
                                face.decision,
                            )
                            for face in faces
                        ],
                        source=path,
                        folder=arguments.annotate,
                    )
            except InputError as error:
                failed = True
                complain(error)
                if arguments.json:
                    say_json({"image": str(path), "error": str(error)})
                continue
            if arguments.json:
                say_json({"image": str(path), "faces": [face_json(face) for face in faces]})
            else:
                _say(path, faces)
    return EXIT_KNOWN if failed else 0


def _say(path: Path, faces: tuple[FaceResult, ...]) -> None:
    if not faces:
        say(f"{path}: no face found")
    for face in faces:
        say(f"{path}: {decision_sentence(face.decision)}")
