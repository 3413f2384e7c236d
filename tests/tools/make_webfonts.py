"""Make the fonts that pages carry from the package's two: small, and the rest apart.

    python tests/tools/make_webfonts.py          (needs fonttools and brotli)

Nearly every page is written with Latin letters, figures and signs; a page whose title
needs Greek, Cyrillic or accents carries the other file as well.
"""

from __future__ import annotations

import json
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

HOME = Path(__file__).parents[2] / "tcviz" / "data"
COMMON = {
    *map(chr, range(0x20, 0x7F)),
    *"\xa0·×÷±²³µäéöü–—‘’“”…′″←↑→↓−∙⋅∞≈≠≤≥∑Σ∂ᵀ₀₁₂₃₄₅₆₇₈₉₊₋⁰¹⁴⁵⁶⁷⁸⁹",
}


def part(weight: str, letters: set[str], name: str) -> None:
    """Write a WOFF2 with some letters."""
    font = TTFont(HOME / "fonts" / f"TcvizSans-{weight}.ttf", recalcTimestamp=False)
    options = Options()
    options.flavor = "woff2"
    options.layout_features = []
    options.hinting = False
    options.name_IDs = [0, 1, 2, 13, 14]
    options.notdef_outline = True
    worker = Subsetter(options)
    worker.populate(text="".join(letters))
    worker.subset(font)
    font.flavor = "woff2"
    font.save(HOME / "page" / f"{weight}-{name}.woff2")


def main() -> None:
    """Write both parts of both weights, and which letters are common."""
    known = json.loads((HOME / "fonts" / "metrics.json").read_text(encoding="utf-8"))
    for weight, advances in known.items():
        part(weight, advances.keys() & COMMON, "common")
        part(weight, advances.keys() - COMMON, "other")
    common = "".join(sorted(known["regular"].keys() & COMMON))
    (HOME / "page" / "common.txt").write_text(common, encoding="utf-8")


if __name__ == "__main__":
    main()
