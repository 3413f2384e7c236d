"""Where taps land: against the formula, from each side, and as the engines that spell it do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcviz.engine.backward_collection import backward_collection
from tcviz.engine.backward_distribution import backward_distribution
from tcviz.engine.collection import collection
from tcviz.engine.distribution import distribution, window
from tcviz.engine.fast import fast
from tcviz.engine.matrix import matrix
from tcviz.engine.phases import phases
from tcviz.layer.geometry import ConvTranspose
from tcviz.layer.sizes import Sizes
from tcviz.layer.taps import Taps, as_slice, windows
from tests.strategies import geometries, thorough

FEW, MORE = st.integers(1, 5), st.integers(1, 9)
AXES = st.builds(Taps, MORE, MORE, MORE, FEW, FEW, st.integers(-4, 20))
Met = set[tuple[int, int, int]]


def formula(axis: Taps, places: range | None = None) -> Met:
    """Return all elements, taps and places that meet."""
    every = ((i, k) for i in range(axis.small) for k in range(axis.kernel))
    landed = ((i, k, i * axis.stride + k * axis.dilation - axis.before) for i, k in every)
    return {met for met in landed if met[2] in (places or range(axis.large))}


def paired(*sides: range) -> list[tuple[int, ...]]:
    """Return what goes together, once it is as many on each side."""
    assert sides[0].step > 0, "the first of them rises"
    return list(zip(*sides, strict=True))


@thorough
@given(AXES)
def test_from_each_side_it_is_the_same_that_meets(axis: Taps) -> None:
    met = formula(axis)
    elements, taps, places = (range(n) for n in (axis.small, axis.kernel, axis.large))
    assert met == {(i, k, p) for i in elements for p, k in paired(*axis.of_element(i))}
    assert met == {(i, k, p) for k in taps for i, p in paired(*axis.of_tap(k))}
    assert met == {(i, k, p) for p in places for i, k in paired(*axis.of_place(p))}
    assert met == {(i, k, p) for k in taps for p, i in paired(*axis.turned.of_element(k))}
    assert all(axis.place(i, k) == p for i, k, p in met)


@thorough
@given(AXES)
def test_a_walk_meets_each_pair_once_in_no_more_turns_than_the_fewer(axis: Taps) -> None:
    turns = list(axis.walk())
    assert len(turns) <= min(axis.small, axis.kernel)
    pairs = [
        (i, k, p)
        for elements, taps, places in turns
        for n, p in enumerate(places)
        for i, k in [(elements[n % len(elements)], taps[n % len(taps)])]
    ]
    assert len(pairs) == len(set(pairs))
    assert set(pairs) == formula(axis)


@thorough
@given(AXES, st.data())
def test_a_part_of_elements_and_taps_lands_where_it_did(axis: Taps, data: st.DataObject) -> None:
    first, begin = (data.draw(st.integers(0, n - 1)) for n in (axis.small, axis.kernel))
    elements, taps = range(first, axis.small), range(begin, axis.kernel)
    part = formula(axis.only(elements, taps))
    assert {(i + first, k + begin, p) for i, k, p in part} == {
        met for met in formula(axis) if met[0] in elements and met[1] in taps
    }


@thorough
@given(geometries())
def test_nothing_is_lost_on_the_padded_side(case: tuple[ConvTranspose, Sizes]) -> None:
    layer, size = case
    padded = layer.padded_size(size)
    for axis, cells in zip(Taps.along(layer, size, layer.output_size(size)), padded, strict=True):
        whole = axis.uncropped
        assert len(formula(whole)) == axis.small * axis.kernel
        assert whole.large <= cells
        assert [whole.of_element(i)[0] for i in range(axis.small)] == [
            axis.window(i) for i in range(axis.small)
        ]


# --- engines that spell it ----------------------------------------------------


@thorough
@given(geometries())
def test_the_window_that_an_engine_spells_is_the_taps_own(
    case: tuple[ConvTranspose, Sizes],
) -> None:
    layer, size = case
    axes = Taps.along(layer, size, layer.output_size(size))
    for at in np.ndindex(*size):
        spelled = zip(layer.padded_size(size), window(layer, at), strict=True)
        assert [[*range(n)[cut]] for n, cut in spelled] == [[*axis] for axis in windows(axes, at)]


@thorough
@given(geometries(), st.sampled_from([distribution, collection, matrix, fast]))
def test_engines_put_each_product_where_its_tap_lands(
    case: tuple[ConvTranspose, Sizes], engine: Callable[..., Any]
) -> None:
    layer, axis = line(case)
    weight = np.arange(1, axis.kernel + 1).reshape(1, 1, -1)
    for i, x in enumerate(np.eye(axis.small, dtype=int)):
        expected = np.zeros(axis.large, int)
        places, taps = axis.of_element(i)
        expected[as_slice(places)] = weight[0, 0, as_slice(taps)]
        np.testing.assert_array_equal(engine(layer, x[np.newaxis], weight)[0], expected)


@thorough
@given(geometries(), st.sampled_from([backward_distribution, backward_collection]))
def test_engines_read_the_gradient_where_taps_land(
    case: tuple[ConvTranspose, Sizes], engine: Callable[..., Any]
) -> None:
    layer, axis = line(case)
    x, weight = (np.arange(1, n + 1) for n in (axis.small, axis.kernel))
    for place, dy in enumerate(np.eye(axis.large, dtype=int)):
        elements, taps = map(list, axis.of_place(place))
        dx, dw = np.zeros_like(x), np.zeros_like(weight)
        dx[elements], dw[taps] = weight[taps], x[elements]
        found = engine(layer, dy[np.newaxis], x[np.newaxis], weight.reshape(1, 1, -1))
        np.testing.assert_array_equal(found.input[0], dx)
        np.testing.assert_array_equal(found.weight[0, 0], dw)


def line(case: tuple[ConvTranspose, Sizes]) -> tuple[ConvTranspose, Taps]:
    """Return the first axis of a case as a layer of its own, and where its taps land."""
    of, size = case
    parameters = (of.kernel_size, of.stride, of.border, of.output_padding, of.dilation)
    layer = ConvTranspose(*([values[0]] for values in parameters))
    (axis,) = Taps.along(layer, size[:1], layer.output_size(size[0]))
    return layer, axis


@thorough
@given(AXES)
def test_each_place_that_taps_reach_is_in_one_phase_with_all_of_its_taps(axis: Taps) -> None:
    found: Met = set()
    for phase in phases(axis):
        cells = range(phase.source.start, phase.source.stop)
        taps = range(axis.kernel)[phase.taps]
        for q, place in paired(cells, range(axis.large)[phase.target]):
            found |= {(q - m, k, place) for m, k in zip(phase.shifts, taps, strict=True)}
    assert {met for met in found if 0 <= met[0] < axis.small} == formula(axis)


@pytest.mark.parametrize("size", [10**12, 10**30])
def test_sides_of_any_size_take_no_walk(size: int) -> None:
    axis = Taps(small=size, large=size, kernel=3, stride=1, dilation=1, before=1)
    assert axis.of_place(size - 2) == (range(size - 3, size), range(2, -1, -1))
