"""The engines agree with each other, with the article and with the definition of a transpose."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from tcviz.engine.collection import collection
from tcviz.engine.distribution import distribution
from tcviz.engine.fast import conv_transpose, fast
from tcviz.engine.matrix import forward_matrix, matrix
from tcviz.layer.geometry import ConvTranspose
from tests.strategies import Array, Case, cases, thorough

Engine = Callable[..., Array]

ENGINES = [distribution, collection, matrix, fast]
each_engine = pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.__name__)


def article() -> dict[str, Any]:
    return json.loads((files("tcviz") / "data" / "article.json").read_text("utf-8"))


def forward(layer: ConvTranspose, y: Array, weight: Array, x_size: tuple[int, ...]) -> Array:
    """Return the associated convolution of `y`, ``(N, C_out, ...)``, by its definition."""
    y = np.pad(y, [(0, 0), (0, 0), *layer.border])
    c_in = len(weight)
    x = np.zeros((len(y), c_in, *x_size))
    inputs, outputs = c_in // layer.groups, weight.shape[1]
    for c in range(c_in):
        first = c // inputs * outputs
        for at in product(*map(range, x_size)):
            for tap in product(*map(range, layer.kernel_size)):
                steps = zip(at, layer.stride, tap, layer.dilation, strict=True)
                place = tuple(i * s + k * d for i, s, k, d in steps)
                seen = y[(slice(None), slice(first, first + outputs), *place)]
                x[(slice(None), c, *at)] += seen @ weight[(c, slice(None), *tap)]
    return x


@thorough
@given(cases())
def test_all_engines_agree_exactly_on_integers(case: Case) -> None:
    expected = distribution(*case.operands)
    assert expected.dtype == np.int64
    assert expected.shape == case.output_shape
    for engine in (collection, matrix, fast):
        np.testing.assert_array_equal(engine(*case.operands), expected, strict=True)


@thorough
@given(cases(floats=True))
def test_all_engines_agree_on_floats_to_rounding(case: Case) -> None:
    expected = distribution(*case.operands)
    for engine in (collection, matrix, fast):
        np.testing.assert_allclose(engine(*case.operands), expected, rtol=1e-12, atol=1e-12)


@thorough
@given(cases(batched=True))
def test_it_is_the_adjoint_of_the_associated_convolution(case: Case) -> None:
    layer, x, weight, _ = case.operands
    z = np.random.default_rng(0).integers(-9, 10, case.output_shape)
    here = np.vdot(fast(layer, x, weight), z)
    there = np.vdot(x, forward(layer, z, weight, case.input_size))
    assert here == there


@thorough
@given(cases(batched=True))
def test_a_batch_is_its_items_one_by_one(case: Case) -> None:
    layer, x, weight, bias = case.operands
    for engine in (distribution, fast):
        one_by_one = np.stack([engine(layer, item, weight, bias) for item in x])
        np.testing.assert_array_equal(engine(*case.operands), one_by_one, strict=True)


@thorough
@given(cases())
def test_a_bias_is_added_once_to_every_cell_of_its_channel(case: Case) -> None:
    layer, x, weight, _ = case.operands
    bias = np.arange(1, 1 + weight.shape[1] * layer.groups)
    for engine in ENGINES:
        added = engine(layer, x, weight, bias) - engine(layer, x, weight)
        column = bias.reshape(-1, *(1,) * layer.dims)
        np.testing.assert_array_equal(added, np.broadcast_to(column, added.shape))


@thorough
@given(cases())
def test_the_public_function_is_the_fast_engine_with_parameters_by_name(case: Case) -> None:
    layer, *arrays = case.operands
    y = conv_transpose(
        *arrays,
        stride=layer.stride,
        padding=layer.padding,
        output_padding=layer.output_padding,
        dilation=layer.dilation,
        groups=layer.groups,
    )
    np.testing.assert_array_equal(y, fast(*case.operands), strict=True)


@each_engine
def test_the_articles_two_channels_make_the_articles_output(engine: Engine) -> None:
    figures = article()["figures_4_to_10"]
    layer = ConvTranspose(figures["kernel_size"], figures["stride"], figures["padding"])
    weight = np.expand_dims(figures["tc_kernel"], 1)
    y = engine(layer, figures["tc_input"], weight)
    np.testing.assert_array_equal(y, [figures["tc_output"]])


@each_engine
def test_each_channels_padded_result_is_the_articles(engine: Engine) -> None:
    figures = article()["figures_4_to_10"]
    layer = ConvTranspose(figures["kernel_size"], figures["stride"])
    last = figures["padded_result_after_last_step_per_channel"]
    for x, kernel, padded in zip(figures["tc_input"], figures["tc_kernel"], last, strict=True):
        np.testing.assert_array_equal(engine(layer, [x], [[kernel]]), [padded])


@each_engine
def test_the_articles_first_convolution_is_transposed_as_in_figure_3(engine: Engine) -> None:
    figures = article()["figures_1_to_3"]
    layer = ConvTranspose(3, figures["stride"], figures["padding"])
    y = engine(layer, [figures["conv_output"]], [[figures["conv_kernel"]]])
    np.testing.assert_array_equal(y, [figures["transposed_output"]])


def test_the_articles_matrix_is_the_forward_convolution_and_its_transpose_this_one() -> None:
    figures = article()["figures_1_to_3"]
    a = forward_matrix(ConvTranspose(3), figures["conv_kernel"], 3)
    assert list(a.shape) == figures["forward_matrix_shape"]
    output = np.array(figures["conv_output"])
    np.testing.assert_array_equal(a @ np.ravel(figures["conv_input"]), output.ravel())
    np.testing.assert_array_equal(a.T @ output.ravel(), np.ravel(figures["transposed_output"]))


@thorough
@given(cases(batched=True))
def test_the_matrix_of_one_channel_pair_is_its_forward_convolution(case: Case) -> None:
    single = case.weight[:1, :1]
    layer = ConvTranspose(
        case.layer.kernel_size,
        case.layer.stride,
        case.layer.padding,
        case.layer.output_padding,
        case.layer.dilation,
    )
    a = forward_matrix(layer, single[0, 0], case.input_size)
    z = np.random.default_rng(0).integers(-9, 10, (1, 1, *layer.output_size(case.input_size)))
    np.testing.assert_array_equal(a @ z.ravel(), forward(layer, z, single, case.input_size).ravel())
