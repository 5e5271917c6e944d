"""Says which cameras came and went."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop_app.capture.devices import Camera, list_cameras

# Of each node: its name, and what is another one after it was plugged in again.
_Nodes = frozenset[tuple[str, int, int]]


@dataclass(frozen=True, slots=True)
class Change:
    """What is different since the last look.

    Attributes:
        came: cameras that were plugged in, also those that were pulled out just before.
        went: cameras that were pulled out.
        cameras: all there are now.

    """

    came: tuple[Camera, ...]
    went: tuple[Camera, ...]
    cameras: tuple[Camera, ...]


class CameraWatch:
    """Looks for cameras again and again, beside the window and by one thread at a time.

    On Linux that is a look at two folders, 50 µs; cameras are asked for their names only when those
    have changed, and are never opened for pictures. Elsewhere they could only be counted by opening
    each, which lights its lamp and takes it from others: there :meth:`poll` finds nothing. A
    camera that was lost is found again by the attempts of its ``CaptureWorker``, and a new one when
    somebody opens the list of cameras.
    """

    def __init__(
        self,
        *,
        sys_root: Path = Path("/sys"),
        dev_root: Path = Path("/dev"),
        platform: str = sys.platform,
        cameras: Callable[[], Sequence[Camera]] | None = None,
    ) -> None:
        """Take note of nothing yet: that is for the first :meth:`poll`, which may take a while.

        Args:
            sys_root: where Linux tells of its devices.
            dev_root: where Linux keeps them.
            platform: as ``sys.platform``.
            cameras: lists them; None for :func:`list_cameras`.

        """
        self._folders = (sys_root / "class" / "video4linux", dev_root)
        self._list = cameras or (
            lambda: list_cameras(sys_root=sys_root, dev_root=dev_root, platform=platform)
        )
        self._is_able = platform == "linux"
        self._nodes: _Nodes | None = None
        self._cameras: tuple[Camera, ...] = ()

    def poll(self) -> Change | None:
        """Return what changed since the last time; None for nothing, and the first time."""
        if not self._is_able:
            return None
        nodes = frozenset(node for folder in self._folders for node in _nodes(folder))
        before = self._nodes
        if nodes == before:
            return None
        # What changes while they are listed is seen the next time.
        self._nodes = nodes
        were, self._cameras = self._cameras, tuple(self._list())
        if before is None:
            return None
        # By their numbers: twins are counted through, so a name may change as another camera goes.
        untouched = {name for name, _node, _device in before & nodes}
        stayed = {camera.index for camera in were if f"video{camera.index}" in untouched}
        stayed &= {camera.index for camera in self._cameras}
        came = tuple(camera for camera in self._cameras if camera.index not in stayed)
        went = tuple(camera for camera in were if camera.index not in stayed)
        return Change(came=came, went=went, cameras=self._cameras) if came or went else None


def _nodes(folder: Path) -> list[tuple[str, int, int]]:
    """Return the video nodes of a folder that can be read; none where it cannot be itself."""
    found = []
    # Where there is no folder, no camera was ever plugged in.
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("video"):
                # One that was pulled out while we looked must not hide those after it.
                with contextlib.suppress(OSError):
                    status = entry.stat()
                    found.append((entry.name, status.st_ino, status.st_rdev))
    return found
