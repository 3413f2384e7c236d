"""What may come of sums that outgrow float64, whichever way they are added up.

The order decides: 1e308 + 1e308 − 1e308 is ∞ from the left and 1e308 from the right, and
sums of both signs that are infinite make NaN.  Each of these is right, and nothing else is:
no order makes ∞ where the positive terms alone stay finite, nor a finite number that is not
the sum.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from tcviz.checks.engines import Results
from tcviz.checks.subjects import Subject
from tcviz.engine.backward_fast import backward_fast
from tcviz.engine.fast import fast
from tcviz.layer.operands import Array

FAR = 2.0**1023
"""Half of the largest float64: sums of magnitudes from there on may overflow in some order."""
SHRINK = 2.0**-540
"""Times this, no operand is so large that a sum of products overflows.

It is a power of two, so that digits stay; what becomes too small for float64 does not
count beside a sum that is `FAR` before.
"""
FAR_SHRUNK = FAR * SHRINK * SHRINK


def settled(
    subject: Subject, results: Mapping[str, Results], sizes: Results
) -> tuple[dict[str, Results], Results]:
    """Return results and the sizes of what is added up, comparable also where sums overflow.

    There both are shrunk to what float64 holds, and an infinity or NaN that some order
    makes becomes what the sum is; one that no order makes stays.
    """
    if all(size is None or (size < FAR).all() for size in sizes):
        return dict(results), sizes
    up, down = _sides(subject)
    found = {name: _each(_settled, result, sizes, up, down) for name, result in results.items()}
    return found, _each(_size, sizes, up, down)


def _settled(result: Array, size: Array, up: Array, down: Array) -> Array:
    """Return a result of this `size`, settled by its sums of positive and negative terms."""
    if result.shape != size.shape:
        return result
    rises, falls = up >= FAR_SHRUNK, down >= FAR_SHRUNK
    endless = [np.isnan(result), result == np.inf, result == -np.inf]
    right = np.select(endless, [rises & falls, rises, falls], default=False)
    return np.where(size < FAR, result, np.where(right, up - down, result * SHRINK * SHRINK))


def _size(size: Array, up: Array, down: Array) -> Array:
    return np.where(size < FAR, size, up + down)


def _sides(subject: Subject) -> tuple[Results, Results]:
    """Return the sums of the positive terms and of the negative ones, times `SHRINK` twice."""
    given = (subject.x, subject.weight, subject.grad_output)
    x, weight, grad = ({sign: _part(a * SHRINK, sign) for sign in (1, -1)} for a in given)

    def terms(one: int, other: int) -> Results:
        output = fast(subject.layer, x[one], weight[other])
        gradients = backward_fast(subject.layer, grad[one], x[other], weight[other])
        return Results(output, gradients.input, gradients.weight)

    sides = []
    for sign in (1, -1):
        side = _each(np.add, terms(1, sign), terms(-1, -sign))
        if subject.bias is not None:
            bias = _part(subject.bias * SHRINK * SHRINK, sign)
            output = side.output + bias.reshape(-1, *(1 for _ in subject.layer.kernel_size))
            axes = {*range(grad[sign].ndim)} - {grad[sign].ndim - subject.layer.dims - 1}
            # This one is a sum of the gradient itself, not of products.
            side = side._replace(output=output, bias=grad[sign].sum(axis=tuple(axes)) * SHRINK)
        sides.append(side)
    return sides[0], sides[1]


def _part(array: Array, sign: int) -> Array:
    """Return the magnitudes of the numbers of a sign, and zeros elsewhere.

    >>> _part(np.array([1, -2, 3]), -1)
    array([0, 2, 0])
    """
    part: Array = np.maximum(sign * array, 0)
    return part


def _each(call: Callable[..., Array], *results: Results) -> Results:
    """Return what `call` makes of each quantity that all of the results have."""
    quantities: list[Any] = [
        None if any(part is None for part in parts) else call(*parts)
        for parts in zip(*results, strict=True)
    ]
    return Results(*quantities)
