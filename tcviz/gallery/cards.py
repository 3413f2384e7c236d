"""The cards of a gallery's page: a picture with its numbers, files and commands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any, TypeAlias

from tcviz.export.embed import ELEMENTS
from tcviz.layer.sizes import size_text
from tcviz.scene.frozen import frozen

Fact: TypeAlias = dict[str, Any]
"""An item, or a file of it, as `tcviz.gallery.index.facts` tells it."""

STAGES = {"video": "video", "img": "image"}
"""What a card can show, by its element; the rest is offered as a file."""
STAGED = [form for form, element in ELEMENTS.items() if element in STAGES]


@frozen
class Card:
    """Items that show the same under one name, in one format each; the best to look at first."""

    items: tuple[Fact, ...]

    @property
    def first(self) -> Fact:
        """The item that is shown."""
        return self.items[0]

    @property
    def stage(self) -> str:
        """What shows it: a video, an image, or the still on a door to what no page shows."""
        return STAGES.get(ELEMENTS.get(self.first["format"], ""), "door")

    @property
    def door(self) -> str:
        """What is written on that door."""
        does = "Open" if _is_page(self.first) else "Download"
        return f"{does} {PurePosixPath(self.first['files'][0]['path']).name}"

    @property
    def background(self) -> str:
        """The colour that the picture stands on."""
        return str(self.first["background"])

    @property
    def background_class(self) -> str:
        """The name of the class that has this background."""
        return f"on-{self.background.removeprefix('#')}"

    @property
    def seen(self) -> str:
        """What it is a view of, or several."""
        views = self.first["views"]
        return f"{' and '.join(views)} view{'s' * (len(views) > 1)}"

    @cached_property
    def numbers(self) -> dict[str, str]:
        """Parameters and shapes as they are read."""
        told = {name: written(v, name) for name, v in self.first["parameters"].items()}
        told |= {"layers": str(self.first["layers"])} if "layers" in self.first else {}
        return told | {name: size_text(v) for name, v in self.first["shapes"].items()}

    @cached_property
    def values(self) -> dict[str, list[str]]:
        """What can be filtered by: the values of this card under each name."""
        names = (*self.first["parameters"], "input")
        return {
            "view": list(self.first["views"]),
            **{name: [self.numbers[name]] for name in names},
            "format": [item["format"] for item in self.items],
        }

    @property
    def commands(self) -> list[str]:
        """What makes the items, each command once."""
        return list(dict.fromkeys(item["command"] for item in self.items))

    def alt(self, page: str = "") -> str:
        """Return what a picture shows, for those who do not see it."""
        return f"{self.first['alt']}{page and ' '}{page}"


def of(items: Iterable[Fact]) -> list[Card]:
    """Return a card for each picture, in the order of the items.

    Formats of one picture share a card; what differs in anything else does not.
    """
    alike: dict[str, list[Fact]] = {}
    for item in items:
        same = [item[key] for key in ("name", "views", "parameters", "shapes", "background")]
        alike.setdefault(repr(same), []).append(item)
    return [Card(tuple(sorted(group, key=_rank))) for group in alike.values()]


def _rank(item: Fact) -> int:
    return STAGED.index(item["format"]) if item["format"] in STAGED else len(STAGED)


def written(value: Any, name: str = "") -> str:
    """Return a parameter as it is read: one number if all axes agree, but for a kernel.

    >>> written((2, 2)), written((3, 3), "kernel_size"), written(((1, 0), 2)), written(4)
    ('2', '3×3', '1:0×2', '4')
    """
    if isinstance(value, int):
        return str(value)
    axes = [str(v) if isinstance(v, int) else ":".join(map(str, v)) for v in value]
    return axes[0] if name != "kernel_size" and len(set(axes)) == 1 else "×".join(axes)


def bytes_text(size: int) -> str:
    """Return a number of bytes as people write it.

    >>> bytes_text(999), bytes_text(45_503), bytes_text(1_260_000)
    ('999 B', '46 kB', '1.3 MB')
    """
    if size < 1000:
        return f"{size} B"
    return f"{round(size / 1000)} kB" if size < 999_500 else f"{size / 1e6:.1f} MB"


def told(item: Fact) -> str:
    """Return what is known of an item's files."""
    return ", ".join(_told(item, item["files"]))


def _told(item: Fact, files: list[Fact]) -> Iterator[str]:
    seconds = files[0]["seconds"]
    if _is_page(item):
        yield f"{files[0]['frames']} steps"
    elif seconds:
        yield f"{seconds:.1f} s"
    elif files[0]["frames"] > 1:
        yield f"{files[0]['frames']} pages"
    yield f"{files[0]['width']}×{files[0]['height']}"
    yield bytes_text(sum(file["bytes"] for file in files))


def downloads(item: Fact) -> bool:
    """Return whether a browser would show an item as text, or not at all."""
    return item["format"] not in (*ELEMENTS, "pdf")


def _is_page(item: Fact) -> bool:
    return ELEMENTS.get(item["format"]) == "iframe"
