"""Light to vectors in one call."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Sequence

import numpy as np

from desktop_app.arrays import Float32Array, UInt8Array
from desktop_app.vision.detector import CombinedDetector, FaceDetector
from desktop_app.vision.effort import LIVE, PHOTO, Effort
from desktop_app.vision.embedder import Embedder
from desktop_app.vision.manifest import EmbedderSpec, ModelCatalog
from desktop_app.vision.mediapipe_mesh import MediaPipeMesh
from desktop_app.vision.mesh import MeshRefiner
from desktop_app.vision.mesh_network import MeshNetwork
from desktop_app.vision.native_log import native_stderr_to_log
from desktop_app.vision.reader import FaceReader
from desktop_app.vision.regions import NOWHERE
from desktop_app.vision.side_by_side import FacesSideBySide, LiveNetworks
from desktop_app.vision.threads import TWO_EACH, Threads
from desktop_app.vision.types import DetectedFace, Face
from desktop_app.vision.yunet import YuNet
from desktop_app.vision.yunet_network import YuNetNetwork


class PipelineClosed(RuntimeError):
    """A picture came after :meth:`FacePipeline.close`: its caller was not stopped first."""


class FacePipeline:
    """Finds the faces of a picture and describes each.

    May be called from any thread; calls take turns. Close it, or MediaPipe raises at exit.

    Attributes:
        embedder: which embedder its embeddings come from.

    """

    def __init__(
        self,
        *,
        detector: FaceDetector,
        embedder: Embedder,
        beside: FacesSideBySide | None = None,
    ) -> None:
        """Put together what was loaded.

        Args:
            detector: finds and refines.
            embedder: embeds.
            beside: describes several faces at a time, where that pays; a detector that is to
                search around several at a time is given it as well.

        """
        self._detector = detector
        self._reader = FaceReader(detector=detector, embedder=embedder)
        self._beside = beside
        self._lock = threading.Lock()
        self._is_closed = False
        self.embedder: EmbedderSpec = embedder.spec

    @classmethod
    def load(cls, catalog: ModelCatalog, *, threads: Threads = TWO_EACH) -> FacePipeline:
        """Load the networks of a catalog.

        Args:
            catalog: where they are.
            threads: how many each network uses.

        Raises:
            ModelError: a file is missing, altered, or not what the manifest says.

        """
        spec = catalog.embedder()
        with native_stderr_to_log(), contextlib.ExitStack() as undo:
            network = Embedder(spec, threads=threads.embedder)
            finder = YuNet(YuNetNetwork(catalog.get("yunet"), threads=threads.detector))
            meshes = catalog.get("face_landmarker")
            quick = MeshNetwork(meshes, threads=threads.detector)
            careful = MediaPipeMesh(meshes)
            undo.callback(careful.close)
            refiner = MeshRefiner(careful=careful, quick=quick)
            # The first run allocates, and says so on stderr.
            finder.detect(np.zeros((256, 256, 3), np.uint8), longest_side=256)
            refiner.warm_up()
            beside = None
            if threads.looks > 1:
                sets = [LiveNetworks.load(catalog) for _ in range(threads.looks)]
                beside = FacesSideBySide(sets)
            undo.pop_all()
        around = None if beside is None else beside.search_around
        detector = CombinedDetector(finder=finder, refiner=refiner, around=around)
        return cls(detector=detector, embedder=network, beside=beside)

    def close(self) -> None:
        """Let go of the networks. May be called more than once."""
        with self._lock:
            self._is_closed = True
            self._detector.close()
            if self._beside is not None:
                self._beside.close()

    def find(
        self,
        pixels: UInt8Array,
        *,
        effort: Effort = PHOTO,
        expected: Float32Array = NOWHERE,
    ) -> list[DetectedFace]:
        """Return where there may be faces, largest first; cheap beside :meth:`describe`.

        Args:
            pixels: RGB, uint8, shape (h, w, 3).
            effort: how much work the picture is worth.
            expected: boxes (x1, y1, x2, y2), float32, shape (n, 4), pixels, of faces that were
                there a moment ago; less clear ones are found there too.

        Raises:
            PipelineClosed: it was closed.

        """
        with self._open():
            return _largest_first(self._detector.find(pixels, effort=effort, expected=expected))

    def find_near(self, pixels: UInt8Array, expected: Float32Array) -> list[DetectedFace]:
        """Return the faces at and beside the boxes that are expected, largest first.

        Args:
            pixels: RGB, uint8, shape (h, w, 3).
            expected: as for :meth:`find`; 1 or more.

        Raises:
            PipelineClosed: it was closed.

        """
        with self._open():
            return _largest_first(self._detector.find_near(pixels, expected))

    def describe(
        self, pixels: UInt8Array, found: DetectedFace, *, effort: Effort = PHOTO
    ) -> Face | None:
        """Look closely at one face, and return it with quality and embedding.

        Args:
            pixels: the picture it was found in.
            found: from :meth:`find`.
            effort: how much work the picture is worth.

        Returns:
            The face, with refined landmarks; None where the closer look shows that it is none.

        Raises:
            PipelineClosed: it was closed.

        """
        with self._open():
            return self._reader.describe(pixels, found, effort=effort)

    def look_at(self, pixels: UInt8Array, found: Sequence[DetectedFace]) -> list[Face | None]:
        """Look closely at several faces of a live frame, side by side where that pays.

        Args:
            pixels: the picture they were found in.
            found: from :meth:`find` or :meth:`find_near`.

        Returns:
            For each what :meth:`describe` returns at a live frame's effort.

        Raises:
            PipelineClosed: it was closed.

        """
        with self._open():
            if self._beside is not None and len(found) > 1:
                return self._beside.describe(pixels, found)
            return [self._reader.describe(pixels, face, effort=LIVE) for face in found]

    def find_faces(self, pixels: UInt8Array, *, effort: Effort = PHOTO) -> list[Face]:
        """Return the faces of a picture with quality and embedding, largest first.

        Args:
            pixels: RGB, uint8, shape (h, w, 3).
            effort: how much work the picture is worth.

        Raises:
            PipelineClosed: it was closed.

        """
        with self._open():
            found = _largest_first(self._detector.find(pixels, effort=effort))
            described = (self._reader.describe(pixels, one, effort=effort) for one in found)
            return [face for face in described if face is not None]

    @contextlib.contextmanager
    def _open(self) -> Iterator[None]:
        """Hold the networks for the length of a block."""
        with self._lock:
            if self._is_closed:
                raise PipelineClosed
            yield


def _largest_first(found: list[DetectedFace]) -> list[DetectedFace]:
    return sorted(
        found, key=lambda face: face.detection.width * face.detection.height, reverse=True
    )
