"""A real notebook: what a kernel sends of animations and figures, and how a browser shows it."""

from __future__ import annotations

import re
from base64 import b64decode
from functools import partial
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image

import tcviz
from tests.browser import Read, browser, installed, read
from tests.test_notebook import SVG, Tags, drawn

__all__ = ["browser", "read"]  # the fixtures
ASKED = "size=(640, 360), stride=2, padding=1"
CELLS = {
    "imports": "import numpy as np; import tcviz",
    "animation": f"tcviz.animate({ASKED})",
    "figure": f"tcviz.figure({ASKED}, step=2)",
    "series": f"tcviz.figure({ASKED}, steps='1-3')",
    "channels": f"tcviz.figure({ASKED}, out_channels=2, out_channel='all')",
    "layer": "tcviz.ConvTranspose(3, stride=2, padding=((1, 0), 1))",
    "gradients": "tcviz.conv_transpose_backward("
    "np.ones((1, 9, 9)), np.ones((1, 7, 7)), np.ones((1, 1, 3, 3)))",
    "saved": f"tcviz.animate({ASKED}, first=2).save('two.gif')",
}
Outputs = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Outputs:
    """Each cell's outputs, from a kernel that has run them all."""
    nbformat, nbclient = (partial(installed, name="nbclient")(m) for m in ("nbformat", "nbclient"))
    installed("ipykernel", "ipykernel")
    v4 = nbformat.v4
    notebook = v4.new_notebook(cells=[v4.new_code_cell(source) for source in CELLS.values()])
    place = {"metadata": {"path": str(tmp_path_factory.mktemp("notebook"))}}
    nbclient.NotebookClient(notebook, timeout=120, resources=place).execute()
    return dict(zip(CELLS, (cell.outputs for cell in notebook.cells), strict=True))


def pixels(output: dict[str, Any]) -> np.ndarray:
    with Image.open(BytesIO(b64decode(output["data"]["image/png"]))) as image:
        return np.asarray(image.convert("RGB"))


def test_an_animation_is_a_page_and_its_first_step(outputs: Outputs) -> None:
    (shown,) = outputs["animation"]
    assert shown["output_type"] == "execute_result"
    assert shown["data"].keys() == {"text/html", "image/png", "text/plain"}
    animation = tcviz.animate(size=(640, 360), stride=2, padding=1)
    assert shown["data"]["text/html"] == animation._repr_html_()
    np.testing.assert_array_equal(pixels(shown), np.asarray(animation.still(1)))


@pytest.mark.parametrize(("cell", "count"), [("figure", 1), ("series", 3), ("channels", 2)])
def test_every_still_of_a_figure_is_shown_as_svg_and_png(
    outputs: Outputs, cell: str, count: int
) -> None:
    shown = outputs[cell]
    assert len(shown) == count
    assert all(o["data"].keys() == {"text/html", "image/png", "text/plain"} for o in shown)
    drawings = [drawn(image) for o in shown for image in Tags(o["data"]["text/html"]).named("img")]
    assert len({d.findtext(f"{SVG}title") for d in drawings}) == count
    assert len({pixels(o).tobytes() for o in shown}) == count


@pytest.mark.parametrize("cell", [cell for cell in CELLS if cell != "imports"])
def test_words_of_an_output_are_one_line(outputs: Outputs, cell: str) -> None:
    for output in outputs[cell]:
        assert "\n" not in output["data"]["text/plain"]
        assert len(output["data"]["text/plain"]) < 300


def test_a_line_says_what_a_picture_is(outputs: Outputs) -> None:
    layer = "ConvTranspose(kernel_size=(3, 3), stride=(2, 2), padding=(1, 1), "
    layer += "output_padding=(0, 0), dilation=(1, 1), groups=1)"
    words = {cell: outputs[cell][0]["data"]["text/plain"] for cell in ("animation", "figure")}
    assert words == {
        "animation": f"<Animation: distribution view of {layer}, 9 steps, 11 s, 640×360>",
        "figure": f"<Figure: distribution view of {layer}, step 2 of 9, 640×360>",
    }
    assert repr(tcviz.figure(steps="all")).endswith("9 stills, 1280×720>")


def cell(content: str, width: int) -> str:
    return f'<!doctype html><meta charset="utf-8"><div id="cell" style="width:{width}px">{content}'


BOX = """(node) => { const { x, y, width, height } = node.getBoundingClientRect();
  return [x, y, width, height]; }"""


@pytest.mark.parametrize("width", [300, 600, 1200])
def test_a_drawing_shrinks_to_the_width_it_has(outputs: Outputs, read: Read, width: int) -> None:
    page = read(cell(outputs["figure"][0]["data"]["text/html"], width)).page
    box = page.locator("#cell > img").evaluate(BOX)
    wide = min(width, 640)
    assert box[2:] == pytest.approx([wide, wide * 9 / 16], abs=0.5)
    assert page.locator("#cell").evaluate(BOX)[3] == pytest.approx(box[3], abs=8)


@pytest.mark.parametrize("width", [300, 600, 1200])
def test_a_page_that_runs_hides_its_still(outputs: Outputs, read: Read, width: int) -> None:
    page = read(cell(outputs["animation"][0]["data"]["text/html"], width)).page
    still, frame = (page.locator(f"#cell > {tag}").evaluate(BOX) for tag in ("img", "iframe"))
    assert still[:2] == pytest.approx(frame[:2], abs=0.5)
    assert still[2] <= frame[2]
    assert still[3] < frame[3]
    assert page.locator("#cell").evaluate(BOX)[3] == pytest.approx(frame[3], abs=0.5)
    assert page.frame_locator("iframe").locator("#count").inner_text() == "step 1 of 9"


@pytest.mark.parametrize("width", [300, 600, 1200])
def test_without_frames_the_still_is_seen(outputs: Outputs, read: Read, width: int) -> None:
    made = outputs["animation"][0]["data"]["text/html"]
    # As JupyterLab does where it does not trust, and other viewers always.
    page = read(cell(re.sub("<iframe.*</iframe>", "", made, flags=re.DOTALL), width)).page
    image = page.locator("#cell > img")
    assert image.evaluate("(node) => [node.naturalWidth, node.naturalHeight]") == [640, 360]
    wide = min(width, 896)
    assert image.evaluate(BOX)[2:] == pytest.approx([wide, wide * 9 / 16], abs=0.5)
    assert page.locator("#cell").evaluate(BOX)[3] == pytest.approx(wide * 9 / 16, abs=0.5)
