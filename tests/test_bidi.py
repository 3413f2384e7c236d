"""Letters run in the direction of their script, numbers and signs with what they stand in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcviz.scene import bidi

MIXED = st.text(st.sampled_from("ab אב عر 12٣ .,+-%() \u0301\u200f"), max_size=20)


def seen(text: str) -> str:
    """Return text from left to right, as a reader of Unicode's algorithm sees it."""
    levels = bidi.levels(text)
    letters = [bidi.mirrored(c) if depth % 2 else c for c, depth in zip(text, levels, strict=True)]
    return "".join(bidi.reordered(letters, levels))


@pytest.mark.parametrize(
    ("read", "shown"),
    [
        ("plain (text) 1.5", "plain (text) 1.5"),
        ("אבג", "גבא"),
        ("x is אבג, then y", "x is גבא, then y"),
        ("אב x=3 גד", "דג x=3 בא"),
        ("אב (גד)", "(דג) בא"),
        ("אב 12 גד", "דג 12 בא"),
        ("אב 1.5 גד", "דג 1.5 בא"),
        ("אב 10% גד", "דג 10% בא"),
        ("אב 1-2 ג", "ג 1-2 בא"),
        ("عر 1-2", "2-1 رع"),  # after Arabic a minus parts its numbers
        ("عر 1.5", "1.5 رع"),
        ("x אב 12", "x 12 בא"),
        ("x אב, 12 y", "x 12 ,בא y"),
        ("12 אב", "בא 12"),
        ("אב!", "!בא"),
        ("x \u200f(אב)", "x (בא)\u200f"),
        ("אב (cd) x", "x (cd) בא"),
        ("אב (cd [אב]) x", "x ([בא] cd) בא"),
        ("x (אב) גד", "x (בא) דג"),
        ("x (אב] y", "x (בא] y"),
    ],
)
def test_text_is_seen_as_unicode_says(read: str, shown: str) -> None:
    assert seen(read) == shown


@given(MIXED)
def test_nothing_is_lost_and_a_line_without_such_letters_stays_as_it_is(text: str) -> None:
    levels = bidi.levels(text)
    assert len(levels) == len(text)
    assert sorted(bidi.reordered(text, levels)) == sorted(text)
    if not any(c in "אבعر٣\u200f" for c in text):
        assert set(levels) <= {0}


@given(MIXED, MIXED)
def test_the_first_letter_with_a_direction_says_where_a_line_begins(a: str, b: str) -> None:
    assert bidi.runs_left(f"12 א{a}")
    assert not bidi.runs_left(f"12 x{b}")
