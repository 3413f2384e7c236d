"""Text in any script on one line: which font sets which part of it, and how wide each is.

The shipped font sets all that it has; other fonts are looked for only where there is a letter
that it lacks.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache
from itertools import accumulate, groupby
from typing import TYPE_CHECKING, Any, NamedTuple
from unicodedata import category, east_asian_width, name

from tcviz.errors import RequestError, complaint, quoted
from tcviz.scene import bidi, text

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

    from tcviz.scene.faces import Face, Font

EM = 1000
"""Pixels of the size at which other fonts are measured."""
ALPHABETS = ("LATIN", "GREEK", "CYRILLIC")
"""Of which no word is set in two fonts."""
WIDE, NARROW = 1.0, 0.75
"""Widths in ems, amply, of letters that only a viewer's fonts have."""
LONGEST = 800
"""Characters of a text that are looked at: two lines have no room for more."""
_REGIONS = {"HIRAGANA": "JP", "KATAKANA": "JP", "HANGUL": "KR", "BOPOMOFO": "TC", "CJK": "SC"}
_EAST = "CJK"
_ZWJ = "\u200d"
_NEVER_FIRST = ("Pe", "Pf", "Po")
_NEVER_LAST = ("Ps", "Pi")


class Run(NamedTuple):
    """A part of a line, of one font and direction, and its width in ems.

    `face` is None where the shipped font has it; its letters stand here from left to right.
    Those of others stand in the order in which they are read, and `turned` ones run to the
    left.
    """

    text: str
    face: Face | None
    em: float
    turned: bool = False


class Typeset(NamedTuple):
    """A line of text, its runs from left to right, and the letters that no font has.

    A `turned` line begins at the right.
    """

    text: str
    runs: tuple[Run, ...]
    missing: tuple[str, ...] = ()
    turned: bool = False

    @property
    def em(self) -> float:
        """The width in ems."""
        return sum(run.em for run in self.runs)


def is_plain(words: str) -> bool:
    """Return whether the shipped font has all of this.

    >>> is_plain("Σ of 9"), is_plain("ℝ")
    (True, False)
    """
    return all(map(text.advances().__contains__, words))


def bounded(words: str) -> str:
    """Return as much of a text as is looked at."""
    return words if len(words) <= LONGEST else words[:LONGEST] + "…"


def checked(line: Typeset) -> Typeset:
    """Return a line, a title's, of which every letter has a font; else raise RequestError."""
    if line.missing:
        missing = ", ".join(map(quoted, line.missing[:12])) + ", …" * (len(line.missing) > 12)
        hint = f"none has {missing}: --font FILE may"
        allowed = "letters that an installed font has"
        raise RequestError(complaint("title", quoted(line.text), allowed, hint=hint))
    return line


@lru_cache(maxsize=256)
def typeset(words: str, *, bold: bool = False, font: Font | None = None) -> Typeset:
    """Return how a line is set; one font goes before those of the machine."""
    clusters = _clusters(words)
    faces = _faces(clusters, bold=bold, font=font)
    starts = accumulate(map(len, clusters), initial=0)
    depths, spans = bidi.levels(words), []
    hows = [(depths[at], faces.get(_bare(c))) for at, c in zip(starts, clusters, strict=False)]
    for (depth, face), same in groupby(zip(hows, clusters, strict=True), key=lambda pair: pair[0]):
        spans.append((depth, face, [cluster for _, cluster in same]))
    runs = [_run(part, face, depth, bold=bold) for depth, face, part in spans]
    runs = bidi.reordered(runs, [depth for depth, _, _ in spans])
    lost = (_bare(c) for c in clusters if _bare(c) not in faces)
    missing = dict.fromkeys(
        letter for letters in lost for letter in letters if not is_plain(letter)
    )
    return Typeset(words, tuple(runs), tuple(missing), bidi.runs_left(words))


def _clusters(words: str) -> list[str]:
    """Return letters, each with what is written around it, and joined pictures."""
    out: list[str] = []
    for letter in words:
        follows = category(letter).startswith("M") or letter in text.UNSEEN
        if out and (follows or out[-1].endswith(_ZWJ)):
            out[-1] += letter
        else:
            out.append(letter)
    return out


def _bare(cluster: str) -> str:
    """Return what of a cluster needs a glyph."""
    return "".join(letter for letter in cluster if letter not in text.UNSEEN)


def _faces(clusters: list[str], *, bold: bool, font: Font | None) -> dict[str, Face | None]:
    """Return the font of each cluster that one has, None for the shipped one."""
    from tcviz.scene.installed import find

    bare = dict.fromkeys(map(_bare, clusters))
    lacking = [cluster for cluster in bare if not is_plain(cluster)]
    scripts = {_script(cluster) for cluster in lacking} & {*ALPHABETS}
    regions = {_REGIONS.get(script) for script in map(_script, bare)}
    region = next((r for r in _REGIONS.values() if r in regions), "")
    parts: dict[str, set[str]] = {}
    for cluster in bare:
        if cluster in lacking or _script(cluster) in scripts:
            script = _script(cluster)
            parts.setdefault(_EAST if script in _REGIONS else script, set()).add(cluster)
    found = find(tuple(map(frozenset, parts.values())), region, bold=bold, font=font)
    return {c: found.get(c) for c in bare if c in found or is_plain(c)}


def _script(cluster: str) -> str:
    """Return the first word of a letter's name.

    >>> _script("ế"), _script("漢")
    ('LATIN', 'CJK')
    """
    return name(cluster[:1] or " ", "").replace("-", " ").partition(" ")[0]


def _run(clusters: list[str], face: Face | None, depth: int, *, bold: bool) -> Run:
    words, turned = "".join(clusters), depth % 2 == 1
    if face:
        letters, how = laid(words, turned=turned)
        return Run(words, face, opened(face, EM).getlength(letters, **how) / EM, turned)
    words = _bare(words)
    if not is_plain(words):
        return Run(words, None, sum(map(_estimate, words)), turned)
    return Run(bidi.mirrored(words) if turned else words, None, text.width(words, 1, bold))


def _estimate(letter: str) -> float:
    if is_plain(letter):
        return text.width(letter, 1, bold=True)
    return 0.0 if category(letter).startswith("M") else WIDE if _is_wide(letter) else NARROW


def laid(words: str, *, turned: bool) -> tuple[str, dict[str, Any]]:
    """Return what Pillow is given to set words of one direction, and how.

    Where Raqm is missing, letters are not joined, but they do run to the left.
    """
    if _has_raqm():
        return words, {"direction": "rtl" if turned else "ltr"}
    return "".join(reversed(_clusters(words))) if turned else words, {}


@lru_cache(maxsize=16)
def opened(face: Face, size: float) -> FreeTypeFont:
    """Return a font at a size in pixels."""
    from PIL import ImageFont

    engine = ImageFont.Layout.RAQM if _has_raqm() else ImageFont.Layout.BASIC
    return ImageFont.truetype(face.font.source(), size, face.number, layout_engine=engine)


def _has_raqm() -> bool:
    from PIL import features

    return features.check("raqm") is True


def width(words: str, size: float, *, bold: bool = False, font: Font | None = None) -> float:
    """Return the width of a line of any script."""
    if is_plain(words):
        return text.width(words, size, bold)
    return typeset(words, bold=bold, font=font).em * size


def shorten(
    words: str, size: float, room: float, *, bold: bool = False, font: Font | None = None
) -> str:
    """Return a line of any script, cut with an ellipsis where it is wider than `room`."""
    if is_plain(words):
        return text.shorten(words, size, room, bold)
    if width(words, size, bold=bold, font=font) <= room:
        return words
    clusters = _clusters(words)

    def cut(kept: int) -> str:
        return _parted(clusters, kept)[0] + "…"

    def is_over(kept: int) -> bool:
        return width(cut(kept), size, bold=bold, font=font) > room

    return cut(max(0, bisect_left(range(len(clusters)), True, key=is_over) - 1))


def halves(words: str) -> tuple[str, str]:
    """Return a line in two of about the same width, broken where its script allows it.

    >>> halves("one two three"), halves("日本語（一行）")
    (('one two', 'three'), ('日本語', '（一行）'))
    """
    clusters = _clusters(words)
    ends = [*accumulate(sum(map(_estimate, cluster)) for cluster in clusters)]
    places = _places(clusters)
    at = min(places, key=lambda i: max(ends[i - 1], ends[-1] - ends[i - 1]), default=len(clusters))
    return _parted(clusters, at)


def filled(
    words: str, size: float, room: float, *, bold: bool = False, font: Font | None = None
) -> tuple[str, str]:
    """Return as much of a line as there is room for, and the rest; at least a letter of it.

    >>> filled("one two three", 10, 45)
    ('one two', 'three')
    """
    clusters = _clusters(words)
    places = _places(clusters)

    def is_over(at: int) -> bool:
        return width(_parted(clusters, at)[0], size, bold=bold, font=font) > room

    kept = max(0, bisect_left(places, True, key=is_over) - 1)
    return _parted(clusters, places[kept] if places else len(clusters))


def _parted(clusters: list[str], at: int) -> tuple[str, str]:
    return "".join(clusters[:at]).rstrip(), "".join(clusters[at:]).lstrip()


def _places(clusters: list[str]) -> list[int]:
    """Return where a line may be broken: anywhere, if it has no such place."""
    within = range(1, len(clusters))
    return [i for i in within if _breaks(clusters[i - 1][0], clusters[i][0])] or [*within]


def _breaks(before: str, after: str) -> bool:
    """Return whether a line may end between two letters: at spaces, and around wide letters."""
    if before.isspace() or after.isspace():
        return before.isspace()
    closes, opens = category(after) in _NEVER_FIRST, category(before) in _NEVER_LAST
    return not closes and not opens and any(map(_is_wide, (before, after)))


def _is_wide(letter: str) -> bool:
    return east_asian_width(letter) in "FW"
