"""What ``kenspeckle live --headless`` adds to the history."""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime
from functools import partial

from desktop_app.capture.source import SourceSpec
from desktop_app.errors import KnownError
from desktop_app.services.history.log import History, strangers_alike_from
from desktop_app.services.history.recorder import HistoryRecorder, RecorderRules
from desktop_app.services.history.writer import HistoryWriter
from desktop_app.services.live import FrameResult
from desktop_app.services.people import PeopleService
from desktop_app.settings import Settings
from desktop_app.vision.manifest import Calibration

# Seconds between two looks whether something is to be written.
_LOOK_AGAIN = 1.0

_log = logging.getLogger(__name__)


class LiveHistory:
    """Records one run; what cannot be written at once is kept and tried again."""

    def __init__(
        self,
        people: PeopleService,
        spec: SourceSpec,
        *,
        settings: Settings,
        calibration: Calibration | None,
    ) -> None:
        """Begin, and delete what is older than the settings say.

        Args:
            people: whose file it is written to.
            spec: what is recognised.
            settings: what is to be recorded.
            calibration: says which strangers are one.

        """
        rules = RecorderRules(
            strangers=settings.history_strangers,
            looks=settings.history_pictures,
            alike_from=strangers_alike_from(calibration),
        )
        self._recorder = HistoryRecorder(spec.label, rules=rules)
        self._writer = HistoryWriter()
        self._history = History(people.file)
        self._looked_at = time.monotonic()
        self._said: str | None = None
        try:
            self._history.forget_older(days=settings.history_days)
        except KnownError as error:
            self._complain(error)

    def add(self, result: FrameResult) -> None:
        """Take the next result."""
        now = datetime.now(UTC)
        self._recorder.add(result, now=now)
        if time.monotonic() - self._looked_at > _LOOK_AGAIN:
            self._looked_at = time.monotonic()
            self._writer.add(self._recorder.due(now=now))
            self._write(patient=False)

    def close(self) -> None:
        """End everything and write it."""
        self._writer.add(self._recorder.close())
        self._write(patient=True)

    def _write(self, *, patient: bool) -> None:
        try:
            self._writer.write_all(partial(self._history.write, patient=patient))
        except KnownError as error:
            if patient or error.code != "gallery-locked":
                self._complain(error)

    def _complain(self, error: KnownError) -> None:
        if error.code != self._said:
            self._said = error.code
            _log.warning("the history is not complete: %s", error)
