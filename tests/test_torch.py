"""PyTorch is the oracle: the same numbers, to rounding, for every geometry it knows."""

from __future__ import annotations

import os
import warnings
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from tcviz.engine.distribution import distribution
from tcviz.engine.fast import conv_transpose, fast
from tests.strategies import Array, Case, cases, thorough

RELATIVE_ERROR = 1e-12


@pytest.fixture(scope="module")
def torch() -> ModuleType:
    """PyTorch, without what it warns of itself; it must be there where it is asked for."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if os.environ.get("CI") or os.environ.get("TCVIZ_REQUIRE_TORCH") == "1":
            import torch
        else:
            torch = pytest.importorskip("torch", reason="PyTorch, the oracle, is not installed")
    return torch


def oracle(torch: ModuleType, case: Case, dtype: Any = np.float64) -> Array:
    layer, *arrays = case.operands
    tensors = [None if a is None else torch.from_numpy(a.astype(dtype)) for a in arrays]
    call = getattr(torch.nn.functional, f"conv_transpose{layer.dims}d")
    symmetric = [before for before, _ in layer.border]
    y = call(*tensors, layer.stride, symmetric, layer.output_padding, layer.groups, layer.dilation)
    return y.numpy()


def error(case: Case, y: Array, expected: Array) -> float:
    """Return the largest error, relative to the sizes of what is added up there."""
    layer, x, weight, bias = case.operands
    sizes = distribution(layer, abs(x), abs(weight), None if bias is None else abs(bias))
    return float(np.max(abs(y - expected) / np.maximum(sizes, np.finfo(float).tiny)))


@thorough
@given(cases(floats=True, per_side=False))
def test_float64_outputs_are_pytorchs(torch: ModuleType, case: Case) -> None:
    y, expected = fast(*case.operands), oracle(torch, case)
    assert y.shape == expected.shape
    assert error(case, y, expected) <= RELATIVE_ERROR


@thorough
@given(cases(per_side=False))
def test_integer_outputs_are_pytorchs_exactly(torch: ModuleType, case: Case) -> None:
    np.testing.assert_array_equal(fast(*case.operands), oracle(torch, case))


@thorough
@given(cases(floats=True, per_side=False))
def test_the_readable_engine_is_pytorchs_too(torch: ModuleType, case: Case) -> None:
    expected = oracle(torch, case)
    assert error(case, distribution(*case.operands), expected) <= RELATIVE_ERROR


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("batch", [(), (1,), (3,)], ids=["unbatched", "one", "three"])
@pytest.mark.parametrize(
    ("channels", "size", "options"),
    [
        ((16, 8), (33,), {"stride": 2, "padding": 1}),
        ((16, 8), (17, 9), {"stride": 2, "padding": 1}),
        ((12, 6), (8, 8), {"stride": 2, "padding": 1, "output_padding": 1, "groups": 3}),
        ((8, 8), (9, 9), {"padding": 2, "dilation": 2}),
        ((8, 4), (5, 6, 7), {"stride": (2, 1, 3), "padding": (1, 0, 2)}),
    ],
)
def test_ordinary_layers_are_pytorchs(
    torch: ModuleType,
    dtype: type,
    batch: tuple[int, ...],
    channels: tuple[int, int],
    size: tuple[int, ...],
    options: dict[str, Any],
) -> None:
    rng = np.random.default_rng(0)
    shapes = (*batch, channels[0], *size), (*channels, *(4 for _ in size))
    x, weight = (rng.standard_normal(shape).astype(dtype) for shape in shapes)
    bias = rng.standard_normal(channels[1] * options.get("groups", 1)).astype(dtype)
    y = conv_transpose(x, weight, bias, **options)
    call = getattr(torch.nn.functional, f"conv_transpose{len(size)}d")
    expected = call(*map(torch.from_numpy, (x, weight, bias)), **options).numpy()
    assert y.dtype == expected.dtype
    scale = RELATIVE_ERROR if dtype is np.float64 else 1e-5
    np.testing.assert_allclose(y, expected, rtol=0, atol=scale * abs(expected).max())


@pytest.mark.parametrize("special", [np.nan, np.inf, -np.inf], ids=str)
@pytest.mark.parametrize("where", ["x", "bias"])
def test_special_values_spread_as_in_pytorch(torch: ModuleType, special: float, where: str) -> None:
    rng = np.random.default_rng(0)
    arrays = {"x": rng.random((2, 3, 5, 5)), "weight": rng.random((3, 2, 4, 4))}
    arrays["bias"] = rng.random(2)
    arrays[where].flat[1] = special
    y = conv_transpose(**arrays, stride=2, padding=1)
    tensors = map(torch.from_numpy, arrays.values())
    expected = torch.nn.functional.conv_transpose2d(*tensors, stride=2, padding=1).numpy()
    np.testing.assert_allclose(y, expected, rtol=1e-12)
