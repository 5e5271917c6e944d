"""One picture from a source."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from desktop_app.arrays import UInt8Array, read_only


@dataclass(frozen=True, eq=False, slots=True)
class Frame:
    """One picture from a :class:`~desktop_app.capture.source.FrameSource`.

    Attributes:
        pixels: RGB, uint8, shape (h, w, 3), read-only.
        index: position in the stream, from 0, counting every frame that was read.
        timestamp: seconds, monotonic within the source. For a clip it is the clip's own time.
        source_id: which source it came from.

    """

    pixels: UInt8Array
    index: int
    timestamp: float
    source_id: str

    def __post_init__(self) -> None:
        object.__setattr__(
            self,
            "pixels",
            read_only(self.pixels, name="Frame.pixels", dtype=np.uint8, shape=(None, None, 3)),
        )
        if self.index < 0:
            raise ValueError(f"Frame.index: expected 0 or more, got {self.index}")

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.pixels.shape[1], self.pixels.shape[0]
