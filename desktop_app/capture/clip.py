"""Video files."""

from __future__ import annotations

import math
import stat
from pathlib import Path

from desktop_app.capture.file_reasons import reason_of, shown
from desktop_app.capture.frame import Frame
from desktop_app.capture.opencv_source import OpenCVSource
from desktop_app.capture.source import SourceSpec
from desktop_app.errors import ClipUnreadable

# For clips that state none; it only serves to give their frames a time.
_USUAL_FRAME_RATE = 25.0
# FFmpeg plays text files as the output of a terminal, one screen a frame.
_TEXT_SUFFIXES = {".ans", ".art", ".asc", ".diz", ".ice", ".nfo", ".txt", ".vt"}
# FFmpeg refuses what a playlist on disk names in the network, and then tries for half a minute.
_PLAYLIST = b"#EXTM3U"
# A container may be a little off about its own length; this much is a clip that breaks off.
_MISSING_SHARE = 0.1
_MISSING_SECONDS = 0.5


class ClipSource(OpenCVSource):
    """A video file from its beginning to its end; opening it again rewinds it.

    Rotation that the file asks for is applied.
    """

    def __init__(self, spec: SourceSpec) -> None:
        super().__init__(spec)
        self._path = Path(spec.address)
        self._stated_frames = 0
        self._last_time = -1.0

    def open(self) -> None:
        """Open the file and decode its first picture.

        Raises:
            ClipUnreadable: with the reason in words.

        """
        self.close()
        self._check_file()
        from desktop_app.opencv import cv2

        # FFmpeg alone: OpenCV's other readers take "name%03d.jpg" and lone JPEGs for clips.
        capture = cv2.VideoCapture(str(self._path), cv2.CAP_FFMPEG)
        if not capture.isOpened():
            capture.release()
            raise self._unreadable(
                "it is incomplete, because the recording or the copy was not finished"
                if _lacks_its_index(self._path)
                else "it is not a video, or it is damaged"
            )
        capture.set(cv2.CAP_PROP_ORIENTATION_AUTO, 1)
        self._index = 0
        self._last_time = -1.0
        stated = capture.get(cv2.CAP_PROP_FRAME_COUNT)
        self._stated_frames = int(stated) if math.isfinite(stated) and stated > 0 else 0
        if not self._starts(capture):
            raise self._unreadable("none of its pictures can be decoded")

    def read(self) -> Frame | None:
        """Return the next frame, or None at the end.

        Raises:
            ClipUnreadable: it breaks off long before the length that it states.

        """
        pixels = self._next_picture()
        if pixels is not None:
            self._last_time = self._time_of_picture()
            return self._frame(pixels, timestamp=self._last_time)
        if self._breaks_off():
            played, stated = _clock(self._last_time), _clock(self._stated_frames / self._rate)
            raise self._unreadable(f"it breaks off after {played} of {stated}")
        return None

    @property
    def _rate(self) -> float:
        return self._frame_rate or _USUAL_FRAME_RATE

    def _time_of_picture(self) -> float:
        """Return the time of the picture just decoded, later than the one before.

        Containers lie: MPEG programme streams give 0 throughout, joined recordings begin anew in
        the middle, damaged ones jump by hours. Such a picture comes one frame after the last.
        """
        from desktop_app.opencv import cv2

        assert self._capture is not None
        time = self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
        length = self._stated_frames / self._rate if self._stated_frames else math.inf
        if self._last_time < 0:
            return time if 0 <= time <= length else 0.0
        if self._last_time < time <= length + 1:
            return time
        return self._last_time + 1 / self._rate

    def _breaks_off(self) -> bool:
        """Tell whether both the count and the clock say that much is missing.

        Of the two, some containers only guess one, and the other alone proves nothing.
        """
        frames_missing = self._stated_frames - self._index
        seconds_missing = self._stated_frames / self._rate - (self._last_time + 1 / self._rate)
        return (
            frames_missing > _MISSING_SHARE * self._stated_frames
            and frames_missing > _MISSING_SECONDS * self._rate
            and seconds_missing > _MISSING_SHARE * self._stated_frames / self._rate
            and seconds_missing > _MISSING_SECONDS
        )

    def _check_file(self) -> None:
        """Refuse what FFmpeg would hang on, crash on, or refuse without saying why."""
        try:
            # OpenCV 5.0 ends the process when a name has bytes that are not UTF-8.
            str(self._path).encode()
        except UnicodeEncodeError:
            raise self._unreadable(
                "its name holds characters that cannot be read; rename it"
            ) from None
        try:
            mode = self._path.stat().st_mode
            if stat.S_ISREG(mode):
                with self._path.open("rb") as file:
                    head = file.read(len(_PLAYLIST))
        except (OSError, ValueError) as error:
            raise self._unreadable(reason_of(error)) from error
        if stat.S_ISDIR(mode):
            raise self._unreadable("it is a folder")
        if not stat.S_ISREG(mode):
            raise self._unreadable("it is not a file")
        if not head:
            raise self._unreadable("the file is empty")
        if head == _PLAYLIST:
            raise self._unreadable("it is a playlist, not a video")
        if self._path.suffix.lower() in _TEXT_SUFFIXES:
            raise self._unreadable("it is a text, not a video")

    def _unreadable(self, reason: str) -> ClipUnreadable:
        return ClipUnreadable(path=shown(self._path), reason=reason)


def _lacks_its_index(path: Path) -> bool:
    """Tell whether this is an MP4 or QuickTime file whose ``moov`` box never came.

    Cameras write it last, so it is what a broken-off recording or copy lacks.
    Layout of boxes: ISO/IEC 14496-12, 4.2.
    """
    size = path.stat().st_size
    position = 0
    with path.open("rb") as file:
        while position + 8 <= size:
            file.seek(position)
            head = file.read(16)
            length, kind = int.from_bytes(head[:4], "big"), head[4:8]
            if length == 1:
                length = int.from_bytes(head[8:16], "big")
            if kind == b"moov":
                return position + length > size
            if length < 8 or (position == 0 and kind != b"ftyp"):
                return False
            position += length
    return position > 0


def _clock(seconds: float) -> str:
    """Write seconds as people write the length of a clip: 1:05."""
    minutes, rest = divmod(round(max(0.0, seconds)), 60)
    return f"{minutes}:{rest:02}"
