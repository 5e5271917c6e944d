"""How soon the window labels a face, as a multiple of what its libraries take to import.

::

    xvfb-run python -m benchmarks.startup clip.mp4

Imports and starts take turns, so that a machine whose speed drifts does the same to both. The clip
must show a face in its first second.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

IMPORTS = "import PySide6.QtWidgets, cv2, mediapipe, numpy"
_LABELLED = re.compile(r"first labelled frame after ([\d.]+) s")
_QUIT_AFTER = "6"


def seconds_to_import() -> float:
    """Return how long a fresh interpreter takes to import what the window needs."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", IMPORTS], check=True)
    return time.perf_counter() - started


def seconds_to_label(clip: Path, data_dir: Path) -> float:
    """Return how long after its start the window painted the first labelled frame of a clip."""
    window = [sys.executable, "-m", "desktop_app", "--verbose", "--source", str(clip)]
    done = subprocess.run(
        [*window, "--data-dir", str(data_dir)],
        env={**os.environ, "KENSPECKLE_QUIT_AFTER": _QUIT_AFTER},
        check=True,
        capture_output=True,
        text=True,
    )
    labelled = _LABELLED.search(done.stderr)
    if labelled is None:
        raise SystemExit(f"No face was labelled within {_QUIT_AFTER} s; choose another clip.")
    return float(labelled[1])


def main() -> None:
    """Print the medians and the ratio of each pair."""
    parser = argparse.ArgumentParser(description="Measure how soon the window labels a face.")
    parser.add_argument("clip", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    pairs = []
    with tempfile.TemporaryDirectory() as folder:
        for run in range(options.runs + 1):
            pair = seconds_to_import(), seconds_to_label(options.clip.absolute(), Path(folder))
            # The first pair fills the disk's cache.
            if run:
                pairs.append(pair)
    ratios = sorted(label / imports for imports, label in pairs)
    print(f"imports, median:             {statistics.median(a for a, _ in pairs):.2f} s")
    print(f"first labelled frame, median: {statistics.median(b for _, b in pairs):.2f} s")
    print(f"ratio: {statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})")


if __name__ == "__main__":
    main()
