"""Rebuilds YuNet in TensorFlow from its ONNX file, for TFLite; see ``tools/build_models.py``.

Node by node rather than by a general converter, because four things are wanted that those do not
do: any size of picture without a new file, RGB in the place of BGR, channels last throughout, and
the twelve thin outputs joined to one a stride, which takes a third of the time off the heads.
"""

from __future__ import annotations

from typing import Any

import numpy as np

STRIDES = (8, 16, 32)
# Of one cell, in this order: 1 + 1 + 4 + 10 channels.
_HEADS = ("cls", "obj", "bbox", "kps")
_CHANNELS = 16


class _Network:
    """Evaluates the graph of an ONNX file with TensorFlow's operations."""

    def __init__(self, model: Any) -> None:
        from onnx import helper, numpy_helper

        graph = model.graph
        self._weights = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
        self._makers = {output: node for node in graph.node for output in node.output}
        self._attributes = {
            node.output[0]: {item.name: helper.get_attribute_value(item) for item in node.attribute}
            for node in graph.node
        }
        self._input = graph.input[0].name

    def outputs(self, picture: Any) -> list[Any]:
        """Return the heads of each stride, (1, h / stride, w / stride, 16), not squashed."""
        values = {self._input: picture}
        return [self._head(stride, values) for stride in STRIDES]

    def _head(self, stride: int, values: dict[str, Any]) -> Any:
        """Join the four heads of a stride: each is a 1×1 and a depth-wise 3×3 convolution."""
        parts: list[list[Any]] = [[], [], [], []]
        features = set()
        for name in _HEADS:
            last = self._convolution_before(f"{name}_{stride}")
            first = self._makers[last.input[0]]
            features.add(first.input[0])
            for part, source in zip(parts, (*first.input[1:3], *last.input[1:3]), strict=True):
                part.append(self._weights[source])
        (feature,) = features
        first_w, first_b, last_w, last_b = (np.concatenate(part) for part in parts)
        joined = _convolve(self._value(feature, values), first_w, first_b, stride=1, groups=1)
        return _convolve(joined, last_w, last_b, stride=1, groups=_CHANNELS)

    def _convolution_before(self, output: str) -> Any:
        node = self._makers[output]
        while node.op_type != "Conv":
            # Transposed, reshaped and squashed: the reader of the network does that to the few
            # cells that matter.
            node = self._makers[node.input[0]]
        return node

    def _value(self, name: str, values: dict[str, Any]) -> Any:
        if name not in values:
            values[name] = self._evaluate(self._makers[name], values)
        return values[name]

    def _evaluate(self, node: Any, values: dict[str, Any]) -> Any:
        import tensorflow as tf

        given = self._value(node.input[0], values)
        match node.op_type:
            case "Conv":
                weights = self._weights[node.input[1]]
                if node.input[0] == self._input:
                    # The network was trained on BGR.
                    weights = weights[:, ::-1]
                attributes = self._attributes[node.output[0]]
                return _convolve(
                    given,
                    weights,
                    self._weights[node.input[2]],
                    stride=attributes["strides"][0],
                    groups=attributes["group"],
                )
            case "Relu":
                return tf.nn.relu(given)
            case "MaxPool":
                return tf.nn.max_pool2d(given, 2, 2, "VALID")
            case "Add":
                return given + self._value(node.input[1], values)
            case "Resize":
                # Twice as large by repeating pixels. TFLite's own operation for that holds the
                # size it was converted with.
                return tf.nn.depth_to_space(tf.concat([given] * 4, axis=-1), 2)
        raise SystemExit(f"YuNet is not expected to have a {node.op_type}")


def _convolve(
    values: Any, weights: np.ndarray[Any, Any], bias: Any, *, stride: int, groups: int
) -> Any:
    import tensorflow as tf

    padding = "SAME"
    if stride == 2:
        # ONNX pads on all sides; TensorFlow's "SAME" would pad an even picture below and on the
        # right alone. What is padded there is never read.
        values, padding = tf.pad(values, [[0, 0], [1, 0], [1, 0], [0, 0]]), "VALID"
    if groups == 1:
        values = tf.nn.conv2d(values, weights.transpose(2, 3, 1, 0), stride, padding)
    else:
        kernel = weights.transpose(2, 3, 0, 1)
        values = tf.nn.depthwise_conv2d(values, kernel, [1, stride, stride, 1], padding)
    return tf.nn.bias_add(values, bias)


def convert_yunet(content: bytes) -> bytes:
    """Return YuNet as TFLite, float32.

    Args:
        content: OpenCV Zoo's ``face_detection_yunet_2023mar.onnx``.

    Returns:
        A network that reads (1, h, w, 3), RGB 0–255, whose sides are multiples of 32 after
        resizing its input, and gives a tensor for each of the strides 8, 16 and 32.

    """
    import onnx
    import tensorflow as tf

    network = _Network(onnx.load_from_string(content))
    picture = tf.TensorSpec([1, 320, 320, 3], tf.float32)
    function = tf.function(network.outputs, input_signature=[picture])
    converter = tf.lite.TFLiteConverter.from_concrete_functions([function.get_concrete_function()])
    return bytes(converter.convert())
