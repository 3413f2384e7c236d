"""The page of a gallery: one file that asks for nothing but the pictures beside it."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import fields
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

from tcviz.gallery import cards, facets
from tcviz.gallery.cards import Card
from tcviz.scene import theme

WITHIN = "'self' file:"
"""Where media are: beside the page; opened from a disk, Firefox takes no file for 'self'."""


def render(facts: dict[str, Any]) -> str:
    """Return the page of what `tcviz.gallery.index.facts` says; the same gives the same.

    >>> "<h1>A &amp; B</h1>" in render({"title": "A & B", "generator": "tcviz", "items": []})
    True
    """
    shown = cards.of(facts["items"])
    offered = facets.of(shown)
    style = _palette() + _backgrounds(shown) + _resource("index.css")
    script = _resource("index.js")
    return Template(_resource("index.html")).substitute(
        policy=policy(style, script),
        generator=escape(facts["generator"]),
        title=escape(facts["title"]),
        summary=summary(shown),
        style=style,
        script=script,
        filter=facets.form(offered, said=_counted(len(shown))),
        cards="\n".join(cards.html(card, offered) for card in shown),
    )


def policy(style: str, script: str) -> str:
    """Return what the page may do: its own style and script, and media beside it."""
    rules = (
        "default-src 'none'",
        f"img-src {WITHIN} data:",
        f"media-src {WITHIN}",
        f"style-src '{_hash(style)}'",
        f"script-src '{_hash(script)}'",
        "base-uri 'none'",
        "form-action 'none'",
    )
    return "; ".join(rules)


def summary(shown: list[Card]) -> str:
    """Return how much there is."""
    made = [file for card in shown for item in card.items for file in item["files"]]
    size = cards.size_text(sum(file["bytes"] for file in made))
    return f"{_counted(len(shown))}, {len(made):,} file{'s' * (len(made) != 1)}, {size}"


def _counted(number: int) -> str:
    return f"{number:,} picture{'s' * (number != 1)}"


def _resource(name: str) -> str:
    return (files("tcviz") / "data" / "gallery" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def _palette() -> str:
    """Return the themes' colours as variables, for a page at home with its pictures."""
    light, dark = (_variables(name) for name in ("light", "dark"))
    return (
        f":root{{color-scheme:light dark;{light}}}\n"
        f"@media (prefers-color-scheme: dark){{:root{{{dark}}}}}\n"
    )


def _variables(name: str) -> str:
    chosen = theme.load(name)
    plain = ((field.name, getattr(chosen, field.name)) for field in fields(chosen))
    return ";".join(f"--{name}:{value}" for name, value in plain if isinstance(value, str))


def _backgrounds(shown: list[Card]) -> str:
    """Return a class for each background: a picture stands on its own, in light and dark."""
    used = dict.fromkeys(card.background for card in shown)
    return "".join(
        f".{cards.background_class(colour)}{{background:{colour};color:{_ink(colour)}}}\n"
        for colour in used
    )


def _ink(background: str) -> str:
    """Return black or white, whichever is read more easily."""
    red, green, blue = bytes.fromhex(background.removeprefix("#"))
    return "#000" if 299 * red + 587 * green + 114 * blue > 127_500 else "#fff"
