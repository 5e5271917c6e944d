"""``kenspeckle`` and ``python -m desktop_app``: the window, or one of the commands."""

from __future__ import annotations

import sys


def main() -> int:
    """Open the window, or run the command that was named; return the exit code."""
    from desktop_app.cli.main import parse, run_command

    options = parse(sys.argv[1:])
    if options.wants_window:
        return run_command(_open_window, options)
    return run_command(options.command, options)


def _open_window(options: object) -> int:
    from desktop_app.app import run_window
    from desktop_app.cli.options import Options

    assert isinstance(options, Options)
    return run_window(
        source=options.source,
        data_dir=options.data_dir_given,
        gallery=options.gallery_given,
        verbose=options.verbose,
    )


if __name__ == "__main__":
    sys.exit(main())
