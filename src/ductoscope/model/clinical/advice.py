"""What the rules of the patient's path answer: always with the rule, its source, and whether the clinic signed it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule that spoke.

    rule: its name in the protocol; says: the sentence, numbers filled in; is_signed: by the clinic.
    """

    rule: str
    says: str
    source: str
    is_signed: bool


Indication = Literal["indicated", "not indicated", "biopsy instead", "imaging first", "cannot say"]


@dataclass(frozen=True, slots=True)
class ReferralAdvice:
    """What the rules say of a referral; a doctor decides.

    is_pathological, is_imaging_complete: None when too little is known. missing: what to ask or do first;
    contradictions: answers that cannot both be true; against: contraindications, none of them absolute.
    protocol: id of the care protocol that spoke.
    """

    indication: Indication
    is_pathological: bool | None
    is_imaging_complete: bool | None
    reasons: tuple[Reason, ...] = ()
    missing: tuple[Reason, ...] = ()
    contradictions: tuple[Reason, ...] = ()
    against: tuple[Reason, ...] = ()
    protocol: str = ""


@dataclass(frozen=True, slots=True)
class PreparationAdvice:
    """What to ask, settle and bring about before the day.

    blood_thinners: one question a drug, with whom to ask; escalate: those that must reach the prescriber before a date
    is fixed; fasting: only with sedation; items: of the checklist, by the names in the protocol.
    """

    blood_thinners: tuple[Reason, ...] = ()
    escalate: tuple[Reason, ...] = ()
    fasting: tuple[Reason, ...] = ()
    escort: tuple[Reason, ...] = ()
    comfort: tuple[Reason, ...] = ()
    items: tuple[tuple[str, Reason], ...] = ()
    protocol: str = ""


@dataclass(frozen=True, slots=True)
class AnaestheticLimit:
    """The most of a local anaesthetic that one person may be given, and what is left of it.

    limit_mg is None, with the reason, when it cannot be told (no weight, unknown agent). left_mg goes below zero when
    too much was given. given_mg counts the agents together, each by its own share of its own limit.
    """

    limit_mg: float | None
    given_mg: float
    left_mg: float | None
    reason: Reason


Urgency = Literal["reassure", "call back", "see today", "emergency"]


@dataclass(frozen=True, slots=True)
class SymptomAdvice:
    """What a symptom call ends in: the most urgent of what the rules say, with every reason, most urgent first."""

    urgency: Urgency
    reasons: tuple[Reason, ...]
    protocol: str = ""


StepKind = Literal["monitor", "image", "biopsy", "excise", "meeting", "repeat", "discharge from care"]


@dataclass(frozen=True, slots=True)
class NextStep:
    """One thing to do next, why, and by when where the protocol says so."""

    kind: StepKind
    reason: Reason
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class NextStepAdvice:
    """What the findings and the pathology ask for together.

    is_concordant: scope, imaging and pathology fit together; None while a result is missing. discordances: where they
    do not; they always bring a meeting.
    """

    steps: tuple[NextStep, ...]
    is_concordant: bool | None
    discordances: tuple[Reason, ...] = ()
    missing: tuple[Reason, ...] = ()
    protocol: str = ""
