"""YuNet's network in LiteRT: from a picture to the rows that it gives."""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import numpy as np

from desktop_app.arrays import Float32Array, UInt8Array
from desktop_app.errors import ModelUnusable
from desktop_app.vision.litert import load_interpreter
from desktop_app.vision.manifest import ModelFile
from desktop_app.vision.rows import SCORE

_STRIDES = (8, 16, 32)
# Of a cell: how much like a face, how much like an object at all, box, and five points.
_CLASS, _OBJECT, _BOX, _POINTS = 0, 1, slice(2, 6), slice(6, 16)
# The network halves a picture so often that its sides must be multiples of this.
_MULTIPLE = 32
# An interpreter holds tensors of one size, some 60 bytes a pixel and 3 MB besides; those used last
# are kept, so many of them and up to so many pixels together: all the sizes of live pictures, or
# one large photo.
_MOST_SIZES = 12
_MOST_PIXELS = 4_000_000
# Pieces of pictures up to this side come in any size, by the edges that cut them off. They are
# searched as squares, of which there are eight: all are kept besides, 40 MB at most, or they would
# push out the sizes of live pictures. Sharing them out to threads would gain 0.1 ms.
_SMALL = 256


@dataclass(frozen=True, eq=False, slots=True)
class _Sized:
    """An interpreter for pictures of one size."""

    interpreter: Any
    input: int
    outputs: tuple[int, ...]


class YuNetNetwork:
    """YuNet for pictures of any size. Used by one thread at a time.

    Wu et al., "YuNet: a tiny millisecond-level face detector", Machine Intelligence Research 20,
    2023; the reading of its outputs is that of OpenCV's ``FaceDetectorYN``.
    """

    def __init__(self, model: ModelFile, *, threads: int) -> None:
        """Load the network.

        Args:
            model: its file.
            threads: how many it may use.

        Raises:
            ModelMissing, ModelAltered: the file is not the one it should be.
            ModelUnusable: it is no network, or not YuNet.

        """
        self._model = model
        self._content = model.verified_bytes()
        self._threads = threads
        self._small: dict[int, _Sized] = {}
        self._sized: OrderedDict[tuple[int, int], _Sized] = OrderedDict()
        self._for_square(_MULTIPLE)

    def rows(self, picture: UInt8Array, *, least_score: float) -> Float32Array:
        """Return every cell that says it sees a face; several may see the same one.

        Args:
            picture: RGB, uint8, shape (h, w, 3), searched as it stands.
            least_score: of what counts as a face, above 0 and below 1.

        Returns:
            Rows in pixels of the picture, see :mod:`desktop_app.vision.rows`, in no order.

        """
        height, width = picture.shape[:2]
        longest = max(height, width)
        sized = (
            self._for_square(_up(longest))
            if longest <= _SMALL
            else self._for_size(_up(height), _up(width))
        )
        # Written where the network reads it, as float32: no copy on the way.
        tensor = sized.interpreter.tensor(sized.input)()
        tensor[0, :height, :width] = picture
        tensor[0, height:] = 0.0
        tensor[0, :height, width:] = 0.0
        # LiteRT refuses to run while somebody holds its memory.
        del tensor
        sized.interpreter.invoke()
        found = [
            _decoded(sized.interpreter.get_tensor(output)[0], stride, least_score=least_score)
            for stride, output in zip(_STRIDES, sized.outputs, strict=True)
        ]
        return np.concatenate(found)

    def _for_square(self, side: int) -> _Sized:
        """Return the interpreter for small pieces."""
        if side not in self._small:
            self._small[side] = self._make(side, side, threads=1)
        return self._small[side]

    def _for_size(self, height: int, width: int) -> _Sized:
        """Return the interpreter for a size, and let go of those that were not used for longest."""
        key = (height, width)
        if key in self._sized:
            self._sized.move_to_end(key)
            return self._sized[key]
        room = _MOST_PIXELS - height * width
        while self._sized and (
            len(self._sized) >= _MOST_SIZES or sum(h * w for h, w in self._sized) > room
        ):
            self._sized.popitem(last=False)
        self._sized[key] = self._make(height, width, threads=self._threads)
        return self._sized[key]

    def _make(self, height: int, width: int, *, threads: int) -> _Sized:
        interpreter = load_interpreter(
            self._content,
            path=self._model.path,
            threads=threads,
            shape=(1, height, width, 3),
        )
        return _Sized(
            interpreter,
            interpreter.get_input_details()[0]["index"],
            self._outputs(interpreter, height, width),
        )

    def _outputs(self, interpreter: Any, height: int, width: int) -> tuple[int, ...]:
        """Return the tensors of the strides; the converter keeps no order."""
        by_shape = {
            tuple(int(side) for side in details["shape"]): int(details["index"])
            for details in interpreter.get_output_details()
        }
        wanted = [(1, height // stride, width // stride, 16) for stride in _STRIDES]
        if set(by_shape) != set(wanted):
            raise ModelUnusable(
                path=self._model.path,
                reason=f"it gives {sorted(by_shape)}, and YuNet gives {sorted(wanted)}",
            )
        return tuple(by_shape[shape] for shape in wanted)


def _up(side: int) -> int:
    return -(-side // _MULTIPLE) * _MULTIPLE


def _decoded(cells: Float32Array, stride: int, *, least_score: float) -> Float32Array:
    """Return the rows of a stride.

    Args:
        cells: shape (h, w, 16).
        stride: pixels from cell to cell.
        least_score: see :meth:`YuNetNetwork.rows`.

    """
    # The score is √(class × object), each squashed to 0 to 1, so neither may be below its square:
    # all but a few cells are done with before anything is squashed.
    squared = least_score**2
    least = math.log(squared / (1.0 - squared))
    down, across = np.nonzero((cells[..., _CLASS] >= least) & (cells[..., _OBJECT] >= least))
    if not len(down):
        return np.empty((0, SCORE + 1), np.float32)
    values = cells[down, across].astype(np.float64)
    corner = np.stack([across, down], axis=1)
    middle = (values[:, _BOX][:, :2] + corner) * stride
    size = np.exp(values[:, _BOX][:, 2:]) * stride
    points = (values[:, _POINTS].reshape(-1, 5, 2) + corner[:, None]) * stride
    score = np.sqrt(_squashed(values[:, _CLASS]) * _squashed(values[:, _OBJECT]))
    rows = np.column_stack([middle - size / 2, size, points.reshape(-1, 10), score])
    sound = (score >= least_score) & np.isfinite(rows).all(axis=1)
    result: Float32Array = rows[sound].astype(np.float32)
    assert result.shape[1] == SCORE + 1
    return result


def _squashed(values: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, Any]:
    result: np.ndarray[Any, Any] = 1.0 / (1.0 + np.exp(-values))
    return result
