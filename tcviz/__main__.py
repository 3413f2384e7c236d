"""The program: ``tcviz``, and ``python -m tcviz``, which is the same.

It is imported again by each process of a gallery: what it does, it does when it is called.
"""

from __future__ import annotations

INTERRUPTED = 130
GARBAGE = 200_000
"""Objects that may be made before Python looks for circles among them: modules and frames make
many and hardly any circle, and one look at a picture's takes a twentieth of its time."""
THREADS = "OPENBLAS_NUM_THREADS"
"""How many threads NumPy multiplies matrices with: pictures' are small, and all that would wait
for one take longer to start than a picture is drawn in."""

try:
    from tcviz.files import endings
except KeyboardInterrupt:  # nobody listens yet
    raise SystemExit(INTERRUPTED) from None

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run the program: one line on standard error and an exit status if it fails."""
    try:
        ending = endings.listen(endings.SIGNALS)  # before all that takes time to import
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
    raise SystemExit(ending.run(lambda: _work(args)))


def _work(args: Sequence[str] | None) -> int:
    """Return the exit status of a command line, by default of this process's own."""
    import atexit
    import gc
    import os
    import sys

    from tcviz.files import streams

    gc.set_threshold(GARBAGE)
    atexit.register(gc.freeze)  # the system takes all back at once: no last look for circles
    os.environ.setdefault(THREADS, "1")

    streams.prepare()  # before anything opens a file
    from tcviz import cli

    return cli.run(sys.argv[1:] if args is None else args)


if __name__ == "__main__":
    main()
