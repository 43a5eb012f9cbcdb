"""Whether a nipple's discharge is pathological: one breast, by itself, persistent, one duct, of the right colour."""

from __future__ import annotations

from typing import get_args

from ductoscope.care.allowed import Number, Spec, Words
from ductoscope.care.judged import Judged, both
from ductoscope.care.rule import CareProtocol
from ductoscope.model.clinical import Colour, Discharge, Reason

_COLOURS = tuple(colour for colour in get_args(Colour) if colour != "unknown")

RULES = {
    "discharge.unknown": Spec(),
    "discharge.both_breasts": Spec(),
    "discharge.ask_side": Spec(),
    "discharge.not_spontaneous": Spec(),
    "discharge.ask_spontaneous": Spec(),
    "discharge.persistent": Spec({"times_per_week": Number(0.5, 7)}, ("times",)),
    "discharge.ask_times": Spec(),
    "discharge.many_ducts": Spec(),
    "discharge.ask_ducts": Spec(),
    "discharge.colour": Spec({"colours": Words(_COLOURS, needed=("bloody",))}, ("colour",)),
    "discharge.ask_colour": Spec(),
    "discharge.blood": Spec(),
    "discharge.needs_blood_test": Spec({"colours": Words(_COLOURS)}, ("colour",)),
    "discharge.short": Spec({"weeks": Number(0, 26)}, ("lasted",)),
    "discharge.ask_weeks": Spec(),
    "discharge.pathological": Spec(facts=("colour", "side")),
}


def has_blood(discharge: Discharge) -> bool:
    """Say whether there is blood in it, to the eye or by a test."""
    return discharge.colour == "bloody" or discharge.blood_test == "positive"


def judge_discharge(discharge: Discharge | None, protocol: CareProtocol) -> Judged:
    """Say whether the discharge looks pathological; pregnancy and breastfeeding are judged elsewhere."""
    if discharge is None:
        return Judged(None, missing=(protocol.say("discharge.unknown"),))
    parts = (
        _judge_sides(discharge, protocol),
        _judge_spontaneous(discharge, protocol),
        _judge_times(discharge, protocol),
        _judge_ducts(discharge, protocol),
        _judge_colour(discharge, protocol),
    )
    reasons = [reason for part in parts for reason in part.reasons]
    missing = [reason for part in parts for reason in part.missing]
    if discharge.weeks is None:
        missing.append(protocol.say("discharge.ask_weeks"))
    elif discharge.weeks < protocol.number("discharge.short", "weeks"):
        reasons.append(protocol.say("discharge.short", lasted=float(discharge.weeks)))
    is_met: bool | None = True
    for part in parts:
        is_met = both(is_met, part.is_met)
    if is_met:
        side = discharge.sides[0]
        reasons.insert(0, protocol.say("discharge.pathological", colour=discharge.colour, side=side))
    return Judged(is_met, tuple(reasons), tuple(missing))


def _yes() -> Judged:
    return Judged(True)


def _no(reason: Reason) -> Judged:
    return Judged(False, reasons=(reason,))


def _ask(reason: Reason) -> Judged:
    return Judged(None, missing=(reason,))


def _judge_sides(discharge: Discharge, protocol: CareProtocol) -> Judged:
    sides = set(discharge.sides)
    if not sides:
        return _ask(protocol.say("discharge.ask_side"))
    return _yes() if len(sides) == 1 else _no(protocol.say("discharge.both_breasts"))


def _judge_spontaneous(discharge: Discharge, protocol: CareProtocol) -> Judged:
    if discharge.is_spontaneous is None:
        return _ask(protocol.say("discharge.ask_spontaneous"))
    return _yes() if discharge.is_spontaneous else _no(protocol.say("discharge.not_spontaneous"))


def _judge_times(discharge: Discharge, protocol: CareProtocol) -> Judged:
    times = discharge.times_per_week
    if times is None:
        return _ask(protocol.say("discharge.ask_times"))
    if times > protocol.number("discharge.persistent", "times_per_week"):
        return _yes()
    return _no(protocol.say("discharge.persistent", times=float(times)))


def _judge_ducts(discharge: Discharge, protocol: CareProtocol) -> Judged:
    if discharge.ducts == "unknown":
        return _ask(protocol.say("discharge.ask_ducts"))
    return _yes() if discharge.ducts == "single" else _no(protocol.say("discharge.many_ducts"))


def _judge_colour(discharge: Discharge, protocol: CareProtocol) -> Judged:
    if has_blood(discharge):
        return Judged(True, reasons=(protocol.say("discharge.blood"),))
    if discharge.colour == "unknown":
        return _ask(protocol.say("discharge.ask_colour"))
    if discharge.colour in protocol.words("discharge.colour", "colours"):
        return _yes()
    needs_test = discharge.colour in protocol.words("discharge.needs_blood_test", "colours")
    if needs_test and discharge.blood_test == "not done":
        return _ask(protocol.say("discharge.needs_blood_test", colour=discharge.colour))
    return _no(protocol.say("discharge.colour", colour=discharge.colour))
