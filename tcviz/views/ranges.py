"""How large each panel's numbers get, so that no panel changes its shape or format midway."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import numpy as np

from tcviz.engine import conv_transpose
from tcviz.numbers import AUTO_DECIMALS, Format, choose
from tcviz.trace import Part
from tcviz.views.panel import Values

SAMPLE = 2000
"""Numbers looked at to choose a format; the extremes are always among them."""
EXACT = 10_000
"""Cells up to which bounds are exact; larger panels show tints, not digits."""


@dataclass(frozen=True)
class Ranges:
    """What the panels' numbers are, or between which bounds they stay, and their formats.

    `padded` is ``(2, C, *padded_size)`` and `output` ``(2, *output_size)``: the
    least and the greatest that a partial sum can reach in each cell.
    """

    product: Values
    padded: Values
    output: Values
    x_format: Format
    w_format: Format
    product_format: Format
    sum_format: Format
    output_format: Format

    @property
    def whole(self) -> bool:
        """Whether no number has decimals that could be left out."""
        forms = self.x_format, self.w_format, self.product_format, self.sum_format
        return not any(form.decimals for form in forms)


def ranges(part: Part, decimals: int | None, most: int = AUTO_DECIMALS) -> Ranges:
    """Return the ranges and formats of everything that a picture of `part` shows.

    `decimals` is the user's wish, `most` how many there may be without one.
    """
    product, padded = _products(part), _padded(part)
    bias = [] if part.bias is None else [part.bias]
    with np.errstate(all="ignore"):
        output = crop(part, padded).sum(axis=1) + sum(bias)

    def form(*numbers: list[float]) -> Format:
        return choose(chain(*numbers), decimals, most=most)

    products, results = _sample(product), _sample(padded)
    return Ranges(
        product,
        padded,
        output,
        form(_sample(part.x)),
        form(_sample(part.weight)),
        replace(form(products), plus=True),
        form(products, results),
        form(products, _sample(output), bias),
    )


def crop(part: Part, padded: Values) -> Values:
    """Return the output's cells of padded results ``(..., *padded_size)``."""
    size = part.layer.output_size(part.input_size)
    cuts = [slice(b, b + n) for (b, _), n in zip(part.layer.border, size, strict=True)]
    inside: Any = (..., *cuts)
    kept: Values = padded[inside]
    return kept


def _products(part: Part) -> Values:
    """Return the extremes of ``x·w``, per channel."""
    ends = []
    for x, w in zip(part.x, part.weight, strict=True):
        with np.errstate(all="ignore"):
            ends.append(np.multiply.outer(_ends(x), _ends(w)).ravel())
    return np.concatenate(ends)


def _ends(values: Values) -> Values:
    """Return a few of the numbers: the extremes, and a sample for their decimals."""
    return np.array(_sample(values, 40))


def _padded(part: Part) -> Values:
    """Return the bounds of partial sums: all negative products, and all positive ones."""
    x, w = part.x, part.weight[:, None]
    if part.x[0].size * part.weight[0].size > EXACT * 10:
        final = _depthwise(part, x, w)
        return np.stack([np.minimum(final, 0), np.maximum(final, 0)])
    plus, minus = np.maximum(x, 0), np.minimum(x, 0)
    up, down = np.maximum(w, 0), np.minimum(w, 0)
    greatest = _depthwise(part, plus, up) + _depthwise(part, minus, down)
    least = _depthwise(part, plus, down) + _depthwise(part, minus, up)
    return np.stack([least, greatest])


def _depthwise(part: Part, x: Values, w: Values) -> Values:
    """Return each channel's own padded result."""
    layer = part.layer
    with np.errstate(all="ignore"):
        full: Values = conv_transpose(
            x, w, stride=layer.stride, dilation=layer.dilation, groups=part.channels
        )
    extra = [(0, n) for n in layer.output_padding]
    return np.pad(full, [(0, 0), *extra])


def _sample(values: Values, count: int = SAMPLE) -> list[float]:
    flat = values.reshape(-1)
    finite = flat[np.isfinite(flat)]
    odd = flat[~np.isfinite(flat)][:3].tolist()
    if not finite.size:
        return odd or [0.0]
    picked = finite[:: max(1, finite.size // count)].tolist()
    return [*picked, finite.min().item(), finite.max().item(), *odd]
