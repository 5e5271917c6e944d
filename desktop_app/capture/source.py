"""What a source of frames is, and how one is named."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from desktop_app.capture.frame import Frame
from desktop_app.errors import SourceInvalid


class SourceKind(enum.Enum):
    """The kinds of source a user can name."""

    CAMERA = "camera"
    CLIP = "clip"
    STREAM = "stream"


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """A source as the user names it: ``camera:0``, a clip's path, or ``rtsp://…``.

    Attributes:
        kind: what it is.
        address: camera number as text, absolute path of the clip, or URL.

    """

    kind: SourceKind
    address: str

    @classmethod
    def parse(cls, text: str) -> SourceSpec:
        """Read what a user typed.

        Raises:
            SourceInvalid: it is none of the three forms.

        """
        text = text.strip()
        head, _, tail = text.partition(":")
        if head.lower() == "camera" and tail.isdecimal():
            return cls(SourceKind.CAMERA, str(int(tail)))
        if head.lower() in {"rtsp", "rtsps"} and tail.startswith("//") and len(tail) > len("//"):
            return cls(SourceKind.STREAM, text)
        if not text or "://" in text or head.lower() == "camera":
            raise SourceInvalid(source=text)
        return cls(SourceKind.CLIP, str(Path(text).expanduser().absolute()))

    @property
    def is_live(self) -> bool:
        """Whether pictures are lost when nobody reads them."""
        return self.kind is not SourceKind.CLIP

    def __str__(self) -> str:
        """The form that :meth:`parse` reads."""
        if self.kind is SourceKind.CAMERA:
            return f"camera:{self.address}"
        return self.address

    @property
    def label(self) -> str:
        """For people and for logs: never the password of a stream's address."""
        if self.kind is SourceKind.CLIP:
            return Path(self.address).name
        if self.kind is SourceKind.STREAM:
            scheme, _, rest = self.address.partition("://")
            return f"{scheme}://{rest.rpartition('@')[2]}"
        return str(self)


class FrameSource(Protocol):
    """Gives one frame after another. Opened, read and closed by one thread."""

    @property
    def source_id(self) -> str:
        """What its frames carry as ``source_id``."""

    @property
    def frame_rate(self) -> float | None:
        """Frames a second as the source states it, or None where it does not."""

    def open(self) -> None:
        """Make ready to read.

        Raises:
            CaptureError: it cannot be opened; the kind says why.

        """

    def read(self) -> Frame | None:
        """Return the next frame, or None at the end of a clip.

        Raises:
            CameraLost: a live source stopped sending.
            ClipUnreadable: the clip breaks off with an error.

        """

    def close(self) -> None:
        """Let go of the device. May be called more than once."""
