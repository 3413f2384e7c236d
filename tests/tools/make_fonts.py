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

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

WEIGHTS = {"regular": "Inter-Regular.otf", "bold": "Inter-SemiBold.otf"}
HOME = Path(__file__).parents[2] / "tcviz" / "data" / "fonts"
LETTERS = [
    *range(0x20, 0x7F),  # Basic Latin
    *range(0xA0, 0x180),  # Latin-1, Latin Extended-A
    *range(0x386, 0x3CF),  # Greek
    *range(0x400, 0x460),  # Cyrillic
    *map(ord, "–—‘’“”„…•′″←↑→↓↔↕↻−×·÷±∞≈≠≤≥∑√∂∇∙⋅"),
    *range(0x2070, 0x208F),  # superscripts, subscripts
]


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


def truetype(font: TTFont, weight: str) -> TTFont:
    """Return the font with quadratic outlines and a family name of its own."""
    glyphs, names = font.getGlyphSet(), font.getGlyphOrder()
    outlines = {}
    for name in names:
        pen = TTGlyphPen(None)
        glyphs[name].draw(Cu2QuPen(pen, max_err=1.0, reverse_direction=True))
        outlines[name] = pen.glyph()
    head, hhea, os2 = font["head"], font["hhea"], font["OS/2"]
    out = FontBuilder(head.unitsPerEm, isTTF=True)
    out.setupGlyphOrder(names)
    out.setupCharacterMap(font.getBestCmap())
    out.setupGlyf(outlines)
    metrics = {
        n: (font["hmtx"][n][0], outlines[n].xMin if hasattr(outlines[n], "xMin") else 0)
        for n in names
    }
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
    out.setupPost()
    out.setupHead(unitsPerEm=head.unitsPerEm, created=0, modified=0)
    return out.font


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
