"""Reads the command line."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Sequence
from pathlib import Path

from desktop_app import __version__
from desktop_app.cli.argument_parts import (
    add_command,
    add_json,
    add_sources,
    common_options,
    positive,
)
from desktop_app.cli.backup_arguments import add_backup
from desktop_app.cli.bench_arguments import add_bench
from desktop_app.cli.command_parser import CommandParser
from desktop_app.cli.enrol_arguments import add_enrol, check_enrol
from desktop_app.cli.evaluate_arguments import add_evaluate
from desktop_app.cli.history_arguments import add_history
from desktop_app.cli.options import Command, Options
from desktop_app.cli.people_arguments import add_people
from desktop_app.cli.protection_arguments import add_protection
from desktop_app.errors import UsageError

_EPILOG = """\
Without a command the window opens. “kenspeckle COMMAND --help” says more of a command. Everything
happens on this machine; nothing is sent anywhere. Exit codes: 0 done, 1 a bug, 2 a trouble that is
explained on stderr, 130 interrupted, 141 nobody read on.
"""


def parse(arguments: Sequence[str], *, window: Command) -> Options:
    """Read a command line; on ``--help`` or a mistake argparse exits with 0 or 2.

    Args:
        arguments: without the program's name.
        window: the command where none is named, and of ``live`` without ``--headless``.

    Raises:
        UsageError: its parts are right and do not go together.

    """
    parsed, surplus = _parser(arguments).parse_known_args(arguments)
    module = getattr(parsed, "module", None)
    if module == "enrol":
        check_enrol(parsed, surplus)
    if surplus:
        # With the usage of the command that was meant.
        parsed.parser.error(f"unrecognized arguments: {' '.join(surplus)}")
    sources = (*parsed.sources, *getattr(parsed, "own_sources", ()))
    if module == "live" and not parsed.headless:
        if parsed.json or parsed.no_history or parsed.max_frames is not None:
            raise UsageError(
                reason="--json, --max-frames and --no-history need --headless; without it, “live” "
                "opens the window."
            )
        module = None
    elif module in {"live", "bench"} and len(sources) > 1:
        raise UsageError(
            reason=f"“{'bench' if module == 'bench' else 'live --headless'}” takes one --source, "
            f"not {len(sources)}. The window shows several side by side."
        )
    elif module not in {None, "live", "bench"} and sources:
        raise UsageError(
            reason=f"--source says what the window and “live” show; “{module}” shows nothing."
        )
    return Options(
        command=window if module is None else _command(module),
        arguments=parsed,
        data_dir_given=None if parsed.data_dir is None else parsed.data_dir.absolute(),
        gallery_given=None if parsed.gallery is None else parsed.gallery.absolute(),
        verbose=parsed.verbose,
        sources=sources,
    )


def _command(module: str) -> Command:
    def run(options: Options) -> int:
        # Imported when run, so that --help need not wait for numpy.
        result = importlib.import_module(f"desktop_app.cli.{module}").run(options)
        assert isinstance(result, int)
        return result

    return run


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    parser = CommandParser(
        prog="kenspeckle",
        description="Puts names to the faces in front of a webcam and in photo files.",
        epilog=_EPILOG,
        parents=[common_options(top=True)],
    )
    parser.set_defaults(parser=parser)
    parser.add_argument("--version", action="version", version=f"kenspeckle {__version__}")
    add_sources(
        parser,
        dest="sources",
        metavar="SOURCE",
        help="what the window shows: camera:0, a video file, or rtsp://…; given several times, "
        "side by side",
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    add_enrol(commands, arguments)

    identify = add_command(commands, "identify", "Say who is in photos.", module="identify")
    identify.add_argument(
        "photos",
        metavar="PHOTO",
        nargs="+",
        type=Path,
        help="a photo file, with any number of faces",
    )
    add_json(identify)
    identify.add_argument(
        "--annotate", metavar="DIR", type=Path, help="write copies with labelled boxes to a folder"
    )

    verify = add_command(
        commands, "verify", "Say whether two photos show one person.", module="verify"
    )
    verify.add_argument("first", metavar="A", type=Path, help="a photo of one face")
    verify.add_argument("second", metavar="B", type=Path, help="another")
    add_json(verify)

    live = add_command(
        commands, "live", "Recognise faces in a camera, clip or stream.", module="live"
    )
    add_sources(
        live,
        dest="own_sources",
        metavar="SOURCE",
        required=True,
        help="camera:0, a video file, or rtsp://…; “kenspeckle doctor” lists the cameras",
    )
    live.add_argument("--headless", action="store_true", help="open no window, and say who is seen")
    add_json(live)
    live.add_argument(
        "--no-history", action="store_true", help="do not record who is seen (with --headless)"
    )
    live.add_argument(
        "--max-frames", metavar="N", type=positive, help="stop after N frames (with --headless)"
    )

    add_people(commands)
    add_backup(commands)
    add_history(commands)
    add_protection(commands)
    add_evaluate(commands)
    add_bench(commands)

    doctor = add_command(
        commands, "doctor", "Say what works here and what does not.", module="doctor"
    )
    add_json(doctor)
    return parser
