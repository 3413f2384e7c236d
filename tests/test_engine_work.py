"""The fast path's work follows the number of products: planned, counted, and in memory."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from math import isqrt, prod
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcviz.engine import by_window
from tcviz.engine.backward_distribution import backward_distribution
from tcviz.engine.backward_fast import backward_by_gathering, backward_fast, conv_transpose_backward
from tcviz.engine.by_window import backward_by_window, forward_by_window
from tcviz.engine.distribution import distribution
from tcviz.engine.fast import conv_transpose, fast, forward_by_gathering
from tcviz.engine.prepared import prepare
from tcviz.engine.prepared_backward import prepare_backward
from tcviz.engine.work import CALL, Shape, costs, gathers
from tcviz.layer.geometry import ConvTranspose
from tests.strategies import Array, Case, cases, thorough

SIZES = st.integers(1, 6) | st.integers(1, 10**6)

each_pass = pytest.mark.parametrize("backward", [False, True], ids=["forward", "backward"])


@st.composite
def requests(draw: st.DrawFn) -> tuple[ConvTranspose, Shape, Shape]:
    """Draw layers and shapes of any size, from one tap to more than could be computed."""
    dims = draw(st.integers(1, 3))
    axes = [[draw(SIZES) for _ in range(dims)] for _ in range(4)]
    kernel_size, stride, dilation, input_size = axes
    layer = ConvTranspose(kernel_size, stride, dilation=dilation, groups=draw(st.integers(1, 8)))
    items, c_in, c_out = (draw(st.integers(1, 300)) for _ in range(3))
    return (
        layer,
        (items, layer.groups, c_in, *input_size),
        (layer.groups, c_in, c_out, *kernel_size),
    )


@each_pass
@thorough
@given(requests())
def test_the_cheaper_way_costs_what_its_products_and_operands_are(
    backward: bool, request_: tuple[ConvTranspose, Shape, Shape]
) -> None:
    layer, x_shape, weight_shape = request_
    gathered, windowed = costs(layer, x_shape, weight_shape, backward=backward)
    products = x_shape[0] * prod(x_shape[3:]) * prod(weight_shape)
    assert min(gathered or windowed, windowed) <= 400 * products + CALL * (1 + isqrt(products))


@each_pass
@pytest.mark.parametrize(
    ("layer", "channels", "input_size"),
    [
        (ConvTranspose(50), (2, 1), (1, 1)),
        (ConvTranspose(200, 2), (2, 1), (2, 4)),
        (ConvTranspose(50), (16, 16), (2, 4)),
        (ConvTranspose(2, dilation=1000), (4, 4), (2, 2)),
        (ConvTranspose(200, 200, dims=3), (1, 1), (1, 1, 1)),
    ],
    ids=str,
)
def test_few_positions_of_a_large_kernel_are_taken_window_by_window(
    backward: bool, layer: ConvTranspose, channels: tuple[int, int], input_size: tuple[int, ...]
) -> None:
    shapes = (8, 1, channels[0], *input_size), (1, *channels, *layer.kernel_size)
    assert not gathers(layer, *shapes, backward=backward)


@each_pass
@pytest.mark.parametrize(
    ("layer", "channels", "input_size"),
    [
        (ConvTranspose(4, 2, 1), (128, 64), (32, 32)),
        (ConvTranspose(3, 2, 1, 1), (32, 16), (64, 64)),
        (ConvTranspose(16, dims=1), (1, 1), (100_000,)),
        (ConvTranspose(4, 2, 1, dims=3), (32, 16), (16, 16, 16)),
        (ConvTranspose(3, 8), (32, 32), (32, 32)),
    ],
    ids=str,
)
def test_layers_of_many_cells_are_gathered(
    backward: bool, layer: ConvTranspose, channels: tuple[int, int], input_size: tuple[int, ...]
) -> None:
    shapes = (8, 1, channels[0], *input_size), (1, *channels, *layer.kernel_size)
    assert gathers(layer, *shapes, backward=backward)


class Counted(int):
    """A whole number that counts how often it is multiplied."""

    made = 0

    def __mul__(self, other: Any) -> int:
        Counted.made += 1
        return int(self) * int(other)

    __rmul__ = __mul__


def counted(array: Array) -> Array:
    return np.vectorize(Counted, [object])(array)


@thorough
@given(cases())
def test_window_by_window_each_product_is_made_once_a_result(case: Case) -> None:
    layer, *arrays = case.operands
    forward = prepare(*case.operands)
    grad = np.random.default_rng(0).integers(-9, 10, case.output_shape)
    backward = prepare_backward(layer, grad, *arrays)
    products = len(forward.x) * prod(case.input_size) * forward.weight.size
    Counted.made = 0
    x, weight, bias = counted(forward.x), counted(forward.weight), forward.bias.astype(object)
    forward_by_window(layer, replace(forward, x=x, weight=weight, bias=bias))
    assert Counted.made == products
    Counted.made = 0
    grads = backward.grad.astype(object)
    backward_by_window(layer, replace(backward, x=x, weight=weight, grad=grads))
    assert Counted.made == 2 * products


@pytest.mark.parametrize("at_once", [7, 2**18])
@pytest.mark.parametrize(
    ("forward", "backward"),
    [(forward_by_gathering, backward_by_gathering), (forward_by_window, backward_by_window)],
    ids=["gathering", "by window"],
)
def test_both_ways_are_the_same_in_both_passes_whatever_is_made_at_once(
    forward: Callable[..., Array], backward: Callable[..., tuple[Array, Array]], at_once: int
) -> None:
    @thorough
    @given(cases())
    def check(case: Case) -> None:
        layer, *arrays = case.operands
        grad = np.random.default_rng(0).integers(-9, 10, case.output_shape)
        operands, upstream = prepare(*case.operands), prepare_backward(layer, grad, *arrays)
        with pytest.MonkeyPatch.context() as patch:
            for module in ("fast", "backward_fast"):
                # By attribute the package has the function of that name, not the module.
                home = import_module(f"tcviz.engine.{module}")
                patch.setattr(home, "TABLE", at_once)
                patch.setattr(home, "NARROWEST", 3)
            patch.setattr(by_window, "AT_ONCE", at_once)
            patch.setattr(by_window, "FEWEST", 3)
            y = operands.finish(forward(layer, operands))
            found = upstream.finish(*backward(layer, upstream))
        np.testing.assert_array_equal(y, distribution(*case.operands), strict=True)
        expected = backward_distribution(layer, grad, *arrays)
        for gradient, other in zip(found, expected, strict=True):
            if other is not None:
                np.testing.assert_array_equal(gradient, other, strict=True)

    check()


def peak(call: Any, *operands: Array, **options: int) -> tuple[int, int]:
    """Return the most bytes that a call had at once, and those of its operands and results."""
    tracemalloc.start()
    try:
        results = call(*operands, **options)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    arrays = [*operands, *(results if isinstance(results, tuple) else [results])]
    return most, sum(array.nbytes for array in arrays if array is not None)


@pytest.mark.parametrize(
    ("x_shape", "weight_shape", "options"),
    [
        ((1, 1, 1, 1), (1, 1, 400, 400), {}),
        ((1, 64, 8), (64, 64, 1000), {}),
        ((1, 1, 20, 20), (1, 1, 60, 60), {}),
        ((4, 64, 12, 12), (64, 1, 30, 30), {}),
        ((1, 4, 2), (4, 4, 2), {"dilation": 10**6}),
        ((1, 4, 2), (4, 4, 2), {"dilation": 10**7, "padding": 5 * 10**6}),
        ((1, 1, 1, 1000), (1, 1, 1000, 1), {}),
        ((1, 16, 50_000), (16, 8, 16), {}),
    ],
)
def test_a_call_needs_little_memory_beside_its_operands_and_results(
    x_shape: tuple[int, ...], weight_shape: tuple[int, ...], options: dict[str, int]
) -> None:
    x, weight = np.ones(x_shape, np.float32), np.ones(weight_shape, np.float32)
    y = conv_transpose(x, weight, **options)
    for found, own in (
        peak(conv_transpose, x, weight, **options),
        peak(conv_transpose_backward, y, x, weight, **options),
    ):
        assert found <= 3 * own + 2**24


def test_a_kernel_of_forty_thousand_taps_on_one_cell_is_itself() -> None:
    weight = np.random.default_rng(0).integers(-9, 10, (1, 2, 200, 200))
    layer = ConvTranspose(200)
    np.testing.assert_array_equal(fast(layer, [[[3]]], weight), 3 * weight[0])
    found = backward_fast(layer, weight[0], [[[3]]], weight)
    assert found.input.item() == np.vdot(weight, weight)
    np.testing.assert_array_equal(found.weight, 3 * weight)
