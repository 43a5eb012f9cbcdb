"""What a person does with what the finder says, without a patient and with one."""

from __future__ import annotations

import json
import time
from dataclasses import replace

import httpx
import numpy as np
import pytest
from websockets.sync.client import connect

from ductoscope.live import finder as finder_module
from ductoscope.model import BadInputError, Branch, DuctMap, ToolSeen
from ductoscope.model.clinical import Depth, Finding, Measurement, Place, Unmeasurable, ViewQuality
from ductoscope.model.clinical import happened as h
from ductoscope.report.draw_map_marks import find_place
from ductoscope.web.clinic import suggested
from ductoscope.web.encode import decode_png
from tests.clinic_house import DOCTOR
from tests.examination_room import COOKIE, ExaminationRoom
from tests.hand_find import OUTLINE, HandFind, draw_up, place, suggest
from tests.hand_find import hand as hand  # fixtures
from tests.hand_find import station as station
from tests.waiting import wait_for

ENTERED = {"clock": 3, "ring": "central", "is_cannulated": True}
SQUARE = [[0.45, 0.35], [0.55, 0.35], [0.55, 0.45], [0.45, 0.45]]


@pytest.fixture(autouse=True)
def two_suggestions(hand: HandFind) -> None:
    hand.where = place()
    hand.suggestions = (suggest(1), suggest(2, depth=None, size=Unmeasurable("nothing gave a scale")))


def search_of(station: ExaminationRoom) -> int:
    """Wait until the suggestions are told, and give the number of their map."""
    finder = station.room.finder
    assert finder is not None
    station.picture()  # the finder may be quicker than the picture that is shown
    wait_for(lambda: (got := finder.found.newest()) is not None and len(got[1].found.suggestions) == 2)
    newest = finder.found.newest()
    assert newest is not None
    return newest[1].search


def mark_with_tool(station: ExaminationRoom, doctor: httpx.Client, procedure_id: str, **changes: object) -> Finding:
    """A finding on the picture that stands now, with the size by a tool in it."""
    station.picture()
    sequence = doctor.post(f"/api/room/{procedure_id}/freeze").json()["sequence"]
    scale = {"kind": "tool", "width_mm": 0.4, "ends": [[0.3, 0.5], [0.5, 0.25]], **changes}
    finding = {"outline": SQUARE, "source": {"sequence": sequence}, "scale": scale}
    answer = doctor.post(f"/api/room/{procedure_id}/finding", json={"finding": finding})
    assert answer.status_code == 200, answer.text
    return station.desk.journal.procedure(procedure_id).findings[answer.json()["finding"]["letter"]]


def told_tools(hand: HandFind) -> list[ToolSeen]:
    return [told for _, _, readings in list(hand.looked) for told in readings if isinstance(told, ToolSeen)]


def test_the_tool_that_gives_a_finding_its_size_is_told_to_the_finder_with_its_picture(station, doctor, hand):
    procedure_id = station.begin(doctor)

    finding = mark_with_tool(station, doctor, procedure_id)

    wait_for(lambda: told_tools(hand))
    (tool,) = told_tools(hand)
    assert isinstance(finding.size, Measurement)
    assert tool.frame_t_ns == station.desk.journal.procedure(procedure_id).stills[finding.still].t_ns
    assert np.array(tool.ends_xy) == pytest.approx(np.array([[-0.4, 0.0], [0.0, -0.5]]))
    assert (tool.width_mm, tool.sigma_mm) == (0.4, pytest.approx(0.02))


def test_other_scales_tell_the_finder_nothing_and_a_finder_that_fails_refuses_no_finding(
    station, doctor, hand, monkeypatch
):
    procedure_id = station.begin(doctor)
    before = len(told_tools(hand))
    mark_with_tool(station, doctor, procedure_id, kind="none")
    mark_with_tool(station, doctor, procedure_id, kind="distance", distance_mm=5, sigma_mm=1)
    asked = []

    def refuse(*what: object) -> None:
        asked.append(what)
        raise ValueError("no such tool")

    monkeypatch.setattr(station.room, "see_tool", refuse)
    assert isinstance(mark_with_tool(station, doctor, procedure_id).size, Measurement)

    assert len(asked) == 1
    looks = len(hand.looked)
    wait_for(lambda: len(hand.looked) > looks + 2)
    assert len(told_tools(hand)) == before


def test_a_confirmed_suggestion_is_a_finding_on_the_picture_that_shows_it_best(station, doctor):
    procedure_id = station.begin(doctor)
    doctor.post(
        f"/api/room/{procedure_id}/opening", json={"opening": {"clock": 3, "ring": "central", "is_cannulated": True}}
    )
    wish = {"suggestion": 1, "search": search_of(station), "judged": "confirmed"}

    answer = doctor.post(f"/api/room/{procedure_id}/find/judge", json=wish)

    assert answer.status_code == 200, answer.text
    procedure = station.desk.journal.procedure(procedure_id)
    finding = procedure.findings["A"]
    assert answer.json()["finding"]["letter"] == "A"
    assert (finding.state, finding.place.orifice, finding.place.branch) == ("confirmed", 1, "L")
    assert (finding.place.depth.mm, finding.place.depth.origin) == (26.0, "encoder")
    assert (finding.size.value_mm, finding.terms) == (2.1, {"type": "polypoid solitary"})
    assert np.allclose(finding.outline, OUTLINE)
    assert finding.still in procedure.stills
    assert procedure.stills[finding.still].is_simulated
    again = doctor.post(f"/api/room/{procedure_id}/find/judge", json=wish | {"judged": "dismissed"})
    assert again.status_code == 409
    assert "already" in again.json()["error"]
    assert list(station.desk.journal.procedure(procedure_id).findings) == ["A"]


def test_a_dismissed_suggestion_is_kept_as_dismissed(station, doctor):
    procedure_id = station.begin(doctor)
    wish = {"suggestion": 2, "search": search_of(station), "judged": "dismissed"}

    assert doctor.post(f"/api/room/{procedure_id}/find/judge", json=wish).status_code == 200

    finding = station.desk.journal.procedure(procedure_id).findings["A"]
    assert (finding.state, finding.size) == ("dismissed", Unmeasurable("nothing gave a scale"))


def test_a_corrected_suggestion_keeps_what_was_left_alone_and_is_measured_anew(station, doctor):
    procedure_id = station.begin(doctor)
    said = {"suggestion": 1, "search": search_of(station)}
    held = doctor.post(f"/api/room/{procedure_id}/find/hold", json=said).json()
    assert doctor.get(f"/api/frozen/{held['sequence']}").status_code == 200
    wish = {
        "suggestion": said,
        "outline": SQUARE,
        "terms": {"type": "superficial", "colour": "red"},
        "place": {"branch": "L", "depth_mm": 26, "read": "estimate"},
        "scale": {"kind": "keep"},
        "words": "flat at the edge",
    }

    answer = doctor.post(f"/api/room/{procedure_id}/finding", json={"finding": wish})

    assert answer.status_code == 200, answer.text
    finding = station.desk.journal.procedure(procedure_id).findings["A"]
    assert finding.terms == {"type": "superficial", "colour": "red"}
    assert (finding.place.depth.mm, finding.place.depth.origin, finding.place.branch) == (26.0, "encoder", "L")
    # The suggestion's 2.1 mm are its outline's 0.2 of the picture; the square's diagonal is 0.1414 of it.
    assert finding.size.value_mm == pytest.approx(2.1 * 0.1414 / 0.2, rel=0.05)
    assert finding.size.sigma_mm > finding.size.value_mm * 0.3 / 2.1
    assert (finding.words, finding.author) == ("flat at the edge", "person")
    finder = station.room.finder
    wait_for(lambda: (got := finder.found.newest()) is not None and got[1].judged == {1: "confirmed"})


def test_an_outline_left_alone_keeps_its_size(station, doctor):
    procedure_id = station.begin(doctor)
    same = [[round(x, 4), round(y, 4)] for x, y in OUTLINE]
    wish = {"suggestion": {"suggestion": 1, "search": search_of(station)}, "outline": same, "scale": {"kind": "keep"}}

    answer = doctor.post(f"/api/room/{procedure_id}/finding", json={"finding": wish})

    assert answer.status_code == 200, answer.text
    finding = station.desk.journal.procedure(procedure_id).findings["A"]
    assert (finding.size.value_mm, finding.size.sigma_mm) == (2.1, 0.3)
    assert finding.terms == {}  # nobody chose one


def test_the_course_goes_into_the_record_with_one_press(station, doctor):
    procedure_id = station.begin(doctor)
    post = lambda act, wish: doctor.post(f"/api/room/{procedure_id}/{act}", json=wish)  # noqa: E731
    search_of(station)

    assert post("find/accept", {}).json() == {"opening": None, "is_earlier_map_kept": False}
    assert station.desk.journal.procedure(procedure_id).view == ViewQuality(3, (), 1.0)
    post("opening", {"opening": ENTERED})
    post("acts/ViewJudged", {"view": {"grade": 1, "hidden_by": ["debris"]}})
    assert post("find/accept", {}).json() == {"opening": 1, "is_earlier_map_kept": False}

    procedure = station.desk.journal.procedure(procedure_id)
    assert procedure.view == ViewQuality(1, ("debris",), 1.0)  # what a person said stands beside what was measured
    opening = procedure.orifices[1]
    assert (opening.is_cannulated, opening.deepest.mm, opening.deepest.origin) == (True, 23.4, "encoder")
    assert (opening.branches_entered, opening.branches_not_entered) == (("L",), ("R",))


def test_the_map_goes_into_the_record_and_into_the_report_with_the_same_press(station, doctor):
    procedure_id = station.begin(doctor)
    post = lambda act, wish: doctor.post(f"/api/room/{procedure_id}/{act}", json=wish)  # noqa: E731
    journal, media = station.desk.journal, station.desk.media
    search_of(station)
    post("opening", {"opening": ENTERED})
    assert post("find/accept", {"has_way": False}).status_code == 200
    assert journal.procedure(procedure_id).maps == {}

    assert post("find/accept", {}).status_code == 200

    measured = journal.procedure(procedure_id).maps[1]
    assert (measured.unit, measured.scale, measured.eye) == ("mm", "the depth of the shaft", "hand")
    assert measured.software.startswith("Ductoscope ")
    assert measured.is_simulated
    told = [(one.name, one.is_entered, one.start, one.end, one.well, one.wall != "") for one in measured.branches]
    # The wall of L begins at the nipple in the hand-made map: none of its cells lies behind the fork.
    assert told == [("", True, 0, 20, 1, True), ("L", True, 20, 30, 0, True), ("R", False, 20, 20, 0, False)]
    svg = media.read(measured.drawing).decode()
    assert "not entered" in svg
    assert "mm from the nipple" in svg
    for branch in measured.branches[:2]:
        assert decode_png(media.read(branch.wall)).shape == (branch.height_px, branch.width_px, 3)
    # From the fork on, to scale and hatched, for that is where the caption says that it lies.
    assert measured.branches[1].width_px == round(10 * measured.branches[1].height_px / (2 * np.pi * 0.8))
    assert decode_png(media.read(measured.branches[1].wall)).std() > 10
    x, y = find_place(measured, Finding("A", Place(1, "L", Depth(22, 1, "encoder"))))
    assert 'viewBox="0 0 800 ' in svg
    assert (x, y) == (pytest.approx(96 + 22 * (650 - 96) / 30, abs=0.1), measured.branches[1].y)
    page = station.desk.preview_report(DOCTOR, procedure_id, "preliminary")
    assert "Unrolled wall of the main duct: 100\u00a0% seen well" in page
    assert "Measured by hand in Ductoscope" in page
    before = journal.procedure(procedure_id).maps
    post("find/accept", {})
    assert journal.procedure(procedure_id).maps == before
    assert sum(isinstance(one.what, h.DuctMapped) for one in journal.events(procedure_id=procedure_id)) == 1


def test_a_duct_of_which_nothing_was_entered_has_no_map(station, doctor, monkeypatch):
    procedure_id = station.begin(doctor)
    doctor.post(f"/api/room/{procedure_id}/opening", json={"opening": ENTERED})
    search_of(station)
    nothing = DuctMap("radii", "", (Branch("", None, 0.0, 0.0),))
    whole = suggested.read_newest
    monkeypatch.setattr(suggested, "read_newest", lambda room: replace(whole(room), duct_map=nothing))

    told = doctor.post(f"/api/room/{procedure_id}/find/accept", json={}).json()

    assert told == {"opening": 1, "is_earlier_map_kept": False}

    assert station.desk.journal.procedure(procedure_id).maps == {}


def test_what_is_taken_over_goes_to_the_opening_entered_last_not_to_the_highest_number(station, doctor):
    procedure_id = station.begin(doctor)
    post = lambda act, wish: doctor.post(f"/api/room/{procedure_id}/{act}", json=wish)  # noqa: E731
    entered = lambda: doctor.get(f"/api/room/{procedure_id}/state").json()["entered_opening"]  # noqa: E731
    search = search_of(station)
    assert entered() is None
    post("opening", {"opening": ENTERED})
    post("opening", {"opening": {**ENTERED, "clock": 7}})
    assert entered() == 2
    post("opening", {"opening": {**ENTERED, "number": 1}})  # the scope goes back into the first
    post("opening", {"opening": {"clock": 9, "ring": "central", "why_not": "too narrow"}})
    assert entered() == 1

    assert post("find/accept", {"opening": 1}).json()["opening"] == 1
    finding = post("find/judge", {"suggestion": 1, "search": search, "judged": "confirmed"}).json()["finding"]

    procedure = station.desk.journal.procedure(procedure_id)
    assert [one.deepest is not None for one in procedure.orifices.values()] == [True, False, False]
    assert list(procedure.maps) == [1]
    assert finding["place"]["orifice"] == 1
    post("opening", {"opening": {**ENTERED, "number": 2, "clock": 7}})
    before = station.desk.journal.procedure(procedure_id).number
    late = post("find/accept", {"opening": 1})
    assert late.status_code == 409
    assert "Another opening" in late.json()["error"]
    assert station.desk.journal.procedure(procedure_id).number == before


def test_an_opening_that_was_not_entered_stays_as_it_was_noted(station, doctor):
    procedure_id = station.begin(doctor)
    search = search_of(station)
    narrow = {"clock": 3, "ring": "central", "why_not": "too narrow"}
    doctor.post(f"/api/room/{procedure_id}/opening", json={"opening": narrow})
    noted = station.desk.journal.procedure(procedure_id).orifices

    assert doctor.post(f"/api/room/{procedure_id}/find/accept", json={}).json()["opening"] is None
    wish = {"suggestion": 1, "search": search, "judged": "confirmed"}
    finding = doctor.post(f"/api/room/{procedure_id}/find/judge", json=wish).json()["finding"]

    procedure = station.desk.journal.procedure(procedure_id)
    assert (procedure.orifices, procedure.maps) == (noted, {})
    assert procedure.view is not None
    assert finding["place"]["orifice"] is None


def begin_another_map(station: ExaminationRoom, doctor: httpx.Client, procedure_id: str) -> None:
    doctor.post(f"/api/room/{procedure_id}/find/map", json={})
    search_of(station)


def draw_duct(deepest: float, names: str, unit: str = "mm") -> DuctMap:
    """A main duct and branches of it, all of them entered as deep."""
    whole = draw_up()
    main, left, _ = whole.branches
    branches = (main, *(replace(left, name=name, reached=deepest, seen_to=deepest) for name in names))
    return DuctMap(unit, whole.scale, branches, {"": whole.walls[""]})


def test_a_map_that_was_begun_anew_takes_nothing_from_what_the_record_knows(station, doctor, hand, monkeypatch):
    procedure_id = station.begin(doctor)
    accept = lambda: doctor.post(f"/api/room/{procedure_id}/find/accept", json={}).json()  # noqa: E731
    doctor.post(f"/api/room/{procedure_id}/opening", json={"opening": ENTERED})
    search_of(station)
    accept()
    first = station.desk.journal.procedure(procedure_id)

    hand.where = place(9.0)
    monkeypatch.setattr(finder_module, "read_found_map", lambda _: draw_duct(25.0, "R"))
    begin_another_map(station, doctor, procedure_id)
    assert accept()["is_earlier_map_kept"]
    now = station.desk.journal.procedure(procedure_id)
    assert now.orifices[1].deepest == first.orifices[1].deepest
    assert (now.orifices[1].branches_entered, now.orifices[1].branches_not_entered) == (("L", "R"), ())
    assert now.maps == first.maps

    monkeypatch.setattr(finder_module, "read_found_map", lambda _: draw_duct(90.0, "R", "radii"))
    begin_another_map(station, doctor, procedure_id)
    assert accept()["is_earlier_map_kept"], "in another unit it cannot be compared"

    hand.where = place(33.0)
    monkeypatch.setattr(finder_module, "read_found_map", lambda _: draw_duct(33.0, "L"))
    begin_another_map(station, doctor, procedure_id)
    assert not accept()["is_earlier_map_kept"]
    now = station.desk.journal.procedure(procedure_id)
    assert max(one.end for one in now.maps[1].branches) == 33.0
    assert now.orifices[1].deepest.mm == 33.0


def test_the_course_is_taken_over_whole_or_not_at_all(station, doctor, monkeypatch):
    procedure_id = station.begin(doctor)
    doctor.post(f"/api/room/{procedure_id}/opening", json={"opening": ENTERED})
    search_of(station)
    before = station.desk.journal.procedure(procedure_id)
    journal = station.desk.journal
    append_all = journal.append_all

    def fail_at_map(drafts):
        if any(isinstance(draft.what, h.DuctMapped) for draft in drafts):
            raise BadInputError("The disk is full.")
        return append_all(drafts)

    monkeypatch.setattr(journal, "append_all", fail_at_map)

    assert doctor.post(f"/api/room/{procedure_id}/find/accept", json={}).status_code == 409

    now = journal.procedure(procedure_id)
    assert (now.view, now.orifices, now.maps) == (None, before.orifices, {})


@pytest.mark.parametrize("act", ["judge", "correct"])
def test_what_was_written_is_told_as_written_though_a_new_map_was_begun_meanwhile(station, doctor, monkeypatch, act):
    procedure_id = station.begin(doctor)
    said = {"suggestion": 1, "search": search_of(station)}
    mark_finding, finder = station.desk.mark_finding, station.room.finder

    def write_while_a_map_begins(*what, **how):
        event = mark_finding(*what, **how)
        finder.begin_map()
        return event

    monkeypatch.setattr(station.desk, "mark_finding", write_while_a_map_begins)
    if act == "judge":
        answer = doctor.post(f"/api/room/{procedure_id}/find/judge", json=said | {"judged": "confirmed"})
    else:
        wish = {"suggestion": said, "scale": {"kind": "keep"}}
        answer = doctor.post(f"/api/room/{procedure_id}/finding", json={"finding": wish})

    assert answer.status_code == 200, answer.text
    assert answer.json()["finding"]["letter"] == "A"
    search_of(station)
    assert finder.found.newest()[1].judged == {}, "the suggestion of the new map has the same number"


def correct(station: ExaminationRoom, doctor: httpx.Client, procedure_id: str, **changes: object) -> Finding:
    """The first suggestion, corrected by what the page sends when only `changes` were made."""
    wish = {
        "suggestion": {"suggestion": 1, "search": search_of(station)},
        "outline": [[round(x, 4), round(y, 4)] for x, y in OUTLINE],
        "terms": {"type": "polypoid solitary"},
        "place": {"branch": "L", "depth_mm": 26, "read": "estimate"},
        "scale": {"kind": "keep"},
        **changes,
    }
    answer = doctor.post(f"/api/room/{procedure_id}/finding", json={"finding": wish})
    assert answer.status_code == 200, answer.text
    return station.desk.journal.procedure(procedure_id).findings[answer.json()["finding"]["letter"]]


def test_a_depth_that_a_person_took_out_does_not_come_back(station, doctor):
    procedure_id = station.begin(doctor)

    finding = correct(station, doctor, procedure_id, place={"branch": "L", "depth_mm": None})

    assert (finding.place.depth, finding.place.branch) == (None, "L")


@pytest.mark.parametrize(
    ("changes", "author"),
    [
        ({}, "hand"),
        ({"words": "Seen twice"}, "hand"),
        ({"place": {"branch": "LR", "depth_mm": 26}}, "person"),
        ({"place": {"branch": "L", "depth_mm": 22}}, "person"),
        ({"count": 2}, "person"),
        ({"obstruction_percent": 40}, "person"),
    ],
)
def test_a_finding_that_a_person_changed_is_a_person_s(station, doctor, changes, author):
    procedure_id = station.begin(doctor)

    assert correct(station, doctor, procedure_id, **changes).author == author


def test_a_still_from_before_the_recording_is_not_tied_to_it(station, doctor):
    procedure_id = station.begin(doctor)
    search = search_of(station)
    held = doctor.post(f"/api/room/{procedure_id}/freeze").json()["sequence"]
    name = doctor.post(f"/api/room/{procedure_id}/record/start").json()["name"]
    station.room.shown.wait_newer(station.room.shown.newest()[0] + 10, 10)

    wish = {"suggestion": 1, "search": search, "judged": "confirmed"}
    sha256 = doctor.post(f"/api/room/{procedure_id}/find/judge", json=wish).json()["finding"]["still"]
    frozen = doctor.post(f"/api/room/{procedure_id}/still", json={"sequence": held}).json()["sha256"]
    newest = doctor.post(f"/api/room/{procedure_id}/still", json={}).json()["sha256"]

    stills = station.desk.journal.procedure(procedure_id).stills
    assert [stills[one].recording for one in (sha256, frozen, newest)] == [None, None, name]
    doctor.post(f"/api/room/{procedure_id}/record/stop")


def test_the_next_patient_s_page_gets_nothing_of_the_last_one(station, doctor):
    first = station.begin(doctor)
    search = search_of(station)
    station.empty(doctor)
    second = station.begin(doctor)

    late = {"suggestion": 1, "search": search, "judged": "confirmed"}
    assert doctor.post(f"/api/room/{first}/find/judge", json=late).status_code == 409
    wait_for(lambda: station.room.finder.found.newest())
    answer = doctor.post(f"/api/room/{second}/find/judge", json=late)
    assert answer.status_code == 409
    assert "not there any more" in answer.json()["error"]
    assert station.desk.journal.procedure(second).findings == {}


def test_acts_of_an_empty_room_need_an_empty_room(station, doctor):
    assert doctor.post("/api/find/zero", json={}).status_code == 200
    station.begin(doctor)
    assert doctor.post("/api/find/zero", json={}).status_code == 409


def test_graduations_reach_the_finder_as_readings(station, doctor, hand):
    procedure_id = station.begin(doctor)
    hand.looked.clear()

    assert doctor.post(f"/api/room/{procedure_id}/find/graduation", json={"mm": 20}).status_code == 200
    assert doctor.post(f"/api/room/{procedure_id}/find/graduation", json={"mm": 500}).status_code == 422
    assert doctor.post(f"/api/room/{procedure_id}/find/zero", json={}).status_code == 200

    wait_for(lambda: len([one for _, _, readings in hand.looked for one in readings]) == 2)
    given = [(one.depth_mm, one.origin) for _, _, readings in hand.looked for one in readings]
    assert given == [(20.0, "graduation"), (0.0, "graduation")]


def test_a_new_map_is_begun_for_the_next_duct(station, doctor):
    procedure_id = station.begin(doctor)
    search = search_of(station)

    assert doctor.post(f"/api/room/{procedure_id}/find/map", json={}).status_code == 200

    assert search_of(station) > search


def test_viewers_are_told_at_once_when_hints_go_and_when_all_is_forgotten(station, doctor):
    procedure_id = station.begin(doctor)
    search_of(station)
    live = f"{station.address.replace('http', 'ws')}ws/live"
    cookie = {"Cookie": f"{COOKIE}={doctor.cookies[COOKIE]}"}
    with connect(live, compression=None, close_timeout=2, additional_headers=cookie) as socket:
        await_told(socket, lambda told: told["type"] == "find" and len(told["suggestions"]) == 2)
        await_told(socket, lambda told: told["type"] == "find_map" and len(told["studies"]) == 2)

        doctor.post(f"/api/room/{procedure_id}/find/hints", json={"are_on": False})
        await_told(socket, lambda told: told["type"] == "find" and told["suggestions"] == [] and not told["hints"])
        await_told(socket, lambda told: told["type"] == "find_map" and told["studies"] == {} and told["map"] > 0)

        station.room.forget()
        await_told(socket, lambda told: told["type"] == "find" and told["search"] != 0 and told["hints"])


def test_a_dismissed_suggestion_goes_from_the_map_though_no_new_map_comes(station, doctor, monkeypatch):
    monkeypatch.setattr(finder_module, "MAP_EVERY_NS", 10**18)
    procedure_id = station.begin(doctor)
    search = search_of(station)
    live = f"{station.address.replace('http', 'ws')}ws/live"
    cookie = {"Cookie": f"{COOKIE}={doctor.cookies[COOKIE]}"}
    with connect(live, compression=None, close_timeout=2, additional_headers=cookie) as socket:
        await_told(socket, lambda told: told["type"] == "find_map" and set(told["studies"]) == {"1", "2"})
        wish = {"suggestion": 2, "search": search, "judged": "dismissed"}
        assert doctor.post(f"/api/room/{procedure_id}/find/judge", json=wish).status_code == 200

        await_told(socket, lambda told: told["type"] == "find_map" and set(told["studies"]) == {"1"})


def await_told(socket, is_it):
    """Read until a message is the one that is waited for."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        message = socket.recv(timeout=30)
        if isinstance(message, str) and is_it(json.loads(message)):
            return
    raise AssertionError("it was never told")


def test_without_a_finder_the_page_has_no_place_for_it_and_its_acts_say_so(client):
    page = client.get("/").text

    assert 'id="find"' not in page
    answer = client.post("/api/find/hints", json={"are_on": True})
    assert answer.status_code == 409
    assert "switched off" in answer.json()["error"]
