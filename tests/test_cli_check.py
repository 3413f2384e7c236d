"""``tcviz check``: what it prints, and when it fails."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tcviz
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


TORCH = "nn.ConvTranspose2d(8, 4, 3, stride=2, padding=1, output_padding=1)"
KERAS = "Conv2DTranspose(4, 3, strides=2, padding='same')"
JAX = "lax.conv_transpose(x, w, (2, 2), 'SAME')"
TURNED = "kernel flipped: one meets the input with its kernel turned round"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (TORCH, TORCH),
        (KERAS, "tf.nn.conv2d_transpose(x, w, (1, 8, 8, 4), 2)"),
        (KERAS, "ConvTranspose(kernel_shape=[3, 3], strides=[2, 2], auto_pad='SAME_UPPER')"),
        ("nn.ConvTranspose1d(a, b, 4, 2, 1)", "Conv1DTranspose(c, 4, 2, 'same')"),
        (JAX, "nn.ConvTranspose(4, (3, 3), (2, 2))"),
        (f"{JAX[:-1]}, transpose_kernel=True)", KERAS),
    ],
)
def test_two_layers_that_make_the_same_are_the_same(one: str, other: str, run: Run) -> None:
    for pair in ((one, other), (other, one)):
        status, out, err = run(*(word for code in pair for word in ("--layer", code)))
        assert (status, err) == (0, "")
        assert out.endswith("\n\nthe same layer\n")


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        (TORCH, KERAS, "shifted: the values of B stand 1 row further down and 1 column further "
                       "right than those of A"),
        (KERAS, TORCH, "shifted: the values of B stand 1 row further up and 1 column further "
                       "left than those of A"),
        ("nn.ConvTranspose1d(8, 4, 5, padding=2)", "nn.ConvTranspose1d(8, 4, 5)",
         "shifted: the values of B stand 2 cells further right than those of A; "
         "cropped differently: output is 4 in A, 8 in B"),
        (TORCH, "nn.ConvTranspose2d(8, 4, 3, stride=2, padding=1)",
         "cropped differently: output is 6×6 in A, 5×5 in B"),
        (KERAS, JAX, TURNED),
        (JAX, TORCH, f"{TURNED}; shifted: the values of B stand 1 row further up and 1 column "
                     "further left than those of A"),
        (TORCH, "nn.ConvTranspose2d(8, 2, (3, 5), stride=3, dilation=2)",
         "out_channels is 4 in A, 2 in B; kernel_size is 3 in A, (3, 5) in B; stride is 2 in A, "
         "3 in B; dilation is 1 in A, 2 in B"),
        (TORCH, "nn.ConvTranspose1d(8, 4, 3)", "number of axes is 2 in A, 1 in B"),
        (TORCH, f"{TORCH[:-1]}, groups=2)", "groups is 1 in A, 2 in B"),
    ],
)  # fmt: skip
def test_two_layers_that_differ_are_told_apart(one: str, other: str, told: str, run: Run) -> None:
    status, out, err = run("--layer", one, "--layer", other)
    assert (status, err) == (1, f"tcviz: {told}\n")
    assert out.endswith("\n\nnot the same layer\n")
    assert re.split(r" {2,}", out.splitlines()[0])[:2] == ["A", str(tcviz.layer(one))]


def test_an_input_of_any_size_and_other_numbers_tell_the_same(run: Run) -> None:
    told = {run("--layer", TORCH, "--layer", KERAS, "-n", n, "--seed", n)[2] for n in "1579"}
    assert len(told) == 1


def test_a_kernel_that_no_call_says_is_the_one_that_is_asked_for(run: Run) -> None:
    calls = ("--layer", "F.conv_transpose1d(x, w, None, 2, 1)", "--layer",
             "lax.conv_transpose(x, w, (2,), 'SAME', transpose_kernel=True)")  # fmt: skip
    assert run(*calls, "-k", "4")[0] == 0
    assert run(*calls, "-k", "3")[0] == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--layer", KERAS] * 3, "layer is given 3 times; allowed: one or two"),
        (["--layer", KERAS, "--layer", KERAS, "-s", "2"], "given twice, beside --stride; allowed"),
        (["--layer", KERAS, "--layer", KERAS, "--random", "2"], "given twice, beside --random;"),
        (["--layer", KERAS, "--layer", TORCH, "-k", "5"], "allowed: the layer's own, (3, 3)"),
        (["--layer", KERAS, "--layer", "Conv2D(3)"], "allowed: a transposed convolution of"),
        (["--layer", KERAS, "--random", "2"], "random is beside --layer"),
        (["--layer", KERAS, "--layer", KERAS, "-n", "99999"], "input is"),
    ],
)
def test_what_two_layers_are_not_compared_with_is_refused(
    words: list[str], told: str, run: Run
) -> None:
    status, out, err = run(*words)
    assert (status, out) == (2, "")
    assert told in err
    assert err.count("\n") == 1
