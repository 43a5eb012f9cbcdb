"""What may explain a discharge without a lesion: pregnancy, breastfeeding, prolactin, thyroid, pressing, drugs."""

from __future__ import annotations

from typing import get_args

from ductoscope.care.allowed import Number, Spec, Words
from ductoscope.care.discharge import has_blood
from ductoscope.care.drug_names import find_known_name
from ductoscope.care.judged import Judged
from ductoscope.care.rule import CareProtocol
from ductoscope.model.clinical import MedicationKind, Reason, Referral, Sex

RULES = {
    "cause.pregnancy": Spec(),
    "cause.ask_pregnancy": Spec(
        {"from_age": Number(8, 14), "until_age": Number(45, 80)}, growing=("from_age", "until_age")
    ),
    "cause.breastfeeding": Spec({"weeks": Number(0, 104)}, ("since",)),
    "cause.ask_breastfeeding": Spec(),
    "cause.prolactin": Spec(),
    "cause.thyroid": Spec(),
    "cause.stimulation": Spec(),
    "cause.drug": Spec({"kinds": Words(get_args(MedicationKind)), "names": Words()}, ("drug",)),
    "cause.does_not_explain_blood": Spec(),
}

_RULE_OF = {
    "prolactinoma": "cause.prolactin",
    "thyroid disease": "cause.thyroid",
    "nipple stimulation": "cause.stimulation",
}


def judge_milk(referral: Referral, age: int | None, sex: Sex, protocol: CareProtocol) -> Judged:
    """Say whether the discharge is no milk: neither pregnant nor breastfeeding, now or lately."""
    if sex == "male":
        return Judged(True)
    reasons: list[Reason] = []
    missing: list[Reason] = []
    if referral.is_pregnant:
        reasons.append(protocol.say("cause.pregnancy"))
    weeks = referral.weeks_since_breastfeeding
    if weeks is not None and weeks < protocol.number("cause.breastfeeding", "weeks"):
        reasons.append(protocol.say("cause.breastfeeding", since=float(weeks)))
    rule = "cause.ask_pregnancy"
    if age is None or protocol.number(rule, "from_age") <= age <= protocol.number(rule, "until_age"):
        if referral.is_pregnant is None:
            missing.append(protocol.say(rule))
        if weeks is None and referral.has_breastfed is not False:
            missing.append(protocol.say("cause.ask_breastfeeding"))
    return Judged(False if reasons else None if missing else True, tuple(reasons), tuple(missing))


def judge_causes(referral: Referral, protocol: CareProtocol) -> Judged:
    """Say whether nothing else explains the discharge. Blood is not explained by any of these."""
    said = [protocol.say(_RULE_OF[one]) for one in dict.fromkeys(referral.explanations)]
    for drug in referral.medications:
        is_listed = drug.kind in protocol.words("cause.drug", "kinds")
        if is_listed or find_known_name(drug.name, protocol.words("cause.drug", "names")):
            said.append(protocol.say("cause.drug", drug=drug.name))
    if not said:
        return Judged(True)
    if referral.discharge is not None and has_blood(referral.discharge):
        return Judged(True, reasons=(*said, protocol.say("cause.does_not_explain_blood")))
    return Judged(None, missing=tuple(said))
