"""Specimens and results: by code and number, never by name; nothing is lost, nothing counts twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from ductoscope.clinic.tokens import is_mistyped, make_code, read_code
from ductoscope.model import BadInputError, ConflictError, NotAllowedError, NotThereError
from ductoscope.model.clinical import PatientDetails, Result
from ductoscope.model.clinical import happened as h
from tests.clinic_house import DOCTOR, NURSE, PASSWORD, START, TRAINEE, House

PDF = b"%PDF-1.7 invented"


def _result(house: House, procedure: str, letter: str = "A", **changes: object) -> Result:
    code = house.desk.journal.procedure(procedure).specimens[letter].specimen.code
    plain = Result(code, "hospital 4711", "Lab", START.date() + timedelta(days=1), "Benign cells.", cytology="C2")
    return replace(plain, **changes)  # type: ignore[arg-type]


def test_a_specimen_gets_letter_code_and_due_date(house: House) -> None:
    procedure = house.examined(specimens=2)
    states = house.desk.journal.procedure(procedure).specimens
    assert list(states) == ["A", "B"]
    assert states["A"].specimen.code != states["B"].specimen.code
    assert states["A"].due_on is not None
    assert states["A"].due_on > START.date()
    assert states["A"].specimen.fixed_utc is not None
    assert house.desk.journal.specimen_by_code(states["B"].specimen.code) == (procedure, "B")


def test_labels_are_printed(house: House) -> None:
    procedure = house.examined(specimens=2)
    assert house.desk.label(NURSE, procedure, ["A", "B"]).startswith(b"%PDF-")
    with pytest.raises(BadInputError, match="no specimen C"):
        house.desk.label(NURSE, procedure, ["C"])
    with pytest.raises(BadInputError, match="at least one"):
        house.desk.label(NURSE, procedure, [])


def test_the_chain_goes_forward_only(house: House) -> None:
    procedure = house.examined(specimens=1)
    house.desk.do(NURSE, h.SpecimenPassed("A", "received"), procedure_id=procedure)
    with pytest.raises(BadInputError, match='is "received" already'):
        house.desk.do(NURSE, h.SpecimenPassed("A", "sent"), procedure_id=procedure)
    with pytest.raises(BadInputError, match="no specimen B"):
        house.desk.do(NURSE, h.SpecimenPassed("B", "sent"), procedure_id=procedure)


def test_a_result_finds_its_specimen(house: House) -> None:
    procedure = house.examined(specimens=1)
    house.clock.forward(days=2)
    sloppy = _result(house, procedure)
    sloppy = replace(
        sloppy, specimen_code=sloppy.specimen_code.lower().replace("-", " "), patient_identifier="HOSPITAL  4711"
    )
    assert house.desk.enter_result(NURSE, sloppy, pdf=PDF) == procedure
    state = house.desk.journal.procedure(procedure).specimens["A"]
    assert state.step == "reported"
    assert house.desk.document(DOCTOR, state.results[0].pdf, procedure_id=procedure) == PDF
    assert [due.key for due in house.desk.journal.procedure(procedure).open_dues if due.kind == "result"] == [
        "result A"
    ]
    with pytest.raises(NotAllowedError):
        house.desk.acknowledge_result(NURSE, procedure, "A")
    house.desk.acknowledge_result(DOCTOR, procedure, "A")
    assert not [due for due in house.desk.journal.procedure(procedure).open_dues if due.kind == "result"]
    with pytest.raises(BadInputError, match="acknowledged"):
        house.desk.acknowledge_result(DOCTOR, procedure, "A")


def test_the_same_result_again_changes_nothing(house: House) -> None:
    procedure = house.examined(specimens=1)
    house.clock.forward(days=2)
    for _ in range(3):
        assert house.desk.enter_result(NURSE, _result(house, procedure)) == procedure
    assert len(house.desk.journal.procedure(procedure).specimens["A"].results) == 1


def test_a_second_version_must_be_acknowledged_anew(house: House) -> None:
    procedure = house.examined(specimens=1)
    house.clock.forward(days=2)
    house.desk.enter_result(NURSE, _result(house, procedure))
    house.desk.acknowledge_result(DOCTOR, procedure, "A")
    house.desk.enter_result(NURSE, _result(house, procedure, text="Atypical after all.", cytology="C3"))
    state = house.desk.journal.procedure(procedure).specimens["A"]
    assert [one.version for one in state.results] == [1, 2]
    assert state.acknowledged_by is None
    assert "result A" in {due.key for due in house.desk.journal.procedure(procedure).open_dues}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"patient_identifier": "hospital 4712"}, "not that patient's"),
        ({"patient_identifier": "birth date 1970-05-17"}, "not that patient's"),
        ({"patient_identifier": "name Test Anna"}, "not that patient's"),
        ({"patient_identifier": ""}, "no number of the patient"),
        ({"specimen_code": "PATH-1"}, "No specimen here"),
        ({"specimen_code": ""}, "without the code"),
    ],
)
def test_what_belongs_to_nobody_for_certain_waits(house: House, changes: dict, why: str) -> None:
    procedure = house.examined(specimens=1)
    house.clock.forward(days=2)
    for _ in range(2):
        assert house.desk.enter_result(NURSE, _result(house, procedure, **changes)) is None
    (waiting,) = house.desk.journal.queue()
    assert why in waiting.why
    assert not house.desk.journal.procedure(procedure).specimens["A"].results
    with pytest.raises(BadInputError, match="how it was found out"):
        house.desk.match_result(NURSE, waiting.entry, procedure, "A", "so")
    house.desk.match_result(NURSE, waiting.entry, procedure, "A", "the laboratory confirmed it by phone")
    assert house.desk.journal.queue() == []
    assert house.desk.journal.procedure(procedure).specimens["A"].results
    with pytest.raises(ConflictError, match="meanwhile"):
        house.desk.match_result(NURSE, waiting.entry, procedure, "A", "the laboratory confirmed it by phone")
    with pytest.raises(NotThereError):
        house.desk.discard_result(NURSE, "nothing", "not ours")


def test_a_mistyped_code_is_recognised_as_such(house: House) -> None:
    procedure = house.examined(specimens=1)
    right = _result(house, procedure).specimen_code
    wrong = right[:-1] + ("2" if right[-1] != "2" else "3")
    house.desk.enter_result(NURSE, _result(house, procedure, specimen_code=wrong))
    assert "mistyped" in house.desk.journal.queue()[0].why


def test_a_discarded_result_waits_again_when_it_comes_again(house: House) -> None:
    procedure = house.examined(specimens=1)
    foreign = _result(house, procedure, specimen_code="PATH-1")
    house.desk.enter_result(NURSE, foreign)
    house.desk.discard_result(NURSE, house.desk.journal.queue()[0].entry, "of the clinic next door")
    assert house.desk.journal.queue() == []
    house.desk.enter_result(NURSE, foreign)
    assert len(house.desk.journal.queue()) == 1


@pytest.mark.parametrize(
    ("day", "words"), [(START.date() + timedelta(days=9), "still to come"), (date(2026, 2, 1), "was taken on")]
)
def test_a_result_of_a_day_that_cannot_be(house: House, day: date, words: str) -> None:
    procedure = house.examined(specimens=1)
    with pytest.raises(BadInputError, match=words):
        house.desk.enter_result(NURSE, _result(house, procedure, reported_on=day))


def test_after_a_reconciliation_either_number_finds_the_specimen(house: House) -> None:
    procedure = house.examined("4711", specimens=2)
    emergency = house.desk.register_patient(NURSE, PatientDetails("Unknown", "", None), is_emergency=True)
    wristband = house.desk.journal.patient(emergency).details.identifiers[0].value
    house.desk.reconcile_patient(NURSE, emergency, house.desk.journal.procedure(procedure).patient_id, "it is she")
    house.clock.forward(days=2)
    assert house.desk.enter_result(NURSE, _result(house, procedure, "A")) == procedure
    by_wristband = _result(house, procedure, "B", patient_identifier=f"emergency {wristband}")
    assert house.desk.enter_result(NURSE, by_wristband) == procedure


def test_a_result_after_the_final_report_asks_for_an_addendum(house: House) -> None:
    procedure = house.final(specimens=1)
    house.clock.forward(days=2)
    assert house.desk.enter_result(NURSE, _result(house, procedure)) == procedure
    asked = [due for due in house.desk.journal.procedure(procedure).open_dues if due.key == "addendum A 1"]
    assert asked
    assert "after the final report" in asked[0].words
    house.desk.acknowledge_result(DOCTOR, procedure, "A")
    house.desk.sign_report(DOCTOR, procedure, "addendum", "Benign cells in A.", password=PASSWORD)
    assert "addendum A 1" not in {due.key for due in house.desk.journal.procedure(procedure).open_dues}


def test_a_trainee_enters_nothing(house: House) -> None:
    procedure = house.examined(specimens=1)
    with pytest.raises(NotAllowedError):
        house.desk.enter_result(TRAINEE, _result(house, procedure))
    with pytest.raises(BadInputError, match="no PDF"):
        house.desk.enter_result(NURSE, _result(house, procedure), pdf=b"GIF89a")


def test_any_one_wrong_sign_or_swap_shows_in_a_code() -> None:
    code = make_code(lambda count: bytes(range(3, 3 + count)))
    assert not is_mistyped(code)
    assert read_code(code.replace("-", "").lower()) == code
    plain = code.replace("-", "")
    for place in range(7):
        swapped = plain[:place] + plain[place + 1] + plain[place] + plain[place + 2 :]
        assert swapped == plain or is_mistyped(swapped)
        wrong = plain[:place] + ("7" if plain[place] != "7" else "8") + plain[place + 1 :]
        assert is_mistyped(wrong)
    assert not is_mistyped("PATH-2231-X")


def test_two_people_at_once_take_two_specimens(house: House) -> None:
    """Whoever writes meanwhile does not make the other's sample fail, nor share its letter."""
    procedure = house.begun()
    look_at = house.desk._look_at
    meanwhile = iter([True])

    def look_late(*given):
        seen = look_at(*given)
        if next(meanwhile, False):
            house.desk.take_specimen(NURSE, procedure, kind="brush")
        return seen

    house.desk._look_at = look_late
    assert house.desk.take_specimen(DOCTOR, procedure, kind="lavage").letter == "B"
    assert list(house.desk.journal.procedure(procedure).specimens) == ["A", "B"]
