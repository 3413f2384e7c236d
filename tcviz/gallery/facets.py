"""The filter of a gallery's page: what varies among its pictures, and with which values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from tcviz.gallery.cards import Card


def of(shown: Sequence[Card]) -> dict[str, list[str]]:
    """Return what varies: a filter that keeps all, or nothing, is no filter."""
    told = [card.values for card in shown]
    values = {name: _sorted(v for values in told for v in values[name]) for name in
              (told[0] if told else ())}  # fmt: skip
    return {name: found for name, found in values.items() if len(found) > 1}


def _sorted(values: Iterable[str]) -> list[str]:
    """Return each value once, by its numbers; words stay as they came."""
    return sorted(dict.fromkeys(values), key=lambda v: [int(n) for n in re.findall(r"\d+", v)])
