"""Run a command, and print its seconds and its peak memory in kilobytes.

    python -I -S launcher.py COMMAND ...

The system counts the peak of whoever starts a process as that process's own, so a large one
would hide what a command takes.  This program is small, and starts it in the large one's place.
"""

import os
import sys
from time import perf_counter

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # what is installed was compiled once
start = perf_counter()
silent = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=silent)
_, status, usage = os.wait4(child, 0)
print(perf_counter() - start, usage.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status) != 0)
