"""How many input elements reach an output cell: against a convolution of ones with ones."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tcviz
from tcviz.layer.geometry import ConvTranspose
from tcviz.layer.overlap import Axis, overlap
from tcviz.layer.sizes import Sizes

from .strategies import geometries

HUGE = 10**9


def brute(layer: ConvTranspose, size: Sizes) -> np.ndarray:
    """Convolve ones with ones."""
    ones = np.ones((1, *size), int), np.ones((1, 1, *layer.kernel_size), int)
    (counts,) = tcviz.conv_transpose(
        *ones, stride=layer.stride, padding=layer.border, dilation=layer.dilation,
        output_padding=layer.output_padding,
    )  # fmt: skip
    return counts


@settings(deadline=None, max_examples=150)
@given(geometries())
def test_counts_and_extremes_are_those_of_ones_convolved_with_ones(
    case: tuple[ConvTranspose, Sizes],
) -> None:
    layer, size = case
    expected, found = brute(layer, size), overlap(layer, size)
    np.testing.assert_array_equal(found.counts(), expected)
    assert found.ends == (expected.min(), expected.max())
    inner = expected[np.ix_(*found.inner)]
    assert set(inner.ravel().tolist()) <= set(found.usual)
    if found.seen:
        assert set(inner.ravel().tolist()) == set(found.usual)


SIDE = st.integers(1, 12)


@settings(deadline=None, max_examples=150)
@given(kernel=SIDE, stride=SIDE, dilation=st.integers(1, 8), dims=st.integers(1, 2))
def test_in_fully_covered_cells_the_counts_repeat_and_are_uniform_or_not(
    kernel: int, stride: int, dilation: int, dims: int
) -> None:
    layer = ConvTranspose(kernel, stride, dilation=dilation, dims=dims)
    size = dilation * (kernel - 1) // stride + 4
    found = overlap(layer, size)
    assert found.seen
    line = np.array(found.axes[0].counts)[found.inner[0]]
    assert found.axes[0].uniform == (len(set(line.tolist())) == 1)
    repeats = [n for n in range(1, stride + 1) if np.array_equal(line[n:], line[:-n])]
    assert found.axes[0].period == repeats[0]
    assert set(found.axes[0].usual) == set(line.tolist())
    assert found.axes[0].uniform == (kernel % stride == 0 and np.gcd(stride, dilation) == 1)


FEW, MORE = st.integers(1, 9), st.integers(1, 30)
AXES = st.builds(Axis, MORE, st.integers(1, 80), MORE, FEW, FEW, st.integers(0, 40))


@given(AXES)
def test_extremes_are_found_without_looking_at_every_cell(axis: Axis) -> None:
    assert axis.ends == (min(axis.counts), max(axis.counts))


ARTIFACTS = "uneven (checkerboard artifacts)"


@pytest.mark.parametrize(
    ("kernel", "stride", "dilation", "usual", "period", "pattern"),
    [
        (3, 2, 1, (1, 2, 4), 2, ARTIFACTS),
        (4, 2, 1, (4,), 1, "uniform"),
        (2, 2, 1, (1,), 1, "uniform"),
        (3, 1, 1, (9,), 1, "uniform"),
        (5, 3, 1, (1, 2, 4), 3, ARTIFACTS),
        (1, 2, 1, (0, 1), 2, ARTIFACTS),
        (3, 1, 4, (9,), 1, "uniform"),
        (4, 2, 3, (4,), 1, "uniform"),
        (4, 2, 2, (0, 16), 2, ARTIFACTS),
        (3, 4, 2, (0, 1, 2, 4), 4, ARTIFACTS),
    ],
)
def test_the_numbers_of_known_layers(
    kernel: int, stride: int, dilation: int, usual: tuple[int, ...], period: int, pattern: str
) -> None:
    found = overlap(ConvTranspose(kernel, stride, dilation=dilation), 9)
    assert (found.usual, found.pattern) == (usual, pattern)
    assert found.uniform == (len(usual) == 1)
    assert found.period == (period, period)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"kernel_size": 3, "stride": 2}, f"1, 2 or 4 elements; {ARTIFACTS}: kernel 3 is "
         "not a multiple of stride 2; kernel 4 = 2·2 evens the counts"),
        ({"kernel_size": 4, "stride": 2}, "4 elements; uniform: kernel 4 is a multiple of "
                                          "stride 2"),
        ({"kernel_size": 2, "stride": 2}, "1 element; uniform: kernel 2 is a multiple of stride 2"),
        ({"kernel_size": 3}, "9 elements; uniform: stride is 1"),
        ({"kernel_size": (4, 6), "stride": (2, 3)}, "4 elements; uniform: kernel 4 is a multiple "
         "of stride 2, kernel 6 is a multiple of stride 3"),
        ({"kernel_size": (4, 3), "stride": 2}, "2 or 4 elements; uneven (stripes): in columns "
         "kernel 3 is not a multiple of stride 2; kernel 4 = 2·2 evens the counts"),
        ({"kernel_size": (5, 3), "stride": (3, 2)}, f"1, 2 or 4 elements; {ARTIFACTS}: in rows "
         "kernel 5 is not a multiple of stride 3, in columns kernel 3 is not a multiple of "
         "stride 2; kernel 6×4, multiples of 3 and 2, evens the counts"),
        ({"kernel_size": 4, "stride": 2, "dilation": 2}, f"0 or 16 elements; {ARTIFACTS}: stride "
         "2 and dilation 2 share the factor 2; dilation 1 evens the counts"),
        ({"kernel_size": 3, "stride": 2, "dims": 1}, "1 or 2 elements; uneven: kernel 3 is not a "
         "multiple of stride 2; kernel 4 = 2·2 evens the counts"),
        ({"kernel_size": 3, "stride": 2, "dims": 3}, f"1, 2, 4 or 8 elements; {ARTIFACTS}: kernel "
         "3 is not a multiple of stride 2; kernel 4 = 2·2 evens the counts"),
    ],
)  # fmt: skip
def test_it_says_why(options: dict, said: str) -> None:
    assert str(overlap(ConvTranspose(**options), 6)) == f"by {said}"


@given(kernel=SIDE, stride=SIDE, dilation=st.integers(1, 8))
def test_what_is_said_to_avoid_the_pattern_does(kernel: int, stride: int, dilation: int) -> None:
    found = overlap(ConvTranspose(kernel, stride, dilation=dilation, dims=1), 4)
    better, apart = found.axes[0].remedy
    assert kernel <= better < kernel + stride
    assert overlap(ConvTranspose(better, stride, dilation=apart, dims=1), 4).uniform
    assert found.uniform == ((better, apart) == (kernel, dilation)) == (not found.remedy)


def test_the_edge_is_what_misses_inputs_beyond_it() -> None:
    small, cropped = ConvTranspose(4, stride=2), ConvTranspose(4, stride=2, padding=1)
    assert overlap(small, 3).inner == (range(2, 6),) * 2
    assert overlap(cropped, 3).inner == (range(1, 5),) * 2
    assert overlap(ConvTranspose(4, stride=2, padding=2), 3).inner == (range(4),) * 2
    assert overlap(ConvTranspose(9), 3).inner == (range(8, 8),) * 2
    assert not overlap(ConvTranspose(9), 3).seen


def test_an_output_of_any_size_is_summed_up_at_once() -> None:
    layer = ConvTranspose(5, stride=3, dims=1, dilation=2, output_padding=2)
    found = overlap(layer, HUGE)
    few = overlap(layer, 100)
    assert (found.ends, found.usual) == (few.ends, few.usual)
    assert overlap(ConvTranspose(HUGE), HUGE).ends == (1, HUGE**2)


@given(st.integers(2, 10**30), st.integers(1, 5), st.integers(2, 5))
def test_stride_and_dilation_of_any_size_are_summed_up_at_once(
    dilation: int, kernel: int, size: int
) -> None:
    """Taps so far apart that no two elements meet, and strides that leave cells to nothing."""
    far = overlap(ConvTranspose(kernel, stride=2, dilation=dilation + 2 * size, dims=1), size)
    assert far.ends == (0, 1)
    wide = overlap(ConvTranspose(kernel, stride=dilation + kernel, dims=1), size)
    assert (wide.ends, wide.usual) == ((0, 1), (0, 1))
    both = overlap(ConvTranspose(kernel, stride=dilation, dilation=dilation, dims=1), size)
    assert both.ends == (0, min(kernel, size))
