"""What happened in the example until the scope was out and the samples were sent."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import cv2
import numpy as np

from ductoscope.model.clinical import (
    Action,
    Anaesthetic,
    BloodThinnerDecision,
    Complication,
    Consent,
    Depth,
    Discharge,
    Equipment,
    Finding,
    Measurement,
    Medication,
    Orifice,
    Place,
    Plan,
    PreparationAdvice,
    PriorImaging,
    Reason,
    Referral,
    ReferralAdvice,
    Specimen,
    Still,
    TimeOut,
    Unmeasurable,
    ViewQuality,
)
from ductoscope.model.clinical import happened as h

START = datetime(2026, 3, 9, 8, 0, tzinfo=UTC)
RULE = Reason("papillary_lesion", "A papillary lesion without atypia: discuss removal.", "3rd B3 consensus", False)


def draw_still(seed: int) -> bytes:
    """Draw a small picture that is no real one, as PNG."""
    rows, columns = np.mgrid[0:240, 0:320]
    light = 200 - np.hypot(rows - 120, columns - 160) * 0.9
    picture = np.stack([light * 0.6, light * 0.7, light + seed], axis=-1).clip(0, 255).astype(np.uint8)
    return cv2.imencode(".png", picture)[1].tobytes()


STILLS = (draw_still(0), draw_still(20), draw_still(40))


def hash_still(png: bytes) -> str:
    """Return the name of a still in the media store."""
    return hashlib.sha256(png).hexdigest()


def list_happened(pngs: Sequence[bytes] = STILLS, *, is_simulated: bool = True) -> list[tuple[int, str, h.Happened]]:
    """List what happened until the scope was out and the samples were sent: minutes after the start, by whom, what."""
    stills = [
        Still(
            hash_still(png),
            f"still-{place}",
            START + timedelta(minutes=20 + place),
            "2026-03-09-1",
            4200 + 310 * place,
            (168_000 + 12_400 * place) * 1_000_000,
            320,
            240,
            is_simulated,
        )
        for place, png in enumerate(pngs)
    ]
    day = 24 * 60
    return [
        (
            -20 * day,
            "nurse.kim",
            h.ReferralReceived(_REFERRAL, ReferralAdvice("indicated", True, True, protocol="a1b2c3")),
        ),
        (-19 * day, "dr.weber", h.ReferralDecided("accepted")),
        (
            -15 * day,
            "nurse.kim",
            h.ExaminationPlanned(
                Plan(START + timedelta(minutes=5), "Room 2", "dr.weber", "none", 45, "scope 1"),
                PreparationAdvice(blood_thinners=(Reason("ask_prescriber", "Ask about apixaban.", "JBI 2024", False),)),
            ),
        ),
        (
            -14 * day,
            "nurse.kim",
            h.BloodThinnerDecided(
                BloodThinnerDecision("Apixaban", "continue", "Dr. Paul Roth (cardiology)", "continue unchanged")
            ),
        ),
        (-8, "nurse.kim", h.ConsentRecorded(Consent("procedure", True, "2025-11"))),
        (-8, "nurse.kim", h.ConsentRecorded(Consent("images", True, "2025-11"))),
        (-8, "nurse.kim", h.ConsentRecorded(Consent("research", False, "2025-11"))),
        (-6, "nurse.kim", h.ItemChecked("towel")),
        (
            -5,
            "dr.weber",
            h.TimeOutConfirmed(
                TimeOut(("born 1974-05-21", "hospital 4711-0815"), "left", True, True, True, "nurse.kim")
            ),
        ),
        (-4, "nurse.kim", h.WeightTaken(68.5)),
        (
            0,
            "dr.weber",
            h.ExaminationBegun(
                Equipment(
                    "LaDuScope T-flex",
                    "SN 20391",
                    1.1,
                    6000,
                    "cycle 88213, 8 Mar 2026",
                    "HD-SDI camera",
                    "b41f09ac",
                    "Ductoscope 0.4",
                    is_simulated,
                ),
                "a1b2c3",
                "room 2",
                "nurse.kim",
                "dr.trainee",
            ),
        ),
        (1, "nurse.kim", h.TimerStarted("comfort", 12)),
        (
            2,
            "dr.weber",
            h.AnaestheticGiven(Anaesthetic("lidocaine", 1, 3, "intranipple", START + timedelta(minutes=2))),
        ),
        (
            3,
            "dr.weber",
            h.AnaestheticGiven(Anaesthetic("lidocaine", 1, 0.4, "intraductal", START + timedelta(minutes=3))),
        ),
        (6, "nurse.kim", h.RecordingMade("2026-03-09-1", 32_400, 648.0, 0)),
        (
            8,
            "nurse.kim",
            h.OrificeNoted(
                Orifice(
                    1,
                    4.5,
                    "central",
                    2.0,
                    "bloody",
                    1.1,
                    True,
                    "",
                    Depth(62, 2, "graduation"),
                    ("L", "LR", "R"),
                    ("LL", "RL"),
                    "too narrow",
                )
            ),
        ),
        (
            9,
            "nurse.kim",
            h.OrificeNoted(
                Orifice(
                    2,
                    10,
                    "peripheral",
                    5.0,
                    "serous",
                    0.9,
                    True,
                    "",
                    Depth(31, 2, "graduation"),
                    (),
                    ("L", "R"),
                    "pain",
                )
            ),
        ),
        (
            9,
            "nurse.kim",
            h.OrificeNoted(Orifice(3, 1.5, "peripheral", None, None, None, False, "no discharge, would not dilate")),
        ),
        (10, "nurse.kim", h.SalineNoted(18, 15.5)),
        (11, "nurse.kim", h.PainScored(3)),
        (14, "nurse.kim", h.PainScored(5)),
        (15, "nurse.kim", h.TimerStopped("comfort")),
        *((20 + place, "dr.weber", h.StillKept(still)) for place, still in enumerate(stills)),
        (23, "dr.weber", h.StillChosen(stills[0].sha256, True, "Polypoid lesion, seen on withdrawal")),
        (23, "dr.weber", h.StillChosen(stills[2].sha256, True, "Main duct, smooth wall, before the first fork")),
        (
            24,
            "dr.weber",
            h.FindingMarked(
                Finding(
                    "A",
                    Place(1, "L", Depth(34, 2, "graduation"), 8),
                    Measurement(3.1, 0.4, "outline", "biopsy forceps of 0.8 mm in the picture"),
                    {
                        "type": "polypoid solitary",
                        "form": "papillary",
                        "base": "stalk",
                        "surface": "lobulated",
                        "colour": "yellow",
                        "bleeding": "contact",
                        "wall": "soft",
                        "wall_around": "normal",
                        "suspicion": "D2",
                    },
                    1,
                    60,
                    True,
                    "Moves with the stream of saline; the lumen behind it could be passed.",
                    stills[0].sha256,
                    ((0.35, 0.3), (0.6, 0.28), (0.68, 0.5), (0.55, 0.72), (0.36, 0.62)),
                )
            ),
        ),
        (
            25,
            "dr.weber",
            h.FindingMarked(
                Finding(
                    "B",
                    Place(1, "R", Depth(47, 3, "visual"), 2),
                    Unmeasurable("no tool of known size in the picture"),
                    {
                        "type": "superficial",
                        "colour": "pale red",
                        "surface": "granular",
                        "bleeding": "spontaneous",
                        "wall_around": "punctate blood",
                        "suspicion": "D3",
                    },
                    still=stills[1].sha256,
                    author="outline finder 0.2",
                )
            ),
        ),
        (25, "dr.weber", h.FindingMarked(Finding("C", author="outline finder 0.2", state="dismissed"))),
        (26, "dr.weber", h.ViewJudged(ViewQuality(2, ("blood", "bubbles"), 0.71))),
        (27, "dr.weber", h.ActionDone(Action("biopsy", Place(1, "L", Depth(34, 2, "graduation")), "A", False))),
        (27, "dr.weber", h.ActionDone(Action("lavage", Place(1, "R", Depth(45, 3, "visual")), "B"))),
        (
            28,
            "dr.weber",
            h.ActionDone(
                Action(
                    "marking",
                    Place(1, "L", Depth(34, 2, "graduation")),
                    "A",
                    None,
                    "skin mark",
                    "skin marked at 4:30, 22 mm from the nipple, by transillumination",
                )
            ),
        ),
        (
            29,
            "dr.weber",
            h.SpecimenTaken(
                Specimen(
                    "A",
                    "DS-7K2M9QXA",
                    "forceps",
                    START + timedelta(minutes=27),
                    Place(1, "L", Depth(34, 2, "graduation")),
                    "A",
                    stills[0].sha256,
                    "vial 1",
                    "formalin 10 %",
                    START + timedelta(minutes=29),
                    2,
                    None,
                    "dr.weber",
                ),
                date(2026, 3, 16),
            ),
        ),
        (
            30,
            "dr.weber",
            h.SpecimenTaken(
                Specimen(
                    "B",
                    "DS-7K2M9QXB",
                    "lavage",
                    START + timedelta(minutes=28),
                    Place(1, "R", Depth(45, 3, "visual")),
                    "B",
                    None,
                    "tube 2",
                    "CytoLyt",
                    None,
                    1,
                    6.5,
                    "nurse.kim",
                    "slightly blood-stained",
                ),
                date(2026, 3, 11),
            ),
        ),
        (
            31,
            "dr.weber",
            h.ComplicationNoted(Complication("vasovagal", "Brief dizziness on sitting up.", "Lay flat for 5 minutes.")),
        ),
        (32, "dr.weber", h.ExaminationEnded()),
        (
            34,
            "dr.weber",
            h.NoteTaken(
                "One polypoid and one superficial lesion in the duct that bleeds. The source was reached.",
                "impression",
            ),
        ),
        (35, "nurse.kim", h.NoteTaken("Well, drank water, dressing dry.", "immediate state")),
        (36, "dr.weber", h.NoteTaken("Review in clinic with the results; ultrasound of the marked place.", "plan")),
        (
            36,
            "dr.weber",
            h.NoteTaken("Duct at 4:30, 34 mm deep, first branch to the left; skin marked.", "surgery map"),
        ),
        (37, "nurse.kim", h.AdviceGiven("Pad and soft bra; paracetamol if needed.", "+00 000 1234-9")),
        (40, "nurse.kim", h.SpecimenPassed("A", "sent")),
        (40, "nurse.kim", h.SpecimenPassed("B", "sent")),
        (41, "nurse.kim", h.DuePlanned("follow-up 3 months", "follow-up", date(2026, 6, 9), "clinic and ultrasound")),
    ]


_REFERRAL = Referral(
    "left",
    date(2026, 2, 17),
    "Dr. Maria Santos, general practice",
    "Bloody nipple discharge for four months, imaging without a mass",
    Discharge(("left",), "bloody", True, 5, 16, "single", "positive"),
    False,
    None,
    False,
    (
        Medication("Apixaban", "anticoagulant", "2 × 5 mg", "atrial fibrillation"),
        Medication("Ramipril", "antihypertensive"),
    ),
    (),
    (),
    (),
    "penicillin (rash)",
    (
        PriorImaging("mammography", date(2026, 1, 28), None, "2", "dense breast, ACR c"),
        PriorImaging("ultrasound", date(2026, 1, 28), "left", "3", "dilated duct at 4 o'clock, 3 mm"),
    ),
    "C3 (nipple smear, Jan 2026)",
    "",
    "mother with breast cancer at 61",
    "Two children, breastfed; last mammogram in 2024 normal.",
)
