"""What a worker does on this machine: it renders what it is sent, while anybody waits for it."""

from __future__ import annotations

import os
import signal
from multiprocessing import parent_process
from multiprocessing.connection import Connection, wait
from threading import Thread
from time import sleep

from tcviz.files import endings, reading
from tcviz.gallery.render import render

GRACE = 3.0
"""Seconds for cleaning up where nobody waits any more."""


def work(pipe: Connection) -> None:
    """Say that it is ready, and render what comes through the pipe until it closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt means
    endings.listen({"SIGTERM": ""})
    Thread(target=_watch, daemon=True).start()
    try:
        pipe.send(None)
        with reading.no_settings():
            while True:
                pipe.send(render(pipe.recv()))
    except (EOFError, OSError):  # nobody waits any more
        return


def _watch() -> None:
    """End this process when the one that started it has ended, however that happened."""
    parent = parent_process()
    if parent is None:
        return
    wait([parent.sentinel])
    os.kill(os.getpid(), signal.SIGTERM)
    sleep(GRACE)
    os._exit(1)
