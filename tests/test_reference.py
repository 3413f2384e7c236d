"""PyTorch's numbers, kept in a file, so that they are compared where it is not installed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tcviz.engine.backward_collection import backward_collection
from tcviz.engine.backward_distribution import backward_distribution
from tcviz.engine.backward_fast import conv_transpose_backward
from tcviz.engine.collection import collection
from tcviz.engine.distribution import distribution
from tcviz.engine.fast import conv_transpose
from tcviz.engine.matrix import matrix
from tcviz.layer.geometry import ConvTranspose
from tests.strategies import Array

FILE = Path(__file__).with_name("data") / "reference.npz"
GEOMETRY = ("stride", "padding", "output_padding", "dilation", "groups")
GRADIENTS = ("grad_x", "grad_weight", "grad_bias")
ARRAYS = ("x", "weight", "bias", "y", "grad_output", *GRADIENTS)
"""What the file holds of each case, in this order."""


@cache
def reference() -> list[tuple[dict[str, Any], list[Array | None]]]:
    """Return each case, with its arrays in their order."""
    with np.load(FILE) as stored:
        cases, numbers = json.loads(str(stored["cases"])), stored["numbers"]
    rest = iter(np.split(numbers, np.cumsum(list(lengths(cases)))[:-1]))
    return [(case, [shaped(rest, case[name]) for name in ARRAYS]) for case in cases]


def lengths(cases: list[dict[str, Any]]) -> Iterator[int]:
    for case in cases:
        yield from (prod(case[name]) for name in ARRAYS if case[name])


def shaped(rest: Iterator[Array], shape: list[int] | None) -> Array | None:
    return next(rest).reshape(shape) if shape else None


def test_the_file_is_small_and_has_geometries_of_each_kind() -> None:
    assert FILE.stat().st_size < 100_000
    cases = [case for case, _ in reference()]
    assert len(cases) >= 40
    assert {len(case["size"]) for case in cases} == {1, 2, 3}
    assert {len(case["x"]) - len(case["size"]) for case in cases} == {1, 2}
    assert {case["bias"] is None for case in cases} == {True, False}
    for name, ordinary in (("output_padding", 0), ("dilation", 1)):
        assert sum(max(case[name]) > ordinary for case in cases) >= 5
    assert sum(case["groups"] > 1 for case in cases) >= 5


@pytest.mark.parametrize("number", range(40))
def test_all_engines_make_the_numbers_in_the_file(number: int) -> None:
    case, (x, weight, bias, y, *_) = reference()[number]
    layer = ConvTranspose(case["kernel_size"], **{name: case[name] for name in GEOMETRY})
    found = [engine(layer, x, weight, bias) for engine in (distribution, collection, matrix)]
    found.append(conv_transpose(x, weight, bias, **{name: case[name] for name in GEOMETRY}))
    for result in found:
        np.testing.assert_allclose(result, y, rtol=1e-12, atol=1e-12, strict=True)


@pytest.mark.parametrize("number", range(40))
def test_all_backward_passes_make_the_gradients_in_the_file(number: int) -> None:
    case, (x, weight, bias, _, grad, *gradients) = reference()[number]
    layer = ConvTranspose(case["kernel_size"], **{name: case[name] for name in GEOMETRY})
    operands = (grad, x, weight, bias)
    found = [engine(layer, *operands) for engine in (backward_distribution, backward_collection)]
    found.append(conv_transpose_backward(*operands, **{name: case[name] for name in GEOMETRY}))
    for results in found:
        assert (results.bias is None) == (bias is None)
        for result, expected in zip(results, gradients, strict=True):
            if expected is not None:
                np.testing.assert_allclose(result, expected, rtol=1e-12, atol=1e-12, strict=True)
