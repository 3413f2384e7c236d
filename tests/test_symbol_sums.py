"""Names of elements, their sums as text, and layers with too many of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tcviz.errors import TooLargeError
from tcviz.layer import parts, symbols
from tcviz.layer.parts import Part
from tcviz.layer.symbols import Sum, Symbol, Wording, wordings
from tcviz.request import inputs
from tcviz.scene import text

SMALL = {"kernel_size": 2, "input_size": 2, "in_channels": 1}


def part_of(out_channel: int = 0, **geometry: Any) -> Part:
    return symbols.named(parts.part(inputs.plan(**geometry).make(), out_channel))


def one(letter: str, *at: int) -> Sum:
    return Sum(((Symbol(letter, at=at),),))


def test_places_from_10_on_are_parted_by_a_low_comma() -> None:
    part = part_of(in_channels=1, kernel_size=1, input_size=(12, 3))
    assert str(part.x[0, 11, 2]) == "x₁₁‚₂"
    assert str(part.x[0, 1, 2]) == "x₁₂"
    assert text.check(str(part.x[0, 11, 2]), "name")


def test_a_zero_bias_is_named_as_well() -> None:
    assert str(part_of(bias=[0], **SMALL).bias) == "b"


def test_names_depend_on_no_number_so_naming_twice_changes_nothing() -> None:
    part = part_of(stride=2, padding=1)
    np.testing.assert_array_equal(symbols.named(part).x, part.x)
    zeros = symbols.named(
        parts.part(inputs.plan(input=np.zeros((2, 3, 3)), stride=2, padding=1).make())
    )
    np.testing.assert_array_equal(zeros.x, part.x)


def test_sums_are_equal_whatever_the_order_of_their_terms() -> None:
    a, b = one("w", 0) * one("x", 1), one("x", 0) * one("w", 1)
    assert a + b == b + a
    assert hash(a + b) == hash(b + a)
    assert a + 0 == 0 + a == a
    assert not a * 0
    assert not 0 * a
    with pytest.raises(TypeError):
        a + 1
    with pytest.raises(TypeError):
        a * 2


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, ["0"] * 4),
        (1, ["w₀x₀"] * 4),
        (2, ["w₀x₀ + w₁x₁", "w₀x₀ + w₁x₁", "w₀x₀ + …", "2 terms"]),
        (3, ["w₀x₀ + w₁x₁ + w₂x₂", "w₀x₀ + …", "w₀x₀ + …", "3 terms"]),
        (5, ["w₀x₀ + w₁x₁ + …", "w₀x₀ + …", "w₀x₀ + …", "5 terms"]),
    ],
)
def test_long_sums_are_shortened(count: int, expected: list[str]) -> None:
    total = sum((one("w", i) * one("x", i) for i in range(count)), Sum())
    assert [form(total) for form in wordings(3)] == expected


@pytest.mark.parametrize("form", wordings(6))
def test_no_partial_sum_is_written_wider_than_foreseen(form: Wording) -> None:
    terms = [one("w", i, i % 2) * one("x", 11 * i, 1) for i in range(6)]
    room = form.ems(sum(terms, Sum()))
    for chosen in range(2**6):
        partial = sum((t for i, t in enumerate(terms) if chosen >> i & 1), Sum())
        assert text.width(form(partial), 1.0, bold=True) <= room + 1e-9


@pytest.mark.parametrize("forward", [False, True])
def test_large_layers_are_refused_before_any_name_is_made(*, forward: bool) -> None:
    plan = {"input_size": 64, "kernel_size": 3, "in_channels": 1}
    operands = inputs.plan(**plan).make()
    part = parts.part(operands)
    if forward:
        part = parts.ForwardPart(
            part.layer, part.x, part.weight, None, 0, part.first, part.out_channels
        )
    with pytest.raises(TooLargeError, match=r"symbols is asked for with a panel of .* cells"):
        symbols.named(part)


def test_many_channels_are_refused_by_their_products() -> None:
    part = parts.part(inputs.plan(in_channels=256, input_size=8, kernel_size=3).make())
    with pytest.raises(TooLargeError, match="147,456 products; allowed: up to 20,000"):
        symbols.named(part)
