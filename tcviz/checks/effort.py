"""How much work each engine would have with a subject, and which of it is unreasonable."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import NamedTuple

from tcviz.checks.subjects import Subject

TURN = 2_000
"""A turn of a loop in Python takes as long as so many products."""


class Effort(NamedTuple):
    """What takes an engine's time or memory, and the most of it that takes some seconds."""

    of: Callable[[Subject], int]
    unit: str
    most: int


def too_large(name: str, subject: Subject) -> str | None:
    """Return why an engine cannot reasonably compute a subject, or None where it can.

    >>> from tcviz.checks.subjects import drawn
    >>> [too_large(name, subject) for name in EFFORTS for subject in drawn(1, seed=0)]
    [None, None, None, None, None]
    """
    if name not in EFFORTS:
        return None
    effort = EFFORTS[name]
    amount = effort.of(subject)
    if amount <= effort.most:
        return None
    return f"{amount:,} {effort.unit}, more than {effort.most:,}"


def _entries(subject: Subject) -> int:
    """Return the entries of all matrices, one for each pair of channels, with the border."""
    pairs = prod(subject.weight.shape[:2])
    return pairs * prod(subject.input_size) * prod(subject.layer.padded_size(subject.input_size))


def _products(subject: Subject) -> int:
    """Return all products: each element of the input with each of its weights."""
    return _batch(subject) * prod(subject.input_size) * subject.weight.size


def _spread(subject: Subject) -> int:
    """Return the same, and the turns of a loop over the input's cells."""
    return prod(subject.input_size) * (_batch(subject) * subject.weight.size + TURN)


def _gathered(subject: Subject) -> int:
    """Return the products of a loop over the output's cells, and its turns."""
    cells = prod(subject.layer.output_size(subject.input_size))
    return cells * (_batch(subject) * subject.weight.size + TURN)


def _batch(subject: Subject) -> int:
    return prod(subject.x.shape[: -subject.layer.dims - 1])


EFFORTS = {
    "distribution": Effort(_spread, "products and turns of its loop", 10**9),
    "collection": Effort(_gathered, "products and turns of its loop", 10**9),
    "matrix": Effort(_entries, "entries in all matrices", 10**8),
    "fast": Effort(_products, "products", 5 * 10**9),
    "PyTorch": Effort(_products, "products", 5 * 10**9),
}
