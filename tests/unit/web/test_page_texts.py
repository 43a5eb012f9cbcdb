"""Every word that a template asks for is there: a missing one would be an empty place on the page, not an error."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ductoscope.web.texts import FOLDER, load_texts

TEMPLATES = sorted((FOLDER.parent / "templates" / "clinic").glob("*.html"))
METHODS = frozenset(dir(dict))


@pytest.fixture(scope="module")
def texts():
    return load_texts()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_every_word_of_a_page_is_there(texts, template: Path):
    source = template.read_text(encoding="utf-8")
    for section, key in re.findall(r"\bt\.(\w+)\.(\w+)", source):
        assert section in texts, section
        assert key in texts[section] or key in METHODS, f"{section}.{key}"
    for section in re.findall(r"\bt\.(\w+)\[", source):
        assert section in texts, section
