"""The other patients of the invented clinic: one in every stage, and what can go astray."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from ductoscope.demonstration.complete import _PATCH_AT
from ductoscope.demonstration.schedule import Story
from ductoscope.demonstration.stills import DEEP, PATCH, PATCH_OUTLINE
from ductoscope.demonstration.walk import DOCTOR, NURSE, Walk, imaging
from ductoscope.model.clinical import (
    BloodThinnerDecision,
    Decision,
    Discharge,
    Finding,
    Medication,
    PatientDetails,
    Result,
    Side,
    Unmeasurable,
)
from ductoscope.model.clinical import happened as h


def tell_berta(walk: Walk) -> Story:
    """Demo, Berta: referred, and nobody has done the imaging yet."""
    yield walk.clock.day(-1, 14)
    walk.refer(walk.register("Berta", date(1974, 8, 2)), imaging=())


def tell_clara(walk: Walk) -> Story:
    """Demo, Clara: imaging is suspicious, so she is sent to biopsy."""
    yield walk.clock.day(-4, 11)
    today = walk.clock().date()
    found = (imaging("mammography", today, "4B", 9), imaging("ultrasound", today, "4A", 9))
    procedure = walk.refer(walk.register("Clara", date(1966, 11, 30)), "right", imaging=found)
    yield walk.clock.day(-3, 9)
    walk.do(DOCTOR, procedure, h.ReferralDecided("sent to biopsy", "BI-RADS 4B: image-guided biopsy first."))


def tell_dora(walk: Walk) -> Story:
    """Demo, Dora: planned for the next days; nobody has asked the prescriber of her apixaban yet."""
    yield walk.clock.day(-6, 10)
    drug = Medication("Apixaban", "anticoagulant", "5 mg twice a day", "atrial fibrillation")
    procedure = walk.refer(walk.register("Dora", date(1958, 1, 22)), medications=(drug,))
    yield walk.clock.day(-5, 10)
    walk.accept(procedure)
    walk.plan(procedure, walk.clock.day(2, 10), sedation="minimal")
    walk.hand_out(procedure)


def tell_emma(walk: Walk) -> Story:
    """Demo, Emma: planned for today and prepared; the time-out is next."""
    yield walk.clock.day(-14, 10)
    procedure = walk.refer(walk.register("Emma", date(1979, 6, 9)))
    yield walk.clock.day(-13, 10)
    walk.accept(procedure)
    walk.plan(procedure, walk.clock.end + timedelta(minutes=40))
    walk.hand_out(procedure)
    yield walk.clock.ago(0.5)
    walk.prepare(procedure)


def tell_frida(walk: Walk) -> Story:
    """Demo, Frida: planned for later today, under sedation; the prescriber of her aspirin has decided."""
    yield walk.clock.day(-15, 10)
    drug = Medication("Aspirin", "antiplatelet", "100 mg", "after a stroke, six years ago")
    procedure = walk.refer(walk.register("Frida", date(1963, 4, 4)), "right", medications=(drug,))
    yield walk.clock.day(-12, 11)
    walk.accept(procedure)
    walk.plan(procedure, walk.clock.end + timedelta(minutes=130), sedation="moderate")
    walk.hand_out(procedure)
    yield walk.clock.day(-8, 15)
    decided = BloodThinnerDecision("Aspirin", "continue", "Dr Demo, Gerd", "Goes on unchanged.")
    walk.do(NURSE, procedure, h.BloodThinnerDecided(decided))


def tell_greta(walk: Walk) -> Story:
    """Demo, Greta: examined, and the result of her lavage is overdue."""
    yield from _examine(walk, "Greta", date(1969, 9, 12), 16, is_sampled=True)


def tell_hanna(walk: Walk) -> Story:
    """Demo, Hanna: nothing was found, and everything fits together; final."""
    yield from _examine(walk, "Hanna", date(1982, 2, 27), 25, side="right")
    procedure = _find(walk, "Hanna")
    yield walk.clock.day(-24, 9)
    walk.desk.decide_step(DOCTOR, procedure, Decision("monitor", "Nothing found; visits as the protocol says."))
    walk.sign(procedure, "final")


def tell_ida(walk: Walk) -> Story:
    """Demo, Ida: a suspicious look and a harmless result do not fit; the meeting must decide."""

    def mark(procedure: str) -> None:
        still = walk.keep(procedure, PATCH)
        terms = {"type": "superficial", "base": "broad", "surface": "rough", "colour": "grey-white", "suspicion": "D4"}
        size = Unmeasurable("no scale in the picture")
        walk.mark(procedure, Finding("A", _PATCH_AT, size, terms, still=still.sha256, outline=PATCH_OUTLINE))
        walk.desk.take_specimen(
            NURSE, procedure, kind="forceps", place=_PATCH_AT, finding="A", container="Formalin pot 20 ml"
        )

    yield from _examine(walk, "Ida", date(1961, 12, 5), 11, mark=mark)
    procedure = _find(walk, "Ida")
    yield walk.clock.day(-4, 9)
    specimen = walk.desk.journal.procedure(procedure).specimens["A"].specimen
    walk.report_back(procedure, specimen, "Normal duct wall, no lesion in the sample.", tissue="B1", has_atypia=False)
    yield walk.clock.day(-3, 12)
    walk.desk.decide_step(DOCTOR, procedure, Decision("meeting", "The look and the sample do not fit together."))


def tell_judith(walk: Walk) -> Story:
    """Somebody whom nobody knew when she was examined; Demo, Judith is she, and the two records wait to be joined."""
    yield walk.clock.day(-40, 9)
    walk.register("Judith", date(1976, 7, 19))
    yield walk.clock.ago(27)
    unknown = PatientDetails("Unknown (demo)", "woman of about fifty", None, "female")
    patient = walk.desk.register_patient(NURSE, unknown, is_emergency=True)
    procedure = walk.refer(
        patient, "right", referrer="Emergency department (invented)", reason="Sudden bloody discharge."
    )
    walk.accept(procedure, "Seen at once: bleeding from one duct.")
    walk.plan(procedure, walk.clock.ago(26.5))
    walk.prepare(procedure)
    yield walk.clock.ago(26)
    walk.begin(procedure)
    walk.note_extent(procedure, 31.0)
    walk.desk.take_specimen(NURSE, procedure, kind="lavage", container="CytoLyt vial", fixative="CytoLyt", ml=6)
    walk.finish(procedure, "Old blood in the duct, its source not seen.")
    walk.sign(procedure, "preliminary")
    walk.send(procedure)


def tell_karla(walk: Walk) -> Story:
    """Demo, Karla: examined just now; her preliminary report is to be signed."""
    yield walk.clock.day(-20, 9)
    procedure = walk.refer(walk.register("Karla", date(1973, 10, 8)))
    walk.accept(procedure)
    walk.plan(procedure, walk.clock.ago(1.5))
    yield walk.clock.ago(2)
    walk.prepare(procedure)
    yield walk.clock.ago(1.5)
    walk.begin(procedure)
    walk.note_extent(procedure)
    walk.record(procedure)
    yield walk.clock.ago(1.4)
    walk.keep(procedure, DEEP)
    walk.finish(procedure, "Duct entered to 54 mm, no finding where it was seen.", pain=2.0)


def tell_lost_results(walk: Walk) -> Story:
    """Results that belong to nobody for certain."""
    yield walk.clock.ago(4)
    day = walk.clock().date()
    greta = walk.desk.journal.procedure(_find(walk, "Greta"))
    code = next(iter(greta.specimens.values())).specimen.code
    for specimen, number in ((code, "hospital DEMO-9999"), ("PATH-2231", "insurance 7")):
        text = "Benign duct cells, blood. (invented)"
        walk.desk.enter_result(NURSE, Result(specimen, number, "Demo laboratory", day, text, cytology="C2"))


def _examine(
    walk: Walk,
    given: str,
    born: date,
    days: float,
    *,
    side: Side = "left",
    is_sampled: bool = False,
    mark: Callable[[str], None] | None = None,
) -> Story:
    """From referral to the preliminary report, so many days ago."""
    at = walk.clock.day(-days, 10)
    yield walk.clock.day(-days - 14, 9)
    discharge = Discharge((side,), "bloody", True, 4, 6, "single", "positive")
    procedure = walk.refer(walk.register(given, born), side, discharge=discharge)
    yield walk.clock.day(-days - 12, 9)
    walk.accept(procedure)
    walk.plan(procedure, at)
    yield at - timedelta(minutes=45)
    walk.prepare(procedure)
    yield at
    walk.begin(procedure)
    walk.note_extent(procedure)
    if mark is not None:
        mark(procedure)
    if is_sampled:
        walk.desk.take_specimen(NURSE, procedure, kind="lavage", container="CytoLyt vial", fixative="CytoLyt", ml=8)
    walk.finish(procedure, "Seen as far as the duct let the scope pass.")
    yield at + timedelta(minutes=20)
    walk.sign(procedure, "preliminary")
    walk.send(procedure)
    yield at + timedelta(hours=26)
    walk.call(procedure, 26.0, "call 1", "A little tender, no bleeding.")
    yield at + timedelta(days=7)
    walk.call(procedure, 168.0, "call 2", "Well.")


def _find(walk: Walk, given: str) -> str:
    patient = next(row for row in walk.desk.journal.find_patients(f"Demo {given}") if row.given == given)
    return walk.desk.journal.procedures_of(patient.patient_id)[0].procedure_id


OTHERS = (
    tell_berta, tell_clara, tell_dora, tell_emma, tell_frida, tell_greta, tell_hanna, tell_ida, tell_judith,
    tell_karla, tell_lost_results,
)  # fmt: skip
