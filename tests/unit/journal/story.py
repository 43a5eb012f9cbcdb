"""What may happen in an invented clinic: one event of every kind, and whole stories drawn by a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count

from ductoscope.model.clinical import (
    Action,
    Anaesthetic,
    BloodThinnerDecision,
    Complication,
    Consent,
    Decision,
    Depth,
    Equipment,
    Finding,
    Happened,
    Identifier,
    MappedBranch,
    MeasuredMap,
    Measurement,
    NextStep,
    NextStepAdvice,
    Orifice,
    PatientDetails,
    Person,
    Place,
    Plan,
    PreparationAdvice,
    Reason,
    Referral,
    ReferralAdvice,
    Result,
    SignedReport,
    Specimen,
    Still,
    SymptomAdvice,
    SymptomCall,
    Symptoms,
    TimeOut,
    ViewQuality,
)
from ductoscope.model.clinical import happened as h
from ductoscope.record.journal import Draft

NOON = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)
DAY = date(2026, 3, 2)
REASON = Reason("a rule", "It says so.", "Invented source, 2026", True)
PLACE = Place(1, "LR", Depth(23.5, 2.0, "graduation"), 4.5)
SPECIMEN = Specimen("A", "DS-0001-A", "lavage", NOON, PLACE, "A", None, "tube", "CytoLyt", NOON, 2, 1.5, "doctor", "ok")
RESULT = Result("DS-0001-A", "hospital 17", "Invented Laboratory", DAY, "Nothing seen.", "C2", None, False, "ef" * 32)
STILL = Still("ab" * 32, "still-1", NOON, "rec-1", 17, 123_456, 640, 480, True)
MAP = MeasuredMap(
    1,
    "12" * 32,
    "mm",
    "the depth of the shaft",
    width=800.0,
    height=312.0,
    zero_x=96.0,
    per_unit=13.85,
    branches=(
        MappedBranch("", True, 0.0, 20.0, 84.0, 0.75, 0.125, "34" * 32, 620, 192),
        MappedBranch("R", False, 20.0, 20.0, 109.0),
    ),
    eye="learned 1",
    software="Ductoscope 0.1.0",
    is_simulated=True,
)
ADVICE = ReferralAdvice("indicated", True, None, (REASON,), (REASON,), (), (), "p-1")


def details(number: int, family: str = "Demo", *systems: str) -> PatientDetails:
    """An invented person with one number of each kind that is named."""
    owned = tuple(Identifier(system, f"{system[0]}-{number}") for system in systems or ("hospital",))
    return PatientDetails(family, f"Anna {number}", date(1960, 1, 1) + timedelta(days=number), "female", "", owned)


SAMPLES: tuple[Happened, ...] = (
    h.PatientRegistered(details(1, "Ødegård-Müller", "hospital", "national"), is_emergency=False),
    h.PatientCorrected(details(1), "Name was misspelt"),
    h.PatientReconciled("p-2", "Passport was found"),
    h.ReferralReceived(Referral("left", DAY, "Dr. Example", is_pregnant=False), ADVICE),
    h.ReferralDecided("accepted", "as advised"),
    h.ExaminationPlanned(Plan(NOON, "room 1", "doctor"), PreparationAdvice(items=(("cream", REASON),))),
    h.BloodThinnerDecided(BloodThinnerDecision("Examplarin", "continue", "Dr. Prescriber")),
    h.ConsentRecorded(Consent("procedure", True, "2026-1")),
    h.ItemChecked("towel"),
    h.LetterGiven("letter", "cd" * 32),
    h.ProcedureCancelled("Patient is ill"),
    h.TimeOutConfirmed(TimeOut(("hospital h-1", "born 1960-01-02"), "left", True, True, True, "nurse")),
    h.ExaminationBegun(Equipment("Scope", "S-1", 0.9, 6000, is_simulated=True), "p-1", "room 1", "nurse"),
    h.ExaminationEnded(),
    h.TimerStarted("towel", 15),
    h.TimerStopped("towel"),
    h.WeightTaken(70.5),
    h.AnaestheticGiven(Anaesthetic("lidocaine", 1, 2.5, "periareolar", NOON)),
    h.OrificeNoted(Orifice(1, 4.5, "central", 1.0, "bloody", 0.9, True, "", Depth(30, 2, "manual"), ("", "L"), ("R",))),
    h.DuctMapped(MAP),
    h.SalineNoted(5, 1),
    h.PainScored(3),
    h.RecordingMade("rec-1", 100, 10.0, 1),
    h.StillKept(STILL),
    h.StillChosen("ab" * 32, True, "A finding"),
    h.FindingMarked(
        Finding(
            "A", PLACE, Measurement(2.1, 0.2, "tool", "forceps"), {"base": "stalk"}, outline=((0.1, 0.2), (0.5, 0.5))
        )
    ),
    h.ViewJudged(ViewQuality(2, ("turbid",), 0.8)),
    h.ActionDone(Action("basket", PLACE, "A", True)),
    h.ComplicationNoted(Complication("vasovagal", "fainted", "legs up")),
    h.NoteTaken('Said: "ça va" \u2014 \u0142\U0001f642\n2nd line', "impression"),
    h.AdviceGiven("Call when it bleeds.", "112"),
    h.SpecimenTaken(SPECIMEN, DAY + timedelta(days=7)),
    h.SpecimenPassed("A", "sent", "courier"),
    h.ResultArrived("A", RESULT, "entry-1"),
    h.ResultAcknowledged("A"),
    h.ResultQueued("entry-1", RESULT, "No such code."),
    h.ResultDiscarded("entry-1", "Of another house"),
    h.ReportSigned(SignedReport("final", 1, "aa" * 32, "bb" * 32, "cc" * 32, "doctor", NOON)),
    h.StepsAdvised(NextStepAdvice((NextStep("monitor", REASON, DAY),), None)),
    h.StepDecided(Decision("monitor", "in six months")),
    h.SymptomsTold(SymptomCall(Symptoms(5, pain=2), SymptomAdvice("reassure", (REASON,)))),
    h.DuePlanned("call 1", "call", DAY, "Ring up"),
    h.DueMoved("call 1", DAY + timedelta(days=1), "Nobody answered"),
    h.DueDone("call 1", "Spoke with her"),
    h.ProcedureClosed(),
    h.PersonAdded(Person("doctor", "Dr. Example", "doctor")),
    h.PasswordSet("doctor"),
    h.SignedIn(),
    h.SignInRefused("dcotor", "wrong"),
    h.SignedOut("idle"),
    h.RecordLooked("report"),
    h.LookRefused("admin"),
    h.ProtocolSigned("p-1", ("a rule",)),
    h.ProtocolChanged("p-2", "dd" * 32),
    h.PatientLeftRoom(),
    h.TroubleHappened("camera", "The camera is gone."),
)
"""One of every kind."""
_PLAIN_KINDS = (
    h.ReferralDecided,
    h.ExaminationPlanned,
    h.BloodThinnerDecided,
    h.ConsentRecorded,
    h.ItemChecked,
    h.LetterGiven,
    h.TimeOutConfirmed,
    h.ExaminationBegun,
    h.ExaminationEnded,
    h.TimerStarted,
    h.TimerStopped,
    h.WeightTaken,
    h.AnaestheticGiven,
    h.OrificeNoted,
    h.DuctMapped,
    h.SalineNoted,
    h.PainScored,
    h.RecordingMade,
    h.StillKept,
    h.StillChosen,
    h.FindingMarked,
    h.ViewJudged,
    h.ActionDone,
    h.ComplicationNoted,
    h.NoteTaken,
    h.AdviceGiven,
    h.ReportSigned,
    h.StepsAdvised,
    h.StepDecided,
    h.SymptomsTold,
    h.DuePlanned,
    h.TroubleHappened,
    h.RecordLooked,
    h.LookRefused,
    h.ProcedureClosed,
    h.ProcedureCancelled,
)
PLAIN = tuple(one for one in SAMPLES if isinstance(one, _PLAIN_KINDS))
"""What may happen to an examination at any time."""


def begin(number: int = 1) -> list[Draft]:
    """A person, registered and referred: patient `p-N`, examination `x-N`; two events."""
    patient_id, procedure_id = f"p-{number}", f"x-{number}"
    referral = Referral("left", DAY, "Dr. Example")
    return [
        Draft(h.PatientRegistered(details(number)), "nurse", patient_id),
        Draft(h.ReferralReceived(referral, ADVICE), "nurse", patient_id, procedure_id),
    ]


def tell(seed: int) -> Iterator[Draft]:
    """A story without end that a clinic could live: valid drafts, drawn by a seed."""
    rng = random.Random(seed)
    numbers = count(1)
    people: list[str] = []
    emergencies: list[str] = []
    procedures: list[str] = []
    taken: dict[str, list[str]] = {}
    reported: list[tuple[str, str]] = []
    dues: list[tuple[str, str]] = []
    queue: list[str] = []

    def meet() -> Iterator[Draft]:
        number = next(numbers)
        patient_id = f"p-{number}"
        is_emergency = rng.random() < 0.3
        # An emergency's number may be one that somebody has already.
        noted = rng.randrange(1, number + 1) if is_emergency else number
        yield Draft(
            h.PatientRegistered(details(noted, rng.choice(["Demo", "Müller", "Łoś"])), is_emergency),
            "nurse",
            patient_id,
        )
        (emergencies if is_emergency else people).append(patient_id)

    def refer() -> Iterator[Draft]:
        procedure_id = f"x-{next(numbers)}"
        side = rng.choice(["left", "right"])
        referral = Referral(side, DAY, "Dr. Example")
        yield Draft(h.ReferralReceived(referral, ADVICE), "nurse", rng.choice(people + emergencies), procedure_id)
        procedures.append(procedure_id)
        taken[procedure_id] = []

    def correct() -> Iterator[Draft]:
        patient_id = rng.choice(people)
        systems = rng.choice([("hospital",), ("national",), ("hospital", "insurance")])
        yield Draft(h.PatientCorrected(details(int(patient_id[2:]), "Married", *systems)), "nurse", patient_id)

    def reconcile() -> Iterator[Draft]:
        if emergencies:
            patient_id = emergencies.pop(rng.randrange(len(emergencies)))
            yield Draft(h.PatientReconciled(rng.choice(people + emergencies), "Found out"), "doctor", patient_id)

    def sample() -> Iterator[Draft]:
        procedure_id = rng.choice(procedures)
        letters = taken[procedure_id]
        letter = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[len(letters) % 26] * (1 + len(letters) // 26)
        one = Specimen(letter, f"code-{next(numbers)}", "lavage", NOON)
        yield Draft(h.SpecimenTaken(one, DAY + timedelta(days=rng.randrange(20))), "doctor", None, procedure_id)
        letters.append(letter)
        if rng.random() < 0.7:
            yield Draft(h.SpecimenPassed(letter, "sent"), "nurse", None, procedure_id)
        if rng.random() < 0.6:
            yield Draft(h.ResultArrived(letter, RESULT, queue.pop() if queue else None), "nurse", None, procedure_id)
            reported.append((procedure_id, letter))

    def acknowledge() -> Iterator[Draft]:
        if reported:
            procedure_id, letter = rng.choice(reported)
            yield Draft(h.ResultAcknowledged(letter), "doctor", None, procedure_id)

    def owe() -> Iterator[Draft]:
        procedure_id, key = rng.choice(procedures), f"call {next(numbers)}"
        yield Draft(h.DuePlanned(key, "call", DAY, "Ring up"), "nurse", None, procedure_id)
        dues.append((procedure_id, key))
        procedure_id, key = rng.choice(dues)
        later = DAY + timedelta(days=rng.randrange(9))
        yield Draft(h.DueMoved(key, later, "Nobody answered"), "nurse", None, procedure_id)
        if rng.random() < 0.5:
            yield Draft(h.DueDone(key, "Spoke with her"), "nurse", None, procedure_id)

    def wait() -> Iterator[Draft]:
        entry = f"entry-{next(numbers)}"
        yield Draft(h.ResultQueued(entry, RESULT, "No such code."), "")
        if rng.random() < 0.5:
            yield Draft(h.ResultDiscarded(entry, "Not ours"), "nurse")
        else:
            queue.append(entry)

    def hire() -> Iterator[Draft]:
        number = rng.randrange(5)
        yield Draft(h.PersonAdded(Person(f"n-{number}", "Nurse", "nurse", rng.random() < 0.5)), "admin")

    def go_on() -> Iterator[Draft]:
        for _ in range(rng.randrange(1, 8)):
            yield Draft(rng.choice(PLAIN), "doctor", None, rng.choice(procedures))

    yield Draft(h.PatientRegistered(details(next(numbers))), "nurse", "p-1")
    people.append("p-1")
    yield from refer()
    while True:
        act = rng.choice([meet, refer, correct, reconcile, sample, acknowledge, owe, wait, hire, go_on, go_on, go_on])
        yield from act()
