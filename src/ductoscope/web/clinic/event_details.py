"""Details of an event for those who want them: every field with its value, whatever kind of event it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from typing import Any

LONGEST = 300
"""Letters of one value that a row shows; the page of the thing itself shows all of it."""


def list_details(what: object) -> tuple[tuple[str, str], ...]:
    """Say what an event holds: each field's name in plain letters, and its value; empty ones are left out.

    Times are told in UTC, as the journal keeps them.
    """
    return tuple(_walk("", what))


def _walk(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if is_dataclass(value):
        for field in fields(value):
            yield from _walk(_join(name, field.name), getattr(value, field.name))
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from _walk(_join(name, str(key)), one)
    elif isinstance(value, tuple) and value and (is_dataclass(value[0]) or isinstance(value[0], tuple)):
        for number, one in enumerate(value, 1):
            yield from _walk(_join(name, str(number)), one)
    elif value not in (None, "", ()):
        yield name, _say(value)


def _join(name: str, part: str) -> str:
    words = part.replace("_", " ")
    return f"{name}, {words}" if name else words


def _say(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(_say(one) for one in value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    text = str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
