"""What is suggested in place of a word that nobody knows: what is near, or what it means."""

from __future__ import annotations

import inspect
import string

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tcviz
from tcviz.cli.animate import command as animate
from tcviz.cli.figure import command as figure
from tcviz.cli.gallery import command as gallery
from tcviz.errors import did_you_mean
from tcviz.errors.synonyms import MEANINGS, meant, plain, slips
from tcviz.export import FORMATS
from tcviz.export.stills import STILLS
from tcviz.gallery.keys import KEYS
from tcviz.views import VIEWS


def names(param: click.Parameter) -> list[str]:
    return [*param.opts, *param.secondary_opts]


OPTIONS = [name for param in animate.params for name in names(param)]
STILL = [name for param in figure.params for name in names(param)]
WORDS = st.text(string.ascii_lowercase, min_size=3, max_size=14)
FORMS = [*FORMATS, *STILLS]


def suggestion(word: str, known: list[str]) -> str | None:
    hint = did_you_mean(word, known)
    return hint and hint.removeprefix("did you mean ").removesuffix("?")


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("--op", "--output-padding"),
        ("--kernel", "--kernel-size"),
        ("--k", "--kernel-size"),
        ("--out", "--output"),
        ("--pad", "--padding"),
        ("--ksize", "--kernel-size"),
        ("--filters", "--out-channels"),
        ("--strides", "--stride"),
        ("--dilation_rate", "--dilation"),
        ("--in-ch", "--in-channels"),
        ("--cmap", "--theme"),
        ("--kernel_size", "--kernel-size"),
        ("--strid", "--stride"),
        ("--piddang", "--padding"),
        ("--dec", "--decimals"),
        ("--lang", None),
        ("--trans", None),  # --transition or --transposed
        ("--xyzzy", None),
    ],
)
def test_an_option_is_near_or_means_what_is_suggested(word: str, meaning: str | None) -> None:
    assert suggestion(word, OPTIONS) == meaning


@pytest.mark.parametrize(
    ("word", "known", "meaning"),
    [
        ("bmp", FORMS, None),
        (".gfi", FORMS, "gif"),
        ("jpeg", FORMS, "jpg"),
        ("mov", FORMS, "mp4"),
        ("tif", FORMS, "png"),  # not gif, which is as near
        ("scatter", list(VIEWS), "distribution"),
        ("colection", list(VIEWS), "collection"),
        ("checkerboard", list(VIEWS), "overlap"),
        ("padd", list(KEYS), "padding"),
        ("dilations", list(KEYS), "dilation"),
        ("filter_size", list(KEYS), "kernel_size"),
        ("gif", ["animate", "figure"], "animate"),
        ("Light", ["dark", "light"], "light"),
        ("image.npy", ["image.csv", "other.npy"], "image.csv"),
    ],
)
def test_so_are_formats_views_keys_and_files(
    word: str, known: list[str], meaning: str | None
) -> None:
    assert suggestion(word, known) == meaning


def test_python_keywords_are_known_by_the_same_words() -> None:
    known = [*inspect.signature(tcviz.conv_transpose).parameters]
    said = ("kernel", "strides", "pad", "dilation_rate", "dilations", "adj", "b", "group", "input")
    assert [suggestion(word, known) for word in said] == [
        *("weight", "stride", "padding", "dilation", "dilation"),
        *("output_padding", "bias", "groups", "x"),
    ]


@given(WORDS, st.lists(WORDS, min_size=1, max_size=6))
def test_what_is_suggested_differs_in_one_letter_of_three_or_begins_so(
    word: str, known: list[str]
) -> None:
    found = suggestion(word, known)
    near = [k for k in known if 3 * slips(word, k) <= min(len(word), len(k))]
    if near and not meant(word, known):
        assert found in near
        assert slips(word, str(found)) == min(slips(word, k) for k in near)
    elif found and not meant(word, known):
        assert [k for k in known if k.startswith(word)] == [found]


@given(WORDS, WORDS, WORDS)
def test_slips_are_a_distance(a: str, b: str, c: str) -> None:
    assert (slips(a, b) == 0) == (a == b)
    assert slips(a, b) == slips(b, a)
    assert abs(len(a) - len(b)) <= slips(a, b) <= max(len(a), len(b))
    assert slips(a + c, b + c) <= slips(a, b)


@given(WORDS, st.data())
def test_two_neighbours_that_changed_places_are_one_slip(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(word) - 2))
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    assert slips(word, swapped) == (swapped != word)


def test_every_meaning_is_a_word_of_tcviz() -> None:
    keywords = {plain(name) for name in [*OPTIONS, *STILL, *KEYS]}
    keywords |= {plain(name) for param in gallery.params for name in [*param.opts, param.name]}
    keywords |= {"x", *VIEWS, *FORMS, "animate", "figure", "gallery", "check"}
    assert MEANINGS.keys() <= keywords


def test_no_option_is_a_word_for_another() -> None:
    for name in {*OPTIONS, *STILL}:
        others = {n for n in (*OPTIONS, *STILL) if n != name and len(plain(n)) > 1}
        assert len(plain(name)) == 1 or meant(name, others) is None
