"""The page of a gallery: one file that asks for nothing but the pictures beside it."""

from __future__ import annotations

from typing import Any

from tcviz.export.templates import filled, resource, variables
from tcviz.gallery import cards, facets
from tcviz.gallery.cards import Card
from tcviz.layer.geometry import USUAL
from tcviz.scene import theme


def render(facts: dict[str, Any]) -> str:
    """Return the page of what `tcviz.gallery.index.facts` says; the same gives the same.

    >>> ">A &amp; B</h1>" in render({"title": "A & B", "generator": "tcviz", "items": []})
    True
    """
    shown = cards.of(facts["items"])
    parts = filled(
        "gallery/index.html",
        title=facts["title"],
        generator=facts["generator"],
        summary=summary(shown),
        counted=_counted(len(shown)),
        style=_palette() + _backgrounds(shown) + resource("gallery/index.css"),
        script=resource("gallery/index.js"),
        offered=facets.of(shown),
        cards=shown,
        usual={name: str(value) for name, value in USUAL.items()},
        told=cards.told,
        downloads=cards.downloads,
    )
    return "".join(parts)


def summary(shown: list[Card]) -> str:
    """Return how much there is."""
    made = [file for card in shown for item in card.items for file in item["files"]]
    size = cards.bytes_text(sum(file["bytes"] for file in made))
    return f"{_counted(len(shown))}, {len(made):,} file{'s' * (len(made) != 1)}, {size}"


def _counted(number: int) -> str:
    return f"{number:,} picture{'s' * (number != 1)}"


def _palette() -> str:
    """Return the themes' colours as variables, for a page at home with its pictures."""
    light, dark = (variables(theme.load(name)) for name in ("light", "dark"))
    return (
        f":root{{color-scheme:light dark;{light}}}\n"
        f"@media (prefers-color-scheme: dark){{:root{{{dark}}}}}\n"
    )


def _backgrounds(shown: list[Card]) -> str:
    """Return a class for each background: a picture stands on its own, in light and dark."""
    used = {card.background_class: card.background for card in shown}
    return "".join(
        f".{name}{{background:{colour};color:{_ink(colour)}}}\n" for name, colour in used.items()
    )


def _ink(background: str) -> str:
    """Return black or white, whichever is read more easily."""
    red, green, blue = bytes.fromhex(background.removeprefix("#"))
    return "#000" if 299 * red + 587 * green + 114 * blue > 127_500 else "#fff"
