"""Cameras of this machine."""

from __future__ import annotations

import errno
import itertools
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app.capture.devices import backends, can_capture, device_capabilities
from desktop_app.capture.formats import CameraFormat
from desktop_app.capture.opencv_source import LiveSource
from desktop_app.capture.source import SourceSpec
from desktop_app.errors import CameraBusy, CameraNotFound, CaptureError

if TYPE_CHECKING:
    import cv2  # noqa: TID251 - for the types alone; nothing is imported when it runs

# Enough for faces across a room; what cameras send beyond it costs every stage after it.
_USUAL = CameraFormat(1280, 720)
_USUAL_RATE = 30.0

# Beyond it OpenCV reads the hundreds as the number of a back-end, and opens another camera.
_MAX_NUMBER = 99
# What a camera may take to its first picture, seconds: some send torn ones, or none, while they
# find their exposure.
_WARMING_UP = 6.0
_ABSENT = {errno.ENOENT, errno.ENODEV, errno.ENXIO, errno.EACCES, errno.EPERM}


class CameraSource(LiveSource):
    """A camera of this machine, by its number."""

    def __init__(
        self, spec: SourceSpec, *, dev_root: Path = Path("/dev"), platform: str = sys.platform
    ) -> None:
        """Name the camera.

        Args:
            spec: its number.
            dev_root: where Linux keeps its devices.
            platform: as ``sys.platform``; it decides how OpenCV reaches the camera.

        """
        super().__init__(spec)
        self._platform = platform
        self._number = int(spec.address)
        self._device = dev_root / f"video{spec.address}"

    def open(self) -> None:
        """Open the device and wait for its first picture.

        Raises:
            CameraNotFound: there is no such camera, or we may not use it.
            CameraBusy: it is there but gives no picture.

        """
        self.close()
        missing = self._platform == "linux" and not self._device.exists()
        if missing or self._number > _MAX_NUMBER:
            raise CameraNotFound(source=self._spec.label)
        from desktop_app.opencv import cv2

        # What a camera offers may still not fit through its cable, beside others: no picture comes.
        formats = [_USUAL] if self._spec.wanted is None else [self._spec.wanted, _USUAL]
        answered = False
        for backend, wanted in itertools.product(backends(self._platform), formats):
            capture = cv2.VideoCapture(self._number, backend)
            if capture.isOpened():
                answered = True
                _configure(capture, wanted)
            if self._starts(capture, patience=_WARMING_UP):
                return
        raise CameraBusy(source=self._spec.label) if answered else self._why_closed()

    def _why_closed(self) -> CaptureError:
        """Ask the system about a device that OpenCV could not open."""
        if self._platform != "linux":
            # Neither Media Foundation nor AVFoundation refuses to open a camera in use.
            return CameraNotFound(source=self._spec.label)
        try:
            os.close(os.open(self._device, os.O_RDWR | os.O_NONBLOCK))
        except OSError as error:
            if error.errno in _ABSENT:
                return CameraNotFound(source=self._spec.label)
            return CameraBusy(source=self._spec.label)
        capabilities = device_capabilities(self._device)
        if capabilities is not None and not can_capture(capabilities):
            return CameraNotFound(source=self._spec.label)
        return CameraBusy(source=self._spec.label)


def _configure(capture: cv2.VideoCapture, wanted: CameraFormat) -> None:
    """Ask for a lively picture; a camera that cannot keeps what it has."""
    from desktop_app.opencv import cv2

    # MJPG before the size: uncompressed 1280×720 does not fit through USB 2 at 30 pictures a
    # second, and a camera that was asked for the size first stays at 10 or fewer.
    capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
    capture.set(cv2.CAP_PROP_FRAME_WIDTH, wanted.width)
    capture.set(cv2.CAP_PROP_FRAME_HEIGHT, wanted.height)
    capture.set(cv2.CAP_PROP_FPS, wanted.frame_rate or _USUAL_RATE)
    # Each picture that waits in the driver is shown one picture late.
    capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
