"""PyTorch's autograd is the oracle of the backward passes, as it is of the forward one."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from tcviz.engine.backward_collection import backward_collection
from tcviz.engine.backward_distribution import backward_distribution
from tcviz.engine.backward_fast import backward_fast, conv_transpose_backward
from tcviz.engine.prepared_backward import Gradients
from tests.strategies import Array, Case, cases, thorough
from tests.test_torch import RELATIVE_ERROR, torch

__all__ = ["torch"]  # the fixture


def autograd(torch: ModuleType, case: Case, grad: Array) -> list[Array | None]:
    """Return PyTorch's gradients in float64; padding that differs per side is cropped."""
    layer, *arrays = case.operands
    tensors = [None if a is None else torch.tensor(a, dtype=torch.float64) for a in arrays]
    given = [tensor.requires_grad_() for tensor in tensors if tensor is not None]
    call = getattr(torch.nn.functional, f"conv_transpose{layer.dims}d")
    padded = call(*tensors, layer.stride, 0, layer.output_padding, layer.groups, layer.dilation)
    sides = zip(layer.border, padded.shape[-layer.dims :], strict=True)
    y = padded[(..., *(slice(before, n - after) for (before, after), n in sides))]
    found = torch.autograd.grad(y, given, torch.tensor(grad, dtype=torch.float64))
    return [*(g.numpy() for g in found), *[None] * (len(tensors) - len(given))]


def upstream(case: Case) -> Array:
    rng = np.random.default_rng(0)
    if case.x.dtype.kind == "f":
        return rng.standard_normal(case.output_shape)
    return rng.integers(-9, 10, case.output_shape)


def sizes(case: Case, grad: Array) -> Gradients:
    """Return the sizes of what is added up in each number."""
    layer, *arrays = case.operands
    return backward_distribution(layer, abs(grad), *(None if a is None else abs(a) for a in arrays))


@thorough
@given(cases(floats=True))
def test_float64_gradients_are_autograds(torch: ModuleType, case: Case) -> None:
    grad, (layer, *arrays) = upstream(case), case.operands
    expected, scales = autograd(torch, case, grad), sizes(case, grad)
    for engine in (backward_fast, backward_distribution, backward_collection):
        for result, other, scale in zip(
            engine(layer, grad, *arrays), expected, scales, strict=True
        ):
            if other is None:
                assert result is None
                continue
            assert result.shape == other.shape
            error = np.max(abs(result - other) / np.maximum(scale, np.finfo(float).tiny))
            assert error <= RELATIVE_ERROR


@thorough
@given(cases())
def test_integer_gradients_are_autograds_exactly(torch: ModuleType, case: Case) -> None:
    grad, (layer, *arrays) = upstream(case), case.operands
    found = backward_fast(layer, grad, *arrays)
    for result, other in zip(found, autograd(torch, case, grad), strict=True):
        np.testing.assert_array_equal(result, other)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("batch", [(), (1,), (3,)], ids=["unbatched", "one", "three"])
@pytest.mark.parametrize(
    ("channels", "size", "options"),
    [
        ((16, 8), (33,), {"stride": 2, "padding": 1}),
        ((16, 8), (17, 9), {"stride": 2, "padding": 1}),
        ((16, 8), (16, 12), {"stride": 4}),
        ((12, 6), (8, 8), {"stride": 2, "padding": 1, "output_padding": 1, "groups": 3}),
        ((8, 8), (9, 9), {"padding": 2, "dilation": 2}),
        ((8, 4), (5, 6, 7), {"stride": (2, 1, 3), "padding": (1, 0, 2)}),
    ],
)
def test_gradients_of_ordinary_layers_are_autograds(
    torch: ModuleType,
    dtype: type,
    batch: tuple[int, ...],
    channels: tuple[int, int],
    size: tuple[int, ...],
    options: dict[str, Any],
) -> None:
    rng = np.random.default_rng(0)
    shapes = (*batch, channels[0], *size), (*channels, *(4 for _ in size))
    arrays = [rng.standard_normal(shape).astype(dtype) for shape in shapes]
    arrays.append(rng.standard_normal(channels[1] * options.get("groups", 1)).astype(dtype))
    tensors = [torch.tensor(array, requires_grad=True) for array in arrays]
    y = getattr(torch.nn.functional, f"conv_transpose{len(size)}d")(*tensors, **options)
    grad = rng.standard_normal(y.shape).astype(dtype)
    expected = torch.autograd.grad(y, tensors, torch.tensor(grad))
    scale = RELATIVE_ERROR if dtype is np.float64 else 1e-5
    for result, other in zip(
        conv_transpose_backward(grad, *arrays, **options), expected, strict=True
    ):
        assert result is not None
        assert result.dtype == other.numpy().dtype
        tolerance = scale * float(abs(other).max())
        np.testing.assert_allclose(result, other.numpy(), rtol=0, atol=tolerance)


@pytest.mark.parametrize("special", [np.nan, np.inf, -np.inf], ids=str)
def test_special_values_in_the_upstream_gradient_spread_as_in_pytorch(
    torch: ModuleType, special: float
) -> None:
    rng = np.random.default_rng(0)
    arrays = [rng.random(shape) for shape in ((2, 3, 5, 5), (3, 2, 4, 4), (2,))]
    grad = rng.random((2, 2, 10, 10))
    grad[0, 1, 4, 7] = special
    tensors = [torch.tensor(array, requires_grad=True) for array in arrays]
    y = torch.nn.functional.conv_transpose2d(*tensors, stride=2, padding=1)
    expected = torch.autograd.grad(y, tensors, torch.tensor(grad))
    found = conv_transpose_backward(grad, *arrays, stride=2, padding=1)
    for result, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(result, other.numpy(), rtol=1e-12)  # type: ignore[arg-type]
