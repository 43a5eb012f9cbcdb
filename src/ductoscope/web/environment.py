"""The templates' environment: in it a word is found before a method of the mapping that holds it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape

TEMPLATES = Path(__file__).parent / "templates"


class WordsFirst(Environment):
    """As `t.help.keys` means the words "keys", not what every mapping can do."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return an entry of this name, else the attribute."""
        if _is_mapping(obj.__class__) and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


@cache
def _is_mapping(kind: type) -> bool:
    # Remembered, since a page asks it thousands of times, and it is slow to find out.
    return issubclass(kind, Mapping)


def make_environment() -> WordsFirst:
    """Make the environment of every page; what is put into one is escaped."""
    return WordsFirst(loader=FileSystemLoader(TEMPLATES), autoescape=select_autoescape(), auto_reload=False)
