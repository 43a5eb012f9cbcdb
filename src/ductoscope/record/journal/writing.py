"""How what happened is written as text, and read again: times, days, and the bodies of events."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from ductoscope.model.clinical import KINDS, Event, Happened
from ductoscope.model.errors import BadInputError, JournalError
from ductoscope.record.journal.chain import WrittenEvent


def write_time(at_utc: datetime) -> str:
    """Write an aware time as UTC with microseconds, always of the same length, so that texts sort as times do.

    Raises BadInputError for the first and last hours of all times, which are none in UTC.
    """
    try:
        return at_utc.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"
    except OverflowError as error:
        raise BadInputError(f"The time {at_utc} lies outside all times that can be kept.") from error


def read_time(text: str) -> datetime:
    """Read what `write_time` wrote."""
    return datetime.fromisoformat(text)


def write_maybe_time(at_utc: datetime | None) -> str | None:
    """Write a time that may not be known."""
    return None if at_utc is None else write_time(at_utc)


def read_maybe_time(text: str | None) -> datetime | None:
    """Read a time that may not be known."""
    return None if text is None else read_time(text)


def read_maybe_day(text: str | None) -> date | None:
    """Read a day that may not be known."""
    return None if text is None else date.fromisoformat(text)


_ADAPTERS: dict[type, TypeAdapter[Any]] = {}


def adapter_of(noun: type) -> TypeAdapter[Any]:
    """Say how a noun becomes JSON and comes back; made when it is first needed."""
    if noun not in _ADAPTERS:
        _ADAPTERS[noun] = TypeAdapter(noun)
    return _ADAPTERS[noun]


def write_noun(noun: object) -> str:
    """Write a noun as canonical JSON: keys sorted, no spaces, letters as they are.

    Raises BadInputError when it holds something that JSON cannot.
    """
    try:
        plain = adapter_of(type(noun)).dump_python(noun, mode="json", warnings="none", fallback=_plain_mapping)
        text = json.dumps(plain, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
        text.encode()
    except (PydanticSerializationError, ValueError, TypeError, AttributeError) as error:
        raise BadInputError(f"{type(noun).__name__} cannot be written down: {error}") from None
    return text


def write_body(what: Happened) -> tuple[str, Happened]:
    """Write what happened, and read it again at once: what cannot be read later is refused now.

    Returns the text, and the noun as everybody will read it. Raises BadInputError.
    """
    text = write_noun(what)
    try:
        return text, read_body(type(what).__name__, text)
    except ValueError as error:
        raise BadInputError(f"{type(what).__name__} cannot be written down: {error}") from None


def read_body(kind: str, body: str) -> Happened:
    """Read what happened. Raises ValueError when the kind is unknown or the body cannot be read."""
    noun = KINDS.get(kind)
    if noun is None:
        raise ValueError(f'"{kind}" is no kind of event that this program knows')
    try:
        read: Happened = adapter_of(noun).validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "it"
        # The cause quotes what was typed, and no log that writes down a traceback shall have it.
        raise ValueError(f"{place}: {first['msg']}") from None
    return read


def read_event(written: WrittenEvent) -> Event:
    """Read one event. Raises JournalError, in words, when it cannot be read."""
    try:
        what = read_body(written.kind, written.body)
        at_utc = read_time(written.at_utc)
    except ValueError as error:
        raise JournalError(
            f"Event {written.number} of the journal cannot be read ({error}). It was changed, or written by a newer "
            "Ductoscope: update the program, or check the journal with `ductoscope verify`."
        ) from None
    return Event(written.number, at_utc, written.by, what, written.patient_id, written.procedure_id, written.hash)


def _plain_mapping(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"a {type(value).__name__} has no form in JSON")
