"""What is wrong with a spec, and where: the lines of its tables, and one line for each problem."""

from __future__ import annotations

import re
from collections import defaultdict

from tcviz.errors import LONGEST_VALUE, quoted
from tcviz.errors.oneline import one_line, seen
from tcviz.scene.frozen import frozen

_HEADER = re.compile(
    r"^[ \t]*\[{1,2}[ \t]*[\"']?(\w+)[\"']?[ \t]*\]{1,2}[ \t]*(?:#.*)?$", re.MULTILINE
)


@frozen
class SpecPlace:
    """A table of a spec: what it is called, and the line of its header, if it has one."""

    words: str
    line: int | None = None

    def __str__(self) -> str:
        return self.words if self.line is None else f"{self.words} of line {self.line}"


@frozen
class Problem:
    """Something wrong, and the line from which it can be found."""

    words: str
    line: int | None = None

    def told(self, source: object) -> str:
        """Return it as one line, as compilers write it: editors jump there.

        >>> Problem("item 'a': stride is 0", 3).told("g.toml")
        "g.toml:3: item 'a': stride is 0"
        """
        file = seen(str(source), LONGEST_VALUE)
        where = file if self.line is None else f"{file}:{self.line}"
        return f"{where}: {one_line(self.words)}"


def headers(text: str) -> dict[str, list[int]]:
    r"""Return the lines of a spec's headers, by their name.

    What looks like a header within a longer text is one too: who asks must count.

    >>> dict(headers("[defaults]\nseed = 1\n[[item]]\n[[item]]"))
    {'defaults': [1], 'item': [3, 4]}
    """
    found: dict[str, list[int]] = defaultdict(list)
    line, seen = 1, 0
    for match in _HEADER.finditer(text):
        line, seen = line + text.count("\n", seen, match.start()), match.start()
        found[match[1]].append(line)
    return found


def place(
    lines: dict[str, list[int]], section: str, number: int, many: int, name: object
) -> SpecPlace:
    """Return where the table of a `number` from 1 is; of `many`, whose lines may be unknown.

    >>> print(place({"item": [3, 4]}, "item", 2, 2, "a"))
    item 'a' of line 4
    >>> print(place({}, "item", 2, 2, "a"))
    item 2, 'a'
    """
    known = lines.get(section, [])
    line = known[number - 1] if len(known) == many else None
    if not isinstance(name, str):
        return SpecPlace(f"{section} {number}", line)
    return SpecPlace(
        f"{section} {quoted(name)}" if line else f"{section} {number}, {quoted(name)}", line
    )
