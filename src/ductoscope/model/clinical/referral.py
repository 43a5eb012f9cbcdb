"""Referral: why somebody was sent, what explains it, and what was looked at before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from ductoscope.model.clinical.words import TEXT, check_range, check_text

Side = Literal["left", "right"]
Colour = Literal["bloody", "serous", "clear", "milky", "green", "yellow", "brown", "unknown"]
Birads = Literal["0", "1", "2", "3", "4", "4A", "4B", "4C", "5", "6"]
MedicationKind = Literal[
    "anticoagulant", "antiplatelet", "antipsychotic", "antihypertensive", "antiemetic", "hormone", "other"
]
ThrombosisRisk = Literal["mechanical valve", "recent clot", "recent stent"]
"""recent: within the months that the care protocol states."""
Contraindication = Literal[
    "mastitis or abscess", "nipple retraction", "previous duct surgery", "local anaesthetic allergy", "cannot lie still"
]
Explanation = Literal["prolactinoma", "thyroid disease", "nipple stimulation"]


@dataclass(frozen=True, slots=True)
class Discharge:
    """What comes out of the nipple. None and "unknown" mean that nobody has asked or looked yet.

    is_spontaneous: without pressing. times_per_week: how often; weeks: since when.
    """

    sides: tuple[Side, ...]
    colour: Colour = "unknown"
    is_spontaneous: bool | None = None
    times_per_week: float | None = None
    weeks: float | None = None
    ducts: Literal["single", "many", "unknown"] = "unknown"
    blood_test: Literal["positive", "negative", "not done"] = "not done"

    def __post_init__(self) -> None:
        check_range("Discharge a week", self.times_per_week, 0, 1000)
        check_range("Weeks of discharge", self.weeks, 0, 5000)


@dataclass(frozen=True, slots=True)
class Medication:
    """A drug that is taken now. name: as on the packet; reason: what it is taken for."""

    name: str
    kind: MedicationKind = "other"
    dose: str = ""
    reason: str = ""

    def __post_init__(self) -> None:
        check_text("Name of the drug", self.name, is_needed=True)
        check_text("Dose", self.dose)
        check_text("Reason for the drug", self.reason)


@dataclass(frozen=True, slots=True)
class PriorImaging:
    """An imaging examination of one side, or of both (side None), with its BI-RADS category where one was given."""

    kind: Literal["mammography", "tomosynthesis", "ultrasound", "mri", "galactography"]
    done_on: date
    side: Side | None = None
    birads: Birads | None = None
    note: str = ""

    def __post_init__(self) -> None:
        check_text("Note on the imaging", self.note, TEXT)


@dataclass(frozen=True, slots=True)
class Referral:
    """Everything that the rules need to say whether ductoscopy helps this person.

    side: the breast to be examined. None where nobody asked. weeks_since_breastfeeding: 0 while breastfeeding, None
    when never or unknown; has_breastfed: ever, False means never. history, family_risk, cytology, prior_surgery: in
    words.
    """

    side: Side
    received_on: date
    referrer: str
    reason: str = ""
    discharge: Discharge | None = None
    is_pregnant: bool | None = None
    weeks_since_breastfeeding: float | None = None
    has_mass: bool | None = None
    medications: tuple[Medication, ...] = ()
    thrombosis_risks: tuple[ThrombosisRisk, ...] = ()
    explanations: tuple[Explanation, ...] = ()
    contraindications: tuple[Contraindication, ...] = ()
    allergies: str = ""
    imaging: tuple[PriorImaging, ...] = ()
    cytology: str = ""
    prior_surgery: str = ""
    family_risk: str = ""
    history: str = ""
    has_breastfed: bool | None = None

    def __post_init__(self) -> None:
        check_text("Referrer", self.referrer, is_needed=True)
        for name in ("reason", "allergies", "cytology", "prior_surgery", "family_risk", "history"):
            check_text(name.replace("_", " "), getattr(self, name), TEXT)
        check_range("Weeks since breastfeeding", self.weeks_since_breastfeeding, 0, 5000)
