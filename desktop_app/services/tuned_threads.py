"""Keeps what was measured of this machine, so that not each start measures it.

What was measured on a busy machine is kept for a day: there a second thread seems to gain nothing.
After a month all is measured again, since what else decides (the power plan, the cooling, the
neighbours of a virtual machine) changes unseen. It takes a fraction of a second.
"""

from __future__ import annotations

import json
import logging
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version

from desktop_app import machine
from desktop_app.errors import FileNotWritable
from desktop_app.paths import DataDir
from desktop_app.vision.manifest import ModelCatalog
from desktop_app.vision.native_log import native_stderr_to_log
from desktop_app.vision.threads import Threads
from desktop_app.vision.tuning import MOST_THREADS, measure_threads
from desktop_app.whole_file import whole_file

_RUNTIME = "ai-edge-litert"
_KEPT_FOR, _KEPT_FOR_WHERE_BUSY = timedelta(days=30), timedelta(days=1)
# Programs that wanted to run in the last minute, a core, from which on a machine is busy. Starting
# this one is among them.
_BUSY = 0.6

_log = logging.getLogger(__name__)


def threads_for(catalog: ModelCatalog, data_dir: DataDir) -> Threads:
    """Return how many threads the networks are to use on this machine.

    Measured the first time, again after a month, or a day where the machine was busy, and after a
    change of processor, runtime or networks.

    Args:
        catalog: which networks there are.
        data_dir: where it is kept.

    Raises:
        ModelError: a network cannot be used.

    """
    fingerprint = _fingerprint(catalog)
    kept = _read(data_dir, fingerprint)
    if kept is not None:
        return kept
    load = machine.load() or 0.0
    with native_stderr_to_log():
        threads = measure_threads(catalog)
    _log.info("threads measured: detector %d, embedder %d", threads.detector, threads.embedder)
    record = {
        "measured_on": fingerprint,
        "measured_at": _now().isoformat(timespec="seconds"),
        "busy": load > _BUSY * machine.cores(),
        "threads": asdict(threads),
    }
    try:
        data_dir.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        with whole_file(data_dir.machine_file) as path:
            path.write_text(json.dumps(record, indent=2), encoding="utf-8")
    except (FileNotWritable, OSError) as error:
        # It is measured again next time.
        _log.info("what was measured could not be kept: %s", error)
    return threads


def _read(data_dir: DataDir, fingerprint: dict[str, str]) -> Threads | None:
    try:
        record = json.loads(data_dir.machine_file.read_text(encoding="utf-8"))
        if record["measured_on"] != fingerprint:
            return None
        age = _now() - datetime.fromisoformat(record["measured_at"])
        # A clock that was put back would keep it for longer.
        kept_for = _KEPT_FOR_WHERE_BUSY if record.get("busy") else _KEPT_FOR
        if not timedelta(0) <= age < kept_for:
            return None
        threads: dict[str, int] = record["threads"]
        if not all(type(count) is int and 1 <= count <= MOST_THREADS for count in threads.values()):
            return None
        return Threads(**threads)
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _fingerprint(catalog: ModelCatalog) -> dict[str, str]:
    try:
        runtime = version(_RUNTIME)
    except PackageNotFoundError:
        runtime = "another"
    return {
        "processor": machine.processor(),
        "cores": str(machine.cores()),
        "runtime": f"{_RUNTIME} {runtime}",
        "detector": catalog.get("yunet").sha256,
        "embedder": catalog.embedder().sha256,
    }
