"""Print the oldest version that is declared of each package, as pip takes constraints.

``python tests/tools/lower_bounds.py > constraints.txt``
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

EXTRAS = "dask", "pptx", "watch"
"""Those that a user installs and that cost little; PyTorch is tested in the version that CI has."""
DECLARED = re.compile(r"([\w.-]+)(?:\[[\w,-]+\])?>=([\w.]+)")


def lower_bounds(project: Path) -> Iterator[str]:
    """Yield a constraint for each dependency of a pyproject.toml; each must have a bound."""
    declared = tomllib.loads(project.read_text(encoding="utf-8"))["project"]
    optional = declared["optional-dependencies"]
    for each in (
        *declared["dependencies"],
        *(name for extra in EXTRAS for name in optional[extra]),
    ):
        found = DECLARED.fullmatch(each)
        if not found:
            raise SystemExit(f"{each!r} has no lower bound, or other than one")
        yield "{}=={}".format(*found.groups())


if __name__ == "__main__":
    root = Path(__file__).parents[2]
    print(*lower_bounds(root / "pyproject.toml"), sep="\n")  # noqa: T201
