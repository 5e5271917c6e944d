"""Which cameras there are, with the names that people know them by."""

from __future__ import annotations

import logging
import struct
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

_log = logging.getLogger(__name__)

# From linux/videodev2.h: _IOR('V', 0, struct v4l2_capability), whose last fields are version,
# capabilities (of the whole device), device_caps (of this node) and three reserved words.
_VIDIOC_QUERYCAP = 0x80685600
_CAPABILITY = struct.Struct("=16s32s32sIII12x")
_CAP_VIDEO_CAPTURE = 0x00000001
_CAP_VIDEO_CAPTURE_MPLANE = 0x00001000
_CAP_DEVICE_CAPS = 0x80000000

# Where cameras can only be counted by opening them, as many as anybody has at once.
_MOST_CAMERAS = 8


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera that can be opened as ``camera:INDEX``.

    Attributes:
        index: its number.
        name: for people; unlike that of every other camera in the list.

    """

    index: int
    name: str


def device_capabilities(device: Path) -> int | None:
    """Ask a ``/dev/videoN`` what it can do; None when it cannot be asked."""
    if sys.platform != "linux":
        return None
    import fcntl

    try:
        with device.open("rb", buffering=0) as node:
            answer = fcntl.ioctl(node, _VIDIOC_QUERYCAP, bytes(_CAPABILITY.size))
    except OSError:
        return None
    _driver, _card, _bus, _version, whole_device, this_node = _CAPABILITY.unpack(answer)
    return int(this_node if whole_device & _CAP_DEVICE_CAPS else whole_device)


def can_capture(capabilities: int) -> bool:
    """Tell whether a node gives pictures, and not metadata, output or a codec."""
    return bool(capabilities & (_CAP_VIDEO_CAPTURE | _CAP_VIDEO_CAPTURE_MPLANE))


def backends(platform: str) -> tuple[int, ...]:
    """Return OpenCV's back-ends for cameras, best first, for a ``sys.platform``."""
    from desktop_app.opencv import cv2

    if platform == "win32":
        return cv2.CAP_MSMF, cv2.CAP_DSHOW
    if platform == "darwin":
        return (cv2.CAP_AVFOUNDATION,)
    return (cv2.CAP_V4L2,)


def list_cameras(
    *,
    sys_root: Path = Path("/sys"),
    dev_root: Path = Path("/dev"),
    capabilities: Callable[[Path], int | None] = device_capabilities,
    platform: str = sys.platform,
) -> list[Camera]:
    """Return the cameras of this machine, by index. Never raises.

    On Linux no camera is opened. Elsewhere OpenCV offers no other way to count them: each is
    opened for a moment, and is called by its number, since the system's own list need not be in
    OpenCV's order.
    """
    try:
        if platform == "linux":
            nodes = sys_root / "class" / "video4linux"
            return _distinct(_v4l_cameras(nodes, dev_root, capabilities))
        return _distinct(_probed_cameras(platform))
    except Exception:  # noqa: BLE001 - drivers fail in their own ways; a list is no reason to stop
        _log.warning("the cameras cannot be listed", exc_info=True)
        return []


def _v4l_cameras(
    folder: Path, dev_root: Path, capabilities: Callable[[Path], int | None]
) -> Iterable[Camera]:
    """Yield the nodes that give pictures; a camera has others, for metadata."""
    if not folder.is_dir():
        return
    for node in folder.glob("video*"):
        number = node.name.removeprefix("video")
        if not number.isdecimal():
            continue
        able = capabilities(dev_root / node.name)
        # A node that may not be opened is judged by its place: the pictures come first.
        if can_capture(able) if able is not None else _read(node / "index") in ("", "0"):
            yield Camera(index=int(number), name=_tidy(_read(node / "name")) or f"Camera {number}")


def _probed_cameras(platform: str) -> Iterable[Camera]:
    from desktop_app.opencv import cv2

    for index in range(_MOST_CAMERAS):
        capture = cv2.VideoCapture(index, backends(platform)[0])
        present = capture.isOpened()
        capture.release()
        if not present:
            return
        yield Camera(index=index, name=f"Camera {index}")


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _tidy(name: str) -> str:
    """Undo the doubling of USB cameras, whose driver writes ``Maker X1: Maker X1``.

    The kernel cuts names at 31 characters, so the second half may be the shorter one.
    """
    first, separator, second = name.partition(": ")
    if separator and first.startswith(second):
        return first
    return second if separator and second.startswith(first) else name


def _distinct(cameras: Iterable[Camera]) -> list[Camera]:
    """Sort, and number those that carry the same name."""
    ordered = sorted(cameras, key=lambda camera: camera.index)
    counts = Counter(camera.name for camera in ordered)
    seen: Counter[str] = Counter()
    named = []
    for camera in ordered:
        seen[camera.name] += 1
        if counts[camera.name] > 1:
            named.append(replace(camera, name=f"{camera.name} ({seen[camera.name]})"))
        else:
            named.append(camera)
    return named
