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

    if not path.is_file():
        raise DataError(complaint("model", f"{quoted_path(path)}, no file", "a file that exists"))

    def load(name: str) -> Array:
        with safe_open(path, framework="numpy") as file:
            found: Array = file.get_tensor(name)
        return found

    try:
        with safe_open(path, framework="numpy") as file:
            shapes = {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError, ValueError) as error:
        what = f"{quoted_path(path)}, no safetensors ({one_line(error)[:80]})"
        raise DataError(complaint("model", what, "a model")) from None
    yield from state.layers(shapes, load)
