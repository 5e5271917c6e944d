"""What the window waits for before it is there."""

from __future__ import annotations

import json
import subprocess
import sys

PROGRAM = """
import json, sys
from pathlib import Path

from desktop_app.app import create_app
from desktop_app.workers.engine import Engine

# The engine is started as soon as the window is painted.
Engine.start = lambda self: print(json.dumps(sorted(sys.modules)))
create_app(["kenspeckle"], data_dir=Path(sys.argv[1]), exec_app=False).shutdown()
"""


def test_the_window_is_painted_before_anything_heavy_is_imported(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path)], check=True, capture_output=True, text=True
    )
    imported = set(json.loads(done.stdout))
    assert "PySide6.QtWidgets" in imported
    networks = {"cv2", "mediapipe", "ai_edge_litert"}
    gallery = {"sqlalchemy", "alembic", "cryptography", "keyring", "secretstorage"}
    assert not imported & (networks | gallery | {"xlsxwriter", "PIL"})
