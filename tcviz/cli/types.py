"""What an option's text may look like: each type is a way of spelling, or a choice of words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tcviz.layer.crops import WORDS
from tcviz.request import spelling

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    ParamType = click.ParamType[Any]  # generic for the checker, in newer releases only
    Item = CompletionItem[Any]
else:
    ParamType = click.ParamType

Words = Mapping[str, str | None]
"""Words that may be typed, each with what it means, where there is something to say."""


class Spelled(ParamType):
    """A type of option that `read` understands; defaults need not be texts."""

    def __init__(self, name: str, read: Callable[[str, str], Any], *words: str) -> None:
        self.name = name
        self._read = read
        self._words = words

    def convert(
        self,
        value: object,
        param: click.Parameter | None,
        ctx: click.Context | None,  # noqa: ARG002
    ) -> Any:
        """Return the value."""
        if not isinstance(value, str):
            return value  # a default, already converted
        return self._read(param.name if param and param.name else "value", value)

    def shell_complete(
        self,
        ctx: click.Context,  # noqa: ARG002
        param: click.Parameter,  # noqa: ARG002
        incomplete: str,
    ) -> list[Item]:
        """Return the words among what may be typed that begin so."""
        return list(_items(dict.fromkeys(self._words), incomplete))


class Chosen(ParamType):
    """Text that is one of some `words`; whoever reads it says so of a wrong one.

    The words are asked for when a shell completes them, or the help lists them: before
    that nothing heavy need be imported.  Of a list, with commas, the last one is completed.
    Where a file does as well, those that end in `suffix` are offered.
    """

    def __init__(
        self,
        name: str,
        words: Callable[[], Words],
        *,
        several: bool = False,
        suffix: str | None = None,
    ) -> None:
        self.name = name
        self.words = words
        self._several, self._suffix = several, suffix

    def shell_complete(
        self,
        ctx: click.Context,  # noqa: ARG002
        param: click.Parameter,  # noqa: ARG002
        incomplete: str,
    ) -> list[Item]:
        """Return the words that begin so, and files where they may be meant."""
        head, comma, last = incomplete.rpartition(",") if self._several else ("", "", incomplete)
        before = head.split(",")
        words = {word: about for word, about in self.words().items() if word not in before}
        found = list(_items(words, last, head + comma))
        if self._suffix is None:
            return found
        if not found:
            return [_item(incomplete, type="file")]
        found_here = sorted(Path().glob(f"*{self._suffix}"))
        here = (path.name for path in found_here if path.name.isprintable())
        return [*found, *_items(dict.fromkeys(here), incomplete)]


class PlaceParam(ParamType):
    """A path, which a shell completes as it does paths; `kind` is ``"file"`` or ``"dir"``."""

    def __init__(self, name: str, kind: str = "file") -> None:
        self.name = name
        self._kind = kind

    def shell_complete(
        self,
        ctx: click.Context,  # noqa: ARG002
        param: click.Parameter,  # noqa: ARG002
        incomplete: str,
    ) -> list[Item]:
        """Leave it to the shell."""
        return [_item(incomplete, type=self._kind)]


def _items(words: Words, start: str, before: str = "") -> Iterator[Item]:
    return (_item(before + w, help=about) for w, about in words.items() if w.startswith(start))


def _item(value: str, **facts: Any) -> Item:
    from click.shell_completion import CompletionItem

    return CompletionItem(value, **facts)


def _views() -> Words:
    from tcviz.cli.asking import ALL
    from tcviz.views import VIEWS

    return {**{name: view.about for name, view in VIEWS.items()}, ALL: "all that can be drawn"}


def _themes() -> Words:
    from tcviz.scene import theme

    return {**_presets(), theme.AUTO: "light or dark, as a reader prefers: in SVG"}


def _presets() -> Words:
    from tcviz.scene import theme

    return {name: theme.about(name) for name in theme.presets()}


def _moving() -> Words:
    from tcviz.export import FORMATS

    return {key: form.name for key, form in FORMATS.items()}


def _still() -> Words:
    from tcviz.export.stills import STILLS

    return {key: form.name for key, form in STILLS.items()}


def _shells() -> Words:
    from tcviz.cli.shells import SHELLS

    return dict.fromkeys(SHELLS)


def only(name: str, words: Iterable[str]) -> Chosen:
    """Return a type of which all words are known at once."""
    return Chosen(name, lambda: dict.fromkeys(words))


WHOLE = Spelled("N", spelling.whole)
CHANNEL = Spelled("N|all", spelling.channel, "all")
DIMS = Spelled("1|2|3", spelling.whole, "1", "2", "3")
NUMBER = Spelled("X", spelling.number)
SIZES = Spelled("N|NxM", spelling.sizes)
PADDING = Spelled("N|NxM|N:NxM:M|WORD", spelling.padding, *WORDS)
CANVAS = Spelled("WxH[in|cm]", spelling.canvas_size)
VIEW = Chosen("NAME,...|all", _views, several=True)
THEME = Chosen("NAME|FILE", _themes, suffix=".toml")
PRESET = Chosen("NAME", _presets)
MOVING = Chosen("NAME", _moving)
STILL = Chosen("NAME", _still)
SHELL = Chosen("bash|zsh|fish", _shells)
STEPS = only("all|N-M,...", ("all",))
FILE = PlaceParam("FILE")
FOLDER = PlaceParam("DIR", "dir")
