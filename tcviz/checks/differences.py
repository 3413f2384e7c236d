"""How far apart two results are, measured by what was added up in each of their numbers."""

from __future__ import annotations

import numpy as np

from tcviz.checks.engines import Results
from tcviz.checks.subjects import Subject
from tcviz.engine.backward_fast import backward_fast
from tcviz.engine.fast import fast
from tcviz.layer.operands import Array

TOLERANCE = 1e-12
"""How far apart float64 results may be, relative to the sizes of what is added up there."""


def sizes(subject: Subject) -> Results:
    """Return the sizes of what is added up in each number: the results of all magnitudes.

    As float64, where even those of the largest whole numbers fit; infinite where they do not.
    """
    given = (subject.x, subject.weight, subject.grad_output)
    x, weight, grad = (np.abs(array.astype(np.float64)) for array in given)
    bias = None if subject.bias is None else np.abs(subject.bias.astype(np.float64))
    gradients = backward_fast(subject.layer, grad, x, weight, bias)
    return Results(fast(subject.layer, x, weight, bias), *gradients)


def difference(a: Array, b: Array, scale: Array | None = None) -> float:
    """Return the largest difference, relative to `scale` if there is one.

    Infinities of one sign do not differ, nor do NaN.  Otherwise these, and results of unlike
    shapes, differ endlessly.

    >>> difference(np.array([1, 2]), np.array([1, 4])), difference(np.ones(2), np.ones(3))
    (2.0, inf)
    >>> difference(np.array([np.inf, np.nan]), np.array([np.inf, np.nan]))
    0.0
    """
    if a.shape != b.shape:
        return np.inf
    unlike = (a != b) & ~(np.isnan(a) & np.isnan(b))
    # Of those alone, for infinities have no difference; one too large for float64 is one.
    with np.errstate(over="ignore"):
        apart = np.abs(a[unlike] - b[unlike]).astype(np.float64)
        if scale is not None:
            apart /= np.maximum(scale[unlike], np.finfo(np.float64).tiny)
    largest = float(apart.max(initial=0.0))
    return np.inf if np.isnan(largest) else largest
