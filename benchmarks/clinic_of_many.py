"""A clinic's journal after years of work: many invented patients, each examination at its own place on the path."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import numpy as np

from ductoscope.care import assess_referral, load_protocol, plan_preparation
from ductoscope.model.clinical import (
    Anaesthetic,
    Consent,
    Decision,
    Depth,
    Discharge,
    Equipment,
    Finding,
    Happened,
    Identifier,
    Orifice,
    PatientDetails,
    Place,
    Plan,
    PriorImaging,
    Referral,
    Result,
    Side,
    SignedReport,
    Specimen,
    SymptomAdvice,
    SymptomCall,
    Symptoms,
    TimeOut,
    ViewQuality,
)
from ductoscope.model.clinical import happened as h
from ductoscope.record.journal import Draft, Journal

STATION = "room 1"
FAMILIES = ("Invented", "Imaginary", "Pretend", "Madeup", "Fictional", "Supposed", "Assumed", "Notional")
GIVENS = ("Ada", "Bea", "Cora", "Dora", "Elsa", "Fay", "Gina", "Hilda", "Ida", "Jona")
PER_DAY = 20
"""Referrals a day of the invented clinic."""
AT_ONCE = 4_000
"""Entries that are written in one go."""
WAITING = 200
"""So many wait for a decision, as many for their day, and as many for the laboratory; all before are closed."""


class Clock:
    """A clock that tells the times of old work: one of `due` at each look, in their order, then the true time."""

    def __init__(self) -> None:
        self.due: deque[datetime] = deque()

    def __call__(self) -> datetime:
        """Tell the next time."""
        return self.due.popleft() if self.due else datetime.now(UTC)


def fill(journal: Journal, clock: Clock, procedures: int, seed: int = 7) -> None:
    """Append the work of years: `procedures` examinations of four patients in five as many, the oldest first."""
    rng = np.random.default_rng(seed)
    protocol = load_protocol()
    today = datetime.now(UTC).replace(hour=8, minute=0, second=0, microsecond=0)
    patient_id = ""
    details: PatientDetails | None = None
    drafts: list[Draft] = []
    for number in range(procedures):
        left = procedures - number
        opened = today - timedelta(days=left / PER_DAY)
        before = len(drafts)
        if details is None or number % 5:
            patient_id = f"p{number:07d}"
            details = _invent(number, rng)
            drafts.append(Draft(h.PatientRegistered(details), "nurse", patient_id))
        side: Side = "left" if rng.random() < 0.5 else "right"
        referral = _refer(side, opened.date(), rng)
        advice = assess_referral(
            referral, born=details.birth_date, sex=details.sex, on=opened.date(), protocol=protocol
        )
        examined = opened + timedelta(days=5)
        is_planned = WAITING < left <= 2 * WAITING
        plan = Plan(today + timedelta(days=number % 10) if is_planned else examined, STATION, "doctor")
        preparation = plan_preparation(referral, plan, protocol)
        happened: list[Happened] = [h.ReferralReceived(referral, advice)]
        if left > WAITING:
            happened += [h.ReferralDecided("accepted", "Agreed."), h.ExaminationPlanned(plan, preparation)]
        if left > 2 * WAITING:
            happened += list(_examine(number, side, details, protocol.id, examined))
        if left > 3 * WAITING:
            happened += list(_finish(number, details, examined))
        procedure_id = f"x{number:07d}"
        drafts += [Draft(what, "doctor", patient_id, procedure_id) for what in happened]
        clock.due.extend([opened] * (len(drafts) - before))
        if len(drafts) > AT_ONCE or number == procedures - 1:
            journal.append_all(drafts)
            drafts.clear()


def _invent(number: int, rng: np.random.Generator) -> PatientDetails:
    return PatientDetails(
        family=f"{FAMILIES[number % len(FAMILIES)]}-{number}",
        given=GIVENS[int(rng.integers(len(GIVENS)))],
        birth_date=date(1940, 1, 1) + timedelta(days=int(rng.integers(20_000))),
        sex="female",
        identifiers=(Identifier("hospital", f"H{number:07d}"), Identifier("insurance", f"I{number:07d}")),
    )


def _refer(side: Side, on: date, rng: np.random.Generator) -> Referral:
    return Referral(
        side=side,
        received_on=on,
        referrer="Dr. Invented Referrer",
        reason="Bloody discharge from one duct.",
        discharge=Discharge((side,), "bloody", True, float(rng.integers(2, 20)), 8, "single", "positive"),
        is_pregnant=False,
        has_mass=False,
        imaging=(
            PriorImaging("mammography", on - timedelta(days=20), None, "2"),
            PriorImaging("ultrasound", on - timedelta(days=20), None, "2"),
        ),
    )


def _examine(
    number: int, side: Side, details: PatientDetails, protocol_id: str, examined: datetime
) -> Iterator[Happened]:
    place = Place(1, "L", Depth(22, 2, "graduation"), 3)
    identifiers = (f"hospital {details.identifiers[0].value}", f"insurance {details.identifiers[1].value}")
    yield h.ConsentRecorded(Consent("procedure", True, "1"))
    yield h.ConsentRecorded(Consent("images", True, "1"))
    yield h.TimeOutConfirmed(TimeOut(identifiers, side, True, True, True, "nurse"))
    yield h.ExaminationBegun(Equipment("Invented scope", "1", 0.9, 6000), protocol_id, STATION)
    yield h.WeightTaken(70)
    yield h.AnaestheticGiven(Anaesthetic("lidocaine", 1, 3, "periareolar", examined))
    yield h.OrificeNoted(
        Orifice(1, 4, "central", None, "bloody", 1, True, "", Depth(45, 2, "graduation"), ("", "L"), ("R",))
    )
    yield h.OrificeNoted(Orifice(2, 8, "peripheral", why_not="too narrow"))
    yield h.SalineNoted(8, 7)
    yield h.PainScored(3)
    yield h.FindingMarked(Finding("A", place, terms={"type": "polypoid solitary", "colour": "red"}))
    yield h.FindingMarked(Finding("B", place, terms={"type": "superficial"}))
    yield h.ViewJudged(ViewQuality(2, ("bubbles",)))
    for letter, kind, fixative in (("A", "basket", "formalin 10 %"), ("B", "lavage", "CytoLyt")):
        specimen = Specimen(
            letter, _code(number, letter), kind, examined, place, letter, fixative=fixative, collector="nurse"
        )  # fmt: skip
        yield h.SpecimenTaken(specimen, (examined + timedelta(days=7)).date())
    yield h.NoteTaken("Two invented findings.", "impression")
    yield h.AdviceGiven("Told what to expect.", "+00 1")
    yield h.ExaminationEnded()
    yield h.PatientLeftRoom()
    yield h.ReportSigned(SignedReport("preliminary", 1, "0" * 64, "1" * 64, "2" * 64, "doctor", examined))
    yield h.DuePlanned("call 1", "call", (examined + timedelta(days=2)).date(), "First call.")
    yield h.SpecimenPassed("A", "sent")
    yield h.SpecimenPassed("B", "sent")


def _finish(number: int, details: PatientDetails, examined: datetime) -> Iterator[Happened]:
    identifier = f"hospital {details.identifiers[0].value}"
    for letter in ("A", "B"):
        yield h.ResultArrived(
            letter,
            Result(_code(number, letter), identifier, "Invented Laboratory", examined.date(), "Invented.", tissue="B3"),
        )
        yield h.ResultAcknowledged(letter)
    yield h.SymptomsTold(SymptomCall(Symptoms(26, pain=2), SymptomAdvice("reassure", ())))
    yield h.DueDone("call 1", "Called.")
    yield h.StepDecided(Decision("monitor", "Seen again in six months.", is_concordant=True))
    yield h.ReportSigned(SignedReport("final", 2, "3" * 64, "4" * 64, "5" * 64, "doctor", examined))
    yield h.ProcedureClosed()


def _code(number: int, letter: str) -> str:
    return f"S{number:07d}{letter}"
