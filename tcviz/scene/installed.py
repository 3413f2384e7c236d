"""Which font sets letters that the shipped one lacks: one that is asked for, or of the machine."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterable, Iterator
from functools import cache, lru_cache
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

from tcviz.scene.faces import SUFFIXES, Face, Font, FoundFont, faces

MOST_FILES = 5000
"""Fonts of a machine that are looked at."""
BOLD, REGULAR = 700, 400
FAMILIES = (
    *("Noto Sans", "Source Han Sans", "Hiragino", "PingFang", "Microsoft", "Yu Gothic"),
    *("Malgun", "Apple", "Segoe", "Helvetica", "Arial", "DejaVu Sans"),
)
"""Whose letters go best with the shipped ones, the likest first."""
UNLIKE = (
    *("Serif", "Mono", "Condensed", "Italic", "Oblique", "Display", "Slanted", "UI", "Thin"),
    *("Light", "Black", "Naskh", "Nastaliq", "Kufi", "Rashi", "Looped", "Unjoined", "Math"),
)
"""Words in the names of fonts whose letters look otherwise."""
REGIONS = {"SC": "SC", "CN": "SC", "GB": "SC", "YaHei": "SC", "TC": "TC", "TW": "TC", "HK": "TC",
           "JP": "JP", "Gothic": "JP", "Kaku": "JP", "KR": "KR", "Malgun": "KR"}  # fmt: skip
"""Words in the names of fonts that draw Chinese characters as they are written there."""


@lru_cache(maxsize=64)
def find(
    scripts: tuple[frozenset[str], ...], region: str, *, bold: bool, font: Font | None = None
) -> dict[str, Face]:
    """Return a font for each letter, with its accents, that one has.

    They come from `font` as far as that has them, and those of a script from as few
    others as may be.
    """
    chosen: dict[str, Face] = {}
    for fonts in ((font,) if font else (), map(Font, installed())):
        wanted = [left for script in scripts if (left := script - chosen.keys())]
        letters = {letter for script in wanted for cluster in script for letter in cluster}
        found = [face for each in fonts if letters for face in faces(each, letters)]
        found.sort(key=lambda face: _unlikeness(face, region, bold=bold))
        for script in wanted:
            chosen |= _covering(script, found)
    return chosen


def _covering(clusters: frozenset[str], found: Iterable[FoundFont]) -> dict[str, Face]:
    """Return fonts for what any of them has, by preference one that has all."""
    chosen: dict[str, Face] = {}
    left, fonts = {*clusters}, [*found]
    while left and fonts:
        best = max(fonts, key=lambda font: sum(map(font.has.issuperset, left)))
        fonts.remove(best)
        chosen |= dict.fromkeys(_inked(best, left), best.face)
        left -= chosen.keys()
    return chosen


def _unlikeness(found: FoundFont, region: str, *, bold: bool) -> tuple[object, ...]:
    """Return how little a font goes with the shipped one, and with writing of a region."""
    words = found.name.replace("-", " ").split()
    homes = {REGIONS[word] for word in words if word in REGIONS}
    away = 0 if not region or region in homes else 1 + bool(homes)
    family = (n for n, start in enumerate(FAMILIES) if found.name.startswith(start))
    return (
        away,
        len({*words} & {*UNLIKE}),
        next(family, len(FAMILIES)),
        abs(found.weight - (BOLD if bold else REGULAR)),
        len(found.name),
        found.face.font.path,
        found.face.number,
    )


def _inked(found: FoundFont, clusters: Collection[str]) -> list[str]:
    """Return what a font has and does not leave blank, as one of coloured letters may."""
    from PIL import ImageFont

    has = sorted(filter(found.has.issuperset, clusters))
    if not has:
        return []
    try:
        font = ImageFont.truetype(found.face.font.source(), 32, found.face.number)
        return [c for c in has if all(n.isspace() or font.getmask(n).getbbox() for n in c)]
    except (OSError, ValueError):
        return []


@cache
def installed() -> tuple[str, ...]:
    """Return the fonts that come with matplotlib, and those that a machine has, in this order."""
    return tuple(islice(files(_folders()), MOST_FILES))


def files(folders: Iterable[Path]) -> Iterator[str]:
    """Yield the fonts that lie in some folders and below them, each once."""
    seen: set[str] = set()
    for folder in folders:
        for root, below, names in os.walk(folder):
            below.sort()
            for name in sorted(names):
                path = str(Path(root, name))
                if name.lower().endswith(SUFFIXES) and path not in seen:
                    seen.add(path)
                    yield path


def _folders() -> Iterator[Path]:
    """Yield the folders in which the system and the user have fonts."""
    matplotlib = find_spec("matplotlib")  # says where it lies, and does not load it
    if matplotlib and matplotlib.origin:
        yield Path(matplotlib.origin).parent / "mpl-data" / "fonts" / "ttf"
    home = Path(os.path.expanduser("~"))  # noqa: PTH111  (as it is where there is none)
    environment = os.environ
    if sys.platform == "win32":
        yield Path(environment.get("WINDIR", r"C:\Windows"), "Fonts")
        yield Path(environment.get("LOCALAPPDATA", home), "Microsoft", "Windows", "Fonts")
    elif sys.platform == "darwin":
        library = Path("Library", "Fonts")
        yield from (Path("/System") / library, Path("/") / library, home / library)
    else:
        shared = environment.get("XDG_DATA_DIRS", "").split(":")
        own = environment.get("XDG_DATA_HOME") or str(home / ".local" / "share")
        places = dict.fromkeys([*shared, "/usr/local/share", "/usr/share", own])
        yield from (Path(place, "fonts") for place in places if Path(place).is_absolute())
        yield home / ".fonts"
