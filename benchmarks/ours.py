"""Our pipeline, with a stop-watch at every stage."""

from __future__ import annotations

from typing import Any

from benchmarks.stopwatch import Stopwatch
from desktop_app.arrays import UInt8Array
from desktop_app.capture.frame import Frame
from desktop_app.recognition.gallery import Gallery
from desktop_app.services.live import LiveRecogniser
from desktop_app.services.runtime import load_models, policy_for
from desktop_app.vision.detector import CombinedDetector
from desktop_app.vision.effort import LIVE
from desktop_app.vision.embedder import Embedder
from desktop_app.vision.manifest import EmbedderSpec, ModelFile
from desktop_app.vision.mesh import MeshRefiner
from desktop_app.vision.pipeline import FacePipeline
from desktop_app.vision.types import AlignedFace, DetectedFace, Embedding, Landmarks
from desktop_app.vision.yunet import YuNet

FIND, REFINE, EMBED, WHOLE = "find faces", "refine landmarks", "embed", "whole frame"
# Live video, where not every face is looked at closely in every frame.
FOLLOWED = "followed frame"
STAGES = (FIND, REFINE, EMBED, WHOLE, FOLLOWED)
_FRAME_RATE = 30.0
_FALSE_NAME_RATE = 1e-3


class _Finder(YuNet):
    def __init__(self, model: ModelFile, watch: Stopwatch) -> None:
        super().__init__(model)
        self._watch = watch

    def detect(self, pixels: UInt8Array, *, longest_side: int) -> list[DetectedFace]:
        with self._watch.measure(FIND):
            return super().detect(pixels, longest_side=longest_side)


class _Refiner(MeshRefiner):
    def __init__(self, model: ModelFile, watch: Stopwatch) -> None:
        super().__init__(model)
        self._watch = watch

    def refine(self, *arguments: Any, **options: Any) -> Landmarks | None:
        with self._watch.measure(REFINE):
            return super().refine(*arguments, **options)


class _Embedder(Embedder):
    def __init__(self, spec: EmbedderSpec, watch: Stopwatch, *, threads: int) -> None:
        super().__init__(spec, threads=threads)
        self._watch = watch

    def embed(self, face: AlignedFace) -> Embedding:
        with self._watch.measure(EMBED):
            return super().embed(face)


class Ours:
    """The pipeline at a live frame's effort, and live recognition as a whole."""

    def __init__(self, *, threads: int) -> None:
        catalog = load_models()
        self.watch = Stopwatch()
        self._pipeline = FacePipeline(
            detector=CombinedDetector(
                finder=_Finder(catalog.get("yunet"), self.watch),
                refiner=_Refiner(catalog.get("face_landmarker"), self.watch),
            ),
            embedder=_Embedder(catalog.embedder(), self.watch, threads=threads),
        )
        # Of its own, so that its stages do not count among those of the other.
        embedder = catalog.embedder()
        self._followed = FacePipeline(
            detector=CombinedDetector(
                finder=YuNet(catalog.get("yunet")),
                refiner=MeshRefiner(catalog.get("face_landmarker")),
            ),
            embedder=Embedder(embedder, threads=threads),
        )
        self._live = LiveRecogniser(
            self._followed, policy_for(embedder, false_name_rate=_FALSE_NAME_RATE)
        )
        self._gallery = Gallery.empty(embedder=embedder.key, dimension=embedder.dimension)
        self._frames = 0

    def process(self, pixels: UInt8Array) -> int:
        """Measure one frame, later than the one before; return how many faces were found."""
        with self.watch.measure(WHOLE):
            faces = self._pipeline.find_faces(pixels, effort=LIVE)
        frame = Frame(
            pixels=pixels,
            index=self._frames,
            timestamp=self._frames / _FRAME_RATE,
            source_id="benchmark",
        )
        with self.watch.measure(FOLLOWED):
            self._live.process(frame, self._gallery)
        self._frames += 1
        self.watch.end_frame()
        return len(faces)

    def close(self) -> None:
        """Let go of the networks."""
        self._pipeline.close()
        self._followed.close()
