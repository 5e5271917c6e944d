"""Puts OpenCV's smallest wheel in the place of the one that MediaPipe asks for.

For the environment that the installer is built in. ``opencv-contrib-python`` is linked to a Qt 5
of its own, for windows that we never open, and carries modules that we never call; of the same
version without either, what we do use is the same code.
"""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version

FULL, SLIM = "opencv-contrib-python", "opencv-python-headless"


def main() -> None:
    """Replace the one by the other, version for version."""
    try:
        wanted = version(FULL)
    except PackageNotFoundError:
        return
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    # Both own the folder cv2: the old one must be gone before the new one comes.
    subprocess.run([*pip, "uninstall", "--yes", FULL], check=True)
    subprocess.run(
        [*pip, "install", "--no-deps", "--force-reinstall", f"{SLIM}=={wanted}"], check=True
    )


if __name__ == "__main__":
    main()
