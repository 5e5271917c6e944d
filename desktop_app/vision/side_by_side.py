"""Several faces of a live frame at a time, each on a thread of its own."""

from __future__ import annotations

import queue
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from desktop_app.arrays import Float32Array, UInt8Array
from desktop_app.vision.detector import CombinedDetector
from desktop_app.vision.effort import LIVE
from desktop_app.vision.embedder import Embedder
from desktop_app.vision.manifest import ModelCatalog
from desktop_app.vision.mesh import MeshRefiner
from desktop_app.vision.mesh_network import MeshNetwork
from desktop_app.vision.reader import FaceReader
from desktop_app.vision.regions import search_around
from desktop_app.vision.types import DetectedFace, Face
from desktop_app.vision.yunet import YuNet
from desktop_app.vision.yunet_network import YuNetNetwork

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, eq=False, slots=True)
class LiveNetworks:
    """Networks that use one thread each. For one face at a time.

    Attributes:
        finder: searches around a face.
        reader: describes it.

    """

    finder: YuNet
    reader: FaceReader

    @classmethod
    def load(cls, catalog: ModelCatalog) -> LiveNetworks:
        """Load a set of them.

        Raises:
            ModelError: a file is missing, altered, or not what the manifest says.

        """
        finder = YuNet(YuNetNetwork(catalog.get("yunet"), threads=1))
        mesh = MeshNetwork(catalog.get("face_landmarker"), threads=1)
        # A live face gets one round, so there is nothing to be careful about.
        refiner = MeshRefiner(careful=mesh, quick=mesh)
        detector = CombinedDetector(finder=finder, refiner=refiner)
        embedder = Embedder(catalog.embedder(), threads=1)
        return cls(finder, FaceReader(detector=detector, embedder=embedder))


class FacesSideBySide:
    """Searches around several faces of a frame, or describes them, at a time.

    A network on two threads waits for itself at each of its layers; two networks on one thread
    each do not, and the Python between them runs while the other computes.
    """

    def __init__(self, networks: Sequence[LiveNetworks]) -> None:
        """Args: networks: 2 or more sets of them."""
        self._networks = tuple(networks)
        # Whatever was used last is in the processor's caches.
        self._free: queue.LifoQueue[LiveNetworks] = queue.LifoQueue()
        for one in self._networks:
            self._free.put(one)
        self._pool = ThreadPoolExecutor(len(self._networks), thread_name_prefix="look")

    def search_around(self, pixels: UInt8Array, boxes: Float32Array) -> list[Float32Array]:
        """Return the rows found around each box; see :func:`regions.search_around`."""
        return self._each(
            lambda networks, box: search_around(networks.finder, pixels, box), list(boxes)
        )

    def describe(self, pixels: UInt8Array, found: Sequence[DetectedFace]) -> list[Face | None]:
        """Return what each face looks like, in their order; see :class:`FaceReader`."""
        return self._each(
            lambda networks, face: networks.reader.describe(pixels, face, effort=LIVE), found
        )

    def close(self) -> None:
        """End the threads and let go of the networks."""
        self._pool.shutdown()
        for one in self._networks:
            one.reader.close()

    def _each(
        self, work: Callable[[LiveNetworks, Item], Result], items: Sequence[Item]
    ) -> list[Result]:
        """Return the results in the order of the items; the first failure is raised."""
        if len(items) < 2:
            # Nothing to wait for but one's own thread.
            return [self._alone(work, item) for item in items]
        return list(self._pool.map(lambda item: self._alone(work, item), items))

    def _alone(self, work: Callable[[LiveNetworks, Item], Result], item: Item) -> Result:
        networks = self._free.get()
        try:
            return work(networks, item)
        finally:
            self._free.put(networks)
