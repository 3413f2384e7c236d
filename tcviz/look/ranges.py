"""How large each panel's numbers get, so that no panel changes its shape or format midway."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import chain

import numpy as np

from tcviz.layer.operands import Array
from tcviz.layer.parts import Part, is_named
from tcviz.layer.symbols import Wording, wordings, written
from tcviz.look.same import Same
from tcviz.scene.frozen import frozen
from tcviz.scene.numbers import AUTO_DECIMALS, Format, choose

SAMPLE = 2000
"""Numbers looked at to choose a format; the extremes are always among them."""
EXACT = 10_000
"""Cells up to which bounds are exact; larger panels show tints, not digits."""


@frozen
class Ranges:
    """What the panels' numbers are, or between which bounds they stay, and their formats.

    `padded` holds the channels' results, ``(3, C, *padded_size)``, and `output` is
    ``(3, *output_size)``: the least and the greatest that a partial sum can reach in
    each cell, and the whole sum.  Where the part has names in place of numbers, both are
    ``(1, ...)``: the sums that the cells hold in the end.
    """

    product: Array
    padded: Array
    output: Array
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

    `decimals` is the user's wish, `most` how many there may be without one.  A part
    with names in place of numbers gets the longest wordings.
    """
    if is_named(part):
        return _named(Same(part))
    product, padded = _products(part), _padded(part)
    bias = [] if part.bias is None else [part.bias]
    with np.errstate(all="ignore"):
        output = part.crop(padded).sum(axis=1) + sum(bias)

    def form(*numbers: list[float], derived: int | None = None) -> Format:
        return choose(chain(*numbers), decimals, most=most, derived=derived)

    products, results = _sample(product), _sample(padded)
    x, w = form(_sample(part.x)), form(_sample(part.weight))
    # Panels of an equation have powers of ten that multiply and add as their numbers do.
    added = form(products, derived=x.exponent + w.exponent)
    return Ranges(
        product,
        padded,
        output,
        x,
        w,
        replace(added, plus=True),
        form(products, results, derived=added.exponent),
        form(products, _sample(output), bias, derived=added.exponent),
    )


def shortened(numbers: Ranges) -> Iterator[Ranges]:
    """Yield ranges of named parts with ever shorter sums, the longest first."""
    for form in wordings(_most_terms(numbers.output)):
        yield replace(numbers, sum_format=form, output_format=form)


@lru_cache(maxsize=4)
def _named(same: Same[Part]) -> Ranges:
    """Return the products and sums of names, and wordings that write them out."""
    part = same.value
    product = [np.multiply.outer(w, x).ravel() for x, w in zip(part.x, part.weight, strict=True)]
    padded = part.results(part.x, part.weight)[np.newaxis]
    output = part.crop(padded).sum(axis=1)
    if part.bias is not None:
        output = output + part.bias
    one, all_terms = Wording(), wordings(_most_terms(output))[0]
    return Ranges(np.concatenate(product), padded, output, one, one, one, all_terms, all_terms)


def _most_terms(sums: Array) -> int:
    return max(len(written(value)) for value in sums.ravel().tolist())


def _products(part: Part) -> Array:
    """Return the extremes of ``x·w``, per channel."""
    ends = []
    for x, w in zip(part.x, part.weight, strict=True):
        with np.errstate(all="ignore"):
            ends.append(np.multiply.outer(_ends(x), _ends(w)).ravel())
    return np.concatenate(ends)


def _ends(values: Array) -> Array:
    """Return a few of the numbers: the extremes, and a sample for their decimals."""
    return np.array(_sample(values, 40))


def _padded(part: Part) -> Array:
    """Return the bounds of partial sums, all negative products and all positive ones, and sums."""
    x, w = part.x, part.weight
    if x[0].size * w[0].size > EXACT * 10:
        final = part.results(x, w)
        return np.stack([np.minimum(final, 0), np.maximum(final, 0), final])
    plus, minus = np.maximum(x, 0), np.minimum(x, 0)
    up, down = np.maximum(w, 0), np.minimum(w, 0)
    greatest = part.results(plus, up) + part.results(minus, down)
    least = part.results(plus, down) + part.results(minus, up)
    return np.stack([least, greatest, part.results(x, w)])


def _sample(values: Array, count: int = SAMPLE) -> list[float]:
    flat = values.reshape(-1)
    finite = flat[np.isfinite(flat)]
    odd = flat[~np.isfinite(flat)][:3].tolist()
    if not finite.size:
        return odd or [0.0]
    picked = finite[:: max(1, finite.size // count)].tolist()
    return [*picked, finite.min().item(), finite.max().item(), *odd]
