"""A desk for tests: a real journal and media store in a folder, a clock that a test moves, people, a patient's path."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from argon2 import PasswordHasher

from ductoscope.clinic import Desk, Passwords
from ductoscope.model.clinical import (
    Consent,
    Discharge,
    Equipment,
    Identifier,
    Orifice,
    PatientDetails,
    Person,
    Plan,
    PriorImaging,
    Referral,
    TimeOut,
    ViewQuality,
)
from ductoscope.model.clinical import happened as h
from ductoscope.record.credentials import Credentials
from ductoscope.record.journal import open_journal
from ductoscope.record.media import MediaStore
from ductoscope.report import Signer, Site

PASSWORD = "four unrelated words here"
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n" + b"not really a picture"


@dataclass
class Clock:
    """Says the time that the test set; every look at it takes a millisecond, so that no two events are at once."""

    now: datetime = START
    ticks: itertools.count = field(default_factory=itertools.count)

    def __call__(self) -> datetime:
        return self.now + timedelta(milliseconds=next(self.ticks))

    def forward(self, **how: float) -> None:
        self.now += timedelta(**how)


DOCTOR = Person("doctor", "Dr Test", "doctor")
NURSE = Person("nurse", "Nurse Test", "nurse")
TRAINEE = Person("trainee", "Trainee Test", "trainee")
ADMINISTRATOR = Person("admin", "Admin Test", "administrator")


@dataclass
class House:
    """The desk with its clock, and steps of the path that tests need often."""

    desk: Desk
    clock: Clock

    def patient(self, number: str = "4711", family: str = "Test") -> str:
        return self.desk.register_patient(NURSE, details(number, family))

    def referred(self, number: str = "4711", **changes: object) -> str:
        return self.desk.receive_referral(NURSE, self.patient(number), referral(**changes))

    def accepted(self, number: str = "4711", **changes: object) -> str:
        procedure = self.referred(number, **changes)
        self.desk.do(DOCTOR, h.ReferralDecided("accepted", "agreed"), procedure_id=procedure)
        return procedure

    def planned(self, number: str = "4711", **changes: object) -> str:
        procedure = self.accepted(number, **changes)
        self.desk.plan_examination(NURSE, procedure, Plan(self.clock.now + timedelta(hours=1), "room 1", DOCTOR.id))
        self.desk.do(NURSE, h.ConsentRecorded(Consent("procedure", True)), procedure_id=procedure)
        return procedure

    def prepared(self, number: str = "4711") -> str:
        procedure = self.planned(number)
        self.desk.confirm_time_out(NURSE, procedure, time_out(number))
        return procedure

    def begun(self, number: str = "4711") -> str:
        procedure = self.prepared(number)
        self.desk.begin_examination(DOCTOR, procedure, Equipment(scope_model="Test scope"))
        return procedure

    def examined(self, number: str = "4711", *, specimens: int = 0) -> str:
        """An examination that lacks nothing of a preliminary report."""
        procedure = self.begun(number)
        for what in (
            h.OrificeNoted(Orifice(1, 3.0, "central", why_not="too narrow")),
            h.ViewJudged(ViewQuality(3)),
            h.NoteTaken("Nothing to be seen.", "impression"),
            h.AdviceGiven("Call us.", "1"),
        ):
            self.desk.do(NURSE, what, procedure_id=procedure)
        for _ in range(specimens):
            self.desk.take_specimen(NURSE, procedure, kind="lavage", fixative="CytoLyt", ml=2)
        self.desk.end_examination(DOCTOR, procedure)
        return procedure

    def final(self, number: str = "4711", *, specimens: int = 0) -> str:
        procedure = self.examined(number, specimens=specimens)
        self.desk.sign_report(DOCTOR, procedure, "preliminary", password=PASSWORD)
        self.desk.sign_report(DOCTOR, procedure, "final", password=PASSWORD, despite="asked by the referrer")
        return procedure


def details(number: str = "4711", family: str = "Test") -> PatientDetails:
    return PatientDetails(family, "Anna", date(1970, 5, 17), "female", identifiers=(Identifier("hospital", number),))


def referral(**changes: object) -> Referral:
    known: dict[str, object] = {
        "side": "left",
        "received_on": START.date(),
        "referrer": "Dr Elsewhere",
        "discharge": Discharge(("left",), "bloody", True, 5, 8, "single", "positive"),
        "is_pregnant": False,
        "has_breastfed": False,
        "has_mass": False,
        "imaging": (
            PriorImaging("mammography", START.date() - timedelta(days=20), None, "2"),
            PriorImaging("ultrasound", START.date() - timedelta(days=20), None, "2"),
        ),
    }
    return Referral(**{**known, **changes})  # type: ignore[arg-type]


def time_out(number: str = "4711", side: str = "left", **changes: object) -> TimeOut:
    said: dict[str, object] = {
        "identifiers": (f"hospital {number}", "birth date 1970-05-17"),
        "side": side,
        "is_site_marked": True,
        "is_consent_there": True,
        "allergies_said": True,
    }
    return TimeOut(**{**said, **changes})  # type: ignore[arg-type]


def open_house(folder: Path, signer: Signer, *, url: str = "", station: str = "room 1") -> House:
    """A desk with four people; in an empty journal they are added first."""
    clock = Clock()
    journal = open_journal(url or f"sqlite:///{folder / 'journal.db'}", now_utc=clock)
    desk = open_desk(journal, folder, signer, clock, station)
    for person in (ADMINISTRATOR, DOCTOR, NURSE, TRAINEE) if not journal.head()[0] else ():
        desk.add_person_by_command(person.id, person.name, person.role, PASSWORD)
    return House(desk, clock)


def open_desk(journal, folder: Path, signer: Signer, now_utc: Callable[[], datetime], station: str) -> Desk:
    return Desk(
        journal,
        Credentials(journal),
        MediaStore(folder / "media"),
        site=Site("Test clinic", phone="1"),
        signer=signer,
        now_utc=now_utc,
        station=station,
        passwords=Passwords(PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)),
    )
