"""The views of a page as they are written: their frames, and what else there is to know of them.

A view may have a second, narrow sheet: the same steps, laid out for an upright window.  All
sheets are in one list, first those of the views, in the order of the page's switch; each says
the number of its narrow one.  What several have in common, who made what and the texts to be
copied, is kept once and has a number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import cached_property

from tcviz.export.page_data import Track, dumped
from tcviz.export.page_faces import Json, Tables, short
from tcviz.scene.frozen import frozen
from tcviz.scene.marks import PanelName, Scene


@frozen
class Sheet:
    """One view: its name, its size in pixels, which of its steps are drawn, and their scenes.

    `scenes` yields, per step, the scene in each of the page's themes.  `table` is who made
    what, given of how many input channels products are drawn, or None where a view has no
    such table; see `tcviz.api.contributions`.  `code` has texts to be copied, by the name of who
    understands them.  `narrow` is the same view for an upright window, if there is one.
    """

    view: str
    size: tuple[int, int]
    picks: Sequence[int]
    steps: int
    scenes: Callable[[], Iterator[Sequence[Scene]]]
    table: Callable[[int], Json | None]
    code: Mapping[str, str] = field(default_factory=dict)
    narrow: Sheet | None = None


class WrittenSheet:
    """A sheet as it is written; a narrow one belongs to a `wide` one."""

    def __init__(self, sheet: Sheet, tables: Tables, wide: WrittenSheet | None = None) -> None:
        self.sheet, self.wide = sheet, wide
        self.narrow = WrittenSheet(sheet.narrow, tables, self) if sheet.narrow else None
        self._track = Track(tables)
        self._picture: dict[str, Json] = {}

    def frames(self) -> Iterator[str]:
        """Yield the text of all frames; only then is the rest known."""
        for scenes in self.sheet.scenes():
            yield ",\n" if self._picture else "["
            yield dumped(self._track.frame(scenes, says=self.wide is None))
            self._picture = self._picture or self._drawn(scenes[0])
        yield "]"

    def to_json(self) -> dict[str, Json]:
        """Return what there is to know of this sheet alone."""
        sheet = self.sheet
        return {
            "view": sheet.view,
            "size": list(sheet.size),
            "steps": [pick + 1 for pick in sheet.picks],
            "total": sheet.steps,
            **self._picture,
            **self._track.to_json(),
        }

    def _drawn(self, first: Scene) -> dict[str, Json]:
        """Return what the first scene says of all."""
        size = short(first.width), short(first.height)
        return {"title": first.whole, "canvas": list(size)}

    @cached_property
    def table(self) -> Json | None:
        """Who made what, of all channels that one of both sheets draws."""
        drawn = max(one.channels for one in (self, self.narrow) if one)
        return self.sheet.table(drawn) if drawn else None

    @property
    def channels(self) -> int:
        """How many input channels are drawn."""
        channels = {panel.channel for panel in self.panels if panel.tensor == "x"}
        return len(channels - {None})

    @property
    def panels(self) -> list[PanelName]:
        """The panels that are drawn."""
        return self._track.panels


def written(sheets: Sequence[Sheet], tables: Tables) -> list[WrittenSheet]:
    """Return the sheets of a page, first those of the views, and then the narrow ones."""
    views = [WrittenSheet(sheet, tables) for sheet in sheets]
    return views + [view.narrow for view in views if view.narrow]


def known(sheets: Sequence[WrittenSheet]) -> dict[str, Json]:
    """Return all that there is to know of the sheets of a page but their frames.

    Of each panel that is tensor, channel and slice, null where it shows all.
    """
    numbers = {one: number for number, one in enumerate(sheets)}
    codes: list[Json] = []
    tables: list[Json] = []
    told = []
    for sheet in sheets:
        view = sheet.wide or sheet
        shared = {
            "narrow": None if sheet.narrow is None else numbers[sheet.narrow],
            "table": None if view.table is None else _number(tables, view.table),
            "code": _number(codes, dict(view.sheet.code)),
        }
        told.append(sheet.to_json() | shared)
    views = sum(sheet.wide is None for sheet in sheets)
    panels = {p: (p.tensor, p.channel, p.depth) for sheet in sheets for p in sheet.panels}
    lists = {"sheets": told, "panels": panels, "contributions": tables, "codes": codes}
    return {"views": views, **lists}


def _number(values: list[Json], value: Json) -> int:
    """Return where a value is among others, at the end if it is new."""
    if value not in values:
        values.append(value)
    return values.index(value)
