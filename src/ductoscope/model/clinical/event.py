"""Event: one thing that happened. Never edited, only followed by another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ductoscope.model.clinical.happened import Happened


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the journal.

    number: 1, 2, ... without gaps; at_utc: aware; by: id of the person, "" for the program itself; what: what happened;
    patient_id, procedure_id: whom and what it is about, None for the house. hash: of this entry and the one before.
    """

    number: int
    at_utc: datetime
    by: str
    what: Happened
    patient_id: str | None = None
    procedure_id: str | None = None
    hash: str = ""
