"""One rich examination as its events: two findings, two specimens, stills, pathology, decisions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from ductoscope.model.clinical import (
    Decision,
    Event,
    Identifier,
    NextStep,
    NextStepAdvice,
    Patient,
    PatientDetails,
    Procedure,
    Reason,
    Result,
    SymptomAdvice,
    SymptomCall,
    Symptoms,
    fold,
)
from ductoscope.model.clinical import happened as h
from ductoscope.report import Site
from tests.unit.report.example_room import RULE, START, STILLS, hash_still, list_happened

NOW = datetime(2026, 3, 17, 15, 30, tzinfo=UTC)
SITE = Site(
    "Breast Centre Demo",
    "1 Example Street, 00000 Sampletown",
    "+00 000 1234-0",
    "112",
    laboratory="Institute of Pathology Demo",
    time_zone="Europe/Berlin",
)
PEOPLE = {"dr.weber": "Dr. Ilse Weber", "nurse.kim": "Jae Kim", "dr.trainee": "Dr. Tom Lind"}
PATIENT = Patient(
    "p1",
    PatientDetails(
        "Demo",
        "Anna",
        date(1974, 5, 21),
        "female",
        "",
        (Identifier("hospital", "4711-0815"), Identifier("insurance", "X123456789")),
        "+00 000 99",
    ),
)


def read_example(sha256: str) -> bytes:
    """Read a still of the example, as the media store would."""
    return {hash_still(png): png for png in STILLS}[sha256]


def list_afterwards() -> list[tuple[int, str, h.Happened]]:
    """List what happened afterwards: results, the rules' answer, the meeting, a call."""
    day = 24 * 60
    return [
        (
            1 * day,
            "nurse.kim",
            h.SymptomsTold(
                SymptomCall(
                    Symptoms(24, words="a little sore, some pink fluid on the pad"),
                    SymptomAdvice("reassure", (RULE,)),
                    "call again if more",
                )
            ),
        ),
        (
            2 * day,
            "nurse.kim",
            h.ResultArrived(
                "B",
                Result(
                    "DS-7K2M9QXB",
                    "hospital 4711-0815",
                    "Institute of Pathology Demo",
                    date(2026, 3, 11),
                    "Groups of ductal cells with mild atypia, red blood cells, foam cells.",
                    "C3",
                    None,
                    True,
                ),
            ),
        ),
        (
            6 * day,
            "nurse.kim",
            h.ResultArrived(
                "A",
                Result(
                    "DS-7K2M9QXA",
                    "hospital 4711-0815",
                    "Institute of Pathology Demo",
                    date(2026, 3, 15),
                    "Two fragments of a papillary lesion with fibrovascular cores and a myoepithelial layer. No atypia "
                    "in the fragments submitted.",
                    None,
                    "B3",
                    False,
                ),
            ),
        ),
        (7 * day, "dr.weber", h.ResultAcknowledged("A")),
        (7 * day, "dr.weber", h.ResultAcknowledged("B")),
        (
            7 * day,
            "dr.weber",
            h.StepsAdvised(
                NextStepAdvice(
                    (NextStep("meeting", RULE, date(2026, 3, 20)), NextStep("excise", RULE)),
                    False,
                    (
                        Reason(
                            "cytology_and_tissue",
                            "Sample B shows atypia, sample A of the same duct does not.",
                            "3rd B3 consensus",
                            False,
                        ),
                    ),
                )
            ),
        ),
        (
            8 * day,
            "dr.weber",
            h.StepDecided(
                Decision(
                    "excise",
                    "Vacuum or open excision of the duct at 4:30; the superficial lesion to be included.",
                    True,
                    False,
                )
            ),
        ),
    ]


def make_procedure(listed: Sequence[tuple[int, str, h.Happened]] | None = None) -> Procedure:
    """Fold a list of what happened; without one, the examination with everything afterwards."""
    listed = [*list_happened(), *list_afterwards()] if listed is None else listed
    events = [
        Event(number, START + timedelta(minutes=minutes), by, what, "p1", "e1")
        for number, (minutes, by, what) in enumerate(listed, 1)
    ]
    return fold(events)
