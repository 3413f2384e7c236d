"""Operands that do not fit are refused in one sentence, the same by every engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tcviz.engine.collection import collection
from tcviz.engine.distribution import distribution
from tcviz.engine.fast import conv_transpose, fast
from tcviz.engine.matrix import forward_matrix, matrix
from tcviz.errors import DataError, GeometryError, TooLargeError
from tcviz.layer.geometry import ConvTranspose
from tests.strategies import Array

LAYER = ConvTranspose(3, stride=2, padding=1, groups=2)
FITTING = {"x": np.ones((5, 4, 3, 3)), "weight": np.ones((4, 3, 3, 3)), "bias": np.ones(6)}

engine = pytest.mark.parametrize(
    "engine",
    [distribution, collection, matrix, fast],
    ids=lambda engine: engine.__name__,
)


def refusal(engine: Callable[..., Array], **changed: Any) -> str:
    with pytest.raises(DataError) as error:
        engine(LAYER, **FITTING | changed)
    return str(error.value)


@engine
def test_the_fitting_operands_fit(engine: Callable[..., Array]) -> None:
    assert engine(LAYER, **FITTING).shape == (5, 6, 5, 5)


@engine
@pytest.mark.parametrize("name", ["x", "weight", "bias"])
@pytest.mark.parametrize(
    ("dtype", "shown"),
    [
        (complex, "complex numbers"),
        (object, "Python objects"),
        ("U3", "text"),
        ("M8[s]", "dates"),
    ],
)
def test_types_of_no_real_numbers_are_refused(
    engine: Callable[..., Array], name: str, dtype: Any, shown: str
) -> None:
    wrong = FITTING[name].astype(dtype)
    assert refusal(engine, **{name: wrong}) == (
        f"{name} is an array of {shown}; allowed: whole or real numbers"
    )


@engine
@pytest.mark.parametrize("name", ["x", "weight", "bias"])
def test_rows_of_different_lengths_are_refused(engine: Callable[..., Array], name: str) -> None:
    text = f"{name} is ragged, [3] beside [1, 2]; allowed: lists of equal length"
    assert refusal(engine, **{name: [[1, 2], [3]]}) == text


@engine
def test_integers_beyond_64_bits_are_refused(engine: Callable[..., Array]) -> None:
    text = "bias is an array with 18446744073709551616 at [0]; allowed: whole numbers from -"
    assert refusal(engine, bias=[2**64] * 6).startswith(text)


@engine
@pytest.mark.parametrize("shape", [(3, 3), (1, 1, 4, 3, 3), ()])
def test_an_input_with_other_than_one_or_two_more_axes_is_refused(
    engine: Callable[..., Array], shape: tuple[int, ...]
) -> None:
    assert refusal(engine, x=np.ones(shape)) == (
        f"x.shape is {shape}; allowed: (C_in, *spatial) or (N, C_in, *spatial) with 2 spatial axes"
    )


@engine
@pytest.mark.parametrize("shape", [(4, 3, 3), (4, 3, 3, 2), (4, 3, 3, 3, 3)])
def test_a_weight_of_another_kernel_size_is_refused(
    engine: Callable[..., Array], shape: tuple[int, ...]
) -> None:
    assert refusal(engine, weight=np.ones(shape)) == (
        f"weight.shape is {shape}; allowed: (C_in, C_out/groups, 3, 3)"
    )


@engine
def test_a_weight_for_other_input_channels_is_refused(engine: Callable[..., Array]) -> None:
    text = "weight.shape[0] is 6; allowed: C_in, here 4 as in x"
    assert refusal(engine, weight=np.ones((6, 3, 3, 3))) == text


@engine
def test_channels_that_groups_do_not_divide_are_refused(engine: Callable[..., Array]) -> None:
    wrong = {"x": np.ones((5, 3, 3)), "weight": np.ones((5, 3, 3, 3))}
    assert refusal(engine, **wrong) == "groups is 2; allowed: divisors of C_in, here 5"


@engine
@pytest.mark.parametrize(("c_in", "c_out"), [(0, 3), (4, 0)])
def test_no_channels_are_refused(engine: Callable[..., Array], c_in: int, c_out: int) -> None:
    wrong = {"x": np.ones((c_in, 3, 3)), "weight": np.ones((c_in, c_out, 3, 3)), "bias": None}
    assert refusal(engine, **wrong) == (
        f"weight.shape is ({c_in}, {c_out}, 3, 3); allowed: 1 channel or more, in and out"
    )


@engine
@pytest.mark.parametrize("shape", [(3,), (6, 1), ()])
def test_a_bias_of_another_shape_is_refused(
    engine: Callable[..., Array], shape: tuple[int, ...]
) -> None:
    text = f"bias.shape is {shape}; allowed: (6,), one number per output channel"
    assert refusal(engine, bias=np.ones(shape)) == text


@engine
def test_an_input_without_cells_is_refused(engine: Callable[..., Array]) -> None:
    with pytest.raises(GeometryError) as error:
        engine(LAYER, np.ones((4, 3, 0)), FITTING["weight"])
    assert str(error.value) == "input_size is 0 on axis 1; allowed: whole numbers from 1"


@engine
def test_an_output_without_cells_is_refused(engine: Callable[..., Array]) -> None:
    with pytest.raises(GeometryError) as error:
        engine(ConvTranspose(3, padding=2), np.ones((1, 2, 2)), np.ones((1, 1, 3, 3)))
    assert str(error.value) == (
        "output size is 0, from (2−1)·1 − 2·2 + 1·(3−1) + 0 + 1 = 0, on axis 0; "
        "allowed: 1 or more; use less padding, or a larger input, kernel or stride"
    )


@pytest.mark.parametrize("shape", [(4, 3), (4, 3, 3, 3, 3, 3), ()])
def test_a_weight_of_other_than_one_to_three_dimensions_is_refused(
    shape: tuple[int, ...],
) -> None:
    with pytest.raises(DataError) as error:
        conv_transpose(FITTING["x"], np.ones(shape))
    assert str(error.value) == (
        f"weight.shape is {shape}; "
        "allowed: (C_in, C_out/groups, *kernel_size) with 1 to 3 spatial axes"
    )


def test_parameters_for_another_number_of_axes_are_refused() -> None:
    with pytest.raises(GeometryError) as error:
        conv_transpose(FITTING["x"], FITTING["weight"], stride=(2, 2, 2), groups=2)
    assert str(error.value) == (
        "number of axes differs: kernel_size has 2, stride has 3; allowed: the same in each"
    )


def test_a_matrix_of_an_unreasonable_size_is_refused_before_it_is_made() -> None:
    layer = ConvTranspose(4, stride=2, padding=1)
    with pytest.raises(TooLargeError) as error:
        forward_matrix(layer, np.ones((4, 4)), 128)
    text = (
        "matrix A is 16,384×66,564, 1,090,584,576 entries with its border; "
        "allowed: up to 100,000,000; use a smaller input_size"
    )
    assert str(error.value) == text
    with pytest.raises(TooLargeError):
        matrix(layer, np.ones((1, 128, 128)), np.ones((1, 1, 4, 4)))


@pytest.mark.parametrize("shape", [(3,), (2, 3), (3, 3, 3)])
def test_a_matrix_of_a_kernel_that_is_not_the_layers_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(DataError) as error:
        forward_matrix(ConvTranspose(3), np.ones(shape), 4)
    assert str(error.value) == f"kernel.shape is {shape}; allowed: (3, 3)"
