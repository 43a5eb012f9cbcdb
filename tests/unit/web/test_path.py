from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest

from ductoscope.model.clinical import BloodThinnerDecision, Consent, Due, Event, Medication, Procedure
from ductoscope.model.clinical import happened as h
from ductoscope.web.clinic.event_details import LONGEST, list_details
from ductoscope.web.clinic.open_points import list_preparation_points, list_report_points, place_of
from ductoscope.web.clinic.path_steps import list_next, list_steps
from tests.clinic_house import DOCTOR, NURSE, PNG, referral
from tests.path_results import HOSTILE, SHOWN, examined, finished, reported

DAY = date(2026, 3, 2)


def see(visitor, path: str) -> str:
    answer = visitor.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def stations(page: str) -> dict[str, str]:
    """Every station of the path on a page to its state."""
    found = re.findall(r'<li class="station (\w+)">.*?<h2><a [^>]*>([^<]+)</a>', page, re.DOTALL)
    return {name: state for state, name in found}


def test_a_new_referral_waits_for_its_decision(house, enter):
    procedure = house.referred("p1")
    page = see(enter("nurse"), f"/procedures/{procedure}")
    assert stations(page)["Referral"] == "done"
    assert stations(page)["Decision"] == "now"
    assert stations(page)["Examination"] == "later"
    assert f'href="/procedures/{procedure}/referral#decision">Decide</a>' in page
    assert "A doctor does this." in page
    assert "A doctor does this." not in see(enter("doctor"), f"/procedures/{procedure}")


def test_every_station_says_who_did_it_and_when(house, enter):
    procedure = house.planned("p2")
    page = see(enter("nurse"), f"/procedures/{procedure}")
    assert stations(page)["Decision"] == "done"
    assert "Dr Test, <time" in page
    assert "Decided: <strong>Accepted</strong> – agreed" in page
    assert "From Dr Elsewhere, received 2 Mar 2026" in page


def test_what_is_missing_before_the_day_is_named_with_its_place(house, enter):
    procedure = house.accepted("p3", medications=(Medication("Apixaban"),))
    page = see(enter("nurse"), f"/procedures/{procedure}")
    assert "Apixaban: the prescriber&#39;s decision is not recorded" in page
    assert f'href="/procedures/{procedure}/preparation#blood-thinners"' in page
    assert "Consent to the procedure is not recorded" in page


def test_a_prepared_patient_leads_to_the_time_out(house, enter):
    procedure = house.planned("p4")
    assert f'huge" href="/procedures/{procedure}/time-out"' in see(enter("nurse"), f"/procedures/{procedure}")


def test_an_examined_patient_needs_the_preliminary_report_and_its_specimens_sent(house, enter):
    procedure = examined(house, "p5", specimens=1)
    page = see(enter("doctor"), f"/procedures/{procedure}")
    assert f'huge" href="/procedures/{procedure}/report#sign"' in page
    assert ">send specimen A</a>" in page
    assert stations(page)["Preliminary report"] == "now"


def test_without_a_specimen_there_is_no_pathology_to_wait_for(house, enter):
    procedure = examined(house, "p6")
    assert stations(see(enter("doctor"), f"/procedures/{procedure}"))["Pathology"] == "none"


def test_a_late_result_and_a_late_call_stand_out(house, enter):
    procedure = reported(house, "p7")
    house.clock.forward(days=20)
    page = see(enter("nurse"), f"/procedures/{procedure}")
    assert stations(page)["Pathology"] == "overdue"
    assert stations(page)["Follow-up"] == "overdue"
    assert "late since" in page
    assert f'huge" href="/procedures/{procedure}/call"' in page


def test_the_whole_path_ends_with_every_station_done(house, enter):
    doctor = enter("doctor")
    procedure = finished(house, "p8", lambda message: doctor.post("/api/results", message))
    page = see(doctor, f"/procedures/{procedure}")
    states = stations(page)
    assert all(state == "done" for name, state in states.items() if name != "Follow-up"), states
    assert f"/procedures/{procedure}/reports/2.pdf" in page


def test_a_declined_and_a_cancelled_examination_say_why(house, enter):
    declined, cancelled = house.referred("p9"), house.planned("p10")
    house.desk.do(DOCTOR, h.ReferralDecided("declined", "Milky on both sides"), procedure_id=declined)
    doctor = enter("doctor")
    answer = doctor.post(f"/api/procedures/{cancelled}/acts/ProcedureCancelled", {"reason": "Patient moved away"})
    assert answer.status_code == 200
    page = see(doctor, f"/procedures/{declined}")
    assert "Milky on both sides" in page
    assert stations(page)["Examination"] == "stopped"
    assert "Patient moved away" in see(doctor, f"/procedures/{cancelled}")


def test_the_events_are_there_for_those_who_want_them_and_looks_are_not_among_them(house, enter):
    procedure = house.planned("p11")
    nurse = enter("nurse")
    assert 'id="events"' not in see(nurse, f"/procedures/{procedure}")
    page = see(nurse, f"/procedures/{procedure}?events=true")
    assert "Examination planned" in page
    assert "Record looked at" not in page
    assert page.index("Consent recorded") < page.index("Referral received")


def test_looking_is_kept_in_the_audit(house, enter):
    procedure = house.referred("p12")
    see(enter("nurse"), f"/procedures/{procedure}")
    looks = house.desk.journal.events(procedure_id=procedure, kinds=(h.RecordLooked,))
    assert looks[-1].by == NURSE.id
    assert looks[-1].what == h.RecordLooked("overview")


@pytest.mark.parametrize("name", ["trainee", "admin"])
def test_those_who_see_no_records_see_none(house, enter, name):
    procedure = house.referred(f"p13-{name}")
    answer = enter(name).get(f"/procedures/{procedure}")
    assert answer.status_code == 403
    assert "Dr Elsewhere" not in answer.text


def test_an_unknown_procedure_is_not_found_in_words(enter):
    answer = enter("nurse").get("/procedures/nobody")
    assert answer.status_code == 404
    assert "<h1>" in answer.text


def test_hostile_words_are_shown_and_never_run(house, enter):
    patient = house.patient("p14", HOSTILE[:60])
    procedure = house.desk.receive_referral(NURSE, patient, referral(reason=HOSTILE, referrer=HOSTILE))
    house.desk.do(DOCTOR, h.ReferralDecided("more needed", HOSTILE), procedure_id=procedure)
    page = see(enter("nurse"), f"/procedures/{procedure}?events=true")
    assert "<script>alert" not in page
    assert SHOWN in page


def test_a_still_is_shown_only_in_its_own_examination(house, enter):
    procedure = house.begun("p15")
    still = house.desk.keep_still(NURSE, procedure, PNG, name="one")
    other = house.referred("p16")
    nurse = enter("nurse")
    answer = nurse.get(f"/procedures/{procedure}/stills/{still.sha256}")
    assert answer.content == PNG
    assert answer.headers["content-type"] == "image/png"
    assert nurse.get(f"/procedures/{other}/stills/{still.sha256}").status_code == 404
    house.desk.end_examination(DOCTOR, procedure)
    house.desk.leave_room(DOCTOR)


def make_procedure(**changes: object) -> Procedure:
    known: dict[str, object] = {"stage": "planned", "number": 1, "opened_utc": datetime(2026, 3, 1, tzinfo=UTC)}
    return Procedure("x", "p", **(known | changes))  # type: ignore[arg-type]


def test_a_refused_consent_and_a_postponing_prescriber_stop_everything():
    wants_later = BloodThinnerDecision("Apixaban", "postpone the examination", "Dr. P")
    procedure = make_procedure(
        consents={"procedure": Consent("procedure", False)}, blood_thinners={"Apixaban": wants_later}
    )
    points = {point.key: point.is_needed for point in list_preparation_points(procedure, ["Apixaban"], ["identity"])}
    assert points["consent_refused"]
    assert points["thinner_postpones"]
    assert not points["checklist_open"]


def test_what_the_desk_misses_leads_to_where_it_is_written():
    assert place_of("the impression in words") == "report#words"
    assert place_of("the result of specimen A") == "specimens"
    assert place_of("how deep opening 1 was seen") == "review"


def test_an_empty_examination_lacks_what_good_reports_say():
    keys = {point.key for point in list_report_points(make_procedure())}
    assert keys == {"no_pain", "no_serial", "no_reprocessing", "no_state", "no_plan_words", "no_advice"}


def test_a_call_of_today_comes_before_a_report():
    due = {"call 1": Due("call 1", "call", DAY)}
    procedure = make_procedure(stage="examined", dues=due)
    assert [act.key for act in list_next(procedure, (), DAY)] == ["call", "sign_preliminary"]
    assert [act.key for act in list_next(procedure, (), date(2026, 3, 1))] == ["sign_preliminary", "call"]


def test_several_dates_to_keep_are_one_thing_to_do():
    dues = {f"follow-up {n}": Due(f"follow-up {n}", "follow-up", date(2026, n, 1), f"Visit {n}") for n in (4, 5, 6)}
    acts = list_next(make_procedure(stage="examined", dues=dues), (), DAY)
    assert [(act.key, act.name) for act in acts] == [("sign_preliminary", ""), ("follow_up", "Visit 4")]


def test_a_call_of_today_stays_first_when_another_follows():
    dues = {"call 1": Due("call 1", "call", DAY, "First"), "call 2": Due("call 2", "call", date(2026, 3, 9), "Second")}
    acts = list_next(make_procedure(stage="examined", dues=dues), (), DAY)
    assert [(act.key, act.name) for act in acts] == [("call", "First"), ("sign_preliminary", "")]


def test_nothing_is_next_when_it_is_closed():
    assert list_next(make_procedure(stage="closed"), (), DAY) == ()


def test_a_referral_that_needs_more_is_now_again():
    procedure = make_procedure(stage="referred", referral_outcome="more needed")
    steps = {step.name: step.state for step in list_steps(procedure, (), DAY)}
    assert steps["referral"] == "now"
    assert [act.key for act in list_next(procedure, (), DAY)] == ["complete_referral"]


def test_details_name_every_field_and_cut_long_ones():
    event = Event(1, datetime(2026, 3, 1, tzinfo=UTC), "n", h.NoteTaken("x" * 1000, "plan"))
    details = dict(list_details(event.what))
    assert details["topic"] == "plan"
    assert len(details["text"]) == LONGEST + 1
    assert dict(list_details(referral()))["imaging, 1, kind"] == "mammography"
