"""How much memory ours takes at its height, in a process in which it is alone.

::

    python -m benchmarks.alone CLIP [--frames N]

That is recognition as in the live window, without the window: the interpreter, the libraries, the
networks, a gallery of a thousand templates, and one decoded frame at a time. ``bench`` starts it as
a process of its own, since the peers' libraries would count otherwise.
"""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import closing
from pathlib import Path

import psutil

from benchmarks.frames import frames_of
from benchmarks.pipelines import Kenspeckle
from desktop_app.errors import KnownError
from desktop_app.services.runtime import load_pipeline


def peak_megabytes() -> float:
    """Return the most physical memory that this process has held so far, in 10⁶ bytes."""
    if sys.platform == "win32":
        return float(psutil.Process().memory_info().peak_wset) / 1e6
    if sys.platform == "linux":
        # Not getrusage: there the memory of whoever started this process counts as its own.
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e6
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def main() -> int:
    """Recognise faces in a clip, and print the peak as JSON; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.alone", description="Measure how much memory recognition takes."
    )
    parser.add_argument("clip", type=Path)
    parser.add_argument("--frames", type=int, default=300)
    options = parser.parse_args()
    try:
        with closing(load_pipeline()) as pipeline:
            contestant = Kenspeckle(pipeline)
            for frame in frames_of(options.clip, count=options.frames):
                contestant.prepare(frame)()
    except KnownError as error:
        print(error, file=sys.stderr)
        return 2
    print(json.dumps({"peak_rss_mb": round(peak_megabytes(), 1)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
