from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ductoscope.care import (
    find_blood_thinners,
    load_protocol,
    make_checklist,
    plan_preparation,
    read_protocol,
    shipped_text,
)
from ductoscope.care.drug_names import find_known_name
from ductoscope.model.clinical import Medication, PreparationAdvice
from tests.unit.care.cases import PLAN, REFERRAL
from tests.unit.care.test_read_protocol import OWN_ITEM

PROTOCOL = load_protocol()


def plan(*drugs: Medication, risks: tuple = (), sedation: str = "none") -> PreparationAdvice:
    referral = replace(REFERRAL, medications=drugs, thrombosis_risks=risks)
    return plan_preparation(referral, replace(PLAN, sedation=sedation), PROTOCOL)


@pytest.mark.parametrize(
    ("name", "kind", "known_as"),
    [
        ("Warfarin 5 mg", "anticoagulant", "warfarin"),
        ("Warfarine", "anticoagulant", "warfarin"),
        ("warfarin-natrium", "anticoagulant", "warfarin"),
        ("Eliquis 2,5", "anticoagulant", "eliquis"),
        ("Apixiban", "anticoagulant", "apixaban"),
        ("Apixabn", "anticoagulant", "apixaban"),
        ("Apixaaban", "anticoagulant", "apixaban"),
        ("Apixbaan", "anticoagulant", "apixaban"),
        ("XARELTO®", "anticoagulant", "xarelto"),
        ("Rivaroxabán", "anticoagulant", "rivaroxaban"),
        ("edoxaban", "anticoagulant", "edoxaban"),
        ("Dabigatran etexilate", "anticoagulant", "dabigatran"),
        ("Enoxaparin", "anticoagulant", "enoxaparin"),
        ("low molecular weight heparin", "anticoagulant", "heparin"),
        ("Clopidogrel", "antiplatelet", "clopidogrel"),
        ("Plavix", "antiplatelet", "plavix"),
        ("Ticagrelor", "antiplatelet", "ticagrelor"),
        ("Prasugrel", "antiplatelet", "prasugrel"),
        ("Baby aspirin", "antiplatelet", "aspirin"),
        ("ASS 100", "antiplatelet", "ass"),
        ("Acetylsalicylsäure", "antiplatelet", "acetylsalicylsaure"),
    ],
)
def test_a_blood_thinner_is_known_by_its_name(name: str, kind: str, known_as: str):
    for noted in ("other", "antihypertensive"):
        (found,) = find_blood_thinners(replace(REFERRAL, medications=(Medication(name, noted),)), PROTOCOL)
        assert (found.name, found.kind, found.known_as) == (name, kind, known_as)
    (question, *_) = plan(Medication(name)).blood_thinners
    assert name in question.says
    assert known_as in question.says


@pytest.mark.parametrize(
    "name",
    [
        "Paracetamol",
        "Levothyroxine",
        "Ramipril",
        "Metformin",
        "Vitamin D",
        "Ibuprofen",
        "Kassa",
        "Aspartame",
        "Apxabin",
    ],
)
def test_other_drugs_are_not(name: str):
    assert not find_blood_thinners(replace(REFERRAL, medications=(Medication(name),)), PROTOCOL)


def test_a_noted_blood_thinner_is_asked_about_once_whatever_its_name():
    drug = Medication("Something new", "anticoagulant", reason="atrial fibrillation")
    (question,) = plan(drug, drug).blood_thinners
    assert question.rule == "preparation.ask_prescriber"
    assert "Something new (anticoagulant, taken for: atrial fibrillation)" in question.says


def test_an_empty_or_unknown_list_of_drugs_is_asked_about_again():
    assert [reason.rule for reason in plan().blood_thinners] == ["preparation.no_drug_noted"]
    (asked,) = plan(Medication("Wonderol"), Medication("Ramipril", "antihypertensive")).blood_thinners
    assert asked.rule == "preparation.unlisted_drugs"
    assert "Wonderol" in asked.says
    assert "Ramipril" not in asked.says


@pytest.mark.parametrize(
    ("risk", "rule"),
    [
        ("mechanical valve", "preparation.valve"),
        ("recent clot", "preparation.recent_clot"),
        ("recent stent", "preparation.recent_stent"),
    ],
)
def test_a_risk_reaches_the_prescriber_before_a_date(risk: str, rule: str):
    (reason,) = plan(Medication("Marcumar"), risks=(risk,)).escalate
    assert reason.rule == rule
    assert "Marcumar" in reason.says
    assert "no drug noted" in plan(risks=(risk,)).escalate[0].says


def test_fasting_and_escort_only_with_sedation():
    without = plan()
    assert without.fasting == without.escort == ()
    assert without.comfort[0].rule == "preparation.no_fasting"
    for sedation in ("minimal", "moderate"):
        advice = plan(Medication("Ozempic"), sedation=sedation)
        assert [reason.rule for reason in advice.fasting] == ["preparation.fasting", "preparation.glp1"]
        assert (
            "2 hours before, breast milk until 4, formula or a light meal until 6, a fatty meal until 8"
            in advice.fasting[0].says
        )
        assert "24 hours" in advice.escort[1].says
        assert "preparation.no_fasting" not in {reason.rule for reason in advice.comfort}


def test_towel_and_cream_are_always_among_the_comforts():
    says = " ".join(reason.says for reason in plan().comfort)
    assert "30 to 60 minutes" in says
    assert "10 to 15 minutes" in says


def test_the_checklist_goes_before_room_after_and_has_more_with_sedation():
    plain, sedated = make_checklist(PROTOCOL, "none"), make_checklist(PROTOCOL, "minimal")
    phases = [item.phase for item in sedated]
    assert phases == sorted(phases, key=["before", "room", "after"].index)
    assert {item.name for item in sedated} - {item.name for item in plain} == {
        "checklist.fasted", "checklist.escort", "checklist.monitoring", "checklist.awake",
    }  # fmt: skip
    assert [name for name, _ in plan().items] == [item.name for item in plain if item.phase == "before"]
    assert all(item.says == item.reason.says for item in plain)


def test_a_clinics_own_item_is_on_the_checklist():
    items = make_checklist(read_protocol(shipped_text() + OWN_ITEM), "none")
    assert [item.phase for item in items if item.name == "checklist.music"] == ["room"]


def test_no_sentence_before_the_day_tells_anybody_to_leave_out_a_drug():
    for name, rule in PROTOCOL.rules.items():
        if name.startswith(("preparation.", "checklist.", "drug.", "cause.", "referral.")):
            assert not re.search(r"\b(stop|pause|skip|withh|omit|discontinue|leave out)", rule.says.lower()), name


@given(st.text(max_size=60), st.sampled_from(PROTOCOL.words("drug.anticoagulant", "names")), st.text(max_size=20))
def test_a_name_is_found_wherever_it_stands_in_the_words(before: str, name: str, after: str):
    assert find_known_name(f"{before} {name} {after}", PROTOCOL.words("drug.anticoagulant", "names")) is not None
