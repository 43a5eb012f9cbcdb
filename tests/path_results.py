"""What comes after an examination, for tests of the pages: results, decisions, and what somebody tells on the phone."""

from __future__ import annotations

from typing import Any

from ductoscope.model.clinical import Decision
from tests.clinic_house import DOCTOR, PASSWORD, House

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
HOSTILE = "<script>alert('x')</script>\"'&{{ 7 * 7 }}"
"""Must be shown as it was typed, wherever it was typed."""
SHOWN = "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&#34;&#39;&amp;{{ 7 * 7 }}"


def code_of(house: House, procedure_id: str, letter: str = "A") -> str:
    """Return the code on a specimen's label."""
    return house.desk.journal.procedure(procedure_id).specimens[letter].specimen.code


def typed_result(house: House, procedure_id: str, number: str, letter: str = "A", **changes: object) -> dict[str, Any]:
    """Make the message that the form for a result sends."""
    known: dict[str, Any] = {
        "specimen_code": code_of(house, procedure_id, letter),
        "identifier_system": "hospital",
        "patient_identifier": number,
        "laboratory": "Invented Laboratory",
        "reported_on": house.clock.now.date().isoformat(),
        "text": "Benign cells.",
        "cytology": "C2",
        "tissue": None,
        "has_atypia": False,
        "pdf": None,
    }
    return known | changes


def reported(house: House, number: str, *, specimens: int = 1) -> str:
    """Examine, sign the preliminary report, and let the patient leave the room."""
    procedure = examined(house, number, specimens=specimens)
    house.desk.sign_report(DOCTOR, procedure, "preliminary", password=PASSWORD)
    return procedure


def examined(house: House, number: str, *, specimens: int = 0) -> str:
    """Examine, and let the patient leave the room for the next."""
    procedure = house.examined(number, specimens=specimens)
    house.desk.leave_room(DOCTOR)
    return procedure


def finished(house: House, number: str, enter_result: Any) -> str:
    """Walk to the final report: the result is entered through the page, read, and decided on."""
    procedure = reported(house, number)
    assert enter_result(typed_result(house, procedure, number)).status_code == 200
    house.desk.acknowledge_result(DOCTOR, procedure, "A")
    house.desk.decide_step(DOCTOR, procedure, Decision("monitor", "Watched", by_meeting=True, is_concordant=True))
    house.desk.sign_report(DOCTOR, procedure, "final", password=PASSWORD)
    return procedure


def told(**changes: object) -> dict[str, object]:
    """What somebody tells who is well, with every question asked, but for `changes`."""
    asked = (
        "is_pain_increasing", "has_swelling", "is_swelling_rapid", "has_redness", "has_pus", "is_shivering",
        "has_chest_pain", "is_breathless", "has_rash_or_swollen_face", "has_fainted",
    )  # fmt: skip
    numbers: dict[str, object] = {"hours": 30, "pain": 1, "bleeding_hours": 0, "temperature_c": 36.8}
    return numbers | dict.fromkeys(asked, False) | changes
