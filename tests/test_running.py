"""Sums of many steps at once are those of a walk, to the last bit, and take no walk."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tcviz
from tcviz.layer import gradients, running
from tcviz.layer.accumulation import Correlation, Summation
from tcviz.layer.forward import Convolution
from tcviz.layer.geometry import ConvTranspose
from tcviz.layer.magnitudes import ones
from tcviz.layer.parts import part
from tcviz.layer.running import blocks
from tcviz.layer.trace import Adding, Collection, Distribution
from tcviz.request.inputs import Operands, plan
from tcviz.scene.marks import Scene
from tcviz.views import VIEWS
from tests.strategies import Array, Case, cases

several = settings(max_examples=60, deadline=None)
few = settings(max_examples=6, deadline=None)
COUNTED = (Distribution, Collection, Convolution, Correlation, Summation)


def operands(case: Case) -> Operands:
    """Return a case's arrays with an upstream gradient that fits."""
    dy = np.random.default_rng(5).standard_normal(case.output_shape)
    return Operands(case.layer, case.x, case.weight, case.bias, grad_output=dy)


def adding(case: Case) -> list[Adding]:
    """Return the traces of a case whose steps add up."""
    given_ = operands(case)
    whole = part(given_)
    return [
        Distribution(whole),
        Distribution(ones(whole)),
        Correlation(gradients.of_weight(given_)),
        Summation(gradients.of_bias(given_)),
    ]


def walked(trace: Adding) -> Iterator[tuple[Array, Array]]:
    """Yield what the cells of each step held before it, and all sums after it, step by step."""
    sums = trace.start()
    for step in trace:
        window = trace.window(step)
        before = sums[window].copy()
        sums[window] += step.products
        yield before, sums.copy()


def assert_same(found: Array, expected: Array) -> None:
    """Compare to the last bit: not even the sign of a zero may differ."""
    assert found.dtype == expected.dtype
    assert found.tobytes() == expected.tobytes()


# --- laws ---------------------------------------------------------------------


@given(st.lists(st.integers(1, 5), min_size=1, max_size=3), st.data())
def test_blocks_hold_the_cells_between_two_numbers_in_reading_order(
    size: list[int], data: st.DataObject
) -> None:
    cells = list(np.ndindex(*size))
    start = data.draw(st.integers(0, len(cells)))
    stop = data.draw(st.integers(start, len(cells)))
    found = list(blocks(start, stop, tuple(size)))
    read = [tuple(b[i] for b, i in zip(block, at, strict=True))
            for block in found for at in np.ndindex(*map(len, block))]  # fmt: skip
    assert read == cells[start:stop]
    assert len(found) < 2 * len(size)


@several
@given(cases(batched=False, floats=True), st.data())
def test_sums_that_are_reached_at_once_are_those_of_a_walk(case: Case, data: st.DataObject) -> None:
    for trace in adding(case):
        steps = st.integers(0, len(trace) - 1)
        picks = sorted(data.draw(st.sets(steps, min_size=1, max_size=4)))
        expected = list(walked(trace))
        for now, pick in zip(trace.running(picks), picks, strict=True):
            assert now.step.number == pick
            assert_same(now.before, expected[pick][0])
            assert_same(now.sums, expected[pick][1])


@several
@given(cases(batched=False, floats=True))
def test_sums_of_windows_are_those_of_their_steps_products(case: Case) -> None:
    given_ = operands(case)
    traces: list[Collection | Convolution] = [
        Collection(part(given_)),
        Convolution(gradients.of_input(given_)),
    ]
    for trace in traces:
        for step in trace:
            products = step.products.reshape(len(step.products), -1).T
            one_by_one = reduce(np.add, products, np.zeros_like(products[0]))
            assert_same(trace.sums[(slice(None), *step.at)], one_by_one)


@several
@given(cases(batched=False))
def test_each_cells_first_and_last_step_are_those_that_reach_it(case: Case) -> None:
    trace = Distribution(part(operands(case)))
    size = case.layer.padded_size(case.input_size)
    first, last = np.full(size, -1), np.full(size, -1)
    for step in trace:
        met = np.ix_(*step.places)
        first[met] = np.where(first[met] < 0, step.number, first[met])
        last[met] = step.number
    np.testing.assert_array_equal(trace.ends(), (first, last))


VIEWS_OF = [(name, dims) for name, row in VIEWS.items() for dims in row.dims]


@pytest.mark.parametrize(("name", "dims"), VIEWS_OF)
@few
@given(data=st.data())
def test_a_scene_that_is_reached_at_once_is_that_of_a_walk(
    name: str, dims: int, data: st.DataObject
) -> None:
    stride, padding = data.draw(st.integers(1, 3)), data.draw(st.integers(0, 1))
    shown = tcviz.animate(
        view=name, dims=dims, kernel_size=data.draw(st.integers(2, 3)), stride=stride,
        padding=padding, input_size=3, in_channels=data.draw(st.integers(1, 2)), seed=3,
    )  # fmt: skip
    pick = data.draw(st.integers(0, shown.steps - 1))
    (at_once,) = shown.drawn.moments([pick])
    *_, walked_to = shown.drawn.moments(range(pick + 1))
    assert at_once == walked_to


# --- work, counted ------------------------------------------------------------


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Count the steps that are computed, and what is added an array at a time."""
    counts = {"steps": 0, "arrays": 0}

    def count(owner: Any, name: str, what: str) -> None:
        plain = getattr(owner, name)

        def wrapped(*args: Any, **kwargs: Any) -> Any:
            counts[what] += 1
            return plain(*args, **kwargs)

        monkeypatch.setattr(owner, name, wrapped)

    for trace in COUNTED:
        count(trace, "__getitem__", "steps")
    for name in ("_met", "added"):
        count(running, name, "arrays")
    return counts


LARGE = [(name, dims, n) for name, row in VIEWS.items() for dims, n in ((1, 4096), (2, 64), (3, 24))
         if dims in row.dims and (name, dims) != ("overlap", 3)]  # fmt: skip


@pytest.mark.parametrize(("name", "dims", "n"), LARGE)
def test_the_last_step_of_a_large_picture_takes_no_more_steps_than_the_first(
    name: str, dims: int, n: int, counted: dict[str, int]
) -> None:
    work: list[dict[str, int]] = []
    for pick in (0, -1):
        shown = tcviz.figure(view=name, dims=dims, input_size=n, stride=2, in_channels=1,
                             out_channels=1, kernel_size=3, padding=1, seed=1)  # fmt: skip
        drawn = shown.drawn
        before = dict(counted)
        list(drawn.moments([range(shown.steps)[pick]]))
        work.append({what: counted[what] - before[what] for what in counted})
    first, last = work
    # Its own, and those from which a legend is made: the first, the last, and three between;
    # an overlap's are of two kinds.
    assert last["steps"] == first["steps"] <= 12
    # Each tap once per block of the steps before, of which there are fewer than 2·dims.
    assert last["arrays"] <= 3 * 2 * 3**dims * 2 * dims  # the picture's, and the legend's two


def test_the_finished_picture_of_the_distribution_takes_one_step(counted: dict[str, int]) -> None:
    shown = tcviz.animate(input_size=64, stride=2, in_channels=1, out_channels=1, kernel_size=3)
    drawn, before = shown.drawn, counted["steps"]
    assert isinstance(drawn.overview(), Scene)
    assert counted["steps"] - before == 1 + 5  # a legend is made of five


def test_few_windows_of_many_taps_are_added_one_by_one(counted: dict[str, int]) -> None:
    layer = ConvTranspose(60, stride=2)
    x, weight = np.ones((1, 2, 2)), np.ones((1, 1, 60, 60))
    one = part(Operands(layer, x, weight))
    assert Distribution(one).total().sum() == 4 * 60 * 60
    assert counted["arrays"] == 4


def test_the_last_step_of_a_large_volume_takes_no_walk(counted: dict[str, int]) -> None:
    of = plan(kernel_size=3, stride=2, input_size=(64, 64, 64), in_channels=1, out_channels=1)
    trace = Distribution(part(of.make()))
    (now,) = trace.running([len(trace) - 1])
    assert counted["steps"] == 1
    assert counted["arrays"] <= 5 * 27
    assert_same(now.sums, trace.total())
