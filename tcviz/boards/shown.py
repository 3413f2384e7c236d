"""What a step shows, in any number of axes: numbers, roles, and what is lit; where is no matter."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from itertools import pairwise, product
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tcviz.boards.chrome import Said
from tcviz.boards.panel import Roles, Values, in_states
from tcviz.layer.trace import Places
from tcviz.scene.frozen import frozen
from tcviz.scene.states import Kind, State, role

Flags: TypeAlias = NDArray[np.bool_]
Window: TypeAlias = Sequence[Sequence[int]]
"""Cells of a panel: coordinates per axis."""
Content: TypeAlias = tuple[Values, Roles]
"""Numbers, ``(C, *shape)`` or, of what all channels share, ``shape``; and the roles of a panel's
cells, of its shape, which all channels have."""


class Link(NamedTuple):
    """What leads from a panel to another: from, and to, what is lit in them, or the `whole` panels.

    The mark is called by its `name`, and `sign` says what happens on the way, if `now`; what is
    `added` on it stands on its other side.  Where a long sign has no room a `brief` one stands.
    It may end at cells of its own, `onto` which it leads.  What is summed on the way, `more` than
    is drawn, is said with the sign.
    """

    name: str
    start: str
    end: str
    sign: str = ""
    now: bool = True
    whole: bool = False
    added: str = ""
    onto: Window = ()
    brief: str = ""
    more: str = ""

    @property
    def shorter(self) -> Link:
        """The same with the brief sign, if there is one."""
        return self._replace(sign=self.brief or self.sign, brief="")

    @property
    def words(self) -> str:
        """What happens on the way, and what is added then, where both stand side by side."""
        return self._then(self.sign)

    @property
    def wordings(self) -> tuple[str, ...]:
        """Ever shorter words of that; the longest have what is summed without being drawn."""
        several = [f"Σ: {words}" for words in self.unseen]
        return tuple(map(self._then, [*several, self.sign, self.brief or self.sign]))

    @property
    def unseen(self) -> tuple[str, ...]:
        """What is summed without being drawn, if anything is, in ever shorter words."""
        return (f"{self.more}, not drawn", self.more) if self.more else ()

    def _then(self, sign: str) -> str:
        return ", then ".join(filter(None, (sign, self.added)))


class Meeting(NamedTuple):
    """Where the kernel's taps lie in the panel `on`, beyond it too, and which take part."""

    on: str
    places: Places
    counts: Flags

    @property
    def met(self) -> dict[int, int]:
        """The taps along the first axis of which any takes part, and which cells they meet."""
        return {k: at for k, at in enumerate(self.places[0]) if self.counts[k].any()}

    @property
    def cells(self) -> Window:
        """The cells that take part, per axis."""
        taken = (sorted({*at.tolist()}) for at in self.counts.nonzero())
        return tuple([axis[k] for k in at] for axis, at in zip(self.places, taken, strict=True))


@frozen
class Shown:
    """One step: what each panel holds, where it is lit, what leads from where to where, in words.

    A board draws those of the panels that its arrangement has, and what is between them.
    `say` puts it into words for who asks: for a legend, which does not, that would take long.
    `calm` are the roles that differ once the step is over.
    """

    number: int
    cells: Mapping[str, Content]
    lit: Mapping[str, Window]
    links: Sequence[Link]
    say: Callable[[], Said]
    taps: Meeting | None = None
    calm: Mapping[str, Roles] = field(default_factory=dict)

    @property
    def said(self) -> Said:
        """The sentence, and its detail."""
        return self.say()

    @property
    def settled(self) -> Shown:
        """The same step when nothing is read or written any more."""
        cells = {key: (v, self.calm.get(key, roles)) for key, (v, roles) in self.cells.items()}
        return replace(self, cells=cells)


@frozen
class Furniture:
    """What stands between panels and never changes.

    There are frames around the cells that are `kept` of a panel, by their name, and with `dashes`
    around those that notes speak of; `links` between whole panels; and what adds the channels'
    panels called `gathered` into the output, and what else is `added` there.  A legend names the
    roles of panels that are `told`, as of those with numbers of rows and columns.  No sign stands
    before those that are `led` to by an arrow from another line, which has it.
    """

    kept: Mapping[str, tuple[str, Window]] = field(default_factory=dict)
    links: Sequence[Link] = ()
    gathered: str = ""
    added: str = ""
    dashes: Mapping[str, tuple[str, Window]] = field(default_factory=dict)
    told: Sequence[str] = ()
    led: Sequence[str] = ()


def enlarged(
    content: Content, lit: Window | None, shape: Sequence[int], *, packed: bool = False
) -> Content:
    """Return what a lens of that shape shows of a panel: the cells that are lit.

    There are fewer at the edges; what would lie beyond these is blank, or `packed` behind them.
    """
    values, roles = content
    window = lit or ((),) * len(shape)
    room = tuple(map(len, window)) if packed else shape
    here = tuple(slice(at.start, at.stop) for at in beheld(window, room))
    cells = np.ix_(*(np.array(axis, dtype=int) for axis in window))
    there: Any = (Ellipsis, *cells)
    into: Any = (Ellipsis, *here)
    numbers = np.zeros((*values.shape[: -len(shape)], *shape), dtype=values.dtype)
    numbers[into] = values[there]
    seen = alike(shape, State.PENDING, Kind.BORDER)
    seen[here] = roles[cells]
    return numbers, seen


def beheld(window: Window, shape: Sequence[int]) -> tuple[range, ...]:
    """Return where in a lens of that shape the cells of a window stand, per axis.

    >>> beheld([(0, 1), (5, 6)], (3, 3))
    (range(1, 3), range(0, 2))
    """
    sides = zip(window, shape, strict=True)
    ends = ((n if axis and axis[0] == 0 else len(axis), axis) for axis, n in sides)
    return tuple(range(end - len(axis), end) for end, axis in ends)


def alike(shape: Sequence[int], state: State = State.KNOWN, kind: Kind = Kind.VALUE) -> Roles:
    """Return the roles of cells that are all alike."""
    return np.full(tuple(shape), role(kind, state), dtype=np.uint8)


def hull(window: Window) -> tuple[range, ...]:
    """Return from where to where some cells reach, per axis.

    >>> hull(((1, 4, 7), range(2)))
    (range(1, 8), range(0, 2))
    """
    return tuple(range(min(axis), max(axis) + 1) for axis in window)


def blocks(window: Window) -> Iterator[tuple[range, ...]]:
    """Yield the blocks without gaps in which some cells lie: frames enclose no others.

    >>> [*blocks(((1, 2, 3), range(0, 4, 2)))]
    [(range(1, 4), range(0, 1)), (range(1, 4), range(2, 3))]
    """
    yield from product(*map(runs, window))


def runs(axis: Sequence[int]) -> list[range]:
    """Return coordinates as ranges without gaps."""
    axis = sorted({*axis})
    starts = [i for i, at in enumerate(axis) if i == 0 or at > axis[i - 1] + 1]
    return [range(axis[a], axis[b - 1] + 1) for a, b in pairwise([*starts, len(axis)])]


def roles(kinds: Roles, reached: Flags, done: Flags, now: Flags, state: State | None) -> Roles:
    """Return the roles of a result's cells.

    Pending until a product arrives, partial while more will, done; `state` where
    it is written now, if it is not to look settled.
    """
    states = np.where(done, State.DONE, np.where(reached, State.PARTIAL, State.PENDING))
    if state is not None:
        states = np.where(now, state, states)
    return in_states(kinds, states)


def flags(shape: tuple[int, ...], cells: tuple[Sequence[int], ...]) -> Flags:
    """Return an array that is true at the crossings of some rows and columns."""
    found = np.zeros(shape, dtype=bool)
    found[np.ix_(*cells)] = True
    return found


def kinds(size: tuple[int, ...], extra: tuple[int, ...]) -> Roles:
    """Return what each cell is: the last `extra` rows and columns are output_padding."""
    found = np.full(size, Kind.VALUE, dtype=np.uint8)
    for axis, count in enumerate(extra):
        cut = [slice(None)] * len(size)
        cut[axis] = slice(size[axis] - count, None)
        found[tuple(cut)] = Kind.OUTPUT_PADDING
    return found
