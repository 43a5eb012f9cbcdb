"""Every word that the page shows comes from one file a language, `texts/LANGUAGE.toml`."""

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
    """Read the words of one language. Raises ConfigError, naming those there are, when there is no such file."""
    known = sorted(path.stem for path in FOLDER.glob("*.toml"))
    if language not in known:
        raise ConfigError(f'There are no texts in the language "{language}"; choose from {", ".join(known)}.')
    content = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    return MappingProxyType({section: MappingProxyType(words) for section, words in content.items()})
