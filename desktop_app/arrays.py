"""Checks that every type holding an array makes on its way in."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

BoolArray = npt.NDArray[np.bool_]
UInt8Array = npt.NDArray[np.uint8]
Float32Array = npt.NDArray[np.float32]
Float64Array = npt.NDArray[np.float64]
Int64Array = npt.NDArray[np.int64]


def read_only(
    array: npt.NDArray[Any], *, name: str, dtype: type[np.generic], shape: tuple[int | None, ...]
) -> npt.NDArray[Any]:
    """Return ``array`` as a read-only view, or say what was expected and what came.

    Args:
        array: what was given.
        name: what it is called in the message.
        dtype: the exact type of its elements.
        shape: its shape; ``None`` stands for any length.

    Raises:
        TypeError: not an array, or of another dtype.
        ValueError: of another shape.

    """
    if not isinstance(array, np.ndarray) or array.dtype != dtype:
        got = array.dtype if isinstance(array, np.ndarray) else type(array).__name__
        raise TypeError(f"{name}: expected an array of {np.dtype(dtype)}, got {got}")
    fits = array.ndim == len(shape) and all(
        want is None or want == have for want, have in zip(shape, array.shape, strict=True)
    )
    if not fits:
        raise ValueError(f"{name}: expected shape {shape}, got {array.shape}")
    view = array.view()
    view.flags.writeable = False
    return view
