from __future__ import annotations

import html
import json
import re
from datetime import timedelta

import pytest

from ductoscope.model.clinical import Medication
from ductoscope.model.clinical import happened as h
from ductoscope.web.clinic.preparation import version_consents
from ductoscope.web.texts import load_texts
from tests.clinic_house import NURSE
from tests.path_results import HOSTILE, SHOWN

DRUGS = (Medication("Apixaban", "anticoagulant", "5 mg", "Atrial fibrillation"), Medication("Warfarin 5"))


def plan_of(house, **changes: object) -> dict[str, object]:
    at_utc = (house.clock.now + timedelta(days=3)).isoformat()
    known = {"at_utc": at_utc, "room": "Room 1", "operator": "doctor", "sedation": "none", "minutes": 45, "scope": ""}
    return known | changes


def test_a_plan_needs_the_decision_first(house, enter):
    procedure = house.referred("v1")
    nurse = enter("nurse")
    page = nurse.get(f"/procedures/{procedure}/preparation").text
    assert "First a doctor decides" in page
    assert f'data-post="/api/procedures/{procedure}/plan"' not in page
    assert nurse.post(f"/api/procedures/{procedure}/plan", plan_of(house)).status_code == 403


def test_a_planned_examination_shows_when_where_and_by_whom(house, enter):
    procedure = house.accepted("v2")
    nurse = enter("nurse")
    answer = nurse.post(f"/api/procedures/{procedure}/plan", plan_of(house))
    assert answer.status_code == 200, answer.text
    page = nurse.get(answer.json()["next"]).text
    assert "<dd>Room 1</dd>" in page
    assert "<dd>Dr Test</dd>" in page
    assert house.desk.journal.procedure(procedure).stage == "planned"


def test_a_plan_in_the_past_is_refused_in_words(house, enter):
    procedure = house.accepted("v3")
    answer = enter("nurse").post(f"/api/procedures/{procedure}/plan", plan_of(house, at_utc="2020-01-01T10:00:00Z"))
    assert answer.status_code == 409
    assert "is over" in answer.json()["error"]


def test_fasting_is_asked_only_with_sedation(house, enter):
    procedure = house.accepted("v4")
    nurse = enter("nurse")
    path = f"/procedures/{procedure}/preparation"
    nurse.post(f"/api/procedures/{procedure}/plan", plan_of(house))
    assert "without sedation the patient may eat and drink" in nurse.get(path).text
    nurse.post(f"/api/procedures/{procedure}/plan", plan_of(house, sedation="moderate"))
    page = nurse.get(path).text
    assert "without sedation the patient may eat and drink" not in page
    assert ">Fasting</h3>" in page
    assert ">Escort</h3>" in page


def test_every_blood_thinner_has_its_card_also_one_that_was_noted_as_something_else(house, enter):
    procedure = house.planned("v5", medications=(*DRUGS, Medication("Vitamin D")))
    nurse = enter("nurse")
    page = nurse.get(f"/procedures/{procedure}/preparation").text
    assert page.count('class="thinner open"') == 2
    assert "Vitamin D" not in page
    decision = {"medication": "Apixaban", "decision": "continue", "prescriber": "Dr. P", "words": "As it is"}
    assert (
        nurse.post(f"/api/procedures/{procedure}/acts/BloodThinnerDecided", {"decision": decision}).status_code == 200
    )
    page = nurse.get(f"/procedures/{procedure}/preparation").text
    assert page.count('class="thinner open"') == 1
    assert "decided by Dr. P: As it is" in page
    assert "Nurse Test, <time" in page
    assert "never tells a patient to stop" in page


def test_a_decision_without_its_prescriber_is_refused(house, enter):
    procedure = house.planned("v6", medications=DRUGS)
    decision = {"medication": "Apixaban", "decision": "pause", "prescriber": " ", "words": ""}
    answer = enter("nurse").post(f"/api/procedures/{procedure}/acts/BloodThinnerDecided", {"decision": decision})
    assert answer.status_code == 422


def test_the_three_consents_are_asked_for_apart(house, enter):
    procedure = house.accepted("v7")
    nurse = enter("nurse")
    path = f"/api/procedures/{procedure}/acts/ConsentRecorded"
    assert nurse.get(f"/procedures/{procedure}/preparation").text.count("not asked yet") == 3
    for kind, is_given in (("procedure", True), ("images", False)):
        message = {"consent": {"kind": kind, "is_given": is_given, "version": "1"}}
        assert nurse.post(path, message).status_code == 200
    page = nurse.get(f"/procedures/{procedure}/preparation").text
    assert page.count('badge good">given') == 1
    assert page.count('badge wrong">refused') == 1
    assert page.count("not asked yet") == 1
    assert "text 1" in page


def test_a_consent_names_the_text_that_was_shown(house, enter):
    page = enter("nurse").get(f"/procedures/{house.accepted('v7b')}/preparation").text
    offered = [json.loads(html.unescape(body)) for body in re.findall(r"data-body='([^']*consent[^']*)'", page)]
    versions = {one["consent"]["kind"]: one["consent"]["version"] for one in offered if "consent" in one}
    texts = load_texts()
    assert versions == version_consents(texts)
    assert len(set(versions.values())) == 3
    for section in ("consent_kind", "consent_means"):
        now = version_consents({**texts, section: {**texts[section], "procedure": "Other words."}})
        assert now["procedure"] != versions["procedure"]
        assert now["images"] == versions["images"]


def test_an_item_is_ticked_by_somebody_and_can_be_unticked(house, enter):
    procedure = house.accepted("v8")
    nurse = enter("nurse")
    path = f"/api/procedures/{procedure}/acts/ItemChecked"
    item = "checklist.pregnancy"
    assert nurse.post(path, {"item": item}).status_code == 200
    page = nurse.get(f"/procedures/{procedure}/preparation").text
    assert page.count('aria-checked="true"') == 1
    assert "Before the day" in page
    assert nurse.post(path, {"item": item, "is_done": False}).status_code == 200
    assert 'aria-checked="true"' not in nurse.get(f"/procedures/{procedure}/preparation").text


def test_when_everything_needed_is_there_the_time_out_is_next(house, enter):
    procedure = house.planned("v9")
    nurse = enter("nurse")
    page = nurse.get(f"/procedures/{procedure}/preparation").text
    assert "nothing goes on without it" not in page
    for item in house.desk.journal.procedure(procedure).preparation_advice.items:
        nurse.post(f"/api/procedures/{procedure}/acts/ItemChecked", {"item": item[0]})
    house.desk.do(NURSE, h.LetterGiven("letter", "0" * 64), procedure_id=procedure)
    nurse.post(f"/api/procedures/{procedure}/acts/ConsentRecorded", {"consent": {"kind": "images", "is_given": True}})
    page = nurse.get(f"/procedures/{procedure}/preparation").text
    assert "Everything is prepared." in page
    assert f'href="/procedures/{procedure}/time-out">To the time-out' in page


def test_a_paper_is_made_looked_at_and_recorded_as_given(house, enter):
    procedure = house.planned("v10")
    nurse = enter("nurse")
    answer = nurse.post(f"/api/procedures/{procedure}/documents", {"kind": "letter", "language": "en"})
    assert answer.status_code == 200, answer.text
    made = answer.json()
    paper = nurse.get(made["open"])
    assert paper.content.startswith(b"%PDF-")
    assert paper.headers["content-type"] == "application/pdf"
    assert "Test" not in paper.headers["content-disposition"]
    given = {"kind": "letter", "document": made["document"], "language": "en"}
    assert nurse.post(f"/api/procedures/{procedure}/acts/LetterGiven", given).status_code == 200
    page = nurse.get(f"/procedures/{procedure}/preparation").text
    assert f"/procedures/{procedure}/documents/{made['document']}" in page
    assert nurse.get(f"/procedures/{procedure}/documents/{made['document']}").content == paper.content


def test_a_paper_of_one_patient_is_not_shown_with_another(house, enter):
    one, other = house.planned("v11"), house.planned("v12")
    nurse = enter("nurse")
    made = nurse.post(f"/api/procedures/{one}/documents", {"kind": "leaflet", "language": "en"}).json()
    number = made["open"].rsplit("/", 1)[1]
    assert nurse.get(f"/procedures/{other}/papers/{number}").status_code == 404
    assert nurse.get(f"/procedures/{other}/documents/{made['document']}").status_code == 404


@pytest.mark.parametrize("message", [{"kind": "novel", "language": "en"}, {"kind": "letter", "language": "xx"}])
def test_an_unknown_paper_or_language_is_refused_in_words(house, enter, message):
    procedure = house.planned(f"v13-{message['language']}")
    answer = enter("nurse").post(f"/api/procedures/{procedure}/documents", message)
    assert answer.status_code in (409, 422)
    assert answer.json()["error"]


def test_hostile_words_are_shown_and_never_run(house, enter):
    drug = Medication(HOSTILE, "anticoagulant", HOSTILE, HOSTILE)
    procedure = house.accepted("v14", medications=(drug,))
    nurse = enter("nurse")
    assert (
        nurse.post(f"/api/procedures/{procedure}/plan", plan_of(house, room=HOSTILE, scope=HOSTILE)).status_code == 200
    )
    decision = {"medication": HOSTILE, "decision": "change", "prescriber": HOSTILE, "words": HOSTILE}
    nurse.post(f"/api/procedures/{procedure}/acts/BloodThinnerDecided", {"decision": decision})
    page = nurse.get(f"/procedures/{procedure}/preparation").text
    assert "<script>alert" not in page
    assert page.count(SHOWN) >= 6
