"""What pictures say in words: of this step and this layer, and nothing that is not so in it."""

from __future__ import annotations

import re
from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest

from tcviz.api import animate, figure
from tcviz.look.titles import UNREACHED
from tcviz.scene.crop import extent
from tcviz.scene.marks import Box, Cell, Label, Rect, Scene
from tcviz.scene.theme import load
from tcviz.views import VIEWS

DILATED: dict[str, Any] = {
    "kernel_size": (3, 5), "stride": (2, 1), "padding": ((0, 1), (1, 2)), "dilation": (1, 2),
    "output_padding": (1, 0), "in_channels": 1, "seed": 2,
}  # fmt: skip
"""A layer whose window skips columns, and is cropped more on one side."""


def scenes(view: str, **asked: Any) -> list[Scene]:
    """Return the scenes of all steps of a picture."""
    drawn = animate(view=view, **asked).drawn
    return [scene for scene, _ in drawn.moments(range(drawn.steps))]


def last(view: str, **asked: Any) -> Scene:
    """Return the scene after the last step."""
    drawn = animate(view=view, **asked).drawn
    return next(settled for _, settled in drawn.moments([drawn.steps - 1]))


def labels(scene: Scene) -> dict[str, str]:
    """Return what labels say, by their keys."""
    return {m.key: m.text.replace("\u00a0", " ") for m in scene.marks if isinstance(m, Label)}


def read(scene: Scene, panel: str) -> set[tuple[int, int]]:
    """Return the cells of a panel that are read."""
    soft = load("light").now_soft
    cells = (m for m in scene.marks if isinstance(m, Cell) and m.key.startswith(f"{panel}["))
    places = (m.key[len(panel) + 1 : -1].split(",") for m in cells if m.style.fill == soft)
    return {(int(row), int(column)) for row, column in places}


def told(sentence: str) -> set[tuple[int, int]]:
    """Return the cells that a sentence names, of rows and columns told one by one or as a range."""
    found = re.search(r"rows? ([\d–, ]+), columns? ([\d–, ]+\d)", sentence)
    assert found, sentence
    rows, columns = map(coordinates, found.groups())
    return {(row, column) for row in rows for column in columns}


def coordinates(words: str) -> list[int]:
    """Return what is told.

    >>> coordinates("2–4"), coordinates("1, 4, 7")
    ([2, 3, 4], [1, 4, 7])
    """
    first, dash, end = words.partition("–")
    return [*range(int(first), int(end) + 1)] if dash else [int(n) for n in words.split(", ")]


@pytest.mark.parametrize("asked", [DILATED, {"dilation": 3, "padding": 2, "in_channels": 1}])
def test_a_sentence_names_the_cells_that_are_read_and_no_others(asked: dict[str, Any]) -> None:
    for scene in scenes("collection", **asked):
        if "the window holds" not in scene.sentence:
            assert told(scene.sentence) == read(scene, "stretched.0")


@pytest.mark.parametrize(
    ("view", "asked", "grid"),
    [
        ("collection", {}, "the padded input"),
        ("collection", {"stride": 2}, "the stretched, padded input"),
        ("collection", {"stride": 2, "padding": 2}, "the stretched input"),
        ("collection", {"kernel_size": 1}, "the input"),
        ("collection", {"in_channels": 2}, "each channel's padded input"),
        ("convolution", {"input_size": 5}, "the input"),
        ("convolution", {"padding": 1}, "the padded input"),
        ("grad-input", {"padding": 1}, "padded dy"),
        ("grad-input", {"out_channels": 2}, "each output channel's dy"),
        ("collection", {"stride": 2, "symbols": True}, "the stretched, padded input"),
    ],
)
def test_a_sentence_names_the_grid_whose_numbers_it_uses(
    view: str, asked: dict[str, Any], grid: str
) -> None:
    asked = {"in_channels": 1, "seed": 1} | asked
    said = [scene.sentence for scene in scenes(view, **asked)]
    assert any(f" of {grid}: " in sentence for sentence in said)
    windows = [sentence for sentence in said if " gathers " in sentence]
    assert all(f" of {grid}: " in sentence for sentence in windows)


def test_where_windows_overlap_the_grid_is_the_padded_result() -> None:
    meets = scenes("distribution", in_channels=1, padding=1, seed=1)[4].sentence
    assert re.search(r"windows overlap: row \d, column \d of the padded result: ", meets)


@pytest.mark.parametrize(("dims", "said"), [
    (1, "y begins at [1]"), (2, "y begins at [1,1]"), (3, "y begins at [1,1,1]"),
])  # fmt: skip
def test_the_padded_result_says_where_in_it_the_output_begins(dims: int, said: str) -> None:
    found = {"padding": 1, "in_channels": 1, "dims": dims, "bias": [0]}
    notes = [w for k, w in labels(last("distribution", **found)).items() if ".note." in k]
    assert said in " ".join(notes)
    shown = labels(last("distribution", **found | {"padding": 0})).values()
    assert not any("begins" in words for words in shown)


@pytest.mark.parametrize(("asked", "said"), [
    ({"dims": 1, "input_size": 40, "size": (640, 360)}, "written 2 apart"),
    ({"dims": 2}, "written 2 apart"),
    ({"dims": 2, "dilation": (3, 1)}, "written 3×1 apart"),
    ({"dims": 2, "dilation": (3, 2), "kernel_size": (3, 1)}, "written 3×1 apart"),
    ({"dims": 3}, "written 2 apart"),
], ids=str)  # fmt: skip
def test_of_products_drawn_side_by_side_it_is_said_how_far_apart_they_are_written(
    asked: dict[str, Any], said: str
) -> None:
    assert said in labels(last("distribution", **{"dilation": 2} | asked)).values()
    for close in ({"dilation": 1}, {"dilation": 2, "kernel_size": 1}):
        shown = labels(last("distribution", **asked | close))
        assert not any("apart" in words for words in shown.values())


@pytest.mark.parametrize("asked", [{"in_channels": 1}, {}, {"in_channels": 3, "channels": 1}])
@pytest.mark.parametrize("view", ["collection", "grad-input"])
def test_a_sum_says_how_many_products_are_left_out_of_it(view: str, asked: dict[str, Any]) -> None:
    asked = {"out_channels": asked.get("in_channels", 2)} | asked
    drawn, told = asked.get("channels", asked["out_channels"]), 0
    for scene in scenes(view, stride=2, padding=1, seed=1, **asked):
        said = written(scene)
        left = re.search(r"(in each, )?(\d+) other products? (?:is|are) 0", said)
        if left and "…" not in said:
            told += 1
            assert bool(left[1]) == (asked["out_channels"] > 1)
            assert said.count("·") == drawn * (9 - int(left[2])), said
    assert told >= 4


@pytest.mark.parametrize(("view", "name"), [("collection", "channel"),
                                            ("grad-input", "output channel")])  # fmt: skip
def test_what_has_no_panels_is_counted_and_named(view: str, name: str) -> None:
    asked: dict[str, Any] = {"kernel_size": 2, "input_size": 2}
    of = {"in_channels": 5, "out_channels": 5, "channels": 2, "size": (760, 720)}
    for scene in scenes(view, **asked | {"kernel_size": 4, "input_size": 4}, **of):
        said = written(scene)
        more = re.search(rf"and (\d) more {name}s?", said)
        sums = len(re.findall(r"channel \d: ", said))
        assert more is None or int(more[1]) + sums == 5, said
    for channels in (2, 5):
        named = {"in_channels": channels, "out_channels": channels, "channels": 1}
        told = f"{name} 1" if channels == 2 else f"{name}s 1–4"
        found = [re.search(rf"= (−?\d+)  *{name} 0: .*= (−?\d+); +{told}, not drawn: (−?\d+)",
                           written(scene)) for scene in scenes(view, **asked, **named)]  # fmt: skip
        assert any(found)
        for match in filter(None, found):
            total, first, rest = (int(n.replace("−", "-")) for n in match.groups())
            assert total == first + rest


@pytest.mark.parametrize(("channels", "said"), [(2, "1 more channel"), (1, "2 more channels")])
def test_channels_of_an_operand_without_panels_are_counted(channels: int, said: str) -> None:
    detail = labels(last("input", in_channels=3, channels=channels))["detail"]
    assert detail == f"and {said}, not drawn"


def test_a_channel_without_panels_is_said_to_have_none_where_its_numbers_are_read() -> None:
    scene = last("distribution", in_channels=2, channels=1, seed=1)
    assert re.search(r"\(channel 0\) and \S+ \(channel 1, not drawn\)", scene.sentence)
    assert "channel 0 of x drawn" in labels(scene).values()
    for scene in scenes("distribution", in_channels=3, channels=2, stride=2, padding=1):
        assert "…" not in labels(scene)["sentence"]


@pytest.mark.parametrize("canvas", [(1280, 720), (640, 360)])
@pytest.mark.parametrize("dims", [1, 2, 3])
def test_a_cell_is_summed_with_channels_that_have_no_panels(
    dims: int, canvas: tuple[int, int]
) -> None:
    asked = {"dims": dims, "in_channels": 5, "channels": 2, "stride": 2, "padding": 1, "bias": [7]}
    for scene in scenes("distribution", size=canvas, **asked)[:4]:
        said = labels(scene)["detail"].replace("−", "-")
        found = re.search(r"y\[[\d,]+\] = ([^=]+) = (-?\d+)$", said)
        assert found, said
        assert re.search(r"\d\)? \(channels 2–4\) \+ 7 \(bias\)$", found[1])
        terms = re.sub(r"\([a-z].*?\)|[ ()]", "", found[1]).split("+")
        assert sum(map(int, terms)) == int(found[2])


@pytest.mark.parametrize("view", ["collection", "grad-bias"])
def test_an_index_of_a_channel_is_called_one(view: str) -> None:
    named = "output channel 1" if view == "grad-bias" else "channel 1"
    for scene in scenes(view, out_channels=2, out_channel=1, seed=1):
        assert re.match(rf"d?y\[1,\d,\d\] \({named}\) ", scene.sentence)


@pytest.mark.parametrize("dims", [1, 2])
def test_an_element_of_dy_has_as_many_indices_as_its_sentence(dims: int) -> None:
    axes = "i,j" if dims == 2 else "i"
    for channels, own in ((1, ""), (2, "1,")):
        asked = {"out_channels": channels, "out_channel": channels - 1, "size": (900, 900)}
        scene = scenes("grad-bias", dims=dims, input_size=2, seed=1, **asked)[1]
        said = labels(scene)
        said = {key: words for key, words in said.items() if key != "sentence"}
        element = {words for words in said.values() if words.startswith("dy[")}
        assert element <= {f"dy[{own}{axes}]"}
        assert scene.sentence.startswith(f"dy[{own}")
        assert (f", output channel {channels - 1}" in " ".join(said.values())) == (channels > 1)


@pytest.mark.parametrize("view", ["distribution", "grad-weight", "overlap"])
def test_a_sentence_too_long_for_a_line_has_both_before_a_detail_has_one(view: str) -> None:
    asked = {"view": view, "dims": 1, "size": (400, 300), "stride": 2, "dilation": 2, "bias": [5]}
    shown, wrapped = animate(kernel_size=4, input_size=5, **asked), 0
    for scene, _ in shown.drawn.moments(shown.picks):
        said = labels(scene)
        assert not said["sentence"].endswith("…")
        wrapped += said["detail"] != "" and scene.sentence.startswith(
            f"{said['sentence']} {said['detail'].rstrip('…')}"
        )
    assert wrapped


def test_of_a_step_that_loses_nothing_nothing_is_said() -> None:
    for scene in scenes("distribution", in_channels=1, kernel_size=2, stride=2):
        assert labels(scene)["detail"] == ""


@pytest.mark.parametrize(
    ("view", "channels"),
    [("distribution", 1), ("grad-weight", 1), ("grad-weight", 2), ("grad-bias", 1)],
)
def test_a_sum_that_grows_is_what_there_was_and_what_is_new(view: str, channels: int) -> None:
    said = " | ".join(scene.sentence for scene in scenes(view, in_channels=channels, seed=5))
    found = re.findall(r"(?:[:=]|becomes) (−?\d+) \+ (\(−\d+\)|\d+) = (−?\d+)", said)
    sums = [[int(n.strip("()").replace("−", "-")) for n in numbers] for numbers in found]
    assert sums
    if (view, channels) in {("grad-bias", 1), ("grad-weight", 2)}:  # as panels stand in a line
        sums = [[old, new, total] for new, old, total in sums]
    assert all(old + new == total for old, new, total in sums)
    assert any(new < 0 for _, new, _ in sums)
    if view == "grad-bias":
        assert len(sums) == 25
        assert all(one[2] == other[0] for one, other in pairwise(sums))


@pytest.mark.parametrize(("view", "asked"), [
    ("collection", {"stride": 2}), ("convolution", {"padding": 1}), ("grad-weight", {"padding": 1}),
])  # fmt: skip
def test_a_zero_that_is_read_looks_so_in_the_window_too(view: str, asked: dict[str, Any]) -> None:
    soft, first = load("light").now_soft, scenes(view, in_channels=1, **asked)[0]
    window = [m for m in first.marks if isinstance(m, Cell) and m.key.startswith("window")]
    assert "0" in {cell.text for cell in window}
    assert {cell.style.fill for cell in window} == {soft}


GAPS: dict[str, Any] = {"kernel_size": 2, "stride": 4, "output_padding": 3, "input_size": 1}
"""A layer whose only window does not reach what output_padding adds to the output."""


@pytest.mark.parametrize("view", ["distribution", "collection", "matrix"])
@pytest.mark.parametrize("dims", [1, 2, 3])
def test_what_nothing_reaches_is_grey_also_in_output_padding(view: str, dims: int) -> None:
    muted, one = load("light").muted, {"in_channels": 1, "channels": 1, "seed": 1}
    if dims not in VIEWS[view].dims:
        return
    scene = last(view, dims=dims, bias=[7], **{**GAPS, "size": (2560, 1440)}, **one)
    cells = [
        m for m in scene.marks if isinstance(m, Cell) and m.key.startswith(("output", "y.vector"))
    ]
    cells = cells[-(5**dims) :]
    grey = sum(cell.style.ink == muted for cell in cells)
    assert (len(cells), grey) == (5**dims, 5**dims - 2**dims)
    assert not any(cell.style.hatch for cell in cells)
    assert any("grey digits:" in words for words in labels(scene).values())


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"output_padding": 1}, "nothing reaches row 7 and column 7"),
        ({"output_padding": (0, 1)}, "nothing reaches column 7"),
        ({"dims": 1, "output_padding": 1}, "nothing reaches element 9"),
        ({"dims": 3, "output_padding": 1}, "nothing reaches depth 5, row 5 and column 5"),
        ({"kernel_size": 2, "stride": 3}, "grey digits in the frame: nothing reaches them"),
        ({}, ""),
    ],
)
def test_zeros_that_nothing_reaches_are_told_from_a_border(
    asked: dict[str, Any], said: str
) -> None:
    asked = {"stride": 2, "padding": 1, "in_channels": 1, "seed": 1} | asked
    said_of = labels(last("distribution", size=(1280, 1280), **asked))
    notes = " ".join(words for key, words in said_of.items() if ".note." in key)
    assert said in notes
    assert ("reaches" in notes) == bool(said)


def test_no_digits_are_spoken_of_where_tints_show_none() -> None:
    asked: dict[str, Any] = {"kernel_size": 2, "stride": 3, "in_channels": 1, "bias": [0]}
    for size, said in ((3, UNREACHED), (40, "no input element reaches some cells")):
        seen = labels(animate(input_size=size, **asked).drawn.overview())
        assert seen["padded.0.note.0"] == said


@pytest.mark.parametrize("channels", [1, 2])
def test_signs_are_named_in_words(channels: int) -> None:
    for view in ("collection", "convolution"):
        said = labels(scenes(view, in_channels=channels, input_size=5)[0])
        assert said["product.size"] == "pairwise"
        assert said.get("result.title") == ("sum" if channels > 1 else None)


@pytest.mark.parametrize("view", ["distribution", "collection"])
@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"stride": 2, "padding": 1},
         "computed like any other cell; a convolution maps sizes 5 and 6 both to 3; "
         "output_padding 1 picks 6"),
        ({"stride": 4, "kernel_size": 4},
         "which no input reaches here; a convolution maps sizes 12–15 all to 3; "
         "output_padding 1 picks 13"),
        ({"stride": (2, 3), "output_padding": (1, 2)},
         "which no input reaches here; a convolution maps sizes 7 and 8 both to 3, 9, 10 and 11 "
         "all to 3; output_padding 1 and 2 pick 8 and 11"),
        ({"stride": 1, "dilation": 2}, "which no input reaches here"),
        ({"stride": 2, "padding": (1, 0)},
         "computed where reached; a convolution maps sizes 5 and 6 both to 3, 7 and 8 both to 3; "
         "output_padding 1 picks 6 and 8"),
    ],
)  # fmt: skip
def test_output_padding_says_that_it_is_computed_and_what_it_is_for(
    view: str, asked: dict[str, Any], said: str
) -> None:
    drawn = animate(view=view, **{"output_padding": 1, "in_channels": 1, "bias": [0]} | asked).drawn
    notes = [m.text for m in drawn.overview().marks
             if isinstance(m, Label) and m.key.startswith("output.note.")]  # fmt: skip
    found = " ".join(notes).removeprefix("plus bias 0 ").removesuffix(f" {UNREACHED}")
    columns = "2 columns" if "output_padding" in asked else "column"
    assert found == f"last row and {columns} of\u00a0y: output_padding, {said}"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, r"y\[3,3\] = 2 \+ \(−9\) = −7"),
        ({"bias": [4]}, r"y\[3,3\] = 2 \+ \(−9\) \+ 4 \(bias\) = −3"),
        ({"padding": 1, "kernel_size": 3, "stride": 3}, r"y\[2,2\] = 2 \+ \(−9\) = −7"),
        ({"dims": 3, "size": (640, 360)}, r"y\[3,3,3\] = 2 \+ \(−9\) \(channel 1\) = −7"),
    ],
)
def test_where_no_windows_meet_the_sum_of_channels_is_written(
    asked: dict[str, Any], said: str
) -> None:
    layer = {"dims": 2, "kernel_size": 2, "stride": 3, "input_size": 3} | asked
    dims, kernel = layer.pop("dims"), layer.pop("kernel_size")
    x, w = np.ones((2, *(layer.pop("input_size"),) * dims)), np.ones((2, 1, *(kernel,) * dims))
    x[0], x[1] = 2, -9
    step = sum(3**axis for axis in range(dims)) + 1  # the middle of the input
    (scene,) = figure(x=x, weight=w, step=step, **layer).scenes()
    assert re.fullmatch(said, labels(scene)["detail"])


def test_one_channel_and_names_have_no_sum_of_channels() -> None:
    for asked in ({"in_channels": 1}, {"in_channels": 2, "symbols": True}):
        (scene,) = figure(kernel_size=2, stride=2, step=2, **asked).scenes()
        assert "y[" not in labels(scene)["detail"]


@pytest.mark.parametrize(
    ("view", "asked"),
    [
        ("convolution",
         {"kernel_size": 3, "stride": 2, "padding": 1, "input_size": 6, "in_channels": 2}),
        ("collection",
         {"dims": 3, "kernel_size": 3, "padding": 1, "input_size": 3, "in_channels": 1}),
        ("collection", {"kernel_size": 5, "input_size": 5, "in_channels": 3}),
    ],
)  # fmt: skip
def test_no_formula_goes_on_in_smaller_letters_or_begins_where_it_has_room_on_the_next_line(
    view: str, asked: dict[str, Any]
) -> None:
    made = animate(view=view, seed=11, **asked)
    for scene, _ in made.drawn.moments(range(made.drawn.steps)):
        first, second = (m for m in scene.marks
                         if isinstance(m, Label) and m.key in ("sentence", "detail"))  # fmt: skip
        assert not second.text.startswith("input:")
        if second.text.startswith(("+", "−", "=", "≈")):
            assert (first.size, first.ink) == (second.size, second.ink)


def header(view: str, **asked: Any) -> dict[str, str]:
    """Return the formulas of a picture's header."""
    said = labels(animate(view=view, seed=1, **asked).drawn.overview())
    return {key: words for key, words in said.items() if key.startswith("formula.")}


LAW = "(x size−1)·s − 2·p + d·(kernel−1) + output_padding + 1"


@pytest.mark.parametrize(
    ("view", "asked", "lines"),
    [
        ("collection", {"stride": 2, "padding": 1},
         [f"y size = {LAW}", "(3−1)·2 − 2·1 + 1·(3−1) + 0 + 1 = 5"]),
        ("distribution", {"padding": ((0, 1), 1)},
         [f"y size = {LAW}".replace("2·p", "(p₁+p₂)"),
          "rows  (3−1)·1 − (0+1) + 1·(3−1) + 0 + 1 = 4",
          "columns  (3−1)·1 − 2·1 + 1·(3−1) + 0 + 1 = 3"]),
        ("distribution", {"kernel_size": (1, 2, 2)},
         [f"y size = {LAW}",
          "depth  (2−1)·1 − 2·0 + 1·(1−1) + 0 + 1 = 2",
          "rows, columns  (2−1)·1 − 2·0 + 1·(2−1) + 0 + 1 = 3"]),
        ("convolution", {"input_size": 5},
         ["y size = floor((x size + 2·p − d·(kernel−1) − 1) / s) + 1",
          "floor((5 + 2·0 − 1·(3−1) − 1) / 1) + 1 = 3"]),
        ("grad-input", {},
         ["dx size = floor((dy size + 2·p − d·(kernel−1) − 1) / s) + 1",
          "floor((5 + 2·0 − 1·(3−1) − 1) / 1) + 1 = 3"]),
        ("grad-weight", {"dims": 1},
         ["dw[k] = Σ dy[i·s + k·d]·x[i]", "dw is as large as w: 3"]),
        ("grad-weight", {"dims": 1, "padding": 1},
         ["dw[k] = Σ padded dy[i·s + k·d]·x[i]", "dw is as large as w: 3"]),
        ("grad-bias", {}, ["db = Σ dy[o]", "db is one number for each output channel"]),
    ],
)  # fmt: skip
def test_the_header_has_the_formula_of_what_is_made_in_letters_and_then_numbers(
    view: str, asked: dict[str, Any], lines: list[str]
) -> None:
    assert list(header(view, **asked).values()) == lines


@pytest.mark.parametrize(("sizes", "least"), [(3, 14), ((1, 2), 14), ((1, 2, 3), 12.5)])
def test_formulas_of_axes_that_differ_are_hardly_smaller(sizes: Any, least: float) -> None:
    scene = animate(kernel_size=sizes).drawn.overview()
    found = {m.size for m in scene.marks if isinstance(m, Label) and m.key.startswith("formula.")}
    assert found == {least}


@pytest.mark.parametrize("canvas", [(1280, 720), (960, 540), (640, 360), (1080, 1080), (640, 900)])
@pytest.mark.parametrize("sizes", [3, (1, 2), (1, 2, 3)])
def test_lines_of_a_header_touch_neither_each_other_nor_the_rule(
    canvas: tuple[int, int], sizes: Any
) -> None:
    scene = animate(kernel_size=sizes, size=canvas).drawn.overview()
    marks = {m.key: m for m in scene.marks}
    rule = marks["rule.top"]
    assert isinstance(rule, Box)
    kinds = [".value", "formula."]
    lines = {m.at[1]: m.size for m in scene.marks if isinstance(m, Label)
             and any(kind in m.key for kind in kinds)}  # fmt: skip
    ends = [(y - 0.37 * size, y + 0.57 * size) for y, size in sorted(lines.items())]
    edges = [*ends, (rule.rect.y, rule.rect.y)]
    assert all(above[1] < below[0] for above, below in pairwise(edges))


@pytest.mark.parametrize(
    ("asked", "notes"),
    [
        ({"kernel_size": 2, "dilation": 2}, ["around: d·(k−1) − p = 2 − 0 = 2"]),
        ({"kernel_size": 2, "padding": 2}, ["around: d·(k−1) − p = 1 − 2 = −1: crop 1"]),
        ({"padding": ((0, 1), (2, 3))},
         ["around: d·(k−1) − p: top 2, bottom 1", "cropped: right 1"]),
        ({"stride": 2, "padding": 1, "output_padding": (1, 0)},
         ["between: stride − 1 = 1", "around: d·(k−1) − p = 2 − 1 = 1",
          "with output_padding: bottom 2"]),
        ({"kernel_size": (2, 3), "padding": (0, 1)},
         ["around: d·(k−1) − p:", "rows 1 − 0 = 1, columns 2 − 1 = 1"]),
    ],
)  # fmt: skip
def test_zeros_around_are_told_in_letters_and_then_in_numbers(
    asked: dict[str, Any], notes: list[str]
) -> None:
    said = labels(last("collection", input_size=6, in_channels=1, seed=1, **asked))
    found = [words for key, words in said.items() if key.startswith("stretched.0.note.")]
    assert [words.replace("\N{NO-BREAK SPACE}", " ") for words in found] == notes


def test_no_note_breaks_inside_a_formula() -> None:
    asked = {"kernel_size": 2, "dilation": 2, "stride": 2, "input_size": 1, "in_channels": 1}
    for view in ("collection", "distribution"):
        said = labels(last(view, output_padding=1, **asked))
        notes = [words for key, words in said.items() if ".note." in key]
        assert not [words for words in notes if words[-1] in "−+=" or words[0] in "−+="]
    assert any(
        "d·(k−1) − p = 2 − 0 = 2" in words for words in labels(last("collection", **asked)).values()
    )


FLIPPED = "every y[o] gathers x[i]·w[k], kernel flipped: as i grows, k falls"


@pytest.mark.parametrize("dims", [1, 2, 3])
def test_the_collection_view_says_once_why_the_kernel_is_flipped(dims: int) -> None:
    asked = {"dims": dims, "kernel_size": 2, "in_channels": 1}
    for stride in (1, 2):
        said = labels(animate(view="collection", stride=stride, **asked).drawn.overview())
        assert said["subtitle"] == f"{FLIPPED} (o = i·stride + k·dilation − padding)"
    small = labels(animate(view="collection", size=(640, 360), **asked).drawn.overview())
    assert small["subtitle"] == FLIPPED


@pytest.mark.parametrize("view", ["collection", "convolution", "matrix"])
def test_nothing_is_stretched_where_the_stride_is_1(view: str) -> None:
    for scene in scenes(view, kernel_size=2, in_channels=1):
        assert not [words for words in labels(scene).values() if "stretch" in words]
        assert "stretch" not in scene.sentence


def test_letters_give_way_to_what_a_view_is_about() -> None:
    assert list(header("collection", kernel_size=3, size=(620, 360))) == ["formula.0"]
    assert list(header("grad-bias", kernel_size=3, size=(640, 360))) == ["formula.law", "formula.0"]
    long = "A title so long that the view's name stands on the line below"
    assert list(header("distribution", title=long, size=(640, 360))) == ["formula.0"]


def written(scene: Scene) -> str:
    """Return what both lines of a footer say."""
    said = labels(scene)
    return f"{said['sentence']} {said['detail']}"


@pytest.mark.parametrize(
    ("view", "asked", "terms"),
    [
        ("convolution", {"in_channels": 1, "input_size": 5}, 9),
        ("convolution", {"in_channels": 2, "input_size": 5, "kernel_size": (2, 3)}, 12),
        ("collection", {"in_channels": 1, "kernel_size": 4}, 9),
        ("grad-input", {"out_channels": 2, "kernel_size": (2, 3)}, 12),
        ("grad-input", {"in_channels": 1}, 9),
        ("collection", {"symbols": True, "in_channels": 1}, 9),
        ("matrix", {"in_channels": 1}, 9),
        ("matrix", {"in_channels": 2, "kernel_size": (2, 3)}, 12),
        ("matrix", {"symbols": True, "in_channels": 1, "size": (1920, 1080)}, 9),
    ],
)
def test_sums_use_both_lines_before_any_term_is_left_out(
    view: str, asked: dict[str, Any], terms: int
) -> None:
    said = [written(scene) for scene in scenes(view, seed=1, **asked)]
    assert not [words for words in said if "…" in words or "more" in words]
    products = r"w[₀-₉]+x[₀-₉]+" if "symbols" in asked else r"\S·\S"
    assert max(len(re.findall(products, words)) for words in said) == terms


@pytest.mark.parametrize("view", ["collection", "convolution", "grad-input"])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("kernel_size", [3, 7])
@pytest.mark.parametrize("size", [(1280, 720), (640, 900)])
def test_what_is_left_out_of_sums_is_counted_and_no_word_is_cut(
    view: str, channels: int, kernel_size: int, size: tuple[int, int]
) -> None:
    asked: dict[str, Any] = {"in_channels": channels, "out_channels": channels, "input_size": 9}
    drawn = animate(view=view, kernel_size=kernel_size, size=size, seed=1, **asked).drawn
    for scene, _ in drawn.moments([0, drawn.steps // 2]):
        words = written(scene)
        assert not re.search(r"…(?! \(\d+ more\)| [−+])", words), words
        assert not re.search(r"\w…", words)


def test_a_long_sentence_goes_on_in_its_own_letters() -> None:
    said = scenes("convolution", in_channels=1, input_size=5, seed=1)
    scene = max(said, key=lambda scene: len(scene.sentence))
    first, second = (m for m in scene.marks if m.key in ("sentence", "detail"))
    assert isinstance(first, Label)
    assert isinstance(second, Label)
    assert (first.size, first.ink) == (second.size, second.ink)
    assert second.text.endswith(scene.sentence[-4:])


APART: list[dict[str, Any]] = [
    DILATED,
    {"dilation": 3, "padding": 2, "stride": 2, "in_channels": 1},
    {"dims": 1, "dilation": 3, "stride": 2, "in_channels": 1},
    {"dims": 3, "dilation": (1, 2, 1), "kernel_size": 2, "in_channels": 1},
]
FORWARD: dict[str, Any] = {"dilation": 2, "padding": 1, "input_size": 9, "in_channels": 1}


@pytest.mark.parametrize(
    ("view", "asked"),
    [
        *[(view, asked) for view in ("distribution", "collection") for asked in APART],
        *[("grad-input", asked) for asked in APART[:3]],
        ("convolution", FORWARD),
        ("convolution", {"dims": 1, **FORWARD}),
    ],
)
def test_no_frame_encloses_a_cell_that_takes_no_part(view: str, asked: dict[str, Any]) -> None:
    theme, drawn = load("light"), animate(view=view, size=(2560, 1440), **asked).drawn
    apart = 0
    for scene, _ in drawn.moments(range(0, drawn.steps, 3)):
        cells = [m for m in scene.marks if isinstance(m, Cell) and m.key[0] not in "pwk"]
        frames = [m for m in scene.marks if isinstance(m, Box) and m.key.startswith("now.")]
        apart += sum(bool(re.search(r"\.\d\.\d+$|\.k\d\.\d+$", frame.key)) for frame in frames)
        inside = [cell for cell in cells if any(encloses(m.rect, cell.rect) for m in frames)]
        assert inside
        assert {cell.style.fill for cell in inside} <= {theme.now_soft, theme.now_fill}
    assert apart


def encloses(frame: Rect, cell: Rect) -> bool:
    """Return whether the middle of a cell is in a frame."""
    (x, y) = cell.center
    return frame.x < x < frame.right and frame.y < y < frame.bottom


@pytest.mark.parametrize("view", ["distribution", "collection", "convolution"])
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("bias", [7, -2.25])
def test_the_bias_stands_where_it_is_added(view: str, channels: int, bias: float) -> None:
    asked: dict[str, Any] = {"in_channels": channels, "input_size": 4, "seed": 1}
    said = [labels(scene) for scene in scenes(view, bias=[bias], **asked)]
    added = [{key: words for key, words in one.items() if key.endswith(".added")} for one in said]
    assert all([*one.values()] == ["bias +7" if bias > 0 else "bias −2.25"] for one in added)
    assert not [key for key in labels(last(view, **asked)) if key.endswith(".added")]


@pytest.mark.parametrize("view", ["distribution", "collection", "convolution"])
@pytest.mark.parametrize("channels", [1, 2, 3])
@pytest.mark.parametrize(
    "asked",
    [
        *({"stride": 2}, {"input_size": 8}, {"input_size": 12}),
        {"stride": 2, "size": (640, 360), "out_channels": 2},
    ],
)
def test_the_bias_keeps_clear_of_the_numbers_of_rows(
    view: str, channels: int, asked: dict[str, Any]
) -> None:
    asked = {"bias": [-22] * asked.get("out_channels", 1)} | asked
    scene = next(animate(view=view, in_channels=channels, **asked).drawn.moments([0]))[0]
    marks = {str(m.key): m for m in scene.marks if isinstance(m, Label)}
    (added,) = (extent(m) for key, m in marks.items() if key.endswith(".added"))
    rows = [extent(m) for key, m in marks.items() if key.startswith("output.row.")]
    beside = [row for row in rows if row.x > added.x]
    assert all(row.x - added.right >= 6 for row in beside)


SUMMED = r"^Σ( of all)?, then "
"""What comes before a bias where both are said of one arrow."""


@pytest.mark.parametrize(("view", "dims", "channels"), [
    ("distribution", 1, 1), ("distribution", 1, 2), ("collection", 1, 1), ("collection", 1, 2),
    ("distribution", 3, 1), ("collection", 3, 1),
])  # fmt: skip
def test_the_bias_stands_there_in_any_number_of_axes(view: str, dims: int, channels: int) -> None:
    said = labels(last(view, dims=dims, in_channels=channels, bias=[7], seed=1))
    added = {words for key, words in said.items() if key.endswith(".added")}
    assert {re.sub(SUMMED, "", words) for words in added} <= {"bias +7", "+7"}


@pytest.mark.parametrize("dims", [1, 2])
def test_the_upstream_gradient_has_the_outputs_colour_in_all_views_of_gradients(dims: int) -> None:
    asked: dict[str, Any] = {"dims": dims, "padding": 1, "in_channels": 2, "out_channels": 2}
    shown = ("grad-input", r"(x|padded)\.\d\["), ("grad-weight", r"dy\["), ("grad-bias", r"x\.0\[")
    for view, panels in shown:
        (first, _), *_ = animate(view=view, **asked).drawn.moments([0])
        cells = (m for m in first.marks if isinstance(m, Cell) and re.match(panels, m.key))
        lines = {cell.style.line for cell in cells if cell.style.line != load("light").border_line}
        assert lines == {load("light").output}


@pytest.mark.parametrize(
    "asked",
    [
        *({"view": view, "dims": 1, "in_channels": n, "bias": [b], "size": size}
          for view in ("distribution", "collection") for n in (1, 2) for b in (7, 1234.5)
          for size in ((1280, 720), (640, 360), (1600, 400))),
        *({"view": view, "dims": 3, "in_channels": n, "bias": [b], "size": size}
          for view in ("distribution", "collection") for n in (1, 2) for b in (7, 1234)
          for size in ((1280, 720), (1080, 1080), (1080, 1920), (520, 640))),
        {"view": "convolution", "input_size": 5, "bias": [0.5], "size": (1080, 1920)},
    ],
    ids=str,
)  # fmt: skip
def test_the_bias_stands_there_in_any_number_of_axes_and_any_room(asked: dict[str, Any]) -> None:
    seen = next(animate(stride=2, **asked).drawn.moments([1]))[0]
    (bias,) = asked["bias"]
    said = [m for m in seen.marks if isinstance(m, Label)]
    added = {str(m.key): m.text for m in said if m.key.endswith(".added")}
    # Where an arrow has no room for words, the output's heading has them.
    assert added or any(f"plus bias {bias:g}" in m.text for m in said)
    assert all(
        re.sub(SUMMED, "", words).removeprefix("bias ") == f"+{bias:g}" for words in added.values()
    )


@pytest.mark.parametrize(
    ("view", "dims"),
    [*product(["distribution", "collection"], [1, 2, 3]), ("grad-weight", 1), ("grad-weight", 2)],
)
def test_what_is_read_says_which_channel_it_is_where_a_group_has_one(view: str, dims: int) -> None:
    asked = {"in_channels": 4, "out_channels": 4, "groups": 4, "out_channel": 2, "dims": dims}
    seen = next(animate(view=view, **asked).drawn.moments([0]))[0]
    sizes = {m.text for m in seen.marks if isinstance(m, Label) and m.key.endswith(".size")}
    assert [words for words in sizes if words.endswith(", channel 2")] != []


@pytest.mark.parametrize("asked", [
    {"view": "overlap", "kernel_size": 5, "input_size": 6},
    {"view": "overlap", "kernel_size": 5, "input_size": 6, "compare": 3},
    {"view": "overlap", "kernel_size": 3, "input_size": 6, "dims": 1},
    {"view": "grad-weight", "kernel_size": 4, "padding": 1, "in_channels": 3},
], ids=str)  # fmt: skip
def test_a_remark_without_room_is_left_out_and_none_is_cut(asked: dict[str, Any]) -> None:
    shown = animate(stride=2, size=(640, 360), **asked).drawn
    scenes = [scene for scene, _ in shown.moments(range(shown.steps))]
    for scene in (*scenes, shown.overview()):
        said = labels(scene)
        remarks = re.split(r"[.;] +", scene.sentence)
        both = f"{said['sentence']} {said['detail']}"  # where one sentence has two lines
        found = re.split("; +", said["detail"])
        assert both in scene.sentence or all(words in remarks for words in found if words)


@pytest.mark.parametrize("step", [300, 500])
def test_no_channels_sum_is_left_out_where_a_line_is_free_for_it(step: int) -> None:
    asked = {"view": "collection", "size": (400, 300), "input_size": 16, "stride": 2}
    (scene,) = figure(**asked, padding=1, step=step, seed=701).scenes()
    assert "…" not in scene.sentence
    assert re.search(r"padded input: −?\d+ [+−] \d+ = −?\d+$", scene.sentence)
