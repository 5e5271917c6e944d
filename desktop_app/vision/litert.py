"""LiteRT, TFLite's runtime, under whichever of its names is installed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from desktop_app.errors import ModelUnusable


def load_interpreter(
    content: bytes, *, path: Path, threads: int, shape: tuple[int, ...] | None = None
) -> Any:
    """Return an interpreter with its tensors allocated.

    Args:
        content: of a ``.tflite`` file.
        path: what to call it in an error.
        threads: how many it may use.
        shape: of its input, where that is not the one of the file.

    Raises:
        ModelUnusable: it is no network, or cannot have this shape.

    """
    try:
        interpreter = _interpreter_class()(model_content=content, num_threads=threads)
        if shape is not None:
            interpreter.resize_tensor_input(interpreter.get_input_details()[0]["index"], shape)
        interpreter.allocate_tensors()
    except (ValueError, RuntimeError) as error:
        raise ModelUnusable(path=path, reason=f"LiteRT says: {error}") from error
    return interpreter


def _interpreter_class() -> Any:
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ModuleNotFoundError:
        from tflite_runtime.interpreter import Interpreter
    return Interpreter
