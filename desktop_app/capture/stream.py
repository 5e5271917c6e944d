"""Network cameras, by RTSP."""

from __future__ import annotations

from desktop_app.capture.opencv_source import LiveSource
from desktop_app.capture.source import SourceSpec
from desktop_app.errors import StreamUnreachable

TIMEOUT = 8.0

# FFmpeg decodes on as many threads as there are processors, and each holds one picture back:
# half a second on sixteen of them. Two keep up with every network camera.
_DECODING_THREADS = 2


class StreamSource(LiveSource):
    """A network camera. Its address may hold a password, which appears in no error or log."""

    def __init__(self, spec: SourceSpec, *, timeout: float = TIMEOUT) -> None:
        """Name the stream.

        Args:
            spec: its address.
            timeout: seconds to wait for an answer, and for each picture.

        """
        super().__init__(spec)
        self._timeout = timeout

    def open(self) -> None:
        """Connect and wait for the first picture.

        Raises:
            StreamUnreachable: nothing answers in time, or what answers sends no picture.

        """
        self.close()
        from desktop_app.opencv import cv2

        milliseconds = round(self._timeout * 1000)
        # These bound every wait by OpenCV's own watch. FFmpeg's time-out for RTSP was renamed
        # from stimeout to timeout, and a name that it does not know is ignored in silence.
        parameters = [
            *(cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, milliseconds),
            *(cv2.CAP_PROP_READ_TIMEOUT_MSEC, milliseconds),
            *(cv2.CAP_PROP_N_THREADS, _DECODING_THREADS),
        ]
        capture = cv2.VideoCapture(self._spec.address, cv2.CAP_FFMPEG, parameters)
        if not self._starts(capture):
            raise StreamUnreachable(source=self._spec.label)
