"""The standard streams, any of which may be closed: then the program does its work all the same."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO


def prepare() -> None:
    """Leave no standard stream's number to a file, and no letter that a terminal cannot show."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:  # closed: the lowest free number is this one
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="replace")  # a terminal may know neither × nor −


def is_terminal(stream: TextIO | None) -> bool:
    """Return whether somebody looks on; Python has None in place of a closed stream.

    >>> is_terminal(None)
    False
    """
    return stream is not None and stream.isatty()
