"""A network of four operations, written byte by byte: it "detects" black squares of 32 pixels.

One convolution measures how black each window of 32 pixels is, every 8 pixels; the answer has a box of that size for
each window, and a score that is 1 where all of it is black and 0 where a quarter is not. Field numbers are those of
``onnx.proto``.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

SQUARE, STRIDE = 32, 8
NAMES = {0: "door", 1: "window", 2: "sofa"}
_FLOAT, _INT64 = 1, 7


def write(path: Path, *, side: int = 128, names: dict[int, str] | None = None, found: int = 0) -> Path:
    """Write the network; ``found`` is the class of what it finds."""
    names = NAMES if names is None else names
    count = max(len(names), found + 1)
    number = (side - SQUARE) // STRIDE + 1
    at = np.arange(number) * STRIDE + SQUARE / 2
    x, y = (each.ravel() for each in np.meshgrid(at, at))
    boxes = np.stack([x, y, np.full(x.size, SQUARE), np.full(x.size, SQUARE)])[None]
    weights = np.full((1, 3, SQUARE, SQUARE), -4 / (3 * SQUARE * SQUARE))
    nodes = [
        _node("Conv", ["picture", "weights", "bias"], "black", strides=(STRIDE, STRIDE)),
        _node("Relu", ["black"], "score"),
        _node("Reshape", ["score", "flat"], "row"),
        _node("Concat", ["boxes", "before", "row", "after"], "answer", axis=1),
    ]
    constants = [
        _tensor("weights", weights.astype(np.float32)),
        _tensor("bias", np.ones(1, np.float32)),
        _tensor("flat", np.array([1, 1, x.size], np.int64)),
        _tensor("boxes", boxes.astype(np.float32)),
        _tensor("before", np.zeros((1, found, x.size), np.float32)),
        _tensor("after", np.zeros((1, count - found - 1, x.size), np.float32)),
    ]
    graph = b"".join(
        [
            *(_field(1, node) for node in nodes),
            _field(2, b"toy"),
            *(_field(5, constant) for constant in constants),
            _field(11, _value("picture", (1, 3, side, side))),
            _field(12, _value("answer", (1, 4 + count, x.size))),
        ]
    )
    notes = {"names": str(names)} if names else {}
    model = b"".join(
        [
            _number(1, 8),
            _field(8, _number(2, 13)),
            _field(7, graph),
            *(_field(14, _field(1, key.encode()) + _field(2, value.encode())) for key, value in notes.items()),
        ]
    )
    path.write_bytes(model)
    return path


def _varint(value: int) -> bytes:
    made = b""
    while value > 0x7F:
        made += bytes([value & 0x7F | 0x80])
        value >>= 7
    return made + bytes([value])


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _field(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _tensor(name: str, values: NDArray[np.float32] | NDArray[np.int64]) -> bytes:
    kind = _FLOAT if values.dtype == np.float32 else _INT64
    dims = b"".join(_number(1, length) for length in values.shape)
    return dims + _number(2, kind) + _field(8, name.encode()) + _field(9, values.tobytes())


def _value(name: str, shape: Sequence[int]) -> bytes:
    dims = b"".join(_field(1, _number(1, length)) for length in shape)
    return _field(1, name.encode()) + _field(2, _field(1, _number(1, _FLOAT) + _field(2, dims)))


def _node(kind: str, inputs: Sequence[str], output: str, *, strides: Sequence[int] = (), axis: int = -1) -> bytes:
    attributes = b""
    if strides:
        packed = b"".join(_number(8, stride) for stride in strides)
        attributes += _field(5, _field(1, b"strides") + packed + _number(20, 7))
    if axis >= 0:
        attributes += _field(5, _field(1, b"axis") + _number(3, axis) + _number(20, 2))
    named = b"".join(_field(1, each.encode()) for each in inputs)
    return named + _field(2, output.encode()) + _field(4, kind.encode()) + attributes


assert struct.pack("<f", 1.0) == np.float32(1).tobytes(), "tensors are written in little-endian"
