"""What an SVG of ours shows, read from its elements: letters and where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from xml.etree import ElementTree as ET

from tcviz.scene.marks import Rect

SVG = "{http://www.w3.org/2000/svg}"
_RULE = re.compile(r"\.([\w-]+)\{([^{}]*)\}")
_LETTER = re.compile(r"[-_](?:u([0-9a-f]+)|(.))\Z")


class Seen(NamedTuple):
    """A letter, where its baseline begins on the canvas, and the classes of what it is in."""

    letter: str
    x: float
    y: float
    classes: tuple[str, ...]


def parsed(data: bytes) -> ET.Element:
    return ET.fromstring(data)  # noqa: S314  (our own file)


def letters(root: ET.Element) -> list[Seen]:
    """Return all letters that are drawn as outlines."""
    known = {e.get("id", ""): e for e in root.iter() if e.get("id")}
    return [seen for child in root if child.tag != f"{SVG}defs"
            for seen in _walk(child, known, (1.0, 0.0, 0.0), ())]  # fmt: skip


def _walk(
    node: ET.Element, known: dict[str, ET.Element], place: tuple[float, float, float],
    classes: tuple[str, ...],
) -> Iterator[Seen]:  # fmt: skip
    scale, x, y = place
    for name, numbers in re.findall(r"(\w+)\(([^)]*)\)", node.get("transform", "")):
        one, *two = map(float, numbers.split())
        if name == "scale":
            scale *= one
        else:
            x, y = x + scale * one, y + scale * two[0]
    classes = (*classes, *node.get("class", "").split())
    if node.tag == f"{SVG}use":
        x += scale * float(node.get("x", 0))
        y += scale * float(node.get("y", 0))
        yield from _walk(known[node.get("href", "")[1:]], known, (scale, x, y), classes)
    elif node.tag == f"{SVG}path" and (found := _LETTER.match(node.get("id", ""))):
        yield Seen(chr(int(found[1], 16)) if found[1] else found[2], x, y, classes)
    for child in node:
        yield from _walk(child, known, (scale, x, y), classes)


def written_in(seen: list[Seen], rect: Rect) -> str:
    """Return the letters within a rectangle, line by line."""
    inside = [s for s in seen if rect.x < s.x < rect.right and rect.y < s.y < rect.bottom]
    return "".join(s.letter for s in sorted(inside, key=lambda s: (round(s.y), s.x)))


def rules(data: bytes) -> dict[str, str]:
    """Return what each class says, apart from what depends on the reader."""
    style = re.search(r"<style>(.*?)</style>", data.decode(), re.DOTALL)
    plain = re.sub(r"@[^{]*\{(?:[^{}]*\{[^{}]*\})*\}", "", style[1] if style else "")
    return dict(_RULE.findall(plain))


def pieces(root: ET.Element) -> dict[str, list[tuple[str, float, float]]]:
    """Return the letters of each piece of text, and where they stand in it."""
    known = {e.get("id", ""): e for e in root.iter() if e.get("id")}
    found = {node.get("id", ""): _walk(node, known, (1.0, 0.0, 0.0), ())
             for defs in root.iter(f"{SVG}defs") for node in defs}  # fmt: skip
    return {name: [seen[:3] for seen in some] for name, some in found.items()}
