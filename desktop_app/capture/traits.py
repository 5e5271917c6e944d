"""What tells a camera from another one that gets its number."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from desktop_app.capture.source import SourceKind, SourceSpec


@dataclass(frozen=True, slots=True)
class Traits:
    """What stays as it is when a camera is plugged in again, in another port too.

    Two cameras of one make without serial numbers have the same.

    Attributes:
        name: as its driver says it.
        place: which of the pictures of one device it is: some have one in colour and one in
            infrared.
        device: on USB vendor, product and serial number; elsewhere where it is built in.

    """

    name: str
    place: tuple[str, str]
    device: tuple[str, ...]


def traits_of(
    spec: SourceSpec, *, sys_root: Path = Path("/sys"), platform: str = sys.platform
) -> Traits | None:
    """Return the traits of the camera that has a number now; nothing is opened.

    Args:
        spec: names the camera.
        sys_root: where Linux tells of its devices.
        platform: as ``sys.platform``.

    Returns:
        None where nothing is known: it is no camera, there is none of that number, or the system
        is another one than Linux.

    """
    if spec.kind is not SourceKind.CAMERA or platform != "linux":
        return None
    node = sys_root / "class" / "video4linux" / f"video{spec.address}"
    name = _read(node / "name")
    if name is None:
        return None
    # Of a camera that a program only pretends there is no such link.
    device = (node / "device").resolve()
    place = (_read(device / "bInterfaceNumber") or "", _read(node / "index") or "")
    # Most drivers name the interface of a USB device, some the device itself.
    for usb in (device, device.parent):
        vendor = _read(usb / "idVendor")
        if vendor is not None:
            product, serial = _read(usb / "idProduct") or "", _read(usb / "serial") or ""
            return Traits(name, place, (vendor, product, serial))
    return Traits(name, place, (str(device),) if device.exists() else ())


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return None
