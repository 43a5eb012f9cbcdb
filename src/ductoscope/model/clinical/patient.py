"""Patient: who it is, by two identifiers that a person has compared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from ductoscope.model.clinical.words import check_text
from ductoscope.model.errors import BadInputError

Sex = Literal["female", "male", "other", "unknown"]


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number that names one person.

    system: who gave it, "hospital", "national", "insurance", ...; value: as written.
    """

    system: str
    value: str

    def __post_init__(self) -> None:
        check_text("The kind of number", self.system, is_needed=True)
        check_text("The number", self.value, is_needed=True)


@dataclass(frozen=True, slots=True)
class PatientDetails:
    """What is known of a person. birth_date is None only for an emergency patient whose name nobody knows yet.

    gender: as the person says it, empty when it was not asked. language: of letters, as in "en".
    """

    family: str
    given: str
    birth_date: date | None
    sex: Sex = "unknown"
    gender: str = ""
    identifiers: tuple[Identifier, ...] = ()
    phone: str = ""
    language: str = "en"

    def __post_init__(self) -> None:
        check_text("Family name", self.family, is_needed=True)
        for name in ("given", "gender", "phone", "language"):
            check_text(name, getattr(self, name))
        systems = [one.system for one in self.identifiers]
        if len(systems) != len(set(systems)):
            raise BadInputError("There are two numbers of one kind; a person has one of each.")


@dataclass(frozen=True, slots=True)
class Patient:
    """One person in the journal.

    id: opaque, safe in addresses; merged_into: the patient whom an emergency proved to be.
    """

    id: str
    details: PatientDetails
    is_emergency: bool = False
    merged_into: str | None = None
