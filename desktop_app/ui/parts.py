"""What is behind the window, so that tests can put their own there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop_app.capture.devices import list_cameras
from desktop_app.capture.opening import source_for
from desktop_app.ui.live.source_chooser import CameraList
from desktop_app.workers.capture_worker import SourceFactory
from desktop_app.workers.engine import LoadPipeline
from desktop_app.workers.lane import Recogniser

if TYPE_CHECKING:
    from desktop_app.recognition.decision import DecisionPolicy
    from desktop_app.vision.pipeline import FacePipeline


def _live_recogniser(pipeline: FacePipeline, policy: DecisionPolicy) -> Recogniser:
    from desktop_app.services.live import LiveRecogniser

    return LiveRecogniser(pipeline, policy)


@dataclass(frozen=True, slots=True)
class Parts:
    """What is behind the window; tests put their own in.

    Attributes:
        source_for: makes sources of frames.
        cameras: finds the cameras.
        load: loads the networks.
        recogniser: recognises faces in a stream.

    """

    source_for: SourceFactory = source_for
    cameras: CameraList = list_cameras
    load: LoadPipeline | None = None
    recogniser: Callable[[FacePipeline, DecisionPolicy], Recogniser] = _live_recogniser
