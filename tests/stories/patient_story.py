"""The patient's path as requests to a workstation's server, one after the other, from referral to the last follow-up.

Each step knows what it posts from the examination as the journal has it, so a story can go on after any interruption.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from ductoscope.model.clinical import Procedure
from tests.clinic_desk import PASSWORD


@dataclass(frozen=True, slots=True)
class Told:
    """What the story knows: the patient's number in the hospital, the ids it got, the examination so far."""

    hospital_number: str
    patient_id: str = ""
    procedure: Procedure | None = None

    @property
    def id(self) -> str:
        """The examination's id."""
        assert self.procedure is not None
        return self.procedure.id


@dataclass(frozen=True, slots=True)
class Step:
    """One request. post: gives its path and its JSON; by: who sends it; needs_picture: of the live room."""

    name: str
    post: Callable[[Told], tuple[str, dict[str, Any]]]
    by: str = "nurse"
    needs_picture: bool = False
    parts: Mapping[tuple[str, ...], bool] = field(default_factory=dict)
    """What may be kept of it alone when the server dies in the middle, since it is true by itself; whether that is
    enough to go on, or the step must be done again."""


def _act(kind: str, /, **body: Any) -> Callable[[Told], tuple[str, dict[str, Any]]]:
    return lambda told: (f"/api/procedures/{told.id}/acts/{kind}", body)


def _in_room(verb: str, /, **body: Any) -> Callable[[Told], tuple[str, dict[str, Any]]]:
    return lambda told: (f"/api/room/{told.id}/{verb}", body)


def _examination(verb: str, /, **body: Any) -> Callable[[Told], tuple[str, dict[str, Any]]]:
    return lambda told: (f"/api/procedures/{told.id}/{verb}", body)


def today() -> date:
    """The day of the story, in UTC."""
    return datetime.now(UTC).date()


def _register(told: Told) -> tuple[str, dict[str, Any]]:
    details = {
        "family": "Invented",
        "given": "Story",
        "birth_date": "1970-01-31",
        "sex": "female",
        "identifiers": [{"system": "hospital", "value": told.hospital_number}],
        "phone": "+00 1",
        "language": "en",
    }
    return "/api/patients", {"details": details, "is_sure": True}


def _refer(told: Told) -> tuple[str, dict[str, Any]]:
    referral = {
        "side": "left",
        "received_on": today().isoformat(),
        "referrer": "Dr. Invented Referrer",
        "reason": "Bloody discharge from one duct.",
        "discharge": {
            "sides": ["left"],
            "colour": "bloody",
            "is_spontaneous": True,
            "times_per_week": 4,
            "weeks": 8,
            "ducts": "single",
            "blood_test": "positive",
        },
        "is_pregnant": False,
        "has_breastfed": False,
        "has_mass": False,
        "medications": [{"name": "Apixaban", "kind": "anticoagulant", "dose": "5 mg", "reason": "atrial fibrillation"}],
        "imaging": [
            {"kind": "mammography", "done_on": (today() - timedelta(days=20)).isoformat(), "birads": "2"},
            {"kind": "ultrasound", "done_on": (today() - timedelta(days=20)).isoformat(), "birads": "2"},
        ],
    }
    return f"/api/patients/{told.patient_id}/referral", {"referral": referral, "has_discharge": "yes"}


def _plan(told: Told) -> tuple[str, dict[str, Any]]:
    at = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    return f"/api/procedures/{told.id}/plan", {"at_utc": at.isoformat(), "room": "room 1", "operator": "doctor"}


def _confirm_time_out(told: Told) -> tuple[str, dict[str, Any]]:
    said = {
        "first": {"kind": "birth date", "value": "31.1.1970"},
        "second": {"kind": "hospital", "value": told.hospital_number},
        "side": "left",
        "is_site_marked": True,
        "is_consent_there": True,
        "allergies_said": True,
        "second_person": "doctor",
    }
    return f"/api/procedures/{told.id}/time-out", {"time_out": said}


def _specimen(finding: str, kind: str, fixative: str) -> Callable[[Told], tuple[str, dict[str, Any]]]:
    taken = {"kind": kind, "finding": finding, "container": "tube", "fixative": fixative, "pieces": 1}
    return _in_room("specimen", specimen=taken)


def _result(letter: str, **answer: Any) -> Callable[[Told], tuple[str, dict[str, Any]]]:
    def post(told: Told) -> tuple[str, dict[str, Any]]:
        assert told.procedure is not None
        return "/api/results", {
            "specimen_code": told.procedure.specimens[letter].specimen.code,
            "patient_identifier": told.hospital_number,
            "laboratory": "Invented Laboratory",
            "reported_on": today().isoformat(),
            "text": "Invented result.",
            **answer,
        }

    return post


def _finding(kind: str, depth_mm: float) -> Callable[[Told], tuple[str, dict[str, Any]]]:
    marked = {
        "terms": {"type": kind, "colour": "red"},
        "place": {"orifice": 1, "branch": "L", "depth_mm": depth_mm},
        "words": "Invented finding.",
    }
    return _in_room("finding", finding=marked)


def _sign(kind: str, addendum: str = "") -> Callable[[Told], tuple[str, dict[str, Any]]]:
    return _examination("report", kind=kind, password=PASSWORD, addendum=addendum)


OPENING = {
    "clock": 4.0,
    "ring": "central",
    "discharge": "bloody",
    "dilated_to_mm": 1.0,
    "is_cannulated": True,
    "deepest_mm": 45,
    "branches_entered": "L",
    "branches_not_entered": "R",
    "stopped_by": "too narrow",
}
SCOPE = {"scope_model": "Toy", "scope_serial": "0", "outer_diameter_mm": 0.9}
DOSE = {"agent": "lidocaine", "percent": 1, "ml": 3, "route": "periareolar"}
TOLD_AT_END = {"words": "Told what to expect.", "phone": "+00 2", "is_advice_given": True}

STORY: tuple[Step, ...] = (
    Step("register", _register),
    Step("refer", _refer),
    Step("accept", _act("ReferralDecided", outcome="accepted", reason="Agreed with the patient."), by="doctor"),
    Step("plan", _plan),
    Step(
        "thinner",
        _act(
            "BloodThinnerDecided",
            decision={"medication": "Apixaban", "decision": "continue", "prescriber": "Dr. Invented Prescriber"},
        ),
    ),
    Step("consent", _act("ConsentRecorded", consent={"kind": "procedure", "is_given": True, "version": "1"})),
    Step("images", _act("ConsentRecorded", consent={"kind": "images", "is_given": True, "version": "1"})),
    Step("check identity", _act("ItemChecked", item="checklist.identity")),
    Step("check consent", _act("ItemChecked", item="checklist.consent")),
    Step("uncheck consent", _act("ItemChecked", item="checklist.consent", is_done=False)),
    Step("letter", _examination("documents", kind="leaflet", language="en")),
    Step("time-out", _confirm_time_out, by="doctor"),
    Step("begin", _in_room("begin", begin=SCOPE), by="doctor", parts={("ExaminationBegun",): True}),
    Step("weight", _in_room("acts/WeightTaken", kg=68)),
    Step("towel", _in_room("acts/TimerStarted", timer="towel", minutes=15)),
    Step("towel off", _in_room("acts/TimerStopped", timer="towel")),
    Step("anaesthetic", _in_room("dose", dose=DOSE), parts={("AnaestheticGiven",): True}),
    Step("opening", _in_room("opening", opening=OPENING)),
    Step("saline", _in_room("saline", in_ml=5, out_ml=4)),
    Step("pain", _in_room("acts/PainScored", score=2)),
    Step("still", _in_room("still"), needs_picture=True),
    Step("finding A", _finding("polypoid solitary", 22), by="doctor"),
    Step("finding B", _finding("superficial", 40), by="doctor"),
    Step("specimen A", _specimen("A", "basket", "formalin 10 %")),
    Step("specimen B", _specimen("B", "lavage", "CytoLyt")),
    Step("view", _in_room("acts/ViewJudged", view={"grade": 2, "hidden_by": ["bubbles"]})),
    Step("action", _in_room("acts/ActionDone", action={"kind": "basket", "finding": "A", "is_complete": True})),
    Step("complication", _in_room("acts/ComplicationNoted", complication={"kind": "pain", "words": "Short."})),
    Step("note", _in_room("acts/NoteTaken", text="Two invented findings.", topic="impression"), by="doctor"),
    Step("end", _in_room("end", ending=TOLD_AT_END), by="doctor", parts={("AdviceGiven",): False}),
    Step("leave", _in_room("leave")),
    Step("preliminary", _sign("preliminary"), by="doctor"),
    Step("send A", _act("SpecimenPassed", letter="A", step="sent", by_whom="Porter")),
    Step("send B", _act("SpecimenPassed", letter="B", step="sent", by_whom="Porter")),
    Step("receive A", _act("SpecimenPassed", letter="A", step="received", by_whom="Laboratory")),
    Step("result B", _result("B", cytology="C2")),
    Step("result A", _result("A", tissue="B3", has_atypia=False)),
    Step("read A", lambda told: (f"/api/procedures/{told.id}/specimens/A/acknowledge", {}), by="doctor"),
    Step("read B", lambda told: (f"/api/procedures/{told.id}/specimens/B/acknowledge", {}), by="doctor"),
    Step(
        "call",
        _examination("call", symptoms={"hours": 26, "pain": 2, "is_pain_increasing": False}, told="All is well."),
    ),
    Step(
        "decide",
        lambda told: (
            f"/api/procedures/{told.id}/steps",
            {
                "decision": {"kind": "meeting", "words": "Shown in the meeting.", "by_meeting": True},
                "due_on": (today() + timedelta(days=7)).isoformat(),
            },
        ),
        by="doctor",
    ),
    Step("final", _sign("final"), by="doctor"),
    Step("addendum", _sign("addendum", "An invented later word."), by="doctor"),
)
