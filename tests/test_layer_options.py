"""A layer as code, padding in words, a size to reach and arrays of other layouts, as options."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tcviz
from tcviz import cli
from tcviz.errors import RequestError, TcvizError
from tcviz.layer.geometry import ConvTranspose
from tcviz.layer.parts import part
from tcviz.request.inputs import plan
from tests.strategies import Array, Case, cases

KERAS = "Conv2DTranspose(1, 3, strides=2, padding='same')"
JAX = "lax.conv_transpose(x, w, (2, 2), 'SAME')"
SMALL = {"size": (640, 360)}
rng = np.random.default_rng(15)


def drawn(picture: Any) -> Array:
    """Return what a picture shows as its output, ``(C_out, *output_size)``."""
    operands, made = picture.operands, []
    for channel in range(operands.out_channels):
        one = part(operands, channel)
        made.append(one.crop(one.results(one.x, one.weight)).sum(axis=0) + (one.bias or 0))
    return np.array(made)


def labels(picture: Any) -> dict[str, str]:
    (scene,) = picture.scenes()
    return {mark.key: mark.text for mark in scene.marks if hasattr(mark, "text") and mark.key}


@pytest.mark.parametrize("code", [KERAS, JAX])
def test_arrays_beside_a_layer_are_laid_out_as_in_its_framework(code: str) -> None:
    x = rng.integers(-9, 10, (4, 5, 2))
    w = rng.integers(-9, 10, (3, 3, 1, 2) if code == KERAS else (3, 3, 2, 1))
    expected = tcviz.layer(code).conv_transpose(x, w)
    shown = tcviz.figure(x, w, layer=code, **SMALL)
    np.testing.assert_array_equal(drawn(shown)[0], expected[..., 0])


def test_a_layout_that_is_said_is_that_of_the_arrays_beside_a_layer() -> None:
    x, w = rng.integers(-9, 10, (2, 4, 5)), rng.integers(-9, 10, (2, 1, 3, 3))
    shown = tcviz.figure(x, w, layer=KERAS, layout="torch", **SMALL)
    expected = tcviz.conv_transpose(x, w, stride=2, padding="same")
    np.testing.assert_array_equal(drawn(shown), expected)


def test_a_layer_may_stand_in_the_place_of_the_weight() -> None:
    layer = tcviz.layer("nn.ConvTranspose2d(2, 1, 3, stride=2, padding=1)")
    one, other = tcviz.animate(None, layer), tcviz.animate(layer=layer)
    assert one.plan.layer == other.plan.layer == ConvTranspose(3, 2, 1)
    with pytest.raises(RequestError, match=r"^layer is given twice"):
        tcviz.animate(None, layer, layer=layer)


@pytest.mark.parametrize("view", ["distribution", "chain"])
@pytest.mark.parametrize("in_list", [False, True])
def test_layers_of_python_are_given_as_code_is(view: str, *, in_list: bool) -> None:
    own, module = ConvTranspose(3, 2, [[0, 1], 1], 1), Module()
    same = ConvTranspose(3, 2, (0, 1), 1)
    for layer, geometry, weight in ((own, own, None), (module, same, module.weight)):
        shown = tcviz.figure(layer=[layer] if in_list else layer, view=view, **SMALL)
        assert shown.plan.layer == geometry
        if weight is not None and view == "distribution":
            np.testing.assert_array_equal(shown.operands.weight, weight)
    assert tcviz.figure(None, own, **SMALL).plan.layer == own
    line = ConvTranspose(3, 2, dims=1)
    shown = tcviz.figure(layer=line)
    assert shown.plan.layer == line
    assert labels(shown)["title"] == "tcviz.ConvTranspose(3, stride=2, dims=1)"
    with pytest.raises(TcvizError, match=r"^layer is a Module beside a weight; allowed: one of"):
        tcviz.figure(None, Module.weight, layer=Module())


class Module:
    """What has the attributes of a layer of PyTorch."""

    weight, bias = np.arange(18).reshape(2, 1, 3, 3), None
    stride, padding, output_padding, dilation, groups = 2, (0, 1), 1, 1, 1


def test_the_header_names_the_call_and_the_footer_whose_numbers_they_are() -> None:
    for step in (None, 1):
        said = labels(tcviz.figure(layer=KERAS, step=step))
        assert said["title"] == KERAS
        assert "as in Keras" in said.values()
        assert (
            "as in JAX: its kernel turned round"
            in labels(tcviz.figure(layer=JAX, step=step)).values()
        )
        assert labels(tcviz.figure(layer=KERAS, title="Mine", step=step))["title"] == "Mine"
        assert not any("as in" in text for text in labels(tcviz.figure(step=step)).values())


def test_a_call_that_says_its_output_says_how_large_the_input_is() -> None:
    code = "tf.nn.conv2d_transpose(x, w, (1, 9, 10, 1), 2, {!r})"
    assert tcviz.figure(layer=code.format("SAME")).plan.input_size == (5, 5)
    assert tcviz.figure(layer=code.format("VALID")).plan.input_size == (4, 4)
    large = np.ones((5, 5, 1, 2))
    assert tcviz.figure(None, large, layer=code.format("VALID")).plan.input_size == (3, 3)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"stride": 3}, "stride is 3 beside Conv2DTranspose(1, 3, strides=2, padding='same')"),
        ({"padding": "same"}, "padding is 'same' beside Conv2DTranspose"),
        ({"kernel_size": 5}, "allowed: the layer's own, (3, 3)"),
        ({"out_channels": 2}, "out_channels is 2 beside Conv2DTranspose"),
        ({"dims": 1}, "dims is 1 beside Conv2DTranspose"),
        ({"weight": np.ones((5, 5, 1, 2))}, "kernel_size is (3, 3); allowed: (5, 5), that of"),
        ({"view": "convolution"}, "allowed: a forward convolution"),
        (
            {"layout": "tensorflow"},
            "layout is 'tensorflow'; allowed: torch or keras or",
        ),
        ({"layer": 3}, "layer is 3; allowed: a call, as text"),
    ],
)
def test_what_contradicts_a_layer_is_refused(options: dict[str, Any], told: str) -> None:
    with pytest.raises(TcvizError) as error:
        tcviz.figure(**{"layer": KERAS} | options)
    assert told in str(error.value)


def test_what_a_layer_says_may_be_said_again() -> None:
    shown = tcviz.figure(layer=KERAS, stride=(2, 2), dilation=1, dims=2, kernel_size=3)
    assert shown.plan.layer.border == ((0, 1), (0, 1))


def test_code_alone_has_no_weights_to_compute_with() -> None:
    layer = tcviz.layer("nn.ConvTranspose2d(2, 1, 3)")
    for call in (tcviz.conv_transpose, partial(tcviz.conv_transpose_backward, np.ones((1, 5, 5)))):
        with pytest.raises(TcvizError) as error:
            call(np.ones((2, 3, 3)), layer)
        assert str(error.value) == (
            "weight is PyTorch: nn.ConvTranspose2d(2, 1, 3), which is code; allowed: numbers, or a "
            "layer that has some; its own conv_transpose takes x and a weight"
        )


@pytest.mark.parametrize("dims", [1, 2, 3])
def test_a_padding_in_words_is_that_of_the_kernel_that_is_read(dims: int) -> None:
    weight = np.ones((1, 1, *[5] * dims))
    settled = plan(weight=weight, stride=2, padding="same", dims=dims)
    assert settled.layer.border == ((1, 2),) * dims
    assert settled.output_size == tuple(2 * n for n in settled.input_size)


def test_causal_crops_at_the_end_of_a_line_alone() -> None:
    settled = plan(dims=1, kernel_size=4, padding="causal", dilation=2, input_size=5)
    assert (settled.layer.border, settled.output_size) == (((0, 6),), (5,))
    with pytest.raises(TcvizError, match=r"^padding is 'causal' in 2 dimensions; allowed: that in"):
        plan(padding="causal")


@settings(max_examples=150, deadline=None)
@given(case=cases(batched=False), word=st.sampled_from(["same", "valid", "causal"]))
def test_every_size_that_is_offered_is_made_and_no_other(case: Case, word: str) -> None:
    own, size = case.layer, case.input_size
    word = "same" if word == "causal" and own.dims > 1 else word
    asked: dict[str, Any] = {
        "kernel_size": own.kernel_size, "stride": own.stride, "dilation": own.dilation,
        "input_size": size, "padding": word,
    }  # fmt: skip
    usual = plan(**asked).output_size
    found = []
    for wanted in range(1, usual[0] + max(own.stride[0], own.dilation[0]) + 2):
        try:
            made = plan(**asked, output_size=(wanted, *usual[1:]))
        except TcvizError as error:
            assert f"output_size is {wanted} on axis 0; allowed: " in str(error)  # noqa: PT017
        else:
            assert made.output_size == (wanted, *usual[1:])
            found.append(wanted)
    assert usual[0] in found
    assert found == [*range(found[0], found[-1] + 1)]


def test_a_size_finds_the_output_padding_that_makes_it() -> None:
    assert plan(stride=2, padding=1, output_size=6).layer.output_padding == (1, 1)
    assert plan(stride=3, padding=1, output_size=(7, 9)).layer.output_padding == (0, 2)
    with pytest.raises(TcvizError) as error:
        plan(stride=3, padding=1, output_size=(7, 10))
    assert str(error.value) == "output_size is 10 on axis 1; allowed: 7 to 9, for an input of 3"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"output_padding": 1, "stride": 2, "output_size": 6}, "output_padding is (1, 1) beside"),
        ({"output_padding": 1, "stride": 2, "padding": "same"}, "none: that says it"),
        ({"output_size": 0}, "output_size is 0; allowed: whole numbers from 1"),
        ({"output_size": (5, 5, 5), "kernel_size": (3, 3)}, "number of axes differs"),
        ({"output_size": 5, "example": "convolution"}, "none: a forward convolution has one"),
        ({"padding": "sane"}, "or same, valid, causal; did you mean same?"),
    ],
)
def test_a_size_or_word_that_contradicts_is_refused(options: dict[str, Any], told: str) -> None:
    with pytest.raises(TcvizError) as error:
        plan(**options)
    assert told in str(error.value)


@pytest.mark.parametrize("layout", ["torch", "keras", "jax", "onnx"])
@settings(max_examples=40, deadline=None)
@given(case=cases(batched=False))
def test_arrays_of_a_layout_are_those_of_pytorch_in_another_order(layout: str, case: Case) -> None:
    own, dims = case.layer, case.layer.dims
    x, weight = case.x, case.weight
    if layout in ("keras", "jax"):
        x = np.moveaxis(x, 0, -1)
        weight = np.moveaxis(weight, (1, 0), (-2, -1))
    if layout == "jax":
        into, out = case.weight.shape[:2]
        split = case.weight.reshape(own.groups, into // own.groups, out, *own.kernel_size)
        joined = np.moveaxis(split, 0, 1).reshape(into // own.groups, -1, *own.kernel_size)
        weight = np.moveaxis(np.flip(joined, range(2, 2 + dims)), (0, 1), (-2, -1))
    settled = plan(
        input=x, weight=weight, bias=case.bias, layout=layout, stride=own.stride,
        padding=own.padding, output_padding=own.output_padding, dilation=own.dilation,
        groups=own.groups,
    )  # fmt: skip
    np.testing.assert_array_equal(settled.x, case.x)
    np.testing.assert_array_equal(settled.weight, case.weight)


def test_an_array_that_fits_no_layout_is_told_in_its_words() -> None:
    for options, told in (
        ({"input": np.ones((2, 3, 3, 1)), "layout": "keras"}, "input is a batch of 2"),
        ({"weight": np.ones((3, 3, 1)), "layout": "keras", "dims": 2},
         "allowed: (kH, kW) or (kH, kW, C_out/groups, C_in)"),
        ({"weight": np.ones((3, 3, 1)), "layout": "jax", "dims": 2},
         "allowed: (kH, kW) or (kH, kW, C_in/groups, C_out)"),
        ({"input": np.ones(3), "layout": "keras", "dims": 2},
         "allowed: (H, W), (H, W, C_in) or (1, H, W, C_in)"),
    ):  # fmt: skip
        with pytest.raises(TcvizError) as error:
            plan(**options)
        assert told in str(error.value)


def test_a_layout_that_is_said_is_not_doubted() -> None:
    x = np.ones((3, 8, 8))  # as channels last this has 8 channels
    assert plan(input=x, layout="keras").in_channels == 8
    assert plan(input=np.ones((8, 8, 3)), layout="torch").in_channels == 8


def test_the_command_line_takes_all_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    np.save("w.npy", np.ones((3, 3, 1, 2)))
    assert cli.run(["figure", "--layer", KERAS, "--weight", "w.npy", "-o", "a.svg",
                    "--text", "text"]) == 0  # fmt: skip
    assert "as in Keras" in Path("a.svg").read_text(encoding="utf-8")
    assert cli.run(["animate", "-s", "2", "--padding", "same", "--weight", "w.npy", "--layout",
                    "keras", "-o", "a.gif", "--first", "1"]) == 0  # fmt: skip
    assert cli.run(["figure", "--layer", KERAS, "-s", "3", "-o", "b.svg"]) == 2
    assert cli.run(["figure", "--layer", "Conv2d(", "-o", "b.svg"]) == 2
    assert cli.run(["figure", "--article", "3", "--layer", KERAS, "-o", "b.svg"]) == 2
    told = capsys.readouterr().err.splitlines()
    assert told[0].startswith("tcviz: stride is 3 beside Conv2DTranspose")
    assert "which is no Python" in told[1]
    assert told[2].startswith("tcviz: article 3 is beside --layer")
    assert not Path("b.svg").exists()


def sized(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert cli.run(["size", *words, "--json"]) == 0
    facts: dict[str, Any] = json.loads(capsys.readouterr().out)
    return facts


def test_size_tells_of_a_line_of_code(capsys: pytest.CaptureFixture[str]) -> None:
    facts = sized(capsys, "--layer", "nn.ConvTranspose1d(4, 2, 4, 2, 1, bias=False)", "-n", "7")
    assert (facts["output_size"], facts["parameters"], facts["bias"]) == ([14], 32, False)
    assert facts["layer"]["framework"] == "PyTorch"
    facts = sized(capsys, "--layer", JAX, "-n", "7", "-k", "5")
    assert facts["padding"] == [[1, 2], [1, 2]]
    assert facts["layer"]["kernel_flipped"] is False
    facts = sized(capsys, "--layer", "nn.ConvTranspose2d(a, b, 3, 2, 1)", "--output-size", "6")
    assert facts["output_padding"] == [1, 1]
    assert sized(capsys, "-s", "2", "--padding", "same", "-n", "5x6")["output_size"] == [10, 12]
    assert sized(capsys, "--output-size", "5x6x7", "-s", "3", "-k", "2")["input_size"] == [2, 2, 2]
    assert cli.run(["size", "--layer", KERAS, "-s", "2"]) == 2
    assert "layer is beside --stride" in capsys.readouterr().err


def test_check_compares_engines_on_a_line_of_code(capsys: pytest.CaptureFixture[str]) -> None:
    code = "tf.nn.conv1d_transpose(x, w, (1, 9, 2), 2, 'VALID')"
    assert cli.run(["check", "--layer", code, "--in-channels", "2"]) == 0
    assert "agree on 1 layer" in capsys.readouterr().out


def test_a_spec_takes_all_of_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec = tmp_path / "spec.toml"
    spec.write_text(
        """
        [defaults]
        command = "figure"
        format = "svg"
        [[item]]
        name = "a"
        layer = "Conv1DTranspose(1, 3, padding='same')"
        [[item]]
        name = "b"
        output_size = 6
        stride = 2
        padding = 1
        layout = "keras"
        [[sweep]]
        name = "{padding}"
        padding = ["same", "valid"]
        stride = 2
        """,
        encoding="utf-8",
    )
    assert cli.run(["gallery", str(spec), "-o", str(tmp_path), "-q"]) == 0, capsys.readouterr().err
    assert {p.name for p in tmp_path.glob("*.svg")} == {"a.svg", "b.svg", "same.svg", "valid.svg"}
    assert cli.run(["gallery", str(spec), "--list"]) == 0
    listed = capsys.readouterr().out
    assert "--padding same" in listed
    assert "--layer" in listed
