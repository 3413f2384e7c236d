"""All public functions take the same things: whatever holds real numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tcviz
from tcviz.errors import RequestError
from tests.strategies import Array, Case, cases, thorough
from tests.test_torch import torch

__all__ = ["torch"]  # the fixture

SMALL: dict[str, Any] = {"size": (560, 315)}
ONES: dict[str, Any] = {"x": np.ones((1, 1, 2, 2)), "weight": np.ones((1, 1, 2, 2))}
STRIDED = {"grad_output": np.ones((1, 1, 4, 4)), **ONES, "stride": 2}


# --- every way of giving numbers ----------------------------------------------


def read_only(array: Array) -> Array:
    view = array.copy()
    view.setflags(write=False)
    return view


def strided(array: Array) -> Array:
    """Return the same numbers with others between them, backwards in memory."""
    wide = np.zeros((*array.shape, 2), array.dtype)
    wide[..., 0] = np.flip(array)
    return np.flip(wide[..., 0])


WAYS: dict[str, Callable[[Array], Any]] = {
    "read-only": read_only,
    "strided": strided,
    "in column order": np.asfortranarray,
    "in the other byte order": lambda a: a.astype(a.dtype.newbyteorder()),
    "nested lists": lambda a: a.tolist(),
    "lists of arrays": list,
    "nested tuples": lambda a: tuple(map(tuple, a)) if a.ndim > 1 else tuple(a),
    "a long double": lambda a: a.astype(np.longdouble),
}


def everything(case: Case, give: Callable[[Array], Any]) -> list[Any]:
    """Return all that comes of a case's numbers, given in some way."""
    said = {"stride": case.layer.stride, "padding": case.layer.padding,
            "output_padding": case.layer.output_padding, "dilation": case.layer.dilation,
            "groups": case.layer.groups}  # fmt: skip
    x, weight = give(case.x), give(case.weight)
    bias = None if case.bias is None else give(case.bias)
    upstream = np.ones(case.output_shape, case.x.dtype)
    made = tcviz.figure(x, weight, bias, **said, dims=case.layer.dims).operands
    return [
        tcviz.conv_transpose(x, weight, bias, **said),
        *tcviz.conv_transpose_backward(give(upstream), x, weight, bias, **said),
        *(made.x, made.weight, made.bias),
    ]


@pytest.mark.filterwarnings("ignore::tcviz.TcvizWarning")  # of layouts that look odd
@thorough
@given(case=cases(batched=False), way=st.sampled_from(list(WAYS)), floats=st.booleans())
def test_numbers_are_the_same_however_they_are_given(way: str, case: Case, floats: bool) -> None:
    if floats:
        bias = None if case.bias is None else case.bias / 4
        case = Case(case.layer, case.x / 4, case.weight / 4, bias)
    for found, expected in zip(
        everything(case, WAYS[way]), everything(case, np.array), strict=True
    ):
        np.testing.assert_array_equal(found, expected)


TYPES = ("?", ">i2", "u4", "i8", "f2", ">f4", "f8", "longdouble")


@pytest.mark.filterwarnings("ignore::tcviz.TcvizWarning")  # of layouts that look odd
@thorough
@given(case=cases(batched=False), types=st.tuples(*[st.sampled_from(TYPES)] * 3))
def test_types_may_be_any_of_numbers_and_mixed(case: Case, types: tuple[str, ...]) -> None:
    x, weight = case.x % 2, case.weight % 2
    bias = None if case.bias is None else case.bias % 2
    cast = None if bias is None else bias.astype(types[2])
    own = Case(case.layer, x.astype(types[0]), weight.astype(types[1]), cast)
    wide = everything(Case(case.layer, x, weight, bias), np.asarray)
    for one, other in zip(everything(own, np.asarray), wide, strict=True):
        if one is None:
            assert other is None
        else:
            assert one.dtype.kind in "iuf"
            assert one.dtype.isnative
            np.testing.assert_array_equal(one, other.astype(one.dtype))


@pytest.mark.parametrize("function", [tcviz.figure, tcviz.animate])
def test_truth_values_are_noughts_and_ones_in_pictures(function: Callable[..., Any]) -> None:
    made = function(np.eye(3, dtype=bool), [[True, False], [True, True]]).operands
    np.testing.assert_array_equal(made.x[0], np.eye(3))
    assert (made.x.dtype, made.weight.tolist()) == (np.int64, [[[[1, 0], [1, 1]]]])


# --- PyTorch ------------------------------------------------------------------


def layer_of(torch: ModuleType, dims: int, **changes: Any) -> Any:
    torch.manual_seed(dims)
    kind = getattr(torch.nn, f"ConvTranspose{dims}d")
    said = {"stride": 2, "padding": 1, "output_padding": 1, "groups": 2, "dilation": 2}
    return kind(4, 2, 3, **said | changes).double()


@pytest.mark.parametrize("dims", [1, 2, 3])
@pytest.mark.parametrize("biased", [True, False])
def test_a_layer_takes_the_weights_place_forward_and_backward(
    torch: ModuleType, dims: int, biased: bool
) -> None:
    own = layer_of(torch, dims, bias=biased)
    x = torch.randn(2, 4, *[3] * dims, dtype=torch.float64, requires_grad=True)
    y = own(x)
    upstream = torch.randn_like(y)
    y.backward(upstream)
    np.testing.assert_allclose(tcviz.conv_transpose(x, own), y.detach(), rtol=1e-12, atol=1e-12)
    found = tcviz.conv_transpose_backward(upstream, x, own)
    for ours, theirs in zip(found, (x, own.weight, own.bias), strict=True):
        if theirs is None:
            assert ours is None
        else:
            np.testing.assert_allclose(ours, theirs.grad, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    ("dtype", "result"),
    [("bfloat16", "float32"), ("float8_e4m3fn", "float32"), ("float16", "float16"),
     ("float32", "float32"), ("float64", "float64"), ("bool", "int64"), ("uint8", "uint8")],
)  # fmt: skip
def test_tensors_of_each_type_are_taken(torch: ModuleType, dtype: str, result: str) -> None:
    x = torch.tensor([[[1.0, 0.0], [1.0, 1.0]]]).to(getattr(torch, dtype))
    weight = x[None]
    if x.is_floating_point():
        weight = torch.nn.Parameter(weight)
    made = tcviz.conv_transpose(x, weight)
    assert made.dtype == result
    expected = tcviz.conv_transpose(x.double().numpy(), weight.detach().double().numpy())
    np.testing.assert_array_equal(made, expected)
    np.testing.assert_array_equal(tcviz.figure(x, weight).operands.x, x.double())
    by_backward = tcviz.conv_transpose_backward(made, x, weight).bias
    assert by_backward is None


def test_tensors_may_lie_any_way_and_in_lists(torch: ModuleType) -> None:
    x = torch.arange(6.0, requires_grad=True).reshape(1, 2, 3)
    imaginary = torch.complex(x, x).conj().imag  # a view that negates when it is read
    plain = x.detach().numpy()
    for given_, numbers in ((x.mT, plain.swapaxes(1, 2)), (imaginary, -plain), ([x[0]], plain)):
        np.testing.assert_array_equal(tcviz.conv_transpose(given_, [[[[1]]]]), numbers)
        np.testing.assert_array_equal(tcviz.animate(given_).operands.x, numbers)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"stride": 3}, "stride is 3 beside a ConvTranspose2d; allowed: the layer's own, (2, 2)"),
        ({"groups": 1}, "groups is 1 beside a ConvTranspose2d; allowed: the layer's own, 2"),
        ({"bias": [1, 2]}, "bias is given beside a ConvTranspose2d; allowed: the layer's own"),
    ],
)
def test_what_contradicts_a_layer_is_refused(
    torch: ModuleType, changes: dict[str, Any], words: str
) -> None:
    own, x = layer_of(torch, 2), np.ones((4, 3, 3))
    with pytest.raises(RequestError, match=re.escape(words)):
        tcviz.conv_transpose(x, own, **changes)
    assert tcviz.conv_transpose(x, own, stride=2, padding=[1], groups=2).shape == (2, 8, 8)


# --- one number in a sequence ---------------------------------------------------


@pytest.mark.parametrize("one", [[2], (2,), np.array([2]), [np.int8(2)], range(2, 3)])
def test_a_sequence_of_one_means_every_axis(one: Any) -> None:
    expected = tcviz.conv_transpose(**ONES, stride=2)
    np.testing.assert_array_equal(tcviz.conv_transpose(**ONES, stride=one), expected)
    assert tcviz.conv_transpose_backward(**STRIDED | {"stride": one}).input.shape == (1, 1, 2, 2)
    assert tcviz.ConvTranspose((3, 3, 3), one).stride == (2, 2, 2)
    assert tcviz.ConvTranspose(3, one, dims=1).output_size([3]) == (7,)
    for drawn in (tcviz.animate(stride=one), tcviz.figure(**ONES, stride=one)):
        assert drawn.plan.layer.stride == (2, 2)
    assert tcviz.figure(np.ones((3, 3)), np.ones((3, 3)), stride=one).plan.layer.dims == 2
    assert tcviz.figure(np.ones((2, 5)), np.ones((2, 1, 3)), stride=one).plan.layer.dims == 1


def test_a_pair_alone_means_the_sides_of_every_axis() -> None:
    assert tcviz.ConvTranspose((3, 3), padding=[(1, 0)]).border == ((1, 0), (1, 0))


# --- numbers and flags ----------------------------------------------------------

SMALL_INTEGERS = [np.int8, np.uint8, np.int16, np.uint16]


COUNTED: list[tuple[str, int, dict[str, Any]]] = [
    ("step_duration", 100, {}), ("hold", 100, {}), ("transition", 100, {"input_size": 1}),
    ("fps", 120, {"transition": 0.5}), ("loop", 100, {}), ("every", 100, {"input_size": 50}),
    ("first", 100, {"input_size": 50}), ("seed", 100, {}), ("input_size", 100, {}),
    ("kernel_size", 100, {}), ("stride", 100, {"input_size": 3}),
    ("dilation", 100, {"input_size": 3}),
    ("padding", 100, {"input_size": 120, "kernel_size": 120}),
    ("output_padding", 100, {"stride": 101, "input_size": 2}),
    ("scale", 2, {}), ("decimals", 2, {}),
]  # fmt: skip


@pytest.mark.parametrize("small", SMALL_INTEGERS)
@pytest.mark.parametrize(("name", "value", "beside"), COUNTED)
def test_small_integers_count_as_the_numbers_they_are(
    small: Callable[[int], Any], name: str, value: int, beside: dict[str, Any]
) -> None:
    drawn = [tcviz.animate(**beside | {name: v}) for v in (small(value), value)]
    ours, plain = (
        (a.timing, a.seconds, a.loop, a.look, a.plan.layer, a.plan.seed, a.plan.input_size,
         a.plan.output_size, list(a.picks)) for a in drawn
    )  # fmt: skip
    assert ours == plain
    assert repr(ours) == repr(plain), "numbers of Python, which know no overflow"


def test_the_size_of_a_page_may_be_of_small_integers() -> None:
    assert tcviz.animate(size=np.array([600, 400], np.int16), scale=np.int8(8)).size == (4800, 3200)
    assert tcviz.figure(size=(np.int8(100), np.uint8(50), "cm"), dpi=np.uint8(96)).size == (
        3780,
        1890,
    )


@pytest.mark.parametrize("value", [0, 1, 2, "yes", "", [], [True], np.int8(1), 1.0])
@pytest.mark.parametrize(
    ("function", "name"),
    [
        (tcviz.animate, "forward"), (tcviz.animate, "symbols"), (tcviz.figure, "transparent"),
        (tcviz.figure, "crop"), (tcviz.figure, "forward"), (tcviz.figure, "symbols"),
    ],
)  # fmt: skip
def test_what_is_neither_true_nor_false_is_refused(
    function: Callable[..., Any], name: str, value: Any
) -> None:
    with pytest.raises(RequestError, match=rf"^{name} is .*; allowed: True or False$"):
        function(view="matrix", **{name: value})


@pytest.mark.parametrize("yes", [True, np.True_, np.array(True)])
def test_truth_may_be_numpys(yes: Any) -> None:
    assert tcviz.figure(view="matrix", forward=yes, crop=yes, transparent=yes).plan.forward
