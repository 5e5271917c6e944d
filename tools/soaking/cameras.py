"""Cameras that show clips over and over, and fail on demand in the ways that real ones do."""

from __future__ import annotations

import enum
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from itertools import chain, cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np

from desktop_app.arrays import UInt8Array
from desktop_app.capture.clip import ClipSource
from desktop_app.capture.frame import Frame
from desktop_app.capture.opencv_source import LiveSource
from desktop_app.capture.reading import every_frame
from desktop_app.capture.source import FrameSource, SourceKind, SourceSpec
from desktop_app.errors import CameraBusy, CameraNotFound

if TYPE_CHECKING:
    import cv2  # noqa: TID251 - for the types alone; nothing is imported when it runs

# Pictures a second.
RATE = 30.0
# How many pictures of a clip are shown, which lie in memory.
_LONGEST = 300
# A reader that was away for longer is not sent all it missed at once, seconds.
_LATE = 0.2
# How far the noise is shifted from frame to frame at the most, bytes.
_SHIFT = 4096


class Trouble(enum.Enum):
    """How a camera fails."""

    UNPLUGGED = "is unplugged"
    STOPS = "stops"
    HANGS = "hangs in read()"
    REPEATS = "repeats its last picture"
    GARBAGE = "returns garbage"
    RESIZES = "changes its resolution"

    @property
    def is_loss(self) -> bool:
        """Whether no true picture comes meanwhile."""
        return self is not Trouble.RESIZES


# Meanwhile the device cannot be opened either.
_SHUT: dict[Trouble, type[CameraNotFound | CameraBusy]] = {
    Trouble.UNPLUGGED: CameraNotFound,
    Trouble.STOPS: CameraBusy,
    Trouble.HANGS: CameraBusy,
}
# What OpenCV hands out for pictures that it could not make sense of: nothing, an empty picture, one
# that it did not convert (two bytes a pixel).
_GARBAGE = cycle([None, np.empty((0, 0, 3), np.uint8), np.full((480, 640, 2), 128, np.uint8)])


def pictures_of(clip: Path) -> list[bytes]:
    """Return the first pictures of a clip as the JPEGs that a webcam would send.

    FFmpeg decodes on threads of its own, which would come and go whenever the clip begins anew, and
    leave their mark on threads and memory: the run would measure itself.

    Raises:
        CaptureError: it cannot be read.

    """
    from desktop_app.opencv import cv2

    frames = every_frame(ClipSource(SourceSpec(SourceKind.CLIP, str(clip))))
    with closing(frames):
        return [
            cv2.imencode(".jpg", np.ascontiguousarray(frame.pixels[..., ::-1]))[1].tobytes()
            for frame in islice(frames, _LONGEST)
        ]


class StandInCamera:
    """One device, however often it is opened.

    Its clock starts when it is made; a frame's timestamp is when its picture was taken.

    Attributes:
        spec: what it is called.
        openings: how many of its openings were not closed yet.

    """

    def __init__(self, number: int, pictures: Sequence[bytes]) -> None:
        self.spec = SourceSpec(SourceKind.CAMERA, str(number))
        self.openings = 0
        self._pictures = cycle(pictures)
        self._epoch = time.monotonic()
        self._trouble: Trouble | None = None
        self._until = 0.0
        self._lock = threading.Lock()

    def now(self) -> float:
        """Return the time by its clock, seconds."""
        return time.monotonic() - self._epoch

    def age(self, timestamp: float) -> float:
        """Return how long ago a frame's picture was taken, seconds."""
        return self.now() - timestamp

    def inflict(self, trouble: Trouble, *, seconds: float) -> None:
        """Fail from now on, for so long."""
        with self._lock:
            self._until = time.monotonic() + seconds
            self._trouble = trouble

    @property
    def trouble(self) -> Trouble | None:
        """What is wrong with it now."""
        with self._lock:
            return self._trouble if time.monotonic() < self._until else None

    @property
    def well_for(self) -> float:
        """How long ago the last trouble ended, seconds; negative while it lasts."""
        with self._lock:
            return time.monotonic() - self._until

    def opened(self) -> None:
        """Count an opening.

        Raises:
            CameraNotFound, CameraBusy: its trouble keeps it from being opened.

        """
        trouble = self.trouble
        if trouble in _SHUT:
            raise _SHUT[trouble](source=self.spec.label)
        with self._lock:
            self.openings += 1

    def closed(self) -> None:
        """Count an opening that ended."""
        with self._lock:
            self.openings -= 1

    def next_picture(self) -> bytes:
        """Return what it sends next, a JPEG; after the last picture comes the first."""
        with self._lock:
            return next(self._pictures)


class LoopedCapture:
    """What OpenCV would open: decodes the camera's pictures, and has its troubles.

    It has those methods of ``cv2.VideoCapture`` that a live source calls.
    """

    def __init__(self, camera: StandInCamera) -> None:
        self._camera = camera
        self._is_open = True
        self._due = time.monotonic()
        self._pause = threading.Event()
        self._last: UInt8Array | None = None
        self._random = np.random.default_rng(int(camera.spec.address))
        self._noise: UInt8Array = np.empty(0, np.uint8)

    def isOpened(self) -> bool:  # noqa: N802 - OpenCV's name
        """Whether it can be read."""
        return self._is_open

    def get(self, number: int) -> float:
        """Return a property: nothing is known of any but the frame rate."""
        from desktop_app.opencv import cv2

        return RATE if number == cv2.CAP_PROP_FPS else 0.0

    def read(self) -> tuple[bool, UInt8Array | None]:
        """Return the next picture when its time has come, or what a camera in trouble sends."""
        self._keep_pace()
        trouble = self._camera.trouble
        if trouble is Trouble.HANGS:
            self._pause.wait(max(0.0, -self._camera.well_for))
        elif trouble in _SHUT:
            return False, None
        elif trouble is Trouble.GARBAGE:
            return True, next(_GARBAGE)
        elif trouble is Trouble.REPEATS and self._last is not None:
            # What a driver repeats lies in another buffer each time.
            return True, self._last.copy()
        self._last = self._decoded(is_smaller=trouble is Trouble.RESIZES)
        return True, self._last

    def release(self) -> None:
        """Let go of the camera."""
        if self._is_open:
            self._is_open = False
            self._camera.closed()

    def _keep_pace(self) -> None:
        now = time.monotonic()
        self._due = max(self._due + 1 / RATE, now - _LATE)
        self._pause.wait(max(0.0, self._due - now))

    def _decoded(self, *, is_smaller: bool) -> UInt8Array:
        from desktop_app.opencv import cv2

        data = np.frombuffer(self._camera.next_picture(), np.uint8)
        picture = cv2.imdecode(data, cv2.IMREAD_COLOR)
        assert picture is not None, "it was encoded here"
        if is_smaller:
            picture = cv2.resize(picture, (picture.shape[1] * 3 // 4, picture.shape[0] * 3 // 4))
        return self._as_a_sensor_sees_it(np.asarray(picture, np.uint8))

    def _as_a_sensor_sees_it(self, pixels: UInt8Array) -> UInt8Array:
        """Change the last bit here and there: of no sensor are two pictures ever the same.

        Those of a clip are, where nothing moved.
        """
        if self._noise.size < pixels.size + _SHIFT:
            self._noise = self._random.integers(0, 2, pixels.size + _SHIFT, np.uint8)
        shift = int(self._random.integers(_SHIFT))
        noise = self._noise[shift : shift + pixels.size].reshape(pixels.shape)
        return np.bitwise_xor(pixels, noise, out=pixels)


class StandInSource(LiveSource):
    """One opening of a camera: the application's own way from OpenCV's picture to a frame."""

    def __init__(self, camera: StandInCamera) -> None:
        super().__init__(camera.spec)
        self._camera = camera

    def open(self) -> None:
        """Begin with the next clip.

        Raises:
            CameraNotFound, CameraBusy: its trouble keeps it from being opened.

        """
        self.close()
        self._camera.opened()
        if not self._starts(cast("cv2.VideoCapture", LoopedCapture(self._camera))):
            raise CameraBusy(source=self._camera.spec.label)

    def read(self) -> Frame:
        """Return the next frame, by the camera's clock.

        Raises:
            CameraLost: it was unplugged, stopped sending, or sends nothing that makes sense.

        """
        return replace(super().read(), timestamp=self._camera.now())


class StandInCameras:
    """All cameras of a run; called as the application calls what makes its sources.

    Attributes:
        watched: those that are shown throughout.
        spare: one more.

    """

    def __init__(self, count: int, clips: Sequence[Sequence[bytes]]) -> None:
        """Deal the clips out, each to one camera; where there are fewer, some are shown twice."""
        shares = [clips[number::count] or [clips[number % len(clips)]] for number in range(count)]
        self.watched = tuple(
            StandInCamera(number, list(chain.from_iterable(share)))
            for number, share in enumerate(shares)
        )
        self.spare = StandInCamera(count, clips[0])

    @property
    def all(self) -> tuple[StandInCamera, ...]:
        """Every camera."""
        return *self.watched, self.spare

    def __call__(self, spec: SourceSpec) -> FrameSource:
        """Return the source of that name.

        Raises:
            CameraNotFound: there is none.

        """
        for camera in self.all:
            if camera.spec.address == spec.address:
                return StandInSource(camera)
        raise CameraNotFound(source=spec.label)
