"""``python -m benchmarks`` is ``kenspeckle bench``."""

from __future__ import annotations

import sys

from desktop_app.cli.main import run
from desktop_app.cli.options import Options


def _no_window(_options: Options) -> int:
    raise AssertionError("“bench” opens no window")


if __name__ == "__main__":
    sys.exit(run(["bench", *sys.argv[1:]], window=_no_window))
