"""Names of items: made from templates, kept inside the folder, each used once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from string import Formatter
from unicodedata import normalize

from tcviz.errors import LONGEST_VALUE, RequestError, complaint, did_you_mean, quoted
from tcviz.errors.oneline import seen
from tcviz.files.writing import identity
from tcviz.gallery import manifest, places
from tcviz.gallery.problems import Problem, SpecPlace
from tcviz.scene.frozen import frozen

RESERVED = ("index.html", "index.json")
"""What the gallery writes beside the items."""
LONGEST = 180
"""Bytes of a name; systems take 255 with what is added."""
_SHORT = {
    "kernel_size": "k",
    "stride": "s",
    "padding": "p",
    "output_padding": "op",
    "dilation": "d",
    "groups": "g",
    "input_size": "n",
}


@frozen
class Claim:
    """What an item, whose table is at `where`, wants to write.

    Several of one sweep have one place; `unsaid` are the fields that would tell them apart.
    """

    where: SpecPlace
    name: str
    paths: Sequence[str]
    unsaid: Sequence[str] = ()

    def wrong(self, path: str, allowed: str, hint: str | None = None) -> Problem:
        """Return the problem of one of its files."""
        told = complaint("name", f"{quoted(self.name)}, file {quoted(path)}", allowed, hint=hint)
        return Problem(f"{self.where.words}: {told}", self.where.line)

    def clash(self, path: str, other: SpecPlace) -> Problem:
        """Return the problem of a file that is another item's."""
        if other != self.where:
            return self.wrong(path, f"one of its own, {other} writes this")
        fields = " or ".join(f"{{{name}}}" for name in self.unsaid)
        return self.wrong(path, "one for each combination", f"add {fields}" if fields else None)


_WRONG = re.compile(r'[\\<>:"|?*]')


def template(axes: Iterable[str]) -> str:
    """Return the template of a sweep that gives none: what varies, in its order.

    >>> template(["view", "kernel_size", "stride", "format"])
    '{view}-k{kernel_size}-s{stride}'
    """
    parts = [_SHORT.get(key, "" if key == "view" else f"{key}-") + f"{{{key}}}" for key in axes
             if key != "format"]  # fmt: skip
    return "-".join(parts) or "sweep"


def filled(text: str, values: dict[str, str]) -> str:
    """Return a template with its fields filled in.

    Raises
    ------
    RequestError
        If it is no template, or has fields that nothing is known of.

    >>> filled("{view}-s{stride}", {"view": "matrix", "stride": "2"})
    'matrix-s2'
    """
    try:
        parts = list(Formatter().parse(text))
    except ValueError as error:
        raise RequestError(complaint("name", quoted(text), f"a template: {error}")) from None
    for _, name, spec, conversion in parts:
        if name is not None and (name not in values or spec or conversion):
            known = ", ".join(f"{{{v}}}" for v in values) or "no fields"
            hint = did_you_mean(name, values) if name not in values else None
            raise RequestError(complaint("name", quoted(text), f"with {known}", hint=hint))
    return "".join(
        literal + ("" if name is None else _in_a_name(values[name]))
        for literal, name, _, _ in parts
    )


def _in_a_name(value: str) -> str:
    """Return a value as a part of a file's name; only a template makes folders."""
    return re.sub(r'[\\/<>"|?*\s]+', "-", value.replace(":", "."))


def checked(name: str) -> str:
    """Return a name that stays inside the folder.

    Raises
    ------
    RequestError
        If it would leave the folder, is hidden, or no system takes it.

    >>> checked("views/matrix")
    'views/matrix'
    """
    parts = name.split("/")
    if name.startswith("/") or ".." in parts:
        raise RequestError(complaint("name", quoted(name), "a name inside the folder"))
    wrong = (
        not all(parts)
        or name != name.strip()
        or _WRONG.search(name)
        or not name.isprintable()
        or len(name.encode(errors="replace")) > LONGEST
    )
    if wrong or any(part.startswith(".") or part.endswith((".", " ")) for part in parts):
        allowed = f"letters, digits and -, up to {LONGEST}, no leading dot, / for folders"
        raise RequestError(complaint("name", quoted(name), allowed))
    return name


def clashes(claims: Sequence[Claim]) -> list[Problem]:
    """Return the problem of every item that would write another one's file.

    >>> one, other = (Claim(SpecPlace("item 'a'", n), "a", ["a.gif"]) for n in (3, 7))
    >>> clashes([one, other])[0].told("g.toml").partition("allowed: ")[2]
    "one of its own, item 'a' of line 3 writes this"
    """
    owners: dict[str, tuple[int, SpecPlace]] = dict.fromkeys(RESERVED, (-1, SpecPlace("the index")))
    problems = []
    for number, claim in enumerate(claims):
        for path in claim.paths:
            # Some systems do not tell A from a, or é from its two parts.
            owner, whose = owners.setdefault(folded(path), (number, claim.where))
            if owner != number:
                problems.append(claim.clash(path, whose))
                break
    folders = {folded(str(f)) for c in claims for path in c.paths for f in _above(path)}
    own = [Claim(SpecPlace("index"), name, [name]) for name in RESERVED]
    return problems + [
        claim.wrong(path, "one that is no folder of another item")
        for claim in [*claims, *own]
        for path in claim.paths
        if folded(path) in folders
    ]


def overwritten(claims: Sequence[Claim], folder: Path, read: Mapping[str, Path]) -> list[Problem]:
    """Return the problem of every file that would take the place of one that is `read`."""
    sources = {identity(path): given for given, path in read.items()}
    sources.pop(None, None)
    own = [Claim(SpecPlace("index"), name, [name]) for name in (*RESERVED, manifest.NAME)]
    return [
        claim.wrong(path, f"another name: this is the file of {seen(whose, LONGEST_VALUE)}")
        for claim in [*claims, *own]
        for path in claim.paths
        if (whose := sources.get(identity(folder / path)))
    ]


def _of(folder: Path) -> str:
    return f"files of {seen(str(folder), LONGEST_VALUE)}"


def _above(path: str) -> Sequence[PurePosixPath]:
    return PurePosixPath(path).parents[:-1]


def folded(path: str) -> str:
    """Return what two paths have in common that may be one file.

    >>> folded("Matrix.GIF")
    'matrix.gif'
    """
    return normalize("NFC", path).casefold()


def misplaced(claims: Sequence[Claim], folder: Path) -> list[Problem]:
    """Return the problem of every file that cannot have its place in the folder."""
    problems = []
    for claim in claims:
        for path in claim.paths:
            wrong = places.fault(folder, path)
            if wrong:
                problems.append(claim.wrong(f"{path}, {wrong}", _of(folder)))
                break
    own = [(path, places.fault(folder, path)) for path in (*RESERVED, manifest.NAME)]
    return problems + [
        Problem(f"index: {complaint('file', f'{quoted(path)}, {wrong}', _of(folder))}")
        for path, wrong in own
        if wrong
    ]
