"""The benches measure what a process takes itself, and would show it if that grew."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

BENCH = Path(__file__).parent / "bench"
SLACK = 20_000
"""Kilobytes by which two runs of one small program may differ."""
MEGABYTE = 1_000_000

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="the benches read Linux's figures"
)


@pytest.fixture(scope="module")
def measuring() -> ModuleType:
    spec = importlib.util.spec_from_file_location("measuring", BENCH / "measuring.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def keeping(megabytes: int) -> list[str]:
    """Return a command that keeps so much, as one that leaks would."""
    return [sys.executable, "-c", f"kept = [b'x' * {MEGABYTE} for _ in range({megabytes})]"]


def test_a_large_process_measures_a_small_one_as_small(measuring: ModuleType) -> None:
    _, before = measuring.run(keeping(0))
    ballast = b"x" * (300 * MEGABYTE)
    _, after = measuring.run(keeping(0))
    assert len(ballast) == 300 * MEGABYTE
    assert abs(after - before) < SLACK


def test_a_process_that_keeps_what_it_makes_shows_it(measuring: ModuleType) -> None:
    (_, few), (_, many) = (measuring.run(keeping(megabytes)) for megabytes in (1, 200))
    assert many - few == pytest.approx(199_000, abs=SLACK)
    ratio = float(measuring.growth(few, many).split()[0])
    assert ratio > 2, "a budget of 1.2 would be missed"


def test_a_process_that_still_runs_is_measured_by_its_highest_point(
    measuring: ModuleType,
) -> None:
    script = f"kept = b'x' * {200 * MEGABYTE}; del kept; print(flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        peak = measuring.peak_of(process.pid)
        process.communicate(b"\n")
    assert 200_000 - SLACK < peak < 300_000


def test_a_command_that_fails_is_no_measurement(measuring: ModuleType) -> None:
    with pytest.raises(SystemExit, match="failed"):
        measuring.run([sys.executable, "-c", "raise SystemExit(3)"])
