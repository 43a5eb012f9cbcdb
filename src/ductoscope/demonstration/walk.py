"""Walk: steps of a patient's path that several invented patients share, each done at the desk by the right person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from ductoscope import __version__
from ductoscope.clinic import Desk, list_identifiers
from ductoscope.demonstration.recordings import FPS, SECONDS, Tape
from ductoscope.demonstration.schedule import DemoClock
from ductoscope.demonstration.stills import SIZE_PX, DrawnStill, Seen
from ductoscope.model.clinical import (
    Anaesthetic,
    Consent,
    Depth,
    Discharge,
    Equipment,
    Finding,
    Happened,
    Identifier,
    Orifice,
    PatientDetails,
    Person,
    Plan,
    PriorImaging,
    Referral,
    Result,
    Side,
    Specimen,
    Still,
    Symptoms,
    TimeOut,
    ViewQuality,
)
from ductoscope.model.clinical import happened as h

PASSWORD = "demonstration only"
DOCTOR = Person("demo.doctor", "Dr Demo, Dorothea", "doctor")
NURSE = Person("demo.nurse", "Demo, Nora", "nurse")
TRAINEE = Person("demo.trainee", "Demo, Theo", "trainee")
ADMINISTRATOR = Person("demo.admin", "Demo, Adam", "administrator")
EVERYBODY = (DOCTOR, NURSE, TRAINEE, ADMINISTRATOR)
_EQUIPMENT = Equipment(
    scope_model="Simulated scope, 6,000 cores",
    scope_serial="SIM-7",
    outer_diameter_mm=0.9,
    cores=6000,
    reprocessed="Simulated: not needed",
    camera="Simulated camera",
    software=f"Ductoscope {__version__}",
    is_simulated=True,
)
_CONSENTS = (
    Consent("procedure", True, "Ductoscopy consent, version 1, example"),
    Consent("images", True, "Consent to pictures, version 1, example"),
)


@dataclass
class Walk:
    """The desk, the story's clock, the pictures by name, and what lays recordings into the data folder."""

    desk: Desk
    clock: DemoClock
    stills: Mapping[str, DrawnStill]
    tape: Tape
    numbers: Iterable[int] = field(default_factory=lambda: iter(range(1001, 9999)))

    def register(self, given: str, born: date, sex: str = "female") -> str:
        """Register "Demo, GIVEN" with an invented number."""
        number = Identifier("hospital", f"DEMO-{next(iter(self.numbers))}")
        details = PatientDetails(
            "Demo", given, born, "male" if sex == "male" else "female", identifiers=(number,), phone="not a real number"
        )
        return self.desk.register_patient(NURSE, details)

    def refer(self, patient: str, side: Side = "left", **changes: object) -> str:
        """Receive a referral for bloody discharge of one breast that lacks nothing, but for the changes."""
        today = self.clock().date()
        known: dict[str, object] = {
            "side": side,
            "received_on": today,
            "referrer": "Dr Demo, Gerd (invented practice)",
            "reason": "Bloody discharge from one duct.",
            "discharge": Discharge((side,), "bloody", True, 5, 9, "single", "positive"),
            "is_pregnant": False,
            "has_breastfed": False,
            "has_mass": False,
            "allergies": "none known",
            "imaging": (imaging("mammography", today), imaging("ultrasound", today)),
        }
        return self.desk.receive_referral(NURSE, patient, Referral(**{**known, **changes}))  # type: ignore[arg-type]

    def do(self, who: Person, procedure: str, *acts: Happened) -> None:
        """Do plain acts, one after the other."""
        for what in acts:
            self.desk.do(who, what, procedure_id=procedure)

    def accept(self, procedure: str, reason: str = "") -> None:
        """The doctor accepts the referral."""
        self.do(DOCTOR, procedure, h.ReferralDecided("accepted", reason))

    def plan(self, procedure: str, at: datetime, **changes: object) -> None:
        """Plan the examination, and hand out letter and leaflet."""
        known: dict[str, object] = {"at_utc": at, "room": self.desk.station, "operator": DOCTOR.id}
        self.desk.plan_examination(NURSE, procedure, Plan(**{**known, **changes}))  # type: ignore[arg-type]

    def hand_out(self, procedure: str) -> None:
        """Print the letter before the day and the leaflet."""
        for kind in ("letter", "leaflet"):
            sha256, _ = self.desk.make_document(NURSE, procedure, kind)
            self.do(NURSE, procedure, h.LetterGiven(kind, sha256))

    def prepare(self, procedure: str) -> None:
        """Consents, weight and the checklist before the day."""
        self.do(NURSE, procedure, *map(h.ConsentRecorded, _CONSENTS), h.WeightTaken(68.0))
        for item in ("identity", "consent", "drugs", "allergies", "leaflet"):
            if f"checklist.{item}" in self.desk.protocol.rules:
                self.do(NURSE, procedure, h.ItemChecked(f"checklist.{item}"))

    def begin(self, procedure: str, doses: int = 1) -> None:
        """Time-out, local anaesthetic, and the scope goes in."""
        record = self.desk.journal.procedure(procedure)
        patient = self.desk.journal.patient(record.patient_id)
        assert record.referral is not None
        first, second, *_ = list_identifiers(patient)
        said = TimeOut((first, second), record.referral.side, True, True, True, second_person=NURSE.name)
        self.desk.confirm_time_out(DOCTOR, procedure, said)
        dose = Anaesthetic("lidocaine", 1.0, 3.0, "intranipple", self.clock())
        self.do(NURSE, procedure, *[h.AnaestheticGiven(dose)] * doses)
        self.desk.begin_examination(DOCTOR, procedure, _EQUIPMENT, assistant=NURSE.id)

    def record(self, procedure: str) -> str | None:
        """Record a few simulated seconds; returns the recording's name, None where nothing is recorded."""
        name = self.tape.lay(self.clock())
        if name is not None:
            made = h.RecordingMade(name, FPS * SECONDS, float(SECONDS))
            self.do(DOCTOR, procedure, h.RecordingMade(name), made)
        return name

    def keep(self, procedure: str, seen: Seen, *, recording: str | None = None, is_chosen: bool = True) -> Still:
        """Keep a simulated still, chosen for the report."""
        drawn = self.stills[seen.name]
        still = self.desk.keep_still(
            DOCTOR,
            procedure,
            drawn.png,
            name=seen.name,
            recording=recording,
            frame=round(seen.seconds * FPS) if recording is not None else None,
            t_ns=drawn.t_ns if recording is not None else None,
            width_px=SIZE_PX,
            height_px=SIZE_PX,
            is_simulated=True,
        )
        if is_chosen:
            self.do(DOCTOR, procedure, h.StillChosen(still.sha256, caption=seen.caption))
        return still

    def note_extent(self, procedure: str, deepest_mm: float = 54.0) -> None:
        """Two openings on the clock face: one entered, one not."""
        entered = Orifice(
            1,
            4.0,
            "central",
            distance_mm=2.0,
            discharge="bloody",
            dilated_to_mm=1.0,
            is_cannulated=True,
            deepest=Depth(deepest_mm, 1.0, "graduation"),
            branches_entered=("L", "LR"),
            branches_not_entered=("R", "LL"),
            stopped_by="too narrow",
        )
        dry = Orifice(2, 9.0, "peripheral", distance_mm=4.0, why_not="No discharge on pressing")
        self.do(NURSE, procedure, h.OrificeNoted(entered), h.OrificeNoted(dry))

    def mark(self, procedure: str, *findings: Finding) -> None:
        """Mark findings."""
        for finding in findings:
            self.desk.mark_finding(DOCTOR, procedure, finding)

    def finish(self, procedure: str, impression: str, *, pain: float = 3.0) -> None:
        """View, pain, saline, impression, advice; the scope is out and the patient leaves."""
        self.do(NURSE, procedure, h.PainScored(pain), h.SalineNoted(18.0, 12.0), h.ViewJudged(ViewQuality(3)))
        self.do(DOCTOR, procedure, h.NoteTaken(impression, "impression"))
        self.do(DOCTOR, procedure, h.NoteTaken("No bleeding, no dizziness.", "immediate state"))
        self.desk.end_examination(DOCTOR, procedure)
        site = self.desk.site
        self.do(NURSE, procedure, h.AdviceGiven("Leaflet explained: what is normal, and when to call.", site.phone))
        self.desk.leave_room(NURSE)

    def send(self, procedure: str) -> None:
        """Every specimen goes to the laboratory and arrives there."""
        for letter in self.desk.journal.procedure(procedure).specimens:
            self.do(NURSE, procedure, h.SpecimenPassed(letter, "sent", "Demo courier"))
            self.do(NURSE, procedure, h.SpecimenPassed(letter, "received", "Demo laboratory"))

    def report_back(self, procedure: str, specimen: Specimen, text: str, **category: object) -> None:
        """The laboratory's result comes, and the doctor reads it."""
        patient = self.desk.journal.patient(self.desk.journal.procedure(procedure).patient_id)
        number = f"hospital {patient.details.identifiers[0].value}"
        day = self.clock().date()
        result = Result(specimen.code, number, "Demo laboratory", day, text, **category)  # type: ignore[arg-type]
        self.desk.enter_result(NURSE, result)
        self.desk.acknowledge_result(DOCTOR, procedure, specimen.letter)

    def call(self, procedure: str, hours: float, due: str, words: str) -> None:
        """A call to somebody who is well, so many hours after the examination."""
        well = Symptoms(
            hours=hours,
            soaks_pad_minutes=2000.0,
            bleeding_hours=12.0,
            pain=1.0,
            is_pain_increasing=False,
            is_pain_eased=True,
            has_swelling=False,
            is_swelling_rapid=False,
            has_redness=False,
            has_pus=False,
            temperature_c=36.8,
            is_shivering=False,
            has_chest_pain=False,
            is_breathless=False,
            has_rash_or_swollen_face=False,
            has_fainted=False,
            words=words,
        )
        told = "All as expected; the leaflet says when to call."
        self.desk.take_call(NURSE, procedure, well, told, "the patient herself", due=due)

    def sign(self, procedure: str, kind: str, despite: str = "") -> None:
        """The doctor signs a report."""
        self.desk.sign_report(DOCTOR, procedure, kind, password=PASSWORD, despite=despite)  # type: ignore[arg-type]


def imaging(kind: str, today: date, birads: str = "2", days: int = 14) -> PriorImaging:
    """Imaging of both sides some days before."""
    return PriorImaging(kind, today - timedelta(days=days), None, birads)  # type: ignore[arg-type]
