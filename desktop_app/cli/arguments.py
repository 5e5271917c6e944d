"""Reads the command line."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Sequence
from pathlib import Path

from desktop_app import __version__
from desktop_app.cli.options import Command, Options
from desktop_app.errors import UsageError

_EPILOG = """\
Without a command the window opens. Everything happens on this machine; nothing is sent anywhere.
Exit codes: 0 done, 1 a bug, 2 a trouble that is explained on stderr, 130 interrupted, 141 nobody
read on.
"""


def parse(arguments: Sequence[str], *, window: Command) -> Options:
    """Read a command line; on ``--help`` or a mistake argparse exits with 0 or 2.

    Args:
        arguments: without the program's name.
        window: the command where none is named, and of ``live`` without ``--headless``.

    Raises:
        UsageError: its parts are right and do not go together.

    """
    parsed = _parser().parse_args(arguments)
    module = getattr(parsed, "module", None)
    source = getattr(parsed, "source", None)
    if module == "live" and not parsed.headless:
        if parsed.json or parsed.max_frames is not None:
            raise UsageError(
                reason="--json and --max-frames need --headless; without it, “live” opens the "
                "window."
            )
        module = None
    elif module not in {None, "live"} and source is not None:
        raise UsageError(
            reason=f"--source says what the window and “live” show; “{module}” shows nothing."
        )
    return Options(
        command=window if module is None else _command(module),
        arguments=parsed,
        data_dir_given=_absolute(parsed.data_dir),
        gallery_given=_absolute(parsed.gallery),
        verbose=parsed.verbose,
        source=source,
    )


def _command(module: str) -> Command:
    def run(options: Options) -> int:
        # Imported when run, so that --help need not wait for numpy.
        result = importlib.import_module(f"desktop_app.cli.{module}").run(options)
        assert isinstance(result, int)
        return result

    return run


def _absolute(path: Path | None) -> Path | None:
    if path is None:
        return None
    try:
        return path.expanduser().absolute()
    except RuntimeError:  # "~nobody/gallery.db", and there is no such user
        raise UsageError(
            reason=f"“{path}” begins with somebody's home folder, and there is none of that name."
        ) from None


def _common(*, top: bool) -> argparse.ArgumentParser:
    """Return the options that stand before or after the sub-command."""
    # A sub-command's default must not undo what stood before it.
    absent = None if top else argparse.SUPPRESS
    common = argparse.ArgumentParser(add_help=False)
    group = common.add_argument_group("everywhere")
    group.add_argument(
        "--gallery",
        type=Path,
        metavar="FILE",
        default=absent,
        help="the file with the enrolled people (default: gallery.db in the data folder)",
    )
    group.add_argument(
        "--data-dir",
        type=Path,
        metavar="DIR",
        default=absent,
        help="the folder for gallery, settings and log (default: the system's place for them)",
    )
    group.add_argument(
        "--verbose",
        action="store_true",
        default=False if top else absent,
        help="say more on stderr",
    )
    return common


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kenspeckle",
        description="Puts names to the faces in front of a webcam and in photo files.",
        epilog=_EPILOG,
        parents=[_common(top=True)],
    )
    parser.add_argument("--version", action="version", version=f"kenspeckle {__version__}")
    parser.add_argument(
        "--source",
        metavar="SOURCE",
        help="what the window shows: camera:0, a video file, or rtsp://…",
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    def add(
        to: argparse._SubParsersAction[argparse.ArgumentParser],
        name: str,
        summary: str,
        **defaults: str,
    ) -> argparse.ArgumentParser:
        command = to.add_parser(
            name, help=summary, description=summary, parents=[_common(top=False)]
        )
        command.set_defaults(**defaults)
        return command

    enrol = add(commands, "enrol", "Enrol a person from photos.", module="enrol")
    enrol.add_argument("name", metavar="NAME")
    enrol.add_argument("photos", metavar="PHOTO", nargs="+", type=Path)
    enrol.add_argument(
        "--allow-low-quality",
        action="store_true",
        help="take faces that would be recognised badly as well",
    )
    _add_json(enrol)

    identify = add(commands, "identify", "Say who is in photos.", module="identify")
    identify.add_argument("photos", metavar="PHOTO", nargs="+", type=Path)
    _add_json(identify)
    identify.add_argument(
        "--annotate", metavar="DIR", type=Path, help="write copies with labelled boxes to a folder"
    )

    verify = add(commands, "verify", "Say whether two photos show one person.", module="verify")
    verify.add_argument("first", metavar="A", type=Path)
    verify.add_argument("second", metavar="B", type=Path)
    _add_json(verify)

    live = add(commands, "live", "Recognise faces in a camera, clip or stream.", module="live")
    live.add_argument(
        "--source", metavar="SOURCE", required=True, help="camera:0, a video file, or rtsp://…"
    )
    live.add_argument("--headless", action="store_true", help="open no window")
    _add_json(live)
    live.add_argument("--max-frames", metavar="N", type=_positive, help="stop after N frames")

    people = add(commands, "people", "List, rename or remove enrolled people.")
    acts = people.add_subparsers(title="what to do", metavar="{list,rename,remove}", required=True)
    _add_json(add(acts, "list", "List who is enrolled.", module="people", act="list"))
    rename = add(acts, "rename", "Give a person another name.", module="people", act="rename")
    rename.add_argument("name", metavar="NAME")
    rename.add_argument("new_name", metavar="NEW_NAME")
    _add_json(rename)
    remove = add(
        acts, "remove", "Remove a person with all pictures.", module="people", act="remove"
    )
    remove.add_argument("name", metavar="NAME")
    _add_json(remove)

    evaluate = add(commands, "evaluate", "Measure accuracy on labelled photos.")
    measures = evaluate.add_subparsers(
        title="what to measure", metavar="{pairs,detection,calibration}", required=True
    )
    pairs = add(
        measures,
        "pairs",
        "Verification accuracy on a CSV of pairs (a, b, same; perhaps fold, kind).",
        module="evaluate",
        measure="pairs",
    )
    pairs.add_argument("--images", metavar="DIR", type=Path, required=True)
    pairs.add_argument("--pairs", metavar="FILE", type=Path, required=True)
    _add_json(pairs)
    calibration = add(
        measures,
        "calibration",
        "What similarities mean, for an embedder's manifest entry; one sub-folder a person.",
        module="evaluate",
        measure="calibration",
    )
    calibration.add_argument("--images", metavar="DIR", type=Path, required=True)
    _add_json(calibration)
    detection = add(
        measures,
        "detection",
        "Faces found in photos whose faces were counted (a CSV: file, faces).",
        module="evaluate",
        measure="detection",
    )
    detection.add_argument("--images", metavar="DIR", type=Path, required=True)
    detection.add_argument("--counts", metavar="FILE", type=Path, required=True)
    _add_json(detection)

    doctor = add(commands, "doctor", "Say what works here and what does not.", module="doctor")
    _add_json(doctor)
    return parser


def _add_json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="for programs: JSON on stdout")


def _positive(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"a whole number above 0 is wanted, not “{text}”")
    return number
