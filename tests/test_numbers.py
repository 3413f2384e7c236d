"""Numbers are written as people read them: significant digits, and never a zero that is none."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from math import inf, isfinite, nan
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcviz.boards.stage import ems
from tcviz.scene import text
from tcviz.scene.numbers import FINE, LARGE, MINUS, SMALL, Format, choose, power, read

HAIR = 0.02
"""In text sizes, less than half a pixel: figures of one weight may differ so much."""
FINITE = st.floats(allow_nan=False, allow_infinity=False)
PLAIN = st.floats(-1e9, 1e9)
WHOLE = st.integers(-(10**18), 10**18)
REAL = st.one_of(FINITE, PLAIN, st.floats(-9, 9), WHOLE)
FORMATS = st.builds(Format, st.integers(0, 6), st.integers(-12, 12), st.booleans(), st.booleans())
PANELS = st.one_of(
    st.lists(WHOLE, min_size=1),
    st.lists(PLAIN, min_size=1),
    st.lists(FINITE, min_size=1),
    st.lists(st.floats(), min_size=1),
    st.lists(st.floats(-9, 9).map(lambda v: round(v, 2)), min_size=1),
    st.lists(st.floats(-0.09, 0.09), min_size=1),
    st.lists(st.sampled_from([0.0, -0.0, nan, inf, -inf, 1e300, -5e-324, 0.995, -9.9995])),
)
WRITTEN = re.compile(r"[−+]?(\d+(\.\d+)?(×10⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)?|∞)|NaN")


def number(words: str) -> Decimal:
    return read(words.replace("∞", "inf"))


# --- one number -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "value", "words"),
    [
        (Format(), 3, "3"),
        (Format(), -3, "−3"),
        (Format(), -0.0, "0"),
        (Format(), 0.4, "0.4"),
        (Format(), -0.04, "−0.04"),
        (Format(), 2.6, "3"),
        (Format(2), 7.0, "7"),
        (Format(2), -7, "−7"),
        (Format(2), 0.5, "0.50"),
        (Format(2), 0, "0"),
        (Format(2), -0.004, "−0.004"),
        (Format(2), -0.0061, "−0.006"),
        (Format(2), 0.00006, "6×10⁻⁵"),
        (Format(2), 0.000062, "6.2×10⁻⁵"),
        (Format(1), 1e6, "1×10⁶"),
        (Format(1), 1.25e6, "1.2×10⁶"),
        (Format(), 999_999, "999999"),
        (Format(), 1234567, "1.2×10⁶"),
        (Format(2), 1e300, "1×10³⁰⁰"),
        (Format(2), -5e-324, "−4.9×10⁻³²⁴"),
        (Format(2), 0.1 + 0.2 - 0.3, "5.6×10⁻¹⁷"),
        (Format(2), float(np.float32(0.1)) * 30, "3"),
        (Format(plus=True), 3, "+3"),
        (Format(plus=True), -3, "−3"),
        (Format(plus=True), 0, "0"),
        (Format(plus=True), 0.4, "+0.4"),
        (Format(), nan, "NaN"),
        (Format(), inf, "∞"),
        (Format(), -inf, "−∞"),
        (Format(plus=True), nan, "NaN"),
        (Format(plus=True), inf, "+∞"),
        (Format(plus=True), -inf, "−∞"),
        (Format(2, exponent=-3), 0.00123, "1.23"),
        (Format(2, exponent=-3), 0.002, "2"),
        (Format(2, exponent=-3), -1e-6, "−0.001"),
        (Format(2, exponent=6), 2_500_000, "2.50"),
        (Format(2, exponent=6), 3, "3×10⁻⁶"),
        (Format(1, forced=True), -2, "−2.0"),
        (Format(1, forced=True), 0, "0"),
        (Format(1, forced=True), 0.06, "0.1"),
        (Format(1, forced=True), 0.04, "0.04"),
        (Format(0, forced=True), 0.4, "0.4"),
        (Format(2, forced=True), 1e-9, "1.00×10⁻⁹"),
        (Format(0, forced=True), 1053741.0, "1053741"),
        (Format(1, forced=True), 1e15, "1.0×10¹⁵"),
    ],
)
def test_a_number_is_written_so(form: Format, value: float, words: str) -> None:
    assert form(value) == words


@pytest.mark.parametrize(
    ("form", "value", "words"),
    [
        (Format(2), 0.5, "0.50"),
        (Format(2, exponent=-3), 0.00123, "0.00123"),
        (Format(2, exponent=-3), -0.002, "−0.002"),
        (Format(2, exponent=-9), 4.567e-9, "4.57×10⁻⁹"),
        (Format(2, exponent=-9), 4e-9, "4×10⁻⁹"),
        (Format(2, exponent=6), 2_340_000, "2.34×10⁶"),
        (Format(2, exponent=-3, plus=True), 0.00123, "+0.00123"),
        (Format(2, exponent=-3), inf, "∞"),
        (Format(2, exponent=-3), 0, "0"),
    ],
)
def test_a_sentence_has_the_digits_of_the_cell_in_full(
    form: Format, value: float, words: str
) -> None:
    assert form.said(value) == words


@given(FORMATS, REAL)
def test_a_number_that_is_not_zero_never_reads_as_zero(form: Format, value: float) -> None:
    for words in (form(value), form.said(value)):
        assert (number(words) == 0) == (value == 0)
        assert (number(words) < 0) == (value < 0)
        assert value or words == "0"


@given(FORMATS, st.one_of(st.floats(), WHOLE))
def test_every_text_is_of_one_kind_and_powers_are_written_in_one_way(
    form: Format, value: float
) -> None:
    assert WRITTEN.fullmatch(form(value))
    assert WRITTEN.fullmatch(form.said(value))


@given(FORMATS, REAL)
def test_a_plus_stands_before_what_is_above_zero_only(form: Format, value: float) -> None:
    plain, signed = replace(form, plus=False)(value), replace(form, plus=True)(value)
    assert signed == ("+" + plain if value > 0 else plain)


@given(FORMATS, REAL)
def test_what_is_written_is_the_number_rounded(form: Format, value: float) -> None:
    exact, shown = Decimal(str(value)), number(form(value)).scaleb(form.exponent)
    unit = Decimal(10) ** (form.exponent - form.decimals)
    noise = abs(exact) / FINE
    share = Decimal("0.51") / 10 ** (form.decimals if form.forced else max(1, form.decimals))
    assert abs(shown - exact) <= max(unit / 2, abs(exact) * share) + noise


@given(FORMATS, REAL)
def test_a_sentence_says_what_the_cell_says(form: Format, value: float) -> None:
    assert number(form.said(value)) == number(form(value)).scaleb(form.exponent)


@given(st.integers(-(10**5), 10**5), st.integers(0, 6))
def test_whole_numbers_among_fractions_stay_whole(value: int, decimals: int) -> None:
    assert Format(decimals)(float(value)) == str(value).replace("-", MINUS)


@given(st.integers(-400, 400))
def test_powers_are_read_as_they_are_written(exponent: int) -> None:
    assert read("1" + power(exponent)) == Decimal(1).scaleb(exponent)


# --- a panel --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "form"),
    [
        ([], Format()),
        ([0, -0.0], Format()),
        ([1, -2, 3], Format()),
        ([0.5, 2], Format(1)),
        ([0.25, -0.5], Format(2)),
        ([0.125, 100], Format(3)),
        ([0.1 + 0.2], Format(1)),
        ([1 / 3, 7], Format(2)),
        ([1 / 3, 123], Format(1)),
        ([0.00123, 0.5, 12.345678, -0.00456789], Format(2)),
        ([999_999], Format()),
        ([1_000_000], Format(0, exponent=6)),
        ([1_234_567, 2], Format()),
        ([1_234_567, 200_000], Format(2, exponent=6)),
        ([0.05, -0.02], Format(2)),
        ([0.001, 0.002, 0.003, 0.004], Format(0, exponent=-3)),
        ([0.0213, -0.0045678], Format(2, exponent=-2)),
        ([0.09999], Format(2, exponent=-1)),
        ([1e-300, 0], Format(0, exponent=-300)),
        ([0.005, 3], Format(3)),
        ([nan, inf, -inf], Format()),
        ([nan, 0.5, inf], Format(1)),
        ([np.float32(0.1).item(), 0.25], Format(2)),
    ],
)
def test_a_panel_gets_the_digits_that_suit_what_stands_in_it(
    values: list[float], form: Format
) -> None:
    assert choose(values) == form


@pytest.mark.parametrize(
    ("values", "derived", "exponent"),
    [
        ([0.5], -2, -2),
        ([0.02], -2, -2),
        ([1.5], -2, 0),
        ([0.0005], -2, -4),
        ([200.5], -2, 0),
        ([7.5], 0, 0),
    ],
)
def test_a_panel_takes_the_power_of_its_operands_if_that_suits_it(
    values: list[float], derived: int, exponent: int
) -> None:
    assert choose(values, derived=derived).exponent == exponent


@pytest.mark.parametrize(("most", "decimals"), [(3, 3), (2, 2), (1, 1), (0, 0)])
def test_decimals_are_bounded_by_the_most_there_may_be(most: int, decimals: int) -> None:
    assert choose([0.125], most=most).decimals == decimals


@given(PANELS, st.integers(0, 12))
def test_a_wish_for_decimals_is_granted_whatever_the_numbers(
    values: list[float], wish: int
) -> None:
    assert choose(values, wish) == Format(wish, forced=True)
    for value in values:
        text = Format(wish, forced=True)(value)
        if 10.0**-wish <= abs(value) < LARGE:
            assert len(text.partition(".")[2]) == wish


@given(PANELS)
def test_panels_of_small_or_large_numbers_share_a_power_and_have_short_texts(
    values: list[float],
) -> None:
    form = choose(values)
    sizes = [abs(v) for v in values if isfinite(v) and v]
    if sizes and (max(sizes) < SMALL / 10 or LARGE < max(sizes) < min(sizes) * 1000):
        assert form.exponent or form.decimals <= 2
        assert len(form(max(sizes))) <= len("1.234")
    if sizes and SMALL <= max(sizes) < LARGE:
        assert form.exponent == 0


@given(st.lists(st.integers(-(10**5), 10**5).map(lambda v: v / 1000), min_size=1))
def test_short_decimal_fractions_are_written_exactly(values: list[float]) -> None:
    form = choose(values)
    assert [float(number(form.said(v))) for v in values] == values


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


@given(st.lists(PLAIN, min_size=2, max_size=2), st.integers(0, 3), st.data())
def test_sums_between_the_extremes_are_no_wider_than_said(
    ends: list[float], decimals: int, data: st.DataObject
) -> None:
    form = Format(decimals)
    low, high = sorted(ends)
    between = data.draw(st.floats(low, high))
    shown = form(between)
    if LARGE > abs(between) >= 10.0**-decimals or between == 0:
        assert text.width(shown, 1.0, bold=True) <= ems(panel(ends), form) + HAIR
