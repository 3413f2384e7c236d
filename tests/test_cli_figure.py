"""``tcviz figure`` as it is typed: what it writes, what it says, and what it refuses."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pptx
import pymupdf
import pytest
from PIL import Image

from tcviz import cli
from tcviz.request.article import arrays

SMALL = ["--size", "640x360", "-s", "2", "-p", "1"]
Run = Callable[..., tuple[int, str, str]]
TITLE = "{http://www.w3.org/2000/svg}title"


def names() -> list[str]:
    return sorted(str(p) for p in Path().iterdir())


def title(path: str) -> str:
    found = ET.parse(path).getroot().find(TITLE)  # noqa: S314  (our own file)
    assert found is not None
    return found.text or ""


@pytest.mark.parametrize(
    ("words", "made"),
    [
        ("", ["distribution-k3-s2-p1.svg"]),
        ("--step 2", ["distribution-k3-s2-p1-step-2.svg"]),
        ("--step -1", ["distribution-k3-s2-p1-step-9.svg"]),
        ("--steps 8-9", [f"distribution-k3-s2-p1-step-0{n}.svg" for n in (8, 9)]),
        ("--steps 2", ["distribution-k3-s2-p1-step-02.svg"]),
        ("--steps all --format pdf", ["distribution-k3-s2-p1-step.pdf"]),
        ("--steps 8-9 -o step.svg", ["step-08.svg", "step-09.svg"]),
        ("--step 2 -o step2.svg", ["step2.svg"]),
        (
            "--view matrix --view collection --format png",
            ["collection-k3-s2-p1.png", "matrix-k3-s2-p1.png"],
        ),
        ("--view input --view kernel -o a.png", ["a-input.png", "a-kernel.png"]),
    ],
)
def test_files_are_named_by_what_they_show(words: str, made: list[str], run: Run) -> None:
    status, out, err = run("figure", *SMALL, *words.split())
    assert (status, err) == (0, "")
    assert names() == made
    assert out.startswith(made[0]) or len(made) > 1


def test_it_says_what_was_written(run: Run) -> None:
    _, out, _ = run("figure", *SMALL, "--steps", "1-3", "-o", "a.pdf")
    size = Path("a.pdf").stat().st_size
    assert out == f"a.pdf: 3 pages, 6.67×3.75 in, {size:,} bytes\n" + (
        "input 2×3×3, weight 2×1×3×3, output 1×5×5\n"
    )
    _, out, _ = run("figure", *SMALL, "--steps", "1-3", "-o", "a.png")
    total = sum(Path(f"a-0{n}.png").stat().st_size for n in (1, 2, 3))
    assert out.startswith(f"a-01.png to a-03.png: 640×360 pixels, {total:,} bytes\n")
    assert run("figure", *SMALL, "-q") == (0, "", "")


@pytest.mark.parametrize("number", range(1, 10))
def test_every_figure_of_the_article_can_be_asked_for(number: int, run: Run) -> None:
    status, _, err = run("figure", "--article", str(number), "-o", "a.svg")
    assert (status, err) == (0, "")
    views = {1: "sliding window", 2: "matrix view", 3: "matrix view", 4: "input x", 5: "kernel w"}
    assert f", {views.get(number, 'collection' if number == 9 else 'distribution')}" in title(
        "a.svg"
    )
    steps = {6: "step 1 of 9", 7: "step 2 of 9", 8: "step 9 of 9", 9: "step 1 of 25"}
    assert steps.get(number, "") in title("a.svg")
    assert ("step" in title("a.svg")) == (number in steps)


@pytest.mark.parametrize(("number", "frames"), [(8, 9), (10, 25)])
def test_figures_8_and_10_are_animations(number: int, frames: int, run: Run) -> None:
    assert run("animate", "--article", str(number), "-o", "a.gif", "--size", "640x360")[0] == 0
    with Image.open("a.gif") as image:
        assert image.n_frames == frames


def test_another_step_of_a_figure_and_another_look_may_be_asked_for(run: Run) -> None:
    assert run("figure", "--article", "6", "--step", "5", "--theme", "dark", "-o", "a.svg")[0] == 0
    assert "step 5 of 9" in title("a.svg")


def test_new_views_can_be_animated(run: Run) -> None:
    for view, frames in (("convolution", 9), ("matrix", 25), ("kernel", 1)):
        assert run("animate", "--view", view, "--size", "640x360", "-o", "a.gif")[0] == 0
        with Image.open("a.gif") as image:
            assert getattr(image, "n_frames", 1) == frames, view


def test_the_forward_matrix_has_a_row_per_forward_output(run: Run) -> None:
    assert run("figure", "--view", "matrix", "--forward", "--step", "-1", "-o", "a.svg")[0] == 0
    assert "step 9 of 9" in title("a.svg")
    assert run("figure", "--view", "matrix", "--transposed", "--step", "-1", "-o", "a.svg")[0] == 0
    assert "step 25 of 25" in title("a.svg")


def test_files_of_numbers_are_what_is_drawn(run: Run) -> None:
    np.save("x.npy", arrays()["conv_input"])
    run("figure", "--view", "convolution", "--input", "x.npy", "-k", "2", "-o", "a.pptx")
    slide = pptx.Presentation("a.pptx").slides[0]
    written = {
        shape.name: shape.text_frame.text
        for group in slide.shapes
        if group.shape_type == 6
        for shape in group.shapes
        if shape.has_text_frame
    }
    assert written["x.0[0,0]"] == "−8"
    assert written["x.0[4,4]"] == "−2"


def test_sizes_on_paper_make_pages_of_that_size(run: Run) -> None:
    assert run("figure", "--size", "16x9cm", "-o", "a.pdf")[0] == 0
    with pymupdf.open("a.pdf") as document:
        page = document[0].rect
    assert (page.width, page.height) == pytest.approx((16 / 2.54 * 72, 9 / 2.54 * 72), abs=0.5)
    assert run("figure", "--size", "16x9cm", "--dpi", "150", "-o", "a.png")[0] == 0
    with Image.open("a.png") as image:
        assert image.size == (round(16 / 2.54 * 150), round(9 / 2.54 * 150))
        assert image.info["dpi"] == pytest.approx((150, 150), abs=0.1)
    assert run("animate", "--size", "16x9cm", "--dpi", "150", "--first", "1", "-o", "a.gif")[0] == 0
    with Image.open("a.gif") as image:
        assert image.size == (round(16 / 2.54 * 150), round(9 / 2.54 * 150))


def test_a_transparent_picture_has_no_background(run: Run) -> None:
    assert run("figure", *SMALL, "--transparent", "-o", "a.png")[0] == 0
    with Image.open("a.png") as image:
        assert image.convert("RGBA").getpixel((2, 2))[3] == 0  # type: ignore[index]


def test_a_cropped_picture_is_smaller(run: Run) -> None:
    assert run("figure", "--article", "5", "--crop", "-o", "a.png")[0] == 0
    with Image.open("a.png") as image:
        assert image.width < 1280
        assert image.height < 720


def test_standard_output_gets_the_bytes(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    class Binary:
        def __init__(self) -> None:
            self.buffer = open("out.pdf", "wb")  # noqa: SIM115, PTH123

        def isatty(self) -> bool:
            return False

        def __getattr__(self, name: str) -> object:
            return getattr(self.buffer, name)

    run("figure", *SMALL, "--steps", "1-2", "-o", "a.pdf")
    pipe = Binary()
    monkeypatch.setattr(sys, "stdout", pipe)
    assert cli.run(["figure", *SMALL, "--steps", "1-2", "-o", "-", "--format", "pdf"]) == 0
    pipe.buffer.close()
    assert Path("out.pdf").read_bytes() == Path("a.pdf").read_bytes()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("--step 10", "step is 10; allowed: 1 to 9, or −9 to −1"),
        ("--step 0", "step is 0; allowed: 1 to 9, or −9 to −1"),
        ("--step x", "step is 'x'; allowed: a whole number"),
        ("--steps 3-12", "step is 12; allowed: 1 to 9, or −9 to −1"),
        ("--steps few", "steps is 'few'; allowed: all, or steps of 1 to 9 as in 1-3, or 1,9"),
        ("--step 1 --steps all", "step is 1 beside steps all; allowed: one of the two"),
        ("--text curves", "text is 'curves'; allowed: paths or text"),
        ("--text text -o a.png", "text is 'text'; allowed: nothing in PNG, which has pixels"),
        ("--transparent -o a.jpg", "transparent is asked for; allowed: an opaque background in"),
        ("-o a.gif", "format is 'gif'; allowed: svg, png, pdf, eps, pgf, webp, jpg, jpeg, pptx; "),
        ("-o a", "format is ''; allowed: svg, "),
        ("--steps all -o - --format svg", "steps is 9 of them; allowed: one on standard output"),
        ("--fps 10", "option is '--fps'; allowed: those that 'tcviz figure --help' lists; it is "),
        ("--loop 1 -o a.pdf", "option is '--loop'; allowed: those that 'tcviz figure --help' "),
        ("--view convolution --transposed", "--transposed is given with view 'convolution'; "),
        ("--view collection --forward", "--forward is given with view 'collection'; allowed: with"),
        ("--view convolution --output-padding 1 -s 2", "output_padding is (1, 1); allowed: 0: a "),
        ("--size 3x2in", "size is 3×2 in, too small for text; allowed: 3.35×2.5 in or mo"),
        ("--size 16x9mm", "size is '16x9mm'; allowed: width and height as in 1280x720, 16x9cm or"),
        ("--size 16x9cm --scale 2", "scale is 2; allowed: 1 where the size is in cm; use --dpi"),
        ("--dpi 5", "dpi is 5.0; allowed: 10 to 2400"),
        ("-n 40 --steps all", "figure is 1,600 steps; allowed: up to 1,000; choose some"),
    ],
)
def test_what_is_refused_is_told_in_one_line_and_leaves_nothing(
    words: str, told: str, run: Run
) -> None:
    small = SMALL if "--size" not in words else SMALL[2:]
    status, out, err = run("figure", *small, *words.split())
    assert (status, out) == (2, "")
    assert err.startswith(f"tcviz: {told}")
    assert err.count("\n") == 1
    assert names() == []


@pytest.mark.parametrize(
    ("command", "words", "told"),
    [
        ("figure", "--article 10", "article is 10; allowed: 1 to 9; tcviz animate --article 10"),
        ("figure", "--article 0", "article is 0; allowed: 1 to 9"),
        ("animate", "--article 3", "article is 3; allowed: 8 or 10; tcviz figure --article makes"),
        ("figure", "--article 6 -s 3", "article 6 is beside --stride; allowed: its own numbers"),
        (
            "figure",
            "--article 6 --input x.npy --view matrix",
            "article 6 is beside --input, --view",
        ),
        ("animate", "--article 8 --seed 1", "article 8 is beside --seed; allowed: its own"),
        (
            "animate",
            "-o a.pdf",
            "format is 'pdf'; allowed: gif, webp, apng, png, mp4, webm, svg, html; tcviz",
        ),
        ("animate", "--step 3", "option is '--step'; allowed: those that 'tcviz animate --help' "),
    ],
)
def test_commands_know_what_the_other_one_does(
    command: str, words: str, told: str, run: Run
) -> None:
    status, _, err = run(command, *words.split())
    assert status == 2
    assert err.startswith(f"tcviz: {told}")
    assert names() == []


def test_without_python_pptx_it_says_how_to_get_it(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tcviz.export.stills.find_spec", lambda _: None)
    status, _, err = run("figure", *SMALL, "-o", "a.pptx")
    assert status == 1
    assert err == "tcviz: PPTX needs a package that is missing: pip install 'tcviz[pptx]'\n"
    assert names() == []
