"""Every word that the pages show comes from one folder a language, `texts/LANGUAGE/`, a file a page."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from ductoscope.model import ConfigError

FOLDER = Path(__file__).parent / "texts"

Texts = Mapping[str, Mapping[str, str]]
"""Section to name to words; words may hold {places} that the page fills."""


def load_texts(language: str = "en") -> Texts:
    """Read the words of one language. Raises ConfigError, naming those there are, when there are none."""
    known = sorted(path.name for path in FOLDER.iterdir() if path.is_dir())
    if language not in known:
        raise ConfigError(f'There are no texts in the language "{language}"; choose from {", ".join(known)}.')
    sections: dict[str, Mapping[str, str]] = {}
    for path in sorted((FOLDER / language).glob("*.toml")):
        for section, words in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if section in sections:
                raise ConfigError(f"The section [{section}] stands in two files of {path.parent}; keep one.")
            sections[section] = MappingProxyType(words)
    return MappingProxyType(sections)
