"""``kenspeckle bench``."""

from __future__ import annotations

import importlib
import importlib.util
import sys
import time
from pathlib import Path
from typing import Any

from desktop_app.capture.source import SourceKind, SourceSpec
from desktop_app.cli.options import Options
from desktop_app.cli.terminal import remark, say, say_json
from desktop_app.errors import BenchUnavailable, UsageError
from desktop_app.services.runtime import load_models
from desktop_app.services.tuned_threads import threads_for
from desktop_app.system_libraries import check_engine

_EVERY = 0.2  # seconds


def run(options: Options) -> int:
    """Measure speed, and say what was found."""
    arguments = options.arguments
    for path in (arguments.yunet, arguments.sface):
        if path is not None and not path.is_file():
            raise UsageError(reason=f"There is no file “{path}”.")
    bench, table = _benchmarks("bench"), _benchmarks("table")
    check_engine()
    catalog = load_models(options.data_dir)
    wanted = bench.Wanted(
        clip=_clip(options.source),
        catalog=catalog,
        threads=threads_for(catalog, options.data_dir),
        frames=arguments.frames,
        parts=tuple(arguments.only),
        yunet=arguments.yunet,
        sface=arguments.sface,
    )
    progress = _Progress()
    try:
        report = bench.measure(wanted, progress=progress.show)
    finally:
        progress.clear()
    if arguments.json:
        for note in report.notes:
            remark(note)
        say_json(report.as_json())
    else:
        for line in table.lines_of(report):
            say(line)
    return 0


def _clip(source: str | None) -> Path | None:
    if source is None:
        return None
    spec = SourceSpec.parse(source)
    if spec.kind is not SourceKind.CLIP:
        raise UsageError(
            reason=f"“bench” measures on a video file, not on “{spec.label}”: a camera shows "
            "nobody the same frames twice."
        )
    return Path(spec.address)


def _benchmarks(name: str) -> Any:
    """Return a module of the benchmarks, which a build of the installer leaves out.

    Raises:
        BenchUnavailable: they are not here.

    """
    if importlib.util.find_spec("benchmarks") is None:
        raise BenchUnavailable(reason="this build of Kenspeckle leaves its benchmarks out")
    return importlib.import_module(f"benchmarks.{name}")


class _Progress:
    """Says on stderr how far it is: on one line that is rewritten, or one line a part."""

    def __init__(self) -> None:
        self._rewrites = sys.stderr.isatty()
        self._last = 0.0
        self._part = ""

    def show(self, words: str) -> None:
        """Say it, a few times a second at most."""
        now = time.monotonic()
        if self._rewrites:
            if now - self._last >= _EVERY:
                self._last = now
                print(f"\r\033[K{words}", end="", file=sys.stderr, flush=True)  # noqa: T201
        elif (part := words.partition(" ")[0]) != self._part:
            self._part = part
            remark(f"{words} …")

    def clear(self) -> None:
        """Leave the line to others."""
        if self._rewrites:
            print("\r\033[K", end="", file=sys.stderr, flush=True)  # noqa: T201
