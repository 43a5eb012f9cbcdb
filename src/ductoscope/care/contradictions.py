"""Answers in a referral that cannot both be true: somebody must look again before anybody relies on them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import get_args

from ductoscope.care.allowed import Number, Spec, Words
from ductoscope.care.days import is_to_come
from ductoscope.care.prior_imaging import name_imaging
from ductoscope.care.rule import CareProtocol
from ductoscope.model.clinical import Colour, Reason, Referral, Sex

RULES = {
    "contradiction.side": Spec(facts=("side", "other")),
    "contradiction.blood_in_clear": Spec({"colours": Words(get_args(Colour))}, ("colour",)),
    "contradiction.bloody_without_blood": Spec(),
    "contradiction.pregnant_man": Spec(),
    "contradiction.breastfeeding_man": Spec(),
    "contradiction.pregnant_age": Spec(
        {"from_age": Number(8, 14), "until_age": Number(50, 80)}, ("age",), growing=("from_age", "until_age")
    ),
    "contradiction.never_breastfed": Spec(),
    "contradiction.imaging_in_future": Spec(facts=("imaging",)),
    "contradiction.imaging_before_birth": Spec(facts=("imaging",)),
    "contradiction.imaging_disagrees": Spec(facts=("imaging", "other")),
    "contradiction.received_in_future": Spec(facts=("received",)),
    "contradiction.birth_date": Spec({"oldest": Number(110, 130)}, ("born",)),
    "contradiction.longer_than_life": Spec(),
}

_WEEKS_A_YEAR = 365.25 / 7


def find_contradictions(
    referral: Referral, born: date | None, age: int | None, sex: Sex, on: date, protocol: CareProtocol
) -> tuple[Reason, ...]:
    """Return every pair of answers that cannot both be true."""
    return (
        *_in_discharge(referral, protocol),
        *_in_person(referral, born, age, sex, on, protocol),
        *_in_imaging(referral, born, on, protocol),
    )


def _in_discharge(referral: Referral, protocol: CareProtocol) -> Iterator[Reason]:
    discharge = referral.discharge
    if discharge is None:
        return
    if discharge.sides and referral.side not in discharge.sides:
        yield protocol.say("contradiction.side", side=referral.side, other=discharge.sides[0])
    rule = "contradiction.blood_in_clear"
    if discharge.blood_test == "positive" and discharge.colour in protocol.words(rule, "colours"):
        yield protocol.say(rule, colour=discharge.colour)
    if discharge.blood_test == "negative" and discharge.colour == "bloody":
        yield protocol.say("contradiction.bloody_without_blood")


def _in_person(
    referral: Referral, born: date | None, age: int | None, sex: Sex, on: date, protocol: CareProtocol
) -> Iterator[Reason]:
    if sex == "male" and referral.is_pregnant:
        yield protocol.say("contradiction.pregnant_man")
    if sex == "male" and (referral.weeks_since_breastfeeding is not None or referral.has_breastfed):
        yield protocol.say("contradiction.breastfeeding_man")
    if referral.has_breastfed is False and referral.weeks_since_breastfeeding is not None:
        yield protocol.say("contradiction.never_breastfed")
    if is_to_come(referral.received_on, on):
        yield protocol.say("contradiction.received_in_future", received=referral.received_on)
    if age is None:
        return
    if not 0 <= age <= protocol.number("contradiction.birth_date", "oldest"):
        yield protocol.say("contradiction.birth_date", born=born)
        return
    rule = "contradiction.pregnant_age"
    if referral.is_pregnant and not protocol.number(rule, "from_age") <= age <= protocol.number(rule, "until_age"):
        yield protocol.say(rule, age=age)
    weeks = referral.discharge.weeks if referral.discharge is not None else None
    longest = max(weeks or 0.0, referral.weeks_since_breastfeeding or 0.0)
    if longest > (age + 1) * _WEEKS_A_YEAR:
        yield protocol.say("contradiction.longer_than_life")


def _in_imaging(referral: Referral, born: date | None, on: date, protocol: CareProtocol) -> Iterator[Reason]:
    categories: dict[tuple[str, date, str | None], str] = {}
    for one in referral.imaging:
        if is_to_come(one.done_on, on):
            yield protocol.say("contradiction.imaging_in_future", imaging=name_imaging(one))
        if born is not None and one.done_on < born:
            yield protocol.say("contradiction.imaging_before_birth", imaging=name_imaging(one))
        if one.birads is not None:
            other = categories.setdefault((one.kind, one.done_on, one.side), one.birads)
            if other != one.birads:
                yield protocol.say("contradiction.imaging_disagrees", imaging=name_imaging(one), other=other)
