"""What can have happened in the room, from the time-out to the advice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ductoscope.model.clinical.examination import (
    Action,
    Anaesthetic,
    Complication,
    Equipment,
    Orifice,
    Still,
    TimerName,
    ViewQuality,
)
from ductoscope.model.clinical.finding import Finding
from ductoscope.model.clinical.measured_map import MeasuredMap
from ductoscope.model.clinical.preparation import TimeOut
from ductoscope.model.clinical.words import TEXT, check_range, check_text


@dataclass(frozen=True, slots=True)
class TimeOutConfirmed:
    """Identity, side and site were compared by a person; only now may a scope be tied to this patient."""

    time_out: TimeOut


@dataclass(frozen=True, slots=True)
class ExaminationBegun:
    """The scope was tied to this patient.

    protocol: id of the care protocol in force from now on; station: the workstation's name, one a room.
    operator: sign-in name, where it is not the one who wrote this down.
    """

    equipment: Equipment
    protocol: str
    station: str = ""
    assistant: str = ""
    trainee: str = ""
    operator: str = ""


@dataclass(frozen=True, slots=True)
class ExaminationEnded:
    """The scope is out."""


@dataclass(frozen=True, slots=True)
class TimerStarted:
    """A clock was started. minutes: as planned."""

    timer: TimerName
    minutes: float


@dataclass(frozen=True, slots=True)
class TimerStopped:
    """A clock was stopped."""

    timer: TimerName


@dataclass(frozen=True, slots=True)
class WeightTaken:
    """The patient's weight, for the limits of anaesthetics."""

    kg: float

    def __post_init__(self) -> None:
        check_range("Weight in kg", self.kg, 20, 400)


@dataclass(frozen=True, slots=True)
class AnaestheticGiven:
    """One dose of local anaesthetic. despite: why it was given although the limit was passed, or not known."""

    dose: Anaesthetic
    despite: str = ""

    def __post_init__(self) -> None:
        check_text("Why it was given", self.despite, TEXT)


@dataclass(frozen=True, slots=True)
class OrificeNoted:
    """An opening was inspected; under a number noted before, it replaces that note."""

    orifice: Orifice


@dataclass(frozen=True, slots=True)
class DuctMapped:
    """A person accepted the measured map of a duct; for an opening with a map, it replaces that map."""

    measured: MeasuredMap


@dataclass(frozen=True, slots=True)
class SalineNoted:
    """Fluid that went in, and came out, since the last note."""

    in_ml: float = 0.0
    out_ml: float = 0.0

    def __post_init__(self) -> None:
        check_range("Saline in, in ml", self.in_ml, 0, 500)
        check_range("Saline out, in ml", self.out_ml, 0, 500)


@dataclass(frozen=True, slots=True)
class PainScored:
    """What the patient said, 0 to 10."""

    score: float

    def __post_init__(self) -> None:
        check_range("Pain", self.score, 0, 10)


@dataclass(frozen=True, slots=True)
class RecordingMade:
    """A recording belongs to this examination; said when it begins, with zeros, and again when it ends.

    name: of its folder in the data folder; lost: frames that the recorder could not take.
    """

    name: str
    frames: int = 0
    seconds: float = 0.0
    lost: int = 0

    def __post_init__(self) -> None:
        check_text("Name of the recording", self.name, is_needed=True)


@dataclass(frozen=True, slots=True)
class StillKept:
    """A picture was kept."""

    still: Still


@dataclass(frozen=True, slots=True)
class StillChosen:
    """A still was chosen for the report, or taken out of it."""

    still: str
    is_chosen: bool = True
    caption: str = ""

    def __post_init__(self) -> None:
        check_text("Caption", self.caption)


@dataclass(frozen=True, slots=True)
class FindingMarked:
    """A finding was marked; under a letter marked before, it replaces that mark."""

    finding: Finding


@dataclass(frozen=True, slots=True)
class ViewJudged:
    """How well one could see."""

    view: ViewQuality


@dataclass(frozen=True, slots=True)
class ActionDone:
    """Something was done to the duct."""

    action: Action


@dataclass(frozen=True, slots=True)
class ComplicationNoted:
    """Something went wrong."""

    complication: Complication


@dataclass(frozen=True, slots=True)
class NoteTaken:
    """Words, typed or dictated, that belong to the examination. topic: which part of the report they go to."""

    text: str
    topic: Literal["note", "impression", "immediate state", "plan", "surgery map"] = "note"

    def __post_init__(self) -> None:
        check_text("Note", self.text, TEXT, is_needed=True)


@dataclass(frozen=True, slots=True)
class AdviceGiven:
    """The patient was told what to expect and when to call."""

    words: str = ""
    phone: str = ""

    def __post_init__(self) -> None:
        check_text("Advice", self.words, TEXT)
        check_text("Phone", self.phone)
