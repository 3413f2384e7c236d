"""From what a table of a spec says to an item, or to everything that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import field
from pathlib import Path
from typing import Any, TypeAlias

from tcviz.errors import DataError, GeometryError, RequestError, complaint, did_you_mean, quoted
from tcviz.export import FORMATS
from tcviz.export.stills import STILLS
from tcviz.gallery import naming
from tcviz.gallery.items import Item
from tcviz.gallery.keys import CONTRADICTING, KEYS, is_several, shown
from tcviz.request.arrayfiles import load as load_array
from tcviz.request.arrayfiles import split
from tcviz.request.article import FIGURES
from tcviz.request.options import ARRAYS, ARTICLES, DEFAULT_FORMATS, DRAWING, NAMED
from tcviz.scene import faces, theme
from tcviz.scene.frozen import frozen
from tcviz.scene.typeset import is_plain

Values: TypeAlias = dict[str, Any]
ALLOWED = "options of animate and figure, with _ for -"
"""What a key may be: forty names help nobody who has one that is wrong."""


@frozen
class Fault:
    """Something wrong with an item, and the keys without which it would not be."""

    keys: tuple[str, ...]
    error: RequestError

    def __str__(self) -> str:
        words = str(self.error)
        named = not self.keys or any(_names(words, key) for key in self.keys)
        return words if named else f"{', '.join(self.keys)}: {words}"

    @property
    def is_of_value(self) -> bool:
        """Return whether one value is wrong by itself."""
        return len(self.keys) == 1 and not self.is_of_layer

    @property
    def is_of_layer(self) -> bool:
        """Return whether values that may each be right make no layer together."""
        return isinstance(self.error, GeometryError | DataError) and not {*ARRAYS} & {*self.keys}


def is_impossible(error: RequestError, said: Values) -> bool:
    """Return whether there is no such layer; numbers that do not fit it are another matter."""
    counts = isinstance(error, DataError) and not {*ARRAYS} & said.keys()
    return counts or isinstance(error, GeometryError)


def read(said: Values) -> tuple[Values, list[str]]:
    """Return the values that are well formed, and what is wrong with the others."""
    values, problems = {}, []
    for name, value in said.items():
        if name not in KEYS:
            hint = did_you_mean(name, KEYS)
            problems.append(complaint("key", quoted(name), ALLOWED, hint=hint))
            continue
        try:
            values[name] = KEYS[name].read(name, value)
        except RequestError as error:
            problems.append(str(error))
    return values, problems


@frozen
class Maker:
    """Makes items; arrays, themes and fonts are read once, from beside the spec."""

    folder: Path
    _arrays: dict[tuple[str, str, int | None], Any] = field(default_factory=dict)
    _themes: dict[str, theme.Theme] = field(default_factory=dict)
    _fonts: dict[str, faces.Font] = field(default_factory=dict)

    def make(self, own: Values, defaults: Values) -> Item:
        """Return the item of well-formed values; raise RequestError for the first fault."""
        form, command = _form(own, defaults)
        for name in own:
            if command not in KEYS[name].commands:
                what = f"{name!r} where {form} is made by {command}"
                raise RequestError(complaint("key", what, f"in items of {KEYS[name].commands[0]}"))
        unsaid = _needed({k: v for k, v in defaults.items() if command in KEYS[k].commands}, own)
        options = _one_direction(unsaid, own)
        if is_several(options.get("view")) and not (form in FORMATS and FORMATS[form].pages):
            allowed = "one, or several in html; [[sweep]] makes a picture of each"
            raise RequestError(complaint("view", shown(list(options["view"])), allowed))
        name = naming.checked(options.pop("name"))
        options.pop("format", None)
        options.pop("command", None)
        typed = dict(options)
        if "article" in options:
            options, typed = _of_article(options, own, command)
        dims = options.get("dims")
        arrays = {k: self._array(options.pop(k), k, dims) for k in ARRAYS if k in options}
        options["theme"] = self._theme(options.get("theme", NAMED["theme"].default))
        if "font" in options:
            options["font"] = self._font(options["font"])
        item = Item(name, command, form, options, arrays, typed)
        item.check()
        return item

    def faults(self, own: Values, defaults: Values) -> list[Fault]:
        """Return all that is wrong: what is at fault is left out, until the rest is right."""
        found: list[Fault] = []
        while True:
            error = self._error(own, defaults)
            if error is None:
                return found
            keys = self._culprits(own, defaults, error)
            found.append(Fault(keys, error))
            if not keys or {"name", "format", "command"} & {*keys}:
                return found
            own, defaults = _without(own, keys), _without(defaults, keys)

    def _error(self, own: Values, defaults: Values) -> RequestError | None:
        try:
            self.make(own, defaults)
        except RequestError as error:
            return error
        return None

    def _culprits(self, own: Values, defaults: Values, error: RequestError) -> tuple[str, ...]:
        """Return the keys without which there would be another error or none."""
        found = []
        for key in {**defaults, **own}:
            least = {"name": "a"} if key == "name" else {}
            other = self._error(_without(own, (key,)) | least, _without(defaults, (key,)))
            if str(other) != str(error):
                found.append(key)
        named = [key for key in found if _names(str(error), key)]
        return tuple(named or found)

    @property
    def read(self) -> dict[str, Path]:
        """The files that were read, by the key and the value that name each."""
        files = {
            f"{key} {spec!r}": split(str(self.folder / spec))[0] for spec, key, _ in self._arrays
        }
        themes = (name for name in self._themes if name.endswith(".toml"))
        files |= {f"font {name!r}": self.folder / name for name in self._fonts}
        return files | {f"theme {name!r}": self.folder / name for name in themes}

    def _array(self, spec: str, name: str, dims: int | None) -> Any:
        key = spec, name, dims
        if key not in self._arrays:
            self._arrays[key] = load_array(str(self.folder / spec), name, dims)
        return self._arrays[key]

    def _theme(self, name: str) -> theme.Theme:
        if name not in self._themes:
            where = str(self.folder / name) if name.endswith(".toml") else name
            self._themes[name] = theme.load(where)
        return self._themes[name]

    def _font(self, name: str) -> faces.Font:
        if name not in self._fonts:
            self._fonts[name] = faces.load(str(self.folder / name))
        return self._fonts[name]


def _names(words: str, key: str) -> bool:
    return re.search(rf"\b{key}\b", words) is not None


def _without(values: Values, keys: Iterable[str]) -> Values:
    return {k: v for k, v in values.items() if k not in keys}


def _needed(unsaid: Values, own: Values) -> Values:
    """Return defaults without what an item has no use for.

    That is a frame rate where nothing glides, and a font where no letter needs it.
    """
    said = unsaid | own
    idle = {
        "fps": not (said.get("transition") or said.get("cfr")),
        "font": is_plain(said.get("title", "")),
    }
    return _without(unsaid, [key for key, has_no_use in idle.items() if has_no_use])


def _one_direction(unsaid: Values, own: Values) -> Values:
    """Return defaults and own values, with ``transposed`` as the ``forward`` that it denies."""
    for values in (unsaid, own):
        if "forward" in values and "transposed" in values:
            raise RequestError(complaint("transposed", "said beside forward", "one of the two"))
    if {"forward", "transposed"} & own.keys():
        unsaid = _without(unsaid, ("forward", "transposed"))
    options = unsaid | own
    if "transposed" in options:
        options["forward"] = not options.pop("transposed")
    return options


def _form(own: Values, defaults: Values) -> tuple[str, str]:
    """Return the format, and which command makes it: that which is named, or that writes it."""
    said = defaults | own
    form = said.get("format", DEFAULT_FORMATS["animate"]).lower().removeprefix(".")
    known = list(dict.fromkeys([*FORMATS, *STILLS]))
    if form not in known:
        hint = did_you_mean(form, known)
        raise RequestError(complaint("format", quoted(form), ", ".join(known), hint=hint))
    command = said.get("command")
    if command is None:
        return form, _writer(form, own)
    if command not in DRAWING:
        hint = did_you_mean(command, DRAWING)
        raise RequestError(complaint("command", quoted(command), ", ".join(DRAWING), hint=hint))
    table = FORMATS.keys() if command == "animate" else STILLS.keys()
    if form not in table:
        raise RequestError(complaint("format", quoted(form), f"{', '.join(table)} with {command}"))
    return form, command


def command_of(own: Values, defaults: Values) -> str | None:
    """Return which command makes an item, or None where that is not clear."""
    try:
        return _form(own, defaults)[1]
    except RequestError:
        return None


def _writer(form: str, own: Values) -> str:
    """Return the command that writes a format; both write WebP, and PNG and SVG are stills."""
    if form not in STILLS:
        return "animate"
    still = any(KEYS[name].commands == ("figure",) for name in own)
    return "figure" if still or form not in FORMATS or form in ("png", "svg") else "animate"


def _of_article(options: Values, own: Values, command: str) -> tuple[Values, Values]:
    """Return an article's figure with what the spec says of its look, and how it is typed."""
    number = options.pop("article")
    if number not in FIGURES:
        raise RequestError(complaint("article", number, f"1 to {max(FIGURES)}"))
    against = [name for name in own if name in CONTRADICTING]
    if against:
        what = f"beside {', '.join(against)}"
        raise RequestError(complaint(f"article {number}", what, "its own numbers and view"))
    figure = dict(FIGURES[number])
    if command == "animate" or "step" in options or "steps" in options:
        figure.pop("step", None)
    look = _without(options, CONTRADICTING)
    by_number = number in ARTICLES[command]  # the others are typed by what they ask for
    return look | figure, {"article": number, **look} if by_number else look | figure
