"""A geometry that cannot be is refused in one sentence: name, value, axis, what is allowed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tcviz.errors import GeometryError
from tcviz.layer.geometry import ConvTranspose


def refusal(*args: Any, **kwargs: Any) -> str:
    with pytest.raises(GeometryError) as error:
        ConvTranspose(*args, **kwargs)
    return str(error.value)


@pytest.mark.parametrize("name", ["kernel_size", "stride", "dilation"])
def test_zero_is_refused_where_one_is_the_least(name: str) -> None:
    given: dict[str, Any] = {"kernel_size": 3}
    assert refusal(**given | {name: 0}) == f"{name} is 0; allowed: whole numbers from 1"
    assert (
        refusal(**given | {name: (2, 0)}) == f"{name} is 0 on axis 1; allowed: whole numbers from 1"
    )


@pytest.mark.parametrize("name", ["padding", "output_padding"])
def test_negative_padding_is_refused(name: str) -> None:
    assert refusal(3, **{name: -1}) == f"{name} is -1; allowed: whole numbers from 0"
    assert refusal(3, **{name: (0, -2)}) == f"{name} is -2 on axis 1; allowed: whole numbers from 0"


def test_negative_padding_of_one_side_is_refused() -> None:
    text = "padding is -1 on axis 0; allowed: whole numbers from 0"
    assert refusal(3, padding=((1, -1), 0)) == text


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (True, "True"),
        (np.True_, "True"),
        (2.0, "2.0"),
        (np.float64(2), "2.0"),
        ("3", "'3'"),
        (None, "None"),
        ({3}, "{3}"),
    ],
    ids=str,
)
def test_what_is_no_whole_number_is_refused(value: Any, shown: str) -> None:
    assert refusal(value) == f"kernel_size is {shown}; allowed: whole numbers from 1"
    words = ", or same, valid, causal" if isinstance(value, str) else ""
    assert refusal(3, padding=value) == f"padding is {shown}; allowed: whole numbers from 0{words}"
    assert refusal(3, groups=value) == f"groups is {shown}; allowed: whole numbers from 1"
    assert refusal((3, value)) == f"kernel_size is {shown} on axis 1; allowed: whole numbers from 1"


def test_pairs_are_refused_where_only_padding_has_them() -> None:
    text = "stride is (1, 2) on axis 0; allowed: whole numbers from 1"
    assert refusal(3, stride=((1, 2), (1, 2))) == text


@pytest.mark.parametrize("value", [(1, 2, 3), (1,), ()])
def test_padding_of_one_axis_that_is_no_pair_is_refused(value: tuple[int, ...]) -> None:
    text = f"padding is {value} on axis 1; allowed: one number, or a pair (before, after)"
    assert refusal(3, padding=(0, value)) == text


@pytest.mark.parametrize(
    ("stride", "dilation", "extra", "allowed"),
    [(1, 1, 1, "0 to 0"), (2, 1, 2, "0 to 1"), (2, 3, 5, "0 to 2")],
)
def test_output_padding_as_large_as_stride_and_dilation_is_refused(
    stride: int, dilation: int, extra: int, allowed: str
) -> None:
    assert refusal(3, stride, 0, extra, dilation) == (
        f"output_padding is {extra} on axis 0; "
        f"allowed: less than stride or dilation, here {allowed}"
    )


def test_parameters_that_disagree_on_the_axes_are_all_named() -> None:
    assert refusal((3, 3), stride=(1, 1, 1), padding=1) == (
        "number of axes differs: kernel_size has 2, stride has 3; allowed: the same in each"
    )
    assert refusal((3, 3), dims=1) == (
        "number of axes differs: kernel_size has 2, dims has 1; allowed: the same in each"
    )


@pytest.mark.parametrize(("axes", "shown"), [((3,) * 4, 4), ((), 0)])
def test_other_than_one_to_three_axes_are_refused(axes: tuple[int, ...], shown: int) -> None:
    assert refusal(axes) == f"number of axes is {shown}; allowed: 1 to 3"


def test_a_number_of_dimensions_that_is_none_is_refused() -> None:
    assert refusal(3, dims=0) == "dims is 0; allowed: whole numbers from 1"
    assert refusal(3, dims=2.0) == "dims is 2.0; allowed: whole numbers from 1"
    assert refusal(3, dims=4) == "number of axes is 4; allowed: 1 to 3"


@pytest.mark.parametrize(
    ("padding", "n", "formula"),
    [
        (2, "0", "(2−1)·1 − 2·2 + 1·(3−1) + 0 + 1 = 0"),
        (3, "-2", "(2−1)·1 − 2·3 + 1·(3−1) + 0 + 1 = −2"),
        (((0, 0), (1, 3)), "0", "(2−1)·1 − (1+3) + 1·(3−1) + 0 + 1 = 0"),
    ],
)
def test_an_output_without_cells_is_refused_with_the_formula(
    padding: Any, n: str, formula: str
) -> None:
    layer = ConvTranspose(3, padding=padding)
    with pytest.raises(GeometryError) as error:
        layer.output_size(2)
    axis = 1 if isinstance(padding, tuple) else 0
    assert str(error.value) == (
        f"output size is {n}, from {formula}, on axis {axis}; allowed: 1 or more; "
        "use less padding, or a larger input, kernel or stride"
    )


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "input_size is 0; allowed: whole numbers from 1"),
        ((3, 0), "input_size is 0 on axis 1; allowed: whole numbers from 1"),
        ((3, 3, 3), "input_size is (3, 3, 3); allowed: one number, or 2 of them"),
        (2.5, "input_size is 2.5; allowed: whole numbers from 1"),
    ],
)
def test_an_input_size_that_is_none_is_refused(size: Any, text: str) -> None:
    with pytest.raises(GeometryError) as error:
        ConvTranspose(3).output_size(size)
    assert str(error.value) == text


def test_a_forward_input_smaller_than_the_kernels_extent_is_refused() -> None:
    layer = ConvTranspose(3, padding=((0, 1), 0), dilation=2)
    assert layer.forward_output_size((4, 5)) == (1, 1)
    with pytest.raises(GeometryError) as error:
        layer.forward_output_size((4, 4))
    assert str(error.value) == "size is 4 on axis 1; allowed: 5 or more"
