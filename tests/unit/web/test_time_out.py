"""The time-out: two identifiers, side and site compared by people before the scope is tied to anybody."""

from __future__ import annotations

import re

import pytest

from ductoscope import __version__
from ductoscope.model.clinical import happened as h
from tests.clinic_house import DOCTOR
from tests.examination_room import say_time_out


def confirm(client, procedure_id, number, **changes):
    said = say_time_out(number, **changes)
    return client.post(f"/api/procedures/{procedure_id}/time-out", json={"time_out": said})


def test_the_page_shows_no_identifier_that_could_be_read_off_instead_of_asked(station, doctor):
    number = station.new_number()
    procedure_id = station.house.planned(number)

    page = doctor.get(f"/procedures/{procedure_id}/time-out").text

    assert "Test, Anna" in page
    assert "Hospital number" in page
    for secret in (number, "1970"):
        assert secret not in page.replace("5.3.1970", "").replace("1970-03-05", "")


@pytest.mark.parametrize("born", ["17.5.1970", "17/05/1970", "17 5 1970", "1970-05-17", " 17.05.1970 "])
def test_a_birth_date_may_be_said_in_several_ways(station, doctor, born):
    number = station.new_number()
    procedure_id = station.house.planned(number)

    answer = confirm(doctor, procedure_id, number, first={"kind": "birth date", "value": born})

    assert answer.status_code == 200
    time_out = station.desk.journal.procedure(procedure_id).time_out
    assert time_out.identifiers == ("birth date 1970-05-17", f"hospital {number}")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"first": {"kind": "birth date", "value": "18.5.1970"}}, "STOP"),
        ({"first": {"kind": "birth date", "value": "31.2.1970"}}, "is no birth date"),
        ({"second": {"kind": "hospital", "value": "1"}}, "STOP"),
        ({"second": {"kind": "hospital", "value": "  "}}, "Both identifiers are needed"),
        ({"second": {"kind": "birth date", "value": "17.5.1970"}}, "two different identifiers"),
        ({"side": "right"}, "STOP"),
        ({"is_site_marked": False}, "marked on the skin"),
        ({"is_consent_there": False}, "consent is there"),
        ({"allergies_said": False}, "allergies were said"),
    ],
)
def test_anything_that_does_not_fit_is_refused_in_words_and_nobody_can_begin(station, doctor, changes, says):
    number = station.new_number()
    procedure_id = station.house.planned(number)

    answer = confirm(doctor, procedure_id, number, **changes)

    assert answer.status_code == 409
    assert says in answer.json()["error"]
    assert number not in answer.json()["error"], "the right number is never told"
    assert station.desk.journal.procedure(procedure_id).time_out is None
    begun = doctor.post(f"/api/room/{procedure_id}/begin", json={"begin": {}})
    assert begun.status_code in (403, 409)
    assert station.desk.in_room() is None


def test_beginning_ties_the_scope_that_is_there_and_starts_the_planned_time(station, doctor):
    station.picture()
    number = station.new_number()
    procedure_id = station.house.planned(number)
    confirm(doctor, procedure_id, number)
    said = {"operator": DOCTOR.id, "assistant": "Nurse Test", "scope_model": "Toy", "outer_diameter_mm": 0.9}

    answer = doctor.post(f"/api/room/{procedure_id}/begin", json={"begin": said})

    assert answer.json() == {"next": "/room"}
    procedure = station.desk.journal.procedure(procedure_id)
    status = station.room.status()
    equipment = procedure.equipment
    assert equipment is not None
    assert (equipment.camera, equipment.cores, equipment.bundle_id) == ("Toy scope", status.cores, status.bundle_id)
    assert (equipment.scope_model, equipment.software) == ("Toy", f"Ductoscope {__version__}")
    assert equipment.is_simulated
    assert (procedure.assistant, set(procedure.timers)) == ("Nurse Test", {"plan"})
    begun = station.desk.journal.events(procedure_id=procedure_id, kinds={h.ExaminationBegun})
    assert begun[0].what.station == station.desk.station
    page = doctor.get("/room").text
    assert "LEFT breast" in page
    assert number in page


def test_the_scope_of_the_last_examination_is_offered_again_but_never_its_reprocessing(station, doctor):
    first = station.new_number()
    procedure_id = station.house.planned(first)
    confirm(doctor, procedure_id, first)
    said = {"operator": DOCTOR.id, "scope_model": "Offered again", "reprocessed": "Record 12"}
    doctor.post(f"/api/room/{procedure_id}/begin", json={"begin": said})
    station.empty(doctor)
    second = station.new_number()
    procedure_id = station.house.planned(second)
    confirm(doctor, procedure_id, second)

    page = doctor.get(f"/procedures/{procedure_id}/time-out").text

    assert "Offered again" in page
    assert "Record 12" not in page


def test_an_examination_that_is_not_planned_has_no_time_out_yet(station, doctor):
    procedure_id = station.house.referred(station.new_number())

    page = doctor.get(f"/procedures/{procedure_id}/time-out").text

    assert "not planned yet" in page
    assert "time-out-form" not in page


def test_cream_and_towel_may_run_before_the_scope_is_tied_to_anybody(station, doctor):
    procedure_id = station.house.planned(station.new_number())
    page = f"/procedures/{procedure_id}/time-out"
    assert "60 min planned" in doctor.get(page).text

    started = doctor.post(f"/api/procedures/{procedure_id}/acts/TimerStarted", json={"timer": "cream", "minutes": 60})

    assert started.status_code == 200
    said = re.search(r"since (\d\d):(\d\d), planned until (\d\d):(\d\d)", doctor.get(page).text)
    assert said is not None
    hour, minute, until_hour, until_minute = map(int, said.groups())
    assert (until_hour * 60 + until_minute - hour * 60 - minute) % 1440 == 60
    assert doctor.post(f"/api/procedures/{procedure_id}/acts/TimerStopped", json={"timer": "cream"}).status_code == 200
    assert "since" not in doctor.get(page).text.partition("early-clocks")[2]
