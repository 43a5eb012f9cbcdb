"""What the imaging before a ductoscopy says: complete for the age, suspicious, unfinished, too old."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ductoscope.care.allowed import Number, Spec
from ductoscope.care.days import add_months, is_to_come
from ductoscope.care.judged import Judged
from ductoscope.care.rule import CareProtocol
from ductoscope.model.clinical import PriorImaging, Reason, Referral, Sex, Side

RULES = {
    "imaging.suspicious": Spec(facts=("imaging", "side")),
    "imaging.suspicious_other_side": Spec(facts=("imaging", "side")),
    "imaging.known_cancer": Spec(facts=("imaging",)),
    "imaging.probably_benign": Spec(facts=("imaging",)),
    "imaging.unfinished": Spec(facts=("imaging",)),
    "imaging.no_category": Spec(facts=("imaging",)),
    "imaging.old": Spec({"months": Number(1, 24, is_whole=True)}, ("imaging",)),
    "imaging.older": Spec({"age": Number(35, 50)}, ("absent",)),
    "imaging.middle": Spec({"age": Number(25, 34)}, ("absent",)),
    "imaging.young": Spec(facts=("absent",)),
    "imaging.men": Spec({"age": Number(18, 40)}, ("absent",)),
    "imaging.young_men": Spec(facts=("absent",)),
    "imaging.lump": Spec(),
    "imaging.ask_lump": Spec(),
    "imaging.ask_birth_date": Spec(),
    "imaging.ask_sex": Spec(),
    "imaging.complete": Spec(facts=("done",)),
}

SUSPICIOUS = ("4", "4A", "4B", "4C", "5")
_X_RAY = ("mammography", "tomosynthesis")


@dataclass(frozen=True, slots=True)
class Need:
    """What a rule asks for: one kind of each group. rule: its name; groups: kinds that may stand for each other."""

    rule: str
    groups: tuple[tuple[str, ...], ...]

    def absent(self, kinds: set[str]) -> str:
        """Say in words what is not there yet; empty when all is."""
        return " and ".join(" or ".join(group) for group in self.groups if not kinds & set(group))


def name_imaging(one: PriorImaging) -> str:
    """Name an examination in a sentence: kind, day, category."""
    category = "" if one.birads is None else f", BI-RADS {one.birads}"
    return f"{one.kind} of {one.done_on.isoformat()}{category}"


def find_suspicious(imaging: Sequence[PriorImaging], side: Side) -> tuple[PriorImaging, ...]:
    """Return the examinations of this breast that were BI-RADS 4 or 5, however old."""
    return tuple(one for one in imaging if one.side in (side, None) and one.birads in SUSPICIOUS)


def find_unfinished(imaging: Sequence[PriorImaging], side: Side) -> tuple[PriorImaging, ...]:
    """Return those of this breast that were BI-RADS 0, unless another one on that day or later came to a category."""
    mine = [one for one in imaging if one.side in (side, None)]
    return tuple(
        one
        for one in mine
        if one.birads == "0"
        and not any(
            other.birads not in (None, "0")
            and (other.done_on > one.done_on or (other.done_on == one.done_on and other.kind != one.kind))
            for other in mine
        )
    )


def judge_imaging(referral: Referral, age: int | None, sex: Sex, on: date, protocol: CareProtocol) -> Judged:
    """Say whether imaging is complete for the age, finished and not too old. age: None when nobody knows it."""
    mine = [one for one in referral.imaging if one.side in (referral.side, None) and not is_to_come(one.done_on, on)]
    oldest = add_months(on, -int(protocol.number("imaging.old", "months")))
    current = [one for one in mine if one.done_on >= oldest and one.birads is not None]
    unfinished = find_unfinished(mine, referral.side)
    kinds: set[str] = {one.kind for one in current}
    needs = _list_needs(age, sex, protocol)
    absent = [(need.rule, words) for need in needs if (words := need.absent(kinds))]
    lacks_for_lump = bool(referral.has_mass) and "ultrasound" not in kinds
    missing = [protocol.say("imaging.unfinished", imaging=name_imaging(one)) for one in unfinished]
    missing += [protocol.say(rule, absent=words) for rule, words in absent]
    if lacks_for_lump:
        missing.append(protocol.say("imaging.lump"))
    wanted = {kind for need in needs for group in need.groups if not kinds & set(group) for kind in group}
    for one in mine:
        if one.birads is None:
            missing.append(protocol.say("imaging.no_category", imaging=name_imaging(one)))
        elif one.done_on < oldest and one.kind in wanted:
            missing.append(protocol.say("imaging.old", imaging=name_imaging(one)))
    missing += _ask_about_person(referral, age, sex, protocol)
    if unfinished or lacks_for_lump or len(absent) == len(needs):
        return Judged(False, missing=tuple(missing))
    if absent:
        return Judged(None, missing=tuple(missing))
    done = "; ".join(name_imaging(one) for one in current)
    return Judged(True, (protocol.say("imaging.complete", done=done),), tuple(missing))


def speak_of_imaging(referral: Referral, protocol: CareProtocol) -> tuple[Reason, ...]:
    """Say what the imaging found that matters here: suspicious ones first, the other breast's too."""
    other: Side = "left" if referral.side == "right" else "right"
    mine = [one for one in referral.imaging if one.side in (referral.side, None)]
    theirs = [one for one in referral.imaging if one.side == other and one.birads in SUSPICIOUS]

    def say(rule: str, found: Sequence[PriorImaging], **facts: object) -> list[Reason]:
        return [protocol.say(rule, imaging=name_imaging(one), **facts) for one in found]

    said = say("imaging.suspicious", find_suspicious(mine, referral.side), side=referral.side)
    said += say("imaging.suspicious_other_side", theirs, side=other)
    said += say("imaging.known_cancer", [one for one in mine if one.birads == "6"])
    said += say("imaging.probably_benign", [one for one in mine if one.birads == "3"])
    return tuple(said)


def _list_needs(age: int | None, sex: Sex, protocol: CareProtocol) -> tuple[Need, ...]:
    """Return every rule that may hold: more than one where the sex or the age is not known."""
    needs: list[Need] = []
    if sex != "male":
        older, middle = protocol.number("imaging.older", "age"), protocol.number("imaging.middle", "age")
        if age is None or age >= older:
            needs.append(Need("imaging.older", (_X_RAY, ("ultrasound",))))
        if age is None or middle <= age < older:
            needs.append(Need("imaging.middle", ((*_X_RAY, "ultrasound"),)))
        if age is None or age < middle:
            needs.append(Need("imaging.young", (("ultrasound",),)))
    if sex != "female":
        grown = protocol.number("imaging.men", "age")
        if age is None or age >= grown:
            needs.append(Need("imaging.men", (_X_RAY,)))
        if age is None or age < grown:
            needs.append(Need("imaging.young_men", (("ultrasound",),)))
    return tuple(needs)


def _ask_about_person(referral: Referral, age: int | None, sex: Sex, protocol: CareProtocol) -> list[Reason]:
    asked: list[Reason] = []
    if age is None:
        asked.append(protocol.say("imaging.ask_birth_date"))
    if sex == "unknown":
        asked.append(protocol.say("imaging.ask_sex"))
    if referral.has_mass is None:
        asked.append(protocol.say("imaging.ask_lump"))
    return asked
