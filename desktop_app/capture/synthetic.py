"""Pictures that are computed, for tests and demonstrations: the same ones every time."""

from __future__ import annotations

import numpy as np

from desktop_app.arrays import UInt8Array, read_only
from desktop_app.capture.frame import Frame
from desktop_app.errors import CameraLost

_SWAY_FRAMES = 48  # the picture goes there and back once in as many


class SyntheticSource:
    """A picture that sways over a drifting background.

    It never waits: frames come as fast as they are read, with the times they would have had.
    """

    def __init__(
        self,
        frames: int | None = None,
        *,
        size: tuple[int, int] = (640, 480),
        frame_rate: float = 30.0,
        picture: UInt8Array | None = None,
        lost_at: int | None = None,
        source_id: str = "synthetic",
    ) -> None:
        """Describe the clip.

        Args:
            frames: how many there are; None for no end.
            size: width and height in pixels.
            frame_rate: frames a second of its clock.
            picture: RGB, uint8, (h, w, 3), shown whole where it fits, else cut to the size; None
                for a drawn pattern.
            lost_at: index of the frame that does not come: its read, and each after it until
                the source is opened again, raises ``CameraLost``.
            source_id: what its frames carry.

        """
        if size[0] < 1 or size[1] < 1 or frame_rate <= 0:
            raise ValueError(f"expected a size and a rate above 0, got {size} and {frame_rate}")
        self._frames = frames
        self._size = size
        self._frame_rate = frame_rate
        pixels = _pattern() if picture is None else picture
        shown = read_only(pixels, name="picture", dtype=np.uint8, shape=(None, None, 3))
        self._picture = shown[: size[1], : size[0]]
        self._lost_at = lost_at
        self._source_id = source_id
        self._index = 0
        self._opened = False

    @property
    def source_id(self) -> str:
        """What its frames carry as ``source_id``."""
        return self._source_id

    @property
    def frame_rate(self) -> float:
        """Frames a second."""
        return self._frame_rate

    def open(self) -> None:
        """Begin at the first frame."""
        self._index = 0
        self._opened = True

    def read(self) -> Frame | None:
        """Return the next frame, or None after the last.

        Raises:
            CameraLost: at ``lost_at``.

        """
        if not self._opened:
            raise RuntimeError(f"{self._source_id} is read without being open")
        if self._index == self._lost_at:
            raise CameraLost(source=self._source_id)
        if self._index == self._frames:
            return None
        frame = Frame(
            pixels=self._draw(self._index),
            index=self._index,
            timestamp=self._index / self._frame_rate,
            source_id=self._source_id,
        )
        self._index += 1
        return frame

    def close(self) -> None:
        """Stop. May be called more than once."""
        self._opened = False

    def _draw(self, index: int) -> UInt8Array:
        width, height = self._size
        # A slope in each colour, of which each frame shows another part.
        across = (np.arange(width, dtype=np.int64) + 2 * index) % 256
        down = (np.arange(height, dtype=np.int64) + index) % 256
        pixels = np.empty((height, width, 3), np.uint8)
        pixels[..., 0] = across // 2 + 32
        pixels[..., 1] = (down // 2 + 32)[:, None]
        pixels[..., 2] = 96
        room_x, room_y = width - self._picture.shape[1], height - self._picture.shape[0]
        phase = 2 * np.pi * index / _SWAY_FRAMES
        left = round(room_x * (1 + float(np.sin(phase))) / 2)
        top = round(room_y / 2)
        pixels[top : top + self._picture.shape[0], left : left + self._picture.shape[1]] = (
            self._picture
        )
        return pixels


def _pattern() -> UInt8Array:
    """Draw a ring on a chequered square: something to see, and no face."""
    y, x = np.mgrid[-64:64, -64:64]
    chequered = np.where((x // 16 + y // 16) % 2, 200, 60)
    ring = (x * x + y * y > 40**2) & (x * x + y * y < 56**2)
    return np.repeat(np.where(ring, 250, chequered)[..., None], 3, axis=2).astype(np.uint8)
