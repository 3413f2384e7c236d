"""The channel map: its lines are the layer's groups, and it is in nothing's way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from tcviz import views
from tcviz.boards import channel_map
from tcviz.look.look import Look
from tcviz.look.wiring import Wiring, wiring
from tcviz.request import inputs
from tcviz.scene import theme
from tcviz.scene.crop import MARGIN, bounds
from tcviz.scene.marks import Box, Cell, Connector, Label, Mark, Rect, Scene
from tcviz.views import map_place

LIGHT = Look(theme.load("light"))
GEOMETRY: dict[str, Any] = {"stride": 2, "padding": 1, "seed": 1}
SIZES = [(1280, 720), (960, 540), (800, 450), (560, 315)]
LAYERS = [
    (2, 3, 1),
    (6, 2, 1),
    (4, 4, 2),
    (4, 2, 2),
    (3, 3, 3),
    (16, 32, 4),
    (64, 64, 1),
    (64, 64, 64),
]


def part(view: str, channel: int = 0, **geometry: Any) -> Any:
    gradient = views.entry(view).gradient
    plan = inputs.plan(example=views.example(view), backward=gradient is not None, **geometry)
    made, read = (0, channel) if gradient == "input" else (channel, 0)
    return views.part(view, plan.make(), made, read)


def scene(view: str, channel: int = 0, look: Look = LIGHT, step: int = 0, **geometry: Any) -> Scene:
    built = views.build(view, part(view, channel, **(GEOMETRY | geometry)), look)
    return next(built.moments([step % built.steps], settle=False))[0]


def layer(channels: tuple[int, int, int]) -> dict[str, int]:
    return dict(zip(("in_channels", "out_channels", "groups"), channels, strict=True))


def split(marks: Sequence[Mark]) -> tuple[list[Mark], list[Mark]]:
    """Return the map's marks and all others."""
    mine = [m for m in marks if m.key.startswith(f"{channel_map.KEY}.")]
    return mine, [m for m in marks if m not in mine]


def drawn(wires: Wiring, look: Look = LIGHT, high: float = 538.0) -> tuple[Mark, ...]:
    size = channel_map.size(wires, look, high)
    assert size is not None
    return channel_map.marks(wires, look, Rect(100, 50, *size))


def run(words: str) -> range:
    first, _, last = words.partition("–")
    return range(int(first), int(last or first) + 1)


def lines(marks: Sequence[Mark]) -> dict[tuple[range, range], Connector]:
    """Return the lines by what they lead from and to."""
    found = {}
    for mark in marks:
        if isinstance(mark, Connector):
            _, i, o = mark.key.split(".")
            found[run(i), run(o)] = mark
    return found


def cells(marks: Sequence[Mark], side: str) -> dict[range, Cell]:
    start = f"{channel_map.KEY}.{side}["
    return {
        run(m.key[len(start) : -1]): m
        for m in marks
        if isinstance(m, Cell) and m.key.startswith(start)
    }


def overlap(a: Rect, b: Rect, least: float = 0.01) -> bool:
    wide, high = min(a.right, b.right) - max(a.x, b.x), min(a.bottom, b.bottom) - max(a.y, b.y)
    return wide > least and high > least


def inside(a: Rect, b: Rect) -> bool:
    wide = b.x - 0.01 <= a.x and a.right <= b.right + 0.01
    return wide and b.y - 0.01 <= a.y and a.bottom <= b.bottom + 0.01


def extent(marks: Sequence[Mark]) -> Rect:
    r = bounds(marks)
    return Rect(r.x + MARGIN, r.y + MARGIN, r.w - 2 * MARGIN, r.h - 2 * MARGIN)


@pytest.mark.parametrize(
    ("ins", "outs", "groups"), [(2, 3, 1), (6, 2, 1), (4, 4, 2), (4, 2, 2), (6, 9, 3), (5, 5, 5)]
)
def test_a_line_leads_from_each_channel_to_each_of_its_group_and_to_no_other(ins, outs, groups):
    wires = wiring(part("distribution", outs - 1, **layer((ins, outs, groups))))
    fed = {
        (i, o)
        for i, o in product(range(ins), range(outs))
        if i // (ins // groups) == o // (outs // groups)
    }
    assert {(i[0], o[0]) for i, o in lines(drawn(wires))} == fed
    assert set(cells(drawn(wires), "in")) == {range(n, n + 1) for n in range(ins)}


@pytest.mark.parametrize("channels", [*LAYERS, (512, 512, 32), (10_000, 1, 1), (1000, 1000, 1000)])
@pytest.mark.parametrize("high", [150.0, 250.0, 538.0])
def test_folded_channels_are_runs_of_one_group_and_lines_join_those_of_one_group(channels, high):
    ins, outs, groups = channels
    for out in {0, outs // 2, outs - 1}:
        first = out // (outs // groups) * (ins // groups)
        wires = Wiring(ins, outs, groups, range(first, first + ins // groups), range(out, out + 1))
        if channel_map.size(wires, LIGHT, high) is None:
            continue
        marks = drawn(wires, LIGHT, high)
        joined = lines(marks)
        assert len(joined) <= 64
        for i, o in joined:
            groups_of = {n // (ins // groups) for n in i} | {n // (outs // groups) for n in o}
            assert len(groups_of) == 1
        told = [n for i in cells(marks, "in") for n in i]
        assert len(told) == len(set(told))
        assert set(wires.ins) <= set(told), "all that is summed is there"
        assert range(out, out + 1) in cells(marks, "out"), "the drawn channel stands by itself"


@pytest.mark.parametrize(
    ("view", "channel"), [("distribution", 3), ("grad-weight", 3), ("grad-input", 4)]
)
def test_the_tints_are_those_of_the_panels(view, channel):
    shown = part(view, channel, **GEOMETRY, **layer((6, 4, 2)))
    marks = drawn(wiring(shown))
    look, back = LIGHT.theme, view == "grad-input"
    sources, results = cells(marks, "out" if back else "in"), cells(marks, "in" if back else "out")
    summed = range(2, 4) if back else range(3, 6)
    lit = {r[0]: c.style.fill for r, c in sources.items() if c.style.fill != look.background}
    assert lit == {n: look.channel(n).fill for n in summed}
    own = {r[0]: c.style.fill for r, c in results.items() if c.style.fill != look.background}
    tint = look.channel(channel) if view == "grad-weight" and back else look.result
    assert own == {channel: tint.fill}


@pytest.mark.parametrize(
    ("view", "names"), [("distribution", ["in", "out"]), ("grad-input", ["dx", "dy"])]
)
def test_columns_are_called_as_the_panels_whose_tints_they_have(view, names):
    marks = drawn(wiring(part(view, 1, **GEOMETRY, **layer((4, 4, 2)))))
    assert [m.text for m in marks if isinstance(m, Label) and m.key.endswith(".name")] == names


@pytest.mark.parametrize("view", ["distribution", "grad-input", "grad-weight"])
def test_accented_lines_point_at_the_sum(view):
    shown = part(view, 1, **GEOMETRY, **layer((4, 4, 2)))
    marks = drawn(wiring(shown))
    told = {pair: m for pair, m in lines(marks).items() if m.ink == LIGHT.theme.ink}
    pairs = {(i[0], o[0]) for i, o in told}
    assert pairs == ({(1, 0), (1, 1)} if view == "grad-input" else {(0, 1), (1, 1)})
    assert {m.head for m in told.values()} == {view != "grad-weight"}
    for (i, o), line in told.items():
        ends = cells(marks, "in")[i].rect.right, cells(marks, "out")[o].rect.x
        found = line.points[0][0], line.points[-1][0]
        start, end = ends[0] + channel_map.CLEAR, ends[1] - channel_map.CLEAR
        assert found == ((end, start) if view == "grad-input" else (start, end))


def test_accented_lines_are_painted_over_the_others():
    marks = drawn(Wiring(4, 4, 1, range(4), range(1, 2)))
    inks = [m.ink for m in marks if isinstance(m, Connector)]
    assert inks == sorted(inks, key=lambda ink: ink == LIGHT.theme.ink)
    assert len(set(inks)) == 2


@pytest.mark.parametrize("channels", LAYERS)
@pytest.mark.parametrize("high", [200.0, 538.0])
def test_lines_run_between_the_boxes_and_groups_stand_apart(channels, high):
    ins, outs, groups = channels
    wires = Wiring(ins, outs, groups, range(ins // groups), range(1))
    size = channel_map.size(wires, LIGHT, high)
    if size is None:
        assert high < 538
        return
    marks = channel_map.marks(wires, LIGHT, Rect(100, 50, *size))
    around = extent(marks)
    assert inside(around, Rect(100, 50, *size))
    boxes = [m.rect for m in marks if isinstance(m, Cell)]
    assert not any(overlap(a, b) for n, a in enumerate(boxes) for b in boxes[:n])
    for mark in marks:
        if isinstance(mark, Connector):
            r = extent([mark])
            grown = Rect(r.x, r.y - 0.5, r.w, r.h + 1)
            assert not any(overlap(grown, box) for box in boxes), mark.key
    frames = [m.rect for m in marks if isinstance(m, Box) and ".group." in m.key]
    assert bool(frames) == (groups > 1)
    assert not any(overlap(a, b) for n, a in enumerate(frames) for b in frames[:n])
    words = [extent([m]) for m in marks if isinstance(m, Label)]
    assert not any(overlap(a, b) for a in words for b in (*boxes, *frames))


@pytest.mark.parametrize(
    "view",
    ["distribution", "collection", "convolution", "grad-input", "grad-weight", "overlap", "kernel"],
)
@pytest.mark.parametrize("size", SIZES)
def test_the_map_is_in_no_ones_way_at_any_step(view, size):
    look = replace(LIGHT, width=size[0], height=size[1])
    for channels in LAYERS[SIZES.index(size) % 2 :: 2]:  # every layer is on canvases of its own
        built = views.build(view, part(view, 1, **GEOMETRY, **layer(channels)), look)
        for now, _ in built.moments([0, built.steps // 2, built.steps - 1], settle=False):
            mine, others = split(now.marks)
            if not mine:
                continue
            around = extent(mine)
            assert inside(around, Rect(0, 0, now.width, now.height))
            grown = Rect(around.x - 3, around.y - 3, around.w + 6, around.h + 6)
            crossed = [m.key for m in others if overlap(grown, extent([m]), -0.01)]
            assert crossed == [], channels


@pytest.mark.parametrize(
    "view", ["distribution", "collection", "convolution", "grad-input", "grad-weight", "overlap"]
)
@pytest.mark.parametrize("channels", [(4, 4, 2), (2, 3, 1), (12, 12, 12)])
def test_on_a_slide_there_is_a_map(view, channels):
    assert split(scene(view, 1, **layer(channels)).marks)[0]


@pytest.mark.parametrize("size", SIZES)
def test_a_map_costs_no_number(size, monkeypatch):
    look = replace(LIGHT, width=size[0], height=size[1])
    for view, channels in product(("distribution", "collection"), LAYERS):
        with_map = scene(view, 1, look, **layer(channels))
        with monkeypatch.context() as patch:
            patch.setattr(map_place, "wiring", lambda *_: None)
            plain = scene(view, 1, look, **layer(channels))
        assert map_place.numbers(with_map) >= map_place.numbers(plain)


def test_where_there_is_no_room_the_notes_say_it():
    small = replace(LIGHT, width=800, height=450)
    shown = scene("grad-input", 2, small, **layer((4, 4, 2)))
    mine, others = split(shown.marks)
    words = " ".join(m.text for m in others if isinstance(m, Label))
    assert not mine
    assert "group 1 (of\u00a00–1): outputs 2–3" in words
    assert "input channel 2" in words


@pytest.mark.parametrize(
    ("view", "geometry"),
    [
        ("distribution", {"seed": None}),
        ("collection", {"seed": None}),
        ("matrix", {"stride": 1, "padding": 0, "seed": None}),
        ("distribution", {"in_channels": 3}),
        ("convolution", {"in_channels": 1}),
        ("grad-bias", {"out_channels": 3}),
    ],
)
def test_where_the_panels_say_it_all_there_is_no_map(view, geometry):
    assert split(scene(view, **geometry).marks)[0] == []


def test_more_input_channels_than_are_drawn_are_in_a_map():
    assert split(scene("distribution", in_channels=4).marks)[0]
    two = replace(LIGHT, channels=2)
    assert split(scene("distribution", look=two, in_channels=3).marks)[0]


def test_a_figure_without_header_has_no_map():
    bare = replace(LIGHT, chrome=False)
    assert split(scene("distribution", look=bare, **layer((4, 4, 2))).marks)[0] == []


def test_too_little_room_is_said():
    wires = Wiring(4, 4, 2, range(2), range(1))
    assert channel_map.size(wires, LIGHT, 60.0) is None
    assert channel_map.marks(wires, LIGHT, Rect(0, 0, 100, 60)) == ()


@pytest.mark.parametrize("channels", LAYERS)
def test_maps_of_all_channels_take_the_same_room(channels):
    outs, sizes = channels[1], set()
    for out in {0, 1 % outs, outs // 2, outs - 1}:
        wires = wiring(part("distribution", out, **layer(channels)))
        sizes.add(channel_map.size(wires, LIGHT, 400.0))
    assert len(sizes) == 1


def test_one_channel_of_a_group_is_named_in_the_singular():
    shown = scene("distribution", 2, **layer((3, 3, 3)))
    words = {m.text for m in shown.marks if isinstance(m, Label)}
    assert "group 2 (of\u00a00–2): input 2" in words
