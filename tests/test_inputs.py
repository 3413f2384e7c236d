"""Requests become operands: what is said is kept, what is unsaid chosen, what clashes named."""

from __future__ import annotations

import subprocess
import sys
import tracemalloc
from collections.abc import Mapping
from dataclasses import FrozenInstanceError
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tcviz.errors import DataError, GeometryError
from tcviz.layer.geometry import ConvTranspose
from tcviz.request.article import arrays
from tcviz.request.inputs import Operands, plan
from tests.strategies import thorough

TC_INPUT = [[[8, -1, 2], [3, 8, -4], [1, -3, -5]], [[-5, 5, 2], [1, -2, 0], [2, 8, 7]]]
TC_KERNEL = [[[0, -3, -2], [2, -2, 1], [2, 0, -1]], [[1, -2, 0], [0, -3, 1], [0, 2, -1]]]


def ones(*shape: int) -> NDArray[Any]:
    return np.ones(shape, int)


def shapes(**request: Any) -> tuple[tuple[int, ...], tuple[int, ...]]:
    made = plan(**request).make()
    return made.x.shape, made.weight.shape


def refusal(**request: Any) -> str:
    with pytest.raises(DataError) as caught:
        plan(**request)
    return str(caught.value)


def is_article(request: Mapping[str, Any]) -> bool:
    made = plan(**request).make()
    return bool(made.x.tolist() == TC_INPUT and made.weight[:, 0].tolist() == TC_KERNEL)


# --- the article's example --------------------------------------------------


@pytest.mark.parametrize(
    "request_",
    [
        {},
        {"stride": 2, "padding": 1},
        {"stride": (2, 3), "padding": ((1, 0), (0, 1)), "dilation": 2, "output_padding": 1},
        {"kernel_size": 3},
        {"kernel_size": (3, 3), "input_size": [3, 3]},
        {"input_size": 3, "in_channels": 2, "out_channels": 1, "groups": 1},
        {"bias": 5},
        {"bias": [5]},
    ],
)
def test_the_article_s_numbers_are_used_where_nothing_asks_for_others(
    request_: dict[str, Any],
) -> None:
    assert is_article(request_)


@pytest.mark.parametrize(
    "request_",
    [
        {"kernel_size": 2},
        {"kernel_size": (3, 2)},
        {"kernel_size": (3, 3, 3)},
        {"stride": (1, 1, 1)},
        {"input_size": 4},
        {"input_size": (3, 4)},
        {"input_size": (3,)},
        {"in_channels": 1},
        {"out_channels": 2},
        {"groups": 2},
        {"seed": 0},
        {"input": ones(2, 3, 3)},
        {"weight": ones(2, 1, 3, 3)},
        {"bias": [1, 2]},
    ],
)
def test_the_article_s_numbers_are_not_used_where_something_asks_for_others(
    request_: dict[str, Any],
) -> None:
    assert not is_article(request_)


def test_the_article_s_arrays_have_their_names() -> None:
    assert arrays()["tc_input"].tolist() == TC_INPUT
    assert arrays()["tc_kernel"].tolist() == TC_KERNEL
    assert arrays()["conv_output"].tolist() == [[-29, 14, -5], [-28, 31, -23], [-30, -13, 8]]


def test_the_article_s_lists_are_all_there_and_nothing_else() -> None:
    after = "padded_result_after_{}_step_per_channel"
    assert set(arrays()) == {
        "conv_input",
        "conv_kernel",
        "conv_output",
        "transposed_output",
        "forward_matrix_shape",
        "transposed_matrix_shape",
        "tc_input",
        "tc_kernel",
        "tc_output",
        *(after.format(nth) for nth in ("first", "second", "last")),
    }


def test_the_article_s_arrays_are_whole_and_read_only() -> None:
    for array in arrays().values():
        assert array.dtype == np.int64
        assert not array.flags.writeable


@pytest.mark.parametrize("seed", [-1, 1.5, True, "1"])
def test_a_seed_is_a_whole_number(seed: object) -> None:
    assert refusal(seed=seed) == f"seed is {seed!r}; allowed: whole numbers from 0"


# --- sizes unsaid -----------------------------------------------------------


@pytest.mark.parametrize(
    ("request_", "x", "weight"),
    [
        ({}, (2, 3, 3), (2, 1, 3, 3)),
        ({"kernel_size": (2, 5)}, (2, 3, 3), (2, 1, 2, 5)),
        ({"input_size": (4, 6)}, (2, 4, 6), (2, 1, 3, 3)),
        ({"in_channels": 3, "out_channels": 4}, (3, 3, 3), (3, 4, 3, 3)),
        ({"groups": 2}, (2, 3, 3), (2, 1, 3, 3)),
        ({"groups": 3}, (3, 3, 3), (3, 1, 3, 3)),
        ({"groups": 2, "in_channels": 4, "out_channels": 6}, (4, 3, 3), (4, 3, 3, 3)),
        ({"bias": [1, 2, 3, 4]}, (2, 3, 3), (2, 4, 3, 3)),
        ({"input": ones(4, 5, 6)}, (4, 5, 6), (4, 1, 3, 3)),
        ({"input": ones(4, 5, 6), "groups": 2, "kernel_size": 1}, (4, 5, 6), (4, 1, 1, 1)),
        ({"weight": ones(4, 3, 2, 5)}, (4, 3, 3), (4, 3, 2, 5)),
        ({"weight": ones(4, 3, 2, 5), "input_size": 7}, (4, 7, 7), (4, 3, 2, 5)),
        ({"kernel_size": (3,)}, (2, 4), (2, 1, 3)),
        ({"input_size": (4, 5, 6)}, (1, 4, 5, 6), (1, 1, 3, 3, 3)),
        ({"stride": (1, 2, 3)}, (1, 2, 2, 2), (1, 1, 3, 3, 3)),
    ],
)
def test_what_is_unsaid_fits_what_is_said(
    request_: dict[str, Any], x: tuple[int, ...], weight: tuple[int, ...]
) -> None:
    assert shapes(seed=0, **request_) == (x, weight)


@pytest.mark.parametrize("name", ["in_channels", "out_channels"])
@pytest.mark.parametrize("value", [0, -1, 1.5, True, "2"])
def test_channels_are_whole_numbers_from_1(name: str, value: object) -> None:
    assert refusal(**{name: value}) == f"{name} is {value!r}; allowed: whole numbers from 1"


# --- layouts ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_", "request_", "x"),
    [
        ((2, 3, 4), {}, (2, 3, 4)),
        ((3, 4), {}, (1, 3, 4)),
        ((1, 2, 3, 4), {}, (2, 3, 4)),
        ((5,), {}, (1, 5)),
        ((2, 5), {"kernel_size": (3,)}, (2, 5)),
        ((1, 2, 5), {"kernel_size": (3,)}, (2, 5)),
        ((2, 3, 4, 5), {"stride": (1, 1, 1)}, (2, 3, 4, 5)),
        ((3, 4, 5), {"input_size": (3, 4, 5)}, (1, 3, 4, 5)),
        ((1, 2, 3, 4, 5), {}, (2, 3, 4, 5)),
        ((2, 3, 4, 5), {"weight": ones(2, 1, 3, 3, 3)}, (2, 3, 4, 5)),
    ],
)
def test_input_may_lack_channels_or_be_a_batch_of_one(
    given_: tuple[int, ...], request_: dict[str, Any], x: tuple[int, ...]
) -> None:
    values = np.arange(np.prod(given_)).reshape(given_)
    made = plan(input=values, **request_).make().x
    np.testing.assert_array_equal(made, values.reshape(x))


@pytest.mark.parametrize(
    ("given_", "request_", "weight"),
    [
        ((2, 4, 3, 5), {}, (2, 4, 3, 5)),
        ((2, 3, 5), {}, (2, 1, 3, 5)),
        ((3, 5), {}, (1, 1, 3, 5)),
        ((5,), {}, (1, 1, 5)),
        ((2, 4, 5), {"stride": (2,)}, (2, 4, 5)),
        ((4, 5), {"stride": [2]}, (1, 1, 4, 5)),
        ((2, 5), {"input_size": (3,)}, (2, 1, 5)),
        ((2, 4, 3, 3, 3), {}, (2, 4, 3, 3, 3)),
        ((2, 3, 3, 3), {"kernel_size": (3, 3, 3)}, (2, 1, 3, 3, 3)),
    ],
)
def test_weight_may_lack_channels(
    given_: tuple[int, ...], request_: dict[str, Any], weight: tuple[int, ...]
) -> None:
    values = np.arange(np.prod(given_)).reshape(given_)
    made = plan(weight=values, **request_).make().weight
    np.testing.assert_array_equal(made, values.reshape(weight))


@pytest.mark.parametrize(
    ("request_", "bias"),
    [
        ({"bias": 2.5, "out_channels": 3}, [2.5, 2.5, 2.5]),
        ({"bias": np.array(4), "out_channels": 2}, [4, 4]),
        ({"bias": [1, 2, 3]}, [1, 2, 3]),
        ({"bias": [[1, 2, 3]]}, [1, 2, 3]),
        ({"bias": [[1], [2], [3]]}, [1, 2, 3]),
        ({"bias": [[1]]}, [1]),
        ({"bias": [1, 2], "weight": ones(4, 1, 3, 3), "groups": 2}, [1, 2]),
    ],
)
def test_bias_is_one_number_or_one_per_output_channel(
    request_: dict[str, Any], bias: list[float]
) -> None:
    made = plan(**request_).make().bias
    assert made is not None
    assert made.tolist() == bias
    assert not made.flags.writeable


def test_without_bias_there_is_none() -> None:
    assert plan().make().bias is None


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (
            {"input": ones(4, 2, 3, 3)},
            "input is a batch of 4; allowed: one image; give one, such as input[0]",
        ),
        (
            {"input": 3},
            "input is of shape (); allowed: (L), (C_in, L) or (1, C_in, L)",
        ),
        (
            {"input": ones(5), "kernel_size": (3, 3)},
            "input is of shape (5,); allowed: (H, W), (C_in, H, W) or (1, C_in, H, W)",
        ),
        (
            {"input": ones(1, 1, 1, 1, 1, 1)},
            "input is of shape (1, 1, 1, 1, 1, 1); "
            "allowed: (D, H, W), (C_in, D, H, W) or (1, C_in, D, H, W)",
        ),
        (
            {"weight": ones(9), "kernel_size": (3, 3)},
            "weight is of shape (9,); "
            "allowed: (kH, kW), (C_in, kH, kW) or (C_in, C_out/groups, kH, kW)",
        ),
        (
            {"bias": ones(2, 2)},
            "bias is of shape (2, 2); allowed: one number, or one for each output channel",
        ),
        (
            {"bias": ones(1, 1, 2)},
            "bias is of shape (1, 1, 2); allowed: one number, or one for each output channel",
        ),
    ],
)
def test_a_layout_that_is_none_is_refused(request_: dict[str, Any], message: str) -> None:
    assert refusal(**request_) == message


# --- what does not fit together ---------------------------------------------


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (
            {"kernel_size": (5, 5), "weight": ones(2, 1, 3, 3)},
            "kernel_size is (5, 5); allowed: (3, 3), that of weight (2, 1, 3, 3)",
        ),
        (
            {"kernel_size": 3, "weight": ones(5, 3)},
            "kernel_size is (3, 3); allowed: (5, 3), that of weight (1, 1, 5, 3)",
        ),
        (
            {"input_size": 4, "input": ones(2, 3, 3)},
            "input_size is (4, 4); allowed: (3, 3), that of input (2, 3, 3)",
        ),
        (
            {"in_channels": 3, "input": ones(2, 3, 3)},
            "in_channels is 3; allowed: 2, that of input (2, 3, 3)",
        ),
        (
            {"in_channels": 3, "weight": ones(2, 1, 3, 3)},
            "in_channels is 3; allowed: 2, that of weight (2, 1, 3, 3)",
        ),
        (
            {"input": ones(2, 3, 3), "weight": ones(3, 1, 3, 3)},
            "in_channels is 3, that of weight (3, 1, 3, 3); allowed: 2, that of input (2, 3, 3)",
        ),
        (
            {"out_channels": 3, "weight": ones(2, 1, 3, 3)},
            "out_channels is 3; allowed: 1, that of weight (2, 1, 3, 3)",
        ),
        (
            {"out_channels": 3, "weight": ones(2, 2, 3, 3), "groups": 2},
            "out_channels is 3; allowed: 4, that of weight (2, 2, 3, 3) with groups 2",
        ),
        (
            {"bias": [1, 2], "weight": ones(2, 1, 3, 3)},
            "out_channels is 2, that of bias (2,); allowed: 1, that of weight (2, 1, 3, 3)",
        ),
        (
            {"bias": [1], "out_channels": 3},
            "out_channels is 3; allowed: 1, that of bias (1,)",
        ),
        (
            {"in_channels": 3, "groups": 2},
            "in_channels is 3; allowed: multiples of groups, here 2",
        ),
        (
            {"input": ones(3, 3, 3), "groups": 2},
            "in_channels is 3; allowed: multiples of groups, here 2",
        ),
        (
            {"out_channels": 3, "groups": 2},
            "out_channels is 3; allowed: multiples of groups, here 2",
        ),
    ],
)
def test_what_does_not_fit_names_both_sides(request_: dict[str, Any], message: str) -> None:
    assert refusal(**request_) == message


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"stride": 0}, "stride is 0; allowed: whole numbers from 1"),
        ({"groups": 0}, "groups is 0; allowed: whole numbers from 1"),
        ({"groups": True}, "groups is True; allowed: whole numbers from 1"),
        ({"kernel_size": 3.0}, "kernel_size is 3.0; allowed: whole numbers from 1"),
        ({"input_size": (3, 0)}, "input_size is 0 on axis 1; allowed: whole numbers from 1"),
        (
            {"input_size": (3, 3, 3), "stride": (2, 2)},
            "input_size is (3, 3, 3); allowed: one number, or 2 of them",
        ),
        (
            {"kernel_size": (3, 3), "stride": (2, 2, 2)},
            "number of axes differs: kernel_size has 2, stride has 3; allowed: the same in each",
        ),
        ({"input_size": (3,) * 4}, "number of axes is 4; allowed: 1 to 3"),
        (
            {"padding": 3},
            "output size is -1, from (3−1)·1 − 2·3 + 1·(3−1) + 0 + 1 = −1, on axis 0; "
            "allowed: 1 or more; use less padding, or a larger input, kernel or stride",
        ),
    ],
)
def test_the_geometry_is_checked_when_planning(request_: dict[str, Any], message: str) -> None:
    with pytest.raises(GeometryError) as caught:
        plan(**request_)
    assert str(caught.value) == message


@pytest.mark.parametrize("name", ["input", "weight", "bias"])
@pytest.mark.parametrize(
    ("values", "tail"),
    [
        ([["a"]], "an array with 'a' at [0, 0]; allowed: whole or real numbers"),
        (np.ones((3, 3), complex), "an array of complex numbers; allowed: whole or real numbers"),
        (np.array([["a"]]), "an array of text; allowed: whole or real numbers"),
        (np.array([[None]]), "an array of Python objects; allowed: whole or real numbers"),
        (np.ones((0, 3)), "an empty array of shape (0, 3); allowed: at least one number"),
    ],
)
def test_arrays_of_no_numbers_are_refused_by_name(name: str, values: object, tail: str) -> None:
    assert refusal(**{name: values}) == f"{name} is {tail}"


@pytest.mark.parametrize("name", ["input", "weight"])
def test_nan_and_infinities_are_kept(name: str) -> None:
    values = [[np.nan, np.inf], [-np.inf, 0.5]]
    request: dict[str, Any] = {name: values}
    made = plan(**request).make()
    kept = {"input": made.x[0], "weight": made.weight[0, 0]}[name]
    np.testing.assert_array_equal(kept, values)


# --- plan and operands ------------------------------------------------------


def test_a_plan_has_every_size() -> None:
    settled = plan(kernel_size=(2, 3), stride=2, input_size=(4, 5), out_channels=2, seed=5)
    assert settled.layer == ConvTranspose((2, 3), stride=2)
    assert (settled.input_size, settled.in_channels, settled.out_channels) == ((4, 5), 2, 2)


def test_a_plan_takes_its_kernel_from_the_weight_and_keeps_the_rest() -> None:
    parameters: dict[str, Any] = {
        "stride": 3,
        "padding": ((1, 0), (0, 2)),
        "output_padding": (1, 2),
        "dilation": 2,
        "groups": 2,
    }
    layer = plan(weight=ones(2, 1, 2, 5), **parameters).layer
    assert layer == ConvTranspose((2, 5), **parameters)


def test_planning_something_enormous_allocates_nothing_of_its_size() -> None:
    tracemalloc.start()
    settled = plan(input_size=4096, kernel_size=1000, in_channels=64, out_channels=10**9, bias=1)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert settled.input_size == (4096, 4096)
    assert peak < 2**20


@pytest.mark.parametrize("request_", [{}, {"seed": 1}, {"input": ones(1, 2, 3, 3)}])
def test_operands_cannot_be_changed(request_: dict[str, Any]) -> None:
    made = plan(**request_).make()
    with pytest.raises(ValueError, match="read-only"):
        made.x[0, 0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        made.weight[0, 0, 0, 0] = 1
    with pytest.raises(FrozenInstanceError):
        made.x = made.weight  # type: ignore[misc]


def test_the_caller_s_array_may_change_after_planning() -> None:
    mine = ones(2, 3, 3)
    settled = plan(input=mine)
    mine[:] = 9
    np.testing.assert_array_equal(settled.make().x, ones(2, 3, 3))


def test_operands_know_their_sizes() -> None:
    layer = ConvTranspose((2, 3), stride=2, groups=2)
    made = Operands(layer, ones(4, 5, 6), ones(4, 3, 2, 3))
    assert (made.in_channels, made.out_channels) == (4, 6)
    assert (made.input_size, made.output_size) == ((5, 6), (10, 13))


SIZES = st.integers(1, 4)


@thorough
@given(st.integers(1, 3), st.data())
def test_whatever_is_planned_is_made_so(dims: int, data: st.DataObject) -> None:
    sizes = st.tuples(*[SIZES] * dims)
    groups = data.draw(SIZES)
    settled = plan(
        kernel_size=data.draw(sizes),
        input_size=data.draw(sizes),
        stride=data.draw(sizes),
        groups=groups,
        in_channels=groups * data.draw(SIZES),
        out_channels=groups * data.draw(SIZES),
        seed=data.draw(st.integers(0)),
    )
    made = settled.make()
    assert made.x.shape == (settled.in_channels, *settled.input_size)
    per_group = settled.out_channels // groups
    assert made.weight.shape == (settled.in_channels, per_group, *settled.layer.kernel_size)
    assert made.out_channels == settled.out_channels


# --- the upstream gradient ----------------------------------------------------


@pytest.mark.parametrize("request_", [{}, {"seed": 4}, {"input": ones(2, 4, 3)}])
def test_the_upstream_gradient_is_drawn_last_and_changes_nothing_before(
    request_: dict[str, Any],
) -> None:
    without, made = plan(**request_).make(), plan(**request_, backward=True).make()
    assert without.grad_output is None
    assert made.grad_output is not None
    assert made.grad_output.shape == (1, *made.output_size)
    assert not made.grad_output.flags.writeable
    np.testing.assert_array_equal(made.x, without.x)
    np.testing.assert_array_equal(made.weight, without.weight)


@pytest.mark.parametrize("shape", [(5, 5), (1, 5, 5), (1, 1, 5, 5)])
def test_an_upstream_gradient_may_lack_channels_or_be_a_batch_of_one(shape: Any) -> None:
    asked: dict[str, Any] = {"stride": 2, "padding": 1, "grad_output": ones(*shape)}
    made = plan(**asked).make()
    assert made.grad_output is not None
    assert made.grad_output.shape == (1, 5, 5)
    assert is_article(asked)


def test_an_upstream_gradient_says_how_many_output_channels_there_are() -> None:
    settled = plan(stride=2, padding=1, grad_output=ones(3, 5, 5))
    assert settled.out_channels == 3
    assert plan(input_size=(3,), grad_output=ones(2, 5)).layer.dims == 1


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (
            {"grad_output": ones(4, 5)},
            "grad_output is of shape (1, 4, 5); allowed: (1, 5, 5), that of the output",
        ),
        (
            {"grad_output": ones(2, 5, 5), "weight": ones(2, 1, 3, 3)},
            "out_channels is 2, that of grad_output (2, 5, 5); "
            "allowed: 1, that of weight (2, 1, 3, 3)",
        ),
        (
            {"grad_output": ones(2, 5, 5), "out_channels": 3},
            "out_channels is 3; allowed: 2, that of grad_output (2, 5, 5)",
        ),
        (
            {"grad_output": ones(2, 1, 5, 5)},
            "grad_output is a batch of 2; allowed: one image; give one, such as grad_output[0]",
        ),
        (
            {"grad_output": ones(5), "input_size": (3, 3)},
            "grad_output is of shape (5,); allowed: (H, W), (C_out, H, W) or (1, C_out, H, W)",
        ),
    ],
)
def test_an_upstream_gradient_that_does_not_fit_is_refused(
    request_: dict[str, Any], said: str
) -> None:
    assert refusal(stride=2, padding=1, **request_) == said


def test_import_tcviz_loads_no_numpy() -> None:
    code = "import sys, tcviz; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
