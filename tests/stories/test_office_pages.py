"""The office pages in a real browser: forms, search, locks, keyboard, three sizes of screen, readable for everybody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from argon2 import PasswordHasher
from playwright.sync_api import Browser, Page, expect

from ductoscope.clinic import Desk, Passwords
from ductoscope.model.clinical import Identifier, PatientDetails, Person, Plan
from ductoscope.model.clinical import happened as h
from ductoscope.record.credentials import Credentials
from ductoscope.record.journal import open_journal
from ductoscope.record.media import MediaStore
from ductoscope.report import Site, make_signer
from ductoscope.web import create_app
from tests.axe import assert_readable
from tests.browser import SOON_MS, open_to_visitors
from tests.clinic_house import PASSWORD, referral
from tests.examination_room import COOKIE
from tests.unit.web.conftest import HandRoom

pytestmark = pytest.mark.peer

SIZES = {"desktop": (1280, 800), "tablet": (1024, 768), "phone": (400, 800)}
DOCTOR = Person("doctor", "Dr Invented Example", "doctor")
PEOPLE = (DOCTOR, Person("nurse", "Nurse Invented", "nurse"), Person("admin", "Admin Invented", "administrator"))
CLINICS_ZONE, BROWSERS_ZONE = "Europe/Berlin", "America/New_York"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("office")
    journal = open_journal(f"sqlite:///{folder / 'journal.db'}")
    desk = Desk(
        journal,
        Credentials(journal),
        MediaStore(folder / "media"),
        site=Site("Invented Clinic", time_zone=CLINICS_ZONE),
        signer=make_signer(folder / "signing", "Invented Clinic"),
        passwords=Passwords(PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)),
    )
    for person in PEOPLE:
        desk.add_person_by_command(person.id, person.name, person.role, PASSWORD)
    yield desk
    journal.close()


@pytest.fixture(scope="module")
def patients(desk: Desk) -> SimpleNamespace:
    def register(family: str, given: str, number: str) -> str:
        numbers = (Identifier("hospital", number),)
        return desk.register_patient(DOCTOR, PatientDetails(family, given, date(1960, 5, 4), "female", "", numbers))

    anna, berta = register("Demo", "Anna", "H-1001"), register("Sample", "Berta", "H-1002")
    procedure = desk.receive_referral(DOCTOR, anna, referral(received_on=datetime.now(UTC).date()))
    desk.do(DOCTOR, h.ReferralDecided("accepted", "agreed"), procedure_id=procedure)
    desk.plan_examination(DOCTOR, procedure, Plan(datetime.now(UTC) + timedelta(minutes=1), "Room 1", "doctor"))
    emergency = desk.register_patient(DOCTOR, PatientDetails("Emergency", "08:10", None), is_emergency=True)
    return SimpleNamespace(anna=anna, berta=berta, procedure=procedure, emergency=emergency)


@pytest.fixture(scope="module")
def address(desk: Desk, patients: SimpleNamespace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    room = HandRoom(tmp_path_factory.mktemp("stills"))
    app = create_app(room, desk=desk, demo_people=(("nurse", PASSWORD, "nurse"),))  # type: ignore[arg-type]
    with open_to_visitors(app) as address:
        yield address


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, desk: Desk, address: str) -> Iterator[OpenPage]:
    """Open a page as somebody; whatever the scripts complain of makes the test fail."""
    contexts, troubles = [], []

    def come_in(path: str = "/", *, who: str = "nurse", size: str = "desktop", has_clock: bool = False) -> Page:
        width, height = SIZES[size]
        context = browser.new_context(
            base_url=address, viewport={"width": width, "height": height}, timezone_id=BROWSERS_ZONE, locale="en-GB"
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(SOON_MS)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda said: "Content Security" in said.text and troubles.append(said.text))
        if has_clock:
            page.clock.install()
        if who:  # how the form signs in is the patient's path's to try
            cookie = {"name": COOKIE, "value": desk.sign_in(who, PASSWORD), "url": address}
            context.add_cookies([cookie])  # type: ignore[list-item]
        page.goto(path)
        page.wait_for_selector("body[data-ready]")
        return page

    yield come_in
    for context in contexts:
        context.close()
    assert not troubles


def check_page(page: Page) -> None:
    """Nobody is shut out: axe finds nothing, the page is not wider than the screen, and there is one heading.

    Between the widest and the narrowest screen axe sees nothing new, and it takes a second a page.
    """
    width = page.viewport_size["width"]  # type: ignore[index]
    if width != SIZES["tablet"][0]:
        assert_readable(page, f"at {width} px")
    assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{page.url} is wider than {width} px"
    assert page.locator("h1").count() == 1, page.url


def check_page_at_every_size(page: Page) -> None:
    for width, height in SIZES.values():
        page.set_viewport_size({"width": width, "height": height})
        check_page(page)


def test_everybody_can_read_and_reach_every_page(open_page: OpenPage, patients: SimpleNamespace) -> None:
    check_page_at_every_size(open_page("/sign-in", who=""))
    page = open_page("/")
    check_page_at_every_size(page)
    for path in (
        "/patients",
        "/patients/new",
        f"/patients/{patients.anna}",
        f"/patients/{patients.emergency}",
        f"/patients/{patients.emergency}/reconcile",
        f"/patients/{patients.emergency}/reconcile/{patients.berta}",
        "/me",
        "/admin",
        "/nowhere",
    ):
        page.goto(path)
        check_page_at_every_size(page)
    page = open_page("/admin", who="admin")
    check_page_at_every_size(page)
    for path in ("/admin/protocol", "/admin/audit", "/admin/storage"):
        page.goto(path)
        check_page_at_every_size(page)


@pytest.mark.parametrize("dialog", ["Emergency patient now", "Find a patient"])
def test_dialogs_can_be_read_too(open_page: OpenPage, dialog: str) -> None:
    page = open_page("/")
    page.get_by_role("button", name=dialog).click()
    expect(page.locator("dialog[open]")).to_be_visible()
    check_page(page)
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_things_to_touch_are_large_enough_for_gloves(open_page: OpenPage) -> None:
    page = open_page("/", size="tablet")
    for box in page.locator("button:visible, a.tool:visible, nav a:visible, summary:visible").all():
        shape = box.bounding_box()
        assert shape is not None
        assert shape["height"] >= 44, box.inner_text()


def test_first_tab_leads_to_the_content(open_page: OpenPage) -> None:
    page = open_page("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="To the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_patient_is_found_without_a_mouse_and_without_a_name_in_the_address(
    open_page: OpenPage, patients: SimpleNamespace
) -> None:
    page = open_page("/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.keyboard.press("Control+k")
    page.keyboard.type("ann dem")
    expect(page.locator("#find-dialog .found a")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/patients/{patients.anna}")
    assert not [url for url in asked if "dem" in url.rpartition("/")[2].casefold()]


def test_form_becomes_the_message_that_its_names_say(open_page: OpenPage) -> None:
    page = open_page("/me")
    message = page.evaluate(
        """async () => {
          const form = document.createElement("form");
          form.innerHTML = `
            <input name="referral.discharge.colour" value=" bloody ">
            <input name="referral.weeks" data-type="number" value="2,5">
            <input name="referral.none" data-type="number" value="">
            <input name="referral.wrong" data-type="number" value="many">
            <input name="day" type="date" data-type="date" value="">
            <input name="at" type="datetime-local" data-type="datetime" value="2026-07-01T10:30">
            <input name="winter" type="datetime-local" data-type="datetime" data-utc="2026-01-05T23:15:00+00:00">
            <textarea name="lines" data-type="lines"> one

              two </textarea>
            <input type="checkbox" name="yes" data-type="bool" checked>
            <input type="checkbox" name="risks" data-type="set" value="a" checked>
            <input type="checkbox" name="risks" data-type="set" value="b">
            <input type="checkbox" name="risks" data-type="set" value="c" checked>
            <input type="radio" name="mass" data-type="bool" value="true">
            <input type="radio" name="mass" data-type="bool" value="" checked>
            <input type="radio" name="side" value="left"><input type="radio" name="side" value="right" checked>
            <select name="birads" data-type="maybe"><option value="" selected></option></select>
            <input name="left_out" value="x" disabled>
            <fieldset data-optional="discharge" disabled><input name="discharge.sides" value="left"></fieldset>
            <fieldset data-list="drugs"><div data-rows>
              <div data-row><input name="name" value="A">
                <input type="radio" name="kind" value="x" checked><input type="radio" name="kind" value="y"></div>
              <div data-row><input name="name" value="B">
                <input type="radio" name="kind" value="x"><input type="radio" name="kind" value="y" checked></div>
            </div>
            <template><div data-row><input name="name">
              <input type="radio" name="kind" value="x" checked></div></template>
            <button type="button" data-add></button></fieldset>`;
          document.body.append(form);
          const { listenToListings } = await import("/static/js/listing.js");
          const { collect } = await import("/static/js/fields.js");
          listenToListings(form);
          form.querySelector("[data-add]").click();
          return collect(form);
        }"""
    )
    assert message == {
        "referral": {"discharge": {"colour": "bloody"}, "weeks": 2.5, "none": None, "wrong": "many"},
        "day": None,
        "at": "2026-07-01T08:30:00.000Z",  # the clinic's summer time, though the browser stands in another zone
        "winter": "2026-01-05T23:15:00.000Z",
        "lines": ["one", "two"],
        "yes": True,
        "risks": ["a", "c"],
        "mass": None,
        "side": "right",
        "birads": None,
        "discharge": None,
        "drugs": [{"name": "A", "kind": "x"}, {"name": "B", "kind": "y"}, {"name": "", "kind": "x"}],
    }


def fill_new_patient(page: Page, family: str, given: str, born: str, number: str) -> None:
    page.get_by_label("Family name").fill(family)
    page.get_by_label("Given name").fill(given)
    page.get_by_label("Birth date").fill(born)
    page.locator("#new-patient [data-name=value]").fill(number)


def test_wrong_answer_is_told_at_its_field_and_nothing_typed_is_lost(open_page: OpenPage) -> None:
    page = open_page("/patients/new")
    fill_new_patient(page, "Kept", "Clara", "1975-02-03", "H-1001")
    page.get_by_label("Language of letters").evaluate("field => { field.name = 'details.unheard_of' }")
    page.get_by_role("button", name="Register", exact=True).click()
    expect(page.locator("#new-patient [role=alert]").last).to_contain_text("marked fields")
    page.get_by_label("Language of letters").evaluate("field => { field.name = 'details.language' }")
    page.get_by_role("button", name="Register", exact=True).click()
    expect(page.locator("#new-patient > [role=alert]")).to_contain_text("another patient's")
    expect(page.get_by_label("Family name")).to_have_value("Kept")
    expect(page.get_by_label("Birth date")).to_have_value("1975-02-03")


def test_likely_double_is_shown_and_can_be_told_apart(open_page: OpenPage, patients: SimpleNamespace) -> None:
    page = open_page("/patients/new")
    fill_new_patient(page, "sample", "berta", "1960-05-04", "H-2001")
    page.get_by_role("button", name="Register", exact=True).click()
    known = page.locator("#alike-rows a")
    expect(known).to_have_attribute("href", f"/patients/{patients.berta}")
    expect(known).to_be_focused()
    check_page(page)
    page.get_by_role("button", name="somebody else").click()
    page.wait_for_url("**/patients/p*")
    expect(page.locator(".banner")).to_contain_text("sample, berta")


def test_second_press_sends_nothing(open_page: OpenPage, desk: Desk) -> None:
    page = open_page("/patients/new")
    fill_new_patient(page, "Once", "Only", "1975-02-03", "H-3001")
    sent: list[str] = []
    page.on("request", lambda request: request.method == "POST" and sent.append(request.url))
    page.evaluate("() => { for (let i = 0; i < 5; i++) document.querySelector('#new-patient').requestSubmit(); }")
    page.wait_for_url("**/patients/p*")
    assert len([url for url in sent if url.endswith("/api/patients")]) == 1
    assert len(desk.journal.find_patients("Once Only")) == 1


def test_no_answer_keeps_what_was_typed(open_page: OpenPage) -> None:
    page = open_page("/patients/new")
    fill_new_patient(page, "Offline", "Olga", "1975-02-03", "H-4001")
    page.context.set_offline(True)
    page.get_by_role("button", name="Register", exact=True).click()
    expect(page.locator("#new-patient > [role=alert]")).to_contain_text("does not answer")
    expect(page.get_by_label("Family name")).to_have_value("Offline")
    page.context.set_offline(False)
    page.get_by_role("button", name="Register", exact=True).click()
    page.wait_for_url("**/patients/p*")


def test_session_that_ended_meanwhile_loses_no_word(open_page: OpenPage) -> None:
    page = open_page("/patients/new")
    fill_new_patient(page, "Ended", "Eva", "1975-02-03", "H-5001")
    page.context.clear_cookies()
    page.get_by_role("button", name="Register", exact=True).click()
    expect(page.locator("#new-patient > [role=alert]")).to_contain_text("what you typed is still here")
    expect(page.get_by_role("link", name="Sign in in another window")).to_have_attribute("target", "_blank")
    expect(page.get_by_label("Family name")).to_have_value("Ended")


def test_untouched_page_locks_itself_and_shows_nothing_any_more(open_page: OpenPage, patients: SimpleNamespace) -> None:
    page = open_page(f"/patients/{patients.anna}", has_clock=True)
    page.clock.fast_forward("09:00")
    page.keyboard.press("Shift")
    page.clock.fast_forward("09:00")
    expect(page.locator(".banner")).to_contain_text("Demo, Anna")
    page.clock.fast_forward("11:00")
    page.wait_for_url("**/lock?next=*")
    expect(page.locator("body")).not_to_contain_text("Demo")
    page.go_back()
    expect(page.locator("body")).not_to_contain_text("Demo, Anna")
    page.goto(f"/patients/{patients.anna}")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Unlock").click()
    page.wait_for_url(f"**/patients/{patients.anna}")


def test_screen_locks_by_keys_and_for_every_page_of_the_browser(open_page: OpenPage) -> None:
    page = open_page("/patients")
    other = page.context.new_page()
    other.goto("/")
    page.keyboard.press("Control+Alt+l")
    page.wait_for_url("**/lock?next=*")
    check_page(page)
    other.reload()
    other.wait_for_url("**/lock*")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")


def test_emergency_patient_takes_two_presses_and_is_found_out_later(
    open_page: OpenPage, patients: SimpleNamespace
) -> None:
    page = open_page("/")
    page.get_by_role("button", name="Emergency patient now").click()
    page.get_by_role("button", name="Start the record").click()
    page.wait_for_url("**/patients/p*")
    expect(page.locator(".banner.danger")).to_contain_text("not identified")
    page.get_by_role("link", name="Find out who it is").click()
    page.locator("main [data-find-text]").fill("H-1002")
    page.locator("main .found a").click()
    page.wait_for_url(f"**/reconcile/{patients.berta}")
    page.get_by_label("How was it found out?").fill("identity card")
    page.get_by_label("I have compared both").check()
    page.get_by_role("button", name="Join the records").click()
    expect(page.locator("#confirm")).to_contain_text("Sample, Berta")
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url(f"**/patients/{patients.berta}")
    expect(page.locator("#said")).to_contain_text("The records are one now.")


def test_everything_that_is_kept_is_checked_before_ones_eyes(open_page: OpenPage) -> None:
    page = open_page("/admin/storage", who="admin")
    page.get_by_role("button", name="Check now").click()
    expect(page.locator("#verify-said")).to_contain_text("Everything is whole")


def test_printed_page_has_the_patient_and_no_buttons(
    open_page: OpenPage, patients: SimpleNamespace, tmp_path: Path
) -> None:
    page = open_page(f"/patients/{patients.anna}")
    page.emulate_media(media="print")
    expect(page.locator(".banner")).to_be_visible()
    expect(page.locator("header.top")).to_be_hidden()
    assert page.locator(".tool:visible").count() == 0


def test_demonstration_lets_one_choose_who_to_be(open_page: OpenPage) -> None:
    page = open_page("/sign-in", who="")
    page.get_by_role("button", name="Nurse").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Today")
