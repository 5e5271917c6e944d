"""``python -m benchmarks [CLIP] [--sface FILE] [--frames N] [--json]``."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from benchmarks.frames import frames_of
from benchmarks.ours import STAGES, WHOLE, Ours
from benchmarks.peers import OpenCvPeer
from desktop_app.errors import KnownError
from desktop_app.vision.native_log import native_stderr_to_log

_WARM_UP = 5
Row = dict[str, str | float | None]


def measure(clip: Path | None, *, sface: Path | None, count: int) -> list[Row]:
    """Run both on the same frames in turn, so that a busy machine is busy for both.

    Returns:
        A row a stage: ``ours`` and ``peer`` are medians in ms, ``ours_p95`` is of ours, and
        ``ratio`` is ours over the peer's, None where the peer has no such stage.

    """
    frames = frames_of(clip, count=count + _WARM_UP)
    with native_stderr_to_log():
        ours, peer = Ours(threads=min(2, os.cpu_count() or 1)), OpenCvPeer(sface=sface)
        for frame in frames[:_WARM_UP]:
            ours.process(frame)
            peer.process(frame)
    try:
        ours.watch.forget()
        peer.watch.forget()
        for frame in frames[_WARM_UP:] or frames:
            ours.process(frame)
            peer.process(frame)
    finally:
        ours.close()
    rows: list[Row] = []
    for stage in STAGES:
        mine = ours.watch.percentile(stage, 50)
        # Without its recogniser the peer does only half of the work.
        theirs = None if stage == WHOLE and sface is None else peer.watch.percentile(stage, 50)
        rows.append(
            {
                "stage": stage,
                "ours": mine,
                "ours_p95": ours.watch.percentile(stage, 95),
                "peer": theirs,
                "ratio": mine / theirs if mine and theirs else None,
            }
        )
    return rows


def main() -> int:
    """Measure and print; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("clip", nargs="?", type=Path, help="a video file; else a moving photograph")
    parser.add_argument("--sface", type=Path, help="the peer's network, OpenCV Zoo's SFace in ONNX")
    parser.add_argument("--frames", type=int, default=100, help="how many (default: 100)")
    parser.add_argument("--json", action="store_true", help="for programs")
    options = parser.parse_args()
    if options.frames < 1:
        parser.error("--frames must be 1 or more")
    if options.sface is not None and not options.sface.is_file():
        parser.error(f"{options.sface} is not there")
    try:
        rows = measure(options.clip, sface=options.sface, count=options.frames)
    except KnownError as error:
        print(error, file=sys.stderr)
        return 2
    if options.json:
        print(json.dumps(rows))
        return 0
    print(f"{'ms a frame':18}{'ours':>8}{'p95':>8}{'OpenCV':>8}{'ratio':>8}")
    for row in rows:
        cells = (row["ours"], row["ours_p95"], row["peer"], row["ratio"])
        shown = "".join(f"{'–' if cell is None else format(cell, '.2f'):>8}" for cell in cells)
        print(f"{row['stage']:18}{shown}")
    if options.sface is None:
        print("OpenCV's recogniser was not measured: name its network with --sface.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
