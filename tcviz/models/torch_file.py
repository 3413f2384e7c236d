"""PyTorch files with weights; one that holds a program is not read."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tcviz.errors import DataError, complaint, quoted_path
from tcviz.models import state
from tcviz.models.found import ModelLayer

if TYPE_CHECKING:
    from tcviz.layer.operands import Array

BROKEN = (pickle.UnpicklingError, RuntimeError, EOFError, ValueError, LookupError, AttributeError,
          TypeError, OSError, ImportError)  # fmt: skip
DEEPEST = 4
"""Tables in each other, such as a checkpoint's."""


def read(path: Path) -> Iterator[ModelLayer]:
    """Yield the weights of transposed convolutions."""
    import torch

    try:
        held = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
    except BROKEN:  # their texts advise to run what is in the file
        hint = "save model.state_dict()"
        what = f"{quoted_path(path)}, which is more than weights, or broken"
        raise DataError(complaint("model", what, "weights alone", hint=hint)) from None
    tensors = dict(_tensors(held))

    def load(name: str) -> Array:
        held = tensors[name].detach()
        if held.is_complex():
            raise DataError(complaint("weight", f"of {name}, complex", "real numbers"))
        found: Array = held.float().numpy()
        return found

    yield from state.layers({name: tuple(t.shape) for name, t in tensors.items()}, load)


def _tensors(held: Any, name: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    if hasattr(held, "detach"):
        yield name, held
    elif isinstance(held, Mapping) and depth < DEEPEST:
        for key, value in held.items():
            yield from _tensors(value, f"{name}.{key}" if name else str(key), depth + 1)
