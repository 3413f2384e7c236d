"""Make the package's two fonts from Inter (SIL Open Font License).

    python tests/tools/make_fonts.py FOLDER-WITH-Inter-Regular.otf

Figures get equal widths (OpenType ``tnum``, made the default), curves become
TrueType outlines (every backend embeds those), and only the letters that
pictures need stay.  ``metrics.json`` holds each letter's advance in thousandths
of an em, so that layouts need no drawing library.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from fontTools.fontBuilder import FontBuilder
from fontTools.misc.transform import Identity, Transform
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables.ttProgram import Program

WEIGHTS = {"regular": "Inter-Regular.otf", "bold": "Inter-SemiBold.otf"}
HOME = Path(__file__).parents[2] / "tcviz" / "data" / "fonts"
LETTERS = [
    *range(0x20, 0x7F),  # Basic Latin
    *range(0xA0, 0x180),  # Latin-1, Latin Extended-A
    *range(0x386, 0x3CF),  # Greek
    *range(0x400, 0x460),  # Cyrillic
    *map(ord, "–—‘’‚“”„…•′″←↑→↓↔↕↻−×·÷±∞≈≠≤≥∑√∂∇∙⋅"),
    *range(0x2070, 0x208F),  # superscripts, subscripts
]
MADE = 3_786_912_000
"""The first day of 2024, in seconds since 1904: the same font, the same bytes."""
UNHINTED = [
    *("PUSHW[]", "511", "SCANCTRL[]", "PUSHB[]", "4", "SCANTYPE[]"),  # no pixel is left out
    *("PUSHB[]", "0", "POP[]"),  # and long enough
]
"""What the fonts' program says, which is run once for each size."""
SMALL, RAISED = 0.6, 0.46
"""Inter has no ᵀ: it is a T of this size, raised by this share of a capital."""


def tabular(font: TTFont) -> dict[str, str]:
    """Return the ``tnum`` substitutions: proportional glyph -> glyph of equal width."""
    gsub = font["GSUB"].table
    lookups = {
        i
        for f in gsub.FeatureList.FeatureRecord
        if f.FeatureTag == "tnum"
        for i in f.Feature.LookupListIndex
    }
    pairs: dict[str, str] = {}
    for i in sorted(lookups):
        for table in gsub.LookupList.Lookup[i].SubTable:
            pairs |= getattr(getattr(table, "ExtSubTable", table), "mapping", {})
    return pairs


def subset(font: TTFont) -> None:
    """Keep only what pictures need, in place."""
    swap = tabular(font)
    figures = {ord(c) for c in "0123456789+−.,±×=<>"}
    for table in font["cmap"].tables:
        for code, glyph in table.cmap.items():
            if code in figures:
                table.cmap[code] = swap.get(glyph, glyph)
    options = Options()
    options.layout_features = []
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.notdef_outline = True
    options.hinting = False
    worker = Subsetter(options)
    worker.populate(unicodes=LETTERS)
    worker.subset(font)


def outline(glyph: Any, scale: Transform = Identity) -> Any:
    """Return a glyph's outline with quadratic curves."""
    pen = TTGlyphPen(None)
    glyph.draw(TransformPen(Cu2QuPen(pen, max_err=1.0, reverse_direction=True), scale))
    return pen.glyph()


def truetype(font: TTFont, weight: str) -> TTFont:
    """Return the font with quadratic outlines and a family name of its own."""
    glyphs, order, cmap = font.getGlyphSet(), font.getGlyphOrder(), font.getBestCmap()
    # Named by their letters: from the names a reader of EPS or PDF tells what is written.
    known = {glyph: f"uni{code:04X}" for code, glyph in reversed(list(cmap.items()))}
    named = {name: known.get(name, name) for name in order}
    outlines = {named[name]: outline(glyphs[name]) for name in order}
    widths = {named[name]: font["hmtx"][name][0] for name in order}
    head, hhea, os2 = font["head"], font["hhea"], font["OS/2"]
    capital = cmap[ord("T")]
    small = Transform(SMALL, 0, 0, SMALL, 0, os2.sCapHeight * RAISED)
    outlines["uni1D40"] = outline(glyphs[capital], small)
    widths["uni1D40"] = round(widths[named[capital]] * SMALL)
    names = [*named.values(), "uni1D40"]
    out = FontBuilder(head.unitsPerEm, isTTF=True)
    out.setupGlyphOrder(names)
    letters = {code: named[glyph] for code, glyph in cmap.items()}
    out.setupCharacterMap(letters | {0x1D40: "uni1D40"})
    out.setupGlyf(outlines)
    metrics = {n: (widths[n], getattr(outlines[n], "xMin", 0)) for n in names}
    out.setupHorizontalMetrics(metrics)
    out.setupHorizontalHeader(ascent=hhea.ascent, descent=hhea.descent)
    out.setupNameTable(
        {
            "copyright": font["name"].getDebugName(0),
            "familyName": "Tcviz Sans",
            "styleName": weight.capitalize(),
            "uniqueFontIdentifier": f"TcvizSans-{weight.capitalize()}",
            "fullName": f"Tcviz Sans {weight.capitalize()}",
            "psName": f"TcvizSans-{weight.capitalize()}",
            "version": "Version 1.0",
            "licenseDescription": "SIL Open Font License, Version 1.1; a subset of Inter.",
            "licenseInfoURL": "https://openfontlicense.org",
        }
    )
    out.setupOS2(
        sTypoAscender=os2.sTypoAscender,
        sTypoDescender=os2.sTypoDescender,
        sCapHeight=os2.sCapHeight,
        sxHeight=os2.sxHeight,
        usWeightClass=400 if weight == "regular" else 700,
    )
    set_unhinted(out.font)
    out.setupPost()
    out.setupHead(unitsPerEm=head.unitsPerEm, created=MADE, modified=MADE)
    return out.font


def set_unhinted(font: TTFont) -> None:
    """Say that outlines are drawn as they are.

    FreeType hints by itself what has no program of more than seven bytes: in small
    letters that would put a minus sign and a plus at two levels.
    """
    program = Program()
    program.fromAssembly(UNHINTED)
    font["prep"] = newTable("prep")
    font["prep"].program = program
    font["maxp"].maxStackElements = 1


def advances(font: TTFont) -> dict[str, int]:
    """Return each letter's width in thousandths of an em."""
    em = font["head"].unitsPerEm
    return {chr(c): round(1000 * font["hmtx"][g][0] / em) for c, g in font.getBestCmap().items()}


def main(folder: Path) -> None:
    """Write both fonts and their metrics."""
    metrics = {}
    for weight, name in WEIGHTS.items():
        source = TTFont(folder / name, recalcTimestamp=False)
        subset(source)
        font = truetype(source, weight)
        font.recalcTimestamp = False
        font.save(HOME / f"TcvizSans-{weight}.ttf")
        metrics[weight] = advances(font)
    text = json.dumps(metrics, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    (HOME / "metrics.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
