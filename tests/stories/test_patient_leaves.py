"""The room as its people see it: worked by keys, the same on every screen, and empty when the patient has left."""

from __future__ import annotations

import math
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from ductoscope.model.clinical import Measurement
from ductoscope.web.keys import ROOM_KEYS
from tests.axe import assert_readable
from tests.browser import SOON_MS
from tests.examination_room import COOKIE, ExaminationRoom, open_examination_room

pytestmark = pytest.mark.peer

GROUPS = tuple(action for action in ROOM_KEYS if action not in ("choose", "panel"))
"""The groups of the panel; the other two keys open none."""

IS_BLACK = """
() => ["picture", "inset-picture"].every((name) => {
    const canvas = document.getElementById(name);
    const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    return data.every((value, at) => at % 4 === 3 || value === 0);
})
"""


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExaminationRoom]:
    with open_examination_room(tmp_path_factory.mktemp("station")) as station:
        yield station


@pytest.fixture
def doctor(station: ExaminationRoom) -> Iterator[httpx.Client]:
    with station.visit() as client:
        yield client
        station.empty(client)


@pytest.fixture
def page(browser: Browser, station: ExaminationRoom, doctor: httpx.Client) -> Iterator[Page]:
    """A screen at the workstation; at the end it may not have complained."""
    complaints: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 800}, base_url=station.address)
    context.add_cookies([{"name": COOKIE, "value": doctor.cookies[COOKIE], "url": station.address}])
    page = context.new_page()
    page.set_default_timeout(SOON_MS)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def open_room(page: Page) -> None:
    page.goto("/room")
    expect(page.locator("#state")).to_have_text("Live", timeout=SOON_MS)
    page.wait_for_function("() => document.querySelector('#group-clocks .time').textContent !== '–'")


def test_everything_of_the_patient_goes_from_the_screen_when_they_leave(
    page: Page, station: ExaminationRoom, doctor: httpx.Client
) -> None:
    procedure_id = station.begin(doctor)
    open_room(page)
    page.keyboard.press("s")
    expect(page.locator("#stills img")).to_have_count(1)
    page.keyboard.press("m")
    expect(page.locator("#ink polygon")).to_have_count(1)
    expect(page.locator("#frozen-how")).to_be_visible()
    page.keyboard.press("Enter")
    page.locator("#stills button").first.click()
    expect(page.locator("#still-dialog")).to_be_visible()
    expect(page.locator("#strip")).to_contain_text("Test, Anna")

    # The page would open anew; this answer keeps it where it is, so that what was cleared can be seen.
    page.route("**/room", lambda route: route.fulfill(status=204))
    station.leave(doctor, procedure_id)

    expect(page.locator("#gone")).to_be_visible()
    assert page.evaluate(IS_BLACK)
    assert "Test, Anna" not in page.locator("html").inner_html().split('<script type="application/json"')[0]
    for emptied in ("#strip", "#panel", "#ink", "#stills", "#still-dialog"):
        assert page.locator(emptied).evaluate("(element) => element.childElementCount") == 0, emptied
    assert page.locator("dialog[open]").count() == 0
    assert page.locator(f'img[src*="{procedure_id}"]').count() == 0

    page.unroute("**/room")
    page.locator("#gone a").click()
    expect(page.locator("#strip")).to_contain_text("No patient in this room")


def test_the_next_patients_page_opens_by_itself(page: Page, station: ExaminationRoom, doctor: httpx.Client) -> None:
    first = station.begin(doctor)
    open_room(page)
    station.leave(doctor, first)
    expect(page.locator("#strip")).to_contain_text("No patient in this room")
    second = station.begin(doctor)
    expect(page.locator("#strip")).to_contain_text("LEFT breast")
    assert page.evaluate("JSON.parse(document.getElementById('setup').textContent).procedure") == second
    expect(page.locator("#still-count")).to_have_text("0")


def test_an_examination_is_noted_by_keys_alone(page: Page, station: ExaminationRoom, doctor: httpx.Client) -> None:
    procedure_id = station.begin(doctor)
    open_room(page)
    press = page.keyboard.press

    press("o")
    for _ in range(6):
        press("ArrowRight")  # from twelve to three
    press("Enter")
    expect(page.locator("#openings")).to_contain_text("3 o'clock, central")

    press("p")
    press("1")
    press("0")
    press("Enter")
    expect(page.locator("#pain-total")).to_contain_text("Last 10")

    press("v")
    press("2")
    press("Enter")
    expect(page.locator("#view-said")).to_contain_text("2 fair")

    press("m")
    for key in ("ArrowRight", "ArrowRight", "+", ">", "Enter"):
        press(key)
    for digit in "120":  # polypoid solitary, papillary, base left open
        press(digit)
    page.locator("#finding-form [type=submit]").press("Enter")
    expect(page.locator("#findings")).to_contain_text("A · Polypoid, one, Papillary, opening 1")
    press("Space")

    press("k")
    expect(page.locator("#stills .chosen")).to_have_count(1)

    press("n")
    page.locator('[name="text"]').press_sequentially("Papilla at the fork")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#notes")).to_contain_text("Papilla at the fork")

    procedure = station.desk.journal.procedure(procedure_id)
    finding = procedure.findings["A"]
    assert finding.terms == {"type": "polypoid solitary", "form": "papillary"}
    xs, ys = zip(*finding.outline, strict=True)
    assert (max(xs) + min(xs)) / 2 == pytest.approx(0.54, abs=0.01), "two steps to the right"
    assert max(xs) - min(xs) > max(ys) - min(ys), "made wider"
    assert set(procedure.chosen) == {finding.still}
    assert procedure.orifices[1].clock == 3
    assert [score for _, score in procedure.pains] == [10]


def test_an_outline_drawn_by_hand_is_measured_and_stands_only_on_its_own_picture(
    page: Page, station: ExaminationRoom, doctor: httpx.Client
) -> None:
    procedure_id = station.begin(doctor)
    open_room(page)
    page.keyboard.press("m")
    expect(page.locator("#ink")).to_be_visible()
    box = page.locator("#picture").bounding_box()
    assert box is not None
    side, x, y = box["width"], box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x + 0.15 * side, y)
    page.mouse.down()
    for step in range(1, 41):
        page.mouse.move(
            x + 0.15 * side * math.cos(step * math.tau / 40), y + 0.15 * side * math.sin(step * math.tau / 40)
        )
    page.mouse.up()
    expect(page.locator("#outline-said")).to_have_text("Outline drawn")
    page.locator('[name="finding.scale.kind"][value="distance"]').check(force=True)
    page.locator('[name="finding.scale.distance_mm"]').fill("5")
    page.locator('[name="finding.scale.sigma_mm"]').fill("1")
    page.locator('[name="finding.scale.sigma_mm"]').press("Tab")
    expect(page.locator("#size-said")).to_contain_text("mm (longest diameter")

    page.keyboard.press("Escape")
    page.keyboard.press("F7")  # the pedal: the picture goes on
    expect(page.locator("#ink polygon")).to_have_count(0)
    page.locator("#finding-form [type=submit]").click()

    expect(page.locator("#findings")).to_contain_text("A · ")
    size = station.desk.journal.procedure(procedure_id).findings["A"].size
    assert isinstance(size, Measurement)
    field_mm = 2 * 5 * math.tan(math.radians(51) / 2)
    assert size.value_mm == pytest.approx(0.3 * field_mm, rel=0.1)


def test_a_second_screen_and_a_reload_show_the_same_clocks(
    page: Page, station: ExaminationRoom, doctor: httpx.Client
) -> None:
    station.begin(doctor)
    open_room(page)
    page.locator('[data-timer="comfort"] button').click()
    expect(page.locator('[data-timer="comfort"].clock')).to_have_attribute("data-state", "running")
    other = page.context.new_page()
    open_room(other)
    expect(other.locator('[data-timer="comfort"].clock')).to_have_attribute("data-state", "running")
    other.locator('[data-timer="comfort"].clock button').click()
    expect(page.locator('[data-timer="comfort"].clock')).to_have_attribute("data-state", "stopped")

    for _ in range(5):  # somebody is there all the time: the session does not fall idle
        station.house.clock.forward(minutes=10)
        assert doctor.get("/api/status").status_code == 200
    page.reload()
    expect(page.locator('#running [data-timer="plan"]')).to_contain_text("OVER by")


def test_every_group_of_the_room_is_accessible(page: Page, station: ExaminationRoom, doctor: httpx.Client) -> None:
    station.begin(doctor)
    open_room(page)
    page.keyboard.press("s")
    expect(page.locator("#stills img")).to_have_count(1)
    assert_readable(page)
    for group in GROUPS:
        page.locator(f"#tab-{group}").click()
        assert_readable(page, group, "#panel")
    page.set_viewport_size({"width": 820, "height": 1180})
    assert_readable(page)


def test_time_out_and_review_are_accessible(page: Page, station: ExaminationRoom, doctor: httpx.Client) -> None:
    number = station.new_number()
    planned = station.house.planned(number)
    page.goto(f"/procedures/{planned}/time-out")
    tops = [one.evaluate("one => one.getBoundingClientRect().top") for one in page.locator(".identifying").all()]
    assert tops == [tops[0]] * 2, "the two identifiers stand side by side"
    assert_readable(page)
    station.confirm(doctor, planned, number)
    page.reload()
    expect(page.locator("#begin-form")).to_be_visible()
    assert_readable(page)
    procedure_id = station.begin(doctor)
    station.record(doctor, procedure_id)
    page.goto(f"/procedures/{procedure_id}/review")
    expect(page.locator("#picture")).to_be_visible()
    expect(page.locator("#picture-loading")).to_be_hidden()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#where")).to_contain_text("Picture 2 of")
    assert_readable(page)
    page.keyboard.press("s")
    expect(page.locator(".still-list li")).to_have_count(1)
    expect(page.locator("#where")).to_contain_text("Picture 2 of")
