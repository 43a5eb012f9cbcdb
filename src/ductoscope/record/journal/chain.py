"""The chain: every event carries a hash of itself and of the event before, so that no change stays unseen."""

from __future__ import annotations

import hashlib
import json
from typing import NamedTuple

START = "0" * 64
"""What the first event has as the hash before it."""


class WrittenEvent(NamedTuple):
    """One row of the events table, exactly as it is written. body: canonical JSON text; hash, previous_hash: 64 hex."""

    number: int
    at_utc: str
    by: str
    kind: str
    patient_id: str | None
    procedure_id: str | None
    body: str
    previous_hash: str
    hash: str


def hash_event(event: WrittenEvent) -> str:
    """SHA-256, in hex, over every column of an event but its own hash, the hash of the event before among them.

    The columns are written as a JSON array in their order: no two different events have the same bytes.
    """
    content = json.dumps(event[:-1], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def seal(event: WrittenEvent) -> WrittenEvent:
    """Give an event its hash."""
    return event._replace(hash=hash_event(event))
