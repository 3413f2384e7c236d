"""``tcviz size`` of layers after one another: stage by stage, together, and what ends at a size."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file
from torch import nn

import tcviz
from tcviz.errors import RequestError
from tcviz.models.stages import chain, stages

Run = Callable[..., tuple[int, str, str]]
KERAS = str(Path(__file__).parent / "data/decoder.keras")
UP4 = "nn.ConvTranspose2d(8, 4, 4, stride=2, padding=1)"
UP3 = "nn.ConvTranspose2d(4, 1, 3, stride=2, padding=1)"
LAYERS = "--layer", UP4, "--layer", UP3


def facts(run: Run, *words: str) -> dict[str, Any]:
    status, out, err = run("size", *words, "--json")
    assert (status, err) == (0, "")
    return dict(json.loads(out))


def made(codes: list[str]) -> nn.Sequential:
    """Return PyTorch's layers of ones, without a bias: they count the ways."""
    layers = [eval(code, {"nn": nn}) for code in codes]  # noqa: S307
    for layer in layers:
        nn.init.ones_(layer.weight)
        nn.init.zeros_(layer.bias)
    return nn.Sequential(*layers).double()


def test_sizes_and_reach_are_those_of_pytorch(run: Run) -> None:
    told, n = facts(run, *LAYERS, "-n", "9"), 9
    layers = made([UP4, UP3])
    x = torch.ones(1, 8, n, n, dtype=torch.double, requires_grad=True)
    y = layers(x)
    assert told["input_size"] == [n, n]
    assert told["output_size"] == [*y.shape[2:]] == told["layers"][-1]["output_size"]
    assert all(a["output_size"] == b["input_size"] for a, b in pairwise(told["layers"]))
    middle, period = y.shape[2] // 2, 4
    counts = set()
    for row in range(middle, middle + period):
        (grad,) = torch.autograd.grad(y[0, 0, row, middle], x, retain_graph=True)
        counts.add(int((grad[0, 0].sum(dim=1) != 0).sum()))
    reach = told["input_cells_per_output_cell"]
    assert (reach["minimum"][0], reach["maximum"][0]) == (min(counts), max(counts))
    ways = y[0, 0, middle : middle + period, middle : middle + period] / (8 * 4)
    assert told["ways_per_output_cell"] == sorted({*ways.flatten().int().tolist()})
    assert told["even"] is (len(told["ways_per_output_cell"]) == 1) is False
    spread = torch.zeros(1, 8, n, n, dtype=torch.double)
    spread[0, 0, n // 2, n // 2] = 1
    reached = layers(spread)[0, 0] != 0
    assert told["output_cells_per_input_cell"] == [int(reached.any(dim=d).sum()) for d in (1, 0)]


def test_what_is_printed_says_stages_and_all_together(run: Run) -> None:
    status, out, err = run("size", *LAYERS, "-n", "7", "--to", "28")
    assert (status, err) == (0, "")
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert lines[1:4] == [
        "input 7×7",
        f"layer 1 {UP4} 14×14 even 2×2 4×4",
        f"layer 2 {UP3} 27×27 uneven 2–3×2–3 9×9",
    ]
    assert "sizes 7×7 → 14×14 → 27×27" in lines
    assert "to end at 28×28 layer 2: output_padding 1" in lines
    assert any(line.startswith("overlap of all uneven: 4, 8 or 16 ways") for line in lines)


@pytest.mark.parametrize(
    ("wanted", "says"),
    [("27", "nothing: it does"), ("400", "no output_padding does, and no padding or kernel")],
)
def test_a_size_that_is_met_or_cannot_be_is_one_line(run: Run, wanted: str, says: str) -> None:
    status, out, _ = run("size", *LAYERS, "-n", "7", "--to", wanted)
    assert (status, out.splitlines()[-1].partition("   ")[2].startswith(says)) == (0, True)
    assert facts(run, *LAYERS, "-n", "7", "--to", "400")["changes"] == []


def test_one_layer_has_endings_too(run: Run) -> None:
    assert facts(run, "--layer", UP3, "-n", "7", "--to", "14")["changes"] == [
        [{"layer": 1, "output_padding": 1}], [{"layer": 1, "kernel_size": 4}],
    ]  # fmt: skip
    _, out, _ = run("size", "-k", "3", "-s", "2", "-n", "7", "--to", "16")
    assert [line.split() for line in out.splitlines()[-2:]] == [
        ["to", "end", "at", "16×16", "output_padding", "1"], ["kernel_size", "4"],
    ]  # fmt: skip


def test_a_model_is_a_chain_of_its_layers(run: Run) -> None:
    whole = facts(run, KERAS)
    assert [(one["name"], one["input_size"]) for one in whole["layers"]] == [
        ("up1", [7, 7]), ("up2", [14, 14]),
    ]  # fmt: skip
    assert (whole["output_size"], whole["even"]) == ([28, 28], True)
    named = facts(run, "--layer", f"{KERAS}:up1", "--layer", f"{KERAS}:up2")
    assert named == whole == facts(run, "--layer", KERAS)
    assert facts(run, f"{KERAS}:up2")["input_size"] == [14, 14]


def test_files_of_weights_have_strides_said_beside_them(run: Run, tmp_path: Path) -> None:
    shapes = {"up1.weight": (4, 2, 4, 4), "up2.weight": (2, 1, 4, 4)}
    arrays = {name: np.zeros(shape, np.float32) for name, shape in shapes.items()}
    save_file(arrays, tmp_path / "w.safetensors")
    told = facts(run, "w.safetensors", "-s", "2", "-p", "1", "-n", "4")
    assert (told["output_size"], told["even"]) == ([16, 16], True)
    status, out, err = run("size", "w.safetensors")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("tcviz: stride is not in the file of weights that has 'up1'; allowed:")


REFUSED: Mapping[str, tuple[tuple[str, ...], str]] = {
    "channels": (("--layer", UP3, "--layer", UP4), "in_channels is 8 in layer 2; allowed: 1, the"),
    "axes": (
        ("--layer", UP4, "--layer", "nn.ConvTranspose1d(4, 1, 3)"),
        "dims is 1 in layer 2; allowed: 2 as before",
    ),
    "no output": (
        ("--layer", UP4, "--layer", "nn.ConvTranspose2d(4, 1, 3, padding=99)"),
        "layer 2: ",
    ),
    "options": ((*LAYERS, "-s", "2", "-k", "3"), "layer is beside --stride, --kernel-size; "),
    "options of a model": ((KERAS, "-d", "2"), "layer is beside --dilation; "),
    "two ways": ((KERAS, "--layer", UP4), f"model is '{KERAS}' beside --layer"[:40]),
    "no model": (("up.gif",), "model is 'up.gif'; allowed: a file of .onnx"),
    "a missing model": (("up.onnx",), "model 'up.onnx' is a missing file"),
    "no cell": ((*LAYERS, "--to", "0"), "to is 0; allowed: whole numbers from 1"),
    "other axes": ((*LAYERS, "--to", "3x3x3"), "to is (3, 3, 3); allowed: one number, or 2"),
    "no layer": (("--layer", UP4, "--layer", "nn.Conv2d(4, 1, 3)"), "layer is 'nn.Conv2d(4, 1"),
    "many": (("--layer", UP4) * 65, "layers is 65; allowed: 1 to 64"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_chain_is_one_line(run: Run, name: str) -> None:
    words, says = REFUSED[name]
    status, out, err = run("size", *words)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert says in err


def test_python_takes_code_layers_and_modules() -> None:
    own = tcviz.ConvTranspose(2, 2, [[0, 1], 0], groups=2)
    each = [UP4, tcviz.layer(UP3), nn.ConvTranspose2d(1, 2, 2, 2, bias=False), own]
    found = stages(each, {})
    assert chain(found, 3).sizes == ((3, 3), (6, 6), (11, 11), (22, 22), (43, 44))
    assert found[3].layer.geometry() == own
    assert [stage.layer.bias for stage in found] == [True, True, False, False]
    assert found[2].layer.geometry() == tcviz.ConvTranspose(2, 2)
    with pytest.raises(RequestError, match="layer 2 is 5; allowed: code, MODEL:NAME, or a layer"):
        stages([UP4, 5], {})
    with pytest.raises(RequestError, match="layers is 65; allowed: 1 to 64"):
        stages(["ConvTranspose1d(1, 1, 3)"] * 65, {})
