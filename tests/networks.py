"""Builds small TFLite networks of any input size and dimension, without TensorFlow."""

from __future__ import annotations

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema


def averaging_network(input_shape: tuple[int, ...], *, dimension: int) -> bytes:
    """A network that reshapes its input to (1, n, dimension) and averages over n.

    What it gives for a picture can be worked out by hand: ``x.reshape(-1, dimension).mean(0)``.
    """
    count = int(np.prod(input_shape)) // dimension
    assert count * dimension == np.prod(input_shape)
    middle = (1, count, dimension)
    buffers = [b"", np.array(middle, np.int32).tobytes(), np.array([1], np.int32).tobytes()]
    model = schema.ModelT()
    model.version = 3
    model.buffers = [_buffer(content) for content in buffers]
    model.operatorCodes = [
        _operator_code(schema.BuiltinOperator.RESHAPE),
        _operator_code(schema.BuiltinOperator.MEAN),
    ]
    graph = schema.SubGraphT()
    graph.tensors = [
        _tensor("picture", input_shape),
        _tensor("shape", (3,), kind=schema.TensorType.INT32, buffer=1),
        _tensor("rows", middle),
        _tensor("axis", (1,), kind=schema.TensorType.INT32, buffer=2),
        _tensor("vector", (1, dimension)),
    ]
    graph.inputs, graph.outputs = [0], [4]
    reshape = _operator(0, [0, 1], [2])
    mean = _operator(1, [2, 3], [4])
    mean.builtinOptionsType = schema.BuiltinOptions.ReducerOptions
    mean.builtinOptions = schema.ReducerOptionsT()
    mean.builtinOptions.keepDims = False
    graph.operators = [reshape, mean]
    model.subgraphs = [graph]
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def _buffer(content: bytes) -> schema.BufferT:
    buffer = schema.BufferT()
    buffer.data = np.frombuffer(content, np.uint8) if content else None
    return buffer


def _operator_code(code: int) -> schema.OperatorCodeT:
    entry = schema.OperatorCodeT()
    entry.deprecatedBuiltinCode = entry.builtinCode = code
    entry.version = 1
    return entry


def _tensor(
    name: str, shape: tuple[int, ...], *, kind: int = schema.TensorType.FLOAT32, buffer: int = 0
) -> schema.TensorT:
    tensor = schema.TensorT()
    tensor.name, tensor.shape, tensor.type, tensor.buffer = name, list(shape), kind, buffer
    return tensor


def _operator(code: int, inputs: list[int], outputs: list[int]) -> schema.OperatorT:
    operator = schema.OperatorT()
    operator.opcodeIndex, operator.inputs, operator.outputs = code, inputs, outputs
    return operator
