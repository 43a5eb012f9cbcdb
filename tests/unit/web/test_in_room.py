"""The room with a patient: every act goes to whom it belongs, and nothing of one patient is left for the next."""

from __future__ import annotations

import json
import re
import shutil

import httpx
import pytest
from websockets.sync.client import connect

from ductoscope.model.clinical import Measurement, Unmeasurable
from ductoscope.model.clinical import happened as h
from ductoscope.record import read_page
from ductoscope.web.clinic.recordings import tie_cut_off_recordings
from ductoscope.web.wire import HEADER
from tests.clinic_house import DOCTOR
from tests.examination_room import COOKIE, SQUARE, ExaminationRoom
from tests.waiting import wait_for


def numbers(station: ExaminationRoom, *procedures: str) -> list[int]:
    return [station.desk.journal.procedure(one).number for one in procedures]


def mark(client: httpx.Client, procedure_id: str, **changes: object) -> dict:
    finding = {"terms": {"type": "polypoid solitary", "form": None}, **changes}
    answer = client.post(f"/api/room/{procedure_id}/finding", json={"finding": finding})
    assert answer.status_code == 200, answer.text
    return answer.json()["finding"]


def test_no_request_after_the_change_gets_a_picture_of_the_patient_before(station, doctor):
    first = station.begin(doctor)
    sequence = doctor.post(f"/api/room/{first}/freeze").json()["sequence"] if station.picture() else 0
    assert doctor.get(f"/api/frozen/{sequence}").status_code == 200
    sha256 = doctor.post(f"/api/room/{first}/still", json={"sequence": sequence}).json()["sha256"]
    assert doctor.get(f"/api/room/{first}/stills/{sha256}").headers["content-type"] == "image/png"
    newest = station.picture()
    station.leave(doctor, first)

    second = station.begin(doctor)

    assert station.room.forgotten_to > max(newest, sequence)
    assert doctor.get(f"/api/frozen/{sequence}").status_code == 404
    assert doctor.get(f"/api/room/{first}/stills/{sha256}").status_code == 409
    assert doctor.get(f"/api/room/{second}/stills/{sha256}").status_code == 409
    assert doctor.get(f"/api/room/{first}/state").status_code == 409
    assert doctor.post(f"/api/room/{first}/freeze").status_code == 409
    for old in (newest, sequence):
        answer = doctor.post(f"/api/room/{second}/still", json={"sequence": old})
        assert "no longer in memory" in answer.json()["error"]
        source = {"outline": SQUARE, "source": {"sequence": old}}
        assert doctor.post(f"/api/room/{second}/finding", json={"finding": source}).status_code == 409
    assert doctor.get(f"/api/room/{second}/state").json()["stills"] == []
    assert doctor.get("/api/status").json()["stills"] == []
    assert sha256 not in doctor.get("/room").text
    assert first not in doctor.get("/room").text


def test_viewers_are_told_at_once_and_get_no_picture_of_the_patient_before(station, doctor):
    first = station.begin(doctor)
    station.picture()
    headers = {"Cookie": f"{COOKIE}={doctor.cookies[COOKIE]}"}
    with connect(f"{station.address.replace('http', 'ws')}ws/live", additional_headers=headers) as viewer:
        while not isinstance(viewer.recv(10), bytes):
            pass
        station.leave(doctor, first)
        forgotten_to = station.room.forgotten_to
        told = False
        after = []
        while len(after) < 3:
            message = viewer.recv(10)
            if isinstance(message, bytes):
                sequence = HEADER.unpack_from(message)[4]
                viewer.send(json.dumps({"type": "ack", "sequence": sequence}))
                if told:
                    after.append(sequence)
                else:
                    assert sequence < forgotten_to, "a picture of the next one before the page was told"
            elif json.loads(message)["type"] == "status" and json.loads(message)["occupied"]["procedure"] is None:
                assert json.loads(message)["occupied"]["forgotten_to"] >= forgotten_to
                told = True
        assert min(after) > forgotten_to


def test_a_stale_page_writes_nothing(station, doctor):
    first = station.begin(doctor)
    station.leave(doctor, first)
    second = station.begin(doctor)
    before = numbers(station, first, second)

    acts = {
        "acts/PainScored": {"score": 3},
        "acts/NoteTaken": {"text": "Of the one before"},
        "dose": {"dose": {"agent": "lidocaine", "percent": 1, "ml": 1, "route": "periareolar"}},
        "opening": {"opening": {"clock": 3, "ring": "central"}},
        "finding": {"finding": {}},
        "specimen": {"specimen": {"kind": "lavage"}},
        "still": {},
        "record/start": {},
        "record/stop": {},
        "end": {"ending": {}},
        "leave": {},
    }
    for path, body in acts.items():
        answer = doctor.post(f"/api/room/{first}/{path}", json=body)
        assert answer.status_code == 409, path
        assert "another patient" in answer.json()["error"], path

    assert numbers(station, first, second) == before
    assert station.room.status().recording is None


def test_a_page_of_nobody_cannot_act_while_somebody_is_there(station, doctor):
    station.picture()
    number = doctor.post("/api/still", json={}).json()["number"]
    assert doctor.get(f"/api/stills/{number}").status_code == 200

    station.begin(doctor)
    station.picture()

    assert doctor.get(f"/api/stills/{number}").status_code == 404
    for path in ("/api/freeze", "/api/record/start", "/api/record/stop"):
        assert doctor.post(path).status_code == 409
    assert doctor.post("/api/still", json={}).status_code == 409
    assert station.room.status().recording is None


def test_nobody_else_can_begin_before_the_patient_has_left(station, doctor):
    first = station.begin(doctor)
    number = station.new_number()
    second = station.house.planned(number)
    station.confirm(doctor, second, number)

    answer = doctor.post(f"/api/room/{second}/begin", json={"begin": {}})

    assert answer.status_code == 409
    assert "Another patient is in this room" in answer.json()["error"]
    assert station.desk.in_room() == first
    assert doctor.post(f"/api/room/{first}/leave", json={}).status_code == 409, "not before the end"


def test_nobody_practises_on_the_scope_of_a_patient(station, doctor):
    wish = {"task": "free", "trainee": "Ada", "preset": "easy", "seed": 5}
    key = doctor.post("/api/practice/begin", json=wish).json()["key"]
    number = station.new_number()
    procedure = station.house.planned(number)
    station.confirm(doctor, procedure, number)
    refused = doctor.post(f"/api/room/{procedure}/begin", json={"begin": {}})
    assert refused.status_code == 409
    assert "practises" in refused.json()["error"]
    assert station.desk.in_room() is None

    doctor.post("/api/practice/finish", json={"key": key})
    assert doctor.post(f"/api/room/{procedure}/begin", json={"begin": {}}).status_code == 200
    refused = doctor.post("/api/practice/begin", json=wish)
    assert refused.status_code == 409
    assert "A patient is being examined" in refused.json()["error"]


def test_a_recording_is_known_from_its_first_moment_and_told_at_its_end(station, doctor):
    procedure_id = station.begin(doctor)
    station.picture()

    name = doctor.post(f"/api/room/{procedure_id}/record/start").json()["name"]
    assert station.desk.journal.procedure(procedure_id).recordings == {name: h.RecordingMade(name)}

    wait_for(lambda: station.room.status().recording.frames > 5)
    station.leave(doctor, procedure_id)
    made = station.desk.journal.procedure(procedure_id).recordings[name]
    page = read_page(station.room.data_folder / name)
    assert (made.frames, made.seconds) == (page.frames, page.seconds)
    assert made.frames > 5


def test_a_recording_that_was_cut_off_is_tied_again(station, doctor):
    procedure_id = station.begin(doctor)
    name = station.record(doctor, procedure_id)
    page = read_page(station.room.data_folder / name)
    cut_off = "2026-03-02_08-00-00Z"
    shutil.copytree(station.room.data_folder / name, station.room.data_folder / cut_off)
    station.desk.do(DOCTOR, h.RecordingMade(cut_off), procedure_id=procedure_id)
    station.desk.do(DOCTOR, h.RecordingMade("lost"), procedure_id=procedure_id)

    tie_cut_off_recordings(station.desk, station.room.data_folder)

    recordings = station.desk.journal.procedure(procedure_id).recordings
    assert recordings[cut_off] == h.RecordingMade(cut_off, page.frames, page.seconds, 0)
    assert recordings["lost"] == h.RecordingMade("lost"), "nothing is claimed of what is not there"
    number = station.desk.journal.procedure(procedure_id).number
    tie_cut_off_recordings(station.desk, station.room.data_folder)
    assert numbers(station, procedure_id) == [number], "told once"


def test_clocks_and_doses_are_the_records_so_that_every_screen_shows_the_same(station, doctor):
    procedure_id = station.begin(doctor)
    api = f"/api/room/{procedure_id}"
    assert doctor.post(f"{api}/acts/WeightTaken", json={"kg": 70}).status_code == 200
    doctor.post(f"{api}/dose", json={"dose": {"agent": "lidocaine", "percent": 1, "ml": 4, "route": "periareolar"}})

    with station.visit("nurse") as tablet:
        state = tablet.get(f"{api}/state").json()

    assert set(state["timers"]) == {"plan", "anaesthetic"}
    assert state["timers"]["plan"]["minutes"] == state["minutes"]["plan"] == 45
    assert state["given_mg"] == 40
    limit = state["limits"]["lidocaine"]
    assert limit["left_mg"] == pytest.approx(limit["limit_mg"] - 40)
    assert limit["limit_mg"] == 300, "4.5 mg for each of 70 kg, and never more than 300 mg"
    too_much = {"agent": "lidocaine", "percent": 2, "ml": 40, "route": "periareolar"}
    answer = doctor.post(f"{api}/dose", json={"dose": too_much})
    assert answer.status_code == 409
    assert "above the limit" in answer.json()["error"]
    assert doctor.get(f"{api}/state").json()["given_mg"] == 40
    assert doctor.post(f"{api}/dose", json={"dose": {**too_much, "despite": "Given in theatre"}}).status_code == 200


def test_openings_are_numbered_and_changed_under_their_number(station, doctor):
    procedure_id = station.begin(doctor)
    api = f"/api/room/{procedure_id}/opening"
    seen = {"clock": 3.5, "ring": "peripheral", "why_not": "too narrow"}
    assert doctor.post(api, json={"opening": seen}).json() == {"opening": 1}
    entered = {"clock": 7, "ring": "central", "is_cannulated": True, "deepest_mm": 42, "read": "5"}
    entered |= {"branches_entered": "l, lr; L", "branches_not_entered": "r", "why_not": "a leftover"}
    assert doctor.post(api, json={"opening": entered}).json() == {"opening": 2}
    assert doctor.post(api, json={"opening": {**seen, "number": 1, "discharge": "bloody"}}).json() == {"opening": 1}

    orifices = station.desk.journal.procedure(procedure_id).orifices

    assert (orifices[1].discharge, orifices[1].why_not) == ("bloody", "too narrow")
    two = orifices[2]
    assert (two.branches_entered, two.branches_not_entered, two.why_not) == (("L", "LR"), ("R",), "")
    assert two.deepest is not None
    assert (two.deepest.mm, two.deepest.origin) == (42, "graduation")
    assert two.deepest.sigma_mm == pytest.approx(5 / 12**0.5, abs=0.01)


def test_a_finding_keeps_the_picture_it_was_marked_on_and_says_how_it_was_measured(station, doctor):
    procedure_id = station.begin(doctor)
    station.picture()
    sequence = doctor.post(f"/api/room/{procedure_id}/freeze").json()["sequence"]
    doctor.post(f"/api/room/{procedure_id}/opening", json={"opening": {"clock": 3, "ring": "central"}})
    on_picture = {"outline": SQUARE, "source": {"sequence": sequence}}
    place = {"orifice": 1, "branch": "l", "depth_mm": 18, "read": "1"}

    mark(doctor, procedure_id, **on_picture, place=place)
    scale = {"kind": "tool", "width_mm": 0.4, "ends": [[0.3, 0.5], [0.5, 0.5]]}
    mark(doctor, procedure_id, **on_picture, scale=scale)
    mark(doctor, procedure_id, **on_picture, scale={"kind": "distance", "distance_mm": 5, "sigma_mm": 1})

    procedure = station.desk.journal.procedure(procedure_id)
    a, b, c = (procedure.findings[letter] for letter in "ABC")
    assert set(procedure.stills) == {a.still}, "the same picture is kept once"
    assert a.outline == tuple(tuple(point) for point in SQUARE)
    assert (a.place.orifice, a.place.branch, a.place.depth.mm) == (1, "L", 18)
    assert isinstance(a.size, Unmeasurable)
    assert a.terms == {"type": "polypoid solitary"}
    assert isinstance(b.size, Measurement)
    assert b.size.value_mm == pytest.approx(0.4 * 2**0.5, rel=0.05), "the diagonal of a square as wide as the tool"
    assert b.size.sigma_mm / b.size.value_mm >= 0.05, "a tool keeps its stated width to 5 %, as the finder is told"
    assert isinstance(c.size, Measurement)
    assert "5 ± 1 mm" in c.size.scale
    assert c.size.sigma_mm / c.size.value_mm >= 0.2, "a size is never better known than its scale"

    changed = mark(doctor, procedure_id, letter="B", scale={"kind": "keep"}, words="Seen again")
    assert (changed["size"]["value_mm"], changed["still"]) == (b.size.value_mm, b.still)
    assert len(changed["outline"]) == 4


def test_a_size_is_told_before_it_is_written(station, doctor):
    procedure_id = station.begin(doctor)
    before = numbers(station, procedure_id)
    measure = f"/api/room/{procedure_id}/measure"
    scale = {"kind": "distance", "distance_mm": 5, "sigma_mm": 0.5}

    told = doctor.post(measure, json={"outline": SQUARE, "scale": scale}).json()
    not_told = doctor.post(measure, json={"outline": SQUARE}).json()
    half_told = doctor.post(measure, json={"outline": SQUARE, "scale": {"kind": "tool"}})

    assert told["is_measured"]
    assert not_told == {"is_measured": False, "reason": "not measured: nothing in the picture gives a scale"}
    assert half_told.status_code == 409
    assert "width" in half_told.json()["error"]
    assert numbers(station, procedure_id) == before


def test_a_specimen_of_a_finding_comes_from_its_place_and_picture(station, doctor):
    procedure_id = station.begin(doctor)
    sequence = station.picture()
    doctor.post(f"/api/room/{procedure_id}/opening", json={"opening": {"clock": 3, "ring": "central"}})
    mark(doctor, procedure_id, source={"sequence": sequence}, place={"orifice": 1, "branch": "L"})

    answer = doctor.post(f"/api/room/{procedure_id}/specimen", json={"specimen": {"kind": "basket", "finding": "A"}})

    taken = station.desk.journal.procedure(procedure_id).specimens["A"].specimen
    assert answer.json() == {"letter": "A", "code": taken.code}
    assert (taken.place.orifice, taken.place.branch) == (1, "L")
    assert taken.still == station.desk.journal.procedure(procedure_id).findings["A"].still


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("dose", {"dose": {"agent": "cocaine", "percent": 1, "ml": 1, "route": "cream"}}),
        ("dose", {"dose": {"agent": "lidocaine", "percent": "x", "ml": 1, "route": "cream"}}),
        ("finding", {"finding": {"outline": [[2, 0], [0, 0], [1, 1]]}}),
        ("finding", {"finding": {"letter": "Z"}}),
        ("finding", {"finding": {"terms": {"type": "malignant"}}}),
        ("finding", {"finding": {"source": {"still": "0" * 64}}}),
        ("opening", {"opening": {"clock": 13, "ring": "central"}}),
        ("specimen", {"specimen": {"kind": "lavage", "finding": "Q"}}),
        ("acts/PainScored", {"score": 11}),
        ("acts/TimerStopped", {"timer": "towel"}),
        ("acts/RecordingMade", {"name": "../../etc"}),
        ("saline", {}),
    ],
)
def test_what_cannot_be_is_refused_in_words(station, doctor, path, body):
    procedure_id = station.begin(doctor)
    before = numbers(station, procedure_id)

    answer = doctor.post(f"/api/room/{procedure_id}/{path}", json=body)

    assert 400 <= answer.status_code < 500
    assert answer.json()["error"]
    assert numbers(station, procedure_id) == before


def test_the_room_belongs_to_doctors_and_nurses(station):
    with station.visit("trainee") as trainee:
        assert trainee.get("/room").status_code == 403
        assert trainee.get("/api/status").status_code == 403
    with station.visit("nurse") as nurse:
        assert "No patient in this room" in nurse.get("/room").text


def test_a_look_into_the_room_is_in_the_audit(station, doctor):
    procedure_id = station.begin(doctor)
    doctor.get("/room")

    looks = station.desk.journal.events(procedure_id=procedure_id, kinds={h.RecordLooked})

    assert [(event.by, event.what.page) for event in looks][-1] == (DOCTOR.id, "room")


def test_a_record_that_is_fetched_without_its_page_is_a_look_once_a_session(station, doctor):
    procedure_id = station.begin(doctor)
    station.picture()
    sha256 = doctor.post(f"/api/room/{procedure_id}/still", json={}).json()["sha256"]
    paths = [f"/api/room/{procedure_id}/state", f"/api/room/{procedure_id}/stills/{sha256}?is_small=true"]

    def looks() -> int:
        return len(station.desk.journal.events(procedure_id=procedure_id, kinds=(h.RecordLooked,), by="nurse"))

    for path in paths:
        with station.visit("nurse") as nurse:
            before = looks()
            assert [nurse.get(path).status_code for _ in range(3)] == [200] * 3
            assert looks() == before + 1, path
    with station.visit("nurse") as nurse:
        before = looks()
        for path in ("/room", *paths):
            nurse.get(path)
        assert looks() == before + 1, "what the page fetches belongs to its own look"


def test_the_checklist_is_ticked_in_the_room(station, doctor):
    procedure_id = station.begin(doctor)
    page = doctor.get("/room").text
    items = {
        phase: re.findall('data-item="([^"]+)"', page.partition(f'id="checks-{phase}"')[2].partition("</section>")[0])
        for phase in ("room", "after")
    }
    assert "checklist.no_bubbles" in items["room"]
    assert "checklist.labels" in items["after"]
    assert "checklist.identity" not in [*items["room"], *items["after"]]

    ticked = doctor.post(f"/api/room/{procedure_id}/acts/ItemChecked", json={"item": "checklist.no_bubbles"})

    assert ticked.status_code == 200
    assert list(doctor.get(f"/api/room/{procedure_id}/state").json()["checked"]) == ["checklist.no_bubbles"]
    assert doctor.get("/room").text.count('role="checkbox" aria-checked="true"') == 1
