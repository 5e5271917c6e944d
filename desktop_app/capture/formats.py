"""The sizes and rates that a camera offers."""

from __future__ import annotations

import re
import struct
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from desktop_app.capture.devices import Camera

# From linux/videodev2.h: _IOWR('V', 2, struct v4l2_fmtdesc), _IOWR('V', 74, v4l2_frmsizeenum) and
# _IOWR('V', 75, v4l2_frmivalenum). Each is asked with an index, until the device says that there
# are no more.
_VIDIOC_ENUM_FMT = 0xC0405602
_VIDIOC_ENUM_FRAMESIZES = 0xC02C564A
_VIDIOC_ENUM_FRAMEINTERVALS = 0xC034564B
_FORMAT = struct.Struct("=II4x32sI16x")  # index, type; description, pixel format
_SIZE = struct.Struct("=3I6I8x")  # index, pixel format, kind; discrete: width, height
_INTERVAL = struct.Struct("=5I6I8x")  # index, pixel format, width, height, kind; fractions
_CAPTURE, _CAPTURE_MPLANE = 1, 9
_DISCRETE = 1
_MJPG = int.from_bytes(b"MJPG", "little")
# No device has more of one thing; a driver that never says so would be asked for ever.
_MOST = 256

USUAL_SIZES = (
    *((320, 240), (640, 360), (640, 480), (800, 600), (960, 540), (1024, 768)),
    *((1280, 720), (1280, 960), (1600, 1200), (1920, 1080), (2560, 1440), (3840, 2160)),
)
USUAL_RATES = (5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 50.0, 60.0)
# What nearly every camera has, for systems that cannot be asked without opening it.
_COMMON = ((640, 480), (1280, 720), (1920, 1080))

_WRITTEN = re.compile(r"(\d{1,5})x(\d{1,5})(?:@(\d{1,4}(?:\.\d{1,3})?))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class CameraFormat:
    """A size, and how often pictures of it come.

    Attributes:
        width: pixels.
        height: pixels.
        frame_rate: pictures a second; None for what the camera does by itself.

    """

    width: int
    height: int
    frame_rate: float | None = None

    def __post_init__(self) -> None:
        if (
            self.width < 1
            or self.height < 1
            or not (self.frame_rate is None or self.frame_rate > 0)
        ):
            raise ValueError(f"expected a size and a rate above 0, got {self}")

    @classmethod
    def parse(cls, text: str) -> CameraFormat:
        """Read ``1280x720@30`` or ``1280x720``.

        Raises:
            ValueError: it is neither.

        """
        written = _WRITTEN.fullmatch(text)
        if written is None:
            raise ValueError(f"expected a size like 1280x720@30, got {text!r}")
        width, height, rate = written.groups()
        return cls(int(width), int(height), None if rate is None else float(rate))

    def __str__(self) -> str:
        """The form that :meth:`parse` reads; three digits of the rate."""
        size = f"{self.width}x{self.height}"
        return size if self.frame_rate is None else f"{size}@{round(self.frame_rate, 3):g}"


# Asks an open device: a request and a struct, which comes back filled in; None when it refuses.
Ask = Callable[[int, bytes], bytes | None]


def formats_of(
    camera: Camera, *, dev_root: Path = Path("/dev"), platform: str = sys.platform
) -> list[CameraFormat]:
    """Return what a camera offers, the largest and quickest first. Never raises.

    On Linux the device is asked, also while it is in use; no picture is taken. Empty where it does
    not say. Elsewhere these are the usual sizes, which the camera may or may not have: OpenCV has
    no way to ask, and to try them would take the camera from whoever uses it. A camera that has not
    what it is asked for gives what comes next to it, and :attr:`CaptureWorker.actual_format
    <desktop_app.workers.capture_worker.CaptureWorker.actual_format>` says what that is.
    """
    if platform != "linux":
        return _sorted({CameraFormat(*size, 30.0) for size in _COMMON})
    try:
        with _asking(dev_root / f"video{camera.index}") as ask:
            return offered_formats(ask)
    except OSError:
        return []


def offered_formats(ask: Ask) -> list[CameraFormat]:
    """Return what a V4L2 device offers.

    Of a camera with Motion JPEG only that: it is what pictures are asked for in, because larger
    ones do not fit through USB 2 in any other way.
    """
    kinds = set(_pixel_formats(ask, _CAPTURE)) or set(_pixel_formats(ask, _CAPTURE_MPLANE))
    kinds = {_MJPG} if _MJPG in kinds else kinds
    return _sorted(
        {
            CameraFormat(width, height, rate)
            for kind in kinds
            for width, height in _sizes(ask, kind)
            for rate in _rates(ask, kind, width, height) or (None,)
        }
    )


def _sorted(formats: set[CameraFormat]) -> list[CameraFormat]:
    def rank(offer: CameraFormat) -> tuple[int, int, float]:
        return offer.width * offer.height, offer.width, offer.frame_rate or 0.0

    return sorted(formats, key=rank, reverse=True)


@contextmanager
def _asking(device: Path) -> Iterator[Ask]:
    import fcntl

    with device.open("rb", buffering=0) as node:

        def ask(request: int, question: bytes) -> bytes | None:
            try:
                return fcntl.ioctl(node, request, question)
            except OSError:
                return None

        yield ask


def _pixel_formats(ask: Ask, buffer: int) -> Iterator[int]:
    for index in range(_MOST):
        answer = ask(_VIDIOC_ENUM_FMT, _FORMAT.pack(index, buffer, b"", 0))
        if answer is None:
            return
        yield _FORMAT.unpack(answer)[3]


def _sizes(ask: Ask, kind: int) -> Iterator[tuple[int, int]]:
    for index in range(_MOST):
        answer = ask(_VIDIOC_ENUM_FRAMESIZES, _SIZE.pack(index, kind, *[0] * 7))
        if answer is None:
            return
        _index, _kind, form, *numbers = _SIZE.unpack(answer)
        if form == _DISCRETE:
            yield numbers[0], numbers[1]
            continue
        least_width, most_width, step_across, least_height, most_height, step_down = numbers
        yield from (
            (width, height)
            for width, height in USUAL_SIZES
            if _fits(width, least_width, most_width, step_across)
            and _fits(height, least_height, most_height, step_down)
        )
        return


def _fits(value: int, least: int, most: int, step: int) -> bool:
    return least <= value <= most and (value - least) % max(1, step) == 0


def _rates(ask: Ask, kind: int, width: int, height: int) -> list[float]:
    rates: list[float] = []
    for index in range(_MOST):
        question = _INTERVAL.pack(index, kind, width, height, *[0] * 7)
        answer = ask(_VIDIOC_ENUM_FRAMEINTERVALS, question)
        if answer is None:
            break
        form, *numbers = _INTERVAL.unpack(answer)[4:]
        # Seconds from one picture to the next, as fractions; of a range, the least and the most.
        quickest, slowest = _rate(*numbers[0:2]), _rate(*numbers[2:4])
        if form != _DISCRETE:
            return [rate for rate in USUAL_RATES if slowest <= rate <= quickest]
        if quickest > 0:
            rates.append(quickest)
    return rates


def _rate(numerator: int, denominator: int) -> float:
    return round(denominator / numerator, 3) if numerator else 0.0
