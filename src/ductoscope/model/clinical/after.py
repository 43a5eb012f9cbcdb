"""After the examination: the symptom call, the meeting, what comes next and by when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from ductoscope.model.clinical.advice import SymptomAdvice
from ductoscope.model.clinical.words import TEXT, check_range, check_text, check_time

DueKind = Literal["result", "report", "call", "follow-up", "meeting", "imaging"]


@dataclass(frozen=True, slots=True)
class Symptoms:
    """What the patient says on the phone. Everything that was not asked is None.

    hours: since the examination. soaks_pad_minutes: time to soak one pad; pressure_minutes: of firm pressure that did
    not stop the bleeding; bleeding_hours: bloody discharge since the examination. pain: 0 to 10.
    """

    hours: float
    soaks_pad_minutes: float | None = None
    pressure_minutes: float | None = None
    bleeding_hours: float | None = None
    pain: float | None = None
    is_pain_increasing: bool | None = None
    is_pain_eased: bool | None = None
    has_swelling: bool | None = None
    is_swelling_rapid: bool | None = None
    has_redness: bool | None = None
    has_pus: bool | None = None
    temperature_c: float | None = None
    is_shivering: bool | None = None
    has_chest_pain: bool | None = None
    is_breathless: bool | None = None
    has_rash_or_swollen_face: bool | None = None
    has_fainted: bool | None = None
    words: str = ""

    def __post_init__(self) -> None:
        check_range("Hours since the examination", self.hours, 0, 20_000)
        check_range("Pain", self.pain, 0, 10)
        check_range("Temperature in °C", self.temperature_c, 30, 45)
        check_range("Minutes to soak a pad", self.soaks_pad_minutes, 0, 10_000)
        check_range("Minutes of pressure", self.pressure_minutes, 0, 600)
        check_range("Hours of bleeding", self.bleeding_hours, 0, 20_000)
        check_text("Notes of the call", self.words, TEXT)


@dataclass(frozen=True, slots=True)
class SymptomCall:
    """One call: what was said, what the rules answered, and what the nurse decided where it was something else."""

    symptoms: Symptoms
    advice: SymptomAdvice
    told: str = ""
    caller: str = ""

    def __post_init__(self) -> None:
        check_text("What was told", self.told, TEXT)
        check_text("Who called", self.caller)


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided after the examination.

    by_meeting: in the multidisciplinary meeting; is_concordant: as it was judged there.
    """

    kind: Literal["monitor", "image", "biopsy", "excise", "meeting", "repeat", "discharge from care"]
    words: str = ""
    by_meeting: bool = False
    is_concordant: bool | None = None

    def __post_init__(self) -> None:
        check_text("What was decided", self.words, TEXT)


@dataclass(frozen=True, slots=True)
class Due:
    """Something that must not be forgotten.

    key: stable within the procedure, as "result A"; moved: earlier dates with the reason and who gave it; done_utc:
    None while it is open.
    """

    key: str
    kind: DueKind
    due_on: date
    words: str = ""
    done_utc: datetime | None = None
    moved: tuple[tuple[date, str, str], ...] = ()

    def __post_init__(self) -> None:
        check_text("What is due", self.words, TEXT)
        check_time("The time it was done", self.done_utc)
