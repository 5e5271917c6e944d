"""What another process sees of the application, and does to its gallery."""

from __future__ import annotations

from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from db.repository import GalleryRepository
from desktop_app.recognition.people import NewSample, Origin
from desktop_app.vision.types import Embedding

_MIB = 2**20
_EMBEDDER, _DIMENSION, _CROP = "sface", 128, 112


class Watcher:
    """Measures a process from outside, so that the measuring is not part of what it measures."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self._process.cpu_percent()

    def look(self) -> dict[str, Any]:
        """Return memory in MiB, threads, handles, and the share of one core since the last time.

        What a system does not tell is left out.
        """
        process = self._process
        with process.oneshot():
            memory = process.memory_info()
            looked: dict[str, Any] = {
                "rss_mb": memory.rss / _MIB,
                "os_threads": process.num_threads(),
                "cpu_percent": process.cpu_percent(),
                "load": psutil.getloadavg()[0],
                # Windows counts handles, all others file descriptors.
                "handles": process.num_handles() if psutil.WINDOWS else process.num_fds(),
            }
        looked |= _anonymous(process.pid)
        try:
            full = process.memory_full_info()
        except psutil.AccessDenied:
            return looked
        for name in ("uss", "pss"):
            if hasattr(full, name):
                looked[f"{name}_mb"] = getattr(full, name) / _MIB
        return looked


def _anonymous(pid: int) -> dict[str, float]:
    """Return the memory that no file stands behind, where the system tells: Linux does.

    USS would not do: it falls when another program begins to use the same libraries.
    """
    try:
        status = Path(f"/proc/{pid}/status").read_text("utf-8")
    except OSError:
        return {}
    lines = dict(line.partition(":")[::2] for line in status.splitlines())
    kib = lines.get("RssAnon", "").removesuffix("kB").strip()
    return {"anonymous_mb": int(kib) / 1024} if kib else {}


class OtherProgram:
    """Writes to the gallery, opening it each time as the command line does."""

    def __init__(self, gallery: Path) -> None:
        self._gallery = gallery
        self._numbers = count()

    def write(self) -> None:
        """Enrol somebody who is in no picture the first time, and rename them from then on."""
        number = next(self._numbers)
        with closing(GalleryRepository.open(self._gallery)) as repository:
            resident = next(
                (p.identity for p in repository.people(embedder=_EMBEDDER) if _is_resident(p)), None
            )
            if resident is None:
                repository.acts.enrol(f"Resident {number}", [_nobody()])
            else:
                repository.acts.rename(resident.id, f"Resident {number}")


def _is_resident(person: Any) -> bool:
    return bool(person.identity.name.startswith("Resident"))


def _nobody() -> NewSample:
    numbers = np.random.default_rng(7)
    vector = numbers.standard_normal(_DIMENSION).astype(np.float32)
    return NewSample(
        pixels=numbers.integers(0, 256, (_CROP, _CROP, 3), np.uint8),
        embedding=Embedding(vector / np.linalg.norm(vector), _EMBEDDER),
        quality=0.5,
        origin=Origin.PHOTO,
    )
