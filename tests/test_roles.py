"""Roles: pictures are made once, in the names of colours, and coloured by every theme."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import pytest

from tcviz import views
from tcviz.api import animate, page
from tcviz.look.look import Look
from tcviz.picture import solver
from tcviz.scene import theme
from tcviz.scene.marks import Scene
from tcviz.scene.roles import ROLES, Colouring, colour
from tcviz.scene.theme import Theme
from tcviz.views import VIEWS
from tests.test_theme import PICTURES

PRESETS = theme.presets()


def sketched(view: str, **asked: Any) -> Iterator[Scene]:
    """Yield scenes of roles: the overview, the first step and a later one, lit and settled."""
    shown = animate(view=view, **asked)
    part = views.part(view, shown.operands)
    drawn = views.sketch(view, part, Look(ROLES, shown.look.width, shown.look.height))
    yield drawn.overview()
    for moment in drawn.moments(sorted({0, (drawn.steps - 1) // 2})):
        yield from moment


def roles(scene: Scene) -> Iterator[str]:
    """Yield every colour of a scene."""
    yield scene.background
    for mark in scene.marks:
        style = getattr(mark, "style", mark)
        named = (getattr(style, name, None) for name in ("fill", "ink", "line", "hatch", "on"))
        yield from (role for role in (*named, *getattr(mark, "colours", ())) if role)


@pytest.mark.parametrize("view", VIEWS)
def test_a_scene_says_roles_that_every_theme_has_a_colour_for(view: str) -> None:
    for asked in PICTURES[:3]:
        own = {"output_padding": 0} if view == "convolution" else {}
        said = {role for scene in sketched(view, **(asked | own)) for role in roles(scene)}
        assert not [role for role in said if role.startswith("#")]
        for preset in PRESETS:
            look = theme.load(preset)
            assert all(colour(role, look).startswith("#") for role in said)


@pytest.mark.parametrize("preset", PRESETS)
def test_a_role_that_is_a_field_has_its_colour(preset: str) -> None:
    look = theme.load(preset)
    named = [f.name for f in fields(Theme) if f.name != "channels"]
    assert [colour(name, look) for name in named] == [getattr(look, name) for name in named]


def test_marks_that_come_again_are_coloured_once() -> None:
    coloured = Colouring(theme.load("dark"))
    first, again = (coloured(scene) for scene in list(sketched("distribution"))[1:3])
    shared = {id(mark) for mark in first.marks} & {id(mark) for mark in again.marks}
    assert len(shared) > len(first.marks) / 2


def test_one_layout_serves_all_themes_of_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    laid_out: list[object] = []
    made = solver.layout

    def counted(*args: Any) -> Any:
        laid_out.append(args)
        return made(*args)

    monkeypatch.setattr(solver, "layout", counted)
    solver._solved.cache_clear()
    shown = animate(stride=2, padding=1, first=2, theme="classic")
    html = page(shown).to_html()
    assert all(theme.load(name).background in html for name in ("classic", "light", "dark"))
    assert len(laid_out) == 2  # one wide, one for narrow windows
