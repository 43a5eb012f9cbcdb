"""Who is who: numbers, corrections, emergencies that are joined with a record, and the search."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ductoscope.model.clinical import Identifier
from ductoscope.model.clinical import happened as h
from ductoscope.model.errors import BadInputError, ConflictError, NotThereError
from ductoscope.record.journal import Draft, Journal
from tests.unit.journal.story import begin, details


def test_a_number_belongs_to_one_person(journal: Journal) -> None:
    journal.append(Draft(h.PatientRegistered(details(1)), "nurse", "p-1"))
    journal.append(Draft(h.PatientRegistered(details(2)), "nurse", "p-2"))
    with pytest.raises(BadInputError, match='"h-1" belongs to another'):
        journal.append(Draft(h.PatientRegistered(details(1)), "nurse", "p-3"))
    with pytest.raises(BadInputError, match='"h-1" belongs to another'):
        journal.append(Draft(h.PatientCorrected(details(1)), "nurse", "p-2"))
    with pytest.raises(BadInputError, match='"h-4" belongs to another'):
        journal.append_all([Draft(h.PatientRegistered(details(4)), "nurse", one) for one in ("p-4", "p-5")])
    journal.append(Draft(h.PatientCorrected(details(1, "Married")), "nurse", "p-1"))
    assert journal.patient_by_identifier("hospital", "h-1") == "p-1"
    assert journal.patient_by_identifier("national", "h-1") is None


def test_a_number_is_one_however_it_is_written(journal: Journal) -> None:
    written = replace(details(1), identifiers=(Identifier("National", "AB 12-34"),))
    journal.append(Draft(h.PatientRegistered(written), "nurse", "p-1"))
    again = replace(details(2), identifiers=(Identifier("national", "ab12-34 "),))
    with pytest.raises(BadInputError, match="belongs to another"):
        journal.append(Draft(h.PatientRegistered(again), "nurse", "p-2"))
    assert journal.patient_by_identifier("NATIONAL", "ab 12-34") == "p-1"
    assert journal.patient_by_identifier("national", "ab1234") is None
    assert journal.patient("p-1").details == written


def test_a_number_that_was_corrected_is_free_again(journal: Journal) -> None:
    journal.append(Draft(h.PatientRegistered(details(1)), "nurse", "p-1"))
    journal.append(Draft(h.PatientCorrected(details(2)), "nurse", "p-1"))
    assert journal.patient_by_identifier("hospital", "h-1") is None
    assert journal.patient_by_identifier("hospital", "h-2") == "p-1"
    journal.append(Draft(h.PatientRegistered(details(1)), "nurse", "p-2"))
    assert journal.patient_by_identifier("hospital", "h-1") == "p-2"


def test_an_emergency_may_carry_a_number_that_is_somebody_elses(journal: Journal) -> None:
    journal.append(Draft(h.PatientRegistered(details(1), is_emergency=True), "nurse", "e-1"))
    assert journal.patient_by_identifier("hospital", "h-1") == "e-1"
    journal.append(Draft(h.PatientRegistered(details(1), is_emergency=True), "nurse", "e-2"))
    assert journal.patient_by_identifier("hospital", "h-1") is None, "two unknown people: nobody for certain"
    journal.append(Draft(h.PatientRegistered(details(1)), "nurse", "p-1"))
    journal.append(Draft(h.PatientRegistered(details(1), is_emergency=True), "nurse", "e-3"))
    assert journal.patient_by_identifier("hospital", "h-1") == "p-1"


def test_an_emergency_is_joined_with_a_record(journal: Journal) -> None:
    journal.append_all(begin(1) + begin(2))
    unknown = details(7, "Unknown", "wristband")
    journal.append(Draft(h.PatientRegistered(unknown, is_emergency=True), "nurse", "e-1"))
    referral = begin()[1].what
    journal.append(Draft(referral, "nurse", "e-1", "x-e"))
    assert journal.procedure("x-e").patient_id == "e-1"
    journal.append(Draft(h.PatientReconciled("p-1", "Passport"), "doctor", "e-1"))
    assert journal.procedure("x-e").patient_id == "p-1"
    assert journal.patient("e-1").id == "p-1"
    assert {row.procedure_id for row in journal.procedures_of("p-1")} == {"x-1", "x-e"}
    assert {row.procedure_id for row in journal.procedures_of("e-1")} == {"x-1", "x-e"}
    assert all(not row.is_emergency and row.family == "Demo" for row in journal.procedures_of("p-1"))
    assert [row.patient_id for row in journal.find_patients("unknown")] == []
    assert journal.patient_by_identifier("wristband", "w-7") == "p-1"
    assert journal.counts()["patients"] == 2
    about = journal.events(patient_id="p-1")
    assert journal.events(patient_id="e-1") == about
    assert {event.patient_id for event in about} == {"p-1", "e-1"}
    # Who still has the old page open writes to the right record.
    later = journal.append(Draft(h.PainScored(1), "nurse", "e-1", "x-e"))
    assert later.patient_id == "p-1"


def test_what_follows_a_joining_at_once_belongs_to_the_true_patient(journal: Journal) -> None:
    journal.append(Draft(h.PatientRegistered(details(1)), "nurse", "p-1"))
    events = journal.append_all(
        [
            Draft(h.PatientRegistered(details(7, "Unknown"), is_emergency=True), "nurse", "e-1"),
            Draft(begin()[1].what, "nurse", "e-1", "x-e"),
            Draft(h.PatientReconciled("p-1", "Passport"), "doctor", "e-1"),
            Draft(h.PainScored(1), "nurse", None, "x-e"),
        ]
    )
    assert events[-1].patient_id == journal.procedure("x-e").patient_id == "p-1"
    assert [row.procedure_id for row in journal.procedures_of("p-1")] == ["x-e"]


def test_emergencies_may_be_joined_one_into_the_other(journal: Journal) -> None:
    for one in ("e-1", "e-2"):
        journal.append(Draft(h.PatientRegistered(details(7, "Unknown"), is_emergency=True), "nurse", one))
    journal.append(Draft(begin()[1].what, "nurse", "e-1", "x-e"))
    journal.append(Draft(h.PatientRegistered(details(1)), "nurse", "p-1"))
    journal.append(Draft(h.PatientReconciled("e-2", "The same wristband"), "doctor", "e-1"))
    journal.append(Draft(h.PatientReconciled("p-1", "Passport"), "doctor", "e-2"))
    assert journal.patient("e-1").id == journal.procedure("x-e").patient_id == "p-1"
    assert [event.what for event in journal.events(patient_id="p-1", kinds=(h.ReferralReceived,))]


def test_only_an_emergency_is_joined_and_only_with_a_living_record(journal: Journal) -> None:
    journal.append_all(begin(1) + begin(2))
    for one in ("e-1", "e-2"):
        journal.append(Draft(h.PatientRegistered(details(7), is_emergency=True), "nurse", one))
    journal.append(Draft(h.PatientReconciled("p-1", "Passport"), "doctor", "e-1"))
    for patient_id, into, error in [
        ("p-2", "p-1", BadInputError),
        ("e-2", "e-2", BadInputError),
        ("e-2", "nobody", NotThereError),
        ("e-2", "e-1", ConflictError),
        ("e-1", "p-2", ConflictError),
    ]:
        with pytest.raises(error):
            journal.append(Draft(h.PatientReconciled(into, "Guess"), "doctor", patient_id))
    with pytest.raises(ConflictError):
        journal.append(Draft(h.PatientCorrected(details(7)), "nurse", "e-1"))
    with pytest.raises(ConflictError):
        journal.append(Draft(begin()[1].what, "nurse", "e-1", "x-9"))


def test_people_are_found_by_parts_of_what_is_known(journal: Journal) -> None:
    for number, family in enumerate(["Müller", "Ødegård", "Łoś", "100%_Demo", "Muller-Strauß"], start=1):
        journal.append(Draft(h.PatientRegistered(details(number, family)), "nurse", f"p-{number}"))

    def find(text: str) -> list[str]:
        return [row.patient_id for row in journal.find_patients(text)]

    assert find("MULLER") == find("mül") == ["p-1", "p-5"]
    assert find("strauss") == ["p-5"]
    assert find("odegard") == find("ØDEGÅRD  anna") == ["p-2"]
    assert find("los") == ["p-3"]
    assert find("%_") == ["p-4"]
    assert find("!") == find("%d") == find("_a") == []
    assert find("h-3") == ["p-3"]
    assert find("1960-01-03") == ["p-2"]
    assert find("anna mull") == ["p-1", "p-5"]
    assert len(find("")) == 5
    assert len(journal.find_patients("", limit=2)) == 2
    (row,) = journal.find_patients("ødeg")
    assert (row.family, row.given, row.birth_date) == ("Ødegård", "Anna 2", date(1960, 1, 3))
    assert row.identifiers == (Identifier("hospital", "h-2"),)
    assert row.is_emergency is False
