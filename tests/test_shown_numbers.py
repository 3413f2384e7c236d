"""Whatever types arrays have, what pages, pictures and sentences show is what is computed."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from importlib.util import find_spec
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import tcviz
from tcviz import views
from tcviz.api.contributions import contributions
from tcviz.look import words
from tcviz.scene.marks import Cell, Label, Scene
from tcviz.scene.numbers import FINE, read

WHOLE = [np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32]
REAL = [np.float16, np.float32, np.float64]
FORWARD = "distribution", "collection", "matrix"


def values(dtype: Any) -> st.SearchStrategy[Any]:
    """Draw numbers of a type: small ones, its ends, and fractions down to a millionth."""
    if np.dtype(dtype).kind in "iu":
        info = np.iinfo(dtype)
        ends = st.sampled_from([info.min, info.max, 0, info.max // 3])
        return st.one_of(st.integers(max(-9, info.min), 9), ends)
    width = 8 * np.dtype(dtype).itemsize
    small = st.floats(-1, 1, width=width).map(lambda v: v if abs(v) > 1e-6 else 0.0)
    return st.one_of(small, st.floats(-100, 100, width=width).map(round), st.just(0.125))


@st.composite
def operands(draw: st.DrawFn) -> tuple[Any, Any, Any]:
    """Draw an input of two channels, its weight and perhaps a bias, each of its own type."""
    kinds = [draw(st.sampled_from([*WHOLE, *REAL])) for _ in range(3)]
    shapes = [(2, 2, 2), (2, 1, 2, 2), (1,)]
    x, weight, bias = (
        draw(hnp.arrays(kind, shape, elements=values(kind)))
        for kind, shape in zip(kinds, shapes, strict=True)
    )
    return x, weight, bias if draw(st.booleans()) else None


def reads(text: str, value: Any) -> bool:
    """Return whether a text says a number, to the last of its digits, and zero only where it is."""
    said = read(text.removesuffix(words.BIAS).strip("()"))
    unit = Decimal(10) ** int(said.as_tuple().exponent)
    off = abs(Fraction(said) - Fraction(value))
    near = off <= Fraction(unit) / 2 + abs(Fraction(value)) / FINE
    return near and (said == 0) == (value == 0)


def shared(scene: Scene, panel: str) -> Decimal:
    """Return the power of ten in a panel's heading."""
    heading = next(m.text for m in scene.marks if isinstance(m, Label) and m.key == f"{panel}.size")
    found = re.search(r", all (×10\S+)", heading)
    return read("1" + found[1]) if found else Decimal(1)


def cells(scene: Scene, panel: str) -> dict[str, str]:
    start = f"{panel}["
    return {m.key: m.text for m in scene.marks if isinstance(m, Cell) and m.key.startswith(start)}


PROBLEM = (
    np.array([[[1, 2], [3, 4]]] * 2),
    np.array([[[[0.5, 1.5], [2.25, 3]]]] * 2),
    None,
)
LARGE = np.full((2, 2, 2), 5), np.full((2, 1, 2, 2), 9 * 10**18), np.array([1.5])


@settings(max_examples=60, deadline=None)
@given(operands())
@example(PROBLEM)
@example(LARGE)
def test_a_page_shows_the_products_and_sums_that_the_engine_makes(arrays: Any) -> None:
    figure = tcviz.figure(*arrays)
    made = figure.operands
    y = tcviz.conv_transpose(made.x, made.weight, made.bias)
    part = views.part("distribution", made)
    table = contributions(part)
    assert table is not None
    told = table.to_json()
    for channel, (x, w) in zip(told["channels"], zip(*arrays[:2], strict=True), strict=True):
        at = zip(channel["x"]["at"], x.ravel().tolist(), strict=True)
        taps = list(zip(channel["w"]["at"], w.ravel().tolist(), strict=True))
        for (i, one), (k, other) in product(at, taps):
            exact = Fraction(one) * Fraction(other)
            assert reads(channel["products"][i][k].removeprefix("≈ "), exact)
            assert reads(channel["x"]["factors"][i], one)
            assert reads(channel["w"]["factors"][k], other)
    for result, value in zip(told["results"], y.ravel().tolist(), strict=True):
        assert reads_scaled(result[2:], Decimal(1), value, noise(made))


@settings(max_examples=40, deadline=None)
@given(operands(), st.sampled_from(FORWARD))
@example(PROBLEM, "collection")
@example(LARGE, "distribution")
def test_a_picture_shows_the_sums_that_the_engine_makes(arrays: Any, view: str) -> None:
    figure = tcviz.figure(*arrays, view=view, step=-1, size=(2560, 1080))
    made = figure.operands
    y = tcviz.conv_transpose(made.x, made.weight, made.bias)
    scene = next(figure.scenes())
    scale, shown = shared(scene, "output"), cells(scene, "output")
    assume(shown)  # else there is no room for digits
    assert len(shown) == y.size
    for row, col in np.ndindex(y.shape[1:]):
        text = shown[f"output[{row},{col}]"]
        # Both add up the same products, in an order of their own.
        assert reads_scaled(text, scale, y[0, row, col].item(), noise(made))


@settings(max_examples=40, deadline=None)
@given(operands(), st.integers(1, 9))
@example(PROBLEM, 5)
def test_a_sentence_says_the_sums_that_the_engine_makes(arrays: Any, step: int) -> None:
    figure = tcviz.figure(*arrays, view="collection", step=step)
    made = figure.operands
    y = tcviz.conv_transpose(made.x, made.weight, made.bias)
    sentence = next(figure.scenes()).sentence.split(". ")[0]
    assert sentence.startswith(f"y[{(step - 1) // 3},{(step - 1) % 3}] gathers ")
    terms, sign, result = re.split(r" ([=≈]) ", sentence.partition(": ")[2])
    value = y.ravel()[step - 1].item()
    assert reads_scaled(result, Decimal(1), value, noise(made))
    added = sum(
        Fraction(read(t.removesuffix(words.BIAS))) for t in terms.replace("− ", "+ −").split(" + ")
    )
    assert (sign == "=") == (added == Fraction(read(result)))


def noise(made: Any) -> float:
    """Return how much floating sums may differ by their order."""
    if made.x.dtype.kind == made.weight.dtype.kind == "i":
        return 0.0
    return 1e-14 * 16 * float(np.abs(made.x).max()) * float(np.abs(made.weight).max())


def reads_scaled(text: str, scale: Decimal, value: float, off: float) -> bool:
    said = read(text) * scale
    unit = Decimal(10) ** int(said.as_tuple().exponent)
    far = abs(Fraction(said) - Fraction(value))
    near = far <= Fraction(unit) / 2 + abs(Fraction(value)) / FINE + Fraction(off)
    return near and (
        (said == 0) == (value == 0) or abs(Fraction(value)) + abs(Fraction(said)) <= off
    )


DRAWN = [(view, dims) for view, row in views.VIEWS.items() if not row.chained for dims in row.dims]


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("size", [2, 7])
@pytest.mark.parametrize(("view", "dims"), DRAWN)
def test_every_panel_of_small_numbers_has_their_power_in_its_heading(
    view: str, dims: int, size: int, channels: int
) -> None:
    random, stride = np.random.default_rng(0), 1 if view == "convolution" else 2
    x = random.normal(size=(channels, *(size if dims < 3 else 2,) * dims)) * 1e-3
    forward = view == "convolution"
    fan = (1, channels) if forward else (channels, 1)
    asked = {"view": view, "dims": dims, "stride": stride, "size": (2560, 1440), "step": 1}
    if view.startswith("grad"):
        reached = (1, *((n - 1) * stride + 2 for n in x.shape[1:]))
        asked["grad_output"] = random.normal(size=reached) * 1e-3
    scene = next(tcviz.figure(x, random.normal(size=(*fan, *(2,) * dims)) * 1e-4, **asked).scenes())
    written = [m for m in scene.marks if isinstance(m, Cell) and m.text.strip("0")]
    shown = {m.key.split("[")[0] for m in written}
    shown = {panel.split(".")[0] for panel in shown} - {"", "channels", "legend"}
    if view == "overlap":
        shown -= {"x", "counts"}  # they count
    said = {m.key for m in scene.marks if isinstance(m, Label) and "×10" in m.text}
    headed = {key.split(".")[0] for key in said}
    if "kernel.size" not in {m.key for m in scene.marks}:
        shown -= {"kernel"}  # it stands above the flipped one, below one heading
    assert shown
    assert shown <= headed


if find_spec("torch"):
    import torch

    SHARED = [np.float32, np.float64]

    @settings(max_examples=30, deadline=None)
    @given(st.sampled_from(SHARED), st.data())
    def test_a_page_shows_what_torch_makes(kind: Any, data: st.DataObject) -> None:
        numbers = [
            data.draw(hnp.arrays(kind, shape, elements=values(kind)))
            for shape in [(2, 2, 2), (2, 1, 2, 2), (1,)]
        ]
        y = torch.nn.functional.conv_transpose2d(*map(torch.from_numpy, numbers))
        made = tcviz.figure(*numbers).operands
        table = contributions(views.part("distribution", made))
        assert table is not None
        off = (
            float(np.finfo(kind).eps)
            * 16
            * max(1.0, *(float(np.abs(n).max()) for n in numbers)) ** 2
        )
        for result, value in zip(table.to_json()["results"], y.ravel().tolist(), strict=True):
            assert reads_scaled(result[2:], Decimal(1), value, off)
