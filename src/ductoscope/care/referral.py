"""Does ductoscopy help this person: pathological discharge, imaging complete, nothing suspicious, nothing unclear."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ductoscope.care import blood_thinners, causes, contradictions, discharge, prior_imaging
from ductoscope.care.allowed import Spec, Words
from ductoscope.care.days import age_on
from ductoscope.care.drug_names import find_known_name
from ductoscope.care.judged import both
from ductoscope.care.rule import CareProtocol
from ductoscope.model.clinical import Indication, Reason, Referral, ReferralAdvice, Sex

RULES = {
    "referral.indicated": Spec(),
    "referral.risk_without_drug": Spec(facts=("risk",)),
    "against.infection": Spec(),
    "against.retraction": Spec(),
    "against.earlier_surgery": Spec(),
    "against.allergy": Spec({"names": Words()}),
    "against.cannot_lie_still": Spec(),
}

_RULE_AGAINST = {
    "mastitis or abscess": "against.infection",
    "nipple retraction": "against.retraction",
    "previous duct surgery": "against.earlier_surgery",
    "local anaesthetic allergy": "against.allergy",
    "cannot lie still": "against.cannot_lie_still",
}


def assess_referral(
    referral: Referral, *, born: date | None, sex: Sex, on: date, protocol: CareProtocol
) -> ReferralAdvice:
    """Say what the rules make of a referral on a day; a doctor decides.

    Suspicious imaging always sends to biopsy. "indicated" is said only when every question was answered, no answer
    contradicts another, the discharge is pathological, nothing else explains it and imaging is complete.
    """
    age = None if born is None else age_on(born, on)
    look = discharge.judge_discharge(referral.discharge, protocol)
    milk = causes.judge_milk(referral, age, sex, protocol)
    other_cause = causes.judge_causes(referral, protocol)
    imaging = prior_imaging.judge_imaging(referral, age, sex, on, protocol)
    seen = prior_imaging.speak_of_imaging(referral, protocol)
    contradicting = contradictions.find_contradictions(referral, born, age, sex, on, protocol)
    parts = (look, milk, other_cause, imaging)
    reasons = (*seen, *(reason for part in parts for reason in part.reasons))
    missing = (
        *(reason for part in parts for reason in part.missing),
        *_ask_for_drug_of_risk(referral, protocol),
    )
    is_pathological = both(look.is_met, milk.is_met)
    indication = _conclude(
        {reason.rule for reason in seen}, bool(contradicting), is_pathological, imaging.is_met, bool(missing)
    )
    if indication == "indicated":
        reasons = (protocol.say("referral.indicated"), *reasons)
    return ReferralAdvice(
        indication=indication,
        is_pathological=is_pathological,
        is_imaging_complete=imaging.is_met,
        reasons=reasons,
        missing=missing,
        contradictions=contradicting,
        against=tuple(_speak_against(referral, protocol)),
        protocol=protocol.id,
    )


def _conclude(
    seen: set[str], is_contradicting: bool, is_pathological: bool | None, is_imaged: bool | None, is_missing: bool
) -> Indication:
    if "imaging.suspicious" in seen:
        return "biopsy instead"
    if is_contradicting:
        return "cannot say"
    if "imaging.known_cancer" in seen or is_pathological is False:
        return "not indicated"
    if is_pathological is None:
        return "cannot say"
    if is_imaged is False:
        return "imaging first"
    if is_imaged is None or is_missing:
        return "cannot say"
    return "indicated"


def _ask_for_drug_of_risk(referral: Referral, protocol: CareProtocol) -> Iterator[Reason]:
    if not blood_thinners.find_blood_thinners(referral, protocol):
        for risk in dict.fromkeys(referral.thrombosis_risks):
            yield protocol.say("referral.risk_without_drug", risk=risk)


def _speak_against(referral: Referral, protocol: CareProtocol) -> Iterator[Reason]:
    against = dict.fromkeys(_RULE_AGAINST[one] for one in referral.contraindications)
    if find_known_name(referral.allergies, protocol.words("against.allergy", "names")):
        against["against.allergy"] = None
    for rule in against:
        yield protocol.say(rule)
