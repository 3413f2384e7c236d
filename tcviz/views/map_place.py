"""A view with a channel map: beside its panels, or below the last of them.

The map takes its room from the gutters, or from a free corner: it must not cost numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from tcviz.boards import chrome
from tcviz.errors import TooSmallError
from tcviz.layer.parts import Part
from tcviz.look.look import Look
from tcviz.look.wiring import wiring
from tcviz.scene.crop import bounds
from tcviz.scene.marks import Cell, Heatmap, Rect, Scene, fills_panel, panel_of

if TYPE_CHECKING:
    from tcviz.views.view import View

Make: TypeAlias = Callable[[Look], "View"]

ALIKE = 0.93
"""The share of the panels' area that must be left beside a map, if a corner is free instead."""
OVER = 18.0
"""How far a map may stand out below a panel: to its sides are gutters."""
LEGEND = "legend"
"""What is called so explains panels, and is none."""
FLAT = 2
"""In so many dimensions what stands last, at the right, has nothing that moves below it."""


def with_map(part: Part, look: Look, make: Make) -> View:
    """Return the view that `make` returns for a look, with a map if there is room for one.

    On a small canvas the map would turn numbers into tints, or panels away: then
    the notes alone say which channels are summed.
    """
    plain = make(look)
    wires = wiring(part, look.channels) if look.chrome else None
    if wires is None or look.tried:
        return plain
    look = replace(look, wires=wires)
    before, (beside, after) = _first(plain), _beside(look, make)
    fits = after is not None and numbers(after) >= numbers(before)
    if after and fits and _area(after) >= ALIKE * _area(before):
        return beside or plain
    corner = free_corner(before, look) if part.layer.dims == FLAT else None
    if corner:
        return make(replace(look, corner=corner))
    return beside if beside and fits else plain


def _first(view: View) -> Scene:
    return next(view.moments([0], settle=False))[0]


def _beside(look: Look, make: Make) -> tuple[View | None, Scene | None]:
    """Return the view with the map at its right, and its first scene, if there is room."""
    try:
        view = make(look)
    except TooSmallError:  # too small a canvas for both
        return None, None
    return view, _first(view)


def numbers(scene: Scene) -> int:
    """Return in how many cells the panels show numbers, or have room for them."""
    return sum(isinstance(mark, Cell) for mark in _panels(scene))


def _area(scene: Scene) -> float:
    return sum(mark.rect.w * mark.rect.h for mark in _panels(scene))


def _panels(scene: Scene) -> list[Cell | Heatmap]:
    """Return what panels consist of."""
    found = (mark for mark in scene.marks if isinstance(mark, Cell | Heatmap))
    return [m for m in found if fills_panel(m) and not str(m.key).startswith(f"{LEGEND}.")]


def free_corner(scene: Scene, look: Look) -> Rect | None:
    """Return the room below the last panel and its notes, if a map fits there.

    In two dimensions what moves is in a panel or in a gutter, never below the last panel.
    """
    panel, room = _last_panel(scene), chrome.body(replace(look, wires=None))
    if panel is None or look.wires is None:
        return None
    from tcviz.boards import channel_map

    wide = channel_map.width(look.wires, look)
    left = min(panel.center[0] - wide / 2, room.right - wide)
    if left < panel.x - OVER:
        return None
    rects = [bounds([mark]) for mark in scene.marks]
    below = (r for r in rects if r.x < left + wide and r.right > left)
    top = max((r.bottom for r in below if r.center[1] < room.bottom), default=room.y)
    wanted = channel_map.size(look.wires, look, room.bottom - top)
    return Rect(left, top, wide, wanted[1]) if wanted else None


def _last_panel(scene: Scene) -> Rect | None:
    """Return where the rightmost panel is."""
    panels = _panels(scene)
    last = max(panels, key=lambda mark: mark.rect.right, default=None)
    if last is None:
        return None
    rects = [mark.rect for mark in panels if panel_of(mark) == panel_of(last)]
    left, top = min(r.x for r in rects), min(r.y for r in rects)
    right, bottom = max(r.right for r in rects), max(r.bottom for r in rects)
    return Rect(left, top, right - left, bottom - top)
