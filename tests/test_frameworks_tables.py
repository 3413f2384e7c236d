"""What is read of a line of code makes the numbers that its framework itself made of it."""

from __future__ import annotations

import json
from functools import cache
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tcviz.frameworks import layer
from tests.strategies import Array

FOLDER = Path(__file__).with_name("data")
LEAST = {"tensorflow": 300, "keras": 300, "jax": 300, "onnxruntime": 100, "mlx": 50, "paddle": 50}
"""How many cases a table has at least."""
ARRAYS = ("x", "weight", "y")


@cache
def table(name: str) -> list[tuple[str, list[Array]]]:
    """Return the lines of code of a table, each with its arrays."""
    with np.load(FOLDER / f"{name}.npz") as stored:
        cases, numbers = json.loads(str(stored["cases"])), stored["numbers"].astype(np.int64)
    shapes = [case[key] for case in cases for key in ARRAYS]
    ends = np.cumsum([prod(shape) for shape in shapes])
    flat = iter(np.split(numbers, ends[:-1]))
    return [(case["code"], [next(flat).reshape(case[key]) for key in ARRAYS]) for case in cases]


@pytest.mark.parametrize("name", LEAST)
def test_a_framework_makes_the_same_numbers(name: str) -> None:
    for code, (x, weight, y) in table(name):
        made = layer(code).conv_transpose(x, weight)
        np.testing.assert_array_equal(made, y, err_msg=code, strict=True)


@pytest.mark.parametrize("name", LEAST)
def test_an_image_without_a_batch_is_as_good(name: str) -> None:
    for code, (x, weight, y) in table(name)[:20]:
        np.testing.assert_array_equal(layer(code).conv_transpose(x[0], weight), y[0])


@pytest.mark.parametrize("name", LEAST)
def test_a_table_is_small_and_has_all_that_is_disputed(name: str) -> None:
    assert (FOLDER / f"{name}.npz").stat().st_size < 20_000
    read = [(layer(code), arrays) for code, arrays in table(name)]
    assert len(read) >= LEAST[name]
    assert {one.dims for one, _ in read} == {1, 2, 3}
    settled = [one.geometry(spatial(one, x), kernel(one, w)) for one, (x, w, _) in read]
    assert {s for one in settled for s in one.stride} >= {1, 2, 3, 4}
    smaller = [k < s for one in settled for k, s in zip(one.extent, one.stride, strict=True)]
    assert {*smaller} == {True, False}
    assert any(max(one.dilation) > 1 for one in settled)
    assert any(max(one.output_padding) > 0 for one in settled)
    if name in {"tensorflow", "keras", "jax", "onnxruntime"}:
        assert any(before < after for one in settled for before, after in one.border)


def spatial(one: Any, x: Array) -> tuple[int, ...]:
    return one.layout.images(x, one.dims).shape[-one.dims :]


def kernel(one: Any, weight: Array) -> tuple[int, ...]:
    return one.layout.kernels(weight, one.dims, one.groups).shape[2:]
