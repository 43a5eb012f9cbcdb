from __future__ import annotations

import base64
import re
from datetime import timedelta

import pytest

from ductoscope.model import BadInputError
from ductoscope.model.clinical import happened as h
from ductoscope.record.journal import Journal
from ductoscope.web.clinic import paging
from ductoscope.web.clinic.results import MOST_PDF_BYTES, TypedResult, list_due_results, read_pdf, read_result
from tests.clinic_house import DOCTOR
from tests.path_results import HOSTILE, PDF, SHOWN, code_of, reported, typed_result


@pytest.fixture(scope="module")
def procedure(house) -> str:
    """One examination with three specimens, for the whole file."""
    return reported(house, "e1", specimens=3)


def see(visitor, query: str = "") -> str:
    answer = visitor.get(f"/results{query}")
    assert answer.status_code == 200, answer.text
    return answer.text


def section(page: str, name: str) -> str:
    """Cut the section with this heading out of a page."""
    found = re.search(rf'<section [^>]*aria-labelledby="{name}-title">.*?</section>', page, re.DOTALL)
    return found.group() if found else ""


def encode(content: bytes) -> str:
    return base64.b64encode(content).decode()


def test_what_is_awaited_is_listed_with_whom_and_when_and_turns_late(enter, house, procedure):
    nurse = enter("nurse")
    code = code_of(house, procedure, "C")
    page = see(nurse)
    assert code in section(page, "ahead")
    assert "Test, Anna" in section(page, "ahead")
    before = house.clock.now
    house.clock.forward(days=30)
    page = see(enter("nurse"))
    house.clock.now = before
    assert code in section(page, "late")
    assert "days late" in section(page, "late")
    assert code not in section(page, "ahead")


def test_a_date_is_moved_with_a_reason_only_and_says_so(enter, house, procedure):
    nurse = enter("nurse")
    move = f"/api/procedures/{procedure}/acts/DueMoved"
    day = house.clock.now.date().replace(month=4).isoformat()
    assert nurse.post(move, {"key": "result C", "due_on": day, "reason": ""}).status_code == 422
    assert (
        nurse.post(move, {"key": "result C", "due_on": day, "reason": "Extra stains were asked for"}).status_code == 200
    )
    assert "moved once" in section(see(nurse), "ahead")


def test_a_result_with_both_numbers_finds_its_specimen_and_waits_for_a_doctor(enter, house, procedure):
    nurse = enter("nurse")
    code = code_of(house, procedure, "A")
    typed = typed_result(house, procedure, "e1", specimen_code=f" {code.lower().replace('-', '')} ", pdf=encode(PDF))
    answer = nurse.post("/api/results", typed)
    assert answer.json() == {"next": "/results?said=matched"}
    page = see(nurse, "?said=matched")
    assert "belongs to a specimen here" in page
    assert code in section(page, "unread")
    assert code not in section(page, "ahead")
    house.desk.acknowledge_result(DOCTOR, procedure, "A")
    assert code not in section(see(nurse), "unread")


def test_a_result_with_another_number_waits_in_the_queue_until_somebody_made_sure(enter, house, procedure):
    nurse = enter("nurse")
    answer = nurse.post("/api/results", typed_result(house, procedure, "9999", "B", text=HOSTILE, laboratory=HOSTILE))
    assert answer.json() == {"next": "/results?said=queued"}
    page = section(see(nurse), "queue")
    assert "<script>alert" not in page
    assert SHOWN in page
    assert "hospital 9999" in page
    assert "Same code:" in page
    assert "Other number:" in page
    assert page.index("Same code:") < page.index("Other code:")
    entry = house.desk.journal.queue()[0].entry
    match = f"/api/results/{entry}/match"
    assert nurse.post(match, {"specimen": f"{procedure} B", "reason": ""}).status_code == 422
    assert nurse.post(match, {"specimen": f"{procedure} B", "reason": "ok"}).status_code == 409
    answer = nurse.post(match, {"specimen": f"{procedure} B", "reason": "Called the laboratory: a slip of the pen"})
    assert answer.json() == {"next": f"/procedures/{procedure}/specimens"}
    assert house.desk.journal.procedure(procedure).specimens["B"].results[0].text == HOSTILE
    assert section(see(nurse), "queue") == ""
    again = nurse.post(match, {"specimen": f"{procedure} B", "reason": "Called the laboratory once more"})
    assert again.status_code == 409


def test_a_result_for_nobody_is_discarded_with_a_reason(enter, house, procedure):
    nurse = enter("nurse")
    nurse.post("/api/results", typed_result(house, procedure, "e1", "C", specimen_code="ZZZZ", pdf=encode(PDF)))
    queued = house.desk.journal.queue()[0]
    assert nurse.get(f"/results/queue/{queued.entry}.pdf").content == PDF
    assert nurse.get("/results/queue/nothing.pdf").status_code == 404
    discard = f"/api/results/{queued.entry}/discard"
    assert nurse.post(discard, {"reason": ""}).status_code == 422
    assert nurse.post(discard, {"reason": "Of another hospital, which was told"}).status_code == 200
    assert house.desk.journal.queue() == []


def test_a_scanned_code_says_whose_it_is_but_never_fills_in_the_number(enter, house, procedure):
    nurse = enter("nurse")
    page = section(see(nurse, f"?code={code_of(house, procedure, 'C')}"), "enter")
    assert "Test, Anna" in page
    assert "e1" not in re.findall(r'name="patient_identifier" value="([^"]*)"', page)
    assert "No specimen here has the code XXXX" in section(see(nurse, "?code=XXXX"), "enter")


def test_hostile_query_strings_do_nothing(enter):
    page = see(enter("nurse"), "?code=%3Cscript%3Ealert(1)%3C/script%3E&said=%3Cscript%3E")
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"hello", "no whole PDF"),
        (b"%PDF-1.7 cut short", "no whole PDF"),
        (PDF + b"x" * MOST_PDF_BYTES, "at most 10 MB"),
    ],
)
def test_only_a_whole_pdf_of_a_decent_size_is_attached(content, words):
    with pytest.raises(BadInputError, match=words):
        read_pdf(encode(content))


def test_a_damaged_attachment_is_refused_in_words():
    with pytest.raises(BadInputError, match="Choose the file again"):
        read_pdf("%%%")
    assert read_pdf("data:application/pdf;base64," + encode(PDF)) == PDF


def test_a_refused_attachment_keeps_nothing(enter, house, procedure):
    answer = enter("nurse").post("/api/results", typed_result(house, procedure, "e1", "C", pdf=encode(b"no")))
    assert answer.status_code == 409
    assert house.desk.journal.procedure(procedure).specimens["C"].results == ()


def test_missing_words_are_named_at_their_field(enter, house, procedure):
    answer = enter("nurse").post("/api/results", typed_result(house, procedure, "e1", "C", patient_identifier=""))
    assert answer.status_code == 422
    assert "patient_identifier" in answer.json()["fields"]


def test_a_result_that_came_before_its_far_day_waits_to_be_read_all_the_same(enter, house):
    far = reported(house, "far")
    day = house.clock.now.date() + timedelta(days=200)
    code, nurse = code_of(house, far), enter("nurse")
    house.desk.do(DOCTOR, h.DueMoved("result A", day, "The laboratory is slow"), procedure_id=far)
    assert code not in see(nurse)
    assert nurse.post("/api/results", typed_result(house, far, "far")).status_code == 200
    assert f'href="/procedures/{far}/specimens#specimen-A"' in section(see(nurse), "unread")


def test_no_due_result_is_left_out_however_many_there_are(house, monkeypatch):
    reported(house, "many", specimens=2)
    until = house.clock.now.date() + timedelta(days=60)
    whole = list_due_results(house.desk, until)
    assert len(whole) > 1
    monkeypatch.setitem(Journal.dues.__kwdefaults__, "limit", 1)
    assert list_due_results(house.desk, until) == whole


def test_kind_and_number_become_one_identifier(house, procedure):
    typed = TypedResult(**typed_result(house, procedure, "12", identifier_system="insurance"))
    assert read_result(typed).patient_identifier == "insurance 12"


def test_looking_at_the_results_is_kept_in_the_audit(enter, house):
    see(enter("doctor"))
    looks = house.desk.journal.events(kinds=(h.RecordLooked,), by=DOCTOR.id, newest_first=True, limit=1)
    assert looks[0].what == h.RecordLooked("results")


def test_a_long_list_is_turned_page_by_page_and_nothing_is_left_out(enter, house, monkeypatch):
    reported(house, "pages", specimens=3)
    nurse = enter("nurse")
    codes = r"<code>([A-Z0-9-]+)</code>"
    all_at_once = re.findall(codes, section(see(nurse), "ahead"))
    assert len(all_at_once) >= 3
    assert 'rel="next"' not in section(see(nurse), "ahead")
    monkeypatch.setattr(paging, "A_PAGE", 2)
    turned, link = [], ""
    for number in range(1, -(-len(all_at_once) // 2) + 1):
        part = section(see(nurse, link), "ahead")
        assert f"Page {number} of " in part
        turned += re.findall(codes, part)
        found = re.search(r'href="/results([^"#]*)#ahead-title" rel="next"', part)
        link = found[1] if found else ""
    assert link == ""
    assert turned == all_at_once
    assert f'class="count">{len(all_at_once)}<' in part
    assert section(see(nurse, "?ahead=99"), "ahead") == part
    assert nurse.get("/results?ahead=0").status_code == 422


def test_turning_one_list_leaves_the_others_and_the_code_where_they_are(enter, house, monkeypatch):
    reported(house, "kept", specimens=3)
    monkeypatch.setattr(paging, "A_PAGE", 1)

    part = section(see(enter("nurse"), "?code=A%26B%22&late=2&ahead=2&said=matched"), "ahead")

    assert 'href="/results?code=A%26B%22&amp;late=2&amp;ahead=3#ahead-title" rel="next"' in part
    assert 'href="/results?code=A%26B%22&amp;late=2&amp;ahead=1#ahead-title" rel="prev"' in part
