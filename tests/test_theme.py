"""Themes: every text can be read, every role can be told from every other, every error is clear."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import fields, replace
from functools import cache
from itertools import combinations, pairwise, product
from math import dist
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL.ImageColor import colormap, getrgb

from tcviz import views
from tcviz.api import animate, figure
from tcviz.boards.panel import Cells, Roles, Values
from tcviz.errors import ThemeError
from tcviz.scene import shades, theme
from tcviz.scene.marks import Cell, Heatmap, Label, Mark, Scene, Style
from tcviz.scene.roles import ROLES as THEMELESS
from tcviz.scene.roles import Colouring, colour
from tcviz.scene.shades import blend, contrast, rgb
from tcviz.scene.states import ROLES, Kind, State, role
from tcviz.scene.theme import LISTS, Theme, Tint, checked, load
from tcviz.views import VIEWS

PRESETS = theme.presets()
AA = 4.5
"""The least contrast of text by WCAG 2, level AA."""
UNLIKE = 60
"""How far colours are apart at least, of 255 in red, green and blue, that mean two things."""
KEYS = ", ".join(f.name for f in fields(Theme))

# --- text ---------------------------------------------------------------------

PICTURES = (
    {"stride": 2, "padding": 1},
    {"stride": 3, "padding": 1, "output_padding": 2, "bias": 3, "in_channels": 5, "seed": 1},
    {"dilation": 2, "stride": 2, "padding": 1, "output_padding": 1, "in_channels": 1},
    {"kernel_size": 2, "stride": 2, "padding": 3, "output_padding": 1, "input_size": 5},
    {"groups": 2, "input_size": 24, "stride": 2, "padding": 2, "kernel_size": 5},
)


@cache
def sketches() -> tuple[Scene, ...]:
    """Return scenes of all views in roles, some with their highlights settled."""
    return tuple(_sketches())


def _sketches() -> Iterator[Scene]:
    for request, view in product(PICTURES, VIEWS):
        own = {"output_padding": 0} if view == "convolution" else {}
        animation = animate(view=view, channels=None, **(request | own))
        part = views.part(view, animation.operands)
        drawn = views.sketch(view, part, replace(animation.look, theme=THEMELESS))
        yield drawn.overview()
        steps = len(animation.picks)
        for moment in drawn.moments(sorted({0, steps // 3, min(steps - 1, 200)})):
            yield from moment


def walk(preset: str) -> Iterator[Scene]:
    """Yield the scenes in the colours of a theme."""
    return map(Colouring(load(preset)), sketches())


def texts(scene: Scene) -> Iterator[tuple[str, str, str]]:
    """Yield key, ink and ground of every text."""
    for m in scene.marks:
        if isinstance(m, Cell) and m.text:
            yield m.key, m.style.ink, m.style.fill
            if m.style.hatch:
                yield m.key, m.style.ink, m.style.hatch
        elif isinstance(m, Label) and m.text:
            yield m.key, m.ink, m.on


@pytest.mark.parametrize("preset", PRESETS)
def test_every_text_of_a_picture_can_be_read_on_its_ground(preset: str) -> None:
    found = {text for scene in walk(preset) for text in texts(scene)}
    faint = [(*text, contrast(*text[1:])) for text in found if contrast(*text[1:]) < AA]
    assert faint == []


# --- roles --------------------------------------------------------------------

VISIBLE_FILL, VISIBLE_HATCH, VISIBLE_INK, VISIBLE_DASH = 4.0, 8.0, 20.0, 20.0
"""Steps of lightness (CIE L*, 0 to 100) seen at a glance: between large areas a small one
does, thin lines and letters need more."""

FINISHED = [(kind, State.DONE) for kind in (Kind.VALUE, Kind.BORDER, Kind.OUTPUT_PADDING)]
EARLIER = [(Kind.VALUE, s) for s in (State.KNOWN, State.PENDING, State.READ, State.WRITTEN)]
CROPPED = {role(Kind.BORDER, state) for state in (State.PARTIAL, State.DONE)}
"""What is cropped looks the same whether its sum is complete or not."""


@cache
def met() -> dict[tuple[str, Tint], set[int]]:
    """Return the roles that meet in each panel of the pictures, by its name and its tint's names.

    They are the same in every theme.
    """
    seen: dict[tuple[str, Tint], set[int]] = defaultdict(set)
    draw = Cells.draw

    def noted(panel: Cells, values: Values, roles: Roles) -> tuple[Mark, ...]:
        seen[panel.grid.key.split(".")[0], panel._tint] |= set(roles.ravel().tolist())
        return draw(panel, values, roles)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Cells, "draw", noted)
        assert list(_sketches())
    return seen


@cache
def panels(preset: str) -> dict[tuple[str, Tint], set[int]]:
    """Return the roles that meet in each panel of the pictures, by its name and tint."""
    look = load(preset)
    seen = {
        (name, Tint(*(colour(role, look) for role in (tint.line, tint.fill, tint.paper)))): codes
        for (name, tint), codes in met().items()
    }
    by_itself = {role(*pair) for pair in (*FINISHED, *EARLIER, (Kind.ZERO, State.KNOWN))}
    return seen | {("every role by itself", tint): by_itself for tint in look.channels}


@cache
def lightness(colour: str) -> float:
    """Return CIE L* of a colour: all that is left of it in grey print."""
    y = shades.luminance(colour)
    return 116 * y ** (1 / 3) - 16 if y > 216 / 24389 else y * 24389 / 27


def step(a: str, b: str) -> float:
    return abs(lightness(a) - lightness(b))


def differences(a: Style, b: Style) -> set[str]:
    """Return by what two looks can be told apart in grey."""
    both_written = not (a.blank or b.blank)
    signs = {
        "fill": step(a.fill, b.fill) >= VISIBLE_FILL,
        "hatch": bool(a.hatch) != bool(b.hatch),
        "dash": a.dash != b.dash,
        "blank": a.blank != b.blank,
        "bold": both_written and a.bold != b.bold,
        "ink": both_written and step(a.ink, b.ink) >= VISIBLE_INK,
    }
    return {name for name, differs in signs.items() if differs}


@pytest.mark.parametrize("preset", PRESETS)
def test_roles_that_meet_in_a_panel_look_different_even_in_grey(preset: str) -> None:
    same = [
        (name, tint.line, ROLES[a], ROLES[b])
        for (name, tint), met in panels(preset).items()
        for a, b in combinations(sorted(met), 2)
        if not {a, b} <= CROPPED
        and not differences(load(preset).styles(tint)[a], load(preset).styles(tint)[b])
    ]
    assert same == []


@pytest.mark.parametrize("preset", PRESETS)
def test_operands_are_lighter_than_what_is_finished_and_white_where_no_hue_is(preset: str) -> None:
    look = load(preset)
    tint = look.channel(0, filled=True)
    known, done = (look.styles(tint)[role(Kind.VALUE, s)].fill for s in (State.KNOWN, State.DONE))
    finished = look.styles(look.result)[role(Kind.VALUE, State.DONE)].fill
    lighter = blend(done, look.background, shades.OPERAND)
    assert known == (lighter if preset != "print" else look.background)
    assert known not in {done, finished}
    drawn = Colouring(look)(next(_sketches()))
    kernel = {m.style.fill for m in drawn.marks if isinstance(m, Cell) and m.key.startswith("w.0[")}
    assert kernel == {known}


def test_in_print_what_is_written_read_done_never_reached_and_blank_are_steps_of_grey() -> None:
    greys = load("print")
    done = [greys.output_fill, *(one.fill for one in greys.channels)]
    assert len(set(done)) == 1
    fills = [greys.now_fill, greys.now_soft, done[0], greys.border_fill, greys.background]
    assert [lightness(fill) for fill in fills] == sorted(map(lightness, fills))
    assert min(step(a, b) for a, b in pairwise(fills)) >= VISIBLE_FILL


@pytest.mark.parametrize("preset", PRESETS)
def test_dashes_hatching_and_text_of_every_role_stand_out(preset: str) -> None:
    for (_, tint), met in panels(preset).items():
        for style in (load(preset).styles(tint)[code] for code in met):
            grounds = [style.fill, style.hatch] if style.hatch else [style.fill]
            assert style.blank or min(contrast(style.ink, ground) for ground in grounds) >= AA
            assert not style.hatch or step(style.hatch, style.fill) >= VISIBLE_HATCH
            assert not style.dash or step(style.line, style.fill) >= VISIBLE_DASH


def test_the_pictures_show_every_kind_and_state_and_tints_too() -> None:
    met = [ROLES[code] for codes in panels("light").values() for code in codes]
    assert {kind for kind, _ in met} == set(Kind)
    assert {state for _, state in met} == set(State)
    assert any(isinstance(m, Heatmap) for scene in walk("light") for m in scene.marks)


@pytest.mark.parametrize("preset", PRESETS)
def test_frames_of_now_and_names_of_channels_stand_out(preset: str) -> None:
    look = load(preset)
    fills = {s.fill for tint in (*look.channels, look.result) for s in look.styles(tint)}
    assert min(contrast(look.now, fill) for fill in fills) >= 3  # WCAG 1.4.11, graphics
    assert min(contrast(tint.line, look.background) for tint in look.channels) >= AA


@pytest.mark.parametrize("preset", PRESETS)
def test_tints_grow_from_neutral_to_both_ends(preset: str) -> None:
    heat, middle = load(preset).heat, theme.HEAT_STEPS
    assert heat[0] == load(preset).negative
    assert (heat[middle], heat[-1]) == (load(preset).neutral, load(preset).positive)
    assert len(heat) == 2 * middle + 1
    signed = [(tint, load(preset).minus(tint) if i < middle else "") for i, tint in enumerate(heat)]
    assert len(set(signed)) == len(heat)  # in greys a minus is what tells the sign
    for end in (heat[middle::-1], heat[middle:]):
        away = [step(heat[middle], tint) for tint in end]
        assert away == sorted(away)


@pytest.mark.parametrize("preset", PRESETS)
def test_no_tint_looks_like_an_empty_cell_and_in_greys_a_minus_is_seen_on_it(preset: str) -> None:
    look = load(preset)
    assert min(step(tint, look.background) for tint in look.heat) >= VISIBLE_FILL
    signs = [(tint, look.minus(tint)) for tint in look.heat[: theme.HEAT_STEPS]]
    assert all(bool(sign) == (preset == "print") for _, sign in signs)
    assert min((contrast(*pair) for pair in signs if pair[1]), default=AA) >= 3


@pytest.mark.parametrize("preset", PRESETS)
def test_tints_of_cells_too_small_for_a_minus_tell_the_sign_by_themselves(preset: str) -> None:
    look = load(preset)
    for heat in (look.fine_heat, look.border_fine_heat):
        assert len({*heat}) == 2 * theme.HEAT_STEPS + 1
        assert not {*heat} & {look.background, look.border_fill, look.zero_fill}
    assert min(step(tint, look.background) for tint in look.fine_heat) >= VISIBLE_FILL
    if preset == "print":
        light = [lightness(tint) for tint in look.fine_heat]
        assert light == sorted(light, reverse=True)
        assert light[0] - light[-1] >= 60
    else:
        assert look.fine_heat == look.heat


# --- colours ------------------------------------------------------------------

COLOURS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


@given(COLOURS, COLOURS)
def test_contrast_is_symmetrical_and_between_1_and_21(a: str, b: str) -> None:
    assert contrast(a, b) == contrast(b, a)
    assert 1 <= contrast(a, b) <= 21
    assert contrast(a, a) == 1


@given(COLOURS, COLOURS, st.floats(0, 1))
def test_blending_starts_at_one_colour_and_ends_at_the_other(a: str, b: str, share: float) -> None:
    assert (blend(a, b, 0), blend(a, b, 1)) == (a, b)
    bounds = [sorted(ends) for ends in zip(shades.rgb(a), shades.rgb(b), strict=True)]
    assert all(
        x <= v <= y for v, (x, y) in zip(shades.rgb(blend(a, b, share)), bounds, strict=True)
    )


def test_a_role_has_its_place_in_the_list_of_all() -> None:
    assert [role(*pair) for pair in ROLES] == list(range(len(ROLES)))


# --- files --------------------------------------------------------------------


def written(tmp_path: Path, content: str) -> str:
    path = tmp_path / "mine.toml"
    path.write_text(content, encoding="utf-8")
    return str(path)


def refusal(name: str) -> str:
    with pytest.raises(ThemeError) as caught:
        load(name)
    return str(caught.value)


def test_the_presets_are_five_and_light_comes_first() -> None:
    assert PRESETS == ("light", "classic", "contrast", "dark", "print")


@pytest.mark.parametrize("preset", [name for name in PRESETS if name != "print"])
def test_rows_of_a_kernel_have_colours_that_are_no_channels(preset: str) -> None:
    look = load(preset)
    rows = [look.row(number).line for number in range(len(look.rows))]
    for row, tint in product(rows, look.channels):
        assert dist(rgb(row), rgb(tint.line)) > UNLIKE, (row, tint)


@pytest.mark.parametrize("preset", PRESETS)
def test_a_file_that_overrides_nothing_is_its_base(tmp_path: Path, preset: str) -> None:
    assert load(written(tmp_path, f'base = "{preset}"')) == load(preset)


def test_a_file_without_a_base_overrides_light(tmp_path: Path) -> None:
    mine = load(written(tmp_path, 'now = "#AA00bb"'))
    assert mine == replace(load("light"), now="#aa00bb")


@pytest.mark.parametrize("key", LISTS)
def test_lists_of_a_base_lie_on_the_new_background(tmp_path: Path, key: str) -> None:
    mine = getattr(load(written(tmp_path, 'base = "dark"\nbackground = "#00000A"')), key)
    assert {tint.paper for tint in mine} == {"#00000a"}
    assert [t.line for t in mine] == [t.line for t in getattr(load("dark"), key)]


def test_channels_replace_those_of_the_base_and_repeat(tmp_path: Path) -> None:
    mine = load(written(tmp_path, 'channels = [{ line = "#111111", fill = "#EEEEEE" }]'))
    assert mine.channels == (Tint("#111111", "#eeeeee", "#ffffff"),)
    assert mine.channel(3) == mine.channels[0]
    assert mine.channel(3, filled=True) == Tint("#111111", "#eeeeee", "#f6f6f6")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("#fff", "#ffffff"),
        ("#1aF", "#11aaff"),
        ("tomato", "#ff6347"),
        ("RebeccaPurple", "#663399"),
        (" white ", "#ffffff"),
    ],
)
def test_colours_are_written_short_or_by_name_too(tmp_path: Path, said: str, meant: str) -> None:
    channels = f'channels = [{{ line = "{said}", fill = "{said}" }}]'
    mine = load(written(tmp_path, f'now = "{said}"\nbackground = "{said}"\n{channels}'))
    assert (mine.now, mine.background, mine.channels) == (
        meant,
        meant,
        (Tint(meant, meant, meant),),
    )


@given(st.sampled_from(sorted(colormap)), st.sampled_from(["now", "ink", "hatch"]))
def test_every_css_name_is_a_colour_in_python_too(name: str, key: str) -> None:
    mine = checked(replace(load("light"), **{key: name}))
    assert rgb(getattr(mine, key)) == getrgb(name)
    assert checked(mine) == mine


def test_a_theme_made_in_python_of_no_colours_is_refused() -> None:
    with pytest.raises(ThemeError, match=r"^ink in theme given is 'blck'; allowed: .* black\?$"):
        figure(theme=replace(load("light"), ink="blck"))


@pytest.mark.parametrize("name", PRESETS)
def test_checking_a_preset_changes_nothing(name: str) -> None:
    assert checked(load(name)) == load(name)


ITEMS, COLOUR = "a list of { line, fill }", "a colour such as '#1d4fbf', '#fff' or 'tomato'"


@pytest.mark.parametrize(
    ("content", "name", "value", "allowed"),
    [
        ('bakground = "#fff"', "a key in theme", "bakground", f"{KEYS}; did you mean background?"),
        ('zzz = "#ffffff"', "a key in theme", "zzz", KEYS),
        ('ink = "blck"', "ink in theme", "blck", f"{COLOUR}; did you mean black?"),
        ('ink = "#ffff"', "ink in theme", "#ffff", COLOUR),
        ('ink = "rgb(1, 2, 3)"', "ink in theme", "rgb(1, 2, 3)", COLOUR),
        ('ink = "#12345g"', "ink in theme", "#12345g", COLOUR),
        ('ink = "#123456\\n"', "ink in theme", "#123456\n", COLOUR),
        ("ink = 0", "ink in theme", 0, COLOUR),
        ('base = "drak"', "base in", "drak", ", ".join(PRESETS) + "; did you mean dark?"),
        ("base = 3", "base in", 3, ", ".join(PRESETS)),
        ("channels = []", "channels in theme", [], ITEMS),
        ("rows = []", "rows in theme", [], ITEMS),
        ('channels = "#ffffff"', "channels in theme", "#ffffff", ITEMS),
        ("channels = [1]", "channels in theme", 1, ITEMS),
        ('channels = [{ line = "#ffffff" }]', "channels in theme", {"line": "#ffffff"}, ITEMS),
        ('channels = [{ line = "#ffffff", fill = "rot" }]', "channels in theme", "rot", COLOUR),
    ],
)
def test_what_is_wrong_in_a_file_is_named(
    tmp_path: Path, content: str, name: str, value: object, allowed: str
) -> None:
    path = written(tmp_path, content)
    assert refusal(path) == f"{name} {path} is {value!r}; allowed: {allowed}"


def test_a_file_that_is_not_toml_is_refused_with_the_place(tmp_path: Path) -> None:
    path = written(tmp_path, "ink = ")
    with pytest.raises(tomllib.TOMLDecodeError) as caught:
        tomllib.loads("ink = ")
    assert refusal(path) == f"theme {path!r} is not TOML: {caught.value}"


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "photo.toml"
    path.write_bytes(b"\xff\xd8\xff")
    assert refusal(str(path)).startswith(f"theme {str(path)!r} is not TOML: 'utf-8' codec")


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    missing, folder = tmp_path / "no.toml", tmp_path / "yes.toml"
    folder.mkdir()
    assert refusal(str(missing)).endswith("no.toml' is a missing file; allowed: a file that exists")
    assert refusal(str(folder)).endswith("yes.toml' is a folder; allowed: a file")


@pytest.mark.parametrize(
    ("name", "hint"),
    [("drak", "; did you mean dark?"), ("Light", "; did you mean light?"), ("", "")],
)
def test_an_unknown_name_is_refused_with_the_names_there_are(name: str, hint: str) -> None:
    allowed = "light, classic, contrast, dark, print, auto, or a .toml file"
    assert refusal(name) == f"theme is {name!r}; allowed: {allowed}{hint}"


def test_an_automatic_theme_that_was_changed_has_both_still() -> None:
    light, dark = replace(load("light"), now="#00ff00"), replace(load("dark"), now="tomato")
    auto = load("auto")
    assert isinstance(auto, theme.AutoTheme)
    assert checked(auto) == auto
    made = checked(replace(auto, now="#0f0", dark=dark))
    assert isinstance(made, theme.AutoTheme)
    assert (made.light, made.dark.now) == (light, "#ff6347")
    with pytest.raises(ThemeError):
        checked(replace(auto, dark=replace(dark, ink="no colour")))
