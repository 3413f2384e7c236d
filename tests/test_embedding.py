"""What is to be pasted into a page: files that are there, for each reader, and words."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tcviz.api import Animation, animate, figure
from tcviz.export import FORMATS
from tcviz.export.stills import STILLS
from tcviz.request.spelling import byte_count
from tcviz.scene.theme import load
from tcviz.views import VIEWS

Run = Callable[..., tuple[int, str, str]]
ARTICLE: dict[str, Any] = {"stride": 2, "padding": 1}
ASKED = ("-s", "2", "-p", "1", "--size", "640x360")
FILM = ("animate", *ASKED, "--first", "2")
DARK, STILL = "(prefers-color-scheme: dark)", "(prefers-reduced-motion: reduce)"


class Read(HTMLParser):
    """The elements of a page, each with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


def corner(path: str) -> tuple[int, ...]:
    with Image.open(path) as image:
        pixel = image.convert("RGB").getpixel((0, 0))
    assert isinstance(pixel, tuple)
    return pixel


def background(theme: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(load(theme).background[1:]))


# --- words --------------------------------------------------------------------------


@pytest.mark.parametrize("view", VIEWS)
def test_the_words_say_what_is_seen_in_two_sentences(view: str) -> None:
    shown = animate(view=view, **ARTICLE)
    operation, sizes = shown.alt.removesuffix(".").split(". ")
    assert operation.endswith(VIEWS[view].about)
    assert ("steps" in operation) == (len(shown.picks) > 1)
    assert sizes.startswith(f"Input {'×'.join(map(str, shown.plan.input_size))}")
    assert "kernel 3×3, stride 2, padding 1, output " in sizes


def test_what_is_unusual_is_said_and_only_that() -> None:
    assert "output_padding" not in animate(**ARTICLE).alt
    said = animate(**ARTICLE, output_padding=1, dilation=(1, 2), groups=2, seed=1).alt
    assert "output_padding 1, dilation 1×2, groups 2, output" in said


def test_several_layers_have_their_sizes_in_words() -> None:
    layers = ["ConvTranspose2d(8, 4, 4, 2, 1)", "ConvTranspose2d(4, 1, 5, 2, 2)"]
    told = figure(layer=layers, view="chain", input_size=7).alt
    assert told.endswith(". Sizes 7×7 → 14×14 → 27×27, kernel 4×4, then 5×5.")


def test_a_still_says_which_step_it_is() -> None:
    assert figure(**ARTICLE, step=2).alt.startswith("Transposed convolution, step 2 of 9: each")
    assert figure(**ARTICLE, title="Mine").alt.startswith("Mine: each")


def test_the_pictures_of_the_readme_have_words() -> None:
    text = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    words = re.findall(r"!\[([^\]]*)\]\(", text)
    assert len(words) == len(set(words)) > 15
    assert min(map(len, words)) > 20


# --- files --------------------------------------------------------------------------


def test_a_gif_has_a_dark_one_and_stills_beside_it(run: Run) -> None:
    status, out, err = run(*FILM, "-o", "sub/a b.gif", "--embed", "html")
    assert status == 0
    assert "2 frames" in err
    read = Read(out)
    assert [one["media"] for one in read.all("source")] == [f"{STILL} and {DARK}", STILL, DARK]
    (image,) = read.all("img")
    assert (image["width"], image["height"]) == ("640", "360")
    assert image["alt"] == animate(**ARTICLE, first=2).alt
    files = [str(one.get("srcset") or one.get("src")).replace("%20", " ") for one in
             (*read.all("source"), image)]  # fmt: skip
    assert files[-1] == "sub/a b.gif"
    themes = ("dark", "light", "dark", "light")
    assert [corner(file) for file in files] == [background(theme) for theme in themes]
    with Image.open(files[1]) as still:
        last = animate(**ARTICLE, size=(640, 360)).still(2)
        assert still.convert("RGB").tobytes() == last.tobytes()


def test_of_a_dark_picture_the_other_is_light(run: Run) -> None:
    _, out, _ = run("figure", *ASKED, "--theme", "dark", "-o", "a.png", "--embed", "html")
    (source,) = Read(out).all("source")
    assert source == {"media": "(prefers-color-scheme: light)", "srcset": "a-light.png"}
    assert corner("a-light.png") == background("light")


@pytest.mark.parametrize("theme", ["auto", "print"])
def test_one_file_is_an_image_and_in_markdown_too(theme: str, run: Run) -> None:
    words = ("figure", *ASKED, "--theme", theme, "-o", "a.svg", "--embed")
    html, markdown = (run(*words, kind)[1] for kind in ("html", "markdown"))
    alt = figure(**ARTICLE).alt
    assert html == f'<img src="a.svg" width="640" height="360" alt="{alt}">\n'
    assert markdown == f"![{alt}](a.svg)\n"
    assert not list(Path().glob("*-*"))


def test_an_animated_svg_needs_no_still(run: Run) -> None:
    _, out, _ = run(*FILM, "-o", "a.svg", "--embed", "markdown")
    assert [one["media"] for one in Read(out).all("source")] == [DARK]
    assert "\n\n" not in out  # where Markdown would go on by itself
    assert {path.name for path in Path().iterdir()} == {"a.svg", "a-dark.svg"}


def test_a_video_has_its_captions_and_a_still_before_it(run: Run) -> None:
    _, out, _ = run(*FILM, "-o", "a.mp4", "--captions", "a.vtt", "--embed", "html")
    read = Read(out)
    (video,), (track,) = read.all("video"), read.all("track")
    assert "autoplay" not in video
    assert video["aria-label"]
    assert (video["poster"], track["src"]) == ("a-still.png", "a.vtt")
    assert [one["src"] for one in read.all("source")] == ["a-dark.mp4", "a.mp4"]
    named = {"a.mp4", "a-dark.mp4", "a-still.png", "a.vtt"}
    assert {path.name for path in Path().iterdir()} == named


def test_each_still_of_a_series_is_pasted_by_itself_and_no_sharper_one_is_larger(run: Run) -> None:
    words = ("figure", *ASKED, "--scale", "2", "--steps", "1-2", "-o", "a.png")
    _, out, _ = run(*words, "--embed", "html")
    images = Read(out).all("img")
    assert [image["src"] for image in images] == ["a-01.png", "a-02.png"]
    assert [image["width"] for image in images] == ["640", "640"]
    assert "step 2 of 9" in str(images[1]["alt"])
    assert all(Path(str(one["srcset"])).exists() for one in Read(out).all("source"))


@pytest.mark.parametrize("theme", ["print", "auto"])
def test_each_still_of_a_series_that_has_no_other_theme_is_one_image(theme: str, run: Run) -> None:
    words = ("figure", *ASKED, "--steps", "1-2", "--theme", theme, "-o", "a.svg")
    status, out, _ = run(*words, "--embed", "html")
    assert status == 0
    assert [tag for tag, _ in Read(out).tags] == ["img", "img"]
    assert {path.name for path in Path().iterdir()} == {"a-01.svg", "a-02.svg"}


def test_a_page_shows_a_film_and_a_still_of_one_format_alike() -> None:
    both = FORMATS.keys() & STILLS.keys()
    assert len(both) > 2
    assert all(FORMATS[form].element == STILLS[form].element for form in both)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("figure", "-o", "a.pdf"), "embed is asked for with pdf; allowed: with what a page shows"),
        (("animate", "-o", "-", "--format", "gif"), "embed is asked for with -o -; allowed: where"),
    ],
)
def test_what_no_page_shows_is_refused(
    words: tuple[str, ...], told: str, run: Run, tmp_path: Path
) -> None:
    status, _, err = run(*words, "--embed", "html")
    assert status == 2
    assert err.startswith(f"tcviz: {told}")
    assert not list(tmp_path.iterdir())


def test_a_file_beside_it_that_cannot_be_written_is_refused_before_any_work(run: Run) -> None:
    Path("a-still.png").mkdir()
    status, _, err = run(*FILM, "-o", "a.gif", "--embed", "html")
    assert (status, err) == (2, "tcviz: output is 'a-still.png', a folder; allowed: a file\n")
    assert not Path("a.gif").exists()


# --- as few bytes as are allowed ------------------------------------------------------


def made(run: Run, suffix: str, most: int, *words: str) -> tuple[int, str, Path]:
    said = ("animate", *ASKED, *words, "-o", f"a.{suffix}", "--max-bytes", str(most))
    status, _, err = run(*said)
    return status, err, Path(f"a.{suffix}")


@pytest.mark.parametrize(
    ("text", "count"), [("8.2M", 8_200_000), ("1.001k", 1_001), ("1.9", 1), ("0.000001G", 1_000)]
)
def test_no_byte_is_lost_on_the_way_from_a_decimal(text: str, count: int) -> None:
    assert byte_count("max_bytes", text) == count


def test_what_fits_stays_as_it_is(run: Run) -> None:
    status, err, path = made(run, "gif", 10**7)
    assert (status, err) == (0, "")
    animate(**ARTICLE, size=(640, 360)).save("b.gif")
    assert path.read_bytes() == Path("b.gif").read_bytes()


@pytest.mark.parametrize("suffix", ["gif", "mp4", "svg"])
def test_steps_are_left_out_first_and_what_is_tried_is_told(suffix: str, run: Run) -> None:
    thinned = animate(**ARTICLE, size=(640, 360), every=2)
    thinned.save(f"b.{suffix}")
    most = Path(f"b.{suffix}").stat().st_size
    status, err, path = made(run, suffix, most)
    assert status == 0
    assert err.endswith(f"more than {most:,}; next: --every 2\n")
    assert path.read_bytes() == Path(f"b.{suffix}").read_bytes()


def test_both_themes_of_what_is_to_be_pasted_fit(run: Run) -> None:
    sizes = {}
    for theme in ("light", "dark"):
        animate(**ARTICLE, size=(640, 360), theme=theme).save(f"{theme}.mp4")
        sizes[theme] = Path(f"{theme}.mp4").stat().st_size
    less, more = sorted(sizes, key=sizes.__getitem__)
    assert sizes[less] < sizes[more]
    most = sizes[less]
    status, err, path = made(run, "mp4", most, "--theme", less, "--embed", "html")
    assert status == 0
    assert f"distribution: {sizes[more]:,} bytes, more than {most:,}; next: --every 2" in err
    assert max(path.stat().st_size, Path(f"a-{more}.mp4").stat().st_size) <= most


def test_then_there_are_fewer_pixels(run: Run) -> None:
    small: Animation = animate(**ARTICLE, every=4, scale=0.75)
    small.save("b.gif")
    most = Path("b.gif").stat().st_size
    status, err, path = made(run, "gif", most, "--size", "1280x720")
    assert status == 0
    assert err.endswith("next: --every 4 --scale 0.75\n")
    assert path.read_bytes() == Path("b.gif").read_bytes()


@pytest.mark.parametrize("words", [("--size", "1280x720", "--scale", "0.6"), ("-n", "4")])
def test_what_cannot_fit_says_so_and_leaves_nothing(words: tuple[str, ...], run: Run) -> None:
    status, err, path = made(run, "gif", 999, "--view", "grad-bias", "--first", "2", *words)
    told = "tcviz: max_bytes is 999; allowed: from "
    assert status == 1
    assert err.splitlines()[-1].startswith(told)
    assert not path.exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--max-bytes", "ten"), "max_bytes is 'ten'; allowed: a number of bytes, as in 500k, "
                                 "10M or 1G"),
        (("--max-bytes", "0"), "max_bytes is '0'; allowed: a number of bytes, as in 500k, 10M or "
                               "1G"),
        (("--max-bytes", "1M", "--format", "html"),
         "max_bytes is '1M' with html; allowed: with gif, webp, apng, png, mp4, webm or svg"),
    ],
)  # fmt: skip
def test_what_is_no_limit_is_refused(words: tuple[str, ...], told: str, run: Run) -> None:
    status, _, err = run("animate", "-o", "a.gif", *words)
    assert (status, err) == (2, f"tcviz: {told}\n")
