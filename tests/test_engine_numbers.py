"""Types, sizes and special values: what comes out is exact, or of the type that was put in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tcviz.engine.collection import collection
from tcviz.engine.distribution import distribution
from tcviz.engine.fast import conv_transpose, fast
from tcviz.engine.matrix import matrix
from tcviz.errors import DataError
from tcviz.layer.geometry import ConvTranspose
from tests.strategies import Array

Engine = Callable[..., Array]

each_engine = pytest.mark.parametrize(
    "engine",
    [distribution, collection, matrix, fast],
    ids=lambda engine: engine.__name__,
)
LINE = ConvTranspose(2, dims=1)


@each_engine
@pytest.mark.parametrize(
    ("x", "weight", "bias", "expected"),
    [
        ("int8", "int8", None, "int8"),
        ("uint8", "int8", None, "int16"),
        ("int32", "int64", "int8", "int64"),
        ("uint64", "uint64", None, "uint64"),
        ("float16", "float16", "float16", "float16"),
        ("float32", "float32", None, "float32"),
        ("float32", "float32", "float64", "float64"),
        ("int64", "float32", None, "float64"),
        ("int16", "float32", None, "float32"),
        ("longdouble", "float32", None, "longdouble"),
        (">f4", "<f4", None, "float32"),
    ],
)
def test_the_result_has_the_operands_common_type(
    engine: Engine, x: str, weight: str, bias: str | None, expected: str
) -> None:
    addend = None if bias is None else np.ones(1, bias)
    y = engine(LINE, np.ones((1, 3), x), np.ones((1, 1, 2), weight), addend)
    assert y.dtype == np.dtype(expected)
    extra = 0 if bias is None else 1
    np.testing.assert_array_equal(y, [[1 + extra, 2 + extra, 2 + extra, 1 + extra]])


@each_engine
def test_lists_of_python_numbers_are_arrays_too(engine: Engine) -> None:
    np.testing.assert_array_equal(engine(LINE, [[1, 2]], [[[3, 4]]], [5]), [[8, 15, 13]])


@each_engine
@pytest.mark.parametrize(
    "big",
    [2**53 + 1, 2**62 + 1, -(2**63)],
    ids=["beyond float64", "where sums might overflow", "the least of int64"],
)
def test_big_integers_stay_exact(engine: Engine, big: int) -> None:
    y = engine(LINE, np.array([[big, 1]]), np.array([[[1, 0]]]), np.array([0]))
    assert y.tolist() == [[big, 1, 0]]


@each_engine
def test_unsigned_integers_stay_exact_to_their_limit(engine: Engine) -> None:
    x = np.array([[2**64 - 1, 3]], np.uint64)
    y = engine(LINE, x, np.array([[[1, 0]]], np.uint64))
    assert y.tolist() == [[2**64 - 1, 3, 0]]


@each_engine
def test_sums_that_overflow_only_half_way_are_exact(engine: Engine) -> None:
    x = np.array([[2**62], [2**62], [-(2**62)]])
    y = engine(LINE, x, np.ones((3, 1, 2), int), np.array([-1]))
    assert y.tolist() == [[2**62 - 1, 2**62 - 1]]


@each_engine
@pytest.mark.parametrize(
    ("dtype", "text"),
    [
        ("int8", "output is 200; allowed: -128 to 127, the range of int8"),
        ("int64", "output is {}; allowed: -9223372036854775808 to 9223372036854775807, "),
    ],
)
def test_integers_that_outgrow_their_type_are_refused(
    engine: Engine, dtype: str, text: str
) -> None:
    peak = 100 if dtype == "int8" else 2**62
    with pytest.raises(DataError) as error:
        engine(LINE, np.array([[peak, peak]], dtype), np.ones((1, 1, 2), dtype))
    assert str(error.value).startswith(text.format(2 * peak))
    assert str(error.value).endswith("; pass x in a wider type")


@each_engine
def test_float16_is_added_as_float32_and_rounded_once(engine: Engine) -> None:
    x = np.full((3000, 1), 1, np.float16)
    y = engine(ConvTranspose(1, dims=1), x, np.ones((3000, 1, 1), np.float16))
    assert y.tolist() == [[3000]]  # one by one, float16 would stop at 2048


@each_engine
def test_float16_that_overflows_is_infinite_without_a_warning(engine: Engine) -> None:
    y = engine(LINE, np.full((1, 1), 6e4, np.float16), np.full((1, 1, 2), 2, np.float16))
    assert y.tolist() == [[np.inf, np.inf]]


@pytest.mark.parametrize("engine", [distribution, collection, fast])
@pytest.mark.parametrize("special", [np.nan, np.inf, -np.inf], ids=str)
def test_a_special_value_reaches_exactly_the_cells_that_its_element_does(
    engine: Engine, special: float
) -> None:
    x = np.ones((2, 5, 5))
    x[1, 2, 2] = special
    layer = ConvTranspose(3, stride=2, padding=1)
    y = engine(layer, x, np.ones((2, 1, 3, 3)))
    reached = np.zeros((9, 9), bool)
    reached[3:6, 3:6] = True
    np.testing.assert_array_equal(~np.isfinite(y[0]), reached)


@pytest.mark.parametrize("engine", [distribution, fast])
@pytest.mark.parametrize("special", [np.nan, np.inf], ids=str)
def test_a_special_weight_reaches_exactly_the_cells_of_its_tap(
    engine: Engine, special: float
) -> None:
    weight = np.ones((1, 1, 3, 3))
    weight[0, 0, 0, 2] = special
    y = engine(ConvTranspose(3, stride=2, padding=0), np.ones((1, 3, 3)), weight)
    reached = np.zeros((7, 7), bool)
    reached[0:6:2, 2:7:2] = True
    np.testing.assert_array_equal(~np.isfinite(y[0]), reached)


@each_engine
def test_infinities_of_both_signs_make_nan_without_a_warning(engine: Engine) -> None:
    y = engine(ConvTranspose(1, dims=1), [[np.inf], [-np.inf]], np.ones((2, 1, 1)))
    assert np.isnan(y).all()


@each_engine
def test_an_empty_batch_makes_an_empty_output_of_the_right_shape(engine: Engine) -> None:
    layer = ConvTranspose(3, stride=2, groups=2)
    for dtype in (int, np.float32):
        y = engine(layer, np.ones((0, 2, 4, 5), dtype), np.ones((2, 3, 3, 3), dtype))
        assert (y.shape, y.dtype) == ((0, 6, 9, 11), np.dtype(dtype))


@each_engine
def test_cells_that_no_tap_reaches_hold_the_bias_alone(engine: Engine) -> None:
    y = engine(ConvTranspose(1, stride=3, dims=1), [[1, 2]], [[[10]]], [5])
    assert y.tolist() == [[15, 5, 5, 25]]


@each_engine
@pytest.mark.parametrize("dtype", [np.int64, np.float32])
def test_operands_are_read_only_read(engine: Engine, dtype: type) -> None:
    rng = np.random.default_rng(0)
    operands = [rng.integers(0, 9, shape).astype(dtype) for shape in ((2, 4), (2, 1, 2), (1,))]
    before = [operand.copy() for operand in operands]
    for operand in operands:
        operand.flags.writeable = False
    engine(LINE, *operands)[...] = 0  # and the result is the caller's own
    for operand, was in zip(operands, before, strict=True):
        np.testing.assert_array_equal(operand, was)


@each_engine
def test_strides_of_the_arrays_do_not_matter(engine: Engine) -> None:
    rng = np.random.default_rng(0)
    layer = ConvTranspose(3, stride=2, padding=1)
    x, weight = rng.integers(-9, 9, (2, 3, 5, 4)), rng.integers(-9, 9, (3, 2, 3, 3))
    expected = engine(layer, x, weight)
    turned: list[Any] = [np.flip(np.flip(a, -1).copy(), -1) for a in (x, weight)]
    ordered = [np.asfortranarray(a) for a in (x, weight)]
    np.testing.assert_array_equal(engine(layer, *turned), expected)
    np.testing.assert_array_equal(engine(layer, *ordered), expected)


def test_many_small_items_and_long_rows_are_cut_into_blocks_without_a_seam() -> None:
    rng = np.random.default_rng(0)
    weight = rng.integers(-3, 4, (4, 3, 4, 3))
    for shape in ((700, 4, 6, 7), (3, 4, 150, 90)):
        x = rng.integers(-9, 10, shape)
        layer = ConvTranspose((4, 3), stride=(2, 3), padding=1, output_padding=(1, 0))
        together = fast(layer, x, weight)
        for n in (0, shape[0] // 2, shape[0] - 1):
            np.testing.assert_array_equal(together[n], fast(layer, x[n], weight))
        sample = collection(layer, x[-1, :, :5, :5], weight)
        np.testing.assert_array_equal(together[-1, :, :8, :11], sample[:, :8, :11])


def test_the_package_offers_the_fast_path_by_its_name() -> None:
    import tcviz

    assert tcviz.conv_transpose is conv_transpose
