"""Referrals, calls and examinations for the tests of the rules: each whole and calm, to be changed in one place."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from types import MappingProxyType

from ductoscope.model.clinical import (
    Discharge,
    Finding,
    Orifice,
    Plan,
    PriorImaging,
    Procedure,
    Referral,
    Result,
    Specimen,
    SpecimenState,
    Symptoms,
    ViewQuality,
)

TODAY = date(2026, 3, 2)
BORN = date(1975, 5, 20)
DONE = datetime(2026, 3, 2, 10, tzinfo=UTC)

DISCHARGE = Discharge(("left",), "bloody", True, 5, 12, "single", "positive")
IMAGING = (
    PriorImaging("mammography", date(2026, 2, 1), None, "2"),
    PriorImaging("ultrasound", date(2026, 2, 1), "left", "1"),
)
REFERRAL = Referral(
    "left", date(2026, 2, 20), "Dr. Invented", discharge=DISCHARGE, is_pregnant=False, has_mass=False, imaging=IMAGING,
    has_breastfed=False,
)  # fmt: skip
PLAN = Plan(datetime(2026, 3, 9, 8, tzinfo=UTC))
CALM = Symptoms(
    hours=30, bleeding_hours=0, pain=1, is_pain_increasing=False, is_pain_eased=True, has_swelling=False,
    has_redness=False, has_pus=False, temperature_c=36.8, is_shivering=False, has_chest_pain=False, is_breathless=False,
    has_rash_or_swollen_face=False, has_fainted=False,
)  # fmt: skip
NEGATIVE = Procedure(
    "p1", "x1", "examined", 9, DONE, referral=REFERRAL, begun_utc=DONE, ended_utc=DONE,
    orifices=MappingProxyType({1: Orifice(1, 3.0, "central", is_cannulated=True, stopped_by="end reached")}),
    view=ViewQuality(3),
)  # fmt: skip


def see(procedure: Procedure, letter: str = "A", grade: str | None = "D2", **terms: str) -> Procedure:
    """Return the examination with one finding more."""
    found = Finding(letter, terms={**terms, **({"suspicion": grade} if grade else {})})
    return replace(procedure, findings={**procedure.findings, letter: found})


def sample(
    procedure: Procedure, kind: str, category: str | None, *, finding: str | None = "A", atypia: bool | None = False,
    is_read: bool = True, has_result: bool = True,
) -> Procedure:  # fmt: skip
    """Return the examination with one specimen more, and its result where one came."""
    letter = "ABCDEFGH"[len(procedure.specimens)]
    specimen = Specimen(letter, f"CODE-{letter}", kind, DONE, finding=finding)  # type: ignore[arg-type]
    is_cells = category is not None and category.startswith("C")
    result = Result(
        specimen.code, "hospital 1", "Laboratory", date(2026, 3, 6), "Text.",
        cytology=category if is_cells else None,  # type: ignore[arg-type]
        tissue=None if is_cells else category,  # type: ignore[arg-type]
        has_atypia=atypia,
    )  # fmt: skip
    state = SpecimenState(
        specimen,
        (("collected", "n", DONE),),
        date(2026, 3, 9),
        (result,) if has_result else (),
        "doctor" if is_read and has_result else None,
    )
    return replace(procedure, specimens={**procedure.specimens, letter: state})
