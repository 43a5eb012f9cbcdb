"""Reports: complete or signed with a reason, frozen, signed, hashed."""

from __future__ import annotations

import hashlib

import pytest

from ductoscope.model import BadInputError, ConflictError, NotAllowedError, NotThereError
from ductoscope.model.clinical import Finding, Orifice
from ductoscope.model.clinical import happened as h
from ductoscope.report import check_signature
from tests.clinic_house import DOCTOR, NURSE, PASSWORD, TRAINEE, House


def test_a_signed_report_is_frozen_and_signed(house: House) -> None:
    procedure = house.examined()
    signed = house.desk.sign_report(DOCTOR, procedure, "preliminary", password=PASSWORD)
    pdf = house.desk.document(DOCTOR, signed.pdf, procedure_id=procedure)
    html = house.desk.document(DOCTOR, signed.html, procedure_id=procedure)
    assert hashlib.sha256(pdf).hexdigest() == signed.pdf
    assert check_signature(pdf).intact
    assert b"Test, Anna" in html or b"Anna" in html
    assert house.desk.media.has(signed.content)
    assert (signed.version, signed.signer, signed.is_self_made) == (1, "doctor", True)
    done = house.desk.journal.procedure(procedure)
    assert done.reports == (signed,)
    assert done.stage == "reported"


def test_a_preview_signs_nothing(house: House) -> None:
    procedure = house.examined()
    assert "<html" in house.desk.preview_report(NURSE, procedure, "preliminary")
    assert house.desk.journal.procedure(procedure).reports == ()
    with pytest.raises(NotAllowedError):
        house.desk.preview_report(TRAINEE, procedure, "preliminary")


def test_nurses_sign_nothing(house: House) -> None:
    with pytest.raises(NotAllowedError, match="doctor"):
        house.desk.sign_report(NURSE, house.examined(), "preliminary", password=PASSWORD)


def test_what_is_missing_is_listed_and_needs_a_reason(house: House) -> None:
    procedure = house.begun()
    house.desk.mark_finding(DOCTOR, procedure, Finding("A"))
    house.desk.do(NURSE, h.OrificeNoted(Orifice(1, 3, "central", is_cannulated=True)), procedure_id=procedure)
    house.desk.do(NURSE, h.OrificeNoted(Orifice(2, 5, "central")), procedure_id=procedure)
    house.desk.end_examination(DOCTOR, procedure)
    missing = "; ".join(house.desk.list_missing(procedure, "preliminary"))
    for words in ("how well one could see", "impression", "place of finding A", "type of finding A",
                  "how deep opening 1", "why opening 2"):  # fmt: skip
        assert words in missing
    with pytest.raises(BadInputError, match="place of finding A"):
        house.desk.sign_report(DOCTOR, procedure, "preliminary", password=PASSWORD)
    house.desk.sign_report(DOCTOR, procedure, "preliminary", password=PASSWORD, despite="power cut in the room")
    note = house.desk.journal.procedure(procedure).notes[-1].text
    assert "place of finding A" in note
    assert "power cut in the room" in note
    html = house.desk.document(DOCTOR, house.desk.journal.procedure(procedure).reports[0].html)
    assert "power cut in the room" in html.decode()


def test_the_final_report_says_which_results_are_not_there(house: House) -> None:
    procedure = house.examined(specimens=2)
    assert house.desk.list_missing(procedure, "preliminary") == ()
    assert house.desk.list_missing(procedure, "final") == ("the result of specimen A", "the result of specimen B")


def test_versions_count_and_the_order_holds(house: House) -> None:
    procedure = house.examined()
    with pytest.raises(NotAllowedError, match="follows a final report"):
        house.desk.sign_report(DOCTOR, procedure, "addendum", "More.", password=PASSWORD)
    for kind in ("preliminary", "preliminary", "final"):
        house.desk.sign_report(DOCTOR, procedure, kind, password=PASSWORD)
    with pytest.raises(NotAllowedError, match="addendum"):
        house.desk.sign_report(DOCTOR, procedure, "final", password=PASSWORD)
    with pytest.raises(BadInputError, match="what the addendum adds"):
        house.desk.sign_report(DOCTOR, procedure, "addendum", " ", password=PASSWORD)
    house.desk.sign_report(DOCTOR, procedure, "addendum", "She called: all is well.", password=PASSWORD)
    done = house.desk.journal.procedure(procedure)
    assert [(one.kind, one.version) for one in done.reports] == [
        ("preliminary", 1),
        ("preliminary", 2),
        ("final", 3),
        ("addendum", 4),
    ]
    assert done.addenda[0].text == "She called: all is well."
    assert done.stage == "final"


def test_what_was_read_is_what_is_signed(house: House) -> None:
    procedure = house.examined()
    read = house.desk.journal.procedure(procedure).number
    house.desk.do(NURSE, h.NoteTaken("meanwhile"), procedure_id=procedure)
    with pytest.raises(ConflictError, match="Read it again"):
        house.desk.sign_report(DOCTOR, procedure, "preliminary", password=PASSWORD, expects=read)


def test_a_report_cannot_be_signed_while_the_scope_is_in(house: House) -> None:
    with pytest.raises(NotAllowedError, match="in the room"):
        house.desk.sign_report(DOCTOR, house.begun(), "preliminary", password=PASSWORD, despite="in a hurry")


@pytest.mark.parametrize("kind", ["letter", "leaflet", "patient report", "request"])
def test_papers_are_made_and_kept(house: House, kind: str) -> None:
    procedure = house.examined(specimens=1)
    sha256, pdf = house.desk.make_document(NURSE, procedure, kind)  # type: ignore[arg-type]
    assert pdf.startswith(b"%PDF-")
    assert house.desk.media.read(sha256) == pdf
    with pytest.raises(NotAllowedError):
        house.desk.make_document(TRAINEE, procedure, kind)  # type: ignore[arg-type]


def test_no_request_without_a_specimen(house: House) -> None:
    with pytest.raises(BadInputError, match="no specimen that waits"):
        house.desk.make_document(NURSE, house.examined(), "request")


def test_documents_belong_to_their_examination(house: House) -> None:
    mine = house.examined("1")
    signed = house.desk.sign_report(DOCTOR, mine, "preliminary", password=PASSWORD)
    house.desk.leave_room(NURSE)
    other = house.examined("2")
    with pytest.raises(NotThereError, match="not part of this examination"):
        house.desk.document(DOCTOR, signed.pdf, procedure_id=other)
    with pytest.raises(NotAllowedError):
        house.desk.document(TRAINEE, signed.pdf, procedure_id=mine)


def test_advice_is_asked_for_by_the_final_report_only(house: House) -> None:
    procedure = house.begun()
    house.desk.end_examination(DOCTOR, procedure)
    advice = "the advice given to the patient"
    assert advice not in house.desk.list_missing(procedure, "preliminary")
    assert advice in house.desk.list_missing(procedure, "final")
