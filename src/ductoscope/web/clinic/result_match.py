"""Match: which specimens a result that belongs to nobody for certain may be of, compared by number, never by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ductoscope.clinic.identity import is_number_of
from ductoscope.clinic.tokens import read_code
from ductoscope.model import NotThereError
from ductoscope.model.clinical import Patient, Procedure, Result, Specimen
from ductoscope.record.journal import Journal


@dataclass(frozen=True, slots=True)
class Candidate:
    """A specimen that a result may be of, and what of the two agrees."""

    procedure: Procedure
    patient: Patient
    specimen: Specimen
    is_code_same: bool
    is_number_same: bool


def find_candidates(result: Result, waiting: Iterable[str], journal: Journal) -> tuple[Candidate, ...]:
    """Find the specimens that `result` may be of, those that agree in more coming first.

    waiting: ids of procedures that wait for a result; the one whose specimen has this code is looked at too.
    """
    by_code = journal.specimen_by_code(read_code(result.specimen_code))
    ids = dict.fromkeys([*([] if by_code is None else [by_code[0]]), *waiting])
    found: list[Candidate] = []
    for procedure_id in ids:
        try:
            procedure = journal.procedure(procedure_id)
            patient = journal.patient(procedure.patient_id)
        except NotThereError:
            continue
        for state in procedure.specimens.values():
            is_code_same = read_code(state.specimen.code) == read_code(result.specimen_code)
            is_number_same = is_number_of(patient, result.patient_identifier)
            if is_code_same or is_number_same or not state.results:
                found.append(Candidate(procedure, patient, state.specimen, is_code_same, is_number_same))
    return tuple(sorted(found, key=lambda one: (-2 * one.is_code_same - one.is_number_same, one.specimen.code)))
