"""Words of Python that the snippets of all libraries share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tcviz.layer.sizes import Sizes


def alike(sizes: Sequence[int]) -> str:
    """Return one number where it is the same on each axis, or else all.

    >>> alike((2, 2)), alike((1, 2))
    ('2', '(1, 2)')
    """
    return str(sizes[0] if len(set(sizes)) == 1 else tuple(sizes))


def slices(starts: Iterable[int], size: Sizes) -> list[str]:
    """Return the slices of `size` cells from `starts` on.

    >>> slices((1, 0), (5, 4))
    ['1:6', '0:4']
    """
    return [f"{start}:{start + n}" for start, n in zip(starts, size, strict=True)]
