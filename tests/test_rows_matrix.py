"""The matrix view in one dimension, on marks: the vectors are input and output themselves."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tcviz import views
from tcviz.api import animate, figure
from tcviz.engine.fast import conv_transpose
from tcviz.layer import parts
from tcviz.look.look import Look
from tcviz.request import inputs
from tcviz.scene import theme
from tcviz.scene.marks import Box, Cell, Heatmap, Label, Scene
from tcviz.views.view import View
from tests.strategies import Axis, axes
from tests.test_layout import RULES, Picture, picture
from tests.test_views import by_key, cells, shown

LIGHT = theme.load("light")


def part_of(*, forward: bool = False, **asked: Any) -> parts.Part:
    example = views.example("matrix", forward=forward)
    return parts.part(inputs.plan(example=example, dims=1, **asked).make())


def view_of(*, look: dict[str, Any] | None = None, **asked: Any) -> View:
    return views.build("matrix", part_of(**asked), Look(**{"theme": LIGHT, **(look or {})}))


def scene_of(step: int | None = None, **asked: Any) -> Scene:
    view = view_of(**asked)
    return view.overview() if step is None else next(view.moments([step]))[0]


def words(scene: Scene) -> dict[str, str]:
    return {m.key: m.text for m in scene.marks if isinstance(m, Label)}


def transposed_matrix(part: parts.Part, size: int, **extra: Any) -> np.ndarray:
    """Return what a transposed convolution makes of each unit vector, channel by channel."""
    layer = part.layer
    geometry = {"stride": layer.stride, "dilation": layer.dilation}
    units = np.eye(size, dtype=part.weight.dtype)[:, np.newaxis]
    blocks = [
        np.stack([conv_transpose(unit, w[np.newaxis, np.newaxis], **geometry, **extra)[0]
                  for unit in units], axis=1)
        for w in part.weight
    ]  # fmt: skip
    return np.hstack(blocks)


def matrix(part: parts.Part) -> np.ndarray:
    (n,), (out,) = part.input_size, part.output_size
    if not isinstance(part, parts.ForwardPart):
        extra = part.layer.output_padding
        return transposed_matrix(part, n, padding=part.layer.padding, output_padding=extra)
    ((before, _),) = part.layer.border
    spare = np.zeros((before + n, out * part.channels), int)
    padded = np.vstack([transposed_matrix(part, out), spare])[before : before + n]
    return np.hstack([block.T for block in np.split(padded, part.channels, axis=1)])


def geometry(axis: Axis, *, forward: bool) -> dict[str, Any]:
    names = ("kernel_size", "stride", "dilation") + ("output_padding",) * (not forward)
    asked = {name: (getattr(axis, name),) for name in names}
    return {**asked, "padding": [axis.padding], "input_size": (axis.size,)}


@settings(deadline=None, max_examples=60)
@given(
    axis=axes(),
    channels=st.integers(1, 3),
    seed=st.integers(0, 99),
    forward=st.booleans(),
    bias=st.sampled_from([None, [7]]),
)
def test_the_matrix_shown_is_what_the_engine_makes_of_unit_vectors(
    axis: Axis, channels: int, seed: int, forward: bool, bias: Any
) -> None:
    asked = geometry(axis, forward=forward)
    if forward:  # the input is the large side
        reach = (axis.kernel_size - 1) * axis.dilation + 1
        asked["input_size"] = (axis.size + max(0, reach - sum(axis.padding)),)
    part = part_of(forward=forward, in_channels=channels, seed=seed, bias=bias, **asked)
    assume(max(part.output_size[0], part.x.size) <= 24)
    scene = views.build("matrix", part, Look(LIGHT)).overview()
    assume("matrix[0,0]" in by_key(scene))
    dense = matrix(part)
    np.testing.assert_array_equal(shown(scene, "matrix"), dense)
    np.testing.assert_array_equal(shown(scene, "x.vector"), part.x.reshape(-1, 1))
    y = dense @ part.x.ravel() + (part.bias or 0)
    np.testing.assert_array_equal(shown(scene, "y.vector").ravel(), y)
    drawn = [m.key for m in scene.marks if m.key.endswith("[0,0]") and m.key.startswith("w.")]
    for c in range(len(drawn)):
        np.testing.assert_array_equal(shown(scene, f"w.{c}"), part.weight[c : c + 1])


@pytest.mark.parametrize("forward", [False, True])
def test_vectors_are_drawn_once_and_named_for_what_they_are(forward: bool) -> None:
    scene = scene_of(forward=forward)
    panels = {m.key.split("[")[0] for m in scene.marks if isinstance(m, Cell)}
    legend = {key for key in panels if key.startswith("legend.")}
    assert panels - legend == {"matrix", "x.vector", "y.vector", "w.0"}
    said = words(scene)
    assert (said["x.vector.title"], said["y.vector.title"]) == ("input x", "output y")
    sizes = ("5×7", "7×1", "5×1", "size 3") if forward else ("6×4", "4×1", "6×1", "size 3")
    keys = ("matrix", "x.vector", "y.vector", "w")
    assert tuple(said[f"{key}.size"] for key in keys) == sizes
    assert said["sentence"].endswith("one row per output element, one column per input element")


@pytest.mark.parametrize("forward", [False, True])
def test_every_tap_has_one_tint_in_the_kernel_and_along_its_band(forward: bool) -> None:
    scene = scene_of(forward=forward, input_size=9, stride=2, dilation=2, weight=[[[5, 6, 7]]])
    fills = set()
    for tap, number in enumerate("567"):
        (fill,) = {m.style.fill for m in scene.marks if isinstance(m, Cell) and m.text == number
                   and m.key.startswith(("matrix[", "w.0["))}  # fmt: skip
        band = cells(scene, "matrix", lambda m, fill=fill: m.style.fill == fill)
        small, large = (0, 1) if forward else (1, 0)
        assert {at[large] - 2 * at[small] for at in band} == {2 * tap}
        fills.add(fill)
    assert len(fills) == 3


def test_a_step_lights_its_row_what_it_reads_and_the_taps_it_uses() -> None:
    scene = scene_of(3, stride=2, padding=1, in_channels=2, seed=1)
    marks = by_key(scene)
    read = {"x.vector": {(1, 0), (2, 0), (5, 0), (6, 0)}, "w.0": {(0, 0), (0, 2)},
            "w.1": {(0, 0), (0, 2)}, "matrix": {(3, 1), (3, 2), (3, 5), (3, 6)}}  # fmt: skip
    for panel, where in read.items():
        assert cells(scene, panel, lambda m: m.style.bold) == where
        warm = cells(scene, panel, lambda m: m.style.fill == LIGHT.now_soft)
        assert warm == (set() if panel.startswith("w.") else where)  # a kernel keeps its hues
    assert cells(scene, "y.vector", lambda m: m.style.fill == LIGHT.now_fill) == {(3, 0)}
    assert np.isnan(shown(scene, "y.vector").ravel()).tolist() == [False] * 4 + [True] * 3
    for c, (first, last) in enumerate([(1, 2), (5, 6)]):
        frame = marks[f"now.x.{c}"].rect
        assert frame.y == pytest.approx(marks[f"x.vector[{first},0]"].rect.y)
        assert frame.bottom == pytest.approx(marks[f"x.vector[{last},0]"].rect.bottom)
    assert "now.output" not in marks
    for frame, tap in (("now.w.0", 0), ("now.w.0.1", 2)):  # not the tap between them
        assert marks[frame].rect == pytest.approx(marks[f"w.0[0,{tap}]"].rect)


def test_the_sentence_writes_a_row_out() -> None:
    asked = {"input": [[1, 2, 3, 4]], "weight": [[[10, -20, 30]]], "stride": 2, "padding": 1}
    scene = scene_of(3, **asked)
    assert words(scene)["sentence"].startswith(
        "y[3] = row 3 of Aᵀ (= column 3 of A) times x = 30·2 + 10·3 = 90"
    )
    assert "4 elements × 3 taps − 2 cropped = 10" in words(scene)["detail"]


def test_output_padding_is_hatched_and_said() -> None:
    scene = scene_of(stride=2, padding=1, output_padding=1)
    assert cells(scene, "y.vector", lambda m: bool(m.style.hatch)) == {(7, 0)}
    said = " ".join(text for key, text in words(scene).items() if key.startswith("y.vector.note"))
    assert said == "last element of\u00a0y: output_padding"


@pytest.mark.parametrize("forward", [False, True])
@pytest.mark.parametrize("size", [64, 300])
def test_a_long_vector_gives_a_picture_of_the_bands(forward: bool, size: int) -> None:
    asked = {"stride": 2, "output_padding": 1} if not forward else {"stride": 2}
    part = part_of(forward=forward, input_size=size, **asked)
    scene = views.build("matrix", part, Look(LIGHT)).overview()
    heat = by_key(scene)["matrix"]
    assert isinstance(heat, Heatmap)
    index = np.frombuffer(heat.index, np.uint8).reshape(heat.rows, heat.cols)
    small, large = sorted((part.input_size[0], part.output_size[0]))
    binned = np.zeros((heat.rows, heat.cols), bool)
    for i in range(small):
        for j in range(2 * i, min(2 * i + 3, large)):
            row, column = (i, j) if forward else (j, i)
            at = row * heat.rows // part.output_size[0], column * heat.cols // part.input_size[0]
            binned[at] = True
    np.testing.assert_array_equal(index > 0, binned)


def test_where_tints_hide_hatching_a_frame_shows_output_padding() -> None:
    scene = scene_of(stride=2, output_padding=1, input_size=64)
    frame, vector = by_key(scene)["output_padding.rows"], by_key(scene)["y.vector"]
    assert isinstance(frame, Box)
    assert frame.rect.bottom == pytest.approx(vector.rect.bottom)
    assert frame.rect.h == pytest.approx(vector.rect.h / vector.rows)


PICTURES: tuple[dict[str, Any], ...] = (
    {},
    {"forward": True},
    {"stride": 2, "padding": 1, "output_padding": 1, "bias": [3, 4], "in_channels": 4,
     "out_channels": 2, "groups": 2},
    {"forward": True, "input_size": 9, "kernel_size": 4, "dilation": 2, "size": (640, 360)},
    {"input_size": 64, "stride": 2, "size": (640, 900)},
    {"input_size": 120, "kernel_size": 64, "stride": 2},
    {"input_size": 1, "kernel_size": 1},
    {"weight": np.random.default_rng(1).normal(size=(2, 1, 5)) * 1e-6, "stride": 3},
    {"symbols": True, "in_channels": 1},
)  # fmt: skip


@cache
def pictures() -> tuple[Picture, ...]:
    made = [figure(view="matrix", dims=1, step=step, **asked)
            for asked in PICTURES for step in (None, 1, -1)]  # fmt: skip
    return tuple(picture(scene, one.look.pixel) for one in made for scene in one.scenes())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_in_no_picture(rule: Any) -> None:
    assert [found for p in pictures() for found in rule(p)] == []


def test_it_is_animated_and_cropped(tmp_path: Any) -> None:
    animate(view="matrix", dims=1, stride=2, padding=1).save(tmp_path / "a.gif")
    figure(view="matrix", dims=1, forward=True, crop=True).save(tmp_path / "a.svg")
    assert (tmp_path / "a.gif").read_bytes()[:3] == b"GIF"
    assert (tmp_path / "a.svg").read_text().startswith("<")
