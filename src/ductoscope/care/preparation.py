"""What to ask, settle and bring about before the day; the prescriber decides on drugs, never this program."""

from __future__ import annotations

from collections.abc import Iterator

from ductoscope.care.allowed import Number, Spec, Words
from ductoscope.care.blood_thinners import BloodThinner, find_blood_thinners
from ductoscope.care.checklist import make_checklist
from ductoscope.care.drug_names import find_known_name
from ductoscope.care.rule import CareProtocol
from ductoscope.model.clinical import Medication, Plan, PreparationAdvice, Reason, Referral

# "stop" and its like never reach somebody who could act on them alone; "stops" in "nobody stops" is caught too, so the
# sentences ask and name who decides.
_NEVER = ("stop", "pause", "skip", "withhold", "leave out", "do not take", "omit", "discontinue", "hold")

RULES = {
    "preparation.ask_prescriber": Spec(facts=("drug", "kind", "taken_for"), never=_NEVER),
    "preparation.known_by_name": Spec(facts=("drug", "kind", "known_as"), never=_NEVER),
    "preparation.no_drug_noted": Spec(never=_NEVER),
    "preparation.unlisted_drugs": Spec(facts=("drugs",), never=_NEVER),
    "preparation.valve": Spec(facts=("drugs",), never=_NEVER),
    "preparation.recent_clot": Spec({"months": Number(3, 24)}, ("drugs",), never=_NEVER),
    "preparation.recent_stent": Spec({"months": Number(3, 24)}, ("drugs",), never=_NEVER),
    "preparation.fasting": Spec(
        {
            "clear_hours": Number(2, 6),
            "breast_milk_hours": Number(4, 8),
            "light_meal_hours": Number(6, 10),
            "fatty_meal_hours": Number(8, 14),
        },
        growing=("clear_hours", "breast_milk_hours", "light_meal_hours", "fatty_meal_hours"),
    ),
    "preparation.glp1": Spec({"names": Words()}, ("drug",), never=_NEVER),
    "preparation.escort": Spec(),
    "preparation.no_driving": Spec({"hours": Number(24, 72)}),
    "preparation.no_fasting": Spec(),
    "preparation.cream": Spec(
        {"from_minutes": Number(30, 120), "to_minutes": Number(31, 180)}, growing=("from_minutes", "to_minutes")
    ),
    "preparation.towel": Spec(
        {"from_minutes": Number(5, 20), "to_minutes": Number(6, 30)}, growing=("from_minutes", "to_minutes")
    ),
    "preparation.clothes": Spec(),
    "preparation.bring": Spec(),
}

_RULE_OF_RISK = {
    "mechanical valve": "preparation.valve",
    "recent clot": "preparation.recent_clot",
    "recent stent": "preparation.recent_stent",
}


def plan_preparation(referral: Referral, plan: Plan, protocol: CareProtocol) -> PreparationAdvice:
    """Say what to ask, settle and bring about before the day.

    One question a blood thinner; what must reach the prescriber first; fasting and an escort only with sedation;
    comfort; and the checklist's items before the day.
    """
    thinners = find_blood_thinners(referral, protocol)
    drugs = ", ".join(thinner.name for thinner in thinners) or "no drug noted"
    is_sedated = plan.sedation != "none"
    comfort = ["preparation.cream", "preparation.towel", "preparation.clothes", "preparation.bring"]
    if not is_sedated:
        comfort.insert(0, "preparation.no_fasting")
    before = [item for item in make_checklist(protocol, plan.sedation) if item.phase == "before"]
    return PreparationAdvice(
        blood_thinners=tuple(_ask(referral, thinners, protocol)),
        escalate=tuple(
            protocol.say(_RULE_OF_RISK[risk], drugs=drugs) for risk in dict.fromkeys(referral.thrombosis_risks)
        ),
        fasting=tuple(_fasting(referral, protocol)) if is_sedated else (),
        escort=(protocol.say("preparation.escort"), protocol.say("preparation.no_driving")) if is_sedated else (),
        comfort=tuple(protocol.say(rule) for rule in comfort),
        items=tuple((item.name, item.reason) for item in before),
        protocol=protocol.id,
    )


def _ask(referral: Referral, thinners: tuple[BloodThinner, ...], protocol: CareProtocol) -> Iterator[Reason]:
    taken_for = {drug.name: drug.reason for drug in referral.medications}
    for thinner in thinners:
        if thinner.known_as:
            yield protocol.say(
                "preparation.known_by_name", drug=thinner.name, kind=thinner.kind, known_as=thinner.known_as
            )
        else:
            reason = taken_for[thinner.name] or "not noted"
            yield protocol.say("preparation.ask_prescriber", drug=thinner.name, kind=thinner.kind, taken_for=reason)
    if not referral.medications:
        yield protocol.say("preparation.no_drug_noted")
    names = {thinner.name for thinner in thinners}
    unlisted = [drug.name for drug in referral.medications if drug.name not in names and drug.kind == "other"]
    if unlisted:
        yield protocol.say("preparation.unlisted_drugs", drugs=", ".join(unlisted))


def _fasting(referral: Referral, protocol: CareProtocol) -> Iterator[Reason]:
    yield protocol.say("preparation.fasting")
    for drug in referral.medications:
        if _is_glp1(drug, protocol):
            yield protocol.say("preparation.glp1", drug=drug.name)


def _is_glp1(drug: Medication, protocol: CareProtocol) -> bool:
    return find_known_name(drug.name, protocol.words("preparation.glp1", "names")) is not None
