"""The stretched input of the collection view: zeros between, zeros around, or edges cropped."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from tcviz.boards.panel import Roles, Values, in_states
from tcviz.layer.geometry import ConvTranspose
from tcviz.layer.parts import Part
from tcviz.layer.sizes import Pair, Sizes, sized
from tcviz.layer.trace import Places
from tcviz.look import words
from tcviz.scene.frozen import frozen
from tcviz.scene.states import Kind, State


@frozen
class Stretched:
    """Where the cells of the stretched input lie in its panel.

    The panel shows what is there before cropping: where the collection view's
    padding is negative, the cropped cells stay visible, outside the window's way.
    """

    part: Part

    @cached_property
    def _inner(self) -> Sizes:
        """The size of the stretched input, without what is around it."""
        return self.part.layer.stretched_size(self.part.input_size)

    @cached_property
    def _around(self) -> list[tuple[int, int]]:
        """Zeros before and after, per axis; none where cells are cropped."""
        return [(max(0, b), max(0, a)) for b, a in self.part.layer.collection_padding]

    @cached_property
    def shape(self) -> Sizes:
        """Rows and columns of the panel."""
        return tuple(n + b + a for n, (b, a) in zip(self._inner, self._around, strict=True))

    @cached_property
    def real(self) -> tuple[range, ...]:
        """The cells of the stretched input, without the zeros around."""
        return tuple(range(b, b + n) for n, (b, _) in zip(self._inner, self._around, strict=True))

    @cached_property
    def kept(self) -> tuple[range, ...]:
        """The cells of the stretched input that are not cropped."""
        padding = self.part.layer.collection_padding
        return tuple(
            range(r.start + max(0, -before), r.stop - max(0, -after))
            for r, (before, after) in zip(self.real, padding, strict=True)
        )

    def window(self, places: Places) -> tuple[range, ...]:
        """Return the cells from a window's first to its last tap."""
        return tuple(range(axis[0], axis[-1] + 1) for axis in self._shifted(places))

    def _shifted(self, places: Places) -> Places:
        """Return places counted from the panel's edge, not from the cropped one."""
        padding = self.part.layer.collection_padding
        cut = [max(0, -before) for before, _ in padding]
        return tuple(
            range(p.start + c, p.stop + c, p.step) for p, c in zip(places, cut, strict=True)
        )

    def values(self, channel: int) -> Values:
        """Return one channel's numbers."""
        out = np.zeros(self.shape, self.part.x.dtype)
        inside = zip(self.real, self.part.layer.stride, strict=True)
        out[tuple(slice(r.start, r.stop, s) for r, s in inside)] = self.part.x[channel]
        return out

    def roles(self, places: Places, state: State) -> Roles:
        """Return each cell's role when the taps lie at `places`."""
        states = np.zeros(self.shape, dtype=np.uint8)
        states[np.ix_(*self._shifted(places))] = state
        return in_states(self._kinds, states)

    @cached_property
    def _kinds(self) -> Roles:
        """What each cell is: an element, a zero, or cropped."""
        kinds = np.full(self.shape, Kind.ZERO, dtype=np.uint8)
        inside = zip(self.real, self.part.layer.stride, strict=True)
        kinds[tuple(slice(r.start, r.stop, s) for r, s in inside)] = Kind.VALUE
        kept = np.zeros(self.shape, dtype=bool)
        ends = zip(self.shape, self.part.layer.collection_padding, strict=True)
        kept[tuple(slice(max(0, -b), n - max(0, -a)) for n, (b, a) in ends)] = True
        kinds[~kept] = Kind.BORDER
        return kinds

    @cached_property
    def _is_stretched(self) -> bool:
        """Whether there are zeros between elements of the input."""
        return self._inner != self.part.input_size

    @property
    def zero(self) -> str:
        """What its zeros are called: where all are around the input, none is inserted in it."""
        return "inserted zero" if self._is_stretched else "zero around"

    @property
    def zeros(self) -> str:
        """What several are called."""
        return self.zero.replace("zero", "zeros")

    @property
    def title(self) -> str:
        """What the panel is called."""
        return self.done or "unchanged"

    @property
    def done(self) -> str:
        """What was done to the input, in this order."""
        flat = [n for pair in self.part.layer.collection_padding for n in pair]
        done = ["stretched"] if self._is_stretched else []
        done += ["padded"] if max(flat) > 0 else []
        done += ["cropped"] if min(flat) < 0 else []
        return ", ".join(done)

    @property
    def size(self) -> str:
        """The size that the window slides over."""
        padding = self.part.layer.collection_padding
        return sized(tuple(n + b + a for n, (b, a) in zip(self._inner, padding, strict=True)))

    @property
    def notes(self) -> tuple[str, ...]:
        """Where the zeros between and around come from, and what is cropped."""
        layer = self.part.layer
        between = {s - 1 for s in layer.stride}
        notes = []
        if self._is_stretched:
            steps = between.pop() if len(between) == 1 else tuple(s - 1 for s in layer.stride)
            notes.append(f"between: stride − 1 = {steps}")
        if any(map(any, (*layer.collection_padding, *layer.border))):
            notes += _around_notes(layer)
        return tuple(notes)


def _around_notes(layer: ConvTranspose) -> list[str]:
    """Return in letters how many zeros are around, or cells cropped, and then the numbers."""
    padding, extra = layer.collection_padding, layer.output_padding
    added = tuple((0, n) for n in extra)
    before = {n for (b, a), more in zip(padding, extra, strict=True) for n in (b, a - more)}
    if len(before) == 1:
        (n,) = before
        crop = f": crop {-n}" if n < 0 else ""
        numbers = _per_axis(layer) or f" = {_numbers(layer)}{n}"
        told = [f"around: d·(k−1) − p{numbers}{crop}".replace("= -", "= −")]
        return told + [f"with output_padding: {sides_said(padding, added)}"] * any(extra)
    law = "d·(k−1) − p" + " (+ output_padding)" * any(extra)
    zeros, crops = (tuple((max(0, s * b), max(0, s * a)) for b, a in padding) for s in (1, -1))
    notes = [f"around: {law}: {sides_said(zeros)}"] * any(map(any, zeros))
    return notes + [f"cropped: {sides_said(crops)}"] * any(map(any, crops))


def _numbers(layer: ConvTranspose) -> str:
    """Return d·(k−1) and p of all axes and sides, if they agree: their difference may be p, too.

    >>> _numbers(ConvTranspose(3, padding=2, dilation=2)), _numbers(ConvTranspose((3, 2)))
    ('4 − 2 = ', '')
    """
    reach, sides = {n - 1 for n in layer.extent}, {p for pair in layer.border for p in pair}
    return f"{reach.pop()} − {sides.pop()} = " if len(reach) == len(sides) == 1 else ""


def _per_axis(layer: ConvTranspose) -> str:
    """Return d·(k−1) − p of each axis where these differ, and both sides of an axis do not.

    >>> _per_axis(ConvTranspose((3, 2), padding=(1, 0))).replace("\N{NO-BREAK SPACE}", " ")
    ': rows 2 − 1 = 1, columns 1 − 0 = 1'
    >>> _per_axis(ConvTranspose(3))
    ''
    """
    told = [
        (extent - 1, before) for extent, (before, _) in zip(layer.extent, layer.border, strict=True)
    ]
    if len({*told}) == 1 or any(before != after for before, after in layer.border):
        return ""
    axes = zip(words.AXES[layer.dims], told, strict=True)
    return ": " + ", ".join(
        f"{name[1]}\u00a0{reach} − {p} = {reach - p}" for name, (reach, p) in axes
    )


def sides_said(numbers: Sequence[Pair], told: Sequence[Pair] = ()) -> str:
    """Return the numbers of an axis' sides by their names, of sides that are not 0.

    Those that are `told` are others where 0 is a number like any other.

    >>> sides_said(((1, 0), (0, 2))).replace("\N{NO-BREAK SPACE}", " ")
    'top 1, right 2'
    """
    names = (("front", "back"), ("top", "bottom"), ("left", "right"))[-len(numbers) :]
    return ", ".join(
        f"{name}\u00a0{n}".replace("-", "−")
        for pair, asked, words in zip(numbers, told or numbers, names, strict=True)
        for n, wanted, name in zip(pair, asked, words, strict=True)
        if wanted
    )
