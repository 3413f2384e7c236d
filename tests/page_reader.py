"""Pages as a browser reads them: their elements, and their scenes from what changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from typing import Any

from tcviz.api import Animation, animate, pages
from tcviz.export.page_data import DIGITS
from tcviz.export.page_faces import ANCHORS
from tcviz.scene.marks import Box, Cell, Connector, Heatmap, Label, Mark, Rect, Style

EXAMPLE = {"stride": 2, "padding": 1}
BOTH = ("distribution", "collection")


class Seen(HTMLParser):
    """Every element with its attributes, and the text of what holds text only."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.open = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.texts.append("")
        self.open = True

    def handle_endtag(self, tag: str) -> None:
        if self.elements[-1][0] == tag:
            self.open = False

    def handle_data(self, data: str) -> None:
        if self.open:
            self.texts[-1] += data

    def texts_of(self, tag: str) -> list[str]:
        return [t for (name, _), t in zip(self.elements, self.texts, strict=True) if name == tag]

    def named(self, name: str) -> Any:
        at = next(i for i, (_, has) in enumerate(self.elements) if has.get("id") == name)
        return json.loads(self.texts[at])


def of(*shown: str, **options: Any) -> list[Animation]:
    return [animate(view=view, **EXAMPLE | options) for view in shown or ("distribution",)]


def page_of(view: str, **options: Any) -> tuple[Animation, Seen]:
    """Return an animation and its page, which is made once for all who ask the same."""
    return _page_of(view, tuple((EXAMPLE | options).items()))


@cache
def _page_of(view: str, options: tuple[tuple[str, Any], ...]) -> tuple[Animation, Seen]:
    (shown,) = of(view, **dict(options))
    return shown, Seen(pages.html([shown]))


class Reader:
    """Makes a sheet's scenes again, as the script does."""

    def __init__(self, page: Seen, number: int, look: str) -> None:
        known = page.named("page")
        self.sheet, self.tables = known["sheets"][number], known["tables"]
        self.frames = page.named(f"frames-{number}")
        self.colours = self.tables["colours"][look]
        self.space = known["space"]
        self.faces: dict[int, Any] = {}
        self.heats: dict[int, list[int]] = {}
        self.written: list[Any] = []

    def scenes(self) -> Iterator[tuple[str, list[Mark]]]:
        for order, changes, heats, *said in self.frames:
            slot = 0
            for face in changes:
                if isinstance(face, int) and face < 0:
                    slot -= face
                    continue
                self.faces[slot] = self._face(face, slot)
                slot += 1
            for at, *parts in heats:
                self._heat(at, parts)
            runs = self.sheet["orders"][order]
            slots = [s + n for s, count in zip(runs[::2], runs[1::2], strict=True)
                     for n in range(count)]  # fmt: skip
            marks = [self._mark(slot) for slot in slots]
            told = said[0] if said else 0
            yield told if isinstance(told, str) else self._said(marks, goes_on=bool(told)), marks

    def _face(self, face: Any, slot: int) -> Any:
        """Return a face that is said in short by what was in its slot, or was written before."""
        if isinstance(face, int):
            return face
        if isinstance(face, str):
            return [*self.faces[slot][:-1], face]
        if len(face) == 1:
            return self.written[face[0]]
        kind, look, *_ = was = self.faces.get(slot, face)
        whole = [kind, look, *face, *was[4:]] if len(face) == 2 else face
        self.written.append(whole)
        return whole

    def _heat(self, at: int, parts: list[Any]) -> None:
        for start, cells in zip(parts[::2], parts[1::2], strict=True):
            new = [DIGITS.index(cell) for cell in cells]
            if start < 0:
                self.heats[at] = new
            else:
                self.heats[at][start : start + len(new)] = new

    def _said(self, marks: list[Mark], *, goes_on: bool) -> str:
        texts = {mark.key: mark.text for mark in marks if isinstance(mark, Label)}
        between = " " if goes_on else ". "
        joined = between.join(filter(None, (texts.get(key, "") for key in ("sentence", "detail"))))
        return joined.replace(self.space, ". ")

    def _mark(self, slot: int) -> Mark:
        at, face = self.sheet["slots"][slot], self.faces[slot]
        if isinstance(at, list):
            return self._cell(at, *self.tables["faces"][face])
        kind, look, *place = face
        looks = self.tables["looks"][look]
        made = (None, self._box, self._label, self._connector, self._heatmap)[kind]
        return made(at, slot, looks, place)

    def _colour(self, number: int) -> str | None:
        return None if number < 0 else self.colours[number]

    def _cell(self, at: list[int], text: int, style: int) -> Cell:
        key, x, y, w, h, size = self.sheet["grids"][at[0]]
        if at[1:]:
            row, col = at[1:]
            key, x, y = f"{key}[{row},{col}]", x + col * w, y + row * h
        fill, ink, line, flags, hatch = self.tables["styles"][style]
        colours = [self._colour(number) for number in (fill, ink, line)]
        looks = bool(flags & 1), bool(flags & 2), self._colour(hatch), bool(flags & 4)
        return Cell(key, Rect(x, y, w, h), self.tables["texts"][text], size,
                    Style(*colours, *looks))  # fmt: skip

    def _box(self, key: str, _: int, look: list[Any], place: list[float]) -> Box:
        line, width, fill, dash, radius, moves = look
        colours = self._colour(line), width, self._colour(fill)
        return Box(key, Rect(*place), *colours, bool(dash), radius, bool(moves))

    def _label(self, key: str, _: int, look: list[Any], place: list[Any]) -> Label:
        size, ink, on, bold, anchor = look
        x, y, text = place
        colours = self._colour(ink), self._colour(on)
        return Label(key, (x, y), text, size, *colours, bool(bold), ANCHORS[anchor])

    def _connector(self, key: str, _: int, look: list[Any], place: list[float]) -> Connector:
        ink, width, head = look
        points = tuple(zip(place[::2], place[1::2], strict=True))
        return Connector(key, points, self._colour(ink), width, bool(head))

    def _heatmap(self, key: str, slot: int, look: list[Any], place: list[float]) -> Heatmap:
        rows, cols, palette, line, signs = look
        colours = tuple(map(self._colour, self.tables["palettes"][palette]))
        inks = self.tables["palettes"][signs] if signs >= 0 else ()
        minus = tuple(self._colour(ink) or "" for ink in inks)
        index = bytes(self.heats[slot])
        return Heatmap(key, Rect(*place), rows, cols, colours, index, self._colour(line),
                       minus if any(minus) else ())  # fmt: skip
