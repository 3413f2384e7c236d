"""Wrong requests: one line that says what is wrong and what is allowed, and no file."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tcviz import cli
from tcviz.export import FORMATS
from tcviz.request.article import arrays
from tcviz.scene.theme import AUTO, presets

Refused = Callable[..., str]
REAL = "allowed: whole or real numbers"
WHOLE = "a whole number"
SIZES = "a whole number, or one per axis as in 3x5"
LISTED = "allowed: those that 'tcviz animate --help' lists"
KNOWN = f"allowed: {', '.join(FORMATS)}"
THEMES = f"allowed: {', '.join((*presets(), AUTO))}, or a .toml file"
TEXT = "allowed: letters that can be seen, on one line"
LONG = f"'{'n' * 132}…{'n' * 61}.gif'"
PIXELS = "allowed: up to 33,177,600 pixels, 7680×4320, and 16,383 on a side"


def fits(line: str, told: str) -> bool:
    """Return whether a line is the one expected, or begins so where that ends with ``…``."""
    return line.startswith(told[:-1]) if told.endswith("…") else line == told


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the current folder, with some files of numbers and some that are none."""
    monkeypatch.chdir(tmp_path)
    np.save("x.npy", arrays()["tc_input"])
    np.save("wide.npy", np.ones((3, 1, 3, 3)))
    np.save("complex.npy", np.ones((3, 3)) * 1j)
    np.save("text.npy", np.array(["a", "b"]))
    np.save("objects.npy", np.array([{}], dtype=object))
    np.savez("two.npz", left=np.ones((3, 3)), right=np.ones((3, 3)))
    Path("words.csv").write_text("hello,world\n")
    Path("broken.npy").write_bytes(b"\x93NUMPY\x01\x00broken")
    Path("broken.json").write_text("[[1, 2], [3")
    Path("not.toml").write_text("background = ")
    Path("odd.toml").write_text('backgroud = "#ffffff"')
    Path("file.txt").touch()
    Path("folder").mkdir()
    with Path("huge.npy").open("wb") as file:
        file.truncate(2**30)
    return tmp_path


@pytest.fixture
def refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> Refused:
    """Return a function that runs tcviz and gives its one line of complaint."""

    def refused(*words: str, status: int = 2) -> str:
        before = sorted(folder.rglob("*"))
        assert cli.run(list(words)) == status
        out, err = capsys.readouterr()
        assert (out, err.count("\n")) == ("", 1)
        assert err.startswith("tcviz: ")
        assert err.endswith("\n")
        assert sorted(folder.rglob("*")) == before
        return err.removeprefix("tcviz: ").removesuffix("\n")

    return refused


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("-s 0", "stride is 0; allowed: whole numbers from 1"),
        ("-n 0x3", "input_size is 0 on axis 0; allowed: whole numbers from 1"),
        ("-p -1", "padding is -1; allowed: whole numbers from 0"),
        ("--padding=1:-1x0", "padding is -1 on axis 0; allowed: whole numbers from 0"),
        (
            "-s 2 --output-padding 2",
            "output_padding is 2 on axis 0; allowed: less than stride or dilation, here 0 to 1",
        ),
        (
            "-p 9",
            "output size is -13, from (3−1)·1 − 2·9 + 1·(3−1) + 0 + 1 = −13, on axis 0; "
            "allowed: 1 or more; use less padding, or a larger input, kernel or stride",
        ),
        ("-g 0", "groups is 0; allowed: whole numbers from 1"),
        ("-g 2 --in-channels 3", "in_channels is 3; allowed: multiples of groups, here 2"),
        ("-g 2 --out-channels 3", "out_channels is 3; allowed: multiples of groups, here 2"),
        ("-n 2x2x2x2", "number of axes is 4; allowed: 1 to 3"),
        ("--dims 4", "number of axes is 4; allowed: 1 to 3"),
        ("--dims 0", "dims is 0; allowed: whole numbers from 1"),
        ("--dims 1 -n 3x3", "input_size is (3, 3); allowed: one number, or 1 of them"),
        (
            "-k 3x3 -s 1x2x3",
            "number of axes differs: kernel_size has 2, stride has 3; allowed: the same in each",
        ),
        ("-s 2.5", f"stride is '2.5'; allowed: {SIZES}"),
        ("-k 9999999999999999", f"kernel_size is '9999999999999999'; allowed: {SIZES}; of…"),
        (
            "-p 1:2:3",
            "padding is '1:2:3'; allowed: a whole number, one per axis as in 1x2, "
            "per side as in 0:1x1:1, or same, valid, causal",
        ),
        ("-g x", f"groups is 'x'; allowed: {WHOLE}"),
        ("--seed -1", "seed is -1; allowed: whole numbers from 0"),
        ("--seed 1.5", f"seed is '1.5'; allowed: {WHOLE}"),
        (
            "--view colection",
            "view is 'colection'; allowed: distribution, collection, convolution, matrix, i…",
        ),
        ("--theme drak", f"theme is 'drak'; {THEMES}; did you mean dark?"),
        ("--theme no.toml", "theme 'no.toml' is a missing file; allowed: a file that exists"),
        ("--theme not.toml", "theme 'not.toml' is not TOML: …"),
        ("--theme odd.toml", "a key in theme odd.toml is 'backgroud'; allowed: background, ink,…"),
        (
            "--size 1280",
            "size is '1280'; allowed: width and height as in 1280x720, 16x9cm or 6.5x4in",
        ),
        ("--size=-1x720", "size is −1×720; allowed: a width and a height above 0"),
        ("--size 7681x4321", f"size is 7681×4321 at scale 1; {PIXELS}"),
        ("--size 20000x400", f"size is 20000×400 at scale 1; {PIXELS}"),
        ("--scale 0", "scale is 0.0; allowed: 0.5 to 8"),
        ("--scale nan", "scale is nan; allowed: 0.5 to 8"),
        ("--decimals -1", "decimals is -1; allowed: whole numbers from 0 to 12"),
        ("--channels 0", "channels is 0; allowed: whole numbers from 1 to 64"),
        ("--out-channel 1", "out_channel is 1; allowed: whole numbers from 0 to 0"),
        ("--fps 0", "fps is 0; allowed: whole numbers from 1 to 120"),
        ("--fps 29.97", f"fps is '29.97'; allowed: {WHOLE}"),
        ("--loop -1", "loop is -1; allowed: whole numbers from 0 to 65535"),
        ("--loop forever", f"loop is 'forever'; allowed: {WHOLE}"),
        (
            "--loop 1 -o - --format mp4",
            "loop is 1; allowed: nothing in MP4; leave --loop out: the player…",
        ),
        ("--every 0", "every is 0; allowed: whole numbers from 1"),
        ("--first 0", "first is 0; allowed: whole numbers from 1"),
        ("--step-duration nan", "step_duration is nan; allowed: 0.01 to 3600"),
        ("--step-duration 1e400", "step_duration is inf; allowed: 0.01 to 3600"),
        ("--step-duration 0.015", "step_duration is 0.015 s; allowed: 0.02 s to 655 s in GIF"),
        ("--hold 0", "hold is 0.0; allowed: 0.01 to 3600"),
        ("--transition -1", "transition is -1.0; allowed: 0 to 3600"),
        ("--title a\u2028b", f"title is 'a\\u2028b'; {TEXT}; not '\\u2028'"),
        ("--title \n", f"title is '\\n'; {TEXT}; not '\\n'"),
        ("--strid 2", f"option is '--strid'; {LISTED}; did you mean --stride?"),
        ("--qqq", f"option is '--qqq'; {LISTED}"),
        ("-s", "Option '-s' requires an argument."),
        ("picture.gif", "Got unexpected extra argument (picture.gif)"),
        ("-o a.gfi", f"format is 'gfi'; {KNOWN}; did you mean gif?"),
        ("--format gfi", f"format is 'gfi'; {KNOWN}; did you mean gif?"),
        ("--format=", f"format is ''; {KNOWN}; add one to the file's name, or use --format"),
        ("-o -", "format is missing; allowed: with -o -, --format says which"),
        (
            "-o - --format gif --view distribution --view collection",
            "view is given twice; allowed: one view on standard output",
        ),
        ("--output=", "output is ''; allowed: a file, or - for standard output"),
        ("-o file.txt/", "output folder is 'file.txt', a file; allowed: a folder"),
        ("-o file.txt/in/", "output folder is 'file.txt', a file; allowed: a folder"),
        ("-o new/ -s 0", "stride is 0; allowed: whole numbers from 1"),
        ("-o new/ --format pdf", "format is 'pdf'; allowed: gif, …"),
        ("-o folder --format gfi", f"format is 'gfi'; {KNOWN}; did you mean gif?"),
        ("--open -o - --format gif", "open is asked for with -o -; allowed: where a file is …"),
        ("-o file.txt/a.gif", "output folder is 'file.txt', a file; allowed: a folder"),
        (f"-o {'n' * 300}.gif", f"output {LONG} cannot be used: File name too long"),
    ],
)
def test_a_wrong_option_is_told_by_name_value_and_what_is_allowed(
    words: str, told: str, refused: Refused
) -> None:
    assert fits(refused("animate", *words.split(" ")), told)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("--input nope.npy", "input is 'nope.npy', a missing file; allowed: a file that exists…"),
        ("--input=", "input is a folder; allowed: a file"),
        ("--input folder", "input is 'folder', a folder; allowed: a file"),
        ("--input file.txt", "input is 'file.txt', a .txt file; allowed: .npy, .npz, .csv, .json"),
        (
            "--input huge.npy",
            "input is 'huge.npy', 1,073,741,824 bytes on disk; allowed: up to 67,108,864 bytes",
        ),
        ("--input broken.npy", "input is 'broken.npy', a broken file (…"),
        ("--input broken.json", "input is 'broken.json', a broken file (…"),
        ("--input two.npz", "input is 'two.npz', a file of 2 arrays; allowed: one of left, right…"),
        ("--input two.npz:lef", "input is 'two.npz:lef', an unknown member; allowed: left, right…"),
        ("--input complex.npy", f"input is 'complex.npy', an array of complex numbers; {REAL}"),
        ("--input text.npy", f"input is 'text.npy', an array of text; {REAL}"),
        ("--input objects.npy", f"input is 'objects.npy', an array of Python objects; {REAL}"),
        ("--input words.csv", "input is 'words.csv', an array with 'hello' in line 1, column …"),
        (
            "--input x.npy --weight wide.npy",
            "in_channels is 3, that of weight (3, 1, 3, 3); allowed: 2, that of input (2, 3, 3)",
        ),
        ("--input x.npy -n 5", "input_size is (5, 5); allowed: (3, 3), that of input (2, 3, 3)"),
        ("--weight wide.npy -k 2", "kernel_size is (2, 2); allowed: (3, 3), that of weight…"),
        ("--bias x.npy", "bias is of shape (2, 3, 3); allowed: one number, or one for each…"),
    ],
)
def test_files_of_numbers_that_do_not_do_are_told(words: str, told: str, refused: Refused) -> None:
    assert fits(refused("animate", *words.split(" ")), told)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            "-n 4096",
            "animation is 16,777,216 steps, 16,777,216 frames, about 67.1 GB; "
            "allowed: up to 20,000 frames; use --every 839, --first 20000 "
            "and a smaller --input-size: 33,587,208 cells are too many to draw",
        ),
        ("-n 4096 --every 2", "animation is 16,777,216 steps, 8,388,608 frames, about 33.6 GB…"),
        (
            "--transition 1000",
            "animation is 9 steps, 240,009 frames, about 960 MB; allowed: up to 20,000 frames; "
            "use a shorter --transition, …",
        ),
        ("-n 999999999999999", "animation is 999,999,999,999,998,000,000,000,000,001 steps, …"),
        ("-k 100000", "padded result is 2×100002×100002, 20,000,800,008 cells, 160 GB; allowed: …"),
        ("-s 999999999", "padded result is 2×2000000001×2000000001, …"),
        ("--in-channels 99999999", "padded result is 99999999×5×5, 2,499,999,975 cells, 20 GB; …"),
        ("--out-channels 999999999", "weight is 2×999999999×3×3, 17,999,999,982 cells, 144 GB; …"),
        ("-g 99999999", "input is 99999999×3×3, 899,999,991 cells, 7.2 GB; allowed: up to …"),
    ],
)
def test_what_would_be_too_large_is_refused_with_its_size_and_a_way_out(
    words: str, told: str, refused: Refused
) -> None:
    assert fits(refused("animate", *words.split(" ")), told)


@pytest.mark.parametrize("words", ["-n 4096 --transition 1", "-n 1000", "-n 999999999999999"])
def test_the_way_out_of_too_many_frames_is_one(words: str, refused: Refused) -> None:
    ways = refused("animate", *words.split(" ")).replace(",", "").split(" ")
    for option in ("--every", "--first"):
        shorter = [option, ways[ways.index(option) + 1]]
        assert "frames" not in refused("animate", *words.split(" "), *shorter, "--loop", "-1")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            "animat",
            "command is 'animat'; allowed: animate, figure, gallery, size, check, inspect, …",
        ),
        ("themes drak", f"theme is 'drak'; allowed: {', '.join(presets())}; did you mean dark?"),
        ("themes a.toml", f"theme is 'a.toml'; allowed: {', '.join(presets())}"),
        ("completion tcsh", "shell is 'tcsh'; allowed: bash, zsh, fish"),
        ("completion", "Missing argument 'bash|zsh|fish'."),
        ("--versoin", "option is '--versoin'; allowed: those that 'tcviz --help' lists; did you…"),
        ("-s 2", "option is '-s'; allowed: those that 'tcviz --help' lists; did you mean tcviz a…"),
        ("size --jsn", "option is '--jsn'; allowed: those that 'tcviz size --help' lists; did…"),
        ("size -p 9", "output size is -13, from …"),
        ("size --in-channels 4", "out_channels is not given; allowed: a number of channels…"),
    ],
)
def test_other_commands_complain_alike(words: str, told: str, refused: Refused) -> None:
    assert fits(refused(*words.split(" ")), told)


def test_a_terminal_does_not_get_a_picture_as_bytes(
    refused: Refused, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    told = "standard output is a terminal; allowed: a file, or a pipe"
    assert refused("animate", "-o", "-", "--format", "gif") == told


@pytest.mark.parametrize("suffix", ["gif", "mp4"])
def test_a_failure_while_drawing_is_told_and_leaves_nothing(
    suffix: str, refused: Refused, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("two\nlines")

    monkeypatch.setattr("tcviz.render.pixels.Pixels.paint", fail)
    told = "ZeroDivisionError: two lines; --debug shows where"
    assert refused("animate", "-o", f"a.{suffix}", status=1) == told


def test_debug_shows_where_an_error_comes_from(folder: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tcviz", "animate", "-s", "0", "--debug"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert run.stderr.startswith("Traceback (most recent call last):")
    assert run.stderr.endswith("GeometryError: stride is 0; allowed: whole numbers from 1\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("animate -o - --format gif", "cannot write standard output: No space left on device"),
        ("size", "No space left on device"),
    ],
)
def test_standard_output_on_a_full_disk_is_told(words: str, told: str, folder: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        run = subprocess.run(
            [sys.executable, "-m", "tcviz", *words.split()],
            cwd=folder,
            stdout=full,
            stderr=subprocess.PIPE,
            env=os.environ | {"PYTHONUTF8": "1"},
            check=False,
        )
    assert (run.returncode, run.stderr.decode()) == (1, f"tcviz: {told}\n")
