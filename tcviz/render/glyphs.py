"""The shipped font's letters as outlines, which `tests/tools/make_outlines.py` reads from it."""

from __future__ import annotations

import json
from functools import cache

from tcviz.files.shipped import shipped

EM = 168
"""Steps of an em: about half a pixel where a title is shown four times as large.  Most stems of the
font then have nearly whole widths, so that they are as thick as each other."""


@cache
def outlines(bold: bool) -> dict[str, str]:
    """Return each letter's outline as the data of an SVG's path, its origin on the baseline."""
    text = shipped("fonts/outlines.json").read_text(encoding="utf-8")
    table: dict[str, dict[str, str]] = json.loads(text)
    return table["bold" if bold else "regular"]
