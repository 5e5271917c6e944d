"""How fluid the live picture is while everything else works as hard as it can.

::

    xvfb-run python -m benchmarks.display CLIP [--seconds N] [--photos FOLDER] [--width PIXELS]

Opens the real window with a data folder of its own, plays the clip again and again as a camera
that sends 30 frames a second, recognises every frame there is time for, and imports the people of
a folder meanwhile. An interval is the time from one frame's first paint to the next one's. A box's
lag is how many frames the one it was found in is behind the one it is painted on.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QTimer

from benchmarks.looped_clip import LoopedClip, pictures_of
from benchmarks.paint_log import MOST_LAG, STUTTER_MS, PaintLog, percentiles, summary
from desktop_app import machine
from desktop_app.app import create_app
from desktop_app.errors import KnownError
from desktop_app.ui.application import Application
from desktop_app.ui.parts import Parts

_FRAME_RATE = 30.0
_SIZE = (1280, 800)
# Until caches are filled and the first result is painted, seconds.
_WARM_UP = 3.0
# How often it is looked how far an import is, ms.
_LOOK_EVERY = 100
_PATIENCE = 120.0


class Import(QObject):
    """Imports a folder as somebody would who chooses it in the window."""

    def __init__(self, app: Application, folder: Path) -> None:
        super().__init__(app.window)
        self.read_at: list[tuple[float, int]] = []
        self.finished_at: float | None = None
        self._dialog = app.window.doors.import_folder()
        self._dialog.read_folder(folder)
        self._started = False
        self._timer = QTimer(self, interval=_LOOK_EVERY)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    @property
    def photos(self) -> int:
        """How many were read until now."""
        return max((count for _, count in self.read_at), default=0)

    def cancel(self) -> None:
        """Leave off."""
        self._timer.stop()
        self._dialog.leave()

    def _look(self) -> None:
        now = time.monotonic()
        if not self._started:
            button = self._dialog.import_button
            if button.isVisible() and button.isEnabled():
                self._started = True
                button.click()
        elif self._dialog.is_busy:
            self.read_at.append((now, max(0, self._dialog.progress_page.bar.value())))
        elif self.finished_at is None:
            self.finished_at = now
            self._timer.stop()


def measure(
    clip: Path, *, seconds: float, photos: Path | None, width: int | None
) -> dict[str, Any]:
    """Open the window, let it run, and return what was seen.

    Raises:
        CaptureError: the clip cannot be read.

    """
    pictures = pictures_of(clip, width=width)
    source = LoopedClip(pictures, frame_rate=_FRAME_RATE, source_id="camera:0")
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(
            sources=["camera:0"],
            data_dir=Path(folder) / "data",
            parts=Parts(source_for=lambda _spec: source, cameras=list),
            exec_app=False,
        )
        try:
            app.window.resize(*_SIZE)
            log = PaintLog(app.window.view)
            _wait(lambda: bool(app.context.is_ready and app.window.view.marks_painted), _PATIENCE)
            _wait(lambda: False, _WARM_UP)
            return _observe(app, log, source, seconds=seconds, photos=photos)
        finally:
            app.window.close()
            app.shutdown()


def _observe(
    app: Application, log: PaintLog, source: LoopedClip, *, seconds: float, photos: Path | None
) -> dict[str, Any]:
    log.forget()
    source.delivered.clear()
    began, cpu, own = time.monotonic(), time.process_time(), time.thread_time()
    recognised = app.session.processed
    load_before = machine.load()
    job = Import(app, photos) if photos is not None else None
    _wait(lambda: False, seconds)
    took = time.monotonic() - began
    result = {
        "seconds": round(took, 1),
        "cores": machine.cores(),
        "load_before": load_before,
        "load_after": machine.load(),
        "cpu": round((time.process_time() - cpu) / took, 2),
        "cpu_window": round((time.thread_time() - own) / took, 3),
        "source_interval_ms": percentiles(np.diff(source.delivered) * 1e3),
        "delivered": len(source.delivered),
        "recognised_a_second": round((app.session.processed - recognised) / took, 1),
        **summary(log.paints, log.repaints),
    }
    if job is not None:
        done = job.finished_at
        result["photos_read"] = job.photos
        result["import_finished_s"] = None if done is None else round(done - began, 1)
        job.cancel()
    return result


def _wait(until: Callable[[], bool], seconds: float) -> None:
    """Run the window's events until something is so, or for so many seconds."""
    from PySide6.QtCore import QEventLoop

    loop = QEventLoop()
    deadline = QTimer(singleShot=True, interval=round(seconds * 1000))
    deadline.timeout.connect(loop.quit)
    look = QTimer(interval=_LOOK_EVERY)
    look.timeout.connect(lambda: loop.quit() if until() else None)
    deadline.start()
    look.start()
    loop.exec()


def _print(result: dict[str, Any]) -> None:
    # Some systems count none.
    told = result["load_before"] is not None and result["load_after"] is not None
    load = f", load {result['load_before']} to {result['load_after']}" if told else ""
    print(
        f"{result['seconds']} s on {result['cores']} cores{load}; {result['cpu']} cores used, "
        f"{result['cpu_window']} by the window"
    )
    print(
        f"{result['delivered']} frames came, {result['paints']} were painted, "
        f"{result['repaints']} of them again; {result['recognised_a_second']} recognised a second"
    )
    names = {
        "source_interval_ms": "from frame to frame, ms",
        "interval_ms": "from paint to paint, ms",
        "cost_ms": "cost of a paint, ms",
        "repaint_cost_ms": "cost of another, ms",
        "lag_frames": "lag of boxes, frames",
        "lag_ms": "lag of boxes, ms",
    }
    print(f"{'':26}{'p50':>8}{'p95':>8}{'p99':>8}{'max':>8}")
    for key, name in names.items():
        if figures := result[key]:
            print(f"{name:26}" + "".join(f"{value:8.1f}" for value in figures.values()))
    stutters = result["stutters"]
    when = ", ".join(f"{each['ms']:.0f} ms at {each['at_s']:.1f} s" for each in stutters[:12])
    print(f"intervals above {STUTTER_MS:.0f} ms: {len(stutters)}" + (f" ({when})" if when else ""))
    print(
        f"boxes more than {MOST_LAG} frames behind: {result['lag_above']} of {result['labelled']}"
    )
    if "photos_read" in result:
        ended = result["import_finished_s"]
        print(f"photos read: {result['photos_read']}" + (f", all by {ended} s" if ended else ""))


def main() -> int:
    """Measure and print; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.display", description="Measure how fluid the live picture is."
    )
    parser.add_argument("clip", type=Path, help="a video file with faces")
    parser.add_argument("--seconds", type=float, default=30.0, help="how long (default: 30)")
    parser.add_argument("--photos", type=Path, help="a folder of people to import meanwhile")
    parser.add_argument("--width", type=int, help="scale the clip to so many pixels")
    parser.add_argument("--json", type=Path, help="write the figures to a file as well")
    options = parser.parse_args()
    os.environ.setdefault("KENSPECKLE_KEYCHAIN", "off")
    try:
        result = measure(
            options.clip, seconds=options.seconds, photos=options.photos, width=options.width
        )
    except KnownError as error:
        print(error, file=sys.stderr)
        return 2
    result = {"clip": options.clip.name, "width": options.width, **result}
    if options.json is not None:
        options.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    _print(result)
    return 0


if __name__ == "__main__":
    sys.exit(main())
