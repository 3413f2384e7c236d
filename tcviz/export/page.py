"""One self-contained page: the scenes of one view or several, which a reader steps through.

How to make one: ``tcviz.api.pages.html(animations) -> str`` and
``tcviz.api.pages.write(animations, file, progress)`` take `Animation` objects, the views of
one example in the order of the page's switch; both make the same text, this file's.

`write` is given a `Page`: its sheets, one a view, each with the scenes of its steps in every
theme that the page offers (see `tcviz.export.page_sheets`).  Scenes are asked for one at a
time, written as what changed since the one before (see `tcviz.export.page_data`), and
forgotten.  The page holds, in this order:
its frame (``data/page/page.html``), the frames of each sheet, what all share, and the script,
which is every file of `SCRIPTS` in one function.  It asks nothing of any network.

In an upright window the script takes a view's narrow sheet, if there is one; view, step, and
what is pointed at stay as they are.  What a reader saves is the picture that is shown, in the
size of its sheet.

Views keep step by the share of their steps: at step i of n one is ``i/(n − 1)`` of the way,
and so is the other, at the step nearest to that.  The first goes with the first, the last with
the last, and switching to and fro comes back to where it was.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import BinaryIO

from tcviz import __version__
from tcviz.export.page_data import DIGITS, dumped
from tcviz.export.page_faces import ANCHORS, Json, Tables
from tcviz.export.page_sheets import Sheet, known, written
from tcviz.export.templates import filled, resource, variables
from tcviz.files.shipped import shipped
from tcviz.render.areas import HEAD_HALF, HEAD_LENGTH
from tcviz.render.canvas import DASH, GAP, HATCH
from tcviz.render.minus import LEAST, LONG, THICK
from tcviz.scene import text
from tcviz.scene.frames import Timing
from tcviz.scene.frozen import frozen
from tcviz.scene.marks import Colour
from tcviz.scene.shades import blend, contrast, luminance
from tcviz.scene.theme import Theme

SCRIPTS = ("track", "marks", "picture", "table", "pointing", "player", "saving", "main")
WEIGHTS = {"regular": "400", "bold": "700"}
SYSTEM = ("light", "dark")
"""What the system may ask for."""
LEGIBLE = 4.5
"""Contrast of text, WCAG AA."""


@frozen
class Page:
    """What a page shows, and what it offers.

    `theme` is the one that it begins with, or none to follow the system.  It plays `loop`
    times once it is begun; 0 is forever.
    """

    title: str
    sheets: Sequence[Sheet]
    themes: Mapping[str, Theme]
    theme: str = ""
    timing: Timing = field(default_factory=Timing)
    loop: int = 1


def write(page: Page, file: BinaryIO) -> None:
    """Write a page to an open file."""
    parts = filled(
        "page/page.html",
        generator=f"tcviz {__version__}",
        title=page.title,
        style=_style(page),
        script=_script(),
        data=_data(page),
    )
    # A command may name files whose names are no text.
    file.writelines(part.encode(errors="replace") for part in parts)


def _data(page: Page) -> Iterator[tuple[str, Iterable[str]]]:
    """Yield the name of each element with data, and its JSON in parts, to be taken in order."""
    tables = Tables(tuple(page.themes))
    sheets = written(page.sheets, tables)
    for number, sheet in enumerate(sheets):
        yield f"frames-{number}", sheet.frames()
    shared = known(sheets) | {"tables": tables.to_json()}
    yield "page", [dumped(_settings(page) | shared)]
    yield "fonts", [dumped(_fonts(tables.letters))]


def _settings(page: Page) -> dict[str, Json]:
    """Return all that the script needs to know but the pictures."""
    timing = page.timing
    seconds = {"step": timing.step, "hold": timing.hold, "glide": timing.transition}
    return {
        "theme": page.theme,
        "paper": {name: theme.background for name, theme in page.themes.items()},
        "lit": {name: [accent(t), t.background] for name, t in page.themes.items()},
        "seconds": {name: float(value) for name, value in seconds.items()},
        "loop": page.loop,
        "digits": DIGITS,
        "anchors": [{"left": "start", "center": "middle", "right": "end"}[a] for a in ANCHORS],
        "letters": {"cap": text.CAP_HEIGHT, "line": text.LINE},
        "hatch": HATCH,
        "minus": {"long": LONG, "thick": THICK, "least": LEAST},
        "dash": [DASH, GAP],
        "space": text.SPACE,
        "head": [HEAD_LENGTH, HEAD_HALF],
    }


def _script() -> str:
    """Return every file of the script in one function."""
    parts = "\n".join(resource(f"page/{name}.js") for name in SCRIPTS)
    return f'"use strict";\n(() => {{\n{parts}}})();\n'


def _style(page: Page) -> str:
    """Return the colours of every theme as variables, and the style."""
    light, dark = (_variables(page.themes[name]) for name in SYSTEM)
    named = "".join(
        f':root[data-theme="{name}"]{{{_variables(theme)}}}\n'
        for name, theme in page.themes.items()
    )
    system = f":root{{{light}}}\n@media (prefers-color-scheme: dark){{:root{{{dark}}}}}\n"
    return system + named + resource("page/page.css")


def _variables(theme: Theme) -> str:
    scheme = "dark" if luminance(theme.background) < 0.18 else "light"
    return f"color-scheme:{scheme};--accent:{accent(theme)};{variables(theme)}"


def accent(theme: Theme) -> Colour:
    """Return the output's colour, as far towards the ink as text of it on paper must be.

    >>> from tcviz.scene.theme import load
    >>> accent(load("light")) == load("light").output, accent(load("classic"))
    (True, '#1979a7')
    """
    shades = (blend(theme.output, theme.ink, n / 20) for n in range(20))
    return next((c for c in shades if contrast(c, theme.background) >= LEGIBLE), theme.ink)


def _fonts(letters: set[str]) -> Json:
    """Return the fonts that have these letters, as WOFF2 in Base64, by their weight."""
    rare = letters & text.advances().keys() - {*resource("page/common.txt")}
    parts = ["common", "other"] if rare else ["common"]
    return {
        weight: [_base64(f"{name}-{part}.woff2") for part in parts]
        for name, weight in WEIGHTS.items()
    }


def _base64(name: str) -> str:
    return base64.b64encode(shipped(f"page/{name}").read_bytes()).decode()
