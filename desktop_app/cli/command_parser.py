"""Lets options stand anywhere among the words of a command."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any


class CommandParser(argparse.ArgumentParser):
    """A parser that takes words after an option, too, where argparse takes no more.

    argparse gives a positional that may be missing, or be several, what stands before the next
    option, and has no place left for ``7`` in ``remove Anna --json 7``.
    """

    def __init__(self, *args: Any, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self._has_commands = False
        self._is_mixing = False

    def add_subparsers(self, **keywords: Any) -> Any:
        """Add commands; their own parsers mix."""
        self._has_commands = True
        return super().add_subparsers(**keywords)

    def parse_known_args(  # type: ignore[override]  # the overloads differ by the namespace
        self, args: Sequence[str] | None = None, namespace: Any = None
    ) -> tuple[Any, list[str]]:
        """Parse; what has no place is tried once more with the options taken out."""
        parsed, surplus = super().parse_known_args(args, namespace)
        if not surplus or self._has_commands or self._is_mixing:
            return parsed, surplus
        # Only now: on its way it may lose a "--", which it calls this method with.
        self._is_mixing = True
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self._is_mixing = False
