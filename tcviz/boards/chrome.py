"""What surrounds every picture: header, sentence, progress."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from math import inf
from typing import TypeAlias

from tcviz.boards.picture_title import plain, titles
from tcviz.layer.geometry import USUAL
from tcviz.layer.parts import Part
from tcviz.layer.sizes import size_text
from tcviz.look.look import Look
from tcviz.scene import text
from tcviz.scene.marks import Box, Label, Mark, Rect

BETWEEN, FORMULA_AFTER = re.compile(text.SPACE), re.compile(": (?=[^:]+ [=≈] [^:]+$)")
"""Where a line of sums is broken: between them; and where a sentence is, before its formula."""
CLAUSE = re.compile(", ")
"""Where a caption is."""
MOST = 40
"""Terms of one sum that are written at most."""
MARGIN, BARE, EDGE = 40.0, 16.0, 5.0
"""Beside all panels, with a header and without; and beside their numbers."""
PARAMETERS, FORMULA, SENTENCE, DETAIL = 15.0, 14.0, 17.0, 15.0
HEADER, FOOTER = 86.0, 80.0
NARROW, PITCH = 52.0, 26.0
"""How much higher a header is whose parts stand below each other, and their distance."""
AXES = ("depth", "rows", "columns")
FORMULA_LINES = {1: (66.0,), 2: (54.5, 72.5), 3: (43.5, 59.0, 74.5), 4: (37.5, 50.6, 63.7, 76.8)}
"""The middles of the lines of so many formulas."""
FORMULAS = {1: 24.0, 2: 17.0, 3: 14.0, 4: 12.5}
"""The largest text of so many lines that touch neither each other nor what is around."""
LEVELS = {1: 36.0, 2: 32.0, 3: 26.0, 4: 21.5}
"""The middle of the parameters above so many lines."""
APART = 30.0
"""Room between what stands left and what stands right in the header."""
ASIDE, TALLEST = 28.0, 0.72
"""Between the panels and a map beside them, and its share of their height, at most."""

Said: TypeAlias = tuple[str, str]
"""A sentence, and a detail that stands below it if there is one."""


def body(look: Look) -> Rect:
    """Return the room of the panels: without header and footer, and a map beside them."""
    room = _inside(look)
    beside = None if look.corner else _map_room(look)
    return Rect(room.x, room.y, room.w - beside.w - ASIDE, room.h) if beside else room


def hang(look: Look) -> float:
    """Return how far numbers may stand left of the body: not up to the edge."""
    return MARGIN - EDGE if look.chrome else BARE - EDGE


def _inside(look: Look) -> Rect:
    """Return the room between header and footer, or all of the canvas without them."""
    width, height = look.canvas
    if not look.chrome:
        return Rect(BARE, BARE, width - 2 * BARE, height - 2 * BARE)
    top = header_height(look)
    return Rect(MARGIN, top + 10, width - 2 * MARGIN, height - top - FOOTER - 16)


def header_height(look: Look) -> float:
    """Return how far down the header reaches: where it is narrow, all stands below each other."""
    return HEADER + NARROW if look.is_narrow else HEADER


def _map_room(look: Look) -> Rect | None:
    """Return the room of the channel map, if there is one: at the right, or where it is said."""
    if look.corner or not look.wires:
        return look.corner
    from tcviz.boards import channel_map

    room = _inside(look)
    wanted = channel_map.size(look.wires, look, TALLEST * room.h)
    if wanted is None:
        return None
    wide, high = wanted
    return Rect(room.right - wide, room.center[1] - high / 2, wide, high)


def _map(look: Look) -> tuple[Mark, ...]:
    beside = _map_room(look)
    if not (look.wires and beside):
        return ()
    from tcviz.boards import channel_map

    return channel_map.marks(look.wires, look, beside)


def header(look: Look, part: Part, view: str, subtitle: str) -> tuple[Mark, ...]:
    """Return the title on the left, the parameters and the size formula on the right.

    A map of the channels stands below them, beside the panels, where the look has one.
    """
    if not look.chrome:
        return ()
    width, _ = look.canvas
    line = Rect(MARGIN, header_height(look), width - 2 * MARGIN, look.pixel)
    rule = Box("rule.top", line, fill=look.theme.rule)
    words = part.operation if look.title is None else look.title
    if look.is_narrow:
        return *_stacked(look, part, words, view, subtitle), rule, *_map(look)
    beside = _second(look, words, view, subtitle, _room([*_parameters(look, part, 0.0)]))
    lower = [*_formulas(look, part, beside)]
    upper = [*_parameters(look, part, LEVELS[len(lower)])]
    rooms = [_room(right) for right in ([*upper, *lower], lower)]
    return *titles(look, words, view, subtitle, MARGIN, *rooms), *upper, *lower, rule, *_map(look)


def _second(look: Look, words: str, view: str, subtitle: str, room: float) -> float:
    """Return the width of what stands below a title in a room, without what it has in brackets."""
    *_, below = titles(look, words, view, plain(subtitle), 0.0, room, inf)
    return below.at[0] + text.width(below.text, below.size)


def _stacked(look: Look, part: Part, words: str, view: str, subtitle: str) -> Iterator[Label]:
    """Yield titles, parameters and the size formula, each on a line of its own."""
    theme, room = look.theme, look.canvas[0] - 2 * MARGIN
    yield from titles(look, words, view, subtitle, MARGIN, room, room)
    x, y, size = MARGIN, 66 + PITCH, look.legible(PARAMETERS)
    for name, value in _told(look, part, room).items():
        yield Label(f"{name}.name", (x, y), name, size, theme.muted, theme.background)
        x += text.width(name, size) + 0.4 * size
        yield Label(f"{name}.value", (x, y), value, size, theme.ink, theme.background, bold=True)
        x += text.width(value, size, bold=True) + 1.2 * size
    small, numbers = look.legible(FORMULA), _formula_lines(part)
    one = len(numbers) == 1 and " size = " in part.law
    whole = (" = " if one else text.SPACE).join([part.law, *numbers])
    formula = whole if text.width(whole, small) <= room else text.SPACE.join(numbers)
    short = text.shorten(formula, small, room)
    yield Label("formula.0", (MARGIN, y + PITCH), short, small, theme.muted, theme.background)


def _told(look: Look, part: Part, room: float) -> dict[str, str]:
    """Return the parameters, without the last of those that are as usual where room is short."""
    told, size = parameters(part), look.legible(PARAMETERS)
    for name in ("dilation", "output_padding", "padding"):
        words = text.width("".join([*told, *told.values()]), size, bold=True)
        if words + 1.6 * size * len(told) > room and told.get(name) == str(USUAL[name]):
            del told[name]
    return told


def title(look: Look, part: Part, view: str, step: int | None = None, steps: int = 1) -> str:
    """Return what a picture shows, or a step of it, for those who do not see it."""
    at = "" if step is None else ", " + counted(look, step, steps)
    x = size_text(part.input_size)
    y = " and ".join(size_text(one.output_size) for one in part.compared)
    facts = {part.names.source: x} | parameters(part) | {part.names.made: y}
    words = ", ".join(f"{name} {value}" for name, value in facts.items())
    which = f", {look.turn.name}" if look.turn else ""
    return f"{part.operation}, {view}{at}: {words}{which}"


def counted(look: Look, step: int, steps: int) -> str:
    """Return which of how many steps this is, of all channels' where they are drawn in turn."""
    before, steps = (look.turn.before, look.turn.steps) if look.turn else (0, steps)
    return f"step {before + step + 1} of {steps}"


def footer(look: Look, number: int, steps: int, sentence: str, detail: str) -> tuple[Mark, ...]:
    """Return the step's number, what happens in it, and how far the animation is.

    Where no detail stands on the second line the sentence has both: it goes before a detail.
    """
    if not look.chrome:
        return ()
    width, height = look.canvas
    theme, top = look.theme, height - FOOTER
    if text.width(sentence, look.legible(SENTENCE)) > foot_room(look, steps):
        detail = ""
    room = width - 2 * MARGIN
    size, small, turn = look.legible(SENTENCE), look.legible(DETAIL), look.turn
    x, ink = width - MARGIN - foot_room(look, steps), theme.muted
    first, second = _flowing(look, steps, sentence, detail)
    if second and not detail:
        small, ink = size, theme.ink
    count = counted(look, number, steps)
    number, steps = (number + turn.before, turn.steps) if turn else (number, steps)
    named = _below_count(look)
    done = Rect(MARGIN, height - 12, room * (number + 1) / steps, 4)

    def label(
        key: str, at: tuple[float, float], words: str, size: float, ink: str, *, bold: bool = False
    ) -> Label:
        short = text.whole_remarks(words, size, width - MARGIN - at[0], bold)
        return Label(key, at, short, size, ink, theme.background, bold)

    return (
        Box("rule.bottom", Rect(MARGIN, top, room, look.pixel), fill=theme.rule),
        label("step", (MARGIN, top + 22), count, size, theme.ink, bold=True),
        *(
            [label("turn", (MARGIN, top + 47), named, look.legible(DETAIL), theme.muted)]
            if named
            else []
        ),
        label("sentence", (x, top + 22), first, size, theme.ink),
        label("detail", (x, top + 47), second, small, ink),
        Box("progress.all", Rect(MARGIN, height - 12, room, 4), fill=theme.rule),
        Box("progress", done, fill=theme.output, moves=True),
    )


def foot_room(look: Look, steps: int) -> float:
    """Return the width that a footer has beside the step's number."""
    return look.canvas[0] - 2 * MARGIN - count_width(look, steps) - 22


def is_whole(look: Look, steps: int, sentence: str, detail: str = "") -> bool:
    """Return whether a footer has room for all of what is said."""
    first, second = _flowing(look, steps, sentence, detail)
    size, small = look.legible(SENTENCE), look.legible(DETAIL if detail else SENTENCE)
    return max(text.width(first, size), text.width(second, small)) <= foot_room(look, steps)


def longest(look: Look, steps: int, ways: Callable[[int], Said], count: int) -> Said:
    """Return what is said with as many of `count` terms as a footer has room for, at least one."""
    fewer = range(min(count, MOST), 0, -1) or range(1, 0, -1)
    found = bisect_left(fewer, True, key=lambda most: is_whole(look, steps, *ways(most)))
    return ways(fewer[min(found, len(fewer) - 1)])


def spoken(sentence: str, detail: str) -> str:
    """Return all that a footer says, for those who do not see it: on which line is no matter.

    >>> spoken("y[0] = 3", "by rows;  9 taps")
    'y[0] = 3. by rows. 9 taps'
    """
    return ". ".join(filter(None, (sentence, *BETWEEN.split(detail))))


def _flowing(look: Look, steps: int, sentence: str, detail: str) -> tuple[str, str]:
    """Return the two lines of a footer: a detail too long for its own begins on the first.

    No formula begins on one and ends on the other where their letters differ, or where there is
    room for all of it on the second.
    """
    size, room = look.legible(SENTENCE), foot_room(look, steps)
    if not detail:
        first, *rest = text.wrap(sentence, size, room, even=False)
        for at in FORMULA_AFTER.finditer(sentence) if rest else ():
            halves = sentence[: at.start() + 1], sentence[at.end() :]
            if all(text.width(half, size) <= room for half in halves):
                return halves
        return first, " ".join(rest)
    ways = [(f"{sentence}{text.SPACE}{detail[: at.start()]}", detail[at.end() :])
            for at in BETWEEN.finditer(detail)]  # fmt: skip
    return next((
        (first, second)
        for first, second in [(sentence, detail), *ways]
        if text.width(first, size) <= room and text.width(second, look.legible(DETAIL)) <= room
    ), (sentence, detail))  # fmt: skip


def count_width(look: Look, steps: int) -> float:
    """Return the width of the step's number and of what stands below it."""
    steps = look.turn.steps if look.turn else steps
    count = text.width(f"step {steps} of {steps}", look.legible(SENTENCE), bold=True)
    return max(count, text.width(_below_count(look), look.legible(DETAIL)))


def _below_count(look: Look) -> str:
    """Return what stands below a step's number: the channel whose turn it is, whose numbers."""
    return ", ".join(filter(None, [look.turn.name if look.turn else "", look.whose]))


def caption(look: Look, sentence: str, detail: str, *, alike: bool = False) -> tuple[Mark, ...]:
    """Return what a finished picture says below: no step, and no progress.

    Both lines look `alike` where neither is a detail of the other; else what is too long for the
    first goes on in the second.
    """
    if not look.chrome:
        return ()
    width, height = look.canvas
    if not alike:
        sentence, detail = _continued(sentence, detail, look.legible(SENTENCE), width - 2 * MARGIN)
    theme, top, room = look.theme, height - FOOTER, width - 2 * MARGIN
    whose = text.width(look.whose, look.legible(DETAIL)) + APART if look.whose else 0.0
    lines = (
        ("sentence", sentence, SENTENCE, theme.ink, 26, room),
        (
            "detail",
            detail,
            *((SENTENCE, theme.ink) if alike else (DETAIL, theme.muted)),
            52,
            room - whose,
        ),
    )
    labels = [
        Label(key, (MARGIN, top + y), text.whole_remarks(words, look.legible(size), space),
              look.legible(size), ink, theme.background)
        for key, words, size, ink, y, space in lines
    ]  # fmt: skip
    if look.whose:
        at, size = (width - MARGIN, top + 52), look.legible(DETAIL)
        ink, on = theme.muted, theme.background
        labels.append(Label("whose", at, look.whose, size, ink, on, anchor="right"))
    return Box("rule.bottom", Rect(MARGIN, top, room, look.pixel), fill=theme.rule), *labels


def _continued(sentence: str, detail: str, size: float, room: float) -> tuple[str, str]:
    """Return the two lines of a caption: a sentence without room breaks after a comma, or a word.

    >>> _continued("it is uneven, so 1 or 2 meet", "none is cropped", 10, 100)
    ('it is uneven,', 'so 1 or 2 meet; none is cropped')
    """
    if text.width(sentence, size) <= room:
        return sentence, detail
    ways = [(sentence[: at.end() - 1], sentence[at.end() :]) for at in CLAUSE.finditer(sentence)]
    fitting = [way for way in ways if text.width(way[0], size) <= room]
    first, *more = fitting[-1] if fitting else text.wrap(sentence, size, room, even=False)
    return first, text.REMARK.join(filter(None, (" ".join(more), detail)))


def _parameters(look: Look, part: Part, y: float) -> Iterator[Label]:
    """Yield names and values from the right edge leftwards."""
    size, x = look.legible(PARAMETERS), look.canvas[0] - MARGIN
    theme = look.theme
    for name, value in reversed(parameters(part).items()):
        yield Label(
            f"{name}.value", (x, y), value, size, theme.ink, theme.background, True, "right"
        )
        x -= text.width(value, size, bold=True) + 0.4 * size
        yield Label(
            f"{name}.name", (x, y), name, size, theme.muted, theme.background, False, "right"
        )
        x -= text.width(name, size) + 1.2 * size


def _formulas(look: Look, part: Part, beside: float) -> Iterator[Label]:
    """Yield the formula in letters, and with its numbers: once, or per axis where axes differ.

    What stands `beside` them leaves them less room: the letters are the first to go.
    """
    theme, room = look.theme, look.canvas[0] - 2 * MARGIN
    law, numbers = {"law": part.law}, _formula_lines(part)
    named = {f"{i}": line for i, line in enumerate(numbers)}
    joined = {"0": text.shorten("; ".join(numbers), look.legible(FORMULA), room / 2)}
    for lines in (law | named, named, law | joined, joined):
        size = look.legible(min(FORMULA, FORMULAS[len(lines)]))
        wide = max(text.width(line, size) for line in lines.values())
        if size <= FORMULAS[len(lines)] and (wide + APART + beside <= room or "law" not in lines):
            break
    for y, (key, line) in zip(FORMULA_LINES[len(lines)], lines.items(), strict=True):
        at = look.canvas[0] - MARGIN, y
        yield Label(f"formula.{key}", at, line, size, theme.muted, theme.background, False, "right")


def _formula_lines(part: Part) -> list[str]:
    """Return the formula with its numbers, of axes that differ one by one, by name."""
    lines = part.formulas
    if len(set(lines)) == 1:
        return [lines[0]]
    axes: dict[str, list[str]] = {}
    for axis, line in zip(AXES[-len(lines) :], lines, strict=True):
        axes.setdefault(line, []).append(axis)
    return [f"{', '.join(names)}  {line}" for line, names in axes.items()]


def parameters(part: Part) -> dict[str, str]:
    """Return the parameters as people write them: one number where the axes agree."""
    if part.settings:
        return dict(part.settings)
    layer = part.layer
    shown = {
        "kernel": " and ".join(size_text(p.layer.kernel_size) for p in part.compared),
        "stride": alike(layer.stride),
        "padding": alike(layer.padding),
        "output_padding": alike(layer.output_padding),
        "dilation": alike(layer.dilation),
        "groups": str(layer.groups),
    }
    left_out = ["output_padding"] * (not part.pads_output) + ["groups"] * (layer.groups == 1)
    return {name: value for name, value in shown.items() if name not in left_out}


def alike(values: tuple[int | tuple[int, int], ...]) -> str:
    """Return one number for values that agree; else a tuple, with pairs as ``before/after``.

    >>> alike((2, 2)), alike((2, 1)), alike(((1, 0), 2))
    ('2', '(2, 1)', '(1/0, 2)')
    """
    words = [str(v) if isinstance(v, int) else f"{v[0]}/{v[1]}" for v in values]
    return words[0] if len(set(words)) == 1 else f"({', '.join(words)})"


def _room(right: list[Label]) -> float:
    """Return how much of a line its right-aligned labels leave."""
    return min(m.at[0] - text.width(m.text, m.size, m.bold) for m in right) - MARGIN - APART
