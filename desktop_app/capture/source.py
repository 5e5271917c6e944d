"""What a source of frames is, and how one is named."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from desktop_app.capture.formats import CameraFormat
from desktop_app.capture.frame import Frame
from desktop_app.errors import SourceInvalid

_MAX_DIGITS = 9  # of a camera's number


class SourceKind(enum.Enum):
    """The kinds of source a user can name."""

    CAMERA = "camera"
    CLIP = "clip"
    STREAM = "stream"


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """A source as the user names it: ``camera:0``, a clip's path, or ``rtsp://…``.

    A camera may be wanted in a format, ``camera:0@1280x720@30``. It is the same source, and equal,
    whatever the format: what matters elsewhere is which device it is.

    Attributes:
        kind: what it is.
        address: camera number as text, absolute path of the clip, or URL.
        wanted: the format to ask a camera for; None for what usually suits.

    """

    kind: SourceKind
    address: str
    wanted: CameraFormat | None = field(default=None, compare=False)

    @classmethod
    def parse(cls, text: str) -> SourceSpec:
        """Read what a user typed.

        Raises:
            SourceInvalid: it is none of the three forms.

        """
        text = text.strip()
        head, _, tail = text.partition(":")
        number, at, size = tail.partition("@")
        if head.lower() == "camera" and number.isdecimal() and len(number) <= _MAX_DIGITS:
            try:
                wanted = CameraFormat.parse(size) if at else None
            except ValueError:
                raise SourceInvalid(source=text) from None
            return cls(SourceKind.CAMERA, str(int(number)), wanted)
        if head.lower() in {"rtsp", "rtsps"} and tail.startswith("//") and len(tail) > len("//"):
            return cls(SourceKind.STREAM, text)
        if not text or "://" in text or head.lower() == "camera":
            raise SourceInvalid(source=_without_secrets(text))
        try:
            path = Path(text).expanduser().absolute()
        except RuntimeError:  # "~nobody/clip.mp4", and there is no such user
            raise SourceInvalid(source=text) from None
        return cls(SourceKind.CLIP, str(path))

    @property
    def is_live(self) -> bool:
        """Whether pictures are lost when nobody reads them."""
        return self.kind is not SourceKind.CLIP

    def __str__(self) -> str:
        """The form that :meth:`parse` reads."""
        return self._plain if self.wanted is None else f"{self._plain}@{self.wanted}"

    @property
    def _plain(self) -> str:
        return f"camera:{self.address}" if self.kind is SourceKind.CAMERA else self.address

    def __repr__(self) -> str:
        """The public form: what is logged holds no password."""
        return f"SourceSpec({self.kind.name}, {self.public_address!r})"

    @property
    def public_address(self) -> str:
        """As :meth:`__str__`, without format, and user name, password and options of a stream."""
        return _without_secrets(self._plain) if self.kind is SourceKind.STREAM else self._plain

    @property
    def label(self) -> str:
        """Short, for people and for logs; never the password of a stream."""
        return Path(self.address).name if self.kind is SourceKind.CLIP else self.public_address


def _without_secrets(address: str) -> str:
    """Cut what may be a password out of an address.

    Passwords stand before the ``@``, and may themselves hold ``@`` and ``/``; some cameras want
    them behind a ``?`` instead, or in the path as ``user=…&password=…``.
    """
    scheme, separator, rest = address.partition("://")
    if not separator:
        return address
    rest = re.split(r"[?#]", rest.rpartition("@")[2], maxsplit=1)[0]
    return scheme + separator + re.sub(r"(?i)(pass\w*|pwd|user\w*)=[^/]*", r"\1=…", rest)


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
