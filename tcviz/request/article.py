"""The article's example: its numbers, and what stands in where none are asked for."""

from __future__ import annotations

import json
from collections import ChainMap
from collections.abc import Mapping
from typing import Any, NamedTuple

from tcviz.engine.arrays import as_numbers
from tcviz.files.shipped import shipped
from tcviz.layer.operands import Array
from tcviz.layer.sizes import DEFAULT_SIZES

KERNEL = 3
"""Rows and columns of its kernels."""


def arrays() -> dict[str, Array]:
    """Return the article's arrays by name, read-only.

    >>> arrays()["tc_output"].shape
    (5, 5)
    """
    text = shipped("article.json").read_text(encoding="utf-8")
    figures = ChainMap(*json.loads(text).values())
    return {name: as_numbers(v, name) for name, v in figures.items() if isinstance(v, list)}


class Example(NamedTuple):
    """The article's arrays that stand in where nothing asks for other numbers.

    `x` and `weight` are their names.  An input unsaid has so many `channels`, and
    so many cells along each axis as `sizes` says for a number of axes; `forward`
    says whether the layer is the associated forward convolution.
    """

    x: str
    weight: str
    channels: int
    sizes: Mapping[int, int]
    forward: bool = False

    @property
    def shapes(self) -> tuple[Any, ...]:
        """groups, kernel_size, input_size, in_channels, out_channels, biases that may be given."""
        return 1, (KERNEL,) * 2, (self.sizes[2],) * 2, self.channels, 1, 1

    def numbers(self) -> tuple[Array, Array]:
        """Return input and weight."""
        x, weight = arrays()[self.x], arrays()[self.weight]
        return x.reshape(-1, *x.shape[-2:]), weight.reshape(-1, 1, *weight.shape[-2:])


EXAMPLES = {
    "transposed": Example("tc_input", "tc_kernel", 2, DEFAULT_SIZES),
    "matrix": Example("conv_output", "conv_kernel", 1, DEFAULT_SIZES),
    "convolution": Example("conv_input", "conv_kernel", 1, {1: 7, 2: 5, 3: 4}, forward=True),
}


_ASSOCIATED = {"stride": 2, "padding": 1}
FIGURES: dict[int, dict[str, Any]] = {
    1: {"view": "convolution"},
    2: {"view": "matrix", "forward": True},
    3: {"view": "matrix", "forward": False},
    4: {"view": "input", **_ASSOCIATED},
    5: {"view": "kernel", **_ASSOCIATED},
    6: {"view": "distribution", "step": 1, **_ASSOCIATED},
    7: {"view": "distribution", "step": 2, **_ASSOCIATED},
    8: {"view": "distribution", **_ASSOCIATED},
    9: {"view": "collection", "step": 1, **_ASSOCIATED},
    10: {"view": "collection", **_ASSOCIATED},
}
"""What to ask for to get the article's figures; 8 and 10 are animations there."""
