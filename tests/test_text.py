"""Text is as wide as the font says, breaks at spaces, and is refused where letters are missing."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcviz.errors import RequestError
from tcviz.render import ink
from tcviz.scene import text, typeset

LETTERS = sorted(text.advances())
WORDS = st.text(st.sampled_from(LETTERS), max_size=30)
SENTENCES = st.lists(st.text(st.sampled_from("abilmWm0123−×·"), min_size=1, max_size=9)).map(
    " ".join
)
SIZES, ROOMS = st.floats(6, 60), st.floats(0, 600)
LARGE = 2000
"""Pixels: so large that rounding to whole pixels does not count."""
WEIGHTS = pytest.mark.parametrize("bold", [False, True], ids=["regular", "bold"])

# --- widths -----------------------------------------------------------------------


@WEIGHTS
def test_every_letter_is_as_wide_as_the_font_draws_it(bold: bool) -> None:
    font = ink.font(LARGE, bold)
    wrong = {
        letter: (text.width(letter, LARGE, bold), font.getlength(letter))
        for letter in LETTERS
        if abs(text.width(letter, LARGE, bold) - font.getlength(letter)) > 2
    }
    assert wrong == {}


@WEIGHTS
@given(words=WORDS)
def test_words_are_as_wide_as_the_font_draws_them(bold: bool, words: str) -> None:
    drawn = ink.font(LARGE, bold).getlength(words)
    # Each letter is rounded twice: to thousandths here, to whole pixels there (see above).
    assert text.width(words, LARGE, bold) == pytest.approx(drawn, abs=1 + 2 * len(words))


@WEIGHTS
@pytest.mark.parametrize("size", [8.5, 11.0, 13.0, 14.0, 16.0, 26.0, 40.0])
def test_painted_text_keeps_to_its_width(size: float, bold: bool) -> None:
    words = "Transposed convolution: −0.25·w + 1234567890 = size (x−1)·stride"
    coverage = np.asarray(ink.letters(words, size, bold, 0)[0])
    drawn = np.flatnonzero(coverage.any(axis=0))[-1] + 1
    assert drawn <= text.width(words, size, bold) + 2
    assert drawn >= text.width(words, size, bold) - size / 2 - 2


@WEIGHTS
def test_figures_and_signs_line_up(bold: bool) -> None:
    widths = {text.width(figure, 1000, bold) for figure in "0123456789"}
    assert max(widths) - min(widths) <= 1  # a thousandth of the text size
    assert text.width("−", 10, bold) == text.width("+", 10, bold)


def test_both_weights_have_the_same_letters_and_bold_numbers_are_wider() -> None:
    assert text.advances(bold=False).keys() == text.advances(bold=True).keys()
    for letter in "0123456789.−+e∞":
        assert text.width(letter, 1, bold=True) > text.width(letter, 1, bold=False)


@given(WORDS, WORDS, SIZES, st.booleans())
def test_widths_add_up_and_grow_with_the_size(a: str, b: str, size: float, bold: bool) -> None:
    both = text.width(a, size, bold) + text.width(b, size, bold)
    assert text.width(a + b, size, bold) == pytest.approx(both)
    assert text.width(a, 2 * size, bold) == pytest.approx(2 * text.width(a, size, bold))


@WEIGHTS
def test_capitals_are_as_high_as_text_is_centred_by(bold: bool) -> None:
    for letter in "HX0":
        _, top, _, bottom = ink.font(LARGE, bold).getbbox(letter, anchor="ls")
        assert (bottom - top) / LARGE == pytest.approx(text.CAP_HEIGHT, abs=0.03)


# --- lines ------------------------------------------------------------------------


@given(SENTENCES, SIZES, ROOMS)
def test_wrapped_lines_say_all_and_fit_where_a_word_does(
    sentence: str, size: float, room: float
) -> None:
    lines = text.wrap(sentence, size, room)
    assert " ".join(lines) == sentence
    for line in lines:
        assert text.width(line, size) <= room or " " not in line


@given(SENTENCES, SIZES, ROOMS)
def test_no_word_would_have_fitted_on_the_line_before(
    sentence: str, size: float, room: float
) -> None:
    plain = sentence.translate(str.maketrans("−+=≈(", "abcde"))
    for line, following in pairwise(text.wrap(plain, size, room, even=False)):
        assert text.width(f"{line} {following.split(' ')[0]}", size) > room


@given(SENTENCES, SIZES, ROOMS)
def test_even_lines_are_as_many_and_as_short_as_can_be(
    sentence: str, size: float, room: float
) -> None:
    even, full = text.wrap(sentence, size, room), text.wrap(sentence, size, room, even=False)
    longest = max(text.width(line, size) for line in even)
    assert len(even) == len(full)
    assert longest <= max(text.width(line, size) for line in full)
    if longest <= room:  # closer together they would need another line, or be the same
        closer = text.wrap(sentence, size, longest * (1 - 1e-6), even=False)
        assert len(closer) > len(even) or closer == even


@given(SIZES, st.floats(30, 900))
def test_a_formula_is_broken_only_where_no_line_has_room_for_it(size: float, room: float) -> None:
    formula = "10 − 2 + 31 = 39"
    lines = text.wrap(f"some words: {formula}", size, room)
    if text.width(formula, size) <= room:
        assert any(formula in line for line in lines)
    else:
        assert all(len(line.split(" ")) == 1 or line[-1] not in "−+=" for line in lines)


@given(WORDS, SIZES, ROOMS, st.booleans())
def test_shortened_text_fits_and_is_no_shorter_than_it_must_be(
    words: str, size: float, room: float, bold: bool
) -> None:
    short = text.shorten(words, size, room, bold)
    if text.width(words, size, bold) <= room:
        assert short == words
        return
    assert short.endswith("…")
    kept = short.removesuffix("…")
    assert words.startswith(kept)
    assert kept == kept.rstrip()
    assert text.width(short, size, bold) <= room or short == "…"
    rest = words[len(kept) :]
    spaces = len(rest) - len(rest.lstrip())
    assert text.width(words[: len(kept) + spaces + 1] + "…", size, bold) > room


# --- letters ----------------------------------------------------------------------


@given(WORDS)
def test_words_of_the_fonts_letters_pass_unchanged(words: str) -> None:
    assert text.check(words, "title") == words


@pytest.mark.parametrize(
    ("words", "missing"),
    [
        ("two\nlines", "\n"),
        ("tab\there", "\t"),
        ("\0", "\0"),
        ("turned \u202e back", "\u202e"),
        ("half \ud800", "\ud800"),
    ],
)
def test_what_is_no_letter_of_a_line_is_named(words: str, missing: str) -> None:
    with pytest.raises(RequestError) as caught:
        text.check(words, "title")
    assert str(caught.value) == (
        f"title is {words!r}; allowed: letters that can be seen, on one line; not {missing!r}"
    )


@pytest.mark.parametrize(
    "words", ["Größe × ½", "αβγ Σ ∞", "Свёртка", "−1·w → y[0,1] … ↓", "naïve “quotes”"]
)
def test_letters_of_the_fields_languages_are_there(words: str) -> None:
    assert typeset.is_plain(words)


@pytest.mark.parametrize(
    "words",
    [
        "漢字 and more",
        "क्\u200dष",
        "می\u200cخواهم",
        "❤\ufe0f 👩\u200d👧",
        "שלום\u200f!",
        "日本\u3000語",
    ],
)
def test_what_scripts_need_though_it_is_not_seen_is_allowed(words: str) -> None:
    assert text.check(words, "title") == words
