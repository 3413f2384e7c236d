"""What the README says of LaTeX, compiled where there is one with its packages."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., tuple[int, str, str]]

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
PDFLATEX, KPSEWHICH = shutil.which("pdflatex"), shutil.which("kpsewhich")
"""Not everybody has it, nor is it among what the tests ask for: it has a gigabyte."""


def has(*files: str) -> bool:
    """Return whether LaTeX has these files of packages."""
    if not (PDFLATEX and KPSEWHICH):
        return False
    return subprocess.run([KPSEWHICH, *files], capture_output=True, check=False).returncode == 0


def compiled(body: str, packages: str, folder: Path, *, kind: str = "article") -> bytes:
    """Return the PDF that LaTeX makes of a document, with nothing in it compressed."""
    lines = (
        r"\pdfcompresslevel=0 \pdfobjcompresslevel=0",
        rf"\documentclass{{{kind}}}",
        packages,
        r"\begin{document}",
        body,
        r"\end{document}",
    )
    (folder / "document.tex").write_text("\n".join(lines), encoding="utf-8")
    for _ in range(2):  # what the first run finds out the second one sets
        told = subprocess.run(
            [PDFLATEX or "", "-interaction=nonstopmode", "-halt-on-error", "document.tex"],
            cwd=folder, capture_output=True, check=False,
        )  # fmt: skip
        assert told.returncode == 0, told.stdout.decode(errors="replace")[-2000:]
    return (folder / "document.pdf").read_bytes()


if has("beamer.cls", "animate.sty"):

    def test_beamer_plays_all_steps_of_a_pdf(run: Run, tmp_path: Path) -> None:
        run("figure", "--stride", "2", "--padding", "1", "--steps", "all", "-q", "-o", "talk.pdf")
        (package,) = re.findall(r"^\\usepackage\{animate\}$", README, re.MULTILINE)
        (plays,) = re.findall(r"^\\animategraphics.*\{talk\}.*$", README, re.MULTILINE)
        frame = f"\\begin{{frame}}\n{plays}\n\\end{{frame}}"
        made = compiled(frame, package, tmp_path, kind="beamer")
        steps = re.findall(rb"/PTEX.PageNumber (\d+)", made)
        assert [*map(int, steps)] == [*range(1, 10)]
        assert len(re.findall(rb"/Type /Page\b", made)) == 1


if has("pgf.sty"):

    @pytest.mark.parametrize("text", ["paths", "text"])
    def test_latex_draws_a_pgf(run: Run, tmp_path: Path, text: str) -> None:
        out = tmp_path / "step.pgf"
        run("figure", "--step", "2", "--text", text, "-q", "-o", str(out))
        made = compiled(r"\input{step.pgf}", r"\usepackage{pgf}\pagestyle{empty}", tmp_path)
        assert (b"/FontName" in made) == (text == "text")
