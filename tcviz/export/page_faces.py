"""What a mark looks like, as numbers: see `tcviz.export.page_data`."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from tcviz.scene.marks import Box, Cell, Connector, Heatmap, Label, Rect

Json: TypeAlias = Any
ANCHORS = ("left", "center", "right")


class FaceTable:
    """Gives values their numbers, in the order in which they first come.

    >>> table = FaceTable()
    >>> table.number("a"), table.number("b"), table.number("a"), list(table)
    (0, 1, 0, ['a', 'b'])
    """

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}

    def __iter__(self) -> Iterator[Any]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)

    def number(self, value: Hashable) -> int:
        """Return the number of a value."""
        return self._numbers.setdefault(value, len(self._numbers))


class Tables:
    """What all sheets of a page share; `letters` are those of all texts."""

    def __init__(self, themes: Sequence[str]) -> None:
        self.themes = tuple(themes)
        self.colours, self.texts, self.styles = FaceTable(), FaceTable(), FaceTable()
        self.palettes, self.looks, self.faces = FaceTable(), FaceTable(), FaceTable()
        self.letters: set[str] = set()

    def colour(self, colours: Iterable[str | None]) -> int:
        """Return the number of a colour, as it is in each theme; −1 for none."""
        found = tuple(colours)
        return self.colours.number(found) if any(found) else -1

    def look(self, *values: Hashable) -> int:
        """Return the number of what a mark looks like, wherever it is."""
        return self.looks.number(values)

    def to_json(self) -> Json:
        """Return all tables, colours by theme."""
        names = ("texts", "styles", "palettes", "looks", "faces")
        columns = zip(*self.colours, strict=True)
        tables = {name: list(getattr(self, name)) for name in names}
        return {"colours": dict(zip(self.themes, columns, strict=True)), **tables}


def _cell(tables: Tables, marks: tuple[Cell, ...]) -> Json:
    style = marks[0].style
    colours = (
        tables.colour(getattr(mark.style, name) for mark in marks)
        for name in ("fill", "ink", "line", "hatch")
    )
    fill, ink, line, hatch = colours
    flags = style.bold + 2 * style.dash + 4 * style.blank
    number = tables.styles.number((fill, ink, line, flags, hatch))
    tables.letters.update(marks[0].text)
    return tables.faces.number((tables.texts.number(marks[0].text), number))


def _box(tables: Tables, marks: tuple[Box, ...]) -> Json:
    mark = marks[0]
    line, fill = tables.colour(m.line for m in marks), tables.colour(m.fill for m in marks)
    flags = int(mark.dash), short(mark.radius), int(mark.moves)
    return [1, tables.look(line, short(mark.width), fill, *flags), *sides(mark.rect)]


def _label(tables: Tables, marks: tuple[Label, ...]) -> Json:
    mark = marks[0]
    ink, on = tables.colour(m.ink for m in marks), tables.colour(m.on for m in marks)
    anchor = ANCHORS.index(mark.anchor)
    look = tables.look(short(mark.size), ink, on, int(mark.bold), anchor)
    tables.letters.update(mark.text)
    face = [2, look, *map(short, mark.at), mark.text]
    if line := mark.typeset:  # without a font its width is a guess: then it takes its own
        face += [0 if line.missing else short(mark.width), int(line.turned)]
    return face


def _connector(tables: Tables, marks: tuple[Connector, ...]) -> Json:
    mark = marks[0]
    look = tables.look(tables.colour(m.ink for m in marks), short(mark.width), int(mark.head))
    return [3, look, *(short(at) for point in mark.points for at in point)]


def _heatmap(tables: Tables, marks: tuple[Heatmap, ...]) -> Json:
    mark, columns = marks[0], zip(*(m.colours for m in marks), strict=True)
    palette = tables.palettes.number(tuple(tables.colour(column) for column in columns))
    line = tables.colour(m.line for m in marks)
    look = tables.look(mark.rows, mark.cols, palette, line, _minus(tables, marks))
    return [4, look, *sides(mark.rect)]


def _minus(tables: Tables, marks: tuple[Heatmap, ...]) -> int:
    """Return the palette of a minus on each tint, −1 where no theme needs any."""
    if not any(mark.minus for mark in marks):
        return -1
    each = zip(*(m.minus or ("",) * len(m.colours) for m in marks), strict=True)
    return tables.palettes.number(tuple(map(tables.colour, each)))


FACES: dict[type, Callable[[Tables, Any], Json]] = {
    Cell: _cell,
    Box: _box,
    Label: _label,
    Connector: _connector,
    Heatmap: _heatmap,
}


def sides(rect: Rect) -> tuple[float, ...]:
    """Return left, top, width and height."""
    return short(rect.x), short(rect.y), short(rect.w), short(rect.h)


def short(value: float) -> float:
    """Return a length in hundredths, as an int where it is one.

    >>> short(2.0), short(1 / 3)
    (2, 0.33)
    """
    rounded = round(value, 2)
    return int(rounded) if rounded == int(rounded) else rounded
