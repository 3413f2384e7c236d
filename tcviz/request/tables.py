"""CSV as spreadsheets write it -> rows of numbers, each with the line that it stands in.

Between cells may stand ``;``, tabs, ``,`` or spaces; beside the first two a decimal comma is
one.  A first row of names, comments from ``#`` on, quotes and empty rows at the end are left
out.  What may mean two things is refused: a number that is read wrongly is worse than none.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from io import StringIO

from tcviz.scene.frozen import frozen

NAMES = {";": "';'", "\t": "tabs", ",": "','", " ": "spaces", "": ""}
"""What stands between cells, as errors call it; nothing in one column."""
LONGEST = 1000
"""Characters of a cell; no float64 needs so many."""

_QUOTED_OR_COMMENT = re.compile(r'"(?:[^"]|"")*"|#[^\r\n]*')
_AFTER_QUOTE = re.compile(r'(?<=") +(?=[;,\t\r\n]|\Z)')
_SAID = re.compile(r"sep=([;,\t])[ \t]*(?=[\r\n])", re.IGNORECASE)
_COMMA = re.compile(r"[+-]?[0-9]*,[0-9]+(?:[eE][+-]?[0-9]+)?\Z")
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+\Z")


class TableError(Exception):
    """Text that is no table, or might be two: what it is, and what is allowed."""

    def __init__(self, what: str, allowed: str) -> None:
        super().__init__(what, allowed)
        self.what, self.allowed = what, allowed


@frozen
class TableRow:
    """The cells of a row, and the number of its (last) line."""

    line: int
    cells: list[str]


@frozen
class Table:
    """Rows of equal length, of numbers or, where a cell is none, its text."""

    rows: list[list[object]]
    lines: list[int]
    delimiter: str

    def place(self, row: int, column: int) -> str:
        """Return where a cell stands, as errors say it."""
        return f" in line {self.lines[row]}, column {column + 1}{_apart(self.delimiter)}"


def table(text: str) -> Table:
    r"""Return what a text of CSV says.

    Raises
    ------
    TableError
        If rows differ in length, or something may mean two things.
    csv.Error
        If quotes are not closed.

    >>> table("a;b\n1,5;2\n").rows
    [[1.5, 2]]
    """
    text = text.removeprefix("\ufeff")
    said = _SAID.match(text)
    bare = _QUOTED_OR_COMMENT.sub(_without_comment, text[said.end() :] if said else text)
    commented = {n for n, (before, after) in enumerate(_lines(text, bare), 1) if before != after}
    delimiter = said[1] if said else _delimiter(bare)
    rows = [row for row in _rows(bare, delimiter) if any(row.cells) or row.line not in commented]
    rows = _below_names(_framed(rows), delimiter)
    comma = _has_decimal_commas(rows, delimiter)
    cells = [[number(_dotted(c) if comma else c) for c in row.cells] for row in rows]
    return Table(cells, [row.line for row in rows], delimiter)


def number(text: str) -> object:
    """Return the number that a cell holds, or else its text.

    >>> number("7"), number("1e3"), number("x")
    (7, 1000.0, 'x')
    """
    # 1_000 is a number in Python only
    if "_" in text or len(text) > LONGEST:
        return text
    for kind in (int, float):
        with suppress(ValueError):
            return kind(text)
    return text


def _without_comment(found: re.Match[str]) -> str:
    return "" if found[0].startswith("#") else found[0]


def _lines(*texts: str) -> Iterator[tuple[str, ...]]:
    """Yield the lines of several texts together."""
    return zip(*(re.split(r"\r\n|\r|\n", text) for text in texts), strict=True)


def _delimiter(text: str) -> str:
    """Return what stands between cells; a row of names counts only where it is alone."""
    unquoted = re.sub(r'"(?:[^"]|"")*"', lambda m: re.sub(r"[^\r\n]", "0", m[0]), text)
    filled = [(n, line.strip(" ")) for n, (line,) in enumerate(_lines(unquoted), 1)]
    filled = [(n, line) for n, line in filled if line.strip()]
    seen = {d: n for n, line in reversed(filled[1:] or filled) for d in ";\t," if d in line}
    if ";" in seen and "\t" in seen:
        semicolon, tab = seen[";"], seen["\t"]
        what = f"a table with ';' in line {semicolon} and tabs in line {tab}"
        raise TableError(what, "one of them between all cells")
    if seen:
        return next(d for d in ";\t," if d in seen)
    spaced = any(re.search(r"\S\s+\S", line) for _, line in filled[1:] or filled)
    return " " if spaced else ""


def _rows(text: str, delimiter: str) -> Iterator[TableRow]:
    """Yield all rows, also empty ones."""
    if delimiter == " ":
        text = "\n".join(" ".join(line.split()) for (line,) in _lines(text))
    text = _AFTER_QUOTE.sub("", text)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter or ",", strict=True,
                        skipinitialspace=True)  # fmt: skip
    yield from (TableRow(reader.line_num, [cell.strip() for cell in cells]) for cells in reader)


def _framed(rows: list[TableRow]) -> list[TableRow]:
    """Return rows without the empty ones around them, and the empty columns at their right."""
    full = [n for n, row in enumerate(rows) if any(row.cells)]
    rows = rows[full[0] : full[-1] + 1] if full else []
    while rows and all(len(row.cells) > 1 and not row.cells[-1] for row in rows if any(row.cells)):
        rows = [TableRow(row.line, row.cells[:-1]) for row in rows]
    if empty := next((row.line for row in rows if not any(row.cells)), None):
        raise TableError(f"a table whose line {empty} is empty", "one table: rows without a gap")
    return rows


def _below_names(rows: list[TableRow], delimiter: str) -> list[TableRow]:
    """Return rows of equal length, without a first one that holds names."""
    named = len(rows) > 1 and _are_names(rows[0].cells)
    if named and delimiter and not rows[0].cells[0]:
        what = f"a table whose first column has no name in line {rows[0].line}"
        raise TableError(what + _apart(delimiter), "numbers alone, or a name for each column")
    rows = rows[1:] if named else rows
    for row in rows:
        if len(row.cells) != len(rows[0].cells):
            what = f"a table whose line {row.line} ends at column {len(row.cells)}"
            allowed = f"column {len(rows[0].cells)}, as line {rows[0].line}"
            raise TableError(what + _apart(delimiter), allowed)
    return rows


def _are_names(cells: Sequence[str]) -> bool:
    """Return whether no cell is a number, nor several that stand apart in another way."""
    pieces = [piece.strip() for cell in cells for piece in re.split(r"[;,\t]", cell)]
    return not any(isinstance(number(piece), int | float) for piece in pieces)


def _has_decimal_commas(rows: Sequence[TableRow], delimiter: str) -> bool:
    """Return whether commas in cells are those of decimals; they may be of thousands."""
    places = [(cell, row.line) for row in rows for cell in row.cells]
    commas = [(cell, line) for cell, line in places if _COMMA.match(cell)]
    if not commas:
        return False
    cell, line = commas[0]
    dotted = next(((c, n) for c, n in places if "." in c and isinstance(number(c), float)), None)
    if dotted:
        what = f"a table with {cell!r} in line {line} and {dotted[0]!r} in line {dotted[1]}"
        raise TableError(what + _apart(delimiter), "one decimal sign, a point or a comma")
    if delimiter != ";" and all(_THOUSANDS.match(cell) for cell, _ in commas):
        what = f"a table with {cell!r} in line {line}, which is {cell.replace(',', '.')} or"
        what = f"{what} {cell.replace(',', '')}{_apart(delimiter)}"
        raise TableError(what, "a point for decimals, and nothing between thousands")
    return True


def _dotted(cell: str) -> str:
    return cell.replace(",", ".") if _COMMA.match(cell) else cell


def _apart(delimiter: str) -> str:
    return f", with {NAMES[delimiter]} between cells" if delimiter else ""
