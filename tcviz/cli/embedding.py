"""What to paste where a page shows a picture, and the files beside it that this needs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from tcviz.cli import asking
from tcviz.errors import RequestError, complaint

if TYPE_CHECKING:
    from tcviz.api import Animation, Figure
    from tcviz.api.picture import Picture
    from tcviz.export import FileFormat
    from tcviz.export.embed import EmbeddedFile, EmbeddedPicture
    from tcviz.export.stills import AnyFormat

P = TypeVar("P", bound="Picture")
SCHEMES = {"light": "dark", "dark": "light"}
"""The theme that is made, too, for readers who prefer it."""


def check(kind: str | None, form: AnyFormat, output: str | None) -> None:
    """Raise RequestError if a page cannot show the format, or there is no file."""
    if kind is None:
        return
    if not form.element:
        from tcviz.export.embed import ELEMENTS

        allowed = f"with what a page shows: {', '.join(ELEMENTS)}"
        raise RequestError(complaint("embed", f"asked for with {form.key}", allowed))
    if output == asking.STDOUT:
        raise RequestError(complaint("embed", "asked for with -o -", "where a file is written"))


class FilesBeside(NamedTuple):
    """The files beside one: of the other `scheme`, and stills for readers who want no motion."""

    target: Path
    form: AnyFormat
    scheme: str | None = None
    stills: bool = False

    @property
    def other(self) -> Path | None:
        """The file of the other scheme, if there is one."""
        return self._named(f"-{self.scheme}") if self.scheme else None

    @property
    def sources(self) -> list[EmbeddedFile]:
        """All files, those for fewest readers first."""
        from tcviz.export.embed import EmbeddedFile

        found = [EmbeddedFile(self.target)]
        if self.other:
            found.append(EmbeddedFile(self.other, self.scheme))
        if self.stills:
            found.append(EmbeddedFile(self._named("-still", ".png"), still=True))
        if self.stills and self.other and self.form.element != "video":  # before which stands one
            still = self._named(f"-{self.scheme}-still", ".png")
            found.append(EmbeddedFile(still, self.scheme, still=True))
        return found[::-1]

    @property
    def targets(self) -> list[Path]:
        """Where they go."""
        return [source.path for source in self.sources]

    def _named(self, tail: str, suffix: str | None = None) -> Path:
        return self.target.with_name(f"{self.target.stem}{tail}{suffix or self.target.suffix}")


def beside(picture: Picture, target: Path, form: AnyFormat, *, stills: bool = False) -> FilesBeside:
    """Return the files beside a picture's."""
    return FilesBeside(target, form, _other(picture, form), stills)


def _other(picture: Picture, form: AnyFormat) -> str | None:
    """Return the scheme that a picture is made in, too; a page of its own has both."""
    from tcviz.scene import theme

    alone = form.element != "iframe"
    return SCHEMES.get(theme.name_of(picture.look.theme)) if alone else None


def beside_each(
    groups: Sequence[Sequence[Animation]], targets: Sequence[Path | None], form: FileFormat
) -> list[FilesBeside]:
    """Return the files beside those of animations; what cannot be written is refused."""
    made = [beside(group[0], target, form, stills=form.framed)
            for group, target in zip(groups, targets, strict=True) if target]  # fmt: skip
    for one in made:
        for path in one.targets:
            asking.check(str(path))
    return made


def told(kind: str | None, shown: Iterable[EmbeddedPicture]) -> list[str]:
    """Return the lines to be pasted."""
    from tcviz.export.embed import html, markdown

    write = markdown if kind == "markdown" else html
    return [line for one in shown for line in write(one).split("\n")]


def in_theme(picture: P, name: str) -> P:
    """Return a picture in another theme."""
    from tcviz.scene import theme

    return replace(picture, look=replace(picture.look, theme=theme.load(name)))


def films(kind: str | None, form: FileFormat, animation: Animation) -> list[Animation]:
    """Return what has a file of its own: an animation, and it in the other theme if it is shown."""
    scheme = _other(animation, form) if kind else None
    return [animation, in_theme(animation, scheme)] if scheme else [animation]


def add_to_film(animation: Animation, files: FilesBeside) -> None:
    """Write the files beside an animation's."""
    from tcviz.files.writing import whole_file

    for source in files.sources:
        shown = in_theme(animation, source.scheme) if source.scheme else replace(animation)
        if source.still:
            with whole_file(source.path) as file:
                file.write(shown.poster())
        elif source.scheme:
            shown.save(source.path, files.form.key)


def add_to_stills(figure: Figure, files: FilesBeside) -> None:
    """Write a figure once more, in the other theme."""
    if files.other and files.scheme:
        in_theme(figure, files.scheme).save(files.other, files.form.key)


def film(animation: Animation, files: FilesBeside, captions: Path | None) -> EmbeddedPicture:
    """Return what a page is to show of an animation, or of a page of its own."""
    from tcviz.export.embed import EmbeddedPicture

    size = _in_css(animation, animation.size)
    return EmbeddedPicture(files.form.element, files.sources, size, animation.alt, captions)


def stills(figure: Figure, files: FilesBeside, size: tuple[int, int]) -> list[EmbeddedPicture]:
    """Return what a page is to show of each still of a figure."""
    from tcviz.export.embed import EmbeddedFile, EmbeddedPicture
    from tcviz.export.stills import still_format

    form, box = still_format(files.form.key), _in_css(figure, size)
    own = figure.targets(files.target, form)
    others = figure.targets(files.other, form) if files.other else []
    shown = []
    for number, path in enumerate(own):
        dark = [EmbeddedFile(others[number], files.scheme)] if others else []
        whole = figure.fragments or figure.picks is None
        alone = figure if whole else replace(figure, picks=[(figure.picks or [])[number]])
        shown.append(
            EmbeddedPicture(files.form.element, [*dark, EmbeddedFile(path)], box, alone.alt)
        )
    return shown


def _in_css(picture: Picture, size: tuple[int, int]) -> tuple[int, int]:
    """Return a size in pixels of CSS: a sharper picture is no larger."""
    width, height = (max(1, round(side / picture.look.scale)) for side in size)
    return width, height
