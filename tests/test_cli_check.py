"""``tcviz check``: what it prints, and when it fails."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tcviz import cli
from tcviz.checks import engines
from tcviz.effort.engines import ENGINES

Run = Callable[..., tuple[int, str, str]]
OURS = ["distribution", "collection", "matrix", "fast"]
HEAD = ["largest difference", "output", *(f"gradient of {n}" for n in ("input", "weight", "bias"))]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs tcviz check here, without PyTorch: status, output, errors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(engines, "find_spec", lambda _: None)

    def run(*words: str) -> tuple[int, str, str]:
        status = cli.run(["check", *words])
        return status, *capsys.readouterr()

    return run


def table(out: str) -> dict[str, list[str]]:
    """Return the cells of each pair of engines."""
    lines = out.partition("\n\n")[0].splitlines()
    head, *rows = (re.split(r" {2,}", line.strip()) for line in lines)
    assert head == HEAD
    return {pair: cells for pair, *cells in rows}


@pytest.mark.parametrize(
    "words",
    [
        "",
        "-k 4 -s 2 -p 1",
        "-k 2x3x2 -s 2 --output-padding 1 -n 2x2x2 -p 1:0x1:1x0:0",
        "-k 5 -n 7x1 -p 2x0 -g 2 -d 2x1 --seed 3",
    ],
)
def test_all_engines_agree_exactly_on_a_layer_of_whole_numbers(words: str, run: Run) -> None:
    status, out, err = run(*words.split())
    assert (status, err) == (0, "")
    assert table(out) == {
        f"{a}, {b}": ["0", "–", "–", "–"] if "matrix" in (a, b) else ["0", "0", "0", "–"]
        for i, a in enumerate(OURS)
        for b in OURS[i + 1 :]
    }
    assert " agree on 1 layer of whole numbers exactly\n" in out
    assert not re.search(r" $", out, re.MULTILINE), "spaces at the end of a line"


def test_a_layer_whose_sums_overflow_agrees_and_nothing_is_warned_of(run: Run) -> None:
    np.save("x.npy", np.full((1, 2, 2), 1e160))
    np.save("w.npy", np.full((1, 1, 3, 3), 1e160))
    status, out, err = run("--input", "x.npy", "--weight", "w.npy")
    assert (status, err) == (0, "")
    assert " agree on 1 layer of float64 within 1e-12\n" in out


def test_without_pytorch_it_says_how_to_add_it(run: Run) -> None:
    assert run()[1].endswith(
        "PyTorch is not installed and was not compared: pip install 'tcviz[torch]'\n"
    )


def test_with_pytorch_it_is_compared(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("torch", reason="PyTorch, the oracle, is not installed")
    monkeypatch.chdir(tmp_path)
    assert cli.run(["check", "--random", "12"]) == 0
    out = capsys.readouterr().out
    assert {"fast, PyTorch", "matrix, PyTorch"} <= table(out).keys()
    assert "tcviz[torch]" not in out


def test_files_of_real_numbers_are_compared_to_rounding(run: Run) -> None:
    rng = np.random.default_rng(0)
    np.save("x.npy", rng.standard_normal((2, 4, 3)))
    np.save("w.npy", rng.standard_normal((2, 2, 3, 3)))
    np.save("dy.npy", rng.standard_normal((2, 9, 7)))
    np.save("b.npy", [0.5, 1.5])
    words = "--input x.npy --weight w.npy --bias b.npy --grad-output dy.npy -s 2"
    status, out, err = run(*words.split())
    assert (status, err) == (0, "")
    cells = [float(c) for c in table(out)["distribution, fast"]]
    assert all(0 <= cell < 1e-14 for cell in cells)
    assert " agree on 1 layer of float64 within 1e-12\n" in out


def test_many_random_layers_agree_and_another_seed_draws_others(run: Run) -> None:
    told = [run("--random", "24", *seed) for seed in ((), ("--seed", "0"), ("--seed", "1"))]
    assert [status for status, _, _ in told] == [0, 0, 0]
    words = "agree on 12 layers of whole numbers exactly and 12 layers of float64 within 1e-12\n"
    assert all(words in out for _, out, _ in told)
    assert told[0] == told[1] != told[2]


def test_an_engine_that_is_too_large_alone_is_left_out_and_the_rest_compared(run: Run) -> None:
    words = "-k 4 -s 2 -p 1 -n 16 --in-channels 128 --out-channels 64"
    status, out, err = run(*words.split())
    assert (status, err) == (0, "")
    rest = [name for name in OURS if name != "matrix"]
    assert table(out) == {
        f"{a}, {b}": ["0", "0", "0", "–"] for i, a in enumerate(rest) for b in rest[i + 1 :]
    }
    entries = 128 * 64 * 16**2 * (34**2 + 200)
    assert (
        "distribution, collection and fast agree on 1 layer of whole numbers exactly\n"
        f"matrix was left out, too large: {entries:,} entries and turns of its loops "
        "in all matrices, more than 50,000,000\n"
    ) in out


def test_random_layers_that_are_too_large_for_one_engine_are_counted(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = ENGINES["matrix"]._replace(most=2_000)
    monkeypatch.setitem(ENGINES, "matrix", most)
    status, out, err = run("--random", "12")
    assert (status, err) == (0, "")
    assert "distribution, collection, matrix and fast agree on 6 layers of whole" in out
    (line,) = (line for line in out.splitlines() if line.startswith("matrix was left out of"))
    assert re.fullmatch(
        r"matrix was left out of \d+ layers, too large: [\d,]+ entries and turns of its "
        r"loops in all matrices, more than 2,000 in the first",
        line,
    )


def test_a_disagreement_is_shown_and_is_a_failure(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = engines.engines()

    def wrong(subject: Any) -> engines.Results:
        results = own["fast"](subject)
        return results._replace(weight=results.weight + 2)

    monkeypatch.setattr("tcviz.checks.compare.engines", lambda: own | {"fast": wrong})
    status, out, err = run("-s", "2")
    assert status == 1
    assert table(out)["distribution, fast"] == ["0", "0", "2.0e+00", "–"]
    assert "fast disagree on 1 of 1 layer\n" in out
    assert err == (
        "tcviz: distribution and fast differ by 2 in the gradient of weight of this layer with "
        "input (2, 3, 3): ConvTranspose2d(2, 1, kernel_size=3, stride=2, padding=0, "
        "output_padding=0, dilation=1, bias=False); and 1 more\n"
    )


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("--random 0", "random is 0; allowed: whole numbers from 1 to 100000"),
        ("--random 100001", "random is 100001; allowed: whole numbers from 1 to 100000"),
        ("--random many", "random is 'many'; allowed: a whole number"),
        (
            "--random 9 -s 2 --input x.npy",
            "random is beside --stride, --input; allowed: with --seed alone; leave out one",
        ),
        ("--random 9 --seed -1", "seed is -1; allowed: whole numbers from 0"),
        (
            "-n 999",
            "check is left with fast: the layer is too large for the others; "
            "allowed: two engines or more; use a smaller --input-size or fewer channels",
        ),
        (
            "--view matrix",
            "option is '--view'; allowed: those that 'tcviz check --help' lists; "
            "it is one of tcviz animate",
        ),
    ],
)
def test_a_wrong_request_is_one_line(words: str, told: str, run: Run) -> None:
    status, out, err = run(*words.split())
    assert (status, out) == (2, "")
    assert err == f"tcviz: {told}\n"
