"""One start of the engine, phase by phase; ``benchmarks.startup`` starts it.

::

    python -m benchmarks.startup_phases SECONDS_SINCE_1970 FOLDER

The window does much of this at once, on several threads; here one phase follows the other.
"""

from __future__ import annotations

import time

_began = time.time()

#: What is enrolled in the gallery that is opened.
PEOPLE, EACH = 250, 4


def main() -> None:
    """Go through the phases and print what each took, in ms, as JSON."""
    import importlib
    import json
    import sys
    from pathlib import Path

    phases = {"interpreter": (_began - float(sys.argv[1])) * 1e3}
    last = time.perf_counter()

    def pass_by(phase: str) -> None:
        nonlocal last
        now = time.perf_counter()
        phases[phase] = (now - last) * 1e3
        last = now

    from PySide6.QtWidgets import QApplication

    application = QApplication([])
    pass_by("window_library")

    from desktop_app.vision.mediapipe_import import import_mediapipe

    importlib.import_module("desktop_app.opencv")
    import_mediapipe()
    importlib.import_module("ai_edge_litert.interpreter")
    pass_by("engine_libraries")

    from desktop_app.services.runtime import load_pipeline

    pipeline = load_pipeline()
    pass_by("models")

    from benchmarks.crowd import DIMENSION, EMBEDDER, open_crowd

    repository = open_crowd(Path(sys.argv[2]), people=PEOPLE, each=EACH)
    repository.snapshot(embedder=EMBEDDER, dimension=DIMENSION)
    pass_by("gallery")

    repository.close()
    pipeline.close()
    application.quit()
    print(json.dumps(phases))


if __name__ == "__main__":
    main()
