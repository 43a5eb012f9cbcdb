"""What goes into the journal, and the rows that come out of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from ductoscope.model.clinical import DueKind, Happened, Identifier, Result, Side, Stage

Progress = Callable[[float, str], None]
"""Told how far a long work is: the share done, 0 to 1, and what is being done, in words."""


def keep_quiet(_share: float, _words: str) -> None:
    """Tell nobody how far the work is."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Something that happened, on its way into the journal.

    by: id of the person, "" for the program itself. expects: number of the newest event of the procedure that the
    person had before their eyes; None when it does not matter what happened meanwhile.
    """

    what: Happened
    by: str
    patient_id: str | None = None
    procedure_id: str | None = None
    expects: int | None = None


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check of every event found.

    events: how many were read; problems: plain sentences, empty when all is whole.
    """

    events: int
    problems: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing at all is wrong."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class WorklistRow:
    """One examination in a list.

    number: of its newest event; patient_id: the true patient, after any reconciliation.
    """

    procedure_id: str
    patient_id: str
    family: str
    given: str
    birth_date: date | None
    side: Side | None
    stage: Stage
    planned_utc: datetime | None
    room: str
    operator: str
    opened_utc: datetime
    is_emergency: bool
    begun_utc: datetime | None = None
    number: int = 0


@dataclass(frozen=True, slots=True)
class PatientRow:
    """One person in a list."""

    patient_id: str
    family: str
    given: str
    birth_date: date | None
    identifiers: tuple[Identifier, ...]
    is_emergency: bool


@dataclass(frozen=True, slots=True)
class DueRow:
    """Something that is still to be done, with the patient it is about. moved: how often it was put off."""

    procedure_id: str
    patient_id: str
    family: str
    given: str
    key: str
    kind: DueKind
    due_on: date
    words: str
    moved: int


@dataclass(frozen=True, slots=True)
class QueuedResult:
    """A result that waits for a person, because it belongs to nobody for certain."""

    entry: str
    result: Result
    why: str
    at_utc: datetime
