"""Shades: colours mixed, compared and chosen so that what stands on them can be read."""

from __future__ import annotations

from collections.abc import Sequence

from tcviz.scene.marks import Colour

READABLE = 4.5
"""The least contrast of text, by WCAG 2, level AA."""
FINE = 64
"""Tints of a scale: the nearest one is taken whose text can be read."""
HATCHINGS = (0.4, 0.3, 0.2)
DEEPER = 3
"""So many kernel rows that follow each other differ in lightness: also in grey print."""
SHADE, SHADES, MIXED = 5.0, 128, 0.16
"""How much, in steps of lightness, and how finely; the share of a line in a fill made of it."""
FAINT = 0.72
"""How much of the paper is in lines between the cells of an equation."""
BORDER, CROPPED = 0.6, 0.4
"""How much of a border's fill is in the tints of its cells, and in that of what is written now."""
OPERAND = 0.5
"""How much lighter what is read of a channel is than its finished sums."""


def blend(a: Colour, b: Colour, share: float) -> Colour:
    """Return the colour that lies `share` of the way from `a` to `b`.

    >>> blend("#000000", "#ffffff", 0.5)
    '#808080'
    """
    mixed = (round(x + (y - x) * share) for x, y in zip(rgb(a), rgb(b), strict=True))
    return "#" + "".join(f"{v:02x}" for v in mixed)


def rgb(colour: Colour) -> tuple[int, int, int]:
    """Return a colour's red, green and blue, 0 to 255 each; of a `pair` those of the light one."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def luminance(colour: Colour) -> float:
    """Return the relative luminance, 0 to 1, as WCAG 2 defines it."""
    linear = [
        v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4
        for v in (c / 255 for c in rgb(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: Colour, b: Colour) -> float:
    """Return the contrast of two colours, 1 to 21, as WCAG 2 defines it.

    >>> round(contrast("#ffffff", "#000000"))
    21
    """
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


def lightness(colour: Colour) -> float:
    """Return how light a colour looks, 0 to 100: CIE L*.

    >>> round(lightness("#777777"))
    50
    """
    y = luminance(colour)
    return 116 * y ** (1 / 3) - 16 if y > 216 / 24389 else y * 24389 / 27


def is_grey(colour: Colour) -> bool:
    """Return whether a colour has no hue."""
    return len(set(rgb(colour))) == 1


def tinted(
    ends: tuple[Colour, Colour], inks: tuple[Colour, Colour], share: float
) -> tuple[Colour, Colour]:
    """Return the tint of a share of the way between two ends, and the ink that is read on it.

    Where neither ink could be read it gives way a little.
    """
    wanted = round(share * FINE)
    steps = sorted(range(FINE + 1), key=lambda step: abs(step - wanted))
    choices = [_on(blend(*ends, step / FINE), inks) for step in steps]
    return next((pair for pair in choices if contrast(*pair) >= READABLE), choices[0])


def _on(fill: Colour, inks: tuple[Colour, Colour]) -> tuple[Colour, Colour]:
    return fill, max(inks, key=lambda ink: contrast(fill, ink))


def hatching(fill: Colour, ink: Colour, inks: tuple[Colour, Colour]) -> Colour:
    """Return a hatching that is seen on a tint, and on which its ink is read all the same."""
    able = [blend(fill, end, share) for end in inks for share in HATCHINGS]
    readable = [c for c in able if contrast(c, ink) >= READABLE] or [fill]
    return max(readable, key=lambda c: contrast(c, fill))


def stepped(pairs: Sequence[tuple[Colour, Colour]], paper: Colour) -> list[tuple[Colour, Colour]]:
    """Return lines and fills, to be used in turn, of which neighbours differ in lightness.

    They are those of the `pairs`; where all of these have one fill, it is mixed from the lines.
    """
    alike = len({fill for _, fill in pairs}) == 1 < len({line for line, _ in pairs})
    mixed = [(line, blend(paper, line, MIXED) if alike else fill) for line, fill in pairs]
    count = len(mixed) * (DEEPER if len(mixed) % DEEPER else 1)
    down = lightness(mixed[0][0]) < lightness(mixed[0][1])
    start = (min if down else max)(lightness(fill) for _, fill in mixed)
    steps = (start + (-SHADE if down else SHADE) * (row % DEEPER) for row in range(count))
    turns = (mixed[row % len(mixed)] for row in range(count))
    return [
        (line, _shaded(line, fill, step)) for (line, fill), step in zip(turns, steps, strict=True)
    ]


def _shaded(line: Colour, fill: Colour, target: float) -> Colour:
    """Return a fill as much nearer to its line as makes it as dark or light as asked."""
    shades = [blend(fill, line, i / SHADES) for i in range(SHADES)]
    return min(shades, key=lambda shade: abs(lightness(shade) - target))


def pair(light: Colour, dark: Colour) -> Colour:
    """Return a colour that is another where a reader prefers dark pages.

    >>> pair("#ffffff", "#000000"), pair("#000000", "#000000")
    ('#ffffff #000000', '#000000')
    """
    return light if light == dark else f"{light} {dark}"


def sides(colour: Colour) -> tuple[Colour, Colour]:
    """Return what a colour is on light pages and on dark ones.

    >>> sides("#ffffff #000000"), sides("#123456")
    (('#ffffff', '#000000'), ('#123456', '#123456'))
    """
    light, _, dark = colour.partition(" ")
    return light, dark or light
