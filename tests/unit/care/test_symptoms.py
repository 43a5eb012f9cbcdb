from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ductoscope.care import assess_symptoms, load_protocol
from ductoscope.model.clinical import Symptoms, Urgency
from tests.unit.care.cases import CALM

PROTOCOL = load_protocol()
ORDER = get_args(Urgency)


def assess(symptoms: Symptoms = CALM, **changes: Any):
    return assess_symptoms(replace(symptoms, **changes), PROTOCOL)


def test_a_calm_call_is_reassured_with_what_is_normal():
    advice = assess()
    assert advice.urgency == "reassure"
    assert [reason.rule for reason in advice.reasons] == ["symptom.normal"]
    assert advice.protocol == PROTOCOL.id
    assert assess(hours=100).reasons[0].rule == "symptom.late_but_mild"
    assert assess(hours=100, pain=0).reasons[0].rule == "symptom.normal"


@pytest.mark.parametrize(
    ("changes", "urgency", "rule"),
    [
        ({"is_breathless": True}, "emergency", "symptom.breathless"),
        ({"has_chest_pain": True}, "emergency", "symptom.chest_pain"),
        ({"has_rash_or_swollen_face": True}, "emergency", "symptom.allergic"),
        ({"has_fainted": True}, "emergency", "symptom.fainted"),
        ({"bleeding_hours": 2, "soaks_pad_minutes": 60}, "see today", "symptom.soaks_pad"),
        ({"bleeding_hours": 2, "soaks_pad_minutes": 61}, "call back", "symptom.wets_pad"),
        ({"bleeding_hours": 2, "soaks_pad_minutes": 241}, "reassure", "symptom.normal"),
        ({"bleeding_hours": 2, "soaks_pad_minutes": None}, "call back", "symptom.ask_pad"),
        (
            {"bleeding_hours": 2, "soaks_pad_minutes": 500, "pressure_minutes": 10},
            "emergency",
            "symptom.not_stopped_by_pressure",
        ),
        ({"bleeding_hours": 2, "soaks_pad_minutes": 500, "pressure_minutes": 9}, "call back", "symptom.press_longer"),
        ({"hours": 80, "bleeding_hours": 72.5, "soaks_pad_minutes": 999}, "see today", "symptom.long_bleeding"),
        ({"hours": 80, "bleeding_hours": 72, "soaks_pad_minutes": 999}, "call back", "symptom.bleeding_goes_on"),
        ({"hours": 48, "bleeding_hours": 48, "soaks_pad_minutes": 999}, "reassure", "symptom.normal"),
        ({"hours": 10, "bleeding_hours": 20, "soaks_pad_minutes": 999}, "call back", "symptom.contradiction"),
        ({"hours": 49, "is_pain_increasing": True}, "see today", "symptom.growing_pain"),
        ({"hours": 48, "is_pain_increasing": True}, "call back", "symptom.early_growing_pain"),
        ({"is_pain_eased": False}, "see today", "symptom.pain_not_eased"),
        ({"is_pain_eased": False, "pain": None}, "see today", "symptom.pain_not_eased"),
        ({"is_pain_eased": False, "pain": 0}, "reassure", "symptom.normal"),
        ({"pain": 7}, "see today", "symptom.strong_pain"),
        ({"pain": 6.9}, "reassure", "symptom.normal"),
        ({"pain": 3, "is_pain_eased": None}, "reassure", "symptom.normal"),
        ({"pain": 4, "is_pain_eased": None}, "call back", "symptom.ask_painkiller"),
        ({"pain": 1, "is_pain_increasing": None}, "call back", "symptom.ask_growing_pain"),
        ({"has_swelling": True, "is_swelling_rapid": False}, "call back", "symptom.swelling"),
        ({"has_swelling": True, "is_swelling_rapid": None}, "call back", "symptom.ask_rapid_swelling"),
        ({"has_swelling": True, "is_swelling_rapid": True}, "see today", "symptom.rapid_swelling"),
        ({"has_redness": True}, "see today", "symptom.redness"),
        ({"has_pus": True}, "see today", "symptom.pus"),
        ({"temperature_c": 38.0}, "see today", "symptom.fever"),
        ({"temperature_c": 37.9}, "call back", "symptom.warm"),
        ({"temperature_c": 37.4}, "reassure", "symptom.normal"),
        ({"is_shivering": True}, "see today", "symptom.shivering"),
    ],
)
def test_one_symptom_ends_the_call(changes: dict[str, Any], urgency: str, rule: str):
    advice = assess(**changes)
    assert advice.urgency == urgency
    assert rule in {reason.rule for reason in advice.reasons}


def test_bleeding_of_an_hour_more_than_the_nurse_counted_is_no_contradiction():
    assert assess(hours=10, bleeding_hours=11, soaks_pad_minutes=999).urgency == "reassure"
    assert assess(hours=10, bleeding_hours=11.5, soaks_pad_minutes=999).urgency == "call back"


@pytest.mark.parametrize(
    "name",
    [
        "bleeding_hours", "pain", "has_swelling", "has_redness", "has_pus", "temperature_c", "is_shivering",
        "has_chest_pain", "is_breathless", "has_rash_or_swollen_face", "has_fainted",
    ],
)  # fmt: skip
def test_while_a_question_is_open_nobody_is_reassured(name: str):
    advice = assess(**{name: None})
    assert advice.urgency == "call back"
    assert advice.reasons[0].rule.startswith("symptom.ask_")


def test_nothing_asked_at_all_is_no_reassurance():
    assert assess_symptoms(Symptoms(hours=5), PROTOCOL).urgency == "call back"


def test_reasons_come_most_urgent_first():
    advice = assess(is_breathless=True, has_pus=True, has_swelling=True, is_swelling_rapid=False)
    assert [reason.rule for reason in advice.reasons] == ["symptom.breathless", "symptom.pus", "symptom.swelling"]


FLAGS: dict[str, Any] = {
    "is_breathless": True, "has_chest_pain": True, "has_rash_or_swollen_face": True, "has_fainted": True,
    "is_swelling_rapid": True, "has_redness": True, "has_pus": True, "is_shivering": True, "is_pain_increasing": True,
    "is_pain_eased": False, "has_swelling": True, "temperature_c": 39.5, "pain": 9, "soaks_pad_minutes": 20,
    "pressure_minutes": 15, "bleeding_hours": 100,
}  # fmt: skip
maybe = st.sampled_from([None, True, False])
calls = st.builds(
    Symptoms,
    hours=st.floats(0, 400),
    soaks_pad_minutes=st.none() | st.floats(0, 10_000),
    pressure_minutes=st.none() | st.floats(0, 600),
    bleeding_hours=st.none() | st.floats(0, 400),
    pain=st.none() | st.floats(0, 10),
    temperature_c=st.none() | st.floats(30, 45),
    **{
        field.name: maybe
        for field in fields(Symptoms)
        if field.name.startswith(("is_", "has_"))
    },
)  # fmt: skip


@given(calls, st.sampled_from(sorted(FLAGS)))
def test_a_red_flag_more_never_lowers_the_urgency(call: Symptoms, flag: str):
    before = assess(call)
    worse = FLAGS[flag]
    if isinstance(worse, float | int) and not isinstance(worse, bool) and getattr(call, flag) is not None:
        worse = min(worse, getattr(call, flag)) if flag == "soaks_pad_minutes" else max(worse, getattr(call, flag))
    assert ORDER.index(assess(call, **{flag: worse}).urgency) >= ORDER.index(before.urgency)


@given(calls)
def test_reassured_only_when_all_that_matters_was_asked(call: Symptoms):
    advice = assess(call)
    assert advice.reasons
    if advice.urgency == "reassure":
        needed = ("bleeding_hours", "pain", "temperature_c", "has_swelling", "has_redness", "has_pus", "is_shivering")
        assert all(getattr(call, name) is not None for name in needed)
        assert not any((call.has_pus, call.has_redness, call.is_breathless, call.has_chest_pain, call.has_swelling))
        assert not call.is_swelling_rapid
