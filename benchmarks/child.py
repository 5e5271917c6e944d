"""A part of the benchmarks in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping


class ChildFailed(Exception):
    """It ended without an answer."""

    def __init__(self, module: str, code: int) -> None:
        super().__init__(
            f"“python -m {module}” ended with code {code}; what it said is on stderr, above."
        )


def answer(
    module: str, *arguments: str, environ: Mapping[str, str] | None = None
) -> dict[str, float]:
    """Run a module and return the JSON object that it prints.

    Args:
        module: its name.
        arguments: of its command line.
        environ: its variables; ours where none are given.

    Raises:
        ChildFailed: it ended with an error, or printed something else.

    """
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        env=environ,
        check=False,
        # What went wrong there is said on our own stderr.
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        said: dict[str, float] = json.loads(done.stdout)
    except ValueError:
        raise ChildFailed(module, done.returncode) from None
    if done.returncode:
        raise ChildFailed(module, done.returncode)
    return said
