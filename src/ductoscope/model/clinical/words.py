"""Checks that the clinical nouns share: a noun that exists is a noun that can be used."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from ductoscope.model.errors import BadInputError

LINE = 200
"""Longest one-line text."""
TEXT = 5_000
"""Longest free text."""


def check_text(name: str, value: str, longest: int = LINE, *, is_needed: bool = False) -> None:
    """Raise BadInputError when a text is too long, empty where one is needed, or holds control signs."""
    if is_needed and not value.strip():
        raise BadInputError(f"Please fill in: {name}.")
    if len(value) > longest:
        raise BadInputError(f"{name} is {len(value)} letters long; the longest that can be kept is {longest}.")
    # Half a sign ("surrogate") comes out of some JSON; no database and no file can keep it.
    if any((ord(sign) < 32 and sign not in "\n\t") or sign == "\x7f" or "\ud800" <= sign <= "\udfff" for sign in value):
        raise BadInputError(f"{name} holds signs that are no letters. Type it again.")


def check_range(name: str, value: float | None, low: float, high: float) -> None:
    """Raise BadInputError when a number is not between `low` and `high`; None is always allowed."""
    if value is not None and not low <= value <= high:
        raise BadInputError(f"{name} is {value:g}; it must lie between {low:g} and {high:g}.")


def check_time(name: str, value: datetime | None) -> None:
    """Raise BadInputError for a time without its zone: nobody could tell when that was."""
    if value is not None and value.utcoffset() is None:
        raise BadInputError(f"{name} has no time zone; give it as UTC.")


def nothing_yet() -> Mapping[Any, Any]:
    """Return an empty mapping that nobody can write to: the default of every collection that grows by events."""
    return MappingProxyType({})
