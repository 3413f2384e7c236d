"""Sizes follow the documented formulas, and what cannot be is refused by name."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from tcviz.layer.geometry import ConvTranspose
from tcviz.layer.sizes import Sizes
from tests.strategies import geometries, thorough


@thorough
@given(geometries())
def test_the_output_size_is_pytorchs_formula(geometry: tuple[ConvTranspose, Sizes]) -> None:
    layer, size = geometry
    assert layer.output_size(size) == tuple(
        (x - 1) * s - sum(border) + d * (k - 1) + extra + 1
        for x, s, border, d, k, extra in zip(
            size,
            layer.stride,
            layer.border,
            layer.dilation,
            layer.kernel_size,
            layer.output_padding,
            strict=True,
        )
    )


@thorough
@given(geometries())
def test_cropping_the_border_of_the_padded_size_leaves_the_output(
    geometry: tuple[ConvTranspose, Sizes],
) -> None:
    layer, size = geometry
    padded = zip(layer.padded_size(size), layer.border, strict=True)
    assert tuple(n - sum(border) for n, border in padded) == layer.output_size(size)


@thorough
@given(geometries())
def test_a_stride_1_convolution_of_the_collection_views_field_has_the_output_size(
    geometry: tuple[ConvTranspose, Sizes],
) -> None:
    layer, size = geometry
    stretched, padding = layer.stretched_size(size), layer.collection_padding
    field = [n + sum(pair) for n, pair in zip(stretched, padding, strict=True)]
    sizes = tuple(n - extent + 1 for n, extent in zip(field, layer.extent, strict=True))
    assert sizes == layer.output_size(size)


@thorough
@given(geometries())
def test_every_forward_input_size_maps_to_the_input(
    geometry: tuple[ConvTranspose, Sizes],
) -> None:
    layer, size = geometry
    for axis, found in enumerate(layer.forward_input_sizes(size)):
        assert len(found) <= layer.stride[axis]
        for n in found:
            sizes = [other[-1] if other else 99 for other in layer.forward_input_sizes(size)]
            sizes[axis] = n
            assert layer.forward_output_size(sizes)[axis] == size[axis]


@pytest.mark.parametrize("extra", [0, 1, 2])
def test_output_padding_picks_one_of_the_forward_input_sizes(extra: int) -> None:
    layer = ConvTranspose(4, stride=3, padding=1, output_padding=extra, dims=1)
    assert layer.forward_input_sizes(5) == (range(14, 17),)
    assert layer.output_size(5) == (14 + extra,)


@thorough
@given(geometries())
def test_the_formula_text_ends_in_the_output_size(geometry: tuple[ConvTranspose, Sizes]) -> None:
    layer, size = geometry
    for text, n in zip(layer.size_formula(size), layer.output_size(size), strict=True):
        worked, result = text.split(" = ")
        assert result == str(n)
        python = worked.replace("−", "-").replace("·", "*")
        assert eval(python) == n  # noqa: S307 -- the formula is ours, and says what it computes


@pytest.mark.parametrize(
    ("layer", "text"),
    [
        (ConvTranspose(3, stride=2, padding=1), "(3−1)·2 − 2·1 + 1·(3−1) + 0 + 1 = 5"),
        (
            ConvTranspose(2, 4, padding=((1, 3), 2), output_padding=3, dilation=5),
            "(3−1)·4 − (1+3) + 5·(2−1) + 3 + 1 = 13",
        ),
        (ConvTranspose(1, padding=2), "(3−1)·1 − 2·2 + 1·(1−1) + 0 + 1 = −1"),
    ],
)
def test_the_formula_is_written_with_its_numbers(layer: ConvTranspose, text: str) -> None:
    assert layer.size_formula(3)[0] == text


def test_the_articles_layer_has_the_articles_sizes() -> None:
    layer = ConvTranspose(3, stride=2, padding=1)
    assert layer.output_size((3, 3)) == (5, 5)
    assert layer.padded_size((3, 3)) == (7, 7)
    assert layer.stretched_size((3, 3)) == (5, 5)
    assert layer.collection_padding == ((1, 1), (1, 1))
    assert layer.forward_input_sizes((3, 3)) == (range(5, 7), range(5, 7))


def test_padding_wider_than_the_kernel_reaches_crops_in_the_collection_view() -> None:
    assert ConvTranspose(2, padding=3).collection_padding == ((-2, -2), (-2, -2))
    layer = ConvTranspose((2, 3), 2, padding=((0, 2), 1), output_padding=1)
    assert layer.collection_padding == ((1, 0), (1, 2))


def test_padding_per_side_is_kept_per_side_and_equal_sides_as_one_number() -> None:
    layer = ConvTranspose(3, padding=((1, 2), [2, 2]))
    assert layer.padding == ((1, 2), 2)
    assert layer.border == ((1, 2), (2, 2))
    assert layer.output_size(4) == (3, 2)
    assert layer == ConvTranspose(3, padding=((1, 2), 2))


@pytest.mark.parametrize(
    ("layer", "dims"),
    [
        (ConvTranspose(3), 2),
        (ConvTranspose(3, dims=3), 3),
        (ConvTranspose((3,)), 1),
        (ConvTranspose(3, stride=(1, 2, 3)), 3),
        (ConvTranspose(3, padding=((1, 2),)), 1),
    ],
)
def test_the_axes_are_counted_where_any_parameter_tells_them(
    layer: ConvTranspose, dims: int
) -> None:
    assert layer.dims == dims


@pytest.mark.parametrize(
    "value",
    [(2, 3), [2, 3], np.array([2, 3]), np.array([2, 3], np.uint8), (np.int64(2), np.int8(3))],
    ids=["tuple", "list", "array", "uint8 array", "NumPy scalars"],
)
def test_sizes_may_be_any_sequence_of_whole_numbers(value: Any) -> None:
    layer = ConvTranspose(value, stride=value, padding=value, dilation=value)
    assert layer == ConvTranspose((2, 3), (2, 3), (2, 3), dilation=(2, 3))
    assert layer.output_size(np.array([3, 3])) == layer.output_size((3, 3))
    assert all(type(n) is int for n in (*layer.kernel_size, *layer.stride, *layer.dilation))


def test_scalars_and_pairs_of_numpy_mean_the_same_as_pythons() -> None:
    layer = ConvTranspose(np.int32(3), np.array(2), padding=np.array([[1, 2], [0, 0]]))
    assert layer == ConvTranspose(3, 2, padding=((1, 2), 0))
    assert ConvTranspose(3, padding=(np.array([1, 2]), 0)).border == ((1, 2), (0, 0))
    assert layer.output_size(np.int16(3)) == layer.output_size(3)


def test_a_layer_is_immutable_hashable_and_equal_by_value() -> None:
    layer = ConvTranspose(3, stride=2)
    with pytest.raises(FrozenInstanceError):
        layer.groups = 2  # type: ignore[misc]
    assert {layer: 1}[ConvTranspose((3, 3), (2, 2), ((0, 0), 0))] == 1
