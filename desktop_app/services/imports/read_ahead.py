"""Photos read, digested and decoded on a thread of their own, ahead of who looks at them."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop_app.arrays import UInt8Array
from desktop_app.capture.photo import read_new_photo
from desktop_app.errors import InputError

# The disk may be slow for a moment; the networks never wait for it then.
_AHEAD = 8
# Decoded pictures that wait, in bytes: beyond it only one more is read, however large.
_MOST_BYTES = 256_000_000


@dataclass(frozen=True, eq=False, slots=True)
class ReadPhoto:
    """A photo that was read.

    Attributes:
        digest: SHA-256 of the file; empty where it could not be read.
        pixels: RGB, uint8, shape (h, w, 3); None where it is known, or could not be read.
        error: why it could not be read; None where it could.

    """

    digest: bytes
    pixels: UInt8Array | None
    error: Exception | None = None


class ReadAhead:
    """Gives the photos in their order; close it, and nothing is read any more."""

    def __init__(self, paths: Sequence[Path], *, is_known: Callable[[Path, bytes], bool]) -> None:
        """Args: paths: the photos. is_known: by its SHA-256, whether one need not be decoded."""
        self._paths = paths
        self._is_known = is_known
        self._ready: deque[ReadPhoto] = deque()
        self._waiting_bytes = 0
        self._closed = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._read_all, name="read-ahead", daemon=True)

    def __iter__(self) -> Iterator[ReadPhoto]:
        """Read them, and give each as soon as it is there."""
        self._thread.start()
        for _ in self._paths:
            with self._changed:
                self._changed.wait_for(lambda: self._ready or self._closed)
                if not self._ready:
                    return
                photo = self._ready.popleft()
                self._waiting_bytes -= _size(photo)
                self._changed.notify_all()
            yield photo

    def close(self) -> None:
        """Read no more, and wait until the last one is let go."""
        with self._changed:
            self._closed = True
            self._ready.clear()
            self._changed.notify_all()
        if self._thread.ident is not None:
            self._thread.join()

    def _read_all(self) -> None:
        for path in self._paths:
            if not self._wait_for_room():
                return
            photo = self._read(path)
            with self._changed:
                self._ready.append(photo)
                self._waiting_bytes += _size(photo)
                self._changed.notify_all()

    def _wait_for_room(self) -> bool:
        """Wait until another photo may be read; return whether any is still wanted."""
        with self._changed:
            self._changed.wait_for(
                lambda: (
                    self._closed
                    or (len(self._ready) < _AHEAD and self._waiting_bytes < _MOST_BYTES)
                )
            )
            return not self._closed

    def _read(self, path: Path) -> ReadPhoto:
        try:
            return ReadPhoto(
                *read_new_photo(path, is_known=lambda digest: self._is_known(path, digest))
            )
        except InputError as error:
            return ReadPhoto(b"", None, error)
        except Exception as error:  # noqa: BLE001 - raised again where it can be seen
            return ReadPhoto(b"", None, error)


def _size(photo: ReadPhoto) -> int:
    return 0 if photo.pixels is None else photo.pixels.nbytes
