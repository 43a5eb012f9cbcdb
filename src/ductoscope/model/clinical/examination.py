"""What happens in the room: orifices, anaesthetic, fluid, timers, actions, complications, pictures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ductoscope.model.clinical.place import UNPLACED, Depth, Place
from ductoscope.model.clinical.referral import Colour
from ductoscope.model.clinical.words import TEXT, check_range, check_text, check_time

Ring = Literal["central", "peripheral"]
TimerName = Literal["towel", "cream", "anaesthetic", "plan", "comfort"]
Agent = Literal["lidocaine", "lidocaine with adrenaline", "prilocaine", "bupivacaine", "ropivacaine"]
Route = Literal["cream", "periareolar", "intranipple", "intraductal"]
ActionKind = Literal["lavage", "brush", "biopsy", "basket", "laser", "marking", "re-inspection", "other"]
MarkKind = Literal["transillumination", "wire", "dye", "skin mark", "clip"]
ComplicationKind = Literal[
    "perforation", "false passage", "bleeding", "vasovagal", "pain", "allergic reaction", "infection", "other"
]
Hider = Literal["turbid", "blood", "red-out", "white-out", "bubbles", "collapsed", "defocused", "debris", "equipment"]
StopReason = Literal["end reached", "too narrow", "view lost", "pain", "bleeding", "time", "perforation", "other"]


@dataclass(frozen=True, slots=True)
class Equipment:
    """What was used, as the label on it says. reprocessed: record of the last cleaning."""

    scope_model: str = ""
    scope_serial: str = ""
    outer_diameter_mm: float | None = None
    cores: int | None = None
    reprocessed: str = ""
    camera: str = ""
    bundle_id: str = ""
    software: str = ""
    is_simulated: bool = False

    def __post_init__(self) -> None:
        for name in ("scope_model", "scope_serial", "reprocessed", "camera", "bundle_id", "software"):
            check_text(name.replace("_", " "), getattr(self, name))
        check_range("Outer diameter in mm", self.outer_diameter_mm, 0.1, 10)


@dataclass(frozen=True, slots=True)
class Anaesthetic:
    """One dose. percent: 1 means 10 mg a ml."""

    agent: Agent
    percent: float
    ml: float
    route: Route
    at_utc: datetime

    def __post_init__(self) -> None:
        check_range("Strength in percent", self.percent, 0.01, 10)
        check_range("Volume in ml", self.ml, 0.01, 100)
        check_time("The time of the dose", self.at_utc)

    @property
    def mg(self) -> float:
        """Milligrams given: 1 percent is 10 mg a ml."""
        return self.percent * 10 * self.ml


@dataclass(frozen=True, slots=True)
class Orifice:
    """One duct opening. clock: hour on the nipple as somebody who faces the patient sees it, 0 < h <= 12.

    number: of the record, 1, 2, ...; noted again under the same number, it replaces the earlier note. discharge: what
    came out on pressing, None when nothing did. dilated_to_mm: None when not dilated. why_not: when it was not
    cannulated. branches_entered, branches_not_entered: as in Place.branch. deepest: of this duct.
    """

    number: int
    clock: float
    ring: Ring
    distance_mm: float | None = None
    discharge: Colour | None = None
    dilated_to_mm: float | None = None
    is_cannulated: bool = False
    why_not: str = ""
    deepest: Depth | None = None
    branches_entered: tuple[str, ...] = ()
    branches_not_entered: tuple[str, ...] = ()
    stopped_by: StopReason | None = None

    def __post_init__(self) -> None:
        check_range("Number of the opening", self.number, 1, 99)
        check_range("Hour on the nipple", self.clock, 0, 12)
        check_range("Distance from the nipple's middle in mm", self.distance_mm, 0, 30)
        check_range("Dilated to, in mm", self.dilated_to_mm, 0.1, 5)
        check_text("Why it was not entered", self.why_not)
        for branch in (*self.branches_entered, *self.branches_not_entered):
            check_text("A branch", branch, 12)


@dataclass(frozen=True, slots=True)
class ViewQuality:
    """How well one could see, 0 (nothing) to 3 (clear), and what hid the view.

    clear_share: of the time, measured; None when it was not.
    """

    grade: Literal[0, 1, 2, 3]
    hidden_by: tuple[Hider, ...] = ()
    clear_share: float | None = None

    def __post_init__(self) -> None:
        check_range("Share of clear view", self.clear_share, 0, 1)


@dataclass(frozen=True, slots=True)
class Still:
    """A picture that was kept. sha256: of its PNG in the media store, and its name there.

    recording, frame, t_ns: where in which recording it was taken; None outside one. is_simulated: from the simulator.
    """

    sha256: str
    name: str
    taken_utc: datetime
    recording: str | None = None
    frame: int | None = None
    t_ns: int | None = None
    width_px: int = 0
    height_px: int = 0
    is_simulated: bool = False

    def __post_init__(self) -> None:
        check_text("Name of the still", self.name, is_needed=True)
        check_time("The time of the still", self.taken_utc)


@dataclass(frozen=True, slots=True)
class Action:
    """Something done to the duct. is_complete: of a removal; mark: how a place was marked for the surgeon."""

    kind: ActionKind
    place: Place = UNPLACED
    finding: str | None = None
    is_complete: bool | None = None
    mark: MarkKind | None = None
    words: str = ""

    def __post_init__(self) -> None:
        check_text("What was done", self.words, TEXT)


@dataclass(frozen=True, slots=True)
class Complication:
    """Something that went wrong, and what was done about it."""

    kind: ComplicationKind
    words: str = ""
    treatment: str = ""

    def __post_init__(self) -> None:
        check_text("What happened", self.words, TEXT)
        check_text("What was done about it", self.treatment, TEXT)
