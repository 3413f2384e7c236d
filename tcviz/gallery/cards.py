"""The cards of a gallery's page: a picture with its numbers, files and commands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import PurePosixPath
from typing import Any, TypeAlias
from urllib.parse import quote

Fact: TypeAlias = dict[str, Any]
"""An item, or a file of it, as `tcviz.gallery.index.facts` tells it."""

IMAGES = ("gif", "webp", "apng", "png", "svg", "jpg", "jpeg")
"""What a page shows as it is; of the rest it shows a still."""
VIDEOS = ("mp4", "webm")
STAGED = ("gif", "webp", "apng", "png", *VIDEOS, "svg", "jpg", "jpeg")
"""What a page can show, the one that shows most first; the rest is offered as a file."""
PAGES = ("html",)
USUAL = {"stride": "1", "padding": "0", "output_padding": "0", "dilation": "1", "groups": "1"}
"""What a layer does not have to say."""


@dataclass(frozen=True)
class Card:
    """Items that show the same under one name, in one format each; the best to look at first."""

    items: tuple[Fact, ...]

    @property
    def first(self) -> Fact:
        """The item that is shown."""
        return self.items[0]

    @property
    def background(self) -> str:
        """The colour that the picture stands on."""
        return str(self.first["background"])

    @property
    def seen(self) -> str:
        """What it is a view of, or several."""
        views = self.first["views"]
        return f"{' and '.join(views)} view{'s' * (len(views) > 1)}"

    @cached_property
    def numbers(self) -> dict[str, str]:
        """Parameters and shapes as they are read."""
        told = {name: written(v, name) for name, v in self.first["parameters"].items()}
        return told | {name: "×".join(map(str, v)) for name, v in self.first["shapes"].items()}

    @cached_property
    def values(self) -> dict[str, list[str]]:
        """What can be filtered by: the values of this card under each name."""
        names = (*self.first["parameters"], "input")
        return {
            "view": list(self.first["views"]),
            **{name: [self.numbers[name]] for name in names},
            "format": [item["format"] for item in self.items],
        }


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


def size_text(size: int) -> str:
    """Return a number of bytes as people write it.

    >>> size_text(999), size_text(45_503), size_text(1_260_000)
    ('999 B', '46 kB', '1.3 MB')
    """
    if size < 1000:
        return f"{size} B"
    return f"{round(size / 1000)} kB" if size < 999_500 else f"{size / 1e6:.1f} MB"


def background_class(colour: str) -> str:
    """Return the name of the class that has this background."""
    return f"on-{colour.removeprefix('#')}"


def html(card: Card, offered: Iterable[str]) -> str:
    """Return a card; `offered` are the names that can be filtered by."""
    data = "".join(f' data-{name}="{escape(" ".join(card.values[name]))}"' for name in offered)
    commands = dict.fromkeys(item["command"] for item in card.items)
    return (
        f"<li{data}>\n{''.join(_stage(card))}"
        f'<div class="text"><h2>{escape(card.first["name"])}'
        f' <span class="view">{escape(card.seen)}</span></h2>\n'
        f"<dl>{''.join(_numbers(card.numbers))}</dl>\n"
        f'<ul class="files">{"".join(map(_files, card.items))}</ul>\n'
        f"{_commands(list(commands))}</div></li>"
    )


def _numbers(numbers: Mapping[str, str]) -> Iterator[str]:
    for name, value in numbers.items():
        usual = ' class="usual"' if USUAL.get(name) == value else ""
        yield f"<dt>{escape(name)}</dt><dd{usual}>{escape(value)}</dd>"


def _stage(card: Card) -> Iterator[str]:
    """Yield what is looked at: a picture, several in a strip, a video, or a file's still."""
    item, (file, *more) = card.first, card.first["files"]
    yield f'<div class="stage {background_class(card.background)}">'
    if item["format"] in VIDEOS:
        yield _video(card, file)
    elif item["format"] not in IMAGES:
        yield _door(card, file)
    elif more:
        yield '<div class="strip">'
        yield from (_shot(card, n) for n in range(len(item["files"])))
        yield '</div><div class="pager"></div>'
    else:
        yield _shot(card, 0)
    yield "</div>\n"


def _shot(card: Card, place: int) -> str:
    files = card.first["files"]
    file, link = files[place], _url(files[place])
    page = f"page {place + 1} of {len(files)}" if len(files) > 1 else ""
    moving = " moving" if file["frames"] > 1 else ""
    said = f' data-page="{page}"' if page else ""
    return (
        f'<a class="shot{moving}" href="{link}"{said}><img src="{link}"'
        f' alt="{escape(_alt(card, file, page))}" {_box(file)} loading="lazy" decoding="async"></a>'
    )


def _video(card: Card, file: Fact) -> str:
    return (
        f'<video src="{_url(file)}" poster="{_url(card.first["poster"])}" {_box(file)} controls'
        f' muted playsinline preload="none" aria-label="{escape(_alt(card, file, ""))}"></video>'
    )


def _door(card: Card, file: Fact) -> str:
    """Return a still of what a page does not show, which leads to it."""
    item, still = card.first, card.first["poster"]
    does = "Open" if item["format"] in PAGES else "Download"
    return (
        f'<a class="door" href="{_url(file)}"{_download(item)}><img src="{_url(still)}"'
        f' alt="{escape(_alt(card, still, ""))}" {_box(still)} loading="lazy" decoding="async">'
        f"<span>{does} {escape(PurePosixPath(file['path']).name)}</span></a>"
    )


def _alt(card: Card, file: Fact, page: str) -> str:
    """Return what a picture shows, for those who do not see it."""
    told = card.numbers
    kind = "Animation of the" if file.get("frames", 1) > 1 else "The"
    return (
        f"{kind} {card.seen}: input {told['input']}, kernel {told['kernel_size']},"
        f" stride {told['stride']}, padding {told['padding']}, output {told['output']}"
        f"{page and ', '}{page}"
    )


def _files(item: Fact) -> str:
    """Return the links to an item's files, with what is known of them."""
    files, form = item["files"], escape(item["format"].upper())
    if len(files) == 1:
        links = f'<a href="{_url(files[0])}"{_download(item)}>{form}</a>'
    else:
        links = f"{form} " + " ".join(
            f'<a href="{_url(f)}"{_download(item)}>{n}</a>' for n, f in enumerate(files, start=1)
        )
    return f"<li>{links} {', '.join(_told(item, files))}</li>"


def _told(item: Fact, files: list[Fact]) -> Iterator[str]:
    seconds = files[0]["seconds"]
    if item["format"] in PAGES:
        yield f"{files[0]['frames']} steps"
    elif seconds:
        yield f"{seconds:.1f} s"
    elif files[0]["frames"] > 1:
        yield f"{files[0]['frames']} pages"
    yield f"{files[0]['width']}×{files[0]['height']}"
    yield size_text(sum(file["bytes"] for file in files))


def _commands(commands: list[str]) -> str:
    first, *more = map(_command, commands)
    if not more:
        return first
    formats = f"{len(more)} more command{'s' * (len(more) != 1)}"
    return f"{first}\n<details><summary>{formats}</summary>{''.join(more)}</details>"


def _command(command: str) -> str:
    return (
        f'<div class="command"><pre><code>{escape(command, quote=False)}</code></pre>'
        '<button type="button" data-do="copy">Copy</button></div>'
    )


def _box(file: Fact) -> str:
    return f'width="{file["width"]}" height="{file["height"]}"'


def _url(file: Fact) -> str:
    """Return a relative address of a file, whatever its name holds."""
    return escape(quote(file["path"]))


def _download(item: Fact) -> str:
    """Return the attribute of what a browser would show as text, or not at all."""
    return " download" if item["format"] not in (*STAGED, *PAGES, "pdf") else ""
