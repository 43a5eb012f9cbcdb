"""What the room's page may ask for, checked at the edge, and the nouns that it becomes."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from ductoscope.care import time_plan
from ductoscope.clinic import Desk
from ductoscope.model.clinical import (
    Agent,
    Anaesthetic,
    Fixative,
    Orifice,
    Person,
    Place,
    Procedure,
    Ring,
    Route,
    Specimen,
    SpecimenKind,
    StopReason,
    TimerName,
)
from ductoscope.model.clinical import happened as h
from ductoscope.model.clinical.referral import Colour
from ductoscope.web.clinic.marking import FindingWish, PlaceWish, ReadOff, tell_depth
from ductoscope.web.find_acts import SuggestionWish

Line = Annotated[str, Field(max_length=200)]


class Wish(BaseModel):
    """Something that a page asks for; unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class SalineWish(Wish):
    """Fluid since the last note; what was not given is nothing."""

    in_ml: float | None = None
    out_ml: float | None = None


class DoseWish(Wish):
    """A dose of local anaesthetic, given now. despite: why it is given above the limit."""

    agent: Agent
    percent: float
    ml: float
    route: Route
    despite: Line = ""


class OpeningWish(Wish):
    """An opening as it was found. number: None for a new one. branches: in words, parted by commas or spaces."""

    number: int | None = None
    clock: float
    ring: Ring
    distance_mm: float | None = None
    discharge: Colour | None = None
    dilated_to_mm: float | None = None
    is_cannulated: bool = False
    why_not: Line = ""
    deepest_mm: float | None = None
    read: ReadOff = "5"
    branches_entered: Line = ""
    branches_not_entered: Line = ""
    stopped_by: StopReason | None = None

    def to_orifice(self, procedure: Procedure) -> Orifice:
        """Make the noun; a new opening gets the next free number."""
        return Orifice(
            number=self.number or max(procedure.orifices, default=0) + 1,
            clock=self.clock,
            ring=self.ring,
            distance_mm=self.distance_mm,
            discharge=self.discharge,
            dilated_to_mm=self.dilated_to_mm,
            is_cannulated=self.is_cannulated,
            why_not="" if self.is_cannulated else self.why_not,
            deepest=tell_depth(self.deepest_mm, self.read),
            branches_entered=_part(self.branches_entered),
            branches_not_entered=_part(self.branches_not_entered),
            stopped_by=self.stopped_by,
        )


class PictureSource(Wish):
    """The picture that something was marked on: one of the room, by its number, or a still that is kept already."""

    sequence: int | None = None
    still: str | None = None


class RoomFindingWish(FindingWish):
    """A finding that was marked in the room; source: the picture it was marked on, None for none.

    suggestion: the one that was corrected to it, None when a person found it.
    """

    source: PictureSource | None = None
    suggestion: SuggestionWish | None = None


class SpecimenWish(Wish):
    """A sample that was just taken. place: where it is not the finding's."""

    kind: SpecimenKind
    place: PlaceWish = PlaceWish()
    finding: str | None = None
    container: Line = ""
    fixative: Fixative = "formalin 10 %"
    pieces: int = 1
    ml: float | None = None
    words: str = ""


class EndWish(Wish):
    """The scope is out. What the patient was told, and the phone number that was given."""

    words: str = Field(default="", max_length=5000)
    phone: Line = ""
    is_advice_given: bool = False


def note_dose(desk: Desk, who: Person, procedure_id: str, wish: DoseWish) -> int:
    """Note a dose given now, and start the clock of its effect; returns the newest entry's number."""
    dose = Anaesthetic(wish.agent, wish.percent, wish.ml, wish.route, desk.now_utc())
    number = desk.do(who, h.AnaestheticGiven(dose, despite=wish.despite), procedure_id=procedure_id).number
    running = desk.journal.procedure(procedure_id).timers.get("anaesthetic")
    if running is None or running.stopped_utc is not None:
        number = start_clock(desk, who, procedure_id, "anaesthetic")
    return number


def start_clock(desk: Desk, who: Person, procedure_id: str, timer: TimerName) -> int:
    """Start one of the room's clocks with the minutes that the care protocol plans; returns the entry's number."""
    return desk.do(who, h.TimerStarted(timer, time_plan(desk.protocol)[timer]), procedure_id=procedure_id).number


def collect_specimen(desk: Desk, who: Person, procedure_id: str, wish: SpecimenWish) -> Specimen:
    """Take a specimen; one from a finding comes from the finding's place and picture, unless another place is given."""
    place = wish.place.to_place()
    finding = desk.journal.procedure(procedure_id).findings.get(wish.finding or "")
    if finding is not None and place == Place():
        place = finding.place
    return desk.take_specimen(
        who,
        procedure_id,
        kind=wish.kind,
        place=place,
        finding=wish.finding,
        container=wish.container,
        fixative=wish.fixative,
        pieces=wish.pieces,
        ml=wish.ml,
        still=None if finding is None else finding.still,
        words=wish.words,
    )


def _part(words: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.upper() for word in words.replace(",", " ").replace(";", " ").split()))
