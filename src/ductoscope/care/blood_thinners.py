"""Which of the drugs that somebody takes thin the blood: by the kind that was noted, or by the name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ductoscope.care.allowed import Spec, Words
from ductoscope.care.drug_names import find_known_name
from ductoscope.care.rule import CareProtocol
from ductoscope.model.clinical import Referral

RULES = {
    "drug.anticoagulant": Spec(
        {"names": Words(needed=("warfarin", "apixaban", "rivaroxaban", "edoxaban", "dabigatran", "heparin"))}
    ),
    "drug.antiplatelet": Spec({"names": Words(needed=("clopidogrel", "ticagrelor", "prasugrel", "aspirin"))}),
}
"""What these two say stands on the page of the protocol only: the question is asked by the preparation's rules."""


@dataclass(frozen=True, slots=True)
class BloodThinner:
    """A drug that thins the blood. name: as noted; known_as: the listed name that gave it away, "" if it was noted."""

    name: str
    kind: Literal["anticoagulant", "antiplatelet"]
    known_as: str = ""


def find_blood_thinners(referral: Referral, protocol: CareProtocol) -> tuple[BloodThinner, ...]:
    """Return every drug of a referral that thins the blood, also one that was noted as something else."""
    found: dict[str, BloodThinner] = {}
    for drug in referral.medications:
        if drug.kind in ("anticoagulant", "antiplatelet"):
            found.setdefault(drug.name, BloodThinner(drug.name, drug.kind))
            continue
        for kind in _KINDS:
            known = find_known_name(drug.name, protocol.words(f"drug.{kind}", "names"))
            if known is not None:
                found.setdefault(drug.name, BloodThinner(drug.name, kind, known))
    return tuple(found.values())


_KINDS: tuple[Literal["anticoagulant", "antiplatelet"], ...] = ("anticoagulant", "antiplatelet")
