"""Outlines of text in fonts that are not shipped."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from contourpy import contour_generator
from numpy.typing import NDArray

from tcviz.render.ink import set_in
from tcviz.scene.faces import Face

TRACED, FINEST = 128, 0.2
"""Pixels of an em in which outlines are traced, and how far they may lie beside them."""
Contour: TypeAlias = NDArray[np.float64]
"""The corners of a closed line in ems, the first again at the end; y runs downward."""


@lru_cache(maxsize=64)
def traced(face: Face, words: str, *, turned: bool) -> tuple[Contour, ...]:
    """Return the outlines of text in another font, from its origin on.

    Nothing but Pillow sets every script right, and it paints: what it paints is traced, finely
    enough that no eye, and hardly a printer, sees a difference.
    """
    mask, above, before = set_in(face, words, TRACED, 0, turned=turned)
    padded = np.pad(np.asarray(mask, dtype=float), 1)
    generator = contour_generator(z=padded, fill_type="OuterOffset")
    # The middle of the first pixel is where the grid begins.
    origin = np.array([before + 0.5, above + 0.5])
    return tuple(
        (_simpler(outer[start:end]) - origin) / TRACED
        for outer, offsets in zip(*generator.filled(127.5, 256.0), strict=True)
        for start, end in pairwise(offsets)
    )


def _simpler(corners: Contour) -> Contour:
    """Return a closed line with no more corners than its shape needs (Douglas and Peucker)."""
    kept = np.zeros(len(corners), dtype=bool)
    far = int(np.hypot(*(corners - corners[0]).T).argmax())
    kept[[0, far, -1]] = True
    spans = [(0, far), (far, len(corners) - 1)]
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        (x, y), inner = corners[last] - corners[first], corners[first + 1 : last] - corners[first]
        away = np.abs(inner @ (-y, x)) / max(1e-9, float(np.hypot(x, y)))
        most = int(away.argmax())
        if away[most] > FINEST:
            at = first + 1 + most
            kept[at] = True
            spans += [(first, at), (at, last)]
    return corners[kept]
