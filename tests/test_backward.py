"""The backward passes agree with each other, and with what a gradient is."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from tcviz.engine.backward_collection import backward_collection
from tcviz.engine.backward_distribution import backward_distribution
from tcviz.engine.backward_fast import backward_by_gathering, backward_fast, conv_transpose_backward
from tcviz.engine.fast import fast
from tcviz.engine.prepared_backward import Gradients, prepare_backward
from tcviz.engine.unfolding import Unfolding
from tcviz.layer.geometry import ConvTranspose
from tests.strategies import Array, Case, cases, thorough

Engine = Callable[..., Gradients]

ENGINES = [backward_distribution, backward_collection, backward_fast]
each_engine = pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.__name__)


def upstream(case: Case, seed: int = 0) -> Array:
    """Return a gradient of the output, of the kind of the operands."""
    rng = np.random.default_rng(seed)
    if case.x.dtype.kind == "f":
        return rng.standard_normal(case.output_shape)
    return rng.integers(-9, 10, case.output_shape)


def run(engine: Engine, case: Case, grad: Array) -> Gradients:
    layer, *arrays = case.operands
    return engine(layer, grad, *arrays)


def loss(layer: ConvTranspose, grad: Array, *arrays: Array | None) -> Any:
    """Return a loss whose gradient with respect to the output is `grad`."""
    return np.vdot(grad, fast(layer, *arrays))


@thorough
@given(cases())
def test_all_backward_passes_agree_exactly_on_integers(case: Case) -> None:
    grad = upstream(case)
    expected = run(backward_distribution, case, grad)
    assert expected.input.shape == case.x.shape
    assert expected.weight.shape == case.weight.shape
    for engine in (backward_collection, backward_fast):
        found = run(engine, case, grad)
        assert (found.bias is None) == (case.bias is None)
        for result, other in zip(found, expected, strict=True):
            if other is not None:
                assert other.dtype == np.int64
                np.testing.assert_array_equal(result, other, strict=True)


@thorough
@given(cases(floats=True))
def test_all_backward_passes_agree_on_floats_to_rounding(case: Case) -> None:
    grad = upstream(case)
    expected = run(backward_distribution, case, grad)
    for engine in (backward_collection, backward_fast):
        for result, other in zip(run(engine, case, grad), expected, strict=True):
            if other is not None:
                np.testing.assert_allclose(result, other, rtol=1e-12, atol=1e-12, strict=True)


@thorough
@given(cases(batched=False))
def test_one_more_in_an_operand_changes_the_loss_by_its_gradient_exactly(case: Case) -> None:
    """The loss is linear in each operand alone, so a difference of one is exact."""
    layer, *arrays = case.operands
    grad, rng = upstream(case), np.random.default_rng(0)
    found = run(backward_fast, case, grad)
    before = loss(layer, grad, *arrays)
    for i, (array, gradient) in enumerate(zip(arrays, found, strict=True)):
        if array is None or gradient is None:
            assert array is gradient
            continue
        place = tuple(rng.integers(array.shape))
        moved = array.copy()
        moved[place] += 1
        after = loss(layer, grad, *(moved if i == j else a for j, a in enumerate(arrays)))
        assert after - before == gradient[place]


@each_engine
def test_finite_differences_of_a_loss_that_is_not_linear_are_the_gradients(engine: Engine) -> None:
    rng = np.random.default_rng(0)
    layer = ConvTranspose(3, (2, 1), ((1, 0), 1), (1, 0), groups=2)
    arrays = [rng.standard_normal(shape) for shape in ((2, 4, 3, 4), (4, 1, 3, 3), (2,))]
    found = engine(layer, fast(layer, *arrays), *arrays)  # the gradient of Σ y²/2 is y
    for array, gradient in zip(arrays, found, strict=True):
        assert gradient is not None
        for place in np.ndindex(*array.shape):
            value, losses = array[place], []
            for moved in (value + 1e-4, value - 1e-4):
                array[place] = moved
                losses.append(np.sum(fast(layer, *arrays) ** 2) / 2)
            array[place] = value
            np.testing.assert_allclose(gradient[place], (losses[0] - losses[1]) / 2e-4, rtol=1e-6)


@thorough
@given(cases())
def test_the_gradients_of_input_and_weight_are_adjoint_to_the_forward_pass(case: Case) -> None:
    layer, x, weight, _ = case.operands
    grad = upstream(case)
    found = backward_fast(layer, grad, x, weight)
    assert found.bias is None
    there = loss(layer, grad, x, weight)
    assert np.vdot(found.input, x) == there
    assert np.vdot(found.weight, weight) == there


@thorough
@given(cases())
def test_gradients_are_linear_in_the_upstream_gradient(case: Case) -> None:
    one, other = upstream(case, 1), upstream(case, 2)
    parts = [run(backward_fast, case, g) for g in (one, other, 2 * one - 3 * other)]
    for a, b, both in zip(*parts, strict=True):
        if both is not None:
            np.testing.assert_array_equal(2 * a - 3 * b, both)


@thorough
@given(cases(batched=True))
def test_a_batch_has_the_inputs_of_its_items_and_the_sums_of_their_other_gradients(
    case: Case,
) -> None:
    layer, x, weight, bias = case.operands
    grad = upstream(case)
    for engine in ENGINES:
        found = run(engine, case, grad)
        items = [engine(layer, g, item, weight, bias) for g, item in zip(grad, x, strict=True)]
        np.testing.assert_array_equal(found.input, np.stack([item.input for item in items]))
        np.testing.assert_array_equal(found.weight, sum(item.weight for item in items))
        if bias is not None:
            np.testing.assert_array_equal(found.bias, sum(item.bias for item in items))


@thorough
@given(cases())
def test_the_public_function_is_the_fast_pass_with_parameters_by_name(case: Case) -> None:
    layer, *arrays = case.operands
    grad = upstream(case)
    found = conv_transpose_backward(
        grad,
        *arrays,
        stride=layer.stride,
        padding=layer.padding,
        output_padding=layer.output_padding,
        dilation=layer.dilation,
        groups=layer.groups,
    )
    for result, expected in zip(found, run(backward_fast, case, grad), strict=True):
        np.testing.assert_array_equal(result, expected)


@each_engine
def test_the_gradient_of_the_input_is_a_strided_convolution_of_the_upstream_gradient(
    engine: Engine,
) -> None:
    kernel = np.array([1, 2, 3])
    grad = np.array([5, 0, -1, 2, 4, 1, 7])
    found = engine(ConvTranspose(3, stride=2, dims=1), [grad], np.ones((1, 3), int), [[kernel]])
    windows = [grad[start : start + 3] for start in (0, 2, 4)]
    np.testing.assert_array_equal(found.input, [[window @ kernel for window in windows]])
    np.testing.assert_array_equal(found.weight, [[sum(windows)]])


@each_engine
def test_the_border_and_what_no_tap_reads_have_no_say(engine: Engine) -> None:
    layer = ConvTranspose(1, stride=3, dims=1)
    found = engine(layer, [[1, 50, 60, 2]], [[3, 4]], [[[10]]], [0])
    assert [g.tolist() for g in found if g is not None] == [[[10, 20]], [[[11]]], [113]]
    found = engine(ConvTranspose(3, padding=2, dims=1), [[7]], [[1, 2, 3]], [[[4, 5, 6]]])
    assert [g.tolist() for g in found[:2]] == [[[42, 35, 28]], [[[21, 14, 7]]]]


def test_the_gradients_have_names() -> None:
    found = conv_transpose_backward(np.ones((1, 4)), np.ones((1, 2)), np.ones((1, 1, 3)), [0])
    assert isinstance(found, Gradients)
    assert found._fields == ("input", "weight", "bias")


def test_many_small_items_and_long_rows_are_cut_into_blocks_without_a_seam() -> None:
    rng = np.random.default_rng(0)
    weight = rng.integers(-3, 4, (4, 3, 4, 3))
    layer = ConvTranspose((4, 3), stride=(2, 3), padding=1, output_padding=(1, 0))
    for shape in ((700, 4, 6, 7), (3, 4, 150, 90)):
        x = rng.integers(-9, 10, shape)
        grad = rng.integers(-9, 10, (shape[0], 3, *layer.output_size(shape[2:])))
        together = backward_fast(layer, grad, x, weight)
        items = [backward_fast(layer, g, one, weight) for g, one in zip(grad, x, strict=True)]
        np.testing.assert_array_equal(together.weight, sum(item.weight for item in items))
        for n in (0, shape[0] // 2, shape[0] - 1):
            np.testing.assert_array_equal(together.input[n], items[n].input)
        sample = backward_distribution(layer, grad[-1], x[-1], weight)
        np.testing.assert_array_equal(items[-1].input, sample.input)
        np.testing.assert_array_equal(items[-1].weight, sample.weight)


def test_items_that_are_flat_as_they_lie_are_read_in_place() -> None:
    rng = np.random.default_rng(0)
    layer = ConvTranspose(2, stride=2)
    x, weight = rng.integers(-9, 10, (3, 16, 64, 64)), rng.integers(-3, 4, (16, 32, 2, 2))
    grad = rng.integers(-9, 10, (3, 32, 128, 128))
    found = backward_fast(layer, grad, x, weight)
    sample = backward_collection(layer, grad[:, :, :6, :6], x[:, :, :3, :3], weight)
    np.testing.assert_array_equal(found.input[:, :, :3, :3], sample.input)
    assert np.vdot(found.weight, weight) == loss(layer, grad, x, weight)


@pytest.mark.parametrize("narrowest", [1, 7, 256])
@pytest.mark.parametrize(
    ("size", "c_out", "groups"), [((9,), 128, 2), ((5, 6), 32, 1), ((3, 2, 4), 16, 1)]
)
def test_a_gradient_whose_phases_are_all_read_alike_gives_the_same_in_blocks_of_any_width(
    monkeypatch: pytest.MonkeyPatch,
    size: tuple[int, ...],
    c_out: int,
    groups: int,
    narrowest: int,
) -> None:
    rng, dims = np.random.default_rng(0), len(size)
    layer = ConvTranspose(4, stride=2, padding=1, groups=groups, dims=dims)
    plan = Unfolding.of(layer, size, layer.output_size(size), c_out // groups)
    assert len(plan.offsets) == 2**dims  # or this test would be about tables of the gradient
    passes = import_module("tcviz.engine.backward_fast")
    monkeypatch.setattr(passes, "NARROWEST", narrowest)
    monkeypatch.setattr(passes, "TABLE", 1)
    x = rng.integers(-9, 10, (3, 4, *size))
    weight = rng.integers(-3, 4, (4, c_out // groups, *layer.kernel_size))
    grad = rng.integers(-9, 10, (3, c_out, *layer.output_size(size)))
    upstream = prepare_backward(layer, grad, x, weight)
    found = upstream.finish(*backward_by_gathering(layer, upstream))
    expected = backward_distribution(layer, grad, x, weight)
    np.testing.assert_array_equal(found.input, expected.input)
    np.testing.assert_array_equal(found.weight, expected.weight)


def test_long_lines_are_read_in_place_too() -> None:
    rng = np.random.default_rng(0)
    layer = ConvTranspose(4, stride=2, padding=1, dims=1)
    x, weight = rng.integers(-9, 10, (2, 3, 1500)), rng.integers(-3, 4, (3, 2, 4))
    grad = rng.integers(-9, 10, (2, 2, 3000))
    found, expected = (e(layer, grad, x, weight) for e in (backward_fast, backward_distribution))
    np.testing.assert_array_equal(found.input, expected.input)
    np.testing.assert_array_equal(found.weight, expected.weight)
