"""``kenspeckle`` and ``python -m desktop_app``: the window, or one of the commands."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop_app.cli.options import Options


def main() -> int:
    """Open the window, or run the command that was named; return the exit code."""
    from desktop_app.cli.main import run

    return run(sys.argv[1:], window=_open_window)


def _open_window(options: Options) -> int:
    from desktop_app.app import run_window

    return run_window(
        sources=options.sources,
        data_dir=options.data_dir_given,
        gallery=options.gallery_given,
        verbose=options.verbose,
    )


if __name__ == "__main__":
    sys.exit(main())
