"""Reads the command line, runs the command, and turns troubles into one line and a number."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

from desktop_app import __version__
from desktop_app.cli.options import Options
from desktop_app.errors import KnownError
from desktop_app.log import log_to_terminal

EXIT_BUG, EXIT_KNOWN, EXIT_INTERRUPTED = 1, 2, 130

_EPILOG = """\
Without a command the window opens. Everything happens on this machine; nothing is sent anywhere.
Exit codes: 0 done, 1 a bug, 2 a trouble that is explained on stderr.
"""


def parse(arguments: Sequence[str]) -> Options:
    """Read a command line; on ``--help`` or a mistake argparse exits with 0 or 2."""
    parsed = _parser().parse_args(arguments)
    chosen = getattr(parsed, "module", None)
    source = getattr(parsed, "source", None)
    # `live` without --headless is the window on that source.
    if chosen == "live" and not parsed.headless:
        chosen = None
    return Options(
        arguments=parsed,
        data_dir_given=_absolute(parsed.data_dir),
        gallery_given=_absolute(parsed.gallery),
        verbose=parsed.verbose,
        source=source,
        chosen=None if chosen is None else _command(chosen),
    )


def run_command(command: Callable[[Options], int], options: Options) -> int:
    """Run a command; say a known trouble in one line, show the traceback of a bug."""
    for stream in (sys.stdout, sys.stderr):
        # Names are in any script; a Windows console's code page is not.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    log_to_terminal(verbose=options.verbose)
    try:
        code = command(options)
        sys.stdout.flush()
    except KnownError as error:
        complain(error)
        return EXIT_KNOWN
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # Whoever read us (head, less) has seen enough; keep Python from complaining at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception:  # noqa: BLE001 - the border: whatever is left is a bug
        traceback.print_exc()
        return EXIT_BUG
    return code


def complain(error: KnownError) -> None:
    """Say a known trouble in one line on stderr."""
    print("kenspeckle:", " ".join(str(error).split()), file=sys.stderr)  # noqa: T201


def _command(module: str) -> Callable[[Options], int]:
    def run(options: Options) -> int:
        # Imported when run, so that --help need not wait for numpy.
        result = importlib.import_module(f"desktop_app.cli.{module}").run(options)
        assert isinstance(result, int)
        return result

    return run


def _absolute(path: Path | None) -> Path | None:
    return None if path is None else path.expanduser().absolute()


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
    acts = people.add_subparsers(title="what to do", metavar="ACT", required=True)
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
    measures = evaluate.add_subparsers(title="what to measure", metavar="MEASURE", required=True)
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

    doctor = add(commands, "doctor", "Say what works here and what does not.", module="doctor")
    _add_json(doctor)
    return parser


def _add_json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="for programs: JSON on stdout")


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number
