"""Numbers are written as people read them, alike all over a panel, and never wider than said."""

from __future__ import annotations

import re
from dataclasses import replace
from math import inf, nan
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcviz import text
from tcviz.numbers import AUTO_DECIMALS, LONGEST, MINUS, Format, choose
from tcviz.views.stage import ems

HAIR = 0.02
"""In text sizes, less than half a pixel: figures of one weight may differ so much."""
TINY = 1e-99
"""Numbers nearer to zero may be written as zero."""
FINITE = st.floats(allow_nan=False, allow_infinity=False)
PLAIN = st.floats(-1e9, 1e9)
WHOLE = st.integers(-(10**9), 10**9)
FORMATS = st.builds(Format, st.integers(0, 12), st.booleans(), st.booleans())
PANELS = st.one_of(
    st.lists(WHOLE, min_size=1),
    st.lists(PLAIN, min_size=1),
    st.lists(FINITE, min_size=1),
    st.lists(st.floats(), min_size=1),
    st.lists(st.floats(-9, 9).map(lambda v: round(v, 2)), min_size=1),
    st.lists(st.sampled_from([0.0, -0.0, nan, inf, -inf, 1e300, -5e-324, 0.995, -9.9995])),
)
WRITTEN = re.compile(r"[−+]?(\d+(\.\d+)?(e−?\d+)?|∞)|NaN")


def read(words: str) -> float:
    return float(words.replace(MINUS, "-").replace("∞", "inf"))


# --- one number -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "value", "words"),
    [
        (Format(), 3, "3"),
        (Format(), -3, "−3"),
        (Format(), -0.0, "0"),
        (Format(), 0.4, "0"),
        (Format(), -0.4, "0"),
        (Format(2), -0.004, "0.00"),
        (Format(2), -0.006, "−0.01"),
        (Format(1), 1e6, "1000000.0"),
        (Format(), 10**15, "1000000000000000"),
        (Format(plus=True), 3, "+3"),
        (Format(plus=True), -3, "−3"),
        (Format(plus=True), 0, "0"),
        (Format(plus=True), 0.4, "0"),
        (Format(plus=True), -0.0, "0"),
        (Format(), nan, "NaN"),
        (Format(), inf, "∞"),
        (Format(), -inf, "−∞"),
        (Format(plus=True), nan, "NaN"),
        (Format(plus=True), inf, "+∞"),
        (Format(plus=True), -inf, "−∞"),
        (Format(1, scientific=True), 1.25e6, "1.2e6"),
        (Format(1, scientific=True), -123456, "−1.2e5"),
        (Format(1, scientific=True), -12345, "−12345.0"),
        (Format(1, scientific=True), 0.1, "0.1"),
        (Format(1, scientific=True), 0.012, "1.2e−2"),
        (Format(1, scientific=True), 0.00012, "1.2e−4"),
        (Format(1, scientific=True), -1e-98, "−1.0e−98"),
        (Format(1, scientific=True), 1e300, "1.0e300"),
        (Format(0, scientific=True), 9.6e9, "1e10"),
        (Format(1, scientific=True), 0, "0"),
        (Format(1, scientific=True), -0.0, "0"),
        (Format(1, scientific=True), inf, "∞"),
        (Format(1, scientific=True, plus=True), 5e7, "+5.0e7"),
    ],
)
def test_a_number_is_written_so(form: Format, value: float, words: str) -> None:
    assert form(value) == words


@given(FORMATS, st.one_of(st.floats(), WHOLE))
def test_no_number_has_a_hyphen_or_a_signed_zero(form: Format, value: float) -> None:
    words = form(value)
    assert WRITTEN.fullmatch(words)
    if not any(c in words for c in "123456789∞N"):
        assert words[0] == "0"


@given(FORMATS, FINITE)
def test_a_plus_stands_before_what_is_written_above_zero_only(form: Format, value: float) -> None:
    plain, signed = replace(form, plus=False)(value), replace(form, plus=True)(value)
    assert signed == ("+" + plain if read(plain) > 0 else plain)


@given(st.integers(0, 12), PLAIN)
def test_what_is_written_is_the_number_rounded(decimals: int, value: float) -> None:
    assert abs(read(Format(decimals)(value)) - value) <= 0.5 * 10.0**-decimals + 1e-6


@given(st.integers(1, 12), FINITE)
def test_the_scientific_form_keeps_the_leading_figures(decimals: int, value: float) -> None:
    words = Format(decimals, scientific=True)(value)
    least = 1.0 if "e" not in words else 0.0  # plain decimals
    if abs(value) < 1e308:  # beyond, rounding up leaves the range of floats
        off = 0.6 * 10.0**-decimals * max(abs(value), least) + TINY
        assert abs(read(words) - value) <= off


# --- a panel --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "form"),
    [
        ([], Format(0)),
        ([0, -0.0], Format(0)),
        ([1, -2, 3], Format(0)),
        ([0.5, 2], Format(1)),
        ([0.25, -0.5], Format(2)),
        ([0.125, 100], Format(3)),
        ([0.1 + 0.2], Format(1)),
        ([0.0625], Format(2)),
        ([1 / 3, 7], Format(2)),
        ([999_999], Format(0)),
        ([1_000_000], Format(1, scientific=True)),
        ([1e6, 0.5], Format(1, scientific=True)),
        ([0.01], Format(2)),
        ([0.0099, -0.002], Format(1, scientific=True)),
        ([1e-300, 0], Format(1, scientific=True)),
        ([0.005, 3], Format(3)),
        ([nan, inf, -inf], Format(0)),
        ([nan, 0.5, inf], Format(1)),
    ],
)
def test_a_panel_gets_the_decimals_that_make_it_exact(values: list[float], form: Format) -> None:
    assert choose(values) == form


@pytest.mark.parametrize(("most", "decimals"), [(3, 3), (2, 2), (1, 1), (0, 0)])
def test_decimals_are_bounded_by_the_most_there_may_be(most: int, decimals: int) -> None:
    assert choose([0.125], most=most).decimals == decimals


@given(PANELS, st.integers(0, 12))
def test_a_wish_for_decimals_is_granted_whatever_the_numbers(
    values: list[float], wish: int
) -> None:
    assert choose(values, wish) == Format(wish)


@given(PANELS, st.integers(0, AUTO_DECIMALS))
def test_all_numbers_of_a_panel_have_the_same_decimals(values: list[float], most: int) -> None:
    form = choose(values, most=most)
    assert form.decimals <= max(most, 1)
    finite = [v for v in values if abs(v) < inf and v]
    shown = {len(form(v).partition("e")[0].partition(".")[2]) for v in finite if abs(v) > TINY}
    assert shown <= {form.decimals}
    assert form.scientific == bool(finite and not 0.01 <= max(map(abs, finite)) < LONGEST)


@given(st.lists(st.integers(-(10**6), 10**6).map(lambda v: v / 1000), min_size=1))
def test_short_decimal_fractions_are_written_exactly(values: list[float]) -> None:
    form = choose(values)
    if not form.scientific:
        assert [read(form(v)) for v in values] == values


# --- widths ---------------------------------------------------------------------


def panel(values: list[Any]) -> np.ndarray[Any, Any]:
    return np.array(values) if values else np.zeros(0)


@given(PANELS, st.one_of(st.none(), st.integers(0, 12)), st.booleans(), st.booleans())
def test_no_number_of_a_panel_is_wider_than_said(
    values: list[float], wish: int | None, plus: bool, bold: bool
) -> None:
    form = replace(choose(values, wish), plus=plus)
    widest = ems(panel(values), form)
    assert [form(v) for v in values if text.width(form(v), 1.0, bold) > widest + HAIR] == []


@given(st.lists(PLAIN, min_size=2, max_size=2), FORMATS, st.data())
def test_nothing_between_the_extremes_is_wider_than_said(
    ends: list[float], form: Format, data: st.DataObject
) -> None:
    low, high = sorted(v + 0.0 for v in ends)  # without the negative zero
    between = data.draw(st.floats(low, high))
    assert text.width(form(between), 1.0, bold=True) <= ems(panel(ends), form) + HAIR
