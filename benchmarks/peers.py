"""OpenCV's own way from a frame to vectors: ``FaceDetectorYN`` and ``FaceRecognizerSF``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.ours import EMBED, FIND, WHOLE
from benchmarks.stopwatch import Stopwatch
from desktop_app.arrays import UInt8Array
from desktop_app.services.runtime import load_models


class OpenCvPeer:
    """As in OpenCV's own sample: the whole frame, five points, no refinement, no quality.

    The recogniser reads OpenCV Zoo's ``face_recognition_sface_2021dec.onnx``, which we do not
    ship; without it only the detector is compared.
    """

    def __init__(self, *, sface: Path | None) -> None:
        from desktop_app.opencv import cv2

        self.watch = Stopwatch()
        content = np.frombuffer(load_models().get("yunet").verified_bytes(), np.uint8)
        nothing = np.empty(0, np.uint8)
        self._detector: Any = cv2.FaceDetectorYN.create("onnx", content, nothing, (320, 320))
        self._recogniser: Any = (
            cv2.FaceRecognizerSF.create(str(sface), "") if sface is not None else None
        )

    def process(self, pixels: UInt8Array) -> int:
        """Measure one frame; return how many faces were found."""
        from desktop_app.opencv import cv2

        picture = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
        with self.watch.measure(WHOLE):
            with self.watch.measure(FIND):
                self._detector.setInputSize((picture.shape[1], picture.shape[0]))
                _, found = self._detector.detect(picture)
            faces = [] if found is None else list(found)
            if self._recogniser is not None:
                for face in faces:
                    with self.watch.measure(EMBED):
                        crop = self._recogniser.alignCrop(picture, face)
                        self._recogniser.feature(crop)
        self.watch.end_frame()
        return len(faces)
