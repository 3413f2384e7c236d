"""What the matrix view says: headings' sizes, notes, the caption, the sentence of a step."""

from __future__ import annotations

from itertools import product
from math import prod
from typing import Any

from tcviz.layer.matrix import Entry, Structure
from tcviz.layer.symbols import is_named, output_name, written
from tcviz.scene import text
from tcviz.scene.numbers import Format
from tcviz.views import chrome, words
from tcviz.views.hued import plain
from tcviz.views.look import Look
from tcviz.views.panel import Values
from tcviz.views.ranges import Ranges

MOST_TERMS = 9
"""Products written out at most."""
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def subtitle(structure: Structure) -> str:
    """Return what the view is about."""
    if structure.forward:
        return "a convolution is a product with a sparse matrix A, made from the kernel"
    return "the sparse matrix A of the forward convolution, transposed: hence the name"


def equation(structure: Structure) -> str:
    """Return the product in letters.

    >>> from tcviz.request.inputs import plan
    >>> from tcviz.layer.parts import part
    >>> equation(Structure(part(plan(example="matrix").make())))
    'y = Aᵀ·x'
    """
    bias = " + b" if structure.part.bias is not None else ""
    return f"y = {structure.name}·x{bias}"


def block_name(structure: Structure, channel: int) -> str:
    """Return what a channel's block of columns is called: ``A₀ᵀ``."""
    number = str(structure.part.first + channel).translate(SUBSCRIPTS)
    return f"A{number}" + "ᵀ" * (not structure.forward)


def section_name(structure: Structure, channel: int) -> str:
    """Return what a channel's section of the flattened input is called: ``x₀``."""
    return "x" + str(structure.part.first + channel).translate(SUBSCRIPTS)


def kernel_note(structure: Structure) -> str:
    """Return where in the matrix the whole kernel is to be found.

    >>> from tcviz.request.inputs import plan
    >>> from tcviz.layer.parts import part
    >>> kernel_note(Structure(part(plan(example="matrix").make()))).split()
    ['once', 'in', 'each', 'column', 'of', 'Aᵀ']
    """
    line = "row" if structure.forward else "column"
    of = "of its block" if structure.part.channels > 1 else f"of\u00a0{structure.name}"
    note = f"once in each {line} {of}"
    if structure.taps == structure.products:
        return note
    return f"{note}, except {'taps on padding' if structure.forward else 'cropped taps'}"


def caption(structure: Structure, size: float, room: float) -> str:
    """Return how many multiplications either way takes, in as many words as fit.

    `size` is the text's, `room` its width.

    >>> from tcviz.request.inputs import plan
    >>> from tcviz.layer.parts import part
    >>> caption(Structure(part(plan(example="convolution").make())), 15, 700)
    'as a matrix: 9 × 25 = 225 multiplications  ·  as a convolution: 9 · 9 = 81'
    """
    ways = [_caption(structure, zeros=zeros, told=told) for zeros, told in _WORDINGS]
    return next((way for way in ways if text.width(way, size) <= room), ways[-1])


_WORDINGS = ((True, True), (True, False), (False, False))
"""Whether the zeros are counted, and whether it is told what the factors are."""


def _caption(structure: Structure, *, zeros: bool, told: bool) -> str:
    rows, columns = structure.rows, structure.columns
    filled = rows * columns - structure.taps
    lost = structure.products - structure.taps
    away = "on padding" if structure.forward else "cropped"
    with_zeros = f", {filled:,} of them with filled-in zeros" if zeros and filled else ""
    left_out = f", {lost:,} of them {away}" if zeros and lost else ""
    return (
        f"as a matrix: {rows:,} × {columns:,} = {rows * columns:,} multiplications{with_zeros}"
        f"  ·  as a convolution: {_factors(structure, told=told)} = {structure.products:,}"
        f"{left_out}"
    )


def _factors(structure: Structure, *, told: bool) -> str:
    """Return what is multiplied in a convolution."""
    counts = {
        words.element(structure.part.layer.dims): prod(structure.small),
        "tap": prod(structure.part.layer.kernel_size),
        "channel": structure.part.channels,
    }
    shown = list(counts.items())[: 3 if structure.part.channels > 1 else 2]
    return " · ".join(f"{n:,}" + f" {name}{'s' * (n > 1)}" * told for name, n in shown)


def sentence(
    structure: Structure,
    ranges: Ranges,
    number: int,
    at: tuple[int, ...],
    result: Values,
    look: Look,
) -> str:
    """Return one row's product with x, written out as far as there is room."""
    part, total = structure.part, result[at]
    place = (part.channel, *at) if part.out_channels > 1 else at
    name = output_name(part, at) if is_named(part) else "y" + words.place(place)
    plus = " + b" if part.bias is not None else ""
    opening = f"{name} = row {number} of {structure.name} times x{plus}"
    entries = list(product(range(part.channels), structure.row(number)))
    if not entries:
        told = _empty(ranges, part.bias, total)
        return f"{opening} = {told}: the row holds filled-in zeros only"
    ways = _named(total) if is_named(part) else _dotted(structure, ranges, entries, total)
    size, room = look.legible(chrome.SENTENCE), chrome.foot_room(look, structure.rows)
    tried = [f"{opening} = {way}" for way in ways]
    return next((way for way in tried if text.width(way, size) <= room), tried[-1])


def _empty(ranges: Ranges, bias: Any, total: Any) -> str:
    """Return the sum of nothing and the bias."""
    form = ranges.output_format.said
    result = form(plain(total))
    return "0" if bias is None else words.total(["0", form(bias) + words.BIAS], result)


def _named(total: Any) -> list[str]:
    """Return a sum of names, written out ever shorter."""
    terms = written(total)
    return [words.series(terms, most) for most in range(len(terms), 0, -1)]


def _dotted(
    structure: Structure, ranges: Ranges, entries: list[tuple[int, Entry]], total: Any
) -> list[str]:
    """Return a sum of products, written out ever shorter."""
    part, form = structure.part, ranges.output_format.said
    bias = [] if part.bias is None else [form(part.bias) + words.BIAS]
    pairs = [_pair(structure, ranges, *entry) for entry in entries]
    return [
        words.dot(pairs, bias, form(plain(total)), most)
        for most in range(min(len(pairs), MOST_TERMS), 0, -1)
    ]


def _pair(structure: Structure, ranges: Ranges, channel: int, entry: Entry) -> tuple[str, str]:
    part = structure.part
    forms: tuple[Format, Format] = ranges.w_format, ranges.x_format
    values = part.weight[(channel, *entry.tap)], part.x[(channel, *entry.source)]
    w, x = (form.said(plain(value)) for form, value in zip(forms, values, strict=True))
    return w, x


def equation_said(structure: Structure) -> str:
    """Return the caption's first line: the equation, and what the rows and columns are."""
    part = structure.part
    one = words.element(part.layer.dims)
    said = f"{equation(structure)}: one row per output {one}, one column per input {one}"
    return said + (" and channel" if part.channels > 1 else "")
