"""Cameras that show clips over and over, and fail on demand in the ways that real ones do."""

from __future__ import annotations

import enum
import threading
import time
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path

import numpy as np

from desktop_app.arrays import UInt8Array
from desktop_app.capture.clip import ClipSource
from desktop_app.capture.frame import Frame
from desktop_app.capture.source import FrameSource, SourceKind, SourceSpec
from desktop_app.errors import CameraBusy, CameraLost, CameraNotFound

_USUAL_RATE = 25.0
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


class StandInCamera:
    """One device, however often it is opened.

    Its clock starts when it is made; a frame's timestamp is when its picture was taken.

    Attributes:
        spec: what it is called.
        openings: how many of its openings were not closed yet.

    """

    def __init__(self, number: int, clips: Sequence[Path]) -> None:
        self.spec = SourceSpec(SourceKind.CAMERA, str(number))
        self.openings = 0
        self._clips = cycle([SourceSpec(SourceKind.CLIP, str(clip)) for clip in clips])
        self._epoch = time.monotonic()
        self._index = 0
        self._trouble: Trouble | None = None
        self._until = 0.0
        self._lock = threading.Lock()

    def age(self, timestamp: float) -> float:
        """Return how long ago a frame's picture was taken, seconds."""
        return time.monotonic() - self._epoch - timestamp

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

    def next_clip(self) -> SourceSpec:
        """Return what it shows next."""
        with self._lock:
            return next(self._clips)

    def stamp(self, pixels: UInt8Array, *, source_id: str) -> Frame:
        """Make the next frame."""
        with self._lock:
            index, self._index = self._index, self._index + 1
        taken = time.monotonic() - self._epoch
        return Frame(pixels=pixels, index=index, timestamp=taken, source_id=source_id)


class StandInSource:
    """One opening of a camera."""

    def __init__(self, camera: StandInCamera) -> None:
        self._camera = camera
        self._clip: ClipSource | None = None
        self._due = 0.0
        self._pause = threading.Event()
        self._last: UInt8Array | None = None
        self._random = np.random.default_rng(int(camera.spec.address))
        self._noise: UInt8Array = np.empty(0, np.uint8)

    @property
    def source_id(self) -> str:
        """What its frames carry."""
        return self._camera.spec.public_address

    @property
    def frame_rate(self) -> float | None:
        """Frames a second of the clip that is shown."""
        return self._clip.frame_rate if self._clip is not None else None

    def open(self) -> None:
        """Begin with the next clip."""
        self.close()
        self._camera.opened()
        self._change_clip()
        self._due = time.monotonic()

    def read(self) -> Frame:
        """Return the next picture when its time has come, or what a camera in trouble sends.

        Raises:
            CameraLost: it was unplugged, or stopped sending.

        """
        self._keep_pace()
        trouble = self._camera.trouble
        if trouble is Trouble.HANGS:
            self._pause.wait(max(0.0, -self._camera.well_for))
        elif trouble in _SHUT:
            raise CameraLost(source=self._camera.spec.label)
        return self._camera.stamp(self._picture(trouble), source_id=self.source_id)

    def close(self) -> None:
        """Let go of the clip. May be called more than once."""
        if self._clip is not None:
            self._clip.close()
            self._clip = None
            self._camera.closed()

    def _keep_pace(self) -> None:
        now = time.monotonic()
        self._due = max(self._due + 1 / (self.frame_rate or _USUAL_RATE), now - _LATE)
        self._pause.wait(max(0.0, self._due - now))

    def _change_clip(self) -> None:
        if self._clip is not None:
            self._clip.close()
        self._clip = ClipSource(self._camera.next_clip())
        self._clip.open()

    def _picture(self, trouble: Trouble | None) -> UInt8Array:
        if trouble is Trouble.REPEATS and self._last is not None:
            # What a driver repeats lies in another buffer each time.
            return self._last.copy()
        if trouble is Trouble.GARBAGE and self._last is not None:
            return np.full_like(self._last, 128)
        picture = self._as_a_sensor_sees_it(self._next_of_clip())
        if trouble is Trouble.RESIZES:
            from desktop_app.opencv import cv2

            height, width = picture.shape[0] * 3 // 4, picture.shape[1] * 3 // 4
            picture = np.asarray(cv2.resize(picture, (width, height)), np.uint8)
        self._last = picture
        return picture

    def _next_of_clip(self) -> UInt8Array:
        assert self._clip is not None, "it is opened before it is read"
        frame = self._clip.read()
        if frame is None:
            self._change_clip()
            frame = self._clip.read()
        assert frame is not None, "ClipSource opens no clip without a picture"
        return frame.pixels

    def _as_a_sensor_sees_it(self, pixels: UInt8Array) -> UInt8Array:
        """Change the last bit here and there: of no sensor are two pictures ever the same.

        Those of a clip are, where nothing moved.
        """
        if self._noise.size < pixels.size + _SHIFT:
            self._noise = self._random.integers(0, 2, pixels.size + _SHIFT, np.uint8)
        shift = int(self._random.integers(_SHIFT))
        return pixels ^ self._noise[shift : shift + pixels.size].reshape(pixels.shape)


class StandInCameras:
    """All cameras of a run; called as the application calls what makes its sources.

    Attributes:
        watched: those that are shown throughout.
        spare: one more.

    """

    def __init__(self, count: int, clips: Sequence[Path]) -> None:
        """Deal the clips out, each to one camera; where there are fewer, some are shown twice."""
        shares = [clips[number::count] or [clips[number % len(clips)]] for number in range(count)]
        self.watched = tuple(StandInCamera(number, share) for number, share in enumerate(shares))
        self.spare = StandInCamera(count, clips)

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
