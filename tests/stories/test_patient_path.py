"""One patient from the referral to the last follow-up, in real browsers, with a simulated scope in the room.

A nurse and a doctor each have a browser. The same story is told on SQLite and on a real PostgreSQL.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from ductoscope.app import make_source
from ductoscope.clinic import Desk
from ductoscope.live import Room
from ductoscope.model.clinical import Procedure
from ductoscope.report import check_signature
from ductoscope.web import create_app
from tests.browser import SOON_MS, open_to_visitors
from tests.clinic_desk import PASSWORD, open_desk
from tests.postgres import fresh_database
from tests.stories.patient_story import today
from tests.stories.visitor import Visitor, sends

pytestmark = pytest.mark.peer

SCOPE = "sim:7?cores=800&fps=6&height=240&width=320&preset=easy"
VIEW = {"width": 1280, "height": 900}


@dataclass
class Clinic:
    """A workstation with two people at it."""

    desk: Desk
    nurse: Visitor
    doctor: Visitor

    def procedure(self) -> Procedure:
        """The examination, as the journal has it."""
        (row,) = self.desk.journal.worklist()
        return self.desk.journal.procedure(row.procedure_id)


@pytest.fixture(params=["sqlite", "postgresql"])
def clinic(request: pytest.FixtureRequest, browser: Browser, tmp_path: Path) -> Iterator[Clinic]:
    with ExitStack() as opened:
        is_sqlite = request.param == "sqlite"
        url = f"sqlite:///{tmp_path / 'journal.db'}" if is_sqlite else opened.enter_context(fresh_database())
        desk = open_desk(url, tmp_path)
        opened.callback(desk.journal.close)
        source = make_source(SCOPE)
        room = opened.enter_context(Room(lambda _: source, spec=SCOPE, data_folder=tmp_path, plan_size_px=512))
        address = opened.enter_context(open_to_visitors(create_app(room, desk=desk)))
        people = []
        for _ in range(2):
            context = browser.new_context(viewport=VIEW)
            opened.callback(context.close)
            people.append(Visitor(context, address, judges_pages=is_sqlite))
        yield Clinic(desk, *people)
        for one in people:
            assert one.complaints == []


@pytest.mark.timeout(900)  # two minutes on two idle cores; a busy machine shall not fail it
def test_a_patient_goes_the_whole_way(clinic: Clinic) -> None:
    enter(clinic.nurse, "nurse")
    enter(clinic.doctor, "doctor")
    register_and_refer(clinic)
    decide_and_plan(clinic)
    prepare(clinic)
    confirm_time_out_and_begin(clinic)
    examine(clinic)
    look_again(clinic)
    sign(clinic, "preliminary")
    send_specimens_and_enter_results(clinic)
    read_results_and_decide(clinic)
    sign(clinic, "final")
    take_symptom_call(clinic)
    follow_up_and_close(clinic)
    check_what_is_kept(clinic)


def enter(visitor: Visitor, name: str) -> None:
    visitor.open("/patients")
    assert "/sign-in" in visitor.page.url, "nobody comes in without signing in"
    visitor.send(visitor.form("/api/sign-in"), {"name": name, "password": PASSWORD})
    visitor.page.wait_for_url("**/patients")
    visitor.open("/")


def register_and_refer(clinic: Clinic) -> None:
    nurse = clinic.nurse
    nurse.open("/patients/new")
    details = {
        "details.family": "Invented",
        "details.given": "Story",
        "details.birth_date": "1970-01-31",
        "details.sex": "female",
        "details.identifiers": [{"system": "hospital", "value": "H-1"}, {"system": "insurance", "value": "I-1"}],
        "details.phone": "+00 1",
    }
    nurse.send(nurse.form("/api/patients"), details)
    nurse.page.wait_for_url(re.compile(r"/patients/p\w+$"))
    nurse.judge()
    patient = nurse.page.url.partition("//")[2].partition("/")[2]
    nurse.open(f"/{patient}/referral/new")
    seen_on = (today() - timedelta(days=20)).isoformat()
    referral = {
        "referral.side": "left",
        "referral.referrer": "Dr. Invented Referrer",
        "referral.reason": "Bloody discharge from one duct.",
        "has_discharge": "yes",
        "referral.discharge.sides": ["left"],
        "referral.discharge.is_spontaneous": "true",
        "referral.discharge.ducts": "single",
        "referral.discharge.colour": "bloody",
        "referral.discharge.times_per_week": 4,
        "referral.discharge.weeks": 8,
        "referral.discharge.blood_test": "positive",
        "referral.imaging": [
            {"kind": "mammography", "done_on": seen_on, "birads": "2"},
            {"kind": "ultrasound", "done_on": seen_on, "birads": "2"},
        ],
        "referral.medications": [{"name": "Apixaban", "kind": "anticoagulant", "dose": "5 mg"}],
        "referral.allergies": "Latex",
        "referral.is_pregnant": "false",
        "referral.has_breastfed": "false",
        "referral.has_mass": "false",
    }
    nurse.send(nurse.form("/referral"), referral)
    nurse.page.wait_for_url(re.compile(r"/procedures/x\w+/referral"))
    nurse.judge()
    advice = clinic.procedure().referral_advice
    assert advice is not None
    assert advice.indication == "indicated"


def decide_and_plan(clinic: Clinic) -> None:
    doctor, nurse, procedure = clinic.doctor, clinic.nurse, clinic.procedure()
    doctor.open(f"/procedures/{procedure.id}/referral")
    doctor.send(doctor.form("/ReferralDecided"), {"outcome": "accepted"})
    doctor.open(f"/procedures/{procedure.id}")
    nurse.open(f"/procedures/{procedure.id}/preparation")
    plan = {"at_utc": f"{today().isoformat()}T23:30", "room": "room 1", "operator": "doctor", "sedation": "none"}
    nurse.send(nurse.form("/plan"), plan)
    assert clinic.procedure().stage == "planned"


def prepare(clinic: Clinic) -> None:
    nurse = clinic.nurse
    decision = {"decision.decision": "continue", "decision.prescriber": "Dr. Invented Prescriber"}
    nurse.send(nurse.form("/BloodThinnerDecided"), decision)
    for _ in ("procedure", "images", "research"):
        asked = nurse.page.locator(f"#consent article:has(.badge.warm) button{sends('/ConsentRecorded')}").first
        nurse.press(asked)
    open_items = nurse.page.locator("#checklist li.open button")
    nurse.press(open_items.first)
    nurse.press(open_items.first)
    letter = nurse.page.locator('[data-document="letter"]')
    nurse.press(letter.locator("button[type=submit]"))
    with nurse.page.context.expect_page() as opened:
        letter.locator("[data-open]").click()
    opened.value.close()
    nurse.page.bring_to_front()  # a page behind another draws once a second, and every press waits for two drawings
    nurse.press(letter.locator("[data-given]"))
    nurse.judge()
    prepared = clinic.procedure()
    assert {kind: one.is_given for kind, one in prepared.consents.items()} == {
        "procedure": True,
        "images": True,
        "research": True,
    }
    assert len(prepared.checked) == 2
    assert len(prepared.letters) == 1
    assert prepared.blood_thinners["Apixaban"].decision == "continue"


def confirm_time_out_and_begin(clinic: Clinic) -> None:
    doctor, procedure = clinic.doctor, clinic.procedure()
    doctor.open(f"/procedures/{procedure.id}/time-out")
    said = {
        "time_out.first.kind": "birth date",
        "time_out.first.value": "31.1.1970",
        "time_out.second.kind": "hospital",
        "time_out.second.value": "H-2",
        "time_out.side": "left",
        "time_out.is_site_marked": True,
        "time_out.is_consent_there": True,
        "time_out.allergies_said": True,
        "time_out.second_person": "Nurse Invented Example",
    }
    form = doctor.form("/time-out")
    doctor.fill(form, said)
    form.locator("button[type=submit]").last.click()
    expect(form.locator("[role=alert]")).to_contain_text("STOP")  # somebody else's number
    doctor.complaints.clear()  # the browser notes the refusal, as it should
    doctor.send(form, {"time_out.second.value": "H-1"})
    doctor.judge()
    doctor.send(doctor.form("/begin"), {"begin.scope_model": "Simulated scope", "begin.outer_diameter_mm": "0.9"})
    doctor.page.wait_for_url("**/room")


def examine(clinic: Clinic) -> None:
    """All that happens with the scope in the duct, on the room's page."""
    doctor = clinic.doctor
    page = doctor.page
    expect(page.locator("#state")).to_have_text("Live", timeout=SOON_MS)
    expect(page.locator("#simulated")).to_be_visible()
    expect(page.locator("#strip")).to_contain_text("Invented, Story")
    expect(page.locator("#strip")).to_contain_text("Latex")
    doctor.judge()
    doctor.press(page.locator("#record"))

    def turn_to(group: str) -> None:
        page.locator(f"#tab-{group}").click()
        expect(page.locator(f"#group-{group}")).to_be_visible()

    turn_to("clocks")
    doctor.press(page.locator('[data-timer="towel"] button'))
    turn_to("dose")
    doctor.send(doctor.form("/WeightTaken"), {"kg": 68})
    doctor.send(doctor.form("/dose"), {"dose.ml": 3})
    turn_to("opening")
    face = page.locator("#face")
    face.focus()
    for _ in range(8):
        face.press("ArrowRight")
    opening = {
        "opening.discharge": "bloody",
        "opening.dilated_to_mm": 1,
        "opening.is_cannulated": True,
        "opening.deepest_mm": 45,
        "opening.branches_entered": "L",
        "opening.branches_not_entered": "R",
        "opening.stopped_by": "too narrow",
    }
    doctor.send(doctor.form("/opening"), opening)
    turn_to("saline")
    doctor.press(page.locator(f"#group-saline button{sends('/SalineNoted')}").nth(2))
    turn_to("pain")
    doctor.send(doctor.form("/PainScored"), {"score": 2})
    mark_findings(clinic, turn_to)
    turn_to("specimen")
    for finding, kind, fixative in (("A", "basket", "formalin 10 %"), ("B", "lavage", "CytoLyt")):
        taken = {"specimen.kind": kind, "specimen.fixative": fixative, "specimen.finding": finding}
        doctor.send(doctor.form("/specimen"), taken)
        expect(page.locator("#label-letter")).to_have_text(finding)
    turn_to("deed")
    doctor.send(
        doctor.form("/ActionDone"), {"action.kind": "basket", "action.finding": "A", "action.is_complete": "true"}
    )
    turn_to("view")
    doctor.send(doctor.form("/ViewJudged"), {"view.grade": "2", "view.hidden_by": ["bubbles"]})
    turn_to("note")
    doctor.send(doctor.form("/NoteTaken"), {"topic": "impression", "text": "Two invented findings in one duct."})
    doctor.press(page.locator("#record"))
    turn_to("ending")
    doctor.judge()
    doctor.send(doctor.form("/end"), {"ending.is_advice_given": True, "ending.words": "Told what to expect."})
    page.locator("#leave-room").click()
    doctor.press(page.locator("#confirm-yes"), leads_on=True)
    page.wait_for_url("**/report")
    seen = clinic.procedure()
    assert seen.stage == "examined"
    assert seen.is_simulated
    assert seen.orifices[1].clock == 4
    assert [len(one.outline) > 3 for one in seen.findings.values()] == [True, True]
    assert len(seen.stills) == 2
    assert len(seen.specimens) == 2
    assert [made.frames > 0 for made in seen.recordings.values()] == [True]


def mark_findings(clinic: Clinic, turn_to: Callable[[str], None]) -> None:
    """Mark one finding with the pointer and one by keys alone, each on a picture that stands still."""
    doctor = clinic.doctor
    page = doctor.page
    turn_to("finding")
    page.locator("#draw-outline").click()
    expect(page.locator("#frozen-badge")).to_be_visible()
    box = page.locator("#ink").bounding_box()
    assert box is not None
    middle_x, middle_y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(middle_x + 60, middle_y)
    page.mouse.down()
    for dx, dy in (
        (50, 30),
        (30, 50),
        (0, 60),
        (-30, 50),
        (-50, 30),
        (-60, 0),
        (-40, -40),
        (0, -60),
        (40, -40),
        (60, 0),
    ):
        page.mouse.move(middle_x + dx, middle_y + dy, steps=3)
    page.mouse.up()
    first = {"finding.terms.type": "polypoid solitary", "finding.terms.colour": "red", "finding.place.orifice": "1"}
    doctor.send(doctor.form("/finding"), {**first, "finding.place.depth_mm": 22})
    expect(page.locator("#findings li")).to_have_count(1)
    page.locator("#freeze").click()
    expect(page.locator("#frozen-badge")).to_be_hidden()
    page.locator("#draw-outline").click()
    expect(page.locator("#frozen-badge")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("+")
    page.keyboard.press("Enter")
    second = {"finding.terms.type": "superficial", "finding.place.orifice": "1", "finding.place.branch": "L"}
    doctor.send(doctor.form("/finding"), {**second, "finding.place.depth_mm": 40})
    expect(page.locator("#findings li")).to_have_count(2)
    doctor.judge()


def look_again(clinic: Clinic) -> None:
    """The recording is there to be looked through, and a still is chosen for the report."""
    doctor, procedure = clinic.doctor, clinic.procedure()
    doctor.open(f"/procedures/{procedure.id}/review")
    expect(doctor.page.locator("#picture")).to_be_visible()
    form = doctor.form("/StillChosen")
    doctor.send(form, {"is_chosen": True, "caption": "Invented finding A"})
    assert list(clinic.procedure().chosen.values()) == ["Invented finding A"]


def sign(clinic: Clinic, kind: str) -> None:
    doctor, procedure = clinic.doctor, clinic.procedure()
    doctor.open(f"/procedures/{procedure.id}/report")
    doctor.send(doctor.form("/report"), {"password": PASSWORD})
    signed = clinic.procedure().reports[-1]
    assert signed.kind == kind
    expect(doctor.page.locator("#versions tbody tr")).to_have_count(signed.version)
    pdf = doctor.page.request.get(f"{doctor.address}/procedures/{procedure.id}/reports/{signed.version}.pdf").body()
    with ThreadPoolExecutor(1) as beside:  # the browser's own loop runs in this thread
        assert beside.submit(check_signature, pdf).result().intact


def send_specimens_and_enter_results(clinic: Clinic) -> None:
    nurse, procedure = clinic.nurse, clinic.procedure()
    for letter in ("A", "B"):
        for _ in ("sent", "received"):
            nurse.open(f"/procedures/{procedure.id}/specimens")
            nurse.send(nurse.page.locator(f"#specimen-{letter} form{sends('/SpecimenPassed')}"))
    label = nurse.page.request.get(f"{nurse.address}/procedures/{procedure.id}/labels?letters=A&letters=B")
    assert label.body().startswith(b"%PDF")
    for letter, category in (("A", {"tissue": "B3", "has_atypia": "false"}), ("B", {"cytology": "C2"})):
        nurse.open(f"/results?code={procedure.specimens[letter].specimen.code}")
        result = {
            "patient_identifier": "H-1",
            "laboratory": "Invented Laboratory",
            "text": f"Invented result of specimen {letter}.",
            **category,
        }
        nurse.send(nurse.form("/api/results"), result)
        expect(nurse.page.locator(".well").first).to_be_visible()
    assert [len(state.results) for state in clinic.procedure().specimens.values()] == [1, 1]


def read_results_and_decide(clinic: Clinic) -> None:
    doctor, procedure = clinic.doctor, clinic.procedure()
    doctor.open("/")
    doctor.open("/results")
    for letter in ("A", "B"):
        doctor.open(f"/procedures/{procedure.id}/specimens")
        doctor.press(doctor.page.locator(f"#specimen-{letter} button{sends('/acknowledge')}"))
    doctor.open(f"/procedures/{procedure.id}/after")
    decision = {
        "decision.kind": "meeting",
        "due_on": (today() + timedelta(days=7)).isoformat(),
        "decision.by_meeting": True,
        "decision.is_concordant": "true",
        "decision.words": "Shown in the meeting: removal, then seen again.",
    }
    doctor.send(doctor.form("/steps"), decision)
    assert all(state.acknowledged_by == "doctor" for state in clinic.procedure().specimens.values())
    assert clinic.procedure().decisions


def take_symptom_call(clinic: Clinic) -> None:
    nurse, procedure = clinic.nurse, clinic.procedure()
    nurse.open(f"/procedures/{procedure.id}/call")
    form = nurse.form("/call")
    told = {"symptoms.hours": 26, "symptoms.temperature_c": "38.4", "symptoms.is_shivering": "false"}
    nurse.fill(form, told)
    expect(nurse.page.locator("#outcome")).not_to_be_empty()
    nurse.send(form, {"symptoms.pain": 2, "told": "Come today."})
    ((_, call),) = clinic.procedure().calls
    assert call.advice.urgency == "see today"


def follow_up_and_close(clinic: Clinic) -> None:
    nurse, doctor, procedure = clinic.nurse, clinic.doctor, clinic.procedure()
    nurse.open("/follow-up")
    for due in clinic.procedure().open_dues:
        nurse.open(f"/procedures/{procedure.id}/after")
        nurse.page.locator(f'[data-dialog="due"][data-key="{due.key}"]').click()
        nurse.send(nurse.page.locator(f"#due form{sends('/DueDone')}"), {"words": "Seen in the clinic; all is well."})
    doctor.open(f"/procedures/{procedure.id}/after")
    doctor.page.locator("#close").click()
    doctor.press(doctor.page.locator("#confirm-yes"), leads_on=True)
    doctor.open(f"/procedures/{procedure.id}")
    assert clinic.procedure().stage == "closed"


def check_what_is_kept(clinic: Clinic) -> None:
    procedure = clinic.procedure()
    assert [report.kind for report in procedure.reports] == ["preliminary", "final"]
    assert clinic.desk.journal.verify().problems == ()
    assert not clinic.desk.media.verify()
