"""Reads a source from start to end without a window."""

from __future__ import annotations

import threading
from collections.abc import Generator

from desktop_app.capture.frame import Frame
from desktop_app.capture.mailbox import LatestFrame
from desktop_app.capture.source import FrameSource
from desktop_app.errors import CameraLost

# Opening may take as long as every time-out of the system together; what it has to say is worth
# the wait. After that, sources notice a dead device themselves; this is for those that do not.
_OPENING, _PATIENCE = 60.0, 10.0


def every_frame(source: FrameSource) -> Generator[Frame, None, None]:
    """Yield all frames of a clip, none dropped, however long the caller takes.

    Raises:
        CaptureError: it cannot be opened, or breaks off.

    """
    try:
        source.open()
        while (frame := source.read()) is not None:
            yield frame
    finally:
        source.close()


def newest_frames(source: FrameSource) -> Generator[Frame, None, None]:
    """Yield the newest frame of a camera whenever the caller is ready for one.

    A thread of its own reads the device, so that no picture waits in the driver's queue.

    Raises:
        CaptureError: it cannot be opened, or stops sending.

    """
    mailbox: LatestFrame[Frame] = LatestFrame()
    stop = threading.Event()
    troubles: list[Exception] = []

    def read() -> None:
        try:
            for frame in every_frame(source):
                mailbox.put(frame)
                if stop.is_set():
                    return
        except Exception as error:  # noqa: BLE001 - raised again in the caller's thread
            troubles.append(error)
        finally:
            mailbox.close()

    # A daemon: a device that hangs in a read must not keep the process from ending.
    reader = threading.Thread(target=read, name="capture", daemon=True)
    reader.start()
    try:
        frame = mailbox.take(timeout=_OPENING)
        while frame is not None:
            yield frame
            frame = mailbox.take(timeout=_PATIENCE)
        if not troubles and reader.is_alive():
            raise CameraLost(source=source.source_id)
    finally:
        stop.set()
        reader.join(timeout=1.0)
    if troubles:
        raise troubles[0]
