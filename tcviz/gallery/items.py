"""An item of a gallery: one picture that is asked for, and the files that it becomes."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from dataclasses import field, replace
from functools import cached_property
from hashlib import sha256
from typing import Any

from tcviz import __version__
from tcviz.api import Animation, Figure, WebPage, animate, figure, page
from tcviz.effort.loads import duration
from tcviz.effort.pictures import of_picture
from tcviz.errors.notes import told_to
from tcviz.export import FORMATS
from tcviz.export.embed import ELEMENTS
from tcviz.export.stills import STILLS, still_format
from tcviz.gallery.keys import words
from tcviz.request.options import NAMED
from tcviz.scene.faces import Font
from tcviz.scene.frozen import frozen
from tcviz.scene.theme import Theme

POSTERS = "posters"
"""Where stills lie that only the index shows."""


@frozen(eq=False)
class Item:
    """One picture: its name, what makes it, and with which options.

    `options` are as in the Python face, `arrays` those that were given, by name; `typed`
    is what the spec said, for the command that makes the same.
    """

    name: str
    command: str
    format: str
    options: dict[str, Any]
    arrays: dict[str, Any] = field(default_factory=dict)
    typed: dict[str, Any] = field(default_factory=dict)

    def __getstate__(self) -> dict[str, Any]:
        """Travel light: a worker makes the picture itself."""
        light = self.__dataclass_fields__.keys()
        return {name: value for name, value in self.__dict__.items() if name in light}

    @property
    def path(self) -> str:
        """The file that is asked for, relative to the folder."""
        return f"{self.name}.{self.format}"

    @property
    def is_page(self) -> bool:
        """Whether it is a page, which may have several views."""
        return self.command == "animate" and FORMATS[self.format].pages

    def make(self, tell: Callable[[str], Any] = str) -> Animation | Figure | WebPage:
        """Return the picture anew: one that has drawn something keeps its numbers.

        `tell` hears what is noted of it; when it is drawn, that has been told already.
        """
        with told_to(tell):
            return self._made()

    def _made(self) -> Animation | Figure | WebPage:
        arrays = {NAMED[name].keyword: array for name, array in self.arrays.items()}
        options = arrays | self.options
        if self.command == "figure":
            return figure(**options)
        if not self.is_page:
            return animate(**options)
        each = [options | {"view": view} for view in self.views]
        return page(*(replace(animate(**said), command=self.line) for said in each))

    @property
    def views(self) -> tuple[str, ...]:
        """The views that it shows; only a page has several."""
        said = self.options.get("view", NAMED["view"].default)
        return said if isinstance(said, tuple) else (said,)

    @property
    def asked(self) -> Animation | Figure | WebPage:
        """What will be written; nothing is computed yet."""
        return self._noted[0]

    @property
    def notes(self) -> list[str]:
        """What is noted of it: what was probably not meant so, in its format if it is checked."""
        return [*self._noted[1]]

    @cached_property
    def _noted(self) -> tuple[Animation | Figure | WebPage, dict[str, None]]:
        notes: dict[str, None] = {}
        return self.make(notes.setdefault), notes

    @property
    def picture(self) -> Animation | Figure:
        """The picture, to be asked for facts; of a page its first."""
        return self.asked.animations[0] if isinstance(self.asked, WebPage) else self.asked

    @cached_property
    def paths(self) -> list[str]:
        """The files that its command writes, relative to the folder."""
        if not isinstance(self.asked, Figure):
            return [self.path]
        targets = self.asked.targets(self.path, still_format(self.format))
        return [target.as_posix() for target in targets]

    @property
    def poster(self) -> str | None:
        """The still of what a page cannot show by itself, relative to the folder."""
        return None if ELEMENTS.get(self.format) == "img" else f"{POSTERS}/{self.path}.png"

    @property
    def written(self) -> list[str]:
        """All files that the gallery writes for it: its own, and a still if it needs one."""
        return [*self.paths, self.poster] if self.poster else self.paths

    def check(self) -> None:
        """Raise RequestError if the picture, its format, or its poster cannot be made."""
        with told_to(self._noted[1].setdefault):
            self._check()

    def _check(self) -> None:
        if self.poster:
            self.picture.check_letters()
        if isinstance(self.asked, Figure):
            self.asked.check(STILLS[self.format])
        elif isinstance(self.asked, Animation):
            self.asked.check(FORMATS[self.format])
        else:
            for animation in self.asked.animations:
                animation.check(FORMATS[self.format])
            self.asked.check()

    @property
    def cost(self) -> int:
        """About how long it takes, to begin with what takes longest."""
        return duration(of_picture(self.picture.effort(self.format)))

    @cached_property
    def digest(self) -> str:
        """A hash of all that its bytes depend on."""
        known = sha256(f"{__version__} {self.command} {self.path} ".encode())
        known.update(json.dumps(self.options, default=_plain, sort_keys=True).encode())
        for name, array in sorted(self.arrays.items()):
            known.update(f" {name} {array.dtype} {array.shape} ".encode() + array.tobytes())
        if self.poster:
            known.update(self.poster.encode())
        if self.is_page:  # they say how they were made
            known.update(self.line.encode(errors="replace"))
        return known.hexdigest()

    @property
    def line(self) -> str:
        """The command that makes the same files, typed where those that it reads lie."""
        return shlex.join(["tcviz", self.command, *words(self.typed), "-o", self.path])


def _plain(value: Any) -> str:
    if isinstance(value, Theme):
        return repr(value)
    if isinstance(value, Font):  # wherever it lies
        return value.digest
    raise TypeError(f"no digest of {type(value)}")
