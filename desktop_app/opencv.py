"""The one door to OpenCV: ``from desktop_app.opencv import cv2``.

On Linux, importing ``cv2`` points ``QT_QPA_PLATFORM_PLUGIN_PATH`` and ``QT_QPA_FONTDIR`` at the
Qt 5 plug-ins inside its own wheel, which PySide6 would then try to load, and ``LD_LIBRARY_PATH``
at its libraries and the folder one is in, which programs that we start would search. Nothing here
uses OpenCV's windows, so all are put back as they were before anyone else can read them.

Importing this module costs about 0.1 s: do it inside the function that needs it, so that
``--help`` and the first paint of the window do not wait for it.
"""

from __future__ import annotations

import os
import sys

__all__ = ["cv2"]

_CHANGED = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR", "LD_LIBRARY_PATH")

# Hardware transforms make the Media Foundation back-end take seconds to open a camera.
if sys.platform == "win32":
    os.environ.setdefault("OPENCV_VIDEOIO_MSMF_ENABLE_HW_TRANSFORMS", "0")
# An RTSP stream over UDP shows torn pictures as soon as a packet is lost. The wait for a camera
# that does not answer is bounded where the stream is opened.
os.environ.setdefault("OPENCV_FFMPEG_CAPTURE_OPTIONS", "rtsp_transport;tcp")
# How many seconds a camera's read waits before it gives up; OpenCV's own 10 look like a hang.
os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "2")
# What OpenCV and FFmpeg would print reaches the user in a sentence of ours instead.
os.environ.setdefault("OPENCV_LOG_LEVEL", "FATAL")
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")

_before = {name: os.environ.get(name) for name in _CHANGED}

import cv2  # noqa: E402, TID251 - after the variables above; and this is the one door

for _name, _value in _before.items():
    if _value is None:
        os.environ.pop(_name, None)
    else:
        os.environ[_name] = _value
