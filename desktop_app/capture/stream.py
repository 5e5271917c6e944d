"""Network cameras, by RTSP."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

from desktop_app.capture.opencv_source import LiveSource
from desktop_app.capture.source import SourceSpec
from desktop_app.errors import StreamUnreachable

TIMEOUT = 8.0
# A network camera that was away comes back on a new connection: on the old one its packets are sent
# again after ever longer pauses. So one that is silent for as long is given up.
SILENCE = 3.0
# How long to wait for an answer to a first packet, and to one more that is sent after a second.
# FFmpeg would go on with packets at 3 and 7 s: a camera that is back at 4 s would be found at 7.
_KNOCKING = 1.5
_PORTS = {"rtsp": 554, "rtsps": 322}

# FFmpeg decodes on as many threads as there are processors, and each holds one picture back:
# half a second on sixteen of them. Two keep up with every network camera.
_DECODING_THREADS = 2


class StreamSource(LiveSource):
    """A network camera. Its address may hold a password, which appears in no error or log."""

    def __init__(self, spec: SourceSpec, *, timeout: float = TIMEOUT) -> None:
        """Name the stream.

        Args:
            spec: its address.
            timeout: seconds to wait until pictures come.

        """
        super().__init__(spec)
        self._timeout = timeout

    def open(self) -> None:
        """Connect and wait for the first picture.

        Raises:
            StreamUnreachable: nothing answers in time, or what answers sends no picture.

        """
        self.close()
        self._knock()
        from desktop_app.opencv import cv2

        opening, silence = self._timeout, min(SILENCE, self._timeout)
        # These bound every wait by OpenCV's own watch. FFmpeg's time-out for RTSP was renamed
        # from stimeout to timeout, and a name that it does not know is ignored in silence.
        parameters = [
            *(cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, round(opening * 1000)),
            *(cv2.CAP_PROP_READ_TIMEOUT_MSEC, round(silence * 1000)),
            *(cv2.CAP_PROP_N_THREADS, _DECODING_THREADS),
        ]
        capture = cv2.VideoCapture(self._spec.address, cv2.CAP_FFMPEG, parameters)
        if not self._starts(capture):
            raise StreamUnreachable(source=self._spec.label)

    def _knock(self) -> None:
        """Find out soon whether anybody is there at all."""
        try:
            address = urlsplit(self._spec.address)
            host, port = address.hostname, address.port or _PORTS[address.scheme]
        except ValueError:
            host = None
        if host is None:
            return  # FFmpeg may read it in another way, and says what it thinks of it
        try:
            socket.create_connection((host, port), min(_KNOCKING, self._timeout)).close()
        except (OSError, UnicodeError) as error:
            # What no name of a computer can be is found out while it is asked for.
            raise StreamUnreachable(source=self._spec.label) from error
