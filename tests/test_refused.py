"""Nothing but tcviz's own errors leaves its public functions, whatever they are given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from inspect import signature
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tcviz
from tcviz.api import Options
from tcviz.errors import DataError, TcvizError, TooLargeError
from tests import odd
from tests.strategies import thorough
from tests.test_torch import torch

__all__ = ["torch"]  # the fixture

pytestmark = pytest.mark.filterwarnings("ignore::tcviz.TcvizWarning")
"""What is noted is no refusal."""

SMALL: dict[str, Any] = {"size": (560, 315)}
ONES: dict[str, Any] = {"x": np.ones((1, 1, 2, 2)), "weight": np.ones((1, 1, 2, 2))}
STRIDED = {"grad_output": np.ones((1, 1, 4, 4)), **ONES, "stride": 2}

SHOWN = tcviz.animate(**SMALL)
FUNCTIONS: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    "conv_transpose": (tcviz.conv_transpose, ONES),
    "conv_transpose_backward": (tcviz.conv_transpose_backward, STRIDED),
    "ConvTranspose": (tcviz.ConvTranspose, {"kernel_size": 3}),
    "animate": (tcviz.animate, SMALL),
    "figure": (tcviz.figure, SMALL),
    "page": (lambda animation: tcviz.page(SHOWN, animation), {}),
}


def parameters(function: Callable[..., Any]) -> list[str]:
    own = [name for name in signature(function).parameters if name != "options"]
    return own + (list(Options.__annotations__) if own != [*signature(function).parameters] else [])


ALL = [(name, parameter) for name, (f, _) in FUNCTIONS.items() for parameter in parameters(f)]


def odd_ones(torch: ModuleType) -> Iterator[Any]:
    yield from (*odd.NUMBERS, *odd.SEQUENCES, *odd.ARRAYS, *odd.OBJECTS, *odd.tensors(torch))
    yield from (make() for make in odd.makers())


def escapes(call: Callable[[Any], Any], values: Iterable[Any]) -> list[str]:
    """Return what leaves a call other than tcviz's errors, each of which is one line."""
    found = []
    for value in values:
        try:
            call(value)
        except TcvizError as error:
            if "\n" in str(error):
                found.append(f"{type(value)}: of several lines: {error}")
        except Exception as error:  # noqa: BLE001  (that is what is looked for)
            found.append(f"{type(value)}: {error!r}")
    return found


@pytest.mark.parametrize(("name", "parameter"), ALL)
def test_nothing_but_errors_of_its_own_leaves_a_function(
    torch: ModuleType, name: str, parameter: str
) -> None:
    function, fitting = FUNCTIONS[name]
    assert not escapes(lambda v: function(**fitting | {parameter: v}), odd_ones(torch))


@pytest.mark.parametrize("parameter", ["x", "weight", "bias", "grad_output"])
def test_what_is_accepted_is_drawn(torch: ModuleType, parameter: str) -> None:
    view = {"view": "grad-input"} if parameter == "grad_output" else {}

    def draw(value: Any) -> None:
        next(iter(tcviz.figure(**SMALL, **view, **{parameter: value}).scenes()))

    assert not escapes(draw, odd_ones(torch))


LAYER = tcviz.ConvTranspose(3, stride=2, padding=1)
SIZES = ("output_size", "padded_size", "stretched_size", "forward_input_sizes", "input_sizes",
         "forward_output_size", "forward_formula", "size_formula")  # fmt: skip


@pytest.mark.parametrize("method", SIZES)
def test_nothing_else_leaves_the_methods_of_a_geometry(torch: ModuleType, method: str) -> None:
    assert not escapes(getattr(LAYER, method), odd_ones(torch))


def page(**options: Any) -> Any:
    return tcviz.page(tcviz.animate(**options))


@pytest.mark.parametrize("make", [tcviz.animate, tcviz.figure, page])
def test_nothing_else_leaves_the_methods_of_a_picture(
    torch: ModuleType, make: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    drawn = make(**SMALL, kernel_size=1, input_size=1, seed=1)
    form = {tcviz.animate: "gif", tcviz.figure: "svg"}.get(make, "html")
    uncalled = (value for value in odd_ones(torch) if not callable(value))
    calls: list[tuple[Callable[[Any], Any], Iterator[Any]]] = [
        (drawn.save, odd_ones(torch)),
        (partial(drawn.save, f"a.{form}"), odd_ones(torch)),
        (lambda v: drawn.save(f"a.{form}", progress=v), uncalled),
    ]
    if make is tcviz.animate:
        calls.append((drawn.still, odd_ones(torch)))
    for call, values in calls:
        assert not escapes(call, values)


@thorough
@given(st.data())
def test_odd_arguments_together_are_refused_in_a_line(
    data: st.DataObject,
) -> None:
    name = data.draw(st.sampled_from(list(FUNCTIONS)))
    function, fitting = FUNCTIONS[name]
    few = [*odd.NUMBERS, *odd.SEQUENCES, *odd.ARRAYS, *odd.OBJECTS]
    names = data.draw(st.lists(st.sampled_from(parameters(function)), min_size=2, max_size=4))
    chosen = {name: few[data.draw(st.integers(0, len(few) - 1))] for name in names}
    assert not escapes(lambda given_: function(**fitting | given_), [chosen])


@pytest.mark.parametrize("name", ["stride", "dilation"])
@pytest.mark.parametrize("value", [2**60, 2**31, 10**100, 1879048192])
def test_an_output_beyond_any_memory_is_refused_with_its_size(name: str, value: int) -> None:
    with pytest.raises(TooLargeError, match=r"^padded result is .* cells, .*; use a smaller"):
        tcviz.conv_transpose(**ONES, **{name: value})
    with pytest.raises(TooLargeError, match=r"^padded result is "):
        tcviz.conv_transpose(np.ones((1, 2)), np.ones((1, 1, 3)), **{name: value})


def test_memory_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise MemoryError("Unable to allocate 8 GiB")

    monkeypatch.setattr(np, "empty", fail)
    for function, fitting in list(FUNCTIONS.values())[:2]:
        with pytest.raises(TooLargeError, match="more memory than there is; Unable to allocate 8"):
            function(**fitting)


@pytest.mark.parametrize(
    ("call", "word", "near"),
    [
        (partial(tcviz.conv_transpose, **ONES), "strid", "stride"),
        (partial(tcviz.conv_transpose_backward, **STRIDED), "dilatoin", "dilation"),
        (partial(tcviz.ConvTranspose, 3), "output_pading", "output_padding"),
        (tcviz.animate, "fsp", "fps"),
        (tcviz.animate, "themes", "theme"),
        (tcviz.figure, "step_", "step"),
        (tcviz.figure, "kernelsize", "kernel_size"),
        (partial(tcviz.animate().save, "a.gif"), "progres", "progress"),
        (partial(tcviz.figure().save, "a.svg"), "frm", "form"),
        (tcviz.animate().still, "stp", "step"),
        (partial(tcviz.page(tcviz.animate()).save, "a.html"), "progres", "progress"),
    ],
)
def test_a_keyword_that_does_not_exist_is_named_with_what_is_near(
    call: Callable[..., Any], word: str, near: str
) -> None:
    words = rf"^\w+(\.\w+)?\(\) got an unexpected keyword argument '{word}'; did you mean {near}\?$"
    with pytest.raises(TypeError, match=words):
        call(**{word: 1})


MASKED = np.ma.masked_array(np.ones((1, 2, 2)), [[[0, 1], [0, 0]]])


@pytest.mark.parametrize(
    "masked", [MASKED, [*MASKED], MASKED[0, 0, 1]], ids=["all", "listed", "one"]
)
def test_masked_arrays_are_refused_with_the_way_out(masked: Any) -> None:
    words = (
        r"^\w+ is a masked array; allowed: an array without a mask; "
        r"use \.filled\(0\), or another number for what is masked$"
    )
    for function in (tcviz.animate, tcviz.figure, partial(tcviz.conv_transpose, weight=[[[1]]])):
        with pytest.raises(DataError, match=words):
            function(masked)
    assert tcviz.figure(MASKED.filled(0)).operands.x.tolist() == [[[1, 0], [1, 1]]]
