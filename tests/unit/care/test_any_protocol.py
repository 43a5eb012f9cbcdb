"""Whatever a clinic may write within the limits, every function answers, and what must hold still holds."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from types import MappingProxyType

from hypothesis import given, settings
from hypothesis import strategies as st

from ductoscope.care import (
    CareProtocol,
    advise_next_steps,
    assess_referral,
    assess_symptoms,
    due_dates,
    limit_anaesthetic,
    list_aftercare,
    load_protocol,
    make_checklist,
    plan_preparation,
    time_plan,
)
from ductoscope.care.allowed import Allowed, Number, Numbers, Word, Words
from ductoscope.care.every_rule import EVERY_RULE
from ductoscope.model.clinical import Medication, PriorImaging, Symptoms
from tests.unit.care.cases import BORN, CALM, NEGATIVE, PLAN, REFERRAL, TODAY, sample, see


def values_of(allowed: Allowed) -> st.SearchStrategy[object]:
    match allowed:
        case Number(low, high, is_whole):
            return st.integers(int(low), int(high)).map(float) if is_whole else st.floats(low, high)
        case Numbers(low, high):
            months = st.integers(int(low), int(high)).map(float)
            return st.lists(months, min_size=1, max_size=12, unique=True).map(lambda found: tuple(sorted(found)))
        case Word(choices):
            return st.sampled_from(choices)
        case Words(choices, needed):
            more = st.lists(st.sampled_from(choices or ("ibuprofen", "x")), min_size=1, unique=True)
            return more.map(lambda found: tuple(dict.fromkeys((*needed, *found))))
    raise AssertionError(allowed)


@st.composite
def protocols(draw: st.DrawFn) -> CareProtocol:
    shipped = load_protocol()
    rules = dict(shipped.rules)
    for name, spec in EVERY_RULE.items():
        if not spec.growing:
            values = {key: draw(values_of(allowed)) for key, allowed in spec.values.items()}
            rules[name] = dataclasses.replace(rules[name], values=MappingProxyType(values))
    return dataclasses.replace(shipped, rules=MappingProxyType(rules))


@settings(max_examples=25, deadline=None)
@given(protocols(), st.dates(TODAY, TODAY.replace(year=2033)))
def test_every_function_answers_under_any_protocol(protocol: CareProtocol, on):
    suspicious = PriorImaging("mri", TODAY, "left", "5")
    referral = replace(REFERRAL, imaging=(suspicious,), medications=(Medication("Apixaban"),))
    advice = assess_referral(referral, born=BORN, sex="female", on=TODAY, protocol=protocol)
    assert advice.indication == "biopsy instead"
    plan = plan_preparation(referral, replace(PLAN, sedation="moderate"), protocol)
    assert "Apixaban" in plan.blood_thinners[0].says
    assert make_checklist(protocol, "none")
    assert all(minutes > 0 for minutes in time_plan(protocol).values())
    assert list_aftercare(protocol).call
    assert limit_anaesthetic((), "lidocaine", 60, protocol).limit_mg <= 7 * 60
    assert assess_symptoms(replace(CALM, is_breathless=True), protocol).urgency == "emergency"
    assert assess_symptoms(replace(CALM, temperature_c=38.0), protocol).urgency in ("see today", "emergency")
    assert assess_symptoms(Symptoms(hours=1), protocol).urgency == "call back"
    discordant = sample(see(NEGATIVE, grade="D5"), "forceps", "B2")
    steps = advise_next_steps(discordant, on=on, protocol=protocol)
    assert steps.is_concordant is False
    assert "meeting" in {step.kind for step in steps.steps}
    assert advise_next_steps(NEGATIVE, on=on, protocol=protocol).steps
    dues = due_dates(protocol)
    assert all(due.due_on > on for due in (*dues.calls(on), *dues.follow_ups(on)))
    assert dues.result_due("lavage", on) > on
