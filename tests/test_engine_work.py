"""The fast path's work follows the number of products: planned, counted, and in memory."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from math import isqrt, prod
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tcviz.engine import (
    backward_distribution,
    backward_fast,
    by_window,
    conv_transpose,
    conv_transpose_backward,
    distribution,
    fast,
)
from tcviz.engine.by_window import forward_by_window
from tcviz.engine.gathering import forward_by_gathering
from tcviz.engine.operands import Prepared, prepare
from tcviz.engine.work import CALL, Work, Workload, gathers
from tcviz.geometry import ConvTranspose
from tests.strategies import Array, Case, cases, thorough

SIZES = st.integers(1, 6) | st.integers(1, 10**6)


@st.composite
def workloads(draw: st.DrawFn) -> Workload:
    """Draw layers of any size, from one tap to more than could be computed."""
    dims = draw(st.integers(1, 3))
    axes = [[draw(SIZES) for _ in range(dims)] for _ in range(4)]
    kernel_size, stride, dilation, input_size = axes
    layer = ConvTranspose(kernel_size, stride, dilation=dilation, groups=draw(st.integers(1, 8)))
    items, c_in, c_out = (draw(st.integers(1, 300)) for _ in range(3))
    return Workload(layer, items, c_in, c_out, tuple(input_size))


def planned(load: Workload) -> Work:
    return load.gathered if gathers(load) else load.windowed


@settings(max_examples=500, deadline=None)
@given(workloads())
def test_the_planned_work_follows_the_number_of_products_and_cells(load: Workload) -> None:
    channels = load.layer.groups * load.c_in
    cells = load.items * channels * prod(load.input_size)
    least = load.products + load.output_cells + cells + channels * load.c_out * load.taps
    assert planned(load).cost <= 600 * least + CALL * (1 + isqrt(load.products))


@pytest.mark.parametrize("kernel_size", [50, 200])
@pytest.mark.parametrize("input_size", [(1, 1), (2, 4)])
def test_a_kernel_larger_than_its_input_makes_no_more_than_its_products(
    kernel_size: int, input_size: tuple[int, int]
) -> None:
    load = Workload(ConvTranspose(kernel_size), 1, 1, 1, input_size)
    assert planned(load).products == load.products
    assert planned(load).calls <= 2 * prod(input_size)  # in one table, or two


@pytest.mark.parametrize(
    ("layer", "channels", "input_size"),
    [
        (ConvTranspose(4, 2, 1), (128, 64), (32, 32)),
        (ConvTranspose(3, 2, 1, 1), (32, 16), (64, 64)),
        (ConvTranspose(16, dims=1), (16, 16), (100_000,)),
        (ConvTranspose(4, 2, 1, dims=3), (32, 16), (16, 16, 16)),
    ],
)
def test_layers_of_many_cells_are_gathered(
    layer: ConvTranspose, channels: tuple[int, int], input_size: tuple[int, ...]
) -> None:
    assert gathers(Workload(layer, 8, *channels, input_size))


class Counted(int):
    """A whole number that counts how often it is multiplied."""

    made = 0

    def __mul__(self, other: Any) -> int:
        Counted.made += 1
        return int(self) * int(other)

    __rmul__ = __mul__


def counted(case: Case) -> tuple[Prepared, Workload]:
    """Return the operands as counting numbers, and the sizes that the plan is made from."""
    found = prepare(*case.operands)
    arrays = {
        name: np.vectorize(Counted, [object])(getattr(found, name)) for name in ("x", "weight")
    }
    given_ = replace(found, **arrays, bias=found.bias.astype(object))
    c_in, c_out = given_.weight.shape[1:3]
    return given_, Workload(case.layer, len(given_.x), c_in, c_out, given_.input_size)


@thorough
@given(cases())
def test_both_ways_multiply_as_often_as_was_planned(case: Case) -> None:
    given_, load = counted(case)
    Counted.made = 0
    by_windows = forward_by_window(case.layer, given_)
    assert Counted.made == load.windowed.products == load.products
    Counted.made = 0
    gathered = forward_by_gathering(case.layer, given_)
    biased = load.gathered.products // (load.c_in * load.taps) * prod(case.layer.stride)
    assert Counted.made <= load.gathered.products + biased  # the bias is one tap more
    np.testing.assert_array_equal(by_windows, gathered)


@pytest.mark.parametrize("at_once", [1, 40, 2**18])
def test_both_passes_are_the_same_whatever_is_made_at_once(at_once: int) -> None:
    @thorough
    @given(cases())
    def check(case: Case) -> None:
        layer, *arrays = case.operands
        grad = np.random.default_rng(0).integers(-9, 10, case.output_shape)
        given_ = prepare(*case.operands)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(by_window, "AT_ONCE", at_once)
            patch.setattr(by_window, "FEWEST", 3)
            y = given_.finish(forward_by_window(layer, given_))
            found = backward_fast(layer, grad, *arrays)
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
        ((1, 1, 40, 40), (1, 1, 80, 80), {}),
        ((4, 64, 12, 12), (64, 1, 30, 30), {}),
        ((1, 4, 2), (4, 4, 2), {"dilation": 10**6}),
        ((1, 4, 2), (4, 4, 2), {"dilation": 10**8, "padding": 5 * 10**7}),
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
    y = fast(ConvTranspose(200), [[[3]]], weight)
    np.testing.assert_array_equal(y, 3 * weight[0])
