"""Where the time of a live frame goes: the networks, one by one, and all the rest.

::

    python -m benchmarks.stages [CLIP] [--frames N] [--json]

The networks are the floor: no frame can take less than those that it needs. The pipeline is put
together as in the window, with a stop-watch around each network's own method, but for threads: each
network has one, and faces are looked at one after another, so that the stages add up to the whole.
"""

from __future__ import annotations

import argparse
import functools
import json
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from benchmarks.frames import frames_of, write_moving_photograph
from benchmarks.pipelines import Kenspeckle
from benchmarks.stopwatch import Stopwatch
from desktop_app.errors import KnownError
from desktop_app.services.runtime import load_pipeline
from desktop_app.vision.embedder import Embedder
from desktop_app.vision.mesh import MeshRefiner
from desktop_app.vision.threads import ONE_EACH
from desktop_app.vision.yunet_network import YuNetNetwork

WHOLE, REST = "whole frame", "all the rest"
NETWORKS: dict[str, tuple[type, str]] = {
    "YuNet finds": (YuNetNetwork, "rows"),
    "the mesh refines": (MeshRefiner, "refine"),
    "SFace embeds": (Embedder, "embed"),
}
_WARM_UP = 5
Row = dict[str, str | float]


def measure(clip: Path, *, frames: int) -> list[Row]:
    """Follow faces through a clip.

    Returns:
        A row a stage: ``mean`` and ``p95`` are milliseconds a frame, over all frames; ``calls`` is
        how often it ran in a frame, on average.

    """
    watch = Stopwatch()
    untimed = {owner: getattr(owner, name) for owner, name in NETWORKS.values()}
    for stage, (owner, name) in NETWORKS.items():
        setattr(owner, name, _timed(untimed[owner], watch, stage))
    try:
        with closing(load_pipeline(threads=ONE_EACH)) as pipeline:
            live = Kenspeckle(pipeline)
            for frame in frames_of(clip, count=_WARM_UP):
                live.prepare(frame)()
            live.begin()
            watch.forget()
            for frame in frames_of(clip, count=frames):
                with watch.measure(WHOLE):
                    live.prepare(frame)()
                watch.end_frame()
    finally:
        for owner, name in NETWORKS.values():
            setattr(owner, name, untimed[owner])
    rows: list[Row] = [
        {
            "stage": stage,
            "mean": watch.mean(stage),
            "p95": watch.percentile(stage, 95),
            "calls": watch.calls(stage),
        }
        for stage in (WHOLE, *NETWORKS)
    ]
    networks = sum(watch.mean(stage) for stage in NETWORKS)
    rows.append({"stage": REST, "mean": watch.mean(WHOLE) - networks, "calls": 1.0})
    return rows


def _timed(method: Callable[..., Any], watch: Stopwatch, stage: str) -> Callable[..., Any]:
    @functools.wraps(method)
    def timed(*arguments: Any, **keywords: Any) -> Any:
        with watch.measure(stage):
            return method(*arguments, **keywords)

    return timed


def main() -> int:
    """Measure and print; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.stages", description="Measure where the time of a frame goes."
    )
    parser.add_argument("clip", nargs="?", type=Path, help="a video file; else a moving photograph")
    parser.add_argument("--frames", type=int, default=300, help="how many (default: 300)")
    parser.add_argument("--json", action="store_true", help="for programs")
    options = parser.parse_args()
    if options.frames < 1:
        parser.error("--frames must be 1 or more")
    try:
        with tempfile.TemporaryDirectory() as folder:
            clip = options.clip
            if clip is None:
                clip = Path(folder) / "photograph.avi"
                write_moving_photograph(clip, count=options.frames)
            rows = measure(clip, frames=options.frames)
    except KnownError as error:
        print(error, file=sys.stderr)
        return 2
    if options.json:
        print(json.dumps(rows))
        return 0
    print(f"{'ms a frame':20}{'mean':>9}{'share':>9}{'p95':>9}{'times':>9}")
    whole = float(rows[0]["mean"])
    for row in rows:
        p95 = f"{row['p95']:.2f}" if "p95" in row else ""
        mean = float(row["mean"])
        print(f"{row['stage']:20}{mean:>9.2f}{mean / whole:>9.0%}{p95:>9}{row['calls']:>9.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
