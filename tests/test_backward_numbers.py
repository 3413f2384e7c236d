"""Types, special values and refusals of the backward passes: the rules of the forward ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tcviz.engine.backward_collection import backward_collection
from tcviz.engine.backward_distribution import backward_distribution
from tcviz.engine.backward_fast import backward_fast, conv_transpose_backward
from tcviz.engine.prepared_backward import Gradients
from tcviz.errors import DataError, GeometryError
from tcviz.layer.geometry import ConvTranspose

Engine = Callable[..., Gradients]
LINE = ConvTranspose(2, dims=1)
LAYER = ConvTranspose(3, stride=2, padding=1, groups=2)
FITTING = {
    "grad_output": np.ones((5, 6, 5, 5)),
    "x": np.ones((5, 4, 3, 3)),
    "weight": np.ones((4, 3, 3, 3)),
    "bias": np.ones(6),
}

each_engine = pytest.mark.parametrize(
    "engine",
    [backward_distribution, backward_collection, backward_fast],
    ids=lambda engine: engine.__name__,
)


def refusal(engine: Engine, **changed: Any) -> str:
    with pytest.raises(DataError) as error:
        engine(LAYER, **FITTING | changed)
    return str(error.value)


@each_engine
@pytest.mark.parametrize(
    ("grad", "x", "weight", "bias", "expected"),
    [
        ("int8", "int8", "int8", None, "int8"),
        ("uint8", "int8", "int8", None, "int16"),
        ("int64", "int32", "int8", "int8", "int64"),
        ("uint64", "uint64", "uint64", None, "uint64"),
        ("float16", "float16", "float16", "float16", "float16"),
        ("float32", "float32", "float32", None, "float32"),
        ("float64", "float32", "float32", "float32", "float64"),
        ("float32", "float32", "float32", "float64", "float64"),
        ("int64", "float32", "float32", None, "float64"),
        ("longdouble", "float32", "float32", None, "longdouble"),
        (">f4", "<f4", ">f4", None, "float32"),
    ],
)
def test_all_gradients_have_the_operands_common_type(
    engine: Engine, grad: str, x: str, weight: str, bias: str | None, expected: str
) -> None:
    ones = [np.ones(shape, of) for shape, of in (((1, 4), grad), ((1, 3), x), ((1, 1, 2), weight))]
    found = engine(LINE, *ones, None if bias is None else np.ones(1, bias))
    assert (found.bias is None) == (bias is None)
    for gradient, numbers in zip(found, ([[2, 2, 2]], [[[3, 3]]], [4]), strict=True):
        if gradient is not None:
            assert gradient.dtype == np.dtype(expected)
            np.testing.assert_array_equal(gradient, numbers)


@each_engine
def test_lists_of_python_numbers_are_arrays_too(engine: Engine) -> None:
    found = engine(LINE, [[1, 2, 3]], [[1, 10]], [[[3, 4]]], [5])
    assert [g.tolist() for g in found if g is not None] == [[[11, 18]], [[[21, 32]]], [6]]


@each_engine
@pytest.mark.parametrize("big", [2**53 + 1, 2**62 + 1, -(2**63)])
def test_big_integers_stay_exact(engine: Engine, big: int) -> None:
    found = engine(LINE, np.array([[big, 0, 0]]), np.array([[1, 0]]), np.array([[[1, 0]]]), [0])
    assert [g.tolist() for g in found if g is not None] == [[[big, 0]], [[[big, 0]]], [big]]


@each_engine
def test_sums_that_overflow_only_half_way_are_exact(engine: Engine) -> None:
    grad = np.array([[2**62, 2**62, -(2**62), 0]])
    found = engine(LINE, grad, np.array([[1, 1, 1]]), np.array([[[1, 0]]]), np.array([0]))
    assert [g.tolist() for g in found if g is not None] == [
        [[2**62, 2**62, -(2**62)]],
        [[[2**62, 0]]],
        [2**62],
    ]


@each_engine
@pytest.mark.parametrize(
    ("name", "grad", "x", "weight"),
    [
        ("input", [[100, 0, 0]], [[1, 1]], [[[2, 0]]]),
        ("weight", [[100, 100, 0]], [[1, 1]], [[[1, 0]]]),
        ("bias", [[100, 0, 100]], [[0, 0]], [[[0, 0]]]),
    ],
)
def test_gradients_that_outgrow_their_type_are_refused_by_name(
    engine: Engine, name: str, grad: Any, x: Any, weight: Any
) -> None:
    arrays = (np.array(values, np.int8) for values in (grad, x, weight, [0]))
    with pytest.raises(DataError) as error:
        engine(LINE, *arrays)
    assert str(error.value) == (
        f"gradient of {name} is 200; allowed: -128 to 127, the range of int8; "
        "pass grad_output in a wider type"
    )


@each_engine
def test_float16_is_added_as_float32_and_rounded_once(engine: Engine) -> None:
    ones = np.ones((1, 3000), np.float16)
    found = engine(ConvTranspose(1, dims=1), ones, ones, ones[:, :1, None], ones[0, :1])
    assert found.bias is not None
    assert (found.weight.tolist(), found.bias.tolist()) == ([[[3000]]], [3000])


@pytest.mark.parametrize("engine", [backward_distribution, backward_fast])
@pytest.mark.parametrize("special", [np.nan, np.inf, -np.inf], ids=str)
def test_a_special_gradient_reaches_exactly_what_its_cell_was_made_of(
    engine: Engine, special: float
) -> None:
    grad = np.ones((2, 1, 9, 9))
    grad[1, 0, 3, 4] = special  # of row 1 by tap 1 alone, of columns 1 and 2 by taps 2 and 0
    layer = ConvTranspose(3, stride=2, padding=1, output_padding=0)
    found = engine(layer, grad, np.ones((2, 2, 5, 5)), np.ones((2, 1, 3, 3)))
    reached = np.zeros((2, 2, 5, 5), bool)
    reached[1, :, 1:3, 2] = True
    np.testing.assert_array_equal(~np.isfinite(found.input), reached)
    taps = np.zeros((2, 1, 3, 3), bool)
    taps[:, 0, ::2, 1] = True
    np.testing.assert_array_equal(~np.isfinite(found.weight), taps)


@pytest.mark.parametrize("engine", [backward_distribution, backward_fast])
@pytest.mark.parametrize("where", ["x", "weight", "bias"])
def test_special_operands_make_special_gradients_of_each_other_only(
    engine: Engine, where: str
) -> None:
    rng = np.random.default_rng(0)
    arrays = {name: rng.random(array.shape) for name, array in FITTING.items()}
    arrays[where].flat[0] = np.inf
    found = engine(ConvTranspose(3, stride=2, padding=1, groups=2), **arrays)
    finite = {name: bool(np.isfinite(g).all()) for name, g in found._asdict().items()}
    assert finite == {"input": where != "weight", "weight": where != "x", "bias": True}


@each_engine
def test_an_empty_batch_has_no_say_in_the_weight(engine: Engine) -> None:
    layer = ConvTranspose(3, stride=2, groups=2)
    for dtype in (int, np.float32):
        x, grad = np.ones((0, 2, 4, 5), dtype), np.ones((0, 6, 9, 11), dtype)
        found = engine(layer, grad, x, np.ones((2, 3, 3, 3), dtype), np.ones(6, dtype))
        assert found.bias is not None
        assert (found.input.shape, found.input.dtype) == (x.shape, np.dtype(dtype))
        np.testing.assert_array_equal(found.weight, np.zeros((2, 3, 3, 3), dtype), strict=True)
        np.testing.assert_array_equal(found.bias, np.zeros(6, dtype), strict=True)


@each_engine
@pytest.mark.parametrize("dtype", [np.int64, np.float32])
def test_operands_are_only_read(engine: Engine, dtype: type) -> None:
    rng = np.random.default_rng(0)
    shapes = ((2, 1, 5), (2, 2, 4), (2, 1, 2), (1,))
    operands = [rng.integers(0, 9, shape).astype(dtype) for shape in shapes]
    before = [operand.copy() for operand in operands]
    for operand in operands:
        operand.flags.writeable = False
    for gradient in engine(LINE, *operands):
        assert gradient is not None
        gradient[...] = 0  # the results are the caller's own
    for operand, was in zip(operands, before, strict=True):
        np.testing.assert_array_equal(operand, was)


@each_engine
@pytest.mark.parametrize("n", [1, 2])
def test_strides_of_the_arrays_do_not_matter(engine: Engine, n: int) -> None:
    rng = np.random.default_rng(0)
    layer = ConvTranspose(2, stride=2)
    shapes = ((n, 2, 10, 8), (n, 3, 5, 4), (3, 2, 2, 2))
    arrays = [rng.integers(-9, 9, shape) for shape in shapes]
    expected = engine(layer, *arrays)
    for found in (
        engine(layer, *(np.flip(np.flip(a, -1).copy(), -1) for a in arrays)),
        engine(layer, *(np.asfortranarray(a) for a in arrays)),
    ):
        for result, other in zip(found[:2], expected[:2], strict=True):
            np.testing.assert_array_equal(result, other)


@each_engine
@pytest.mark.parametrize("shape", [(6, 5, 5), (5, 6, 5, 6), (5, 3, 5, 5), (1, 6, 5, 5), ()])
def test_a_gradient_of_other_than_the_outputs_shape_is_refused(
    engine: Engine, shape: tuple[int, ...]
) -> None:
    assert refusal(engine, grad_output=np.ones(shape)) == (
        f"grad_output.shape is {shape}; allowed: (5, 6, 5, 5), the shape of the output"
    )


@each_engine
def test_without_a_batch_the_gradient_has_none_either(engine: Engine) -> None:
    assert refusal(engine, x=np.ones((4, 3, 3)), grad_output=np.ones((1, 6, 5, 5))) == (
        "grad_output.shape is (1, 6, 5, 5); allowed: (6, 5, 5), the shape of the output"
    )


@each_engine
def test_a_gradient_of_other_than_numbers_is_refused(engine: Engine) -> None:
    assert refusal(engine, grad_output=FITTING["grad_output"].astype(complex)) == (
        "grad_output is an array of complex numbers; allowed: whole or real numbers"
    )


@each_engine
def test_operands_are_refused_as_in_the_forward_pass(engine: Engine) -> None:
    assert refusal(engine, bias=np.ones(3)) == (
        "bias.shape is (3,); allowed: (6,), one number per output channel"
    )
    with pytest.raises(GeometryError, match="output size is 0"):
        engine(
            ConvTranspose(3, padding=2),
            np.ones((1, 0, 0)),
            np.ones((1, 2, 2)),
            np.ones((1, 1, 3, 3)),
        )


def test_a_weight_of_other_than_one_to_three_dimensions_is_refused() -> None:
    with pytest.raises(DataError, match="with 1 to 3 spatial axes"):
        conv_transpose_backward(FITTING["grad_output"], FITTING["x"], np.ones((4, 3)))


def test_the_package_offers_it_by_its_name() -> None:
    import tcviz

    assert tcviz.conv_transpose_backward is conv_transpose_backward
