"""Identity: which numbers name one person, and whether what was read out is one of them."""

from __future__ import annotations

from ductoscope.model.clinical import Identifier, Patient

BIRTH_DATE = "birth date"
"""System of the birth date where it serves as one of the two identifiers of a time-out."""
WRISTBAND = "emergency"
"""System of the wristband number of an emergency patient."""
NAME = "name"
"""System of the name by which an emergency patient was registered; it names nobody else's record."""


def read_identifier(typed: str) -> str:
    """Bring an identifier into the form in which two are compared: neither spaces nor capitals matter."""
    return "".join(typed.split()).casefold()


def list_numbers(patient: Patient) -> tuple[str, ...]:
    """The numbers of a person, each as "system value"; a birth date or a name is no number."""
    return tuple(_write(one) for one in patient.details.identifiers)


def list_identifiers(patient: Patient) -> tuple[str, ...]:
    """Everything of which a time-out compares two, as "system value": the numbers and the birth date.

    Of an emergency patient, whom nobody knows yet, also the name by which it was registered: with the wristband's
    number it makes the two.
    """
    details = patient.details
    found = list(list_numbers(patient))
    if details.birth_date is not None:
        found.append(f"{BIRTH_DATE} {details.birth_date.isoformat()}")
    if patient.is_emergency:
        found.append(f"{NAME} {' '.join((details.family, details.given)).strip()}")
    return tuple(found)


def is_of(patient: Patient, typed: str) -> bool:
    """Whether an identifier, as "system value", is one of this person's; see list_identifiers."""
    return read_identifier(typed) in map(read_identifier, list_identifiers(patient))


def is_number_of(patient: Patient, typed: str) -> bool:
    """Whether a number, as "system value", is one of this person's; a name or a birth date never is."""
    return read_identifier(typed) in map(read_identifier, list_numbers(patient))


def _write(identifier: Identifier) -> str:
    return f"{identifier.system} {identifier.value}"
