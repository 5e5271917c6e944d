"""The peers, each used as its own documentation shows it."""

from __future__ import annotations

import contextlib
import importlib
import io
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.peer_files import SFACE, YUNET, PeerMissing, zoo_file
from benchmarks.pipelines import bgr
from desktop_app.arrays import UInt8Array
from desktop_app.capture.frame import Frame

#: What ``FaceDetectorYN.create`` takes unless told otherwise, and so does OpenCV's sample.
SCORE = 0.9
#: What the class around it in OpenCV Zoo takes.
ZOO_SCORE = 0.6
_NMS_IOU = 0.3


class OpenCvPeer:
    """OpenCV's ``FaceDetectorYN`` and ``FaceRecognizerSF`` on each face of each frame.

    As in its sample ``samples/dnn/face_detect.cpp``: the detector at the size of the frame, each
    face aligned and embedded. It follows nobody and searches nowhere.
    """

    def __init__(
        self, *, score: float = SCORE, yunet: Path | None = None, sface: Path | None = None
    ) -> None:
        """Load its networks.

        Args:
            score: from which on a find is a face; it decides how many it finds, and so how long
                it takes.
            yunet, sface: the networks; by default those of the extra ``bench``.

        Raises:
            PeerMissing: they are not here, or OpenCV cannot read them.

        """
        self.key = self.key_at(score)
        self.label = f"OpenCV, YuNet at {score:g} + SFace"
        self._detector = _detector(str(yunet or zoo_file(YUNET)), score)
        self.recogniser = OpenCvRecogniser(sface)

    @staticmethod
    def key_at(score: float) -> str:
        """Return what its figures are called in JSON."""
        return "opencv_yunet_sface" if score == SCORE else f"opencv_yunet_sface_at_{score:g}"

    def prepare(self, frame: Frame) -> Callable[[], int]:
        """Return the work on a frame."""
        picture = bgr(frame)

        def work() -> int:
            self._detector.setInputSize((picture.shape[1], picture.shape[0]))
            _, found = self._detector.detect(picture)
            faces = [] if found is None else list(found)
            for face in faces:
                self.recogniser.feature(self.recogniser.align(picture, face))
            return len(faces)

        return work

    def begin(self) -> None:
        """Do nothing: it follows nobody."""


class OpenCvRecogniser:
    """OpenCV's ``FaceRecognizerSF``."""

    def __init__(self, path: Path | None = None) -> None:
        """Load its network.

        Args:
            path: where it is; by default in the extra ``bench``.

        Raises:
            PeerMissing: it is not here, or OpenCV cannot read it.

        """
        from desktop_app.opencv import cv2

        network = str(path or zoo_file(SFACE))
        try:
            self._network: Any = cv2.FaceRecognizerSF.create(network, "")
        except cv2.error as error:
            raise PeerMissing(f"OpenCV cannot read “{network}”: {error}.") from error

    def align(self, picture: UInt8Array, face: Any) -> Any:
        """Return the crop of a face, BGR, uint8, shape (112, 112, 3)."""
        return self._network.alignCrop(picture, face)

    def feature(self, crop: Any) -> Any:
        """Return what SFace makes of a crop, float32, shape (1, 128)."""
        return self._network.feature(crop)


class FaceRecognitionPeer:
    """``face_recognition``: dlib's HOG detector on the whole frame, and its network for each face.

    As in its ``examples/facerec_from_webcam.py``.
    """

    key = "face_recognition"

    def __init__(self) -> None:
        """Load its networks.

        Raises:
            PeerMissing: it is not installed.

        """
        try:
            # The older package of its models prints advice, and quits, where setuptools is not.
            with (
                warnings.catch_warnings(action="ignore"),
                contextlib.redirect_stdout(io.StringIO()),
            ):
                self._library: Any = importlib.import_module("face_recognition")
                dlib: Any = importlib.import_module("dlib")
        except (ImportError, OSError, SystemExit) as error:
            raise PeerMissing(
                "face_recognition was not measured: it is not installed. It asks for dlib's source "
                "code, for which the extra has a wheel, so it is installed by itself: "
                "pip install 'kenspeckle[bench]' && "
                "pip install --no-deps face-recognition-ng==1.4.2"
            ) from error
        self.label = f"face_recognition, dlib {dlib.__version__}"

    def prepare(self, frame: Frame) -> Callable[[], int]:
        """Return the work on a frame."""
        picture = frame.pixels

        def work() -> int:
            locations = self._library.face_locations(picture)
            return len(self._library.face_encodings(picture, locations))

        return work

    def begin(self) -> None:
        """Do nothing: it follows nobody."""


def _detector(network: str, score: float) -> Any:
    from desktop_app.opencv import cv2

    try:
        return cv2.FaceDetectorYN.create(network, "", (320, 320), score, _NMS_IOU)
    except cv2.error as error:
        raise PeerMissing(f"OpenCV cannot read “{network}”: {error}.") from error
