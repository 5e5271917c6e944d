"""The face mesh by its network alone, in LiteRT, on a crop whose place five points tell."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import numpy as np

from desktop_app.arrays import Float32Array, Float64Array, UInt8Array
from desktop_app.errors import ModelUnusable
from desktop_app.vision.alignment import crop, similarity_transform, template_for
from desktop_app.vision.face_mesh import in_picture
from desktop_app.vision.litert import load_interpreter
from desktop_app.vision.manifest import ModelFile
from desktop_app.vision.types import MESH_POINTS

# Of MediaPipe's bundle, which is a zip.
_MEMBER = "face_landmarks_detector.tflite"
_SIDE = 256
# Where the five points lie in the network's input: room around the aligned face, and so many pixels
# higher, since MediaPipe centres the box of the face, chin included. Of the places that were tried
# the network is surest here that it sees a face, and agrees with MediaPipe (docs/adr/0015).
_TEMPLATE: Float64Array = template_for(_SIDE, margin=0.15) - np.array([0.0, 20.0])
# Of the network's word for it that it sees a face, before it is squashed: MediaPipe's own bar, an
# even chance.
_SEEN = 0.0


class MeshNetwork:
    """The mesh network of MediaPipe's Face Landmarker, without its detector; a ``FaceMesh``."""

    def __init__(self, model: ModelFile, *, threads: int) -> None:
        """Load the network.

        Args:
            model: the bundle of MediaPipe's Face Landmarker.
            threads: how many it may use.

        Raises:
            ModelMissing, ModelAltered: the file is not the one it should be.
            ModelUnusable: it is no such bundle, or its network is another.

        """
        content = _unpacked(model)
        self._interpreter: Any = load_interpreter(content, path=model.path, threads=threads)
        inputs = _by_shape(self._interpreter.get_input_details())
        outputs = _by_shape(self._interpreter.get_output_details())
        try:
            self._input = inputs[1, _SIDE, _SIDE, 3]
            self._mesh = outputs[1, 1, 1, MESH_POINTS * 3]
            self._presence = outputs[1, 1, 1, 1]
        except KeyError as error:
            raise ModelUnusable(
                path=model.path, reason=f"its mesh network has no tensor of {error}"
            ) from error

    def close(self) -> None:
        """Let go of the network."""
        self._interpreter = None

    def under(self, pixels: UInt8Array, points: Float32Array) -> Float32Array | None:
        """Return the mesh of the face that five points lie on; see ``FaceMesh``."""
        transform = similarity_transform(points, _TEMPLATE)
        # Written where the network reads it, as 0 to 1: no copy on the way.
        tensor = self._interpreter.tensor(self._input)()
        np.multiply(crop(pixels, transform, size=_SIDE), np.float32(1 / 255), out=tensor[0])
        # LiteRT refuses to run while somebody holds its memory.
        del tensor
        self._interpreter.invoke()
        if self._interpreter.get_tensor(self._presence).item() < _SEEN:
            return None
        mesh = self._interpreter.get_tensor(self._mesh).reshape(MESH_POINTS, 3)
        return in_picture(mesh.astype(np.float64), transform)


def _unpacked(model: ModelFile) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(model.verified_bytes())) as bundle:
            return bundle.read(_MEMBER)
    except (zipfile.BadZipFile, KeyError) as error:
        raise ModelUnusable(path=model.path, reason=f"it holds no {_MEMBER}: {error}") from error


def _by_shape(details: list[dict[str, Any]]) -> dict[tuple[int, ...], int]:
    return {tuple(int(side) for side in one["shape"]): int(one["index"]) for one in details}
