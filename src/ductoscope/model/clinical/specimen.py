"""Specimen: one sample, from the duct to the acknowledged result, and what the laboratory said of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from ductoscope.model.clinical.place import UNPLACED, Place
from ductoscope.model.clinical.words import TEXT, check_range, check_text, check_time
from ductoscope.model.errors import BadInputError

SpecimenKind = Literal[
    "lavage", "brush", "touch imprint", "forceps", "basket", "vacuum", "whole papilloma", "discharge"
]
Fixative = Literal["formalin 10 %", "CytoLyt", "EDTA", "air dried", "alcohol", "none"]
SpecimenStep = Literal["collected", "sent", "received", "reported", "acknowledged"]
STEPS: tuple[SpecimenStep, ...] = ("collected", "sent", "received", "reported", "acknowledged")
Cytology = Literal["C1", "C2", "C3", "C4", "C5"]
Tissue = Literal["B1", "B2", "B3", "B4", "B5a", "B5b"]


@dataclass(frozen=True, slots=True)
class Specimen:
    """A sample in its container.

    letter: "A", "B", ... of the procedure; code: what its label and QR code carry, unique.
    finding: letter of the finding it was taken from; pieces: how many; ml: of a fluid; fixed_utc: into the fixative.
    """

    letter: str
    code: str
    kind: SpecimenKind
    collected_utc: datetime
    place: Place = UNPLACED
    finding: str | None = None
    still: str | None = None
    container: str = ""
    fixative: Fixative = "formalin 10 %"
    fixed_utc: datetime | None = None
    pieces: int = 1
    ml: float | None = None
    collector: str = ""
    words: str = ""

    def __post_init__(self) -> None:
        if not (len(self.letter) in (1, 2) and self.letter.isascii() and self.letter.isupper()):
            raise BadInputError(f'"{self.letter}" is no letter for a specimen; it is A, B, ... Z, AA, ...')
        check_text("The specimen's code", self.code, 40, is_needed=True)
        check_text("Container", self.container)
        check_text("Collector", self.collector)
        check_text("Note", self.words, TEXT)
        check_range("Pieces", self.pieces, 1, 999)
        check_range("Volume in ml", self.ml, 0, 1000)
        check_time("The time of collection", self.collected_utc)
        check_time("The time of fixation", self.fixed_utc)


@dataclass(frozen=True, slots=True)
class Result:
    """What the laboratory reported of one specimen. pdf: sha256 of the attached document in the media store.

    specimen_code: as the laboratory wrote it; patient_identifier: "system value" that came with it. Both must match;
    a name alone never does. atypia, is_malignant: as the laboratory says, None when it does not.
    """

    specimen_code: str
    patient_identifier: str
    laboratory: str
    reported_on: date
    text: str
    cytology: Cytology | None = None
    tissue: Tissue | None = None
    has_atypia: bool | None = None
    pdf: str | None = None
    version: int = 1

    def __post_init__(self) -> None:
        check_text("The specimen's code", self.specimen_code, 40)
        check_text("The patient's number", self.patient_identifier)
        check_text("Laboratory", self.laboratory, is_needed=True)
        check_text("Text of the result", self.text, 50_000, is_needed=True)
        check_range("Version", self.version, 1, 99)


@dataclass(frozen=True, slots=True)
class SpecimenState:
    """A specimen with how far it has come. chain: each step with who and when; due_on: when the result should be there.

    results: every version that came, newest last. acknowledged_by: the doctor who read the newest one.
    """

    specimen: Specimen
    chain: tuple[tuple[SpecimenStep, str, datetime], ...]
    due_on: date | None = None
    results: tuple[Result, ...] = ()
    acknowledged_by: str | None = None

    @property
    def step(self) -> SpecimenStep:
        """How far it has come."""
        return self.chain[-1][0]
