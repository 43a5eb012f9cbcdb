"""Patients: register, correct, and find out who an emergency was."""

from __future__ import annotations

from dataclasses import replace

from ductoscope.clinic.acts import Acts
from ductoscope.clinic.identity import WRISTBAND
from ductoscope.clinic.tokens import make_id, make_wristband
from ductoscope.model import BadInputError, ConflictError
from ductoscope.model.clinical import Identifier, PatientDetails, Person
from ductoscope.model.clinical import happened as h
from ductoscope.record.journal import Draft


class PatientVerbs(Acts):
    """What is done to the record of a person."""

    def register_patient(self, who: Person, details: PatientDetails, *, is_emergency: bool = False) -> str:
        """Make a person known here, and return the opaque id.

        An emergency patient without a number gets one for the wristband, as the identifier "emergency".
        Raises ConflictError when a number is somebody's already, BadInputError for a birth date that cannot be.
        """
        if is_emergency and not any(one.system == WRISTBAND for one in details.identifiers):
            wristband = Identifier(WRISTBAND, make_wristband(self._random_bytes))
            details = replace(details, identifiers=(*details.identifiers, wristband))
        self._refuse_taken(details, None)
        patient_id = f"p{make_id(self._random_bytes)}"
        what = h.PatientRegistered(details, is_emergency)
        self._check(self._look_at(who, None), what)
        self.journal.append(Draft(what, who.id, patient_id))
        return patient_id

    def correct_patient(self, who: Person, patient_id: str, details: PatientDetails, reason: str = "") -> None:
        """Correct what is known of a person; `details` is the whole of it. An emergency patient stays one."""
        patient = self.journal.patient(patient_id)
        if details == patient.details:
            return
        self._refuse_taken(details, patient.id)
        is_other = (details.birth_date, details.identifiers) != (
            patient.details.birth_date,
            patient.details.identifiers,
        )
        if is_other and not patient.is_emergency and not reason.strip():
            raise BadInputError("A birth date or a number was changed. Say how it was found out.")
        self._act(who, h.PatientCorrected(details, reason), patient_id=patient.id)

    def reconcile_patient(self, who: Person, emergency_id: str, into_id: str, reason: str) -> None:
        """Say who an emergency patient is; everything of it belongs to that person from now on.

        The wristband's number goes along, so that a laboratory that knows no other still finds the person.
        """
        emergency, into = self.journal.patient(emergency_id), self.journal.patient(into_id)
        if emergency.id == into.id:
            raise BadInputError("These two are one record already.")
        if not emergency.is_emergency:
            raise BadInputError(
                "Only an emergency patient can be joined to another record. If a patient was registered twice, "
                "ask the administrator: two full records are never mixed by a button."
            )
        if into.is_emergency:
            raise BadInputError("Choose the record of the true person; this one is an emergency patient too.")
        _refuse_contradiction(emergency.details, into.details)
        details = into.details
        for one in emergency.details.identifiers:
            if one.system == WRISTBAND:
                details = replace(details, identifiers=(*details.identifiers, _rename(one, details)))
        joined = h.PatientReconciled(into.id, reason)
        corrected = h.PatientCorrected(details, f"Wristband number of the emergency: {reason}"[:5000])
        self._check(self._look_at(who, None, emergency.id), joined)
        self.journal.append_all([Draft(corrected, who.id, into.id), Draft(joined, who.id, emergency.id)])

    def _refuse_taken(self, details: PatientDetails, own_id: str | None) -> None:
        for one in details.identifiers:
            owner = self.journal.patient_by_identifier(one.system, one.value)
            if owner is not None and self.journal.patient(owner).id != own_id:
                raise ConflictError(
                    f"The {one.system} number is another patient's already. Search for it: perhaps the person is "
                    "known here, or the number has a typing error."
                )


def _refuse_contradiction(emergency: PatientDetails, into: PatientDetails) -> None:
    born = (emergency.birth_date, into.birth_date)
    sexes = {emergency.sex, into.sex} - {"unknown", "other"}
    if (None not in born and born[0] != born[1]) or len(sexes) > 1:
        raise BadInputError(
            "STOP: birth date or sex of the two records differ. If it is the same person, correct the emergency "
            "record first."
        )


def _rename(identifier: Identifier, details: PatientDetails) -> Identifier:
    taken = {one.system for one in details.identifiers}
    system, count = identifier.system, 1
    while system in taken:
        count += 1
        system = f"{identifier.system} {count}"
    return Identifier(system, identifier.value)
