"""The thread that examines the photos of an import, beside the live picture."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from desktop_app.errors import GalleryLocked, KnownError
from desktop_app.services.imports.folder_import import FolderImport
from desktop_app.services.imports.progress import ImportProgress, ProgressMeter
from desktop_app.workers.background import RunnerClosed
from desktop_app.workers.priority import Rank, step_back
from desktop_app.workers.thread import Worker

if TYPE_CHECKING:
    from desktop_app.vision.pipeline import FacePipeline

# Seconds between two signals: a bar that moves more often looks no smoother.
_TELL_EVERY = 0.2
# How often it is tried to drop what was read, each time as long as the gallery waits for others.
_TRIES = 3


class ImportWorker(Worker):
    """Examines all photos with networks of its own, and tells how far it is.

    The live picture's networks are left to it: they serve one picture at a time, and a photo takes
    as long as several frames do.

    Attributes:
        progressed: an ``ImportProgress``.
        examined: all photos are; the import can be enrolled.
        cancelled: everything is as it was before.
        kept: it was cancelled and nobody is enrolled, but what was read could not be dropped, for
            the ``KnownError`` that comes with it.
        job: the import, once the networks are loaded.

    """

    progressed = Signal(object)
    examined = Signal()
    cancelled = Signal()
    kept = Signal(object)

    def __init__(
        self, make: Callable[[FacePipeline], FolderImport], *, load: Callable[[], FacePipeline]
    ) -> None:
        """Args: make: prepares the import for networks. load: loads them."""
        super().__init__("import")
        self._make = make
        self._load = load
        self._discarding = threading.Event()
        self.job: FolderImport | None = None

    def cancel(self) -> None:
        """End, and leave everything as it was; :attr:`cancelled` follows, or :attr:`kept`.

        :meth:`stop` ends it too, and leaves what was read to be gone on with.
        """
        self._discarding.set()
        self.stop()

    def _work(self) -> None:
        # The live picture goes first.
        step_back(Rank.BATCH)
        with contextlib.suppress(RunnerClosed), closing(self._load()) as pipeline:
            if self._stopping.is_set() and not self._discarding.is_set():
                return
            self.job = job = self._make(pipeline)
            try:
                self._examine(job)
            except BaseException:
                job.close()
                raise

    def _examine(self, job: FolderImport) -> None:
        try:
            self._look_at_photos(job)
        except KnownError:
            # Whoever cancelled wants nothing of it, whatever else went wrong meanwhile.
            if not self._discarding.is_set():
                raise
        if self._discarding.is_set():
            self._discard(job)
        elif self._stopping.is_set():
            job.close()
        else:
            self._tell(self.examined)

    def _discard(self, job: FolderImport) -> None:
        trouble = None
        for _ in range(_TRIES):
            try:
                job.discard()
            except KnownError as error:
                trouble = error
                if not isinstance(error, GalleryLocked):
                    break
            else:
                trouble = None
                break
        job.close()
        if trouble is None:
            self._tell(self.cancelled)
        else:
            self._tell(self.kept, trouble)

    def _look_at_photos(self, job: FolderImport) -> None:
        meter, told_at = ProgressMeter(job.plan.photo_count), 0.0
        self._tell(self.progressed, ImportProgress(0, job.plan.photo_count))
        with closing(job.examine()) as examining:
            for _ in examining:
                progress = meter.step()
                if time.monotonic() - told_at >= _TELL_EVERY:
                    told_at = time.monotonic()
                    self._tell(self.progressed, progress)
                if self._stopping.is_set():
                    break
        self._tell(self.progressed, meter.now())
