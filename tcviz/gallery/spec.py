"""Read a spec: TOML to items, with every problem told at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from math import prod
from pathlib import Path
from string import Formatter
from typing import Any

from tcviz.errors import RequestError, complaint, did_you_mean, quoted
from tcviz.files import reading
from tcviz.files.reading import ReadingError
from tcviz.gallery import making, naming
from tcviz.gallery.items import Item
from tcviz.gallery.keys import KEYS, shown, typed
from tcviz.gallery.making import Fault, Maker, Values
from tcviz.gallery.naming import Claim
from tcviz.gallery.problems import Problem, SpecPlace, headers, place
from tcviz.request.options import DEFAULT_FORMATS, DRAWING
from tcviz.scene import text
from tcviz.scene.frozen import frozen

SECTIONS = ("title", "defaults", "item", "sweep")
MAX_ITEMS = 10_000
"""Pictures of one spec; a page with more helps nobody."""


class SpecError(RequestError):
    """A spec with problems, one a line."""

    def __init__(self, path: Path, problems: Iterable[Problem]) -> None:
        super().__init__("\n".join(problem.told(path) for problem in problems))


@frozen
class Spec:
    """What a spec asks for; `skipped` are combinations of a sweep that make no output.

    `notes` are what was probably not meant, each with the places that it is said of.
    """

    title: str
    items: tuple[Item, ...]
    skipped: tuple[tuple[str, str], ...]
    notes: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class _Reader:
    """Gathers items and problems while a spec is read."""

    maker: Maker
    lines: dict[str, list[int]]
    defaults: Values = field(default_factory=dict)
    items: list[Item] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    wished: list[Claim] = field(default_factory=list)
    """Of items with problems: two of one name are told all the same."""
    skipped: list[tuple[str, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: dict[str, list[str]] = field(default_factory=dict)

    @property
    def of_defaults(self) -> SpecPlace:
        """Where the defaults are."""
        return SpecPlace("defaults", *self.lines.get("defaults", [])[:1])

    def tell(self, where: SpecPlace, problems: list[str]) -> None:
        """Note problems of one place."""
        self.problems += [Problem(f"{where.words}: {told}", where.line) for told in problems]

    def add(self, where: SpecPlace, own: Values, unsaid: Sequence[str] = ()) -> None:
        """Add an item; raise RequestError if its values make none."""
        item = self.maker.make(own, self.defaults)
        self.items.append(item)
        self.claims.append(Claim(where, item.name, item.written, unsaid))
        for words in item.notes:
            self.notes.setdefault(words, []).append(where.words)

    def faults(self, own: Values) -> list[Fault]:
        """Return what is wrong with an item, but not what is with the defaults: that is told."""
        faults = []
        for fault in self.maker.faults(own, self.defaults):
            if fault.is_of_value and fault.keys[0] not in own:
                self.tell(self.of_defaults, [str(fault)])
                del self.defaults[fault.keys[0]]
            else:
                faults.append(fault)
        return faults


def read(path: str | Path, folder: Path | None = None) -> Spec:
    """Return what a spec asks for; nothing is drawn.

    Raises
    ------
    SpecError
        If anything is wrong with it, or files could not have their places in `folder`;
        all of it is told.
    """
    source = Path(path)
    given, lines = _parsed(source)
    reader = _Reader(Maker(source.parent), lines)
    tables = sum(len(t) for t in map(given.get, ("item", "sweep")) if isinstance(t, list))
    if tables > MAX_ITEMS:  # before each of them is looked at
        raise SpecError(source, [Problem(_too_many(tables))])
    reader.problems += _sections(given, lines)
    reader.defaults = _defaults(reader, given.get("defaults", {}))
    for number, where, said in _tables(reader, given, "item"):
        _item(reader, number, where, said)
    for _, where, said in _tables(reader, given, "sweep"):
        _sweep(reader, where, said)
    title = given.get("title", source.parent.resolve().name)
    _check_whole(reader, title, folder, given="title" in given)
    if folder:
        read = reader.maker.read | {f"the spec, {quoted(source.name)}": source}
        reader.problems += naming.overwritten(reader.claims, folder, read)
    if reader.problems:
        raise SpecError(source, dict.fromkeys(reader.problems))
    return Spec(title, tuple(reader.items), tuple(reader.skipped), reader.notes)


def _check_whole(reader: _Reader, title: Any, folder: Path | None, *, given: bool) -> None:
    """Note what is wrong with the title, or with the items together."""
    if len(reader.items) > MAX_ITEMS:
        reader.problems.append(Problem(_too_many(len(reader.items))))
    reader.problems += naming.clashes(reader.claims + reader.wished)
    reader.problems += naming.misplaced(reader.claims, folder) if folder else []
    if not isinstance(title, str):
        reader.problems.append(Problem(complaint("title", shown(title), "text")))
    elif any(map(text.is_never_written, title.replace("\n", " "))):
        hint = None if given else "name another in the spec: this is the folder's"
        allowed = "letters that can be seen"
        reader.problems.append(Problem(complaint("title", quoted(title), allowed, hint=hint)))


def _parsed(source: Path) -> tuple[dict[str, Any], dict[str, list[int]]]:
    """Return what a spec says, and in which lines its tables begin."""
    try:
        text = reading.text(source, "TOML")
        return reading.toml(text), headers(text)
    except ReadingError as error:
        raise SpecError(source, [Problem(str(error))]) from error


def _sections(given: dict[str, Any], lines: dict[str, list[int]]) -> list[Problem]:
    known = ", ".join(SECTIONS)
    return [
        Problem(
            complaint("section", quoted(name), known, hint=did_you_mean(name, SECTIONS)),
            *lines.get(name, [])[:1],
        )
        for name in given
        if name not in SECTIONS
    ]


def _defaults(reader: _Reader, said: Any) -> Values:
    """Return the defaults that are well formed."""
    if not isinstance(said, dict):
        reader.problems.append(Problem(complaint("defaults", shown(said), "a table, [defaults]")))
        return {}
    values, problems = making.read(said)
    if values.pop("name", None) is not None:
        problems.append(complaint("key", "'name'", "in items and sweeps: each has its own"))
    reader.tell(reader.of_defaults, problems)
    return values


def _tables(
    reader: _Reader, given: dict[str, Any], section: str
) -> Iterator[tuple[int, SpecPlace, dict[str, Any]]]:
    """Yield the tables of ``[[item]]`` or ``[[sweep]]``, with their numbers and places."""
    tables = given.get(section, [])
    if isinstance(tables, list) and all(isinstance(table, dict) for table in tables):
        for number, said in enumerate(tables, start=1):
            where = place(reader.lines, section, number, len(tables), said.get("name"))
            yield number, where, said
        return
    what = "one table" if isinstance(tables, dict) else shown(tables)
    told = complaint(section, what, f"a list of tables, [[{section}]]")
    reader.problems.append(Problem(told))


def _item(reader: _Reader, number: int, where: SpecPlace, said: dict[str, Any]) -> None:
    """Add one item, or all that is wrong with it."""
    name = said.get("name")
    own, problems = making.read(said)
    complete = own.keys() == said.keys()
    if name is None:
        problems.append(complaint("name", "missing", "one for each item"))
    reader.tell(where, problems)
    own.setdefault("name", f"item-{number}")
    try:
        reader.add(where, own)
    except RequestError:
        form = (reader.defaults | own).get("format", DEFAULT_FORMATS["animate"])
        reader.wished.append(Claim(where, own["name"], [f"{own['name']}.{form}"]))
        for fault in reader.faults(own):
            if complete or not fault.is_of_layer:  # what is missing may be the reason
                reader.tell(where, [str(fault)])


@dataclass
class _Sweep:
    """A sweep that is read: `axes` vary, `bad` are values known to be wrong by themselves."""

    where: SpecPlace
    template: str
    fixed: Values
    axes: dict[str, list[Any]]
    bad: set[tuple[str, str]] = field(default_factory=set)

    @property
    def unsaid(self) -> list[str]:
        """What varies, but not in the names; a format is in the suffix."""
        told = {name for _, name, _, _ in Formatter().parse(self.template)}
        several = [name for name, values in self.axes.items() if len(values) > 1]
        return [name for name in several if name not in {*told, "format"}]

    def combinations(self, defaults: Values) -> Iterator[Values]:
        """Yield every combination's values, with its name.

        Raises
        ------
        RequestError
            If the template is none.
        """
        for combination in product(*self.axes.values()):
            own = self.fixed | dict(zip(self.axes, combination, strict=True))
            fields = {key: typed(value) for key, value in (defaults | own).items()}
            own["name"] = naming.filled(self.template, fields)
            own = {k: v for k, v in own.items() if not self._is_of_other(k, own, defaults)}
            if self.bad:  # told already, and the rest may have other faults
                own = {k: v for k, v in own.items() if (k, repr(v)) not in self.bad}
            yield own

    def _is_of_other(self, key: str, own: Values, defaults: Values) -> bool:
        """Return whether a key is for the other formats of a sweep over several."""
        if key in self.axes or KEYS[key].commands == DRAWING or "format" not in self.axes:
            return False
        forms = [own | {"format": form} for form in self.axes["format"]]
        commands = {making.command_of(values, defaults) for values in forms}
        mine = making.command_of(own, defaults)
        return mine not in KEYS[key].commands and not commands.isdisjoint(KEYS[key].commands)


def _sweep(reader: _Reader, where: SpecPlace, said: dict[str, Any]) -> None:
    """Add one item for each combination of the listed values."""
    sweep = _swept(reader, where, said)
    count = prod(map(len, sweep.axes.values()))
    if count > MAX_ITEMS:
        reader.tell(sweep.where, [_too_many(count)])
        return
    items, skipped, problems = len(reader.items), len(reader.skipped), len(reader.problems)
    try:
        for own in sweep.combinations(reader.defaults):
            _combination(reader, sweep, own)
    except RequestError as error:
        reader.tell(sweep.where, [str(error)])
    silent = (len(reader.items), len(reader.problems)) == (items, problems) and not sweep.bad
    if silent and len(reader.skipped) > skipped:
        reader.tell(sweep.where, [f"makes no output at all: {reader.skipped[-1][1]}"])


def _swept(reader: _Reader, where: SpecPlace, said: dict[str, Any]) -> _Sweep:
    """Return a sweep of the values that are well formed; the others are told."""
    axes = {k: v for k, v in said.items() if isinstance(v, list) and k in KEYS and k != "name"}
    fixed, problems = making.read({k: v for k, v in said.items() if k not in axes})
    values: dict[str, list[Any]] = {}
    for key, listed in axes.items():
        reads = [making.read({key: value}) for value in listed]
        values[key] = [value[key] for value, _ in reads if value]
        problems += [problem for _, wrong in reads for problem in wrong]
        if not listed:
            problems.append(complaint(key, "[]", "at least one value"))
    reader.tell(where, problems)
    return _Sweep(where, fixed.pop("name", naming.template(axes)), fixed, values)


def _combination(reader: _Reader, sweep: _Sweep, own: Values) -> None:
    """Add a combination's item, skip it where there is no such layer, or tell what is wrong."""
    where = replace(sweep.where, words=f"{sweep.where.words}, {quoted(own['name'])}")
    try:
        reader.add(where, own, sweep.unsaid)
    except RequestError as error:
        if making.is_impossible(error, reader.defaults | own):
            reader.skipped.append((own["name"], str(error)))
            return
        for fault in reader.faults(own):
            reader.tell(sweep.where if fault.is_of_value else where, [str(fault)])
            if fault.is_of_value and fault.keys != ("name",):
                sweep.bad.add((fault.keys[0], repr(own[fault.keys[0]])))


def _too_many(count: int) -> str:
    return complaint("spec", f"one of {count:,} pictures", f"up to {MAX_ITEMS:,}")
