"""What the matrix view says: headings' sizes, notes, the caption, the sentence of a step."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import product
from math import prod
from typing import Any

import numpy as np

from tcviz.boards import chrome
from tcviz.boards.chrome import Said
from tcviz.boards.hued import plain
from tcviz.boards.panel import Values
from tcviz.layer.matrix import Entry, Structure
from tcviz.layer.parts import Part, is_named
from tcviz.layer.sizes import Sizes, element
from tcviz.layer.symbols import output_name, written
from tcviz.layer.trace import at_number, each
from tcviz.look import words
from tcviz.look.look import Look
from tcviz.look.ranges import Ranges
from tcviz.look.titles import UNREACHED, output_notes
from tcviz.scene import text
from tcviz.scene.frozen import frozen
from tcviz.scene.numbers import Format

FEW = 4
"""Taps of a row that are named."""
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def subtitle(structure: Structure, parted: Sequence[str] = ()) -> str:
    """Return what the view is about, and whose rows dashed lines part, if there are any."""
    rows = f" (dashed: rows of {', '.join(parted)})" * bool(parted)
    if structure.forward:
        return f"a convolution is a product with a sparse matrix A, made from the kernel{rows}"
    name = "a convolution's matrix A, transposed, hence the name"
    return f"{name}: row i of Aᵀ is column i of A{rows}"


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


def section_names(structure: Structure) -> Iterator[list[str]]:
    """Yield what each channel's section of the flattened input is called, ever shorter.

    With a number below it `x` would be an element.

    >>> from tcviz.request.inputs import plan
    >>> from tcviz.layer.parts import part
    >>> [*section_names(Structure(part(plan(example="matrix", in_channels=2).make())))]
    [['channel 0', 'channel 1'], ['ch. 0', 'ch. 1']]
    """
    part = structure.part
    for short in ("channel", "ch."):
        yield [f"{short} {part.first + c}" for c in range(part.channels)]


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
    return f"{note}, except taps {'on padding' if structure.forward else 'that are cropped'}"


def lens_titles(structure: Structure, by: str) -> Sequence[tuple[str, str]]:
    """Return what stands above the lines that a step lights, and below that, what these are.

    >>> from tcviz.request.inputs import plan
    >>> from tcviz.layer.parts import part
    >>> figure3 = Structure(part(plan(example="matrix").make()))
    >>> [title for title, _ in lens_titles(figure3, "row")]
    ['row of Aᵀ, now', 'x, now', 'y, now']
    """
    several = ", a line a channel" if structure.part.channels > 1 else ""
    bias = " + bias" if structure.part.bias is not None else ""
    row = "that it meets", f"sum{bias}"
    met, made = row if by == "row" else ("its factor", "what was there + products")
    return (
        (f"{by} of {structure.name}, now", f"its taps{several}"),
        ("x, now", met),
        ("y, now", made),
    )


def vector_format(part: Part, ranges: Ranges) -> Format:
    """Return how the flattened output is written: sums of names have less room than in a grid."""
    return ranges.sum_format if is_named(part) else ranges.output_format


def result_notes(structure: Structure, ranges: Ranges, drawn: int = 0) -> tuple[str, ...]:
    """Return the notes on the output, of which `drawn` channels are shown: brief below a vector."""
    part = structure.part
    notes = output_notes(part, ranges, drawn, brief=part.layer.dims == 1)
    return notes if part.reached.all() else (*notes, UNREACHED)


def caption(structure: Structure, size: float, room: float) -> str:
    """Return how many multiplications either way takes, in as many words as fit.

    `size` is the text's, `room` its width.

    >>> from tcviz.request.inputs import plan
    >>> from tcviz.layer.parts import part
    >>> caption(Structure(part(plan(example="convolution").make())), 15, 700)
    'as a matrix: 9 × 25 = 225 multiplications;  without filled-in zeros: 9 × 9 = 81'
    >>> cropped = Structure(part(plan(example="matrix", stride=2, padding=1).make()))
    >>> caption(cropped, 15, 700).partition(";  ")[2]
    'without filled-in zeros: 9 × 9 − 32 cropped = 49'
    """
    ways = [_caption(structure, zeros=zeros, told=told) for zeros, told in _WORDINGS]
    return next((way for way in ways if text.width(way, size) <= room), ways[-1])


_WORDINGS = ((True, True), (True, False), (False, False))
"""Whether the zeros are counted, and whether it is told what the factors are."""


def _caption(structure: Structure, *, zeros: bool, told: bool) -> str:
    rows, columns = structure.rows, structure.columns
    filled = structure.zeros
    lost = structure.products - structure.taps
    away = "on padding" if structure.forward else "cropped"
    with_zeros = f", {filled:,} of them with filled-in zeros" if zeros and filled else ""
    left_out = f" − {lost:,} {away}" if lost else ""
    kept = ("without them" if with_zeros else "without filled-in zeros") if filled else "no zeros"
    return (
        f"as a matrix: {rows:,} × {columns:,} = {rows * columns:,} multiplications{with_zeros}"
        f";  {kept}: {_factors(structure, told=told)}{left_out} = {structure.taps:,}"
    )


def _factors(structure: Structure, *, told: bool) -> str:
    """Return what is multiplied but for filled-in zeros."""
    counts = {
        element(structure.part.layer.dims): prod(structure.small),
        "tap": prod(structure.part.layer.kernel_size),
        "channel": structure.part.channels,
    }
    shown = list(counts.items())[: 3 if structure.part.channels > 1 else 2]
    return " × ".join(f"{n:,}" + f" {name}{'s' * (n > 1)}" * told for name, n in shown)


@frozen
class Sentences:
    """What is said of the steps of a view of so many steps, on the two lines of a footer."""

    structure: Structure
    ranges: Ranges
    look: Look
    steps: int

    def gathered(self, number: int, result: Values) -> Said:
        """Return what a row's product with x makes, and which view that is."""
        structure, part = self.structure, self.structure.part
        at = at_number(number, part.output_size)
        plus = " + b" if part.bias is not None else ""
        opening = f"{self._output(at)} = {_line(structure, 'row', [number])} times x{plus}"
        remark = f"a row gathers: the {'convolution' if structure.forward else 'collection'} view"
        entries = list(product(range(part.channels), structure.row(number)))
        if not entries:
            told = _empty(self.ranges, part.bias, result[at])
            said = f"{opening} = {told}: the row holds filled-in zeros only"
            return self._remarked(said, remark)
        terms, count = _terms(structure, self.ranges, entries, result[at])
        whole = f"{opening} = {terms(count)}"
        if chrome.is_whole(self.look, self.steps, whole):
            return self._remarked(whole, _taps(structure, number), remark)
        ways = lambda most: (f"{opening} = {terms(most)}", "")  # noqa: E731
        return chrome.longest(self.look, self.steps, ways, count)

    def spread(self, number: int, before: Values, after: Values) -> Said:
        """Return where a column times an element of x is added, and which view that is."""
        structure, part = self.structure, self.structure.part
        at = at_number(number, part.input_size)
        columns = _line(structure, "column", structure.columns_of(number))
        places, _ = structure.landing(number)
        remark = "" if structure.forward else "a column spreads: the distribution view"
        if not all(places):
            hold = "hold" if part.channels > 1 else "holds"
            said = f"{columns} {hold} filled-in zeros only: x{words.place(at)} adds nothing"
            return self._remarked(said, remark)
        verb = "are" if part.channels > 1 else "is"
        said = f"{self._element(at)}, times {columns}, {verb} added to "
        said = f"{said}{words.area(places)} of output y"
        return self._remarked(said, remark, self._grown(number, before, after))

    def _element(self, at: Sizes) -> str:
        """Return the name of an input element, with its numbers."""
        part, form = self.structure.part, self.ranges.x_format.said
        values = [form(plain(value)) for value in part.x[each(at)]]
        told = words.several(values, 3)
        return told if is_named(part) else f"x{words.place(at)} = {told}"

    def _output(self, at: Sizes) -> str:
        """Return the name of an output element."""
        part = self.structure.part
        if is_named(part):
            return output_name(part, at)
        return "y" + words.place((part.channel, *at) if part.out_channels > 1 else at)

    def _grown(self, number: int, before: Values, after: Values) -> str:
        """Return one addition to a sum that columns before have begun, if there is one."""
        places, _ = self.structure.landing(number)
        first, _ = self.structure.ends()
        met = np.argwhere(first[np.ix_(*places)] < number).tolist()
        cells = [tuple(axis[i] for axis, i in zip(places, at, strict=True)) for at in met]
        telling = (cell for cell in cells if before[cell] and after[cell] != before[cell])
        cell = next(telling, cells[0] if cells else None)
        if cell is None:
            return ""
        old, new = plain(before[cell]), plain(after[cell])
        if is_named(self.structure.part):
            return f"{self._output(cell)} becomes {words.series(written(new))}"
        form = self.ranges.output_format.said
        with np.errstate(all="ignore"):
            return (
                f"{self._output(cell)} becomes {words.grown(form(old), form(new - old), form(new))}"
            )

    def _remarked(self, said: str, *remarks: str) -> Said:
        """Return a sentence and, below it, as many remarks as have room, and what all costs."""
        kept = [*filter(None, remarks)]
        costs = (_caption(self.structure, zeros=zeros, told=told) for zeros, told in _WORDINGS)
        details = [text.SPACE.join([*kept, cost]) for cost in costs]
        details += [text.SPACE.join(kept[:n]) for n in range(len(kept), 0, -1)]
        ways = ((said, detail) for detail in details)
        return next((w for w in ways if chrome.is_whole(self.look, self.steps, *w)), (said, ""))


def _line(structure: Structure, kind: str, numbers: Sequence[int]) -> str:
    """Return which rows or columns of the matrix are meant, and what Aᵀ's are of A.

    >>> from tcviz.request.inputs import plan
    >>> from tcviz.layer.parts import part
    >>> _line(Structure(part(plan(example="matrix").make())), "row", [7])
    'row 7 of Aᵀ (= column 7 of A)'
    """
    several = "s" * (len(numbers) > 1)
    told = words.several([*map(str, numbers)], 3)
    line = f"{kind}{several} {told} of {structure.name}"
    other = {"row": "column", "column": "row"}[kind]
    return line if structure.forward else f"{line} (= {other}{several} {told} of A)"


def _taps(structure: Structure, number: int) -> str:
    """Return which taps are in a row, where there are few: weights may be equal.

    >>> from tcviz.request.inputs import plan
    >>> from tcviz.layer.parts import part
    >>> _taps(Structure(part(plan(example="matrix").make())), 1)
    'taps w[0,1] and w[0,0]'
    """
    taps = [] if is_named(structure.part) else [entry.tap for entry in structure.row(number)]
    if not 1 < len(taps) <= FEW:
        return ""
    return f"taps {words.several(['w' + words.place(tap) for tap in taps])}"


def _empty(ranges: Ranges, bias: Any, total: Any) -> str:
    """Return the sum of nothing and the bias."""
    form = ranges.output_format.said
    result = form(plain(total))
    return "0" if bias is None else words.total(["0", form(bias) + words.BIAS], result)


def _terms(
    structure: Structure, ranges: Ranges, entries: list[tuple[int, Entry]], total: Any
) -> tuple[Callable[[int], str], int]:
    """Return what writes out so many terms of a row's product, and how many there are."""
    part, form = structure.part, ranges.output_format.said
    if is_named(part):
        names = written(total)
        return partial(words.series, names), len(names)
    bias = [] if part.bias is None else [form(part.bias) + words.BIAS]
    pairs = [_pair(structure, ranges, *entry) for entry in entries]
    return partial(words.dot, pairs, bias, form(plain(total))), len(pairs)


def _pair(structure: Structure, ranges: Ranges, channel: int, entry: Entry) -> tuple[str, str]:
    part = structure.part
    forms: tuple[Format, Format] = ranges.w_format, ranges.x_format
    values = part.weight[(channel, *entry.tap)], part.x[(channel, *entry.source)]
    w, x = (form.said(plain(value)) for form, value in zip(forms, values, strict=True))
    return w, x


def equation_said(structure: Structure) -> str:
    """Return the caption's first line: the equation, and what the rows and columns are."""
    part = structure.part
    one = element(part.layer.dims)
    said = f"{equation(structure)}: one row per output {one}, one column per input {one}"
    return said + (" and channel" if part.channels > 1 else "")
