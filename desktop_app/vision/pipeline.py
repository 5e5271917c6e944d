"""Light to vectors in one call."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

import numpy as np

from desktop_app.arrays import Float32Array, UInt8Array
from desktop_app.vision.alignment import align, mirrored
from desktop_app.vision.detector import CombinedDetector, FaceDetector
from desktop_app.vision.effort import PHOTO, Effort
from desktop_app.vision.embedder import Embedder
from desktop_app.vision.manifest import EmbedderSpec, ModelCatalog
from desktop_app.vision.mediapipe_mesh import MediaPipeMesh
from desktop_app.vision.mesh import MeshRefiner
from desktop_app.vision.mesh_network import MeshNetwork
from desktop_app.vision.native_log import native_stderr_to_log
from desktop_app.vision.quality import assess
from desktop_app.vision.regions import NOWHERE
from desktop_app.vision.threads import TWO_EACH, Threads
from desktop_app.vision.types import DetectedFace, Face, together
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

    def __init__(self, *, detector: FaceDetector, embedder: Embedder) -> None:
        self._detector = detector
        self._embedder = embedder
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
            undo.pop_all()
        return cls(detector=CombinedDetector(finder=finder, refiner=refiner), embedder=network)

    def close(self) -> None:
        """Let go of the networks. May be called more than once."""
        with self._lock:
            self._is_closed = True
            self._detector.close()

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
            return self._describe(pixels, found, effort)

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
            described = (self._describe(pixels, one, effort) for one in found)
            return [face for face in described if face is not None]

    @contextlib.contextmanager
    def _open(self) -> Iterator[None]:
        """Hold the networks for the length of a block."""
        with self._lock:
            if self._is_closed:
                raise PipelineClosed
            yield

    def _describe(self, pixels: UInt8Array, found: DetectedFace, effort: Effort) -> Face | None:
        refined = self._detector.refine(pixels, found, effort=effort)
        if refined is None:
            return None
        spec = self.embedder
        landmarks = refined.landmarks
        crops = [
            align(pixels, points, template=spec.template, size=spec.size)
            for points in (landmarks.points, *landmarks.readings)
        ]
        aligned = crops[0]
        if effort.thorough:
            crops += [mirrored(crop) for crop in crops]
        return Face(
            detection=refined.detection,
            landmarks=landmarks,
            quality=assess(refined, aligned),
            aligned=aligned,
            embedding=together([self._embedder.embed(crop) for crop in crops]),
        )


def _largest_first(found: list[DetectedFace]) -> list[DetectedFace]:
    return sorted(
        found, key=lambda face: face.detection.width * face.detection.height, reverse=True
    )
