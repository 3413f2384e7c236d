"""Who computes: every engine of the house, and PyTorch where it is installed."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from typing import Any, NamedTuple, TypeAlias

from tcviz.checks.subjects import Subject
from tcviz.engine.backward_collection import backward_collection
from tcviz.engine.backward_distribution import backward_distribution
from tcviz.engine.backward_fast import backward_fast
from tcviz.engine.collection import collection
from tcviz.engine.distribution import distribution
from tcviz.engine.fast import fast
from tcviz.engine.matrix import matrix
from tcviz.layer.operands import Array

INSTALL = "pip install 'tcviz[torch]'"
PYTORCH = "PyTorch"


class Results(NamedTuple):
    """What an engine makes of a subject; None where it does not compute that.

    Attributes
    ----------
    output : array, shape (N, C_out, *output_size) or (C_out, *output_size)
    input, weight, bias : arrays, the gradients, each of the shape of its operand
    """

    output: Array
    input: Array | None = None
    weight: Array | None = None
    bias: Array | None = None


Engine: TypeAlias = Callable[[Subject], Results]


def engines() -> dict[str, Engine]:
    """Return all there are, by name; PyTorch is the last, if it is installed.

    >>> list(engines())[:4]
    ['distribution', 'collection', 'matrix', 'fast']
    """
    found: dict[str, Engine] = {
        "distribution": _both(distribution, backward_distribution),
        "collection": _both(collection, backward_collection),
        "matrix": _both(matrix),
        "fast": _both(fast, backward_fast),
    }
    return found | ({PYTORCH: pytorch()} if has_pytorch() else {})


def has_pytorch() -> bool:
    """Return whether PyTorch is installed, without importing it."""
    return find_spec("torch") is not None


def _both(
    forward: Callable[..., Array], backward: Callable[..., Iterable[Any]] | None = None
) -> Engine:
    def run(subject: Subject) -> Results:
        operands = (subject.x, subject.weight, subject.bias)
        output = forward(subject.layer, *operands)
        if backward is None:
            return Results(output)
        return Results(output, *backward(subject.layer, subject.grad_output, *operands))

    return run


def pytorch() -> Engine:
    """Import PyTorch, without what it warns of itself, and return what runs it.

    It works in float64, and in one thread: the layers are too small for more.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import torch

    def run(subject: Subject) -> Results:
        operands = (subject.x, subject.weight, subject.bias)
        tensors = [None if a is None else torch.tensor(a, dtype=torch.float64) for a in operands]
        leaves = [tensor.requires_grad_() for tensor in tensors if tensor is not None]
        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            y = _transposed(torch, subject, tensors)
            upstream = torch.tensor(subject.grad_output, dtype=torch.float64)
            gradients = torch.autograd.grad(y, leaves, upstream)
        finally:
            torch.set_num_threads(threads)
        return Results(y.detach().numpy(), *(g.numpy() for g in gradients))

    return run


def _transposed(torch: Any, subject: Subject, tensors: list[Any]) -> Any:
    """Return PyTorch's output; it knows no padding per side, which is cropped here."""
    layer = subject.layer
    call = getattr(torch.nn.functional, f"conv_transpose{layer.dims}d")
    alike = all(before == after for before, after in layer.border)
    padding = [before if alike else 0 for before, _ in layer.border]
    y = call(*tensors, layer.stride, padding, layer.output_padding, layer.groups, layer.dilation)
    if alike:
        return y
    sides = zip(layer.border, y.shape[-layer.dims :], strict=True)
    return y[(..., *(slice(before, n - after) for (before, after), n in sides))]
