"""The application of a soak run, in a process of its own: used, disturbed and measured."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    QTimer,
    QtMsgType,
    Slot,
    qInstallMessageHandler,
)

from desktop_app.app import create_app
from desktop_app.capture.devices import Camera
from desktop_app.ui.application import Application
from desktop_app.ui.parts import Parts
from soaking.acts import Acts
from soaking.cameras import StandInCameras, pictures_of
from soaking.drill import Drill
from soaking.hunt import Hunt
from soaking.meter import Meter
from soaking.verdict import WARM_UP

# The end is quiet, so that what was lost can come back and what was opened can close.
_QUIET = 15.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done; goes from one process to the other as JSON.

    Attributes:
        folder: the user's data folder.
        clips: what the cameras show.
        cameras: how many.
        seconds: how long, from when faces can be recognised.
        sample_every: seconds.
        act_every, lose_every: seconds from one act, and from one loss, to the next.
        lasting: seconds that a loss lasts.
        hunt: look for what holds memory.

    """

    folder: str
    clips: list[str]
    cameras: int = 1
    seconds: float = 3600.0
    sample_every: float = 5.0
    act_every: float = 3.0
    lose_every: float = 20.0
    lasting: float = 7.0
    hunt: bool = False


def report(line: dict[str, Any]) -> None:
    """Tell the parent; without one there is nobody to run for."""
    try:
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()
    except OSError:
        os._exit(1)


def take_message(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:  # noqa: ARG001
    """Report what Qt complains of, but for what the offscreen plug-in says it cannot do."""
    complains = kind not in {QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg}
    if complains and not text.startswith("This plugin does not support"):
        report({"error": f"Qt: {text}"})


class Run(QObject):
    """From the moment that faces can be recognised to the end."""

    def __init__(self, application: Application, cameras: StandInCameras, plan: Plan) -> None:
        super().__init__(application)
        self._application = application
        self._cameras = cameras
        self._plan = plan
        self._began = time.monotonic()
        self._hunt = Hunt() if plan.hunt else None
        self._meter: Meter | None = None
        self._drill: Drill | None = None
        self._acts: Acts | None = None
        self._sampling = QTimer(self, interval=round(plan.sample_every * 1000))
        self._sampling.timeout.connect(self._sample)
        for signal in (
            application.hooks.caught,
            application.context.failed,
            application.session.recognition_failed,
        ):
            signal.connect(self._note_error)
        application.engine.ready.connect(self._begin)
        application.engine.models_failed.connect(self._give_up)
        application.engine.gallery_failed.connect(self._give_up)

    def last_words(self) -> dict[str, Any]:
        """Return how it ended, once everything was shut down."""
        ours = ("capture", "recognition", "database", "general", "models")
        left = [t.name for t in threading.enumerate() if t.name.startswith(ours)]
        return {
            "alarms": self._drill.alarms if self._drill is not None else 0,
            "acts": dict(self._acts.done) if self._acts is not None else {},
            "refused": dict(self._acts.refused) if self._acts is not None else {},
            "threads_left": left,
            "openings_left": sum(camera.openings for camera in self._cameras.all),
        }

    @Slot()
    def _begin(self) -> None:
        if self._meter is not None:
            return
        session, plan, cameras = self._application.session, self._plan, self._cameras.watched
        for camera in cameras[1:]:
            self._application.window.opener.add(camera.spec)
        feeds = session.feeds
        self._meter = Meter(self._application.window, feeds, cameras, parent=self)
        self._drill = Drill(
            feeds,
            cameras,
            every=plan.lose_every,
            lasting=plan.lasting,
            report=report,
            parent=self,
        )
        quiet = self._drill
        self._acts = Acts(
            self._application,
            spare=self._cameras.spare.spec,
            every=plan.act_every,
            is_quiet=lambda: quiet.is_quiet,
            parent=self,
        )
        self._began = time.monotonic()
        self._sampling.start()
        self._drill.start()
        self._acts.start()
        seconds = plan.seconds
        QTimer.singleShot(round(max(0.7 * seconds, seconds - _QUIET) * 1000), self, self._calm)
        QTimer.singleShot(round(seconds * 1000), self, self._end)
        if self._hunt is not None:
            QTimer.singleShot(round(min(WARM_UP, 0.4 * seconds) * 1000), self, self._hunt.begin)
        report({"ready": time.monotonic() - self._began})

    @Slot()
    def _sample(self) -> None:
        meter, drill, acts = self._meter, self._drill, self._acts
        assert meter is not None, "sampling is begun with them"
        assert drill is not None, "sampling is begun with them"
        assert acts is not None, "sampling is begun with them"
        sample = {
            "at": time.monotonic() - self._began,
            "is_usual": drill.is_quiet and not acts.has_added_source,
            **meter.take(),
        }
        report({"sample": sample})

    @Slot()
    def _calm(self) -> None:
        if self._drill is not None and self._acts is not None:
            self._drill.stop()
            self._acts.stop()

    @Slot()
    def _end(self) -> None:
        self._sampling.stop()
        self._sample()
        if self._hunt is not None:
            report({"hunt": self._hunt.end()})
        elif self._meter is not None and self._meter.trim():
            report({"trimmed": True})
        self._application.window.close()

    @Slot(object)
    def _note_error(self, error: Exception) -> None:
        report({"error": f"{type(error).__name__}: {error}"})

    @Slot(object)
    def _give_up(self, error: Exception) -> None:
        self._note_error(error)
        self._application.window.close()


def run(plan: Plan) -> int:
    """Run the application as planned, reporting on standard output."""
    from desktop_app.log import log_to_file

    folder = Path(plan.folder)
    qInstallMessageHandler(take_message)
    cameras = StandInCameras(plan.cameras, [pictures_of(Path(clip)) for clip in plan.clips])
    log_to_file(folder / "kenspeckle.log")
    application = create_app(
        sources=[str(cameras.watched[0].spec)],
        data_dir=folder,
        parts=Parts(
            source_for=cameras,
            cameras=lambda: [Camera(int(c.spec.address), str(c.spec)) for c in cameras.all],
        ),
        exec_app=False,
    )
    running = Run(application, cameras, plan)
    application.run()
    report({"ended": running.last_words()})
    return application.exit_code
