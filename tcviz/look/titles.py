"""What panels are called, and the notes on them that all views share."""

from __future__ import annotations

import re

import numpy as np

from tcviz.layer.parts import Part
from tcviz.layer.sizes import element, sized
from tcviz.look import words
from tcviz.look.ranges import Ranges
from tcviz.picture.panels import COUNT, COUNT_GAP
from tcviz.scene import text
from tcviz.scene.numbers import MINUS

ADDED = 15.0
"""Text size of what is added to a sum."""


def channel_name(part: Part) -> str:
    """Return the longest name of a channel, where there are several to be told apart."""
    last = part.first + part.channels - 1
    return f"{part.names.summed} {last}" if part.channels > 1 else ""


def source_title(part: Part) -> str:
    """Return the name of what is read.

    >>> from tcviz.request.inputs import plan
    >>> from tcviz.layer.parts import part
    >>> source_title(part(plan().make()))
    'input x'
    """
    return f"{part.names.source} {part.names.x}"


def taps(count: int) -> str:
    """Return how many taps a kernel in a row has: a number alone before a sign reads as a factor.

    >>> taps(1), taps(3)
    ('1 tap', '3 taps')
    """
    return f"{count} tap{'s' * (count > 1)}"


def source_size(part: Part) -> str:
    """Return the size of what is read, and which channel it is where it is a group by itself.

    >>> from tcviz.request.inputs import plan
    >>> from tcviz.layer.parts import part
    >>> source_size(part(plan(in_channels=3, out_channels=3, groups=3).make(), 1))
    '3×3, channel 1'
    """
    size, names = sized(part.input_size), part.names
    alone = part.channels == 1 and part.layer.groups > 1 and names.members
    return f"{size}, {names.summed} {part.first}" if alone else size


def apart(part: Part, *, amid: bool = False) -> str:
    """Return in brackets why elements stand apart in one dimension, above where their taps land.

    That is above the first of these, or `amid` them all.

    >>> from tcviz.request.inputs import plan
    >>> from tcviz.layer.parts import part
    >>> [apart(part(plan(dims=1, stride=stride).make())) for stride in (1, 2)]
    ['', ' (x stands 2 apart, by the stride)']
    >>> [apart(part(plan(dims=1, stride=stride).make()), amid=True) for stride in (1, 2)]
    [' (each x amid its reach)', ' (each x amid its reach, 2 apart)']
    """
    (stride, *more), x = part.layer.stride, part.names.x
    if more:
        return ""
    if amid and part.layer.extent[0] > 1:
        return f" (each {x} amid its reach{f', {stride} apart' * (stride > 1)})"
    return f" ({x} stands {stride} apart, by the stride)" * (stride > 1)


def source_notes(part: Part) -> tuple[str, ...]:
    """Return where the last rows and columns of what is read come from."""
    return extra_notes(part.source_extra, part.names.x)


def extra_notes(extra: tuple[int, ...], of: str, more: str = "") -> tuple[str, ...]:
    """Return where the last rows and columns `of` an output come from.

    It is named: the note may stand below a grid with a border, whose last rows are others.

    >>> extra_notes((1, 1), "y")[0].replace("\N{NO-BREAK SPACE}", " "), extra_notes((0, 0), "y")
    ('last row and column of y: output_padding', ())
    """
    return (f"{_last(extra)} of\u00a0{of}: output_padding{more}",) if any(extra) else ()


def group_notes(part: Part) -> tuple[str, ...]:
    """Return which group's channels these are, if there are several; a bias has none."""
    if part.layer.groups == 1 or not part.names.members:
        return ()
    members, group = part.names.members, part.first // part.channels
    last = part.first + part.channels - 1
    which = f"{members} {part.first}–{last}" if part.channels > 1 else f"{members[:-1]} {last}"
    return (f"group {group} (of\u00a00–{part.layer.groups - 1}): {which}",)


def output_title(part: Part) -> str:
    """Return the output's name, with its channel where there are several and no note says it."""
    title = f"{part.names.made} {part.names.y}"
    return f"{title}, channel {part.channel}" if part.out_channels > 1 and not part.notes else title


def made_slices(part: Part) -> str:
    """Return how depth slices of the output are counted: as its elements are named.

    >>> from tcviz.request.inputs import plan
    >>> from tcviz.layer.parts import part
    >>> made_slices(part(plan(dims=3, out_channels=2).make(), 1))
    'y[1,{d}]'
    """
    own = f"{part.channel}," if part.out_channels > 1 else ""
    return f"{part.names.y}[{own}{{d}}]"


def bias_added(part: Part, ranges: Ranges) -> str:
    """Return what is added to the sum: the bias by its name and with its sign, if there is one.

    >>> from tcviz.layer.parts import part
    >>> from tcviz.request.inputs import plan
    >>> from tcviz.look.ranges import ranges
    >>> of = part(plan(bias=[7]).make())
    >>> bias_added(of, ranges(of, None))
    'bias +7'
    """
    if part.bias is None:
        return ""
    said = ranges.output_format.said(part.bias)
    return f"bias {said if said.startswith(MINUS) else f'+{said}'}"


def bias_gap(part: Part, ranges: Ranges, least: float) -> float:
    """Return the width of a gutter in which the bias has room beside the sum.

    It has as much before the numbers of the output's rows, which stand in the gutter, too.
    """
    added = bias_added(part, ranges)
    if not added:
        return least
    *_, rows, _ = (1, *part.output_size)
    numbers = text.width(str(rows - 1), COUNT) + COUNT_GAP
    return max(least, 2 * (text.width(added, ADDED) + ADDED) + numbers)


def output_notes(
    part: Part, ranges: Ranges, drawn: int = 0, *, brief: bool = False
) -> tuple[str, ...]:
    """Return what a reader must know to add up the output, of which `drawn` channels are shown.

    Below a narrow panel notes are `brief`.
    """
    notes = []
    if part.channels > 1:
        notes.append(f"sum of {part.channels} {part.names.summed}s")
        notes += [undrawn(part, drawn or 1)] * (drawn < part.channels)
    notes += group_notes(part)
    if part.bias is not None:
        notes.append(f"plus bias {ranges.output_format.said(part.bias)}")
    more = "" if brief else picked(part)
    return (*notes, *extra_notes(part.extra, part.names.y, more), *part.notes)


def brief(added: str) -> str:
    """Return what is added to a sum without its name, for which there is no room everywhere.

    >>> brief("bias +7"), brief("")
    ('+7', '')
    """
    return added.rpartition(" ")[2]


UPSTREAM = "dy: gradient of the loss with respect to y"
"""What the upstream gradient is, where a view of gradients says what it is about."""
UNREACHED = "grey digits: no input element reaches them"
UNREACHED_FRAMED = "grey digits in the frame: nothing reaches them"
"""Why some cells of a result look otherwise, and of one whose border does so, too."""


def of_tints(notes: tuple[str, ...]) -> tuple[str, ...]:
    """Return the notes on a panel that shows no digits."""
    some = dict.fromkeys((UNREACHED, UNREACHED_FRAMED), "no input element reaches some cells")
    return tuple(some.get(note, note) for note in notes)


def undrawn(part: Part, drawn: int) -> str:
    """Return whose channels have panels, and which, where not all have.

    >>> from tcviz.request.inputs import plan
    >>> from tcviz.layer.parts import part
    >>> of = part(plan(in_channels=5).make())
    >>> undrawn(of, 1), undrawn(of, 3)
    ('channel 0 of x drawn', 'channels 0–2 of x drawn')
    """
    first = part.first
    which = f"channels {first}–{first + drawn - 1}" if drawn > 1 else f"channel {first}"
    return f"{which} of {part.names.x} drawn"


def unseen(part: Part, drawn: int) -> str:
    """Return which channels without panels are added to those that have some, if any are.

    >>> from tcviz.request.inputs import plan
    >>> from tcviz.layer.parts import part
    >>> of = part(plan(in_channels=5).make())
    >>> unseen(of, 1), unseen(of, 4), unseen(of, 5)
    ('+ channels 1–4', '+ channel 4', '')
    """
    first, last = part.first + drawn, part.first + part.channels - 1
    if first > last:
        return ""
    return (
        f"+ channel {last}" if first == last else f"+ channels {words.span(range(first, last + 1))}"
    )


def shortly(more: str) -> str:
    """Return the same with a shorter word, for which there may be room where there is little.

    >>> shortly("+ channels 1–4"), shortly("+ channel 4"), shortly("")
    ('+ ch. 1–4', '+ ch. 4', '')
    """
    return re.sub("channels?", "ch.", more)


def picked(part: Part) -> str:
    """Return how cells of output_padding come about, and what they are for.

    >>> from tcviz.request.inputs import plan
    >>> from tcviz.layer.parts import part
    >>> picked(part(plan(stride=2, padding=1, output_padding=1).make())).partition("; ")[2]
    'a convolution maps sizes 5 and 6 both to 3; output_padding 1 picks 6'
    >>> picked(part(plan(kernel_size=2, stride=3, output_padding=1).make())).partition("; ")[2]
    'a convolution maps sizes 8, 9 and 10 all to 3; output_padding 1 picks 9'
    """
    sides = zip(part.layer.forward_input_sizes(part.input_size), part.input_size,
                part.output_size, part.extra, strict=True)  # fmt: skip
    # One that reaches as far as a stride picks a size that is another input's.
    found = {sizes: (small, n, extra) for sizes, small, n, extra in sides if extra and n in sizes}
    computed = _computed(part)
    if not found:
        return computed
    short = part.layer.dims > 2  # beside slices there is room for few words
    maps = " convolve to " if short else " to "
    alike = ", ".join(
        _alike(sizes, short=short) + maps + str(n) for sizes, (n, *_) in found.items()
    )
    picked = words.several([str(n) for _, n, _ in found.values()])
    extras = [*dict.fromkeys(str(extra) for *_, extra in found.values())]
    picks = f"output_padding {words.several(extras)} pick{'s' * (len(extras) == 1)} {picked}"
    if short:
        return f"{computed}; sizes {alike}: output_padding picks {picked}"
    return f"{computed}; a convolution maps sizes {alike}; {picks}"


def _computed(part: Part) -> str:
    """Return whether windows reach the cells of output_padding: all, some, or none.

    Gradients have none, and nothing that reaches it.
    """
    if not any(part.extra):
        return ""
    inner = tuple(slice(n - extra) for n, extra in zip(part.output_size, part.extra, strict=True))
    reached, cells = (int(of.sum()) - int(of[inner].sum())
                      for of in (part.reached, np.ones_like(part.reached)))  # fmt: skip
    if not reached:
        return ", which no input reaches here"
    one = element(part.layer.dims)
    return f", computed like any other {one}" if reached == cells else ", computed where reached"


def _alike(sizes: range, *, short: bool) -> str:
    """Return that numbers are alike in something: a few one by one, more by their ends."""
    few = len(sizes) <= 3 - short
    named = words.several([*map(str, sizes)]) if few else words.span(sizes)
    return named if short else f"{named} {'both' if len(sizes) == 2 else 'all'}"


def _last(extra: tuple[int, ...]) -> str:
    """Return which rows and columns the output_padding is.

    >>> _last((1, 1)), _last((2, 0)), _last((1,))
    ('last row and column', 'last 2 rows', 'last element')
    """
    names = words.PARTS[len(extra)]
    said = [
        name[0] if n == 1 else f"{n} {name[1]}" for name, n in zip(names, extra, strict=True) if n
    ]
    return "last " + words.several(said)
