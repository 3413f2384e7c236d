"""Safetensors files, through the package safetensors: mapped, and read tensor by tensor."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tcviz.errors import DataError, complaint, quoted_path
from tcviz.errors.oneline import one_line
from tcviz.models import state
from tcviz.models.found import ModelLayer

if TYPE_CHECKING:
    from tcviz.layer.operands import Array


def read(path: Path) -> Iterator[ModelLayer]:
    """Yield the weights of transposed convolutions."""
    from safetensors import SafetensorError, safe_open

    def load(name: str) -> Array:
        with safe_open(path, framework="numpy") as file:
            if file.get_slice(name).get_dtype() == "BF16":  # which NumPy does not have
                return _bfloat16(path, name)
            found: Array = file.get_tensor(name)
        return found

    try:
        with safe_open(path, framework="numpy") as file:
            shapes = {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError, ValueError) as error:
        what = f"{quoted_path(path)}, no safetensors ({one_line(error)[:80]})"
        raise DataError(complaint("model", what, "a model")) from None
    yield from state.layers(shapes, load)


def _bfloat16(path: Path, name: str) -> Array:
    """Return a tensor of bfloat16: each is the first half of a float32."""
    import json

    import numpy as np

    with path.open("rb") as file:  # whose header its package has found to be right
        length = int.from_bytes(file.read(8), "little")
        told = json.loads(file.read(length))[name]
        begin, end = told["data_offsets"]
        file.seek(8 + length + begin)
        halves = np.frombuffer(file.read(end - begin), "<u2")
    found: Array = (halves.astype("<u4") << 16).view("<f4").reshape(told["shape"])
    return found
