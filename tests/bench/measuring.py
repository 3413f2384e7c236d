"""What the benches measure processes with: seconds, and peaks of memory that are their own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

LAUNCHER = [sys.executable, "-I", "-S", str(Path(__file__).with_name("launcher.py"))]


def run(command: Sequence[str]) -> tuple[float, int]:
    """Return seconds and peak kilobytes of a whole process, whatever this one takes."""
    launched = subprocess.run([*LAUNCHER, *command], stdout=subprocess.PIPE, text=True, check=False)
    if launched.returncode:
        raise SystemExit(f"{command} failed")
    seconds, kilobytes = launched.stdout.split()
    return float(seconds), int(kilobytes)


def peak_of(process: int) -> int:
    """Return the peak kilobytes so far of a process that still runs, by its number.

    It is that of its program, counted from where it began.
    """
    status = Path(f"/proc/{process}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))


def growth(few: int, many: int) -> str:
    """Return how much larger one peak is than another, and both in megabytes."""
    return f"{many / few:.2f} ({few / 1e3:.0f} and {many / 1e3:.0f} MB)"
