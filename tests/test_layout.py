"""Layouts: any columns on any canvas get places, and in every picture nothing meets anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations, pairwise
from math import dist, inf
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import assume, given, seed, settings
from hypothesis import strategies as st

from tcviz.api import animate
from tcviz.errors import RequestError, TooSmallError
from tcviz.picture.arrangement import Arrangement, equation
from tcviz.picture.fitting import FINE, Room, fitting
from tcviz.picture.layout import Layout
from tcviz.picture.nodes import Below, Node, Placing, Row
from tcviz.picture.panels import HEADING, STACK_GAP, Panel
from tcviz.picture.scale import Scale
from tcviz.picture.solver import solve
from tcviz.scene import text
from tcviz.scene.marks import Box, Cell, Connector, Heatmap, Label, Rect, Scene
from tcviz.scene.text import SMALLEST as SMALLEST_TEXT
from tests.strategies import REPEATED

SLACK = 1e-6
LEAST_BEND = 5.0
"""An arrow that bends by less looks broken."""
CANVASES = ((1280, 720), (640, 360), (1920, 1080), (960, 720), (1080, 1080), (640, 900))
DESCENDING = frozenset("gjpqy,;()[]_")

# --- the search ---------------------------------------------------------------


class Growing(Node):
    """A part of a picture that gets larger with its text, in steps and ever faster or slower."""

    def __init__(self, power: float, step: float, endless: float) -> None:
        self.power, self.step, self.endless = power, step, endless
        self.measured: list[float] = []

    def size(self, scale: Scale) -> tuple[float, float]:
        self.measured.append(scale.text)
        wide: float = scale.text**self.power
        return (wide if wide < self.endless else inf), wide // self.step * self.step

    def place(self, box: Rect, into: Placing) -> None:
        """Stand nowhere."""

    def panels(self) -> Iterator[Panel]:
        yield from ()


@given(
    power=st.floats(0.4, 3.0),
    step=st.floats(0.1, 30.0),
    endless=st.floats(1.0, 1e4),
    room=st.tuples(st.floats(1.0, 300.0), st.floats(1.0, 300.0)),
    low=st.floats(1.0, 20.0),
    more=st.sampled_from([0.0, 0.5, 4.0, 30.0]),
)
def test_the_largest_text_that_fits_is_found_as_if_each_were_tried(
    power: float, step: float, endless: float, room: tuple[float, float], low: float, more: float
) -> None:
    node, body = Growing(power, step, endless), Room(Rect(0.0, 0.0, *room), 1.0, 9.0, 1.0)

    def scale(text: float) -> Scale:
        return Scale(1.0, 1.0, text=text)

    found = fitting(Arrangement(node, 1), body, scale, low, low + more, FINE)
    tried = {*node.measured}
    texts = [low + n * more / FINE for n in range(FINE + 1)]
    fit = [text for text in texts if node.fits(scale(text), *room)]
    assert (found.text if found else None) == pytest.approx(max(fit, default=None))
    assert len(tried) <= 12
    if not more or not fit or fit[-1] == texts[-1]:
        assert len(tried) <= 2


# --- columns ----------------------------------------------------------------

COLUMNS = st.lists(
    st.builds(
        Panel,
        key=st.just(""),
        shape=st.tuples(st.integers(1, 60), st.integers(1, 60)),
        em=st.floats(0.6, 9.0),
        title=st.sampled_from(["x", "kernel w", "stretched, padded"]),
        size=st.sampled_from(["3×3", "70×19, per channel"]),
        gap=st.sampled_from([0.0, 38.0, 60.0, 92.0]),
        upper=st.sampled_from(["", "", "above"]),
        notes=st.sampled_from([(), ("zeros: 1 between, 1 around",), ("one", "two words more")]),
    ),
    min_size=1,
    max_size=5,
)


def named(columns: list[Panel], *, shared: bool) -> list[Panel]:
    """Give each column its key; the last may be the shared one, the first has names."""
    keyed = [
        replace(c, key=f"c{i}", named="channel 0" if i == 0 else "") for i, c in enumerate(columns)
    ]
    if shared and len(keyed) > 1:
        keyed[-1] = replace(keyed[-1], shared=True, upper="")
    return keyed


def arranged(
    panels: list[Panel], room: Rect, pixel: float, smallest: float, wanted: int, least: int
) -> Layout:
    """Return the layout of an equation of some panels, with as many channels as are wanted."""
    options = [o for n in range(wanted, least - 1, -1) for o in equation(panels, n)]
    return solve(options, Room(room, pixel, smallest, pixel))


def boxes_of(panels: list[Panel], layout: Layout) -> Iterator[Rect]:
    """Yield the box of every panel, stacked ones as one, in `layout`."""
    by_key = {panel.key: panel for panel in panels}
    for (key, _), spot in layout.spots.items():
        panel = by_key[key]
        high = panel.stacked * panel.rows * spot.cell_height + (panel.stacked - 1) * STACK_GAP
        yield Rect(spot.x, spot.y, panel.cols * spot.cell_width, high)


@settings(deadline=None, max_examples=60)
@given(
    columns=COLUMNS,
    shared=st.booleans(),
    room=st.builds(Rect, st.just(40.0), st.just(96.0), st.floats(500, 1800), st.floats(250, 1200)),
    zoom=st.sampled_from([0.5, 1.0, 1.5, 2.0]),
    wanted=st.integers(1, 5),
    data=st.data(),
)
def test_columns_get_places_that_do_not_meet_or_the_canvas_is_refused(
    columns: list[Panel], shared: bool, room: Rect, zoom: float, wanted: int, data: st.DataObject
) -> None:
    columns, least = named(columns, shared=shared), data.draw(st.integers(1, wanted))
    pixel, smallest = 1 / zoom, SMALLEST_TEXT / zoom
    try:
        layout = arranged(columns, room, pixel, smallest, wanted, least)
    except TooSmallError:
        return
    assert least <= layout.drawn <= wanted
    panels = list(boxes_of(columns, layout))
    assert not [pair for pair in combinations(panels, 2) if meet(*pair, slack=SLACK)]
    rounding = len(columns) * pixel / 2  # each column starts on a whole pixel
    for panel in panels:
        assert room.x - rounding <= panel.x
        assert panel.right <= room.right + rounding
        assert room.y + HEADING - SLACK <= panel.y
        assert panel.bottom <= room.bottom + SLACK
    spots = ((panel, layout.spots[panel.key, 0]) for panel in columns)
    for column, slot in ((panel, spot) for panel, spot in spots if not spot.heat):
        assert slot.text >= smallest - SLACK
        assert slot.cell_width >= column.em * slot.text + 2 * pixel
        assert slot.cell_height >= 1.5 * slot.text


@settings(deadline=None, max_examples=25)
@given(COLUMNS, st.integers(1, 4))
def test_panels_of_one_shape_show_numbers_together_or_not_at_all(
    columns: list[Panel], rows: int
) -> None:
    columns = named(columns, shared=False)
    try:
        layout = arranged(columns, Rect(40, 96, 1200, 540), 1.0, 9.5, rows, 1)
    except RequestError:
        assume(False)
    shown = {(column.shape, layout.spots[column.key, 0].heat) for column in columns}
    assert len(shown) == len({shape for shape, _ in shown})


def test_more_digits_make_wider_cells_but_never_smaller_than_legible_text() -> None:
    room = Rect(40, 96, 1200, 540)
    short, long = (
        arranged([Panel("x", (5, 5), em, "x", "5×5")], room, 1.0, 9.5, 1, 1) for em in (1.0, 12.0)
    )
    assert short.spots["x", 0].cell_width / short.spots["x", 0].text < 3
    assert long.spots["x", 0].cell_width / long.spots["x", 0].text > 12
    assert long.spots["x", 0].text >= 9.5


def test_an_arrangement_that_fills_less_is_taken_only_for_larger_text() -> None:
    one, other = (Panel(key, (1, 1), 0.6, key, "1×1", gap=40) for key in "ab")
    high = Arrangement(Below((Row((one,)), Row((other,))), (14.0,)), 1)
    wide = Arrangement(Row((one, other)), 1, 0.95)
    for options in ([high, wide], [wide, high]):
        spots = solve(options, Room(Rect(40, 96, 1200, 540), 1.0, 9.5, 1.0)).spots
        assert spots["a", 0].x == spots["b", 0].x
        assert spots["a", 0].y < spots["b", 0].y


# --- pictures ---------------------------------------------------------------


class Picture(NamedTuple):
    """A scene with what its rules are about."""

    scene: Scene
    pixel: float
    panels: dict[str, Rect]
    labels: list[tuple[Label, Rect]]
    runs: list[tuple[Connector, Rect]]


def meet(a: Rect, b: Rect, slack: float = 0.0) -> bool:
    return (
        a.x + slack < b.right
        and b.x + slack < a.right
        and a.y + slack < b.bottom
        and b.y + slack < a.bottom
    )


def meetings(
    ones: Sequence[Rect], others: Sequence[Rect], slack: float = 0.0
) -> list[tuple[int, int]]:
    """Return which of some rectangles `meet` which of others, by their numbers."""
    a, b = (np.array(rects, float).reshape(-1, 4) for rects in (ones, others))
    a_end, b_end = a[:, None, :2] + a[:, None, 2:], b[:, :2] + b[:, 2:]
    met = (a[:, None, :2] + slack < b_end) & (b[:, :2] + slack < a_end)
    return [(i, j) for i, j in np.argwhere(met.all(axis=2)).tolist()]


def written(label: Label) -> Rect:
    """Return the box of a label's letters: its capitals, and the tails below them."""
    wide, high = text.width(label.text, label.size, label.bold), text.CAP_HEIGHT * label.size
    left = label.at[0] - {"left": 0.0, "center": 0.5, "right": 1.0}[label.anchor] * wide
    tail = 0.2 * label.size if DESCENDING & set(label.text) else 0.0
    return Rect(left, label.at[1] - high / 2, wide, high + tail)


def runs(line: Connector) -> Iterator[tuple[Connector, Rect]]:
    half = line.width / 2
    for (x0, y0), (x1, y1) in pairwise(line.points):
        left, top = min(x0, x1) - half, min(y0, y1) - half
        yield line, Rect(left, top, abs(x1 - x0) + line.width, abs(y1 - y0) + line.width)


def around(rects: list[Rect]) -> Rect:
    left, top = min(r.x for r in rects), min(r.y for r in rects)
    return Rect(left, top, max(r.right for r in rects) - left, max(r.bottom for r in rects) - top)


def picture(scene: Scene, pixel: float) -> Picture:
    cells: dict[str, list[Rect]] = {}
    for m in scene.marks:
        if isinstance(m, Cell | Heatmap):
            cells.setdefault(m.key.split("[")[0], []).append(m.rect)
    panels = {key: around(rects) for key, rects in cells.items()}
    labels = [(m, written(m)) for m in scene.marks if isinstance(m, Label) and m.text]
    lines = [run for m in scene.marks if isinstance(m, Connector) for run in runs(m)]
    return Picture(scene, pixel, panels, labels, lines)


def leaves_the_canvas(p: Picture) -> Iterator[str]:
    boxes = [(m.key, m.rect) for m in p.scene.marks if isinstance(m, Cell | Box | Heatmap)]
    boxes += [(m.key, rect) for m, rect in [*p.labels, *p.runs]]
    for key, r in boxes:
        inside = r.x > -SLACK and r.right < p.scene.width + SLACK
        if not inside or r.y < -SLACK or r.bottom > p.scene.height + SLACK:
            yield f"{key} at {r}"


def is_clipped(p: Picture) -> Iterator[str]:
    for m in p.scene.marks:
        if isinstance(m, Cell) and m.text:
            wide = text.width(m.text, m.size, m.style.bold)
            if wide + 2 * p.pixel > m.rect.w or 1.1 * m.size > m.rect.h:
                yield f"{m.key}: {m.text} is {wide:.1f} wide in {m.rect.w:.1f}"


def is_too_small_to_read(p: Picture) -> Iterator[str]:
    for m in p.scene.marks:
        if isinstance(m, Cell | Label) and m.text and m.size / p.pixel < SMALLEST_TEXT - SLACK:
            yield f"{m.key}: {m.size / p.pixel:.2f} pixels"


def panel_meets_panel(p: Picture) -> Iterator[str]:
    names, rects = [*p.panels], [*p.panels.values()]
    yield from (f"{names[a]} and {names[b]}" for a, b in meetings(rects, rects, SLACK) if a < b)


def label_meets_panel(p: Picture) -> Iterator[str]:
    names, rects = [*p.panels], [*p.panels.values()]
    for n, k in meetings([rect for _, rect in p.labels], rects):
        yield f"{called(p, n)} on {names[k]}"


def label_meets_label(p: Picture) -> Iterator[str]:
    rects = [rect for _, rect in p.labels]
    yield from (f"{called(p, a)} and {called(p, b)}" for a, b in meetings(rects, rects) if a < b)


def connector_meets_panel(p: Picture) -> Iterator[str]:
    names, rects = [*p.panels], [*p.panels.values()]
    for n, k in meetings([rect for _, rect in p.runs], rects, SLACK):
        yield f"{p.runs[n][0].key} on {names[k]}"


def connector_meets_label(p: Picture) -> Iterator[str]:
    for n, k in meetings([rect for _, rect in p.runs], [rect for _, rect in p.labels]):
        yield f"{p.runs[n][0].key} on {called(p, k)}"


def called(p: Picture, label: int) -> str:
    """Return how a label of a picture is called where it breaks a rule."""
    mark, _ = p.labels[label]
    return f"{mark.key} {mark.text!r}"


def connector_is_broken(p: Picture) -> Iterator[str]:
    for m in p.scene.marks:
        if isinstance(m, Connector):
            between = [dist(*ends) for ends in pairwise(m.points[1:-1])]
            yield from (f"{m.key} bends by {far:.1f}" for far in between if far < LEAST_BEND)


RULES = (
    leaves_the_canvas,
    is_clipped,
    is_too_small_to_read,
    panel_meets_panel,
    label_meets_panel,
    label_meets_label,
    connector_meets_panel,
    connector_meets_label,
    connector_is_broken,
)


def broken(p: Picture) -> list[tuple[str, str]]:
    """Return which rules a picture breaks, and where."""
    return [(rule.__name__, told) for rule in RULES for told in rule(p)]


@st.composite
def requests(draw: st.DrawFn) -> tuple[tuple[str, Any], ...]:
    """Return the keyword arguments of a picture, hashable."""
    side, groups = st.integers(1, 6) | st.integers(1, 40), draw(st.sampled_from([1, 1, 2]))
    inputs, kernel = draw(st.tuples(side, side)), draw(st.tuples(*[st.integers(1, 7)] * 2))
    kernel = draw(st.sampled_from([kernel, kernel[:1] * 2]))
    stride, dilation = draw(st.integers(1, 4)), draw(st.sampled_from([1, 1, 2, 3]))
    padded = [(x - 1) * stride + dilation * (k - 1) for x, k in zip(inputs, kernel, strict=True)]
    asked: dict[str, Any] = {
        "kernel_size": kernel,
        "stride": stride,
        "dilation": dilation,
        "padding": draw(st.integers(0, min(4, *(n // 2 for n in padded)))),
        "output_padding": draw(st.sampled_from([0, max(stride, dilation) - 1])),
        "input_size": inputs,
        "groups": groups,
        "in_channels": groups * draw(st.integers(1, 5)),
        "out_channels": groups * draw(st.sampled_from([1, 2])),
        "size": draw(st.sampled_from(CANVASES)),
        "scale": draw(st.sampled_from([1.0, 1.5, 2.0])),
        "channels": draw(st.sampled_from([None, None, 1, 5])),
        "decimals": draw(st.sampled_from([None, None, 2, 6])),
        "title": draw(st.sampled_from([None, "A title of many words " * 6])),
        "magnitude": draw(st.sampled_from([None, 1e-6, 0.01, 1.0, 1000.0, 1e9])),
    }
    return tuple(asked.items())


def pictures(
    view: str, request: tuple[tuple[str, Any], ...], steps: Sequence[int] = (0, 1, 7, 30)
) -> tuple[Picture, ...]:
    """Return pictures of these steps and the last; none where a canvas is refused as too small."""
    asked = dict(request)
    forward = view == "convolution"
    if forward:  # which has none, and whose input is the large side
        spans = (
            asked["dilation"] * (k - 1) + 1 - 2 * asked["padding"] for k in asked["kernel_size"]
        )
        sizes = zip(asked["input_size"], spans, strict=True)
        asked |= {"output_padding": 0, "input_size": [max(n + 9, span) for n, span in sizes]}
    if magnitude := asked.pop("magnitude"):
        into, out = (asked["out_channels"], asked["in_channels"])[:: 1 if forward else -1]
        fan = into, out // asked["groups"]
        weight = np.random.default_rng(1).normal(size=(*fan, *asked["kernel_size"])) * magnitude
        asked |= {"weight": weight, "bias": [1.5] * asked["out_channels"]}
    animation = animate(view=view, first=100, **asked)
    few = [n for n in steps if n < len(animation.picks) - 1]
    try:
        scenes = [scene for scene, _ in animation.drawn.moments([*few, animation.picks[-1]])]
    except TooSmallError:
        return ()
    return tuple(picture(scene, animation.look.pixel) for scene in scenes)


@pytest.mark.parametrize("view", ["distribution", "collection", "convolution", "overlap"])
@seed(3)
@settings(REPEATED, max_examples=40)
@given(request=requests())
def test_in_no_picture_does_anything_meet_anything(view: str, request: Any) -> None:
    assert [found for p in pictures(view, request) for found in broken(p)] == []


@pytest.mark.parametrize(
    ("asked", "left", "right"),
    [
        ({"view": "convolution"}, "x.0", ("window.0", "output")),
        ({"view": "grad-input", "stride": 2, "padding": 1}, "padded.0", ("window.0", "output")),
        (
            {"kernel_size": 2, "stride": 2, "input_size": 4, "size": (640, 360)},
            "x.0",
            ("element.0", "padded.0"),
        ),
    ],
    ids=str,
)
def test_what_is_read_first_may_have_all_the_height_beside_lines_of_the_rest(
    asked: dict[str, Any], left: str, right: tuple[str, str]
) -> None:
    shown = animate(in_channels=2, first=3, **asked)
    ((scene, _),) = shown.drawn.moments([2])
    drawn = picture(scene, shown.look.pixel)
    first, (upper, lower) = drawn.panels[left], (drawn.panels[key] for key in right)
    assert first.right < min(upper.x, lower.x)
    assert upper.bottom < lower.y < first.bottom
    assert not [m for m in scene.marks if isinstance(m, Heatmap)]
    assert [found for rule in RULES for found in rule(drawn)] == []
