"""Measure the budgets of pages: their bytes, and the time to the first picture in Chromium.

    python tests/bench/bench_page.py [LOADS]

A page is loaded so many times in a fresh tab of a headless browser; printed is the median
time from the start of the navigation until a frame with the picture in it has been painted.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tcviz.api import animate, pages

BUDGETS: dict[str, tuple[dict[str, Any], Sequence[str], int]] = {
    "the article's example": (
        {"stride": 2, "padding": 1}, ("distribution",), 150_000,
    ),
    "the article's example, both views": (
        {"stride": 2, "padding": 1}, ("distribution", "collection"), 150_000,
    ),
    "16×16 input, 5×5 kernel": (
        {"input_size": 16, "kernel_size": 5}, ("distribution",), 1_000_000,
    ),
    "16×16 input, 5×5 kernel, both views": (
        {"input_size": 16, "kernel_size": 5}, ("distribution", "collection"), 1_000_000,
    ),
}  # fmt: skip
"""What is shown, in which views, and how many bytes it may take."""
MILLISECONDS = 300
WATCH = """new MutationObserver((_, watching) => {
  if (!document.querySelector('#stage svg')) return;
  watching.disconnect();
  requestAnimationFrame(() => setTimeout(() => { window.painted = performance.now(); }));
}).observe(document, { childList: true, subtree: true });"""
"""A frame's task ends before what it drew is painted; the next task comes after."""


def first_picture(browser: Browser, path: Path) -> float:
    """Return milliseconds from the start of a navigation to the first picture."""
    with browser.new_context() as context:
        page = context.new_page()
        page.add_init_script(WATCH)
        page.goto(path.as_uri())
        page.wait_for_function("window.painted")
        return float(page.evaluate("window.painted"))


def measured(browser: Browser, folder: Path, name: str, loads: int) -> str:
    options, views, budget = BUDGETS[name]
    path = folder / "page.html"
    path.write_text(pages.html([animate(view=view, **options) for view in views]))
    size = path.stat().st_size
    times = [first_picture(browser, path) for _ in range(loads + 1)][1:]  # the first one warms up
    return (
        f"{name}: {size:,} bytes (at most {budget:,}); first picture after "
        f"{statistics.median(times):.0f} ms, {min(times):.0f} to {max(times):.0f} "
        f"(at most {MILLISECONDS}; load {os.getloadavg()[0]:.1f})"
    )


def main(loads: int = 9) -> None:
    program = shutil.which("chromium") or shutil.which("google-chrome")
    alone = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as driver, tempfile.TemporaryDirectory() as folder:
        browser = driver.chromium.launch(executable_path=program, args=alone)
        for name in BUDGETS:
            print(measured(browser, Path(folder), name, loads), flush=True)
        browser.close()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
