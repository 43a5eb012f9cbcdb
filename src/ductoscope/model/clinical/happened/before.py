"""What can have happened before the day: the person, the referral, the plan, the preparation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ductoscope.model.clinical.advice import PreparationAdvice, ReferralAdvice
from ductoscope.model.clinical.patient import PatientDetails
from ductoscope.model.clinical.preparation import BloodThinnerDecision, Consent, Plan
from ductoscope.model.clinical.referral import Referral
from ductoscope.model.clinical.words import TEXT, check_text


@dataclass(frozen=True, slots=True)
class PatientRegistered:
    """A person became known here; is_emergency: before anybody knew who it is."""

    details: PatientDetails
    is_emergency: bool = False


@dataclass(frozen=True, slots=True)
class PatientCorrected:
    """What is known of a person was corrected; the whole of it, as it is now."""

    details: PatientDetails
    reason: str = ""

    def __post_init__(self) -> None:
        check_text("Reason", self.reason, TEXT)


@dataclass(frozen=True, slots=True)
class PatientReconciled:
    """An emergency patient proved to be a person with a record; everything of it belongs there from now on."""

    into: str
    reason: str

    def __post_init__(self) -> None:
        check_text("How it was found out", self.reason, TEXT, is_needed=True)


@dataclass(frozen=True, slots=True)
class ReferralReceived:
    """A referral came, or was completed; the whole of it, as it is now. advice: what the rules said of it."""

    referral: Referral
    advice: ReferralAdvice


@dataclass(frozen=True, slots=True)
class ReferralDecided:
    """A doctor decided on the referral; reason is needed where the rules said something else."""

    outcome: Literal["accepted", "declined", "sent to biopsy", "more needed"]
    reason: str = ""

    def __post_init__(self) -> None:
        check_text("Reason", self.reason, TEXT)


@dataclass(frozen=True, slots=True)
class ExaminationPlanned:
    """A date was given, or changed. advice: what the rules ask for before it."""

    plan: Plan
    advice: PreparationAdvice


@dataclass(frozen=True, slots=True)
class BloodThinnerDecided:
    """The prescriber decided about a drug; who wrote it down stands with the event."""

    decision: BloodThinnerDecision


@dataclass(frozen=True, slots=True)
class ConsentRecorded:
    """The patient agreed, or refused."""

    consent: Consent


@dataclass(frozen=True, slots=True)
class ItemChecked:
    """An item of the checklist was done, or found not done after all."""

    item: str
    is_done: bool = True

    def __post_init__(self) -> None:
        check_text("The item", self.item, is_needed=True)


@dataclass(frozen=True, slots=True)
class LetterGiven:
    """A letter or leaflet was handed out, printed or sent. document: its sha256 in the media store."""

    kind: Literal["letter", "leaflet", "patient report"]
    document: str
    language: str = "en"


@dataclass(frozen=True, slots=True)
class ProcedureCancelled:
    """The examination will not take place."""

    reason: str

    def __post_init__(self) -> None:
        check_text("Reason", self.reason, TEXT, is_needed=True)
