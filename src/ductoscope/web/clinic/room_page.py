"""RoomPage: the monitor, and, while a patient is in the room, the strip and the panel around it."""

from __future__ import annotations

from typing import Any, get_args

from fastapi import Request
from fastapi.responses import HTMLResponse

from ductoscope.care import make_checklist
from ductoscope.model.clinical import (
    FINDING_TERMS,
    ActionKind,
    Agent,
    ComplicationKind,
    Fixative,
    MarkKind,
    Patient,
    Procedure,
    Ring,
    Route,
    SpecimenKind,
    StopReason,
    TimerName,
)
from ductoscope.model.clinical.examination import Hider
from ductoscope.model.clinical.referral import Colour
from ductoscope.web.clinic.entry import person_of
from ductoscope.web.clinic.look_once import LookOnce
from ductoscope.web.clinic.occupancy import Occupancy
from ductoscope.web.clinic.pages import Pages
from ductoscope.web.clinic.preparation import group_by_phase
from ductoscope.web.clinic.recordings import tie_again
from ductoscope.web.keys import ROOM_KEYS
from ductoscope.web.pages import describe_monitor
from ductoscope.web.settings import MonitorSettings

CHOICES: dict[str, tuple[Any, ...]] = {
    "agent": get_args(Agent),
    "route": get_args(Route),
    "colour": get_args(Colour),
    "ring": get_args(Ring),
    "stop": get_args(StopReason),
    "specimen": get_args(SpecimenKind),
    "fixative": get_args(Fixative),
    "action": get_args(ActionKind),
    "mark": get_args(MarkKind),
    "complication": get_args(ComplicationKind),
    "hider": get_args(Hider),
    "timer": get_args(TimerName),
}
"""What can be chosen in the room, in the words of the nouns; the texts hold what a person reads."""


class RoomPage:
    """Draws /room."""

    def __init__(
        self, occupancy: Occupancy, pages: Pages, monitor: MonitorSettings, looks: LookOnce, *, has_practice: bool
    ) -> None:
        self._occupancy = occupancy
        self._looks = looks
        self._pages = pages
        self._monitor = monitor
        self._has_practice = has_practice

    def show(self, request: Request) -> HTMLResponse:
        """Answer with the page of whoever is in the room now; the look at the record is audited."""
        desk, who = self._occupancy.desk, person_of(request)
        procedure_id = self._occupancy.look()
        procedure: Procedure | None = None
        patient: Patient | None = None
        if procedure_id is not None:
            procedure = tie_again(desk, self._occupancy.room.data_folder, desk.journal.procedure(procedure_id))
            desk.look(who, "room", patient_id=procedure.patient_id, procedure_id=procedure_id)
            self._looks.remember(request, procedure_id)
            patient = desk.journal.patient(procedure.patient_id)
        sedation = "none" if procedure is None or procedure.plan is None else procedure.plan.sedation
        context, setup = describe_monitor(self._monitor, self._pages.texts, has_practice=self._has_practice)
        taken = {name for names in self._monitor.keys.values() for name in names}
        room_keys = {act: [name for name in names if name not in taken] for act, names in ROOM_KEYS.items()}
        setup["procedure"] = procedure_id
        setup["acts"] = "/api" if procedure_id is None else f"/api/room/{procedure_id}"
        setup["room_keys"] = room_keys
        setup["terms"] = {name: list(words) for name, words in FINDING_TERMS.items()}
        return self._pages.show(
            request,
            "clinic/room.html",
            **context,
            setup=setup,
            room_keys=room_keys,
            procedure=procedure,
            patient=patient,
            choices=CHOICES,
            phases=group_by_phase(make_checklist(desk.protocol, sedation)),
            view_words={grade: self._pages.word("room_view_grade", str(grade)) for grade in range(4)},
            site_phone=desk.site.phone,
            terms=FINDING_TERMS,
        )
