"""What the finder says, as the surgeon sees it: on the picture and beside it, judged by two keys, then gone."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from ductoscope.model.clinical import Unmeasurable
from tests.axe import assert_readable
from tests.browser import open_page
from tests.examination_room import COOKIE, ExaminationRoom
from tests.hand_find import HandFind, judge, lose, place, suggest
from tests.hand_find import hand as hand  # fixtures
from tests.hand_find import station as station
from tests.waiting import wait_for

pytestmark = pytest.mark.peer

POLYP = suggest(1)
PATCH = suggest(2, depth=None, shows="changes the wall", size=Unmeasurable("nothing gave a scale"), terms={}, now_xy=())


@pytest.fixture
def doctor(station: ExaminationRoom, hand: HandFind) -> Iterator[httpx.Client]:
    hand.where, hand.view, hand.suggestions = place(), judge(), (POLYP, PATCH)
    with station.visit() as client:
        yield client
        station.empty(client)


@pytest.fixture
def page(browser: Browser, station: ExaminationRoom, doctor: httpx.Client) -> Iterator[Page]:
    with open_page(browser, station.address, patient_leaves=True, viewport={"width": 1440, "height": 900}) as page:
        cookie = {"name": COOKIE, "value": doctor.cookies[COOKIE], "url": station.address}
        page.context.add_cookies([cookie])  # type: ignore[list-item]
        yield page


def test_view_and_place_are_said_in_words_and_lost_at_once(
    page: Page, station: ExaminationRoom, doctor: httpx.Client, hand: HandFind
) -> None:
    station.begin(doctor)
    page.goto("/room")
    expect(page.locator("#find-view")).to_have_text("Clear")
    expect(page.locator("#find-place strong")).to_have_text("23.4 ± 0.8 mm")
    expect(page.locator("#find-place span")).to_have_text("by encoder · branch L · roll 12° ± 2°")
    expect(page.locator("#find-map svg")).to_be_visible()
    expect(page.locator("#find-wall-picture")).to_be_visible()
    expect(page.locator("#find-simulated")).to_be_visible()

    hand.where, hand.view = lose("no view"), judge("turbid", "flush")

    expect(page.locator("#find-place")).to_have_attribute("data-state", "lost")
    expect(page.locator("#find-place strong")).to_have_text("Lost: no view")
    expect(page.locator("#find-place span")).to_have_text("shaft 24.0 ± 0.9 mm, by encoder")
    expect(page.locator("#find-view strong")).to_have_text("Turbid")
    expect(page.locator("#find-view span")).to_have_text("flush")
    expect(page.locator("#find-said")).to_have_text("Lost: no view")  # said aloud once it lasts

    hand.where, hand.view = place(), judge()
    expect(page.locator("#find-said")).to_have_text("Found again")
    assert_readable(page)


def test_two_keystrokes_make_a_finding_and_two_dismiss_one(
    page: Page, station: ExaminationRoom, doctor: httpx.Client
) -> None:
    procedure_id = station.begin(doctor)
    page.goto("/room")
    polyp, patch = (page.locator(f'#find-list li[data-id="{number}"]') for number in (1, 2))
    expect(polyp).to_contain_text("branch L, 26.0 ± 0.9 mm")
    expect(polyp).to_contain_text("2.1 ± 0.3 mm")
    expect(polyp).to_contain_text("Polypoid, one 87 %")
    expect(patch).to_contain_text("No size: nothing gave a scale")
    expect(page.locator("#find-outlines polygon")).to_have_count(1)
    polyp.locator("summary").click()
    expect(polyp.locator(".find-studies li").first).to_be_visible()

    polyp.locator("strong").click()
    page.keyboard.press(".")
    expect(page.locator("#toast")).to_contain_text("once more to confirm Stands out")
    assert station.desk.journal.procedure(procedure_id).findings == {}
    page.keyboard.press(".")
    expect(polyp).to_have_attribute("data-state", "confirmed")
    expect(page.locator("#count-finding")).to_have_text("1")
    page.keyboard.press("e")
    expect(patch).to_have_attribute("data-state", "pinned")
    page.keyboard.press(",")
    page.keyboard.press(",")
    expect(patch).to_have_attribute("data-state", "dismissed")

    findings = station.desk.journal.procedure(procedure_id).findings
    assert [(one.letter, one.state) for one in findings.values()] == [("A", "confirmed"), ("B", "dismissed")]


def test_an_outline_is_dragged_on_the_picture_that_shows_it_best(
    page: Page, station: ExaminationRoom, doctor: httpx.Client
) -> None:
    procedure_id = station.begin(doctor)
    page.goto("/room")
    page.locator('#find-list li[data-id="1"] strong').click()
    page.keyboard.press("5")
    expect(page.locator("#frozen-badge")).to_be_visible()
    expect(page.locator("#find-place strong")).to_have_text("now: 23.4 ± 0.8 mm")
    expect(page.locator("#finding-which")).to_contain_text("Correct: Stands out")
    expect(page.locator("#ink polygon")).to_have_count(1)

    box = page.locator("#picture").bounding_box()
    assert box is not None
    x, y, side = box["x"], box["y"], box["width"]
    page.mouse.move(x + 0.6 * side, y + 0.4 * side)
    page.mouse.down()
    page.mouse.move(x + 0.7 * side, y + 0.4 * side, steps=4)
    page.mouse.up()
    page.locator('#finding-form input[value="superficial"]').check(force=True)
    page.locator("#finding-form button[type=submit]").click()
    expect(page.locator('#find-list li[data-id="1"]')).to_have_attribute("data-state", "confirmed")

    finding = station.desk.journal.procedure(procedure_id).findings["A"]
    assert max(x for x, _ in finding.outline) == pytest.approx(0.7, abs=0.01)
    assert min(x for x, _ in finding.outline) == pytest.approx(0.4, abs=0.01)  # the other side stayed
    assert finding.terms["type"] == "superficial"
    assert finding.place.depth is not None
    assert finding.place.depth.origin == "encoder"


def test_hints_graduation_and_the_course_go_by_keys_and_one_press(
    page: Page, station: ExaminationRoom, doctor: httpx.Client, hand: HandFind
) -> None:
    procedure_id = station.begin(doctor)
    opening = {"clock": 3, "ring": "central", "is_cannulated": True}
    doctor.post(f"/api/room/{procedure_id}/opening", json={"opening": opening})
    page.goto("/room")
    expect(page.locator("#find-list li[data-id]")).to_have_count(2)
    page.keyboard.press("u")
    expect(page.locator("#find-list li[data-id]")).to_have_count(0)
    expect(page.locator("#find-outlines polygon")).to_have_count(0)
    expect(page.locator("#find-none")).to_contain_text("Press U")
    page.keyboard.press("u")
    expect(page.locator("#find-list li[data-id]")).to_have_count(2)

    hand.looked.clear()
    page.keyboard.press("g")
    page.keyboard.type("20")
    page.keyboard.press("Enter")
    expect(page.locator("#toast")).to_have_text("Graduation 20 mm noted")
    wait_for(lambda: 20.0 in [reading.depth_mm for _, _, readings in hand.looked for reading in readings])

    page.keyboard.press("x")
    expect(page.locator("#course-branches")).to_have_text("Entered: L. Not entered: R.")
    expect(page.locator("#course-accept")).to_have_text("Take over into the record, for opening 1")
    page.locator("#course-accept").click()
    expect(page.locator("#toast")).to_contain_text("map of opening 1, are in the record")
    procedure = station.desk.journal.procedure(procedure_id)
    assert procedure.view is not None
    assert procedure.view.clear_share == 1.0
    assert procedure.orifices[1].branches_not_entered == ("R",)


def test_the_course_says_which_opening_it_goes_to_and_asks_for_one_that_was_entered(
    page: Page, station: ExaminationRoom, doctor: httpx.Client
) -> None:
    procedure_id = station.begin(doctor)
    note = lambda **opening: doctor.post(f"/api/room/{procedure_id}/opening", json={"opening": opening})  # noqa: E731
    note(clock=3, ring="central", why_not="too narrow")
    page.goto("/room")
    page.keyboard.press("x")
    expect(page.locator("#course-opening")).to_contain_text("first note the opening that the scope is in as entered")
    page.get_by_role("button", name="Take over the clear view into the record").click()
    expect(page.locator("#toast")).to_contain_text("note the opening as entered first")
    note(clock=7, ring="central", is_cannulated=True)
    note(clock=3, ring="central", number=1, is_cannulated=True)
    expect(page.locator("#course-accept")).to_have_text("Take over into the record, for opening 1")
    expect(page.locator("#course-opening")).to_be_empty()
    page.locator('#find-list li[data-id="1"] strong').click()
    page.keyboard.press("5")
    expect(page.locator('[name="finding.place.orifice"]')).to_have_value("1")
    assert station.desk.journal.procedure(procedure_id).orifices[1].deepest is None
    assert_readable(page)


def test_nothing_of_what_was_found_stays_when_the_patient_leaves(
    page: Page, station: ExaminationRoom, doctor: httpx.Client, hand: HandFind
) -> None:
    station.begin(doctor)
    page.goto("/room")
    expect(page.locator("#find-list li[data-id]")).to_have_count(2)
    # The page would open anew; this answer keeps it where it is, so that what was cleared can be seen.
    page.route("**/room", lambda route: route.fulfill(status=204))
    hand.suggestions = ()

    station.empty(doctor)

    expect(page.locator("#gone")).to_be_visible()
    expect(page.locator("#find-list li[data-id]")).to_have_count(0)
    expect(page.locator("#find-map svg")).to_have_count(0)
    expect(page.locator("#find-outlines polygon")).to_have_count(0)
    assert page.locator("#find-wall-picture").get_attribute("src") is None
    assert "23.4" not in page.locator("#find-place").inner_text()
