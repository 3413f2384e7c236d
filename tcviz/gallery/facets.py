"""The filter of a gallery's page: what varies among its pictures, and with which values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import TypeAlias

from tcviz.gallery.cards import Card

Facets: TypeAlias = Mapping[str, Sequence[str]]
"""The values of everything that varies, in the order in which they are offered."""


def of(shown: Sequence[Card]) -> dict[str, list[str]]:
    """Return what varies: a filter that keeps all, or nothing, is no filter."""
    told = [card.values for card in shown]
    values = {name: _sorted(v for values in told for v in values[name]) for name in
              (told[0] if told else ())}  # fmt: skip
    return {name: found for name, found in values.items() if len(found) > 1}


def _sorted(values: Iterable[str]) -> list[str]:
    """Return each value once, by its numbers; words stay as they came."""
    return sorted(dict.fromkeys(values), key=lambda v: [int(n) for n in re.findall(r"\d+", v)])


def form(offered: Facets, said: str) -> str:
    """Return the form, with `said` to count what is shown."""
    return (
        f'<form id="filter" role="search" aria-label="Pictures" autocomplete="off"'
        f' data-all="{escape(said)}">\n<div class="bar">\n'
        '<div class="search"><label class="unseen" for="q">Search names, numbers and commands'
        '</label><input id="q" name="q" type="search" placeholder="Search names, numbers, commands"'
        ' maxlength="200" spellcheck="false"></div>\n'
        f'<output id="count" for="q">{escape(said)}</output>\n'
        '<button id="clear" type="button" data-do="clear" hidden>Clear</button>\n'
        '<button id="motion" type="button" data-do="motion" hidden>Pause animations</button>\n'
        f"</div>\n{_offers(offered)}</form>"
    )


def _offers(offered: Facets) -> str:
    if not offered:
        return ""
    sets = "\n".join(_fieldset(name, values) for name, values in offered.items())
    return (
        f'<details open><summary>Filter</summary>\n<div class="facets">\n{sets}\n</div></details>\n'
    )


def _fieldset(name: str, values: Iterable[str]) -> str:
    boxes = "".join(
        f'<label><input type="checkbox" name="{escape(name)}" value="{escape(value)}">'
        f"{escape(value)}</label>"
        for value in values
    )
    legend = escape(name.replace("_", " ") if name == "input" else name)
    return f'<fieldset><legend>{legend}</legend><div class="chips">{boxes}</div></fieldset>'
