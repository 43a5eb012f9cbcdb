"""Preparation: the date, the decision on blood thinners, consent, and what was checked on the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ductoscope.model.clinical.words import TEXT, check_range, check_text, check_time

Sedation = Literal["none", "minimal", "moderate"]
ConsentKind = Literal["procedure", "images", "research"]


@dataclass(frozen=True, slots=True)
class Plan:
    """When, where and how the examination is planned. minutes: of the room."""

    at_utc: datetime
    room: str = ""
    operator: str = ""
    sedation: Sedation = "none"
    minutes: float = 45.0
    scope: str = ""

    def __post_init__(self) -> None:
        check_time("The planned time", self.at_utc)
        check_range("Planned minutes", self.minutes, 5, 480)
        for name in ("room", "operator", "scope"):
            check_text(name, getattr(self, name))


@dataclass(frozen=True, slots=True)
class BloodThinnerDecision:
    """What the prescriber decided about one drug; the program never decides, and never tells a patient to stop."""

    medication: str
    decision: Literal["continue", "pause", "change", "postpone the examination"]
    prescriber: str
    words: str = ""

    def __post_init__(self) -> None:
        check_text("The drug", self.medication, is_needed=True)
        check_text("The prescriber who decided", self.prescriber, is_needed=True)
        check_text("What was decided", self.words, TEXT)


@dataclass(frozen=True, slots=True)
class Consent:
    """What the patient agreed to or refused, and which text was explained."""

    kind: ConsentKind
    is_given: bool
    version: str = ""

    def __post_init__(self) -> None:
        check_text("Version of the consent text", self.version)


@dataclass(frozen=True, slots=True)
class TimeOut:
    """The pause before the scope goes in. Both numbers, the side and the site were read out and compared by a person.

    identifiers: the two that were compared, as "system value"; birth date counts as one. side: the breast.
    """

    identifiers: tuple[str, str]
    side: Literal["left", "right"]
    is_site_marked: bool
    is_consent_there: bool
    allergies_said: bool
    second_person: str = ""

    def __post_init__(self) -> None:
        for one in self.identifiers:
            check_text("An identifier", one, is_needed=True)
        check_text("Second person", self.second_person)
