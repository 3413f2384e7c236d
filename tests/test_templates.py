"""What is filled into a page is text, whatever it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from jinja2 import UndefinedError

import tcviz
from tcviz.export.templates import filled

DATA = Path(tcviz.__file__).parent / "data"
TEMPLATES = sorted(path.relative_to(DATA).as_posix() for path in DATA.rglob("*.html"))
OWN = re.compile(r"<(?:style|script)[^>]*>(?:{% for text in texts %})?{{ \w+ \| safe }}")
"""A style, a script, or JSON that was made harmless."""


@pytest.mark.parametrize("name", TEMPLATES)
def test_only_styles_scripts_and_data_are_not_escaped(name: str) -> None:
    text = (DATA / name).read_text(encoding="utf-8")
    assert len(re.findall(r"\bsafe\b", text)) == len(OWN.findall(text))
    assert "autoescape" not in text
    assert not re.search(r"=\s*{{", text), "values of attributes stand in quotes"


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_says_what_it_was_not_given(name: str) -> None:
    with pytest.raises(UndefinedError, match="is undefined"):
        "".join(filled(name))
