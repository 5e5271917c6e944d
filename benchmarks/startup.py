"""How soon the window labels a face, phase by phase, and beside what its libraries take to import.

::

    python -m benchmarks.startup clip.mp4

Each run is a few fresh processes, one after the other, so that a machine whose speed drifts does
the same to all. The clip must show a face in its first second. Windows open on the screen where
there is one, and on none where there is not.
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
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.child import ChildFailed, answer
from desktop_app.errors import KnownError, LibraryMissing, NoDisplay
from desktop_app.system_libraries import check_window_system

IMPORTS = "import PySide6.QtWidgets, cv2, mediapipe, numpy"
LABELLED = "first_labelled_frame"
_MILESTONE = re.compile(
    r"(window shown|engine ready|first frame|first labelled frame) after (\S+) s"
)
# For a clip without a face, in seconds.
_QUIT_AFTER = "10"
Phases = dict[str, float]


def surroundings() -> dict[str, str]:
    """Return the variables that windows are opened with.

    Raises:
        LibraryMissing: Qt would not load.

    """
    environ = {
        **os.environ,
        "KENSPECKLE_QUIT_AFTER": _QUIT_AFTER,
        # Nobody is there to unlock it.
        "KENSPECKLE_KEYCHAIN": "off",
    }
    try:
        check_window_system(environ)
    except (NoDisplay, LibraryMissing):
        environ["QT_QPA_PLATFORM"] = "offscreen"
        check_window_system(environ)
    return environ


def phases_of_engine(folder: Path, environ: Mapping[str, str]) -> Phases:
    """Return what each phase of a start takes by itself, in ms; see ``startup_phases``.

    Raises:
        ChildFailed: it ended early.

    """
    return answer("benchmarks.startup_phases", repr(time.time()), str(folder), environ=environ)


def phases_of_window(clip: Path, folder: Path, environ: Mapping[str, str]) -> Phases:
    """Return how many ms after its start the window passed each milestone.

    The last of them, the first labelled frame, is missing where the clip shows no face in time.
    """
    window = [sys.executable, "-m", "desktop_app", "--verbose", "--source", str(clip.absolute())]
    passed: Phases = {}
    with subprocess.Popen(
        [*window, "--data-dir", str(folder)],
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if milestone := _MILESTONE.search(line):
                passed[milestone[1].replace(" ", "_")] = float(milestone[2]) * 1e3
            if LABELLED in passed:
                process.terminate()
    return passed


def seconds_to_import() -> float:
    """Return how long a fresh interpreter takes to import what the window needs."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", IMPORTS], check=True)
    return time.perf_counter() - started


def measure(
    clip: Path, *, runs: int, progress: Callable[[int], None], with_imports: bool = False
) -> list[Phases]:
    """Start everything a few times.

    Args:
        clip: what the window shows.
        runs: how often; a first time, which fills the disk's cache, does not count.
        progress: told how many runs are done.
        with_imports: also measure what the libraries alone take to import, as ``imports``.

    Raises:
        LibraryMissing: Qt would not load.
        ChildFailed: the engine ended early.

    """
    environ = surroundings()
    found: list[Phases] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for run in range(runs + 1):
            phases = phases_of_engine(folder, environ)
            if with_imports:
                phases["imports"] = seconds_to_import() * 1e3
            phases |= phases_of_window(clip, folder / "data", environ)
            if run:
                found.append(phases)
            progress(run + 1)
    return found


def medians(runs: list[Phases]) -> Phases:
    """Return the median of each phase that every run passed."""
    common = [name for name in runs[0] if all(name in run for run in runs)]
    return {name: statistics.median(run[name] for run in runs) for name in common}


def main() -> int:
    """Print the medians, and the ratio to the imports; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.startup",
        description="Measure how soon the window labels a face.",
    )
    parser.add_argument("clip", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    try:
        runs = measure(
            options.clip, runs=options.runs, progress=lambda _done: None, with_imports=True
        )
    except (KnownError, ChildFailed) as error:
        print(error, file=sys.stderr)
        return 2
    for name, took in medians(runs).items():
        print(f"{name.replace('_', ' '):22}{took:>8.0f} ms")
    if not all(LABELLED in run for run in runs):
        print("No face was labelled in time; choose another clip.", file=sys.stderr)
        return 2
    ratios = sorted(run[LABELLED] / run["imports"] for run in runs)
    middle = statistics.median(ratios)
    print(f"first labelled frame over imports: {middle:.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
