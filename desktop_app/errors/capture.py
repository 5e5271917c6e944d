"""Pictures do not arrive."""

from __future__ import annotations

from desktop_app.errors.base import KnownError


class CaptureError(KnownError):
    """Pictures do not arrive."""

    code = "capture"


class SourceInvalid(CaptureError):
    """Params: source."""

    code = "source-invalid"
    sentence = (
        "“{source}” is not a source of pictures. Use camera:0, a video file, "
        "or an address that begins with rtsp://."
    )


class CameraNotFound(CaptureError):
    """Params: source."""

    code = "camera-not-found"
    sentence = (
        "There is no camera “{source}”. Plug one in, or check that the system lets "
        "applications use the camera."
    )


class CameraBusy(CaptureError):
    """Params: source."""

    code = "camera-busy"
    sentence = (
        "The camera “{source}” is there but gives no picture. It may be in use by another "
        "program: close that and try again."
    )


class CameraLost(CaptureError):
    """Params: source."""

    code = "camera-lost"
    sentence = "The camera “{source}” stopped sending pictures. Check its cable."


class ClipUnreadable(CaptureError):
    """Params: path, reason."""

    code = "clip-unreadable"
    sentence = "The clip “{path}” cannot be played: {reason}."


class StreamUnreachable(CaptureError):
    """Params: source."""

    code = "stream-unreachable"
    sentence = (
        "Nothing answers at “{source}”. Check the address, the network, and that the camera is on."
    )
