"""Layers and tensors are drawn by what they have; nobody imports their library for it."""

from __future__ import annotations

import re
import subprocess
import sys
import warnings
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

import tcviz
from tcviz.errors import RequestError
from tcviz.layer.parts import part
from tests.test_torch import torch

__all__ = ["torch"]  # the fixture
README = Path(__file__).parents[1] / "README.md"


def layer(**changes: Any) -> SimpleNamespace:
    """Return a layer of no library, with arrays for its weights."""
    own = {
        "weight": np.arange(18).reshape(2, 1, 3, 3), "bias": None, "stride": (2, 2),
        "padding": (1, 1), "output_padding": (0, 0), "dilation": (1, 1), "groups": 1,
    }  # fmt: skip
    return SimpleNamespace(**own | changes)


X = np.arange(18).reshape(2, 3, 3)


def output(picture: Any) -> Any:
    """Return what a picture's layer makes, ``(C_out, *output_size)``."""
    operands, made = picture.operands, []
    for channel in range(operands.out_channels):
        one = part(operands, channel)
        made.append(one.crop(one.results(one.x, one.weight)).sum(axis=0) + (one.bias or 0))
    return np.array(made)


@pytest.mark.parametrize("function", [tcviz.animate, tcviz.figure])
def test_a_layer_of_any_library_brings_weight_and_geometry(function: Any) -> None:
    by_layer = function(X, layer(bias=np.array([3])))
    by_hand = function(X, layer().weight, [3], stride=2, padding=1)
    assert by_layer.plan.layer == by_hand.plan.layer
    np.testing.assert_array_equal(output(by_layer), output(by_hand))


@pytest.mark.parametrize("dims", [1, 2, 3])
def test_a_layer_of_pytorch_is_drawn_with_what_it_computes(torch: ModuleType, dims: int) -> None:
    torch.manual_seed(dims)
    kind = getattr(torch.nn, f"ConvTranspose{dims}d")
    own = kind(4, 2, 3, stride=2, padding=1, output_padding=1, groups=2, dilation=2).double()
    x = torch.randn(1, 4, *[3] * dims, dtype=torch.float64, requires_grad=True)
    shown = tcviz.animate(x, own, out_channel=1)
    expected = own(x).detach().numpy()[0]
    np.testing.assert_allclose(output(shown), expected, rtol=1e-12, atol=1e-12)


def test_a_layer_without_bias_has_none(torch: ModuleType) -> None:
    shown = tcviz.animate(torch.ones(2, 3, 3), torch.nn.ConvTranspose2d(2, 1, 3, bias=False))
    assert shown.operands.bias is None


def test_a_forward_layer_may_say_same(torch: ModuleType) -> None:
    own = torch.nn.Conv2d(2, 1, (2, 3), padding="same", bias=False)
    x = torch.arange(24.0).reshape(2, 3, 4)
    shown = tcviz.animate(x, own, view="convolution")
    with warnings.catch_warnings(action="ignore"):  # that an even kernel takes a copy
        expected = own.double()(x.double()).detach().numpy()
    np.testing.assert_allclose(output(shown), expected, rtol=1e-12)


def test_half_floats_are_numbers_too(torch: ModuleType) -> None:
    own = torch.nn.ConvTranspose2d(1, 1, 2).to(torch.bfloat16)
    shown = tcviz.figure(torch.ones(1, 2, 2, dtype=torch.bfloat16), own)
    assert shown.operands.weight.dtype == np.float64
    np.testing.assert_array_equal(shown.operands.weight, own.weight.detach().double().numpy())


def test_tensors_need_no_layer(torch: ModuleType) -> None:
    x, weight = torch.arange(4).reshape(1, 2, 2), torch.ones(1, 1, 2, 2, requires_grad=True)
    upstream = torch.ones(1, 3, 3, requires_grad=True)
    shown = tcviz.animate(x, weight, view="grad-input", grad_output=upstream)
    assert shown.operands.x.dtype == np.int64
    assert shown.operands.grad_output.sum() == 9


def test_an_ordinary_convolution_is_drawn_by_the_view_of_that_name(torch: ModuleType) -> None:
    own = torch.nn.Conv2d(2, 1, 3, stride=2, padding=1).double()
    x = torch.randn(2, 5, 5, dtype=torch.float64)
    shown = tcviz.figure(x, own, view="convolution")
    np.testing.assert_allclose(output(shown), own(x).detach().numpy(), rtol=1e-12, atol=1e-12)


def test_what_is_said_again_may_agree() -> None:
    again = {"stride": 2, "padding": (1, 1), "dilation": [1, 1], "groups": 1, "kernel_size": 3}
    assert tcviz.animate(X, layer(), **again).plan.layer.stride == (2, 2)


@pytest.mark.parametrize(
    ("own", "options", "words"),
    [
        ({}, {"stride": 3}, "stride is 3 beside a SimpleNamespace; allowed: the layer's own, ("),
        ({}, {"stride": 2.5}, "stride is 2.5 beside a SimpleNamespace"),
        ({}, {"stride": []}, "stride is [] beside a SimpleNamespace"),
        ({}, {"padding": ((0, 1), 1)}, "padding is ((0, 1), 1) beside a SimpleNamespace"),
        ({}, {"padding": "same"}, "padding is 'same' beside a SimpleNamespace"),
        ({}, {"groups": 2}, "groups is 2 beside a SimpleNamespace; allowed: the layer's own, 1"),
        ({}, {"bias": [1]}, "bias is given beside a SimpleNamespace; allowed: the layer's own"),
        ({}, {"kernel_size": 2}, "kernel_size is (2, 2); allowed: (3, 3), that of weight"),
        ({}, {"in_channels": 3}, "in_channels is 3; allowed: 2, that of input"),
        ({}, {"dims": 3}, "number of axes differs"),
        ({"padding_mode": "reflect"}, {}, "padding_mode is 'reflect'; allowed: 'zeros'"),
        ({"padding": "sam"}, {}, "allowed: whole numbers from 0, or same, valid, causal; did you"),
        ({"transposed": False}, {}, "layer is a SimpleNamespace; allowed: a transposed"),
        ({"transposed": True}, {"view": "convolution"}, "allowed: a forward convolution"),
    ],
)  # fmt: skip
def test_what_contradicts_a_layer_is_refused_in_one_line(
    own: dict[str, Any], options: dict[str, Any], words: str
) -> None:
    with pytest.raises(RequestError, match=re.escape(words)) as refused:
        tcviz.animate(X, layer(**own), **options)
    assert "\n" not in str(refused.value)


def test_what_is_no_such_layer_is_told_what_it_lacks() -> None:
    lacking = SimpleNamespace(weight=np.ones((3, 3)), bias=None)
    with pytest.raises(RequestError, match="without stride, padding, output_padding"):
        tcviz.figure(X, lacking)


def test_a_layer_comes_second() -> None:
    with pytest.raises(
        RequestError,
        match=r"input is a SimpleNamespace; .*; a layer takes the weight's place",
    ):
        tcviz.animate(layer())


def test_a_layer_that_has_seen_no_input_is_refused_in_one_line(torch: ModuleType) -> None:
    with pytest.raises(RequestError, match="weight is a UninitializedParameter") as refused:
        tcviz.animate(torch.ones(1, 2, 2), torch.nn.LazyConvTranspose2d(1, 2))
    assert "\n" not in str(refused.value)


def test_the_examples_of_the_readme_run(
    torch: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    section = README.read_text(encoding="utf-8").split("## From Python\n")[1].split("\n## ")[0]
    examples = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    assert any("import torch" in example for example in examples)
    monkeypatch.chdir(tmp_path)
    known = {"torch": torch}
    for example in examples:
        exec(compile(example, "README.md", "exec"), known)  # noqa: S102
    made = {p.name for p in tmp_path.iterdir()}
    assert made == {"mine.gif", "step2.svg", "page.html", "layer.gif"}
    assert str(known["text"]).startswith("<!doctype html>")


def test_no_library_is_imported_for_it() -> None:
    script = (
        "import sys, numpy as np, tcviz\n"
        "from types import SimpleNamespace as L\n"
        "own = L(weight=np.ones((1, 1, 2, 2)), bias=None, stride=(1, 1), padding=(0, 0),\n"
        "        output_padding=(0, 0), dilation=(1, 1), groups=1)\n"
        "tcviz.animate(np.ones((1, 2, 2)), own)\n"
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
