"""Numbers that are drawn from a seed: the same for ever, and each shows something."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcviz.layer.geometry import ConvTranspose
from tcviz.layer.sizes import Sizes
from tcviz.request.inputs import INSTEAD, plan
from tests.strategies import geometries, thorough

COUNTS = st.integers(1, 3)
GEOMETRY = ("kernel_size", "stride", "dilation", "groups")


def test_the_default_seed_is_zero() -> None:
    unsaid, zero = plan(kernel_size=2).make(), plan(kernel_size=2, seed=0).make()
    np.testing.assert_array_equal(unsaid.x, zero.x)
    np.testing.assert_array_equal(unsaid.weight, zero.weight)


def test_a_seed_s_numbers_stay_the_same_for_ever() -> None:
    made = plan(seed=1, kernel_size=2, input_size=2, in_channels=1, out_channels=2).make()
    assert made.x.tolist() == [[[-1, 2], [5, 9]]]
    assert made.weight.tolist() == [[[[-3, -2], [2, 3]], [[-2, -1], [3, -1]]]]


@thorough
@given(
    drawn=geometries(),
    channels=st.tuples(COUNTS, COUNTS),
    seed=st.integers(0),
    example=st.sampled_from(["transposed", "convolution"]),
)
def test_every_step_of_a_drawn_example_shows_something(
    drawn: tuple[ConvTranspose, Sizes], channels: tuple[int, int], seed: int, example: str
) -> None:
    layer, size = drawn
    forward = example == "convolution"
    taken = layer.output_size(size) if forward else size
    said = {name: getattr(layer, name) for name in GEOMETRY} | {"padding": layer.padding}
    extra = {} if forward else {"output_padding": layer.output_padding}
    into, out = (layer.groups * count for count in channels)
    made = plan(
        **said, **extra, input_size=taken, in_channels=into, out_channels=out, seed=seed,
        example=example, backward=True,
    ).make()  # fmt: skip
    assert made.grad_output is not None
    assert made.x.all()
    assert made.grad_output.all()
    assert made.weight.any(axis=tuple(range(2, made.weight.ndim))).all()


@thorough
@given(seed=st.integers(0), size=COUNTS, kernel_size=COUNTS)
def test_a_drawn_number_is_the_generator_s_unless_it_would_show_nothing(
    seed: int, size: int, kernel_size: int
) -> None:
    made = plan(seed=seed, input_size=size, kernel_size=kernel_size, backward=True).make()
    random = np.random.default_rng(seed)
    for array, largest in ((made.x, 9), (made.weight, 3), (made.grad_output, 5)):
        assert array is not None
        raw = random.integers(-largest, largest + 1, array.shape)
        other = array != raw
        assert not raw[other].any()
        assert (array[other] == INSTEAD).all()
        shown = raw.any(axis=(2, 3), keepdims=True) if array is made.weight else raw != 0
        np.testing.assert_array_equal(other, np.broadcast_to(~shown, array.shape))


def test_seeds_differ() -> None:
    assert plan(seed=1).make().x.tolist() != plan(seed=2).make().x.tolist()


@pytest.mark.parametrize(
    "other",
    [
        {"kernel_size": 5},
        {"out_channels": 4},
        {"stride": 3},
        {"weight": np.ones((2, 1, 3, 3), int)},
    ],
)
def test_the_input_does_not_depend_on_the_weight(other: dict[str, Any]) -> None:
    x = plan(seed=7).make().x
    np.testing.assert_array_equal(plan(seed=7, **other).make().x, x)


def test_a_plan_makes_the_same_each_time() -> None:
    settled = plan(seed=3)
    np.testing.assert_array_equal(settled.make().x, settled.make().x)


def test_random_numbers_are_small_and_whole_and_reach_both_ends() -> None:
    made = plan(seed=0, input_size=50, kernel_size=20).make()
    assert made.x.dtype == made.weight.dtype == np.int64
    assert (made.x.min(), made.x.max()) == (-9, 9)
    assert (made.weight.min(), made.weight.max()) == (-3, 3)


def test_a_seed_s_upstream_gradient_stays_the_same_for_ever() -> None:
    made = plan(seed=1, kernel_size=1, input_size=2, in_channels=1, backward=True).make()
    assert made.grad_output is not None
    assert made.grad_output.tolist() == [[[-4, 4], [5, -3]]]
    wide = plan(seed=0, input_size=30, backward=True).make().grad_output
    assert wide is not None
    assert (wide.min(), wide.max()) == (-5, 5)
