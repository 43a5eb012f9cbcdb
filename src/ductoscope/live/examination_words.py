"""The words of an examination's page, in one file a language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from ductoscope.model import ConfigError

_FOLDER = Path(__file__).parent / "texts"

Words = Mapping[str, Mapping[str, str]]


def load_words(language: str = "en") -> Words:
    """Read the words, by section and name. Raises ConfigError where there are none in that language."""
    path = _FOLDER / f"{language}.toml"
    if not path.exists():
        raise ConfigError(f'An examination has no words in the language "{language}".')
    words: Words = tomllib.loads(path.read_text(encoding="utf-8"))
    return words
