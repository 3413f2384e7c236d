"""What `tcviz check` takes for right where numbers are too large for float64."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tcviz.checks import engines
from tcviz.checks.compare import compare
from tcviz.checks.differences import difference, sizes
from tcviz.checks.engines import Results
from tcviz.checks.subjects import Subject
from tcviz.layer.geometry import ConvTranspose
from tests.strategies import Array, geometries, thorough

OWN = {name: run for name, run in engines.engines().items() if name != engines.PYTORCH}


@st.composite
def huge(draw: st.DrawFn, negative: tuple[float, ...] = (0, 0.1, 0.5)) -> Subject:
    """Draw a layer with operands whose products or sums overflow in many places.

    Some share of them is `negative`.
    """
    layer, size = draw(geometries())
    inputs, outputs = draw(st.integers(1, 2)), draw(st.integers(1, 2))
    batch = draw(st.sampled_from([(), (1,), (2,)]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    low, high = draw(st.sampled_from([(-300, 308), (140, 170), (153, 155), (300, 308), (-9, 308)]))
    share = draw(st.sampled_from(negative))

    def numbers(*shape: int) -> Array:
        values = rng.uniform(0.1, 1.7, shape) * 10.0 ** rng.integers(low, high, shape)
        values[rng.random(shape) < 0.1] = 0
        values[rng.random(shape) < share] *= -1
        return values

    c_in, c_out = layer.groups * inputs, layer.groups * outputs
    weight = numbers(c_in, outputs, *layer.kernel_size)
    weight = weight * draw(st.sampled_from([1.0, 1e-150]))
    grad_output = numbers(*batch, c_out, *layer.output_size(size))
    bias = draw(st.sampled_from([None, numbers(c_out)]))
    return Subject("huge", layer, numbers(*batch, c_in, *size), weight, bias, grad_output)


@thorough
@given(huge())
def test_engines_whose_sums_overflow_agree_in_whichever_order_they_add(subject: Subject) -> None:
    assert compare([subject]).wrong == []


@thorough
@given(
    huge(negative=(0,)), st.sampled_from(Results._fields), st.sampled_from([0.0, np.nan, -1e300])
)
def test_an_engine_that_is_wrong_where_others_overflow_is_found(
    subject: Subject, quantity: str, value: float
) -> None:
    size = getattr(sizes(subject), quantity)
    assume(size is not None and size.any())

    def wrong(subject: Subject) -> Results:
        return OWN["distribution"](subject)._replace(**{quantity: np.full(size.shape, value)})

    report = compare([subject], {"right": OWN["distribution"], "wrong": wrong})
    assert [d.quantity for d in report.wrong] == [quantity]


def line(*x: float, weight: float = 1e160, bias: float | None = None) -> Subject:
    """Return a layer of which each number of the output is the sum of all x times a weight."""
    return Subject(
        "line",
        ConvTranspose(1, dims=1),
        np.array(x).reshape(-1, 1),
        np.full((len(x), 1, 1), weight),
        None if bias is None else np.array([bias]),
        np.ones((1, 1)),
    )


UP, DOWN, FINITE, NEITHER = np.inf, -np.inf, 1e300, np.nan


@pytest.mark.parametrize(
    ("subject", "may_be"),
    [
        (line(1e160), {UP}),
        (line(-1e160), {DOWN}),
        (line(1e160, -1.0), {UP}),
        (line(1e150, -1e150, 1e140), {UP, DOWN, NEITHER, FINITE}),
        (line(1e300, 1.7e308, -1.7e308, weight=1.0), {UP, DOWN, NEITHER, FINITE}),
        (line(1e300, 8e307, weight=1.0, bias=-8e307), {FINITE}),
        (line(1e160, weight=1e140), {FINITE}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("value", [UP, DOWN, NEITHER, FINITE, 0.0, -1e300], ids=str)
def test_where_a_sum_overflows_what_some_order_makes_is_right_and_nothing_else(
    subject: Subject, may_be: set[float], value: float
) -> None:
    def says(value: float) -> engines.Engine:
        return lambda _: Results(np.array([[value]]))

    one_right = next(iter(may_be))
    report = compare([subject], {"right": says(one_right), "asked": says(value)})
    # One NaN is as good as another.
    assert bool(report.wrong) == (str(value) not in map(str, may_be))


def test_infinities_and_nan_that_engines_share_agree() -> None:
    values = np.array([np.inf, -np.inf, np.nan, 1.0])
    assert difference(values, values.copy(), np.ones(4)) == 0
    for unlike in ([np.inf, -np.inf], [np.inf, np.nan], [np.inf, 1], [np.nan, 1]):
        assert difference(*np.array(unlike).reshape(2, 1), np.ones(1)) == np.inf
