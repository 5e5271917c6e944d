"""From an aligned crop to a unit vector, in LiteRT."""

from __future__ import annotations

from typing import Any

import numpy as np

from desktop_app.arrays import Float32Array, UInt8Array
from desktop_app.errors import ModelUnusable
from desktop_app.vision.litert import load_interpreter
from desktop_app.vision.manifest import EmbedderSpec
from desktop_app.vision.types import AlignedFace, Embedding


class Embedder:
    """One embedding network. Used by one thread at a time."""

    def __init__(self, spec: EmbedderSpec, *, threads: int) -> None:
        """Load the network.

        Args:
            spec: the manifest's entry.
            threads: how many the network may use.

        Raises:
            ModelMissing, ModelAltered: the file is not the one it should be.
            ModelUnusable: it is not a network, or not of the shape the manifest says.

        """
        self.spec = spec
        self._interpreter = load_interpreter(spec.verified_bytes(), path=spec.path, threads=threads)
        self._input = self._interpreter.get_input_details()[0]
        self._output = self._interpreter.get_output_details()[0]
        self._check_shapes()

    def embed(self, face: AlignedFace) -> Embedding:
        """Return the unit vector of a crop of the network's input size.

        Raises:
            ValueError: the crop has another size.
            ModelUnusable: the network gives no finite vector.

        """
        size = self.spec.size
        if face.pixels.shape != (size, size, 3):
            raise ValueError(f"expected a crop of ({size}, {size}, 3), got {face.pixels.shape}")
        self._interpreter.set_tensor(self._input["index"], self._prepare(face.pixels))
        self._interpreter.invoke()
        raw = self._interpreter.get_tensor(self._output["index"]).reshape(-1)
        vector = _dequantise(raw, self._output)
        length = float(np.linalg.norm(vector))
        if not np.isfinite(length) or length < 1e-9:
            raise ModelUnusable(path=self.spec.path, reason="it gave no usable vector for a face")
        return Embedding((vector / length).astype(np.float32), self.spec.key)

    def _prepare(self, pixels: UInt8Array) -> np.ndarray[Any, Any]:
        spec = self.spec
        values: Float32Array = pixels.astype(np.float32)
        if spec.colour == "BGR":
            values = values[..., ::-1]
        if spec.normalisation == "per-image":
            # FaceNet's prewhiten: a flat picture must not divide by nothing.
            deviation = max(float(values.std()), 1.0 / float(np.sqrt(values.size)))
            values = (values - values.mean()) / deviation
        elif (spec.mean, spec.scale) != (0.0, 1.0):
            values = (values - spec.mean) * spec.scale
        if spec.channels_first:
            values = values.transpose(2, 0, 1)
        return np.ascontiguousarray(_quantise(values[np.newaxis], self._input))

    def _check_shapes(self) -> None:
        size = self.spec.size
        wanted = (1, 3, size, size) if self.spec.channels_first else (1, size, size, 3)
        actual = tuple(int(side) for side in self._input["shape"])
        if actual != wanted:
            raise ModelUnusable(
                path=self.spec.path,
                reason=f"its input has the shape {actual}, the manifest says {wanted}",
            )
        dimension = int(np.prod(self._output["shape"]))
        if dimension != self.spec.dimension:
            raise ModelUnusable(
                path=self.spec.path,
                reason=f"it gives {dimension} numbers, the manifest says {self.spec.dimension}",
            )


def _quantise(values: Float32Array, details: dict[str, Any]) -> np.ndarray[Any, Any]:
    dtype = np.dtype(details["dtype"])
    if dtype == np.float32:
        return values.astype(np.float32, copy=False)
    scale, zero = details["quantization"]
    limits = np.iinfo(dtype)
    result: np.ndarray[Any, Any] = np.clip(
        np.round(values / scale + zero), limits.min, limits.max
    ).astype(dtype)
    return result


def _dequantise(values: np.ndarray[Any, Any], details: dict[str, Any]) -> Float32Array:
    if np.issubdtype(values.dtype, np.floating):
        return np.asarray(values, np.float32)
    scale, zero = details["quantization"]
    return np.asarray((values.astype(np.float32) - zero) * scale, np.float32)
