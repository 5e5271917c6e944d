"""What is behind the window, so that tests can put their own there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop_app.capture.devices import list_cameras
from desktop_app.capture.formats import formats_of
from desktop_app.capture.hotplug import CameraWatch
from desktop_app.capture.opening import source_for
from desktop_app.ui.live.format_menu import FormatList
from desktop_app.ui.live.plugging import CameraPoll
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


def _camera_poll() -> CameraPoll:
    return CameraWatch().poll


@dataclass(frozen=True, slots=True)
class Parts:
    """What is behind the window; tests put their own in.

    Attributes:
        source_for: makes sources of frames.
        cameras: finds the cameras.
        formats: tells which sizes and rates one offers.
        plugged: makes what says which cameras came or went since it was last asked.
        load: loads the networks.
        recogniser: recognises faces in a stream.

    """

    source_for: SourceFactory = source_for
    cameras: CameraList = list_cameras
    formats: FormatList = formats_of
    plugged: Callable[[], CameraPoll] = _camera_poll
    load: LoadPipeline | None = None
    recogniser: Callable[[FacePipeline, DecisionPolicy], Recogniser] = _live_recogniser
