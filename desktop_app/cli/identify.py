"""``kenspeckle identify PHOTO...``."""

from __future__ import annotations

from pathlib import Path

from desktop_app.arrays import UInt8Array
from desktop_app.capture.photo import read_photo
from desktop_app.cli.opened import (
    chosen_policy,
    gallery_there_is,
    opened_pipeline,
    warn_of_nobody,
)
from desktop_app.cli.options import Options
from desktop_app.cli.output import decision_sentence, face_json
from desktop_app.cli.terminal import EXIT_KNOWN, complain, say, say_json
from desktop_app.errors import FileNotWritable, InputError
from desktop_app.services.annotation import write_annotated
from desktop_app.services.identification import FaceResult, IdentificationService


def run(options: Options) -> int:
    """Say who is in each photo; 2 when one could not be read, or its copy not be written."""
    arguments = options.arguments
    failed = False
    gallery = gallery_there_is(options)
    warn_of_nobody(gallery)
    with opened_pipeline(options) as pipeline:
        service = IdentificationService(pipeline, chosen_policy(options, pipeline))
        for path in arguments.photos:
            try:
                pixels = read_photo(path)
                faces = service.identify(pixels, gallery)
            except InputError as error:
                failed = True
                complain(error)
                if arguments.json:
                    say_json({"image": str(path), "error": str(error)})
                continue
            if arguments.json:
                read = [face_json(face) for face in faces]
                say_json({"image": str(path), "faces": read})
            else:
                _say(path, faces)
            if arguments.annotate is not None:
                try:
                    _annotate(pixels, faces, source=path, folder=arguments.annotate)
                except FileNotWritable as error:
                    failed = True
                    complain(error)
    return EXIT_KNOWN if failed else 0


def _say(path: Path, faces: tuple[FaceResult, ...]) -> None:
    if not faces:
        say(f"{path}: no face found")
    for face in faces:
        where = ""
        if len(faces) > 1:
            left, top, right, bottom = (round(float(value)) for value in face.face.detection.box)
            where = f"face at {(left + right) // 2}, {(top + bottom) // 2}: "
        say(f"{path}: {where}{decision_sentence(face.decision)}")


def _annotate(
    pixels: UInt8Array, faces: tuple[FaceResult, ...], *, source: Path, folder: Path
) -> None:
    labelled = [
        (result.face.detection.box, decision_sentence(result.decision), result.decision)
        for result in faces
    ]
    write_annotated(pixels, labelled, source=source, folder=folder)
