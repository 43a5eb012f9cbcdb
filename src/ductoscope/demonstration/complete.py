"""The complete patient: from the referral to the first follow-up, with two findings and two specimens."""

from __future__ import annotations

from datetime import date, timedelta

from ductoscope.demonstration.recordings import SECONDS
from ductoscope.demonstration.schedule import Story
from ductoscope.demonstration.stills import CLOSE, DEEP, PATCH, PATCH_OUTLINE, POLYP, POLYP_OUTLINE, SIZE_PX
from ductoscope.demonstration.walk import DOCTOR, NURSE, Walk
from ductoscope.detect import measure_outline
from ductoscope.model.clinical import (
    Action,
    Decision,
    Depth,
    Finding,
    Medication,
    Place,
    Specimen,
    Still,
    Unmeasurable,
)
from ductoscope.model.clinical import happened as h

_POLYP_AT = Place(1, "L", Depth(11.0, 1.0, "graduation"), image_clock=4.0)
_PATCH_AT = Place(1, "L", Depth(22.0, 1.0, "graduation"), image_clock=9.0)
_MM_PER_PX = 0.020
_SIGMA_MM_PER_PX = 0.004


def tell_anna(walk: Walk) -> Story:
    """Demo, Anna: a papilloma taken out with the basket, a rough patch that proves harmless, and how she is today."""
    clock, desk = walk.clock, walk.desk
    yield clock.day(-128)
    patient = walk.register("Anna", date(1971, 3, 14))
    procedure = walk.refer(
        patient, medications=(Medication("Ibuprofen", reason="headache, now and then"),), family_risk="none known"
    )
    yield clock.day(-126, 10)
    walk.accept(procedure)
    examined_at = clock.day(-112)
    walk.plan(procedure, examined_at)
    walk.hand_out(procedure)
    yield examined_at - timedelta(minutes=50)
    walk.prepare(procedure)
    walk.do(NURSE, procedure, h.TimerStarted("towel", 15))
    yield examined_at - timedelta(minutes=20)
    walk.do(NURSE, procedure, h.TimerStopped("towel"))
    yield examined_at
    walk.begin(procedure)
    walk.do(NURSE, procedure, h.TimerStarted("plan", 45), h.TimerStarted("comfort", 12))
    yield examined_at + timedelta(minutes=4)
    walk.note_extent(procedure)
    recording = walk.record(procedure)
    stills = {}
    for minutes, seen in ((5, POLYP), (6, CLOSE), (7, PATCH), (9, DEEP)):
        yield examined_at + timedelta(minutes=minutes)
        stills[seen] = walk.keep(procedure, seen, recording=recording if seen.seconds < SECONDS else None)
    polyp, patch = stills[POLYP], stills[PATCH]
    walk.mark(procedure, _describe_polyp(polyp), _describe_patch(patch))
    yield examined_at + timedelta(minutes=10)
    first, second = _sample(walk, procedure, polyp, patch)
    walk.finish(procedure, "Yellow polyp in the left branch, removed with the basket. Rough patch behind it, biopsied.")
    walk.do(DOCTOR, procedure, h.NoteTaken("Pathology in a week, then the clinic.", "plan"))
    yield examined_at + timedelta(minutes=14)
    walk.sign(procedure, "preliminary")
    walk.send(procedure)
    yield examined_at + timedelta(hours=29)
    walk.call(procedure, 29.0, "call 1", "A few drops on the pad, clear since this morning.")
    yield examined_at + timedelta(days=6, hours=1)
    walk.report_back(procedure, first, "Intraductal papilloma, in fragments, no atypia.", tissue="B3", has_atypia=False)
    walk.report_back(procedure, second, "Duct wall with reactive changes, no atypia.", tissue="B2", has_atypia=False)
    yield examined_at + timedelta(days=7, hours=1)
    walk.call(procedure, 169.0, "call 2", "No discharge at all.")
    yield examined_at + timedelta(days=8, hours=2)
    advice = desk.advise_next_steps(DOCTOR, procedure)
    words = "Papilloma removed without atypia: follow-up with ultrasound."
    desk.decide_step(
        DOCTOR, procedure, Decision("monitor", words, by_meeting=True, is_concordant=advice.is_concordant is not False)
    )
    walk.sign(procedure, "final")
    sha256, _ = desk.make_document(NURSE, procedure, "patient report")
    walk.do(NURSE, procedure, h.LetterGiven("patient report", sha256))
    yield clock.day(-16, 11)
    following = next((due for due in desk.journal.procedure(procedure).open_dues if due.kind == "follow-up"), None)
    if following is not None:
        words = "Seen: no discharge since, ultrasound without a finding."
        walk.do(DOCTOR, procedure, h.DueDone(following.key, words))


def _describe_polyp(still: Still) -> Finding:
    # The way from the tip to the polyp was read off the shaft: it gives the scale, and most of its uncertainty.
    size = measure_outline(
        [(x * SIZE_PX, y * SIZE_PX) for x, y in POLYP_OUTLINE],
        _MM_PER_PX,
        _SIGMA_MM_PER_PX,
        2.0,
        "distance to the polyp read off the shaft, 7.3 ± 1.5 mm, and the scope's field of view",
    )
    terms = {
        "type": "polypoid solitary",
        "form": "papillary",
        "base": "stalk",
        "surface": "lobulated",
        "colour": "yellow",
        "bleeding": "none",
        "wall": "soft",
        "wall_around": "normal",
        "suspicion": "D2",
    }
    return Finding("A", _POLYP_AT, size, terms, obstruction_percent=70.0, still=still.sha256, outline=POLYP_OUTLINE)


def _describe_patch(still: Still) -> Finding:
    terms = {
        "type": "superficial",
        "base": "broad",
        "surface": "rough",
        "colour": "grey-white",
        "bleeding": "contact",
        "suspicion": "D3",
    }
    unknown = Unmeasurable("nothing of known size beside it, and seen at a slant")
    return Finding("B", _PATCH_AT, unknown, terms, still=still.sha256, outline=PATCH_OUTLINE)


def _sample(walk: Walk, procedure: str, polyp: Still, patch: Still) -> tuple[Specimen, Specimen]:
    walk.do(
        DOCTOR,
        procedure,
        h.ActionDone(Action("basket", _POLYP_AT, "A", is_complete=True, words="Taken out in two pieces.")),
        h.ActionDone(Action("biopsy", _PATCH_AT, "B", words="Two bites with the forceps.")),
    )
    first = walk.desk.take_specimen(
        NURSE,
        procedure,
        kind="basket",
        place=_POLYP_AT,
        finding="A",
        still=polyp.sha256,
        container="Formalin pot 20 ml",
        pieces=2,
    )
    second = walk.desk.take_specimen(
        NURSE,
        procedure,
        kind="forceps",
        place=_PATCH_AT,
        finding="B",
        still=patch.sha256,
        container="Formalin pot 20 ml",
        pieces=2,
    )
    return first, second
