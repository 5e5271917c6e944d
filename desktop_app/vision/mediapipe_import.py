"""The one door to MediaPipe: its tasks, without the plotting and the audio they drag in.

``import mediapipe`` imports matplotlib.pyplot (to draw landmarks) and sounddevice (to record),
which together are two thirds of its import time and of no use to a face. While MediaPipe is
imported, empty modules stand in for both; afterwards they are taken out again, so that a later
``import matplotlib`` gets the real one.
"""

from __future__ import annotations

import importlib
import os
import sys
from types import ModuleType
from typing import Any

_UNUSED = ("matplotlib", "matplotlib.pyplot", "sounddevice")


def import_mediapipe() -> Any:
    """Return the module ``mediapipe``, imported at the first call."""
    loaded = sys.modules.get("mediapipe")
    if loaded is not None:
        return loaded
    # Its log lines go to the terminal from C++; 2 keeps errors and drops the rest.
    os.environ.setdefault("GLOG_minloglevel", "2")
    # It imports cv2, whose traces in the environment are removed by our own import of it.
    importlib.import_module("desktop_app.opencv")
    stand_ins = {name: ModuleType(name) for name in _UNUSED if name not in sys.modules}
    if "matplotlib" in stand_ins and "matplotlib.pyplot" in stand_ins:
        stand_ins["matplotlib"].pyplot = stand_ins["matplotlib.pyplot"]  # type: ignore[attr-defined]
    sys.modules.update(stand_ins)
    try:
        return importlib.import_module("mediapipe")
    finally:
        for name, module in stand_ins.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]
