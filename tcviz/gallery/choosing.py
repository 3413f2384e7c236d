"""Which items of a spec are meant: all, or those of some names."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from tcviz.errors import RequestError, complaint, did_you_mean, quoted
from tcviz.gallery.items import Item


def chosen(items: Sequence[Item], patterns: Sequence[str]) -> Sequence[Item]:
    """Return the items that a pattern fits, by name or by file; without patterns all of them.

    ``*`` stands for any letters, ``?`` for one, ``[ab]`` for one of these.

    Raises
    ------
    RequestError
        If a pattern fits no item.
    """
    for pattern in patterns:
        if not any(fits(item, pattern) for item in items):
            hint = did_you_mean(pattern, dict.fromkeys(item.name for item in items))
            allowed = "names of items, * for any letters"
            raise RequestError(complaint("only", quoted(pattern), allowed, hint=hint))
    if not patterns:
        return items
    return [item for item in items if any(fits(item, pattern) for pattern in patterns)]


def fits(item: Item, pattern: str) -> bool:
    """Return whether a pattern fits an item: names may hold what else has a meaning."""
    names = (item.name, item.path)
    return pattern in names or any(fnmatchcase(name, pattern) for name in names)
