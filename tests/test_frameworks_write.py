"""Code for other libraries computes what the pictures show, and runs as it is pasted.

PyTorch runs by itself.  The snippets of the others run on stand-ins that compute in NumPy what
those libraries document; by the real ones the same snippets were verified by hand.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from tcviz.frameworks import WRITERS, layer, snippets
from tcviz.frameworks.writing import WRITTEN
from tcviz.layer.geometry import ConvTranspose
from tcviz.layer.parts import part
from tcviz.request.inputs import Plan, plan
from tests import stand_ins
from tests.strategies import Array, Case, cases
from tests.test_torch import torch

__all__ = ["torch"]  # the fixture
several = settings(max_examples=40, deadline=None)
OTHERS: dict[str, Callable[[], dict[str, ModuleType]]] = {
    "TensorFlow": stand_ins.tensorflow,
    "JAX": stand_ins.jax,
    "ONNX": stand_ins.onnx,
}


def planned(case: Case) -> Plan:
    layer = case.layer
    return plan(
        stride=layer.stride, padding=layer.padding, output_padding=layer.output_padding,
        dilation=layer.dilation, groups=layer.groups, input=case.x, weight=case.weight,
        bias=case.bias,
    )  # fmt: skip


def forward(case: Case) -> Plan:
    """Return the associated convolution of an input that its kernel fits in."""
    layer = case.layer
    size = [max(1, e + 3 - a - b) for e, (a, b) in zip(layer.extent, layer.border, strict=True)]
    channels = layer.groups * 2
    return plan(
        stride=layer.stride, padding=layer.padding, dilation=layer.dilation, groups=layer.groups,
        kernel_size=layer.kernel_size, input_size=size, in_channels=channels, seed=3,
        out_channels=layer.groups, example="convolution", bias=0.5,
    )  # fmt: skip


def expected(settled: Plan) -> Array:
    """Return the output, ``(1, C_out, *output_size)``."""
    operands, made = settled.make(), []
    for channel in range(settled.out_channels):
        one = part(operands, channel)
        made.append(one.crop(one.results(one.x, one.weight)).sum(axis=0) + (one.bias or 0))
    return np.array([made])


def run(code: str, settled: Plan) -> Array:
    """Return what a snippet prints, where the arrays of the plan are the files that it loads."""
    printed: list[Any] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(np, "load", lambda name: getattr(settled, name.removesuffix(".npy")))
        exec(compile(code, "snippet", "exec"), {"print": printed.append})  # noqa: S102
    (y,) = printed
    return np.asarray(y)


def run_on_stand_in(library: str, settled: Plan) -> Array:
    """Return what a snippet prints, with a stand-in in the library's place."""
    with pytest.MonkeyPatch.context() as patch:
        for module, stand_in in OTHERS[library]().items():
            patch.setitem(sys.modules, module, stand_in)
        return run(snippets(settled)[library], settled)


@several
@given(case=cases(batched=False))
def test_pytorch_makes_the_same(torch: ModuleType, case: Case) -> None:
    settled = planned(case)
    assert torch
    np.testing.assert_array_equal(run(snippets(settled)["PyTorch"], settled), expected(settled))


@several
@given(case=cases())
def test_pytorch_makes_the_same_of_the_forward_convolution(torch: ModuleType, case: Case) -> None:
    settled = forward(case)
    assert torch
    np.testing.assert_array_equal(run(snippets(settled)["PyTorch"], settled), expected(settled))


@pytest.mark.parametrize("library", OTHERS)
@several
@given(case=cases(batched=False))
def test_the_other_libraries_make_the_same(library: str, case: Case) -> None:
    settled = planned(case)
    np.testing.assert_array_equal(run_on_stand_in(library, settled), expected(settled))


@pytest.mark.parametrize("library", OTHERS)
@several
@given(case=cases())
def test_the_others_make_the_same_of_the_forward_convolution(library: str, case: Case) -> None:
    settled = forward(case)
    np.testing.assert_array_equal(run_on_stand_in(library, settled), expected(settled))


@pytest.mark.parametrize("library", WRITERS)
@several
@given(case=cases(batched=False))
def test_what_is_written_is_read_again(library: str, case: Case) -> None:
    settled = planned(case)
    own, size = settled.layer, settled.input_size
    code = snippets(settled)[library]
    kernel = own.extent if library == "TensorFlow" else own.kernel_size  # zeros between the taps
    read = layer(code).geometry(size, kernel)
    assert layer(code).framework == library
    assert (read.stride, read.extent) == (own.stride, own.extent)
    if "padding: crop" in code or "padding that differs" in code or "output_padding" in code:
        assert all(a[0] <= b[0] for a, b in zip(read.border, own.border, strict=True))
    else:  # nothing is cropped, or added, by hand
        assert [*ends(read)] == [*ends(own)]


def ends(own: ConvTranspose) -> Iterator[tuple[int, int]]:
    """Yield where an axis begins and ends, cropped or added to."""
    for (before, after), extra in zip(own.border, own.output_padding, strict=True):
        yield before, after - extra


@pytest.mark.parametrize("size", [4, 16])
@pytest.mark.parametrize("kernel_size", [1, 3])
def test_drawn_numbers_are_drawn_again_where_they_are_too_many_to_write(
    size: int, kernel_size: int
) -> None:
    settled = plan(input_size=size, in_channels=8, kernel_size=kernel_size, seed=5)
    code = snippets(settled)["ONNX"]
    assert ("default_rng(5)" in code) == (8 * size**2 > WRITTEN)
    np.testing.assert_array_equal(run_on_stand_in("ONNX", settled), expected(settled))


def test_a_large_array_of_ones_own_is_loaded() -> None:
    settled = plan(input=np.arange(400.0).reshape(20, 20), weight=np.ones((2, 2)))
    assert 'np.load("x.npy").reshape((1, 1, 20, 20))' in snippets(settled)["JAX"]
    np.testing.assert_array_equal(run_on_stand_in("JAX", settled), expected(settled))


def test_numbers_are_written_in_full() -> None:
    x = np.array([[1 / 3, -1e-9, 123456.789], [np.inf, -np.inf, np.nan]])
    settled = plan(input=x, weight=np.array([[1.0]]))
    y = run_on_stand_in("JAX", settled)
    np.testing.assert_array_equal(y[0, 0], x.astype(np.float32))


@pytest.mark.parametrize("library", WRITERS)
def test_a_snippet_imports_only_its_library_and_numpy(library: str) -> None:
    tree = ast.parse(snippets(plan(stride=2, padding=1))[library])
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [a.name for a in node.names]
        )
    }
    own = {"PyTorch": {"torch"}, "ONNX": {"onnx", "onnxruntime"}}
    assert imported == {"numpy"} | own.get(library, {library.lower()})


def test_the_call_says_only_what_is_not_the_default() -> None:
    code = snippets(plan(stride=2, padding=1))["PyTorch"]
    assert "ConvTranspose2d(2, 1, kernel_size=3, stride=2, padding=1, bias=False)" in code
    assert not {"dilation", "groups", "output_padding"} & set(code.replace("=", " ").split())
    code = snippets(plan(kernel_size=(2, 3), stride=(1, 2), groups=2, bias=[1, 2], seed=0))[
        "PyTorch"
    ]
    assert "ConvTranspose2d(2, 2, kernel_size=(2, 3), stride=(1, 2), groups=2)" in code


def test_of_a_gradient_it_is_the_forward_pass_and_says_so() -> None:
    request = {"stride": 2, "padding": 1, "seed": 1}
    for library, code in snippets(plan(**request, backward=True)).items():
        note, *rest = code.partition("# the forward pass: the picture shows a gradient of it\n")
        assert note + rest[1] == snippets(plan(**request))[library]


def test_lines_are_short_enough_to_read() -> None:
    settled = plan(stride=(2, 3), padding=((1, 0), 2), dilation=2, groups=2, input_size=9, seed=0)
    for code in snippets(settled).values():
        assert max(map(len, code.splitlines())) <= 140
