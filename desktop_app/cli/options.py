"""What was asked for on the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from desktop_app.paths import DataDir, default_data_dir

Command = Callable[["Options"], int]


@dataclass(frozen=True, slots=True)
class Options:
    """A parsed command line.

    Attributes:
        command: what to run; it gives the exit code.
        arguments: the command's own.
        data_dir_given, gallery_given: as named by the user; None where they named none.
        verbose: say more on stderr.
        sources: what the window or ``live`` shows; empty where none was named.

    """

    command: Command
    arguments: argparse.Namespace
    data_dir_given: Path | None
    gallery_given: Path | None
    verbose: bool
    sources: tuple[str, ...]

    @property
    def source(self) -> str | None:
        """The one source of a command that takes no more; None where none was named."""
        return next(iter(self.sources), None)

    @property
    def data_dir(self) -> DataDir:
        """The folder for the user's data."""
        return DataDir(self.data_dir_given or default_data_dir())
