"""Layers after one another: sizes, reach and overlap are those of the arithmetic itself."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcviz.engine.fast import conv_transpose
from tcviz.errors import GeometryError
from tcviz.layer.chain import Chain, Reach
from tcviz.layer.choices import _Axis, choices
from tcviz.layer.geometry import ConvTranspose
from tests.strategies import thorough


@st.composite
def layers(draw: st.DrawFn) -> ConvTranspose:
    """Draw a layer of one axis."""
    stride, dilation = draw(st.integers(1, 3)), draw(st.integers(1, 2))
    kernel = draw(st.integers(1, 4))
    extra = draw(st.integers(0, max(stride, dilation) - 1))
    sides = st.integers(0, (kernel - 1) * dilation // 2)
    padding = draw(st.one_of(sides, st.tuples(sides, sides)))
    return ConvTranspose(kernel, stride, (padding,), extra, dilation, dims=1)


chains = st.lists(layers(), min_size=1, max_size=3).map(tuple)


def ones(layer: ConvTranspose, x: Any) -> Any:
    """Return what a layer makes whose weights are all 1: how many ways lead to each cell."""
    return conv_transpose(
        x, np.ones((1, 1, *layer.kernel_size), int), stride=layer.stride, padding=layer.padding,
        output_padding=layer.output_padding, dilation=layer.dilation,
    )  # fmt: skip


def ways(chain: Chain) -> np.ndarray:
    """Return how many ways lead from each input cell to each output cell."""
    (n,) = chain.input_size
    found = []
    for i in range(n):
        x = np.zeros((1, 1, n), int)
        x[..., i] = 1
        for layer in chain.layers:
            x = ones(layer, x)
        found.append(x[0, 0])
    return np.array(found)


@thorough
@given(chains, st.integers(3, 9))
def test_sizes_and_sources_are_those_of_the_arithmetic(
    stages: tuple[ConvTranspose, ...], cells: int
) -> None:
    chain, made = Chain(stages, (cells,)), ways(Chain(stages, (cells,)))
    assert chain.sizes[-1] == made.shape[1:]
    for o in range(made.shape[1]):
        assert tuple(chain.ways((o,))[0][0]) == tuple(np.flatnonzero(made[:, o]))
        assert chain.ways((o,))[0] == ({i: n for i, n in enumerate(made[:, o].tolist()) if n},)


@thorough
@given(chains)
def test_reach_and_overlap_are_those_away_from_the_edge(stages: tuple[ConvTranspose, ...]) -> None:
    n = 25
    chain, made = Chain(stages, (n,)), ways(Chain(stages, (n,)))
    period = int(np.prod([layer.stride for layer in stages]))
    middle = slice(made.shape[1] // 2 - period, made.shape[1] // 2 + period)
    counts = (made[:, middle] > 0).sum(axis=0)
    assert chain.fields == (Reach(counts.min(), counts.max()),)
    assert chain.fans == ((made[n // 2] > 0).sum(),)
    assert chain.usual == tuple(sorted({*made[:, middle].sum(axis=0).tolist()}))
    assert chain.is_even == (len(chain.usual) == 1)


@thorough
@given(chains, st.integers(3, 9), st.integers(1, 40))
def test_changes_end_where_they_say(
    stages: tuple[ConvTranspose, ...], cells: int, wanted: int
) -> None:
    chain = Chain(stages, (cells,))
    for changes in choices(chain, wanted):
        changed = list(stages)
        for change in changes:
            old = changed[change.layer - 1]
            value = change.value[0] if isinstance(change.value, tuple) else change.value
            changed[change.layer - 1] = replace(old, **{change.name: (value,)})
        assert Chain(tuple(changed), (cells,)).sizes[-1] == (wanted,)
        assert 1 <= len(changes) <= len(stages)


@thorough
@given(chains, st.integers(3, 9), st.integers(1, 40))
def test_no_choice_of_output_padding_is_missed(
    stages: tuple[ConvTranspose, ...], cells: int, wanted: int
) -> None:
    own = tuple(layer.output_padding[0] for layer in stages)
    every = product(*(range(max(layer.stride + layer.dilation)) for layer in stages))
    changed = (
        (extra, [replace(layer, output_padding=n) for layer, n in zip(stages, extra, strict=True)])
        for extra in every
    )
    there = {extra for extra, chain in changed if Chain(chain, (cells,)).sizes[-1] == (wanted,)}
    found = set()
    for changes in choices(Chain(stages, (cells,)), wanted):
        if changes[0].name == "output_padding":
            values = {change.layer - 1: change.value for change in changes}
            found.add(tuple(values.get(i, n) for i, n in enumerate(own)))
    assert found == there - {own}


def test_choices_are_found_however_large_sizes_are() -> None:
    wide = ConvTranspose(10**12, stride=10**12, dilation=10**9, dims=1)
    chain = Chain((wide, wide), (10**9,))
    (size,) = chain.sizes[-1]
    assert [str(*changes) for changes in choices(chain, size + 7)] == ["layer 2: output_padding 7"]
    assert (chain.fields, chain.fans, chain.usual) == (None, None, None)


def test_a_u_net_that_misses_its_skip_has_one_choice_of_output_padding() -> None:
    up = ConvTranspose(3, stride=2, padding=1)
    found = [", ".join(map(str, changes)) for changes in choices(Chain((up, up), (7, 7)), 28)]
    assert found[0] == "layer 1: output_padding 1, layer 2: output_padding 1"


def test_axes_that_need_different_numbers_have_each_its_own() -> None:
    up = ConvTranspose(3, stride=2, padding=1)
    (change,) = next(iter(choices(Chain((up,), (7, 7)), (14, 14))))
    assert str(change) == "layer 1: output_padding 1"
    found = [str(*changes) for changes in choices(Chain((up,), (7, 7)), (13, 15))]
    assert "layer 1: padding (1, 0)" not in found  # all axes change, or none


@pytest.mark.parametrize(
    ("stages", "says"),
    [
        ((), "layers is none"),
        ((ConvTranspose(3), ConvTranspose(3, dims=1)), "dims is 1 in layer 2"),
        ((ConvTranspose(3), ConvTranspose(3, padding=9)), "layer 2: output size is"),
    ],
)
def test_what_is_no_chain_is_refused(stages: Any, says: str) -> None:
    with pytest.raises(GeometryError, match=says):
        Chain(stages, (3, 3))


@pytest.mark.parametrize(("cell", "says"), [((5,), "2 numbers"), ((5, 9), "on axis 1")])
def test_a_cell_lies_in_the_output(cell: Any, says: str) -> None:
    with pytest.raises(GeometryError, match=says):
        Chain((ConvTranspose(3, 2),), (4, 4)).check_cell(cell)


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("dilation", [1, 3])
@pytest.mark.parametrize("more", [-1, 1, 12345])
def test_many_layers_are_searched_in_few_steps(
    stride: int, dilation: int, more: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain = Chain((ConvTranspose(3, stride, dilation, dilation=dilation, dims=1),) * 20, (7,))
    made, search = 0, _Axis._found

    def counted(self: _Axis, *asked: Any) -> Any:
        nonlocal made
        made += 1
        return search(self, *asked)

    monkeypatch.setattr(_Axis, "_found", counted)
    (size,) = chain.sizes[-1]
    found = [*islice(choices(chain, size + more), 100)]
    assert made < 20_000
    assert found or (stride, more) != (2, 1)
