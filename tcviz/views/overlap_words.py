"""What is said of overlaps: below their panels, and of all of them."""

from __future__ import annotations

from collections import Counter

from tcviz.boards.overlap_panel import greatest
from tcviz.boards.panel import Values
from tcviz.layer.magnitudes import Magnitudes
from tcviz.layer.overlap import Overlap, elements
from tcviz.layer.parts import Part
from tcviz.layer.sizes import Sizes, element
from tcviz.layer.trace import Places
from tcviz.look.ranges import Ranges
from tcviz.look.titles import UNREACHED, extra_notes, picked


def said_of_channels(part: Magnitudes) -> tuple[str, str, str]:
    """Return what is said of the channels of the input, of the kernel, and of the output."""
    count = part.part.channels
    which = f", channel {part.part.channel}" if part.out_channels > 1 else ""
    return (", per channel", f", sum of {count} channels", which) if count > 1 else ("", "", which)


def count_notes(part: Part, found: Overlap, counts: Values) -> tuple[str, ...]:
    """Return what the frame means, why some cells stay 0, and which are output_padding."""
    notes = [edge_note(found.inner, part.output_size)]
    notes += [UNREACHED] * (not counts.all())
    return (*notes, *extra_notes(part.extra, part.names.y, picked(part)))


def fully(found: Overlap, size: Sizes) -> Places:
    """Return the fully covered cells, per axis, nothing if these are all."""
    return found.inner if tuple(map(len, found.inner)) != size else ()


def edge_note(inner: Places, size: Sizes) -> str:
    """Return which cells are fully covered.

    >>> edge_note((range(5), range(5)), (5, 5)), edge_note((range(0),), (5,))
    ('all cells are away from the edge', 'no element is away from the edge')
    >>> edge_note((range(1, 4),), (5,))
    'dashed: away from the edge'
    """
    one = element(len(size))
    if tuple(map(len, inner)) == size:
        return f"all {one}s are away from the edge"
    if not all(inner):
        return f"no {one} is away from the edge"
    # Beside strips there is room for few words.
    return framed_note(len(size)) + ", unchanged by a larger input" * (len(size) > 1)


def framed_note(dims: int) -> str:
    """Return what is in a dashed frame: all of it, as a square may look like a kernel.

    >>> framed_note(2)
    'dashed: all cells away from the edge'
    """
    return f"dashed: {'all cells ' * (dims > 1)}away from the edge"


def sum_notes(part: Magnitudes, ranges: Ranges) -> tuple[str, ...]:
    """Return what the tints of the sums of |w| mean, and what is framed if anything is."""
    framed = fully(part.overlap, part.output_size)
    told = (framed_note(len(framed)),) * (framed != () and all(framed))
    return scale_note(part, ranges), *told


def scale_note(part: Magnitudes, ranges: Ranges) -> str:
    """Return whether the tints of the sums of |w| mean the same as those of the counts."""
    shared = greatest(ranges.output) == greatest(part.counts)
    return "same scale as the counts" if shared else "a scale of its own"


def judged(found: Overlap) -> str:
    """Return what the counts look like and where, why, and how many there are.

    >>> from tcviz.layer.geometry import ConvTranspose
    >>> from tcviz.layer.overlap import overlap
    >>> judged(overlap(ConvTranspose(2), 5))
    'uniform away from the edge: stride is 1, so 4 input elements reach a cell'
    """
    named = "a cell" if len(found.axes) > 1 else "an output element"
    reached = elements(found.usual).replace("element", "input element")
    reach = "reaches" if found.usual == (1,) else "reach"
    return f"{found.pattern} {found.where}: {found.reason}, so {reached} {reach} {named}"


def compared(first: Overlap, second: Overlap) -> str:
    """Return what two overlaps have in common, and why, nothing if they differ in that.

    >>> from tcviz.layer.geometry import ConvTranspose
    >>> from tcviz.layer.overlap import overlap
    >>> one, other, even = (overlap(ConvTranspose(k, stride=2, dims=2), 5) for k in (3, 5, 4))
    >>> compared(one, other)
    'both uneven (checkerboard artifacts): neither 3 nor 5 is a multiple of stride 2'
    >>> compared(one, even)
    ''
    """
    axes = [{(axis.kernel, axis.stride) for axis in found.axes} for found in (first, second)]
    odd = all(
        axis.kernel % axis.stride and axis.common == 1 and not axis.uniform
        for axis in (*first.axes, *second.axes)
    )
    if not odd or first.pattern != second.pattern or [*map(len, axes)] != [1, 1]:
        return ""
    (own, stride), (other, _) = *axes[0], *axes[1]
    return f"both {first.pattern}: neither {own} nor {other} is a multiple of stride {stride}"


def tally(now: Counter[int], one: str = "cell") -> str:
    """Return how many of the cells that were named now have which count.

    >>> tally(Counter([1, 1, 2])), tally(Counter([4]))
    ('2 of these cells now have 1, 1 has 2', 'this cell now has 4')
    """
    (first, cells), *more = sorted(now.items())
    if more:
        start = f"{cells} of these {one}s now {'has' if cells == 1 else 'have'} {first}"
    else:
        start = f"this {one} now has {first}" if cells == 1 else f"all now have {first}"
    return ", ".join([start, *(f"{n} {'has' if n == 1 else 'have'} {c}" for c, n in more)])


def reaching(least: str, most: str) -> str:
    """Return from which number to which some reach, or the only one."""
    return least if least == most else f"{least} to {most}"
