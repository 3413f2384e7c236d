"""Marks as elements of an SVG: what looks alike is one path, and what is written one group."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from tcviz.render.blocks import Line, blocks, joined
from tcviz.render.canvas import DASH, GAP
from tcviz.render.drawing import (
    Images,
    PixelGrid,
    Words,
)
from tcviz.render.glyphs import EM
from tcviz.render.shapes import SHAPES
from tcviz.render.stylesheet import DAY, NIGHT, Look, Stylesheet, name_of
from tcviz.render.svg_letters import SvgLetters
from tcviz.render.svg_shapes import (
    Curve,
    Dashed,
    Drawn,
    Framed,
    Polyline,
    Strokes,
    SvgPen,
    path,
    short,
    xml,
)
from tcviz.scene.frozen import frozen
from tcviz.scene.marks import (
    Box,
    Cell,
    Connector,
    Heatmap,
    Label,
    Mark,
    Rect,
    fills_panel,
    panel_of,
)
from tcviz.scene.shades import sides

SEVERAL = 6
"""Elements of one look that take less in a group that says it."""
OVER = 1.0
"""How far neighbours may reach over each other: the line that they share."""
MOVED = '<g transform="'
PATH = re.compile(r'<path( class="[^ "]*"[^>]*?) d="M(-?[0-9.]+) ?(-?[0-9.]+)([^"]*)"/>')
ANCHORS = {"left": "start", "center": "middle", "right": "end"}


class PlacedDrawn(NamedTuple):
    """What is drawn, in which layer, and the ground of the cell that it is a part of."""

    layer: int
    one: Drawn
    ground: Drawn | None


@frozen(eq=False)
class Batch:
    """What is drawn one after another and looks alike; words are of one size.

    Classes say when it is `shown`, and where it is `moved`.
    """

    kind: type
    look: Look
    size: float
    drawn: list[Any]
    shown: str = ""
    moved: str = ""


class SvgPainter:
    """Draws marks of one SVG, with one style sheet and, as soon as all is known, one alphabet."""

    def __init__(self, grid: PixelGrid, images: Images | None, *, typed: bool) -> None:
        self.grid, self._images, self._typed = grid, images, typed
        self.styles = Stylesheet()

    def drawn(self, marks: Sequence[Mark]) -> list[Drawn]:
        """Return what is drawn of marks, of which no two overlap, from the lowest on.

        Of a line that cells share that is seen which is drawn last, and a solid one at any rate.
        """
        return [placed.one for placed in self.layers(marks)]

    def layers(self, marks: Sequence[Mark]) -> list[PlacedDrawn]:
        """Return the same, each with its layer and what lies below it."""
        pen = SvgPen(self.grid, self._images, typed=self._typed)
        found: list[PlacedDrawn] = []
        for mark in marks:
            SHAPES[type(mark)](pen, mark)
            if isinstance(mark, Heatmap) and any(" " in colour for colour in mark.colours):
                pen.drawn[:] = self._by_day_and_night(mark, pen.drawn)
            ground = pen.drawn[0] if isinstance(mark, Cell) else None
            found += (PlacedDrawn(_layer(one, number), one, ground)
                      for number, one in enumerate(pen.drawn))  # fmt: skip
            pen.drawn.clear()
        if len(marks) == 1:
            return found
        last = {look_of(placed.one): number for number, placed in enumerate(found)}
        return sorted(found, key=lambda placed: (placed.layer, last[look_of(placed.one)]))

    def _by_day_and_night(self, mark: Heatmap, drawn: Iterable[Drawn]) -> list[Drawn]:
        """Return what is drawn of a heatmap, its images once for each theme: they hold colours."""
        dark = replace(mark, colours=tuple(sides(colour)[1] for colour in mark.colours))
        pen = SvgPen(self.grid, self._images, typed=self._typed)
        SHAPES[Heatmap](pen, dark)
        day, night = (_classes(self.styles.name(look)) for look in (DAY, NIGHT))
        return [
            f"<g{day}>{one}</g><g{night}>{other}</g>" if isinstance(one, str) else one
            for one, other in zip(drawn, pen.drawn, strict=True)
        ]

    def drawn_in(self, some: Iterable[Sequence[Mark]]) -> list[Drawn]:
        """Return what is drawn of groups of marks, from the lowest on."""
        return [one for marks in some for one in self.drawn(marks)]

    def alphabet(self, batches: Iterable[Batch]) -> SvgAlphabet | None:
        """Return the letters of all that is written, if they are outlines."""
        return None if self._typed else SvgAlphabet(batches)

    def batches(self, drawn: Iterable[Drawn], shown: str = "") -> list[Batch]:
        """Return what follows each other and looks alike."""
        return [Batch(*kind, list(some), shown) for kind, some in groupby(drawn, self._kind)]

    def elements(self, batches: Iterable[Batch], letters: SvgAlphabet | None) -> Iterator[str]:
        """Yield elements, as few as look different; texts are elements where they are typed."""
        for (kind, size), group in groupby(batches, lambda one: (one.kind, one.size)):
            if kind is Words and letters:
                yield self._outlined([*group], size / EM, letters)
                continue
            for look, alike in groupby(group, lambda one: one.look):
                some = [*alike]
                if len(some) < SEVERAL or not look:
                    yield from (e for one in some for e in self._alone(one))
                else:
                    yield f'<g class="{self.styles.name(look)}">{"".join(self._timed(some))}</g>'

    def _alone(self, one: Batch) -> Iterator[str]:
        """Yield a batch with all of its classes; what is shown and moved has each for itself."""
        if one.shown and one.moved:
            inner = "".join(self._alone(replace(one, shown="")))
            yield f"<g{_classes(one.shown)}>{inner}</g>"
        else:
            yield from self._elements(one, self._class(one))

    def _timed(self, some: Iterable[Batch]) -> Iterator[str]:
        """Yield batches in a group of their look: each by its times alone."""
        for one in some:
            if one.moved:
                yield from self._alone(one)
            else:
                yield from self._elements(one, "", _classes(one.shown))

    def _elements(self, batch: Batch, look: str, times: str = "") -> Iterator[str]:
        """Yield elements of a look, of which paths are shown at their own times."""
        kind, some = batch.kind, batch.drawn
        if kind is str:
            yield "".join(some) if not batch.shown else f"<g{look}>{''.join(some)}</g>"
        elif kind is Dashed:
            lines = joined(line for one in some for line in one.lines)
            for offset, alike in _by_offset(lines):
                yield _path(look, path(alike), times, offset)
        elif kind is Framed:
            yield _path(look, path(_blocks(batch.look, [one.rect for one in some])), times)
        elif kind is Strokes:
            yield _path(look, path(line for one in some for line in one.lines), times)
        elif kind is Curve:
            yield _path(look, "".join(one.data for one in some), times)
        else:
            yield _typed(some, look)

    def _class(self, batch: Batch) -> str:
        """Return the attribute that names all classes of a batch."""
        look = self.styles.name(batch.look) if batch.look else ""
        return _classes(look, batch.shown, batch.moved)

    def _outlined(self, some: Sequence[Batch], step: float, letters: SvgAlphabet) -> str:
        """Return words of one size, in a group whose units are the steps of an em."""
        inner = [
            (_classes(self.styles.name(look)), "".join(_timed_words(alike, letters)))
            for look, alike in groupby(some, lambda one: one.look)
        ]
        scale = f'transform="scale({f"{step:.6g}".removeprefix("0")})"'
        if len(inner) == 1:
            ((name, uses),) = inner
            if _is_moved(uses):  # one group does for both
                return uses.replace(MOVED, f"<g{name} {scale[:-1]} ", 1)
            return f"<g{name} {scale}>{uses}</g>"
        return f"<g {scale}>{''.join(_named(*one) for one in inner)}</g>"

    def _kind(self, one: Drawn) -> tuple[type, Look, float]:
        if isinstance(one, str):
            return str, (), 0
        if not isinstance(one, Words):
            return type(one), one.look, 0
        look: Look = (("fill", one.ink),)
        if self._typed:
            anchor = (("text-anchor", ANCHORS[one.anchor]),) if one.anchor != "left" else ()
            weight = (("font-weight", "700"),) if one.bold else ()
            look = (*look, ("font-size", f"{short(one.size)}px"), *weight, *anchor)
        return Words, look, one.size


class SvgAlphabet:
    """The letters of all batches of an SVG."""

    def __init__(self, batches: Iterable[Batch]) -> None:
        written = [batch for batch in batches if batch.kind is Words]
        self._numbers = {batch: number for number, batch in enumerate(written)}
        self._letters = SvgLetters([batch.drawn for batch in written])

    def elements(self, batch: Batch) -> Iterator[str]:
        """Yield the elements of a batch of words."""
        return self._letters.elements(self._numbers[batch], batch.drawn)

    def defs(self) -> str:
        """Return what elements refer to, after all of them are made."""
        return self._letters.defs()


def _layer(one: Drawn, number: int) -> int:
    """Return how high the `number`-th that is drawn of a mark lies, among its neighbours'."""
    if isinstance(one, Words):
        return 9
    if isinstance(one, str):
        return 8
    if isinstance(one, Framed) and len(one.look) > 1:
        return 7
    return 6 if isinstance(one, Dashed) else min(number, 5)


def look_of(one: Drawn) -> object:
    """Return what is equal where something is drawn together."""
    if isinstance(one, Words):
        return one.size, one.ink, one.bold, one.anchor
    return one if isinstance(one, str) else one.look


def _by_offset(lines: Iterable[Line]) -> Iterator[tuple[str, list[Polyline]]]:
    """Yield dashed lines together whose dashes begin alike."""
    found: dict[str, list[Polyline]] = {}
    for (x, y), end in lines:
        offset = short((x if y == end[1] else y) % (DASH + GAP))
        found.setdefault(offset, []).append(Polyline(((x, y), end)))
    for offset, alike in found.items():
        yield "" if offset == "0" else f' stroke-dashoffset="{offset}"', alike


def _blocks(look: Look, rects: Sequence[Rect]) -> Iterator[Polyline]:
    """Yield rectangles that touch as one, with the lines between them if these are drawn."""
    drawn = any(name == "stroke" for name, _ in look)
    ordered = sorted(rects, key=lambda rect: (rect.y, rect.x))
    for box, lines in blocks(ordered, over=0 if drawn else OVER):
        corners = (box.x, box.y), (box.right, box.y), (box.right, box.bottom), (box.x, box.bottom)
        yield Polyline(corners, True)
        yield from map(Polyline, lines if drawn else ())


def _classes(*names: str) -> str:
    """Return the attribute that names classes, if there are any."""
    said = " ".join(filter(None, names))
    return f' class="{said}"' if said else ""


def _timed_words(some: Iterable[Batch], letters: SvgAlphabet) -> Iterator[str]:
    """Yield words of one look, in groups that are shown together."""
    for shown, alike in groupby(some, lambda one: one.shown):
        uses = "".join(e for one in alike for e in letters.elements(one))
        yield _named(_classes(shown), uses) if shown else uses


def _named(name: str, uses: str) -> str:
    """Return elements in a group that has a name, or the only one with it."""
    if uses.count("<") == 1 and "class" not in uses:
        return uses.replace("<use", f"<use{name}")
    if _is_moved(uses):
        return uses.replace("<g", f"<g{name}", 1)
    return f"<g{name}>{uses}</g>"


def _is_moved(uses: str) -> bool:
    """Return whether elements are all in one group that only moves them."""
    return uses.startswith(MOVED) and uses.count("<g") == 1 and uses.endswith("</g>")


def _path(name: str, data: str, times: str = "", more: str = "") -> str:
    """Return a path: what is behind its data is no look that it could be used again with."""
    return f'<path{name}{more} d="{data}"{times}/>'


def _typed(some: Sequence[Words], name: str) -> str:
    texts = (
        f'<text x="{short(one.at[0])}" y="{short(one.at[1])}"'
        + (' xml:space="preserve"' if "  " in one.text else "")
        + f">{xml(one.text)}</text>"
        for one in some
    )
    return f"<g{name}>{''.join(texts)}</g>"


def shared(body: Sequence[str]) -> tuple[str, list[str]]:
    """Return paths that are drawn at several places, once each, and what draws them there.

    Panels of channels are alike.
    """
    counts = Counter(_form(found) for text in body for found in PATH.finditer(text))
    forms = {
        form: f"_{name_of(form)}"
        for form, count in counts.items()
        if (count - 1) * len(form[0] + form[1]) > 12 + 40 * count
    }
    defs = "".join(
        f'<path id="{name}"{form[0]} d="M0 0{form[1]}"/>' for form, name in forms.items()
    )

    def used(found: re.Match[str]) -> str:
        name = forms.get(_form(found))
        return f'<use href="#{name}" x="{found[2]}" y="{found[3]}"/>' if name else found[0]

    return defs, [PATH.sub(used, text) for text in body]


def _form(path: re.Match[str]) -> tuple[str, str]:
    return path[1], path[4]


def runs(marks: Iterable[Mark]) -> Iterator[tuple[str, list[list[Mark]]]]:
    """Yield each panel, or '' for what is in none, with its marks: those that do not overlap.

    No cell reaches over another's number, and no label over another or over a cell; frames do not
    hide what is in them.
    """
    parts = [(panel, list(own)) for panel, own in groupby(marks, _panel)]
    named = ((panel if len(own) > 1 else "", own) for panel, own in parts)
    for panel, some in groupby(named, key=itemgetter(0)):
        own = [mark for _, marks in some for mark in marks]
        apart = groupby(enumerate(own), key=lambda pair: _together(*pair))
        yield panel, [[mark for _, mark in alike] for _, alike in apart]


def _panel(mark: Mark) -> str:
    """Return the panel whose cell this is, or which it is; a legend's are samples of several."""
    panel = panel_of(mark) if fills_panel(mark) else None
    return panel if panel and panel.tensor != "legend" else ""


def _together(number: int, mark: Mark) -> tuple[str, int]:
    """Return what is equal for neighbours that are drawn together."""
    if isinstance(mark, Cell | Label):
        return "text", -1
    if isinstance(mark, Box) and mark.moves:
        return "frame", -1
    return "line", -1 if isinstance(mark, Connector) else number
