"""Runs the application for hours as somebody would who means it ill, and says what grew.

    python tools/soak.py [CLIP …] [--minutes 60] [--cameras 2] [--json FILE]

The real application runs in a process of its own, with a data folder that is deleted afterwards
(QT_QPA_PLATFORM says on which screen; none is needed). Its cameras are stand-ins that show the
clips over and over, 30 pictures a second; without a clip, a drawn one. Every 20 seconds one of
them fails for 7, in turn in each way that real ones do: unplugged, stopped, hung in read(),
repeating its last picture, sending garbage, sending another size. Every 3 seconds somebody does
something: enrols a face of the live picture, renames, merges, undoes, removes, changes settings,
resizes or minimises the window, opens and closes dialogs, opens sources that are not there. This
process, as another program would, writes to the gallery meanwhile, and every 5 seconds takes down
what the application holds: memory, threads, handles.

At the end a table compares minute 5–6 with the last one. The exit code is 1 if one of these is
passed: memory 2 % more, threads or handles more, a loss said after 1 s, a picture back after 3 s, a
kind of loss that never came, an error, something left behind at the end. What a run of less than 7
minutes cannot say of memory, threads, handles and losses is shown and not judged. ``--hunt`` names
what grew, line by line; it slows everything, so that nothing else is judged either.

If memory grows: the rows below say of what kind. "malloc'ed" growing is a leak, in Python if its
blocks grow as well, else in a C library. Anonymous memory that grows without it is fragmentation
("free, not given back"; "after malloc_trim" says how much the C library would give back). Of
threads and handles those moments count in which every camera is shown. Times say little where the
last row tells of a machine that is busy with other things.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from soaking.outside import OtherProgram, Watcher
from soaking.verdict import LOSE_EVERY, Finding, Status, judge, table

# Without a line for so long, the application's window hangs, seconds.
_SILENCE = 90.0
_OTHERS_EVERY = 7.0


@dataclass
class Record:
    """What came of a run."""

    plan: dict[str, Any]
    samples: list[dict[str, Any]] = field(default_factory=list)
    losses: list[dict[str, Any]] = field(default_factory=list)
    alarms: list[dict[str, Any]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    ended: dict[str, Any] = field(default_factory=dict)
    trimmed_rss_mb: float | None = None
    hunt: dict[str, Any] = field(default_factory=dict)

    def take(self, line: dict[str, Any], watcher: Watcher) -> None:
        """Take one line of the application, and look at it from outside at the same moment."""
        match line:
            case {"sample": inside}:
                self.samples.append(inside | watcher.look())
            case {"loss": loss}:
                self.losses.append(loss | {"at": self._now()})
            case {"alarm": alarm}:
                self.alarms.append(alarm | {"at": self._now()})
            case {"error": error}:
                self.errors.append(error)
            case {"trimmed": _}:
                self.trimmed_rss_mb = watcher.look()["rss_mb"]
            case {"hunt": found}:
                self.hunt = found
            case {"ended": ended}:
                self.ended = ended

    def _now(self) -> float:
        return float(self.samples[-1]["at"]) if self.samples else 0.0


def lines_of(process: subprocess.Popen[str]) -> Iterator[dict[str, Any]]:
    """Yield what the application says, until it has ended or says nothing for too long."""
    said: queue.SimpleQueue[str | None] = queue.SimpleQueue()

    def listen() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            said.put(line)
        said.put(None)

    threading.Thread(target=listen, name="listener", daemon=True).start()
    while True:
        try:
            line = said.get(timeout=_SILENCE)
        except queue.Empty:
            print("the application says nothing any more", file=sys.stderr)
            return
        if line is None:
            return
        if line.startswith("{"):
            yield json.loads(line)


def soak(plan: dict[str, Any]) -> Record:
    """Run the application as planned and return what was measured."""
    record = Record(plan)
    environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ, "KENSPECKLE_KEYCHAIN": "off"}
    with subprocess.Popen(
        [sys.executable, __file__, "--inside", json.dumps(plan)],
        stdout=subprocess.PIPE,
        encoding="utf-8",
        env=environment,
    ) as process:
        watcher, other = Watcher(process.pid), OtherProgram(Path(plan["folder"]) / "gallery.db")
        next_write, next_word = time.monotonic() + _OTHERS_EVERY, 0.0
        try:
            for line in lines_of(process):
                record.take(line, watcher)
                if "sample" in line and time.monotonic() > next_write:
                    next_write = time.monotonic() + _OTHERS_EVERY
                    other.write()
                if record.samples and record.samples[-1]["at"] >= next_word:
                    next_word += 60.0
                    say(record.samples[-1])
        except KeyboardInterrupt:
            # The application heard it too, and closes.
            for line in lines_of(process):
                record.take(line, watcher)
        finally:
            if process.poll() is None and not record.ended:
                process.kill()
    if process.returncode:
        record.errors.append(f"the application ended with code {process.returncode}")
        record.ended = {}
    return record


def say(sample: dict[str, Any]) -> None:
    """Tell how it goes."""
    print(
        f"{sample['at'] / 60:5.1f} min: {sample['rss_mb']:.0f} MiB, "
        f"{sample['os_threads']} threads, {sample['handles']} handles, "
        f"{sample['painted_rate']:.0f} painted and {sample['recognised_rate']:.0f} recognised "
        "a second",
        file=sys.stderr,
    )


def show(record: Record, findings: Sequence[Finding]) -> None:
    """Print the verdict."""
    print(table(findings))
    if record.trimmed_rss_mb is not None and record.samples:
        last = record.samples[-1]["rss_mb"]
        print(f"after malloc_trim: {last:.1f} → {record.trimmed_rss_mb:.1f} MiB")
    for key, title in (("acts", "done"), ("refused", "refused")):
        if record.ended.get(key):
            print(f"{title}: " + ", ".join(f"{k} {v}" for k, v in record.ended[key].items()))
    for error in record.errors:
        print(f"error: {error}")
    for name, number in record.hunt.get("types", {}).items():
        print(f"{number:+8d} {name}")
    for found in record.hunt.get("lines", []):
        print(f"{found['kib']:+10.1f} KiB in {found['count']:+d} blocks")
        print("\n".join(found["where"]))


def drawn_clip(folder: Path) -> Path:
    """Write a clip with a swaying ring: there is always something to show, though no face."""
    from desktop_app.capture.synthetic import SyntheticSource
    from desktop_app.opencv import cv2

    path = folder / "drawn.avi"
    size = (640, 480)
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 30, size)
    source = SyntheticSource(96, size=size)
    source.open()
    while (frame := source.read()) is not None:
        writer.write(frame.pixels[..., ::-1].copy())
    writer.release()
    return path


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("clips", metavar="CLIP", nargs="*", type=Path, help="a video file")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--cameras", type=int, default=1)
    parser.add_argument("--json", metavar="FILE", type=Path, help="write all that was measured")
    parser.add_argument("--sample-every", type=float, default=5.0, metavar="SECONDS")
    parser.add_argument("--act-every", type=float, default=3.0, metavar="SECONDS")
    parser.add_argument("--lose-every", type=float, default=LOSE_EVERY, metavar="SECONDS")
    parser.add_argument("--lasting", type=float, default=7.0, metavar="SECONDS")
    parser.add_argument("--hunt", action="store_true", help="say what grew, line by line")
    parser.add_argument("--folder", type=Path, help="keep the data folder here")
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.inside:
        from soaking.inside import Plan, run

        return run(Plan(**json.loads(options.inside)))
    missing = [str(clip) for clip in options.clips if not clip.is_file()]
    if missing:
        parser.error(f"there is no {missing[0]}")
    with tempfile.TemporaryDirectory(prefix="soak-") as temporary:
        folder = options.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        record = soak(
            {
                "folder": str(folder),
                "clips": [str(c.resolve()) for c in options.clips or [drawn_clip(folder)]],
                "cameras": options.cameras,
                "seconds": options.minutes * 60,
                "sample_every": options.sample_every,
                "act_every": options.act_every,
                "lose_every": options.lose_every,
                "lasting": options.lasting,
                "hunt": options.hunt,
            }
        )
    findings = judge(
        record.samples,
        losses=record.losses,
        errors=record.errors,
        ended=record.ended,
        cameras=options.cameras,
        lose_every=options.lose_every,
    )
    show(record, findings)
    if options.json:
        verdict = [asdict(one) | {"status": one.status.name.lower()} for one in findings]
        text = json.dumps(asdict(record) | {"verdict": verdict}, indent=1)
        options.json.write_text(text + "\n", encoding="utf-8")
    return 1 if any(one.status is Status.BAD for one in findings) else 0


if __name__ == "__main__":
    sys.exit(main())
