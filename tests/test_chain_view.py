"""The chain view: what it lights is what PyTorch finds, and every canvas has room for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import combinations, pairwise, product
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

import tcviz
from tcviz.api import animate, figure
from tcviz.errors import RequestError
from tcviz.layer.chained import chained
from tcviz.layer.geometry import ConvTranspose
from tcviz.layer.parts import part
from tcviz.models.stages import stages
from tcviz.picture.arrangement import equation, evenly
from tcviz.picture.panels import Panel
from tcviz.scene.marks import Box, Cell, Connector, Heatmap, Label, Rect, Scene
from tests.test_layout import RULES, Picture, picture
from tests.test_views import by_key, cells, shown

Run = Callable[..., tuple[int, str, str]]
UP = "nn.ConvTranspose{}d(8, 8, 4, stride=2, padding=1)"
ODD = "nn.ConvTranspose{}d(8, 8, 3, stride=2, padding=1, output_padding=1)"
SAME = "nn.ConvTranspose{}d(8, 8, 3, padding=1)"
KERAS = str(Path(__file__).parent / "data/decoder.keras")


def codes(dims: int, *layers: str) -> list[str]:
    return [layer.format(dims) for layer in layers]


def still(layers: Any, **asked: Any) -> Scene:
    (scene,) = figure(view="chain", layer=layers, **asked).scenes()
    return scene


@st.composite
def chains(draw: st.DrawFn, dims: int) -> list[str]:
    """Draw layers of ones, as code."""
    found = []
    for _ in range(draw(st.integers(1, 3))):
        stride, kernel, dilation = (draw(st.integers(1, most)) for most in (3, 4, 2))
        padding = draw(st.integers(0, (kernel - 1) * dilation // 2))
        extra = draw(st.integers(0, max(stride, dilation) - 1))
        found.append(
            f"nn.ConvTranspose{dims}d(1, 1, {kernel}, stride={stride}, padding={padding}, "
            f"output_padding={extra}, dilation={dilation}, bias=False)"
        )
    return found


def gradients(layers: list[str], size: tuple[int, ...], cell: tuple[int, ...]) -> list[Any]:
    """Return, for each stage, in how many ways its cells reach one of the output."""
    x = torch.ones(1, 1, *size, dtype=torch.double, requires_grad=True)
    stages = [x]
    for code in layers:
        layer = eval(code, {"nn": nn}).double()  # noqa: S307
        nn.init.ones_(layer.weight)
        stages.append(layer(stages[-1]))
    return [
        one[0, 0].numpy()
        for one in torch.autograd.grad(stages[-1][(0, 0, *cell)], stages, allow_unused=True)
    ]


@pytest.mark.parametrize("dims", [1, 2])
@settings(deadline=None, max_examples=25)
@given(data=st.data())
def test_what_is_lit_is_what_has_a_gradient_and_the_numbers_are_its_ways(
    dims: int, data: st.DataObject
) -> None:
    layers = data.draw(chains(dims))
    size = tuple(data.draw(st.integers(1, 4)) for _ in range(dims))
    try:
        drawn = figure(view="chain", layer=layers, input_size=size, size=(2560, 1440))
    except RequestError:  # no output is left
        return
    chain = drawn.look.chain
    assert chain
    cell = tuple(data.draw(st.integers(0, n - 1)) for n in chain.sizes[-1])
    scene = still(layers, input_size=size, size=(2560, 1440), cell=cell)
    marks = by_key(scene)
    for i, ways in enumerate(gradients(layers, size, cell)):
        assert ways.shape == chain.sizes[i]
        if isinstance(marks.get(f"stage{i}"), Heatmap):
            continue
        found = np.nan_to_num(shown(scene, f"stage{i}")).reshape(ways.shape)
        np.testing.assert_array_equal(found, ways)
        lit = cells(scene, f"stage{i}", lambda mark: mark.text != "")
        assert len(lit) == np.count_nonzero(ways)
        frames = [
            m for m in scene.marks if isinstance(m, Box) and m.key.startswith(f"now.stage{i}")
        ]
        assert bool(frames) == bool(lit)


def test_tints_light_the_same_cells_as_digits() -> None:
    layers, cell = codes(2, UP, ODD, UP), (21, 34)
    scene = still(layers, input_size=7, cell=cell)
    marks = by_key(scene)
    for i, ways in enumerate(gradients([c.replace("8, 8", "1, 1") for c in layers], (7, 7), cell)):
        heat = marks[f"stage{i}"]
        assert isinstance(heat, Heatmap)
        tints = np.array([heat.colours[k] for k in heat.index]).reshape(ways.shape)
        assert len({*tints[ways > 0]}) == 1
        assert len({*tints[ways == 0]}) == 1
        assert {*tints[ways > 0]} != {*tints[ways == 0]}
        lens = [
            m for m in scene.marks if isinstance(m, Cell) and m.key.startswith(f"stage{i}.lens[")
        ]
        assert sorted(int(m.text) for m in lens) == sorted(ways[ways > 0]) * (i < 3)


@pytest.mark.parametrize("preset", ["light", "print"])
@pytest.mark.parametrize("cell", [(0, 0), (31, 32), (32, 32), (63, 63)])
def test_a_lens_has_no_cells_but_those_that_the_output_cell_depends_on(
    cell: tuple[int, int], preset: str
) -> None:
    layers = codes(2, ODD, ODD)
    scene = still(layers, input_size=16, cell=cell, theme=preset)
    cells = [m for m in scene.marks if isinstance(m, Cell) and ".lens[" in m.key]
    assert cells
    assert all(m.text and not m.style.dash for m in cells)
    frames = [m.rect for m in scene.marks if isinstance(m, Box) and ".lens" in m.key and m.moves]
    assert all(any(_holds(frame, m.rect) for frame in frames) for m in cells)
    numbers = [m for m in scene.marks if isinstance(m, Label) and str(m.key).endswith(".now")]
    assert all(any(abs(m.at[0] - f.x) < 12 or abs(m.at[1] - f.y) < 12 for f in frames)
               for m in numbers)  # fmt: skip


def _holds(frame: Rect, cell: Rect) -> bool:
    (x, y) = cell.center
    return frame.x < x < frame.right and frame.y < y < frame.bottom


def test_a_step_is_an_output_cell_and_the_finished_picture_the_middle_one() -> None:
    layers = codes(2, UP, UP)
    walk = animate(view="chain", layer=layers, input_size=3)
    assert walk.steps == 12 * 12
    scene, _ = next(walk.drawn.moments([12 * 5 + 7]))
    assert scene.sentence.startswith("y[5,7] depends on rows 0–2, columns 1–2 of the input: 3×2 ")
    assert still(layers, input_size=3).sentence.startswith("y[6,6] depends on ")
    assert still(layers, input_size=3, cell=5).sentence.startswith("y[5,5] depends on ")
    alone = still(codes(1, UP, ODD), input_size=7).sentence
    assert "in 2 ways (choices of taps). through 1 element between" in alone
    assert "; the output's overlap is uneven: 2 or 4 ways lead" in alone


def test_a_cell_at_the_edge_is_told_from_those_away_from_it() -> None:
    layers = ["ConvTranspose2d(1,1,3,stride=2)", "ConvTranspose2d(1,1,2,stride=1)"]
    edge, inner = (still(layers, input_size=3, cell=cell).sentence for cell in ((0, 6), (4, 4)))
    assert "in 2 ways (choices of taps), fewer than away from the edge. through" in edge
    assert "in 9 ways (choices of taps). through" in inner
    legend = {m.text for m in still(layers, input_size=3).marks if isinstance(m, Label)}
    assert "cells it depends on, number = ways to reach it" in legend


def test_a_picture_says_what_the_layers_are_and_how_large_the_stages() -> None:
    for dims in (1, 2):
        scene = still(codes(dims, UP, ODD), input_size=7)
        said = {m.text for m in scene.marks if isinstance(m, Label)}
        sizes = ["7", "14", "28"] if dims == 1 else ["7×7", "14×14", "28×28"]
        assert {"input", "after layer 1", "output", " → ".join(sizes)} <= said
        assert any(words.endswith("and by how many choices of taps") for words in said)
        words = ["kernel 4", "stride 2", "padding 1", "output_padding 1"]
        joined = " ".join(said)
        assert all(word in joined for word in [*words, *sizes])
        assert "dilation" not in joined
        assert scene.title.startswith("Transposed convolutions, chain: input ")
        assert f"layers 2, total stride 4, output {sizes[-1]}" in scene.title


def test_the_names_of_a_model_are_those_of_its_layers() -> None:
    said = {m.text for m in still(KERAS).marks if isinstance(m, Label)}
    assert {"up1", "up2", "after up1", "7×7", "28×28"} <= said


def test_a_chain_of_one_is_any_layer_without_and_with_code() -> None:
    alone = figure(view="chain", stride=2, padding=1, input_size=3)
    coded = figure(view="chain", layer="nn.ConvTranspose2d(1, 1, 3, stride=2, padding=1)",
                   input_size=3, title="Transposed convolution")  # fmt: skip
    (one,), (other,) = alone.scenes(), coded.scenes()
    assert one.sentence == other.sentence
    assert [m for m in one.marks if isinstance(m, Cell)] == [
        m for m in other.marks if isinstance(m, Cell)
    ]


def test_what_nothing_reaches_is_said() -> None:
    scene = still(["nn.ConvTranspose2d(1, 1, 1, stride=3)"], input_size=3, cell=(1, 0))
    assert scene.sentence == "y[1,0] depends on no cell of the input: nothing reaches it"
    assert not any(isinstance(m, Box) and m.key.startswith("now.stage0") for m in scene.marks)


def test_a_page_walks_through_it_and_offers_no_code_of_one_layer(run: Run, tmp_path: Path) -> None:
    words = [word for code in codes(2, UP, UP) for word in ("--layer", code)]
    status, out, _ = run("animate", "--view", "chain", *words, "-n", "2", "-o", "a.html")
    assert (status, out.splitlines()[-1]) == (0, "2×2 → 4×4 → 8×8")
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "import torch" not in page
    status, out, _ = run("figure", "--view", "chain", *words, "-n", "2", "--cell", "5,5")
    assert (status, out.split(":")[0]) == (0, "chain-2x2-8x8.svg")


LAYERS = [word for code in codes(2, UP, UP) for word in ("--layer", code)]
REFUSED = {
    "another view": (LAYERS, "layer is 2 of them, with view 'distribution'; allowed: one; "),
    "a cell beyond": (["--view", "chain", *LAYERS, "--cell", "99"], "cell is 99 on axis 0; "),
    "a cell of three": (["--view", "chain", "--cell", "1,2,3"], "cell is (1, 2, 3); allowed: "),
    "a cell and a step": (["--view", "chain", "--cell", "1", "--step", "2"], "cell is 1 beside "),
    "a cell elsewhere": (["--cell", "1"], "cell is 1, given with view 'distribution'; allowed: "),
    "symbols": (["--view", "chain", "--symbols"], "symbols is asked for with view 'chain'; "),
    "numbers": (
        ["--view", "chain", *LAYERS, "--bias", "b.json"],
        "bias is given with several layers; allowed: none: cells are drawn, not numbers",
    ),
    "its size": (["--view", "chain", *LAYERS, "--output-size", "8"], "output_size is 8, with "),
    "another stride": (["--view", "chain", *LAYERS, "-s", "3"], "stride is 3 beside nn.Conv"),
    "all channels": (["--view", "chain", "--out-channel", "all"], "out_channel is all, given "),
    "three axes": (["--view", "chain", "--dims", "3"], "dims is 3, with view 'chain'; allowed: "),
    "too many": (["--view", "chain", *LAYERS, "-n", "9000"], "output is 36000×36000, "),
    "channels": (
        ["--view", "chain", "--layer", UP.format(2), "--layer", "nn.ConvTranspose2d(3, 1, 3)"],
        "in_channels is 3 in layer 2; allowed: 8, the out_channels of layer 1",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_drawn_is_one_line(name: str, run: Run, tmp_path: Path) -> None:
    words, says = REFUSED[name]
    (tmp_path / "b.json").write_text("[1]")
    status, out, err = run("figure", *words, "-o", "a.svg")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"tcviz: {says}")
    assert not (tmp_path / "a.svg").exists()


def test_channels_change_nothing_that_is_drawn() -> None:
    one, many = (
        figure(view="chain", stride=2, in_channels=n, out_channels=n, groups=n, input_size=3)
        for n in (1, 64)
    )
    assert next(one.scenes()) == next(many.scenes())


SIZES = ((1280, 720), (1080, 1080), (1080, 1920), (640, 360))
CHAINS: tuple[tuple[str, ...], ...] = ((UP,), (UP, ODD), (UP, ODD, UP, UP), (UP, SAME) * 3)


@cache
def pictures() -> tuple[Picture, ...]:
    found = []
    for dims, size, layers in product((1, 2), SIZES, CHAINS):
        for cell in (None, 1):
            one = figure(
                view="chain", layer=codes(dims, *layers), input_size=4, size=size, cell=cell
            )
            found.append(picture(next(one.scenes()), one.look.pixel))
    return tuple(found)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_in_no_picture(rule: Any) -> None:
    assert [found for p in pictures() for found in rule(p)] == []


def test_no_stage_is_drawn_smaller_than_a_smaller_one() -> None:
    for p in pictures():
        if p.scene.title.count("×") < 2:
            continue
        sides = [p.panels[f"stage{i}"] for i in range(7) if f"stage{i}" in p.panels]
        areas = [round(side.w * side.h) for side in sides]
        if not any(isinstance(m, Heatmap) for m in p.scene.marks):  # numbers have their widths
            continue
        assert areas == sorted(areas)


def test_strips_stand_over_what_they_reach() -> None:
    """In one dimension the middle of a cell is that of the cells which it reaches."""
    layers = codes(1, UP, UP)
    scene = still(layers, input_size=4)
    boxes = {m.key: m.rect for m in scene.marks if isinstance(m, Cell)}
    up = ConvTranspose(4, 2, 1, dims=1)
    for i in range(2):
        reached = [o for o in range(8) if i + 1 in (up_source(up, o, 4))]
        middle = np.mean([boxes[f"stage1[0,{o}]"].center[0] for o in reached])
        assert boxes[f"stage0[0,{i + 1}]"].center[0] == pytest.approx(middle)
    assert any(isinstance(m, Connector) and m.key == "reach.1" for m in scene.marks)


def up_source(layer: ConvTranspose, place: int, size: int) -> range:
    from tcviz.layer.taps import Taps

    (axis,) = Taps.along(layer, (size,), layer.output_size(size))
    return axis.of_place(place)[0]


def test_layers_may_be_those_of_python() -> None:
    each = [UP.format(2), tcviz.layer(ODD.format(2)), nn.ConvTranspose2d(8, 1, 2, 2)]
    chain = figure(view="chain", layer=each, input_size=2).look.chain
    assert chain
    assert chain.sizes == ((2, 2), (4, 4), (8, 8), (16, 16))


@pytest.mark.parametrize(
    ("module", "call"),
    [
        (nn.ConvTranspose2d(6, 2, 3), "nn.ConvTranspose2d(6, 2, kernel_size=3)"),
        (nn.ConvTranspose1d(4, 6, 5, 2, 1, 1, 2, bias=False, dilation=3),
         "nn.ConvTranspose1d(4, 6, kernel_size=5, stride=2, padding=1, output_padding=1, "
         "dilation=3, groups=2, bias=False)"),
        (nn.ConvTranspose3d(1, 1, (1, 2, 3), (2, 1, 1)),
         "nn.ConvTranspose3d(1, 1, kernel_size=(1, 2, 3), stride=(2, 1, 1))"),
    ],
)  # fmt: skip
def test_a_module_is_the_layer_of_the_call_that_makes_it(module: nn.Module, call: str) -> None:
    (stage,) = stages(module, {})
    assert stage.layer == tcviz.layer(call)
    assert stage.layer.call == call


@pytest.mark.parametrize("shape", [(2,), (2, 2), (2, 2, 3, 3, 3, 3)])
def test_a_module_whose_weight_has_no_kernel_is_refused(shape: tuple[int, ...]) -> None:
    odd = SimpleNamespace(weight=np.zeros(shape), bias=None, stride=1, padding=0, output_padding=0,
                          dilation=1, groups=1)  # fmt: skip
    with pytest.raises(RequestError, match=r"weight is of shape .*kernel_size"):
        stages(odd, {})


@settings(deadline=None, max_examples=25)
@given(layers=chains(1), n=st.integers(1, 6))
def test_there_is_room_for_as_many_ways_as_there_are_anywhere(layers: list[str], n: int) -> None:
    try:
        drawn = figure(view="chain", layer=layers, input_size=n)
    except RequestError:
        return
    assert drawn.look.chain
    whole = chained(part(drawn.operands), drawn.look.chain)
    for cell in range(whole.output_size[0]):
        ways = whole.ways((cell,))
        assert all(side.max() <= most for (side,), most in zip(ways, whole.most, strict=True))
        lit = [np.count_nonzero(side) for (side,) in ways]
        assert all(count <= most for count, (most,) in zip(lit, whole.widest, strict=True))


@pytest.mark.parametrize("count", [17, 40, 64])
def test_many_layers_are_laid_out_in_few_ways(count: int) -> None:
    """So many panels have far more ways to be broken into lines than can be tried."""
    panels = [Panel(f"stage{i}", (5, 5), 0.6, "", "", begins=True) for i in range(count)]
    assert len([*equation(panels, 1)]) < 100


@given(st.lists(st.integers(1, 9), min_size=1, max_size=9), st.data())
def test_lines_are_as_even_as_can_be(sizes: list[int], data: st.DataObject) -> None:
    count = data.draw(st.integers(0, len(sizes) - 1))

    def longest(breaks: Sequence[int]) -> int:
        return max(sum(sizes[a:b]) for a, b in pairwise([0, *breaks, len(sizes)]))

    ways = combinations(range(1, len(sizes)), count)
    assert tuple(evenly(sizes, count)) == min(ways, key=longest)


def test_ways_that_are_too_many_for_whole_numbers_are_drawn() -> None:
    layers = ["nn.ConvTranspose2d(1, 1, 3, 1, 1)"] * 40
    shown = figure(view="chain", layer=layers, input_size=5)
    assert "5×5 cells, in 128,455,976," in next(shown.scenes()).sentence
