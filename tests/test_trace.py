"""Traces: the products of all steps sum to the output, and each says what becomes of it."""

from __future__ import annotations

from itertools import islice
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tcviz
from tcviz.errors import RequestError
from tcviz.layer.geometry import ConvTranspose
from tcviz.layer.parts import Part, part
from tcviz.layer.trace import Collection, Distribution, Step, each
from tcviz.request import article
from tcviz.request.inputs import Operands, plan
from tests.strategies import Array, Case, cases, thorough

several = settings(max_examples=40, deadline=None)
"""For laws of collection, whose steps are as many as the output's cells."""

LARGE = plan(kernel_size=3, stride=2, input_size=2000, in_channels=1)


def operands(case: Case) -> Operands:
    return Operands(case.layer, case.x, case.weight, case.bias)


def reference(case: Case) -> Array:
    layer = case.layer
    return tcviz.conv_transpose(
        case.x,
        case.weight,
        case.bias,
        stride=layer.stride,
        padding=layer.padding,
        output_padding=layer.output_padding,
        dilation=layer.dilation,
        groups=layer.groups,
    )


def parts(case: Case) -> list[Part]:
    """Return what makes each output channel."""
    given_ = operands(case)
    return [part(given_, channel) for channel in range(given_.out_channels)]


def kept(layer: ConvTranspose, padded: Array, size: tuple[int, ...]) -> Array:
    """Return what the crop leaves of a padded result."""
    cut = (slice(b, b + n) for (b, _), n in zip(layer.border, size, strict=True))
    return padded[(..., *cut)]


def scattered(trace: Distribution, of: Any) -> Array:
    """Return the padded result of adding up `of` of every step where its taps lie."""
    size = trace.part.layer.padded_size(trace.part.input_size)
    total = np.zeros((trace.part.channels, *size), dtype=np.int64)
    for step in trace:
        total[each(np.ix_(*step.places))] += of(step)
    return total


def contributions(case: Case) -> Array:
    """Return how many products each output cell of one channel receives from one channel."""
    x, weight = np.ones((1, *case.input_size), int), np.ones((1, 1, *case.layer.kernel_size), int)
    layer = ConvTranspose(
        case.layer.kernel_size,
        case.layer.stride,
        case.layer.padding,
        case.layer.output_padding,
        case.layer.dilation,
    )
    return reference(Case(layer, x, weight, None))[0]


# --- laws ---------------------------------------------------------------------


@thorough
@given(cases(batched=False))
def test_products_of_all_distribution_steps_sum_to_the_output(case: Case) -> None:
    size = case.layer.output_size(case.input_size)
    for own, expected in zip(parts(case), reference(case), strict=True):
        padded = scattered(Distribution(own), lambda step: step.products)
        total = kept(case.layer, padded, size).sum(axis=0) + (own.bias or 0)
        np.testing.assert_array_equal(total, expected)


@several
@given(cases(batched=False), st.integers(0, 5))
def test_products_of_all_collection_steps_sum_to_the_output(case: Case, channel: int) -> None:
    channel %= operands(case).out_channels
    own, expected = parts(case)[channel], reference(case)[channel]
    total = np.full(expected.shape, own.bias or 0)
    for step in Collection(own):
        total[step.at] += step.products.sum()
    np.testing.assert_array_equal(total, expected)


@several
@given(cases(batched=False, floats=True))
def test_both_traces_agree_on_fractions(case: Case) -> None:
    own = parts(case)[0]
    expected = reference(case)[0] - (own.bias or 0)
    sums = [step.products.sum() for step in Collection(own)]
    np.testing.assert_allclose(np.reshape(sums, expected.shape), expected, rtol=1e-12, atol=1e-12)
    padded = np.zeros((own.channels, *case.layer.padded_size(case.input_size)))
    for step in Distribution(own):
        padded[each(np.ix_(*step.places))] += step.products
    total = kept(case.layer, padded, expected.shape).sum(axis=0)
    np.testing.assert_allclose(total, expected, rtol=1e-12, atol=1e-12)


@thorough
@given(cases(batched=False))
def test_distribution_counts_exactly_the_products_that_the_crop_keeps(case: Case) -> None:
    trace = Distribution(parts(case)[0])
    reached = scattered(trace, lambda step: step.counts)[0]
    lost = scattered(trace, lambda step: ~step.counts)[0]
    expected = contributions(case)
    np.testing.assert_array_equal(kept(case.layer, reached, expected.shape), expected)
    assert reached.sum() == expected.sum()
    assert not kept(case.layer, lost, expected.shape).any()


@several
@given(cases(batched=False))
def test_collection_counts_exactly_the_products_of_real_inputs(case: Case) -> None:
    own = parts(case)[0]
    expected = contributions(case)
    sums = [int(step.counts.sum()) for step in Collection(own)]
    np.testing.assert_array_equal(np.reshape(sums, expected.shape), expected)
    hidden = part(Operands(case.layer, case.x + 100, case.weight, case.bias))  # no real zero
    for step in Collection(hidden):
        np.testing.assert_array_equal(
            step.values != 0, np.broadcast_to(step.counts, step.values.shape)
        )


@several
@given(cases(batched=False))
def test_places_of_the_window_stay_inside_what_they_are_places_of(case: Case) -> None:
    own = parts(case)[0]
    padded = case.layer.padded_size(case.input_size)
    stretched = case.layer.stretched_size(case.input_size)
    sides = zip(stretched, case.layer.collection_padding, strict=True)
    window = [n + before + after for n, (before, after) in sides]
    for trace, size in ((Distribution(own), padded), (Collection(own), window)):
        for step in trace:
            assert all(0 <= p[0] <= p[-1] < n for p, n in zip(step.places, size, strict=True))
            assert tuple(len(p) for p in step.places) == case.layer.kernel_size


@several
@given(cases(batched=False), st.data())
def test_a_step_is_the_same_whenever_it_is_asked_for(case: Case, data: st.DataObject) -> None:
    for trace in (Distribution(parts(case)[0]), Collection(parts(case)[0])):
        number = data.draw(st.integers(0, len(trace) - 1))
        alone, met = trace[number], next(islice(trace, number, None))
        assert (alone.number, alone.at, alone.places) == (number, met.at, met.places)
        for a, b in zip(arrays(alone), arrays(met), strict=True):
            np.testing.assert_array_equal(a, b)


def arrays(step: Step) -> tuple[Array, ...]:
    return step.factors, step.values, step.products, step.counts


# --- special numbers ------------------------------------------------------------


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
def test_an_inserted_zero_times_anything_is_nothing(odd: float) -> None:
    layer = ConvTranspose(3, stride=2, padding=1)
    own = part(Operands(layer, np.ones((1, 3, 3)), np.full((1, 1, 3, 3), odd)))
    for step in Collection(own):
        np.testing.assert_array_equal(step.products[0][~step.counts], 0)
        np.testing.assert_array_equal(step.products[0][step.counts], odd)


@pytest.mark.parametrize("trace", [Distribution, Collection])
def test_infinity_times_zero_is_not_a_number_and_no_warning(trace: type) -> None:
    layer = ConvTranspose(2)
    own = part(Operands(layer, np.full((1, 2, 2), np.inf), np.zeros((1, 1, 2, 2))))
    first = trace(own)[0]
    assert np.isnan(first.products[0][first.counts]).all()


# --- the article ----------------------------------------------------------------


def test_padded_results_are_those_of_the_article_after_first_second_and_last_step() -> None:
    figures, trace = article.arrays(), Distribution(part(plan(stride=2, padding=1).make()))
    padded = np.zeros((2, 7, 7), int)
    after = {1: "first", 2: "second", 9: "last"}
    for done, step in enumerate(trace, start=1):
        padded[each(np.ix_(*step.places))] += step.products
        if done in after:
            name = f"padded_result_after_{after[done]}_step_per_channel"
            np.testing.assert_array_equal(padded, figures[name])
    np.testing.assert_array_equal(padded[:, 1:6, 1:6].sum(axis=0), figures["tc_output"])


def test_collection_gives_the_articles_output_through_the_flipped_kernel() -> None:
    figures, trace = article.arrays(), Collection(part(plan(stride=2, padding=1).make()))
    sums = np.reshape([step.products.sum() for step in trace], (5, 5))
    np.testing.assert_array_equal(sums, figures["tc_output"])
    np.testing.assert_array_equal(trace[0].factors, figures["tc_kernel"][:, ::-1, ::-1])


def test_first_step_of_the_article_loses_five_of_nine_products_in_the_border() -> None:
    first = Distribution(part(plan(stride=2, padding=1).make()))[0]
    assert first.counts.tolist() == [[False] * 3, [False, True, True], [False, True, True]]
    assert (first.at, first.places) == ((0, 0), (range(3), range(3)))


def test_negative_padding_moves_the_window_into_the_cropped_input() -> None:
    own = part(plan(kernel_size=2, padding=2, input_size=5, in_channels=1, seed=0).make())
    assert own.layer.collection_padding == ((-1, -1), (-1, -1))
    first = Collection(own)[0]
    assert first.places == (range(2), range(2))
    np.testing.assert_array_equal(first.values[0], own.x[0, 1:3, 1:3])


# --- requests -------------------------------------------------------------------


@pytest.mark.parametrize("channel", [-1, 2])
def test_an_output_channel_that_is_not_there_is_refused(channel: int) -> None:
    given_ = plan(kernel_size=2, out_channels=2, seed=0).make()
    with pytest.raises(RequestError) as caught:
        part(given_, channel)
    assert str(caught.value) == f"out_channel is {channel}; allowed: 0 to 1"


def test_an_output_channel_is_made_from_its_groups_inputs() -> None:
    made = plan(kernel_size=2, groups=2, in_channels=6, out_channels=4, seed=0).make()
    own = part(made, 3)
    assert (own.first, own.channels, own.channel, own.out_channels) == (3, 3, 3, 4)
    np.testing.assert_array_equal(own.x, made.x[3:])
    np.testing.assert_array_equal(own.weight, made.weight[3:, 1])


@pytest.mark.parametrize("trace", [Distribution, Collection])
def test_a_trace_of_millions_of_steps_is_only_a_plan(trace: type) -> None:
    own = part(LARGE.make())
    walk = trace(own)
    assert len(walk) == {Distribution: 2000**2, Collection: 4001**2}[trace]
    assert next(iter(walk)).number == 0
    assert walk[len(walk) - 1].at == ({Distribution: 1999, Collection: 4000}[trace],) * 2
    for number in (-1, len(walk)):
        with pytest.raises(IndexError):
            walk[number]
