"""Take the pictures of docs/pages.md again: every page of the demonstration, in a real Chromium.

Makes the invented clinic in a new folder, shows it with a small simulated scope, signs in as each role and keeps what
is on the screen, with few colours so that a picture stays small. Takes some minutes. A name draws that picture alone.
"""

from __future__ import annotations

import io
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from ductoscope.app import build_workstation, open_desk
from ductoscope.clinic import Desk
from ductoscope.config import Config, replace_settings
from ductoscope.demonstration import DEMO_PEOPLE, DEMO_SITE, ensure_demonstration
from ductoscope.model.clinical import Consent, Equipment, Person, TimeOut
from ductoscope.model.clinical import happened as h
from ductoscope.web import make_server
from ductoscope.web.serve import open_door

PICTURES = Path(__file__).parents[1] / "docs" / "pictures" / "pages"
SOURCE = "sim:7?cores=3000&fps=10"
VIEW = {"width": 1280, "height": 800}
COLOURS = 96
MOST_BYTES = 100_000
ADDRESSES: Mapping[str, tuple[str, str]] = {
    "sign-in": ("", "/sign-in"),
    "today": ("nurse", "/"),
    "patients": ("nurse", "/patients"),
    "new-patient": ("nurse", "/patients/new"),
    "patient": ("nurse", "/patients/{anna_patient}"),
    "referral": ("doctor", "/procedures/{berta}/referral"),
    "preparation": ("nurse", "/procedures/{dora}/preparation"),
    "time-out": ("doctor", "/procedures/{emma}/time-out"),
    "overview": ("doctor", "/procedures/{anna}"),
    "review": ("doctor", "/procedures/{karla}/review"),
    "report": ("doctor", "/procedures/{karla}/report"),
    "specimens": ("nurse", "/procedures/{anna}/specimens"),
    "results": ("doctor", "/results"),
    "call": ("nurse", "/procedures/{greta}/call"),
    "after": ("doctor", "/procedures/{ida}/after"),
    "follow-up": ("nurse", "/follow-up"),
    "practise": ("trainee", "/practice"),
    "people": ("administrator", "/admin"),
    "protocol": ("administrator", "/admin/protocol"),
    "audit": ("administrator", "/admin/audit"),
    "storage": ("administrator", "/admin/storage"),
    "me": ("doctor", "/me"),
    "lock": ("nurse", "/lock"),
    "room": ("doctor", "/room"),
}
"""Name of the picture to the role that looks and the address; the room comes last, since somebody goes in for it."""


def main() -> None:
    """Take the pictures that were named, or all."""
    wanted = sys.argv[1:] or list(ADDRESSES)
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        settings = replace_settings(Config(site=DEMO_SITE), source__spec=SOURCE, data__folder=folder)
        people = ensure_demonstration(settings)
        with (
            build_workstation(settings, people) as (_, app),
            open_desk(settings) as desk,
            open_door("127.0.0.1", 0) as door,
        ):
            server = make_server(app)
            thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
            thread.start()
            try:
                _take(f"http://127.0.0.1:{door.getsockname()[1]}", desk, wanted)
            finally:
                server.should_exit = True
                thread.join()


def _take(address: str, desk: Desk, wanted: list[str]) -> None:
    ids = _find_examinations(desk)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        pages: dict[str, Page] = {}
        for name, (role, path) in ADDRESSES.items():
            if name not in wanted:
                continue
            page = pages.get(role) or pages.setdefault(role, _enter(browser, address, role))
            if name == "room":
                _lead_in(desk, ids["emma"])
            if name == "lock":
                page.evaluate("() => fetch('/api/lock', {method: 'POST'})")
            page.goto(address + path.format(**ids))
            page.wait_for_timeout(1_500)
            if name == "review":
                _wait_for_recording(page)
            if name == "room":
                page.keyboard.press("o")
                page.wait_for_timeout(8_000)  # the first pictures come while the scope is calibrated
                page.wait_for_function("() => document.getElementById('state').textContent === 'Live'")
            _keep(name, page.screenshot())
        browser.close()


def _wait_for_recording(page: Page) -> None:
    """Wait for the first picture and for every place in the recording: the first one takes seconds to make."""
    page.locator("#picture").wait_for()
    page.wait_for_function(
        "() => [...document.querySelectorAll('#thumbs img')].every((one) => one.complete && one.naturalWidth)"
    )


def _enter(browser: Browser, address: str, role: str) -> Page:
    page = browser.new_context(viewport=VIEW).new_page()
    page.set_default_timeout(120_000)
    if not role:
        return page
    name, password, _ = next(person for person in DEMO_PEOPLE if person[2] == role)
    page.goto(f"{address}/sign-in")
    page.locator('[name="name"]').fill(name)
    page.locator('[name="password"]').fill(password)
    page.locator("#sign-in button[type=submit]").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    return page


def _find_examinations(desk: Desk) -> dict[str, str]:
    """The ids of the invented patients' newest examinations, by given name."""
    ids = {}
    for row in desk.journal.worklist(limit=200):
        ids.setdefault(row.given.lower(), row.procedure_id)
        ids.setdefault(f"{row.given.lower()}_patient", row.patient_id)
    return ids


def _lead_in(desk: Desk, procedure_id: str) -> None:
    """Let the patient who is next into the room, as the pages would."""
    doctor = _person(desk, "doctor")
    procedure = desk.journal.procedure(procedure_id)
    patient = desk.journal.patient(procedure.patient_id)
    if "procedure" not in procedure.consents:
        desk.do(doctor, h.ConsentRecorded(Consent("procedure", True)), procedure_id=procedure_id)
    assert procedure.referral is not None
    number = patient.details.identifiers[0]
    said = (f"birth date {patient.details.birth_date}", f"{number.system} {number.value}")
    desk.confirm_time_out(doctor, procedure_id, TimeOut(said, procedure.referral.side, True, True, True))
    desk.begin_examination(doctor, procedure_id, Equipment("Simulated scope", is_simulated=True))


def _person(desk: Desk, role: str) -> Person:
    return next(person for person in desk.journal.people() if person.role == role)


def _keep(name: str, png: bytes) -> None:
    """Write a picture with as many colours as fit into its size."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    for colours in (COLOURS, 64, 40, 24):
        small = io.BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
        if small.tell() <= MOST_BYTES:
            break
    (PICTURES / f"{name}.png").write_bytes(small.getvalue())


if __name__ == "__main__":
    main()
