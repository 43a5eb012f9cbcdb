"""What can have happened afterwards: specimens, results, reports, calls, and what is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from ductoscope.model.clinical.advice import NextStepAdvice
from ductoscope.model.clinical.after import Decision, DueKind, SymptomCall
from ductoscope.model.clinical.report import SignedReport
from ductoscope.model.clinical.specimen import Result, Specimen
from ductoscope.model.clinical.words import TEXT, check_text


@dataclass(frozen=True, slots=True)
class SpecimenTaken:
    """A sample was taken and labelled. due_on: when its result should be there."""

    specimen: Specimen
    due_on: date


@dataclass(frozen=True, slots=True)
class SpecimenPassed:
    """A sample went one step on. letter: which; reported and acknowledged have events of their own."""

    letter: str
    step: Literal["sent", "received"]
    by_whom: str = ""

    def __post_init__(self) -> None:
        check_text("By whom", self.by_whom)


@dataclass(frozen=True, slots=True)
class ResultArrived:
    """The result of one specimen of this procedure came.

    Both numbers matched, or a person took it out of the queue: entry says which one, reason how it was found out.
    """

    letter: str
    result: Result
    entry: str | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        check_text("Reason", self.reason, TEXT)


@dataclass(frozen=True, slots=True)
class ResultAcknowledged:
    """A doctor has read the newest result of a specimen."""

    letter: str


@dataclass(frozen=True, slots=True)
class ResultQueued:
    """A result came that belongs to nobody for certain; it waits for a person.

    entry: opaque. why: what did not match.
    """

    entry: str
    result: Result
    why: str


@dataclass(frozen=True, slots=True)
class ResultDiscarded:
    """A queued result proved to be none of ours."""

    entry: str
    reason: str

    def __post_init__(self) -> None:
        check_text("Reason", self.reason, TEXT, is_needed=True)


@dataclass(frozen=True, slots=True)
class ReportSigned:
    """A report was frozen and signed. addendum: the words of a later change."""

    report: SignedReport
    addendum: str = ""


@dataclass(frozen=True, slots=True)
class StepsAdvised:
    """What findings and pathology ask for, as the rules said when the doctor looked."""

    advice: NextStepAdvice


@dataclass(frozen=True, slots=True)
class StepDecided:
    """What was decided to do next, by the doctor or the meeting."""

    decision: Decision


@dataclass(frozen=True, slots=True)
class SymptomsTold:
    """The patient called, or was called."""

    call: SymptomCall


@dataclass(frozen=True, slots=True)
class DuePlanned:
    """Something must not be forgotten."""

    key: str
    kind: DueKind
    due_on: date
    words: str = ""

    def __post_init__(self) -> None:
        check_text("Key", self.key, is_needed=True)
        check_text("What is due", self.words, TEXT)


@dataclass(frozen=True, slots=True)
class DueMoved:
    """It is due later, and why; a reason is always needed."""

    key: str
    due_on: date
    reason: str

    def __post_init__(self) -> None:
        check_text("Reason", self.reason, TEXT, is_needed=True)


@dataclass(frozen=True, slots=True)
class DueDone:
    """It was done, and how, or is not needed any more, and why."""

    key: str
    words: str

    def __post_init__(self) -> None:
        check_text("What was done", self.words, TEXT, is_needed=True)


@dataclass(frozen=True, slots=True)
class ProcedureClosed:
    """Everything about this examination is done."""
