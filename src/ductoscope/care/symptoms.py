"""The symptom call: reassure, call back, see today or emergency, with the reason; the most urgent always wins."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from ductoscope.care.allowed import Allowed, Number, Spec, Word
from ductoscope.care.rule import CareProtocol
from ductoscope.model.clinical import Reason, SymptomAdvice, Symptoms, Urgency

_ORDER: tuple[Urgency, ...] = get_args(Urgency)
"""The least urgent first."""


def _red_flag(at_least: Urgency, facts: tuple[str, ...] = (), **values: Allowed) -> Spec:
    # A clinic may make a red flag more urgent, never less.
    return Spec({"urgency": Word(_ORDER[_ORDER.index(at_least) :]), **values}, facts)


RULES = {
    "symptom.breathless": _red_flag("emergency"),
    "symptom.chest_pain": _red_flag("emergency"),
    "symptom.allergic": _red_flag("emergency"),
    "symptom.fainted": _red_flag("see today"),
    "symptom.not_stopped_by_pressure": _red_flag("emergency", ("pressed",), minutes=Number(5, 15)),
    "symptom.soaks_pad": _red_flag("see today", ("pad",), minutes=Number(60, 240)),
    "symptom.wets_pad": _red_flag("call back", ("pad",), minutes=Number(60, 720)),
    "symptom.press_longer": _red_flag("call back", ("pressed", "minutes")),
    "symptom.long_bleeding": _red_flag("see today", ("bled",), hours=Number(24, 72)),
    "symptom.bleeding_goes_on": _red_flag("call back", ("bled",), hours=Number(24, 48)),
    "symptom.growing_pain": _red_flag("see today", hours=Number(0, 48)),
    "symptom.early_growing_pain": _red_flag("call back"),
    "symptom.pain_not_eased": _red_flag("see today"),
    "symptom.strong_pain": _red_flag("see today", ("pain",), score=Number(4, 9)),
    "symptom.rapid_swelling": _red_flag("see today"),
    "symptom.swelling": _red_flag("call back"),
    "symptom.redness": _red_flag("see today"),
    "symptom.pus": _red_flag("see today"),
    "symptom.fever": _red_flag("see today", ("temperature",), celsius=Number(37.5, 38)),
    "symptom.warm": _red_flag("call back", ("temperature",), celsius=Number(37, 38)),
    "symptom.shivering": _red_flag("see today"),
    "symptom.contradiction": _red_flag("call back", ("bled", "since")),
    "symptom.ask_pad": Spec(),
    "symptom.ask_bleeding": Spec(),
    "symptom.ask_pain": Spec(),
    "symptom.ask_growing_pain": Spec(),
    "symptom.ask_painkiller": Spec({"score": Number(1, 4)}),
    "symptom.ask_swelling": Spec(),
    "symptom.ask_rapid_swelling": Spec(),
    "symptom.ask_redness": Spec(),
    "symptom.ask_pus": Spec(),
    "symptom.ask_temperature": Spec(),
    "symptom.ask_shivering": Spec(),
    "symptom.ask_chest_pain": Spec(),
    "symptom.ask_breath": Spec(),
    "symptom.ask_rash": Spec(),
    "symptom.ask_fainting": Spec(),
    "symptom.normal": Spec({"hours": Number(24, 72)}),
    "symptom.late_but_mild": Spec({"hours": Number(24, 72)}),
}


def assess_symptoms(symptoms: Symptoms, protocol: CareProtocol) -> SymptomAdvice:
    """Say what a call ends in: the most urgent of every rule that holds.

    While a question that matters was not asked, nobody is reassured: it ends in "call back" at least, and says what to
    ask. Reasons come most urgent first.
    """
    flags = [(_urgency_of(reason, protocol), reason) for reason in _find_flags(symptoms, protocol)]
    questions: list[tuple[Urgency, Reason]] = [("call back", reason) for reason in _list_unasked(symptoms, protocol)]
    said = sorted([*flags, *questions], key=lambda one: -_ORDER.index(one[0]))
    if said:
        return SymptomAdvice(said[0][0], tuple(reason for _, reason in said), protocol.id)
    is_late = symptoms.hours > protocol.number("symptom.late_but_mild", "hours")
    calm = protocol.say("symptom.late_but_mild" if is_late and _has_anything(symptoms) else "symptom.normal")
    return SymptomAdvice("reassure", (calm,), protocol.id)


def _urgency_of(reason: Reason, protocol: CareProtocol) -> Urgency:
    word = protocol.word(reason.rule, "urgency")
    return next(urgency for urgency in _ORDER if urgency == word)


def _has_anything(symptoms: Symptoms) -> bool:
    return bool(symptoms.pain or symptoms.bleeding_hours)


def _find_flags(symptoms: Symptoms, protocol: CareProtocol) -> Iterator[Reason]:
    plain = {
        "symptom.breathless": symptoms.is_breathless,
        "symptom.chest_pain": symptoms.has_chest_pain,
        "symptom.allergic": symptoms.has_rash_or_swollen_face,
        "symptom.fainted": symptoms.has_fainted,
        "symptom.redness": symptoms.has_redness,
        "symptom.pus": symptoms.has_pus,
        "symptom.shivering": symptoms.is_shivering,
        "symptom.rapid_swelling": symptoms.is_swelling_rapid,
        "symptom.swelling": symptoms.has_swelling and not symptoms.is_swelling_rapid,
    }
    yield from (protocol.say(rule) for rule, holds in plain.items() if holds)
    yield from _find_bleeding(symptoms, protocol)
    yield from _find_pain(symptoms, protocol)
    if symptoms.temperature_c is not None:
        for rule in ("symptom.fever", "symptom.warm"):
            if symptoms.temperature_c >= protocol.number(rule, "celsius"):
                yield protocol.say(rule, temperature=f"{symptoms.temperature_c:.1f}")
                break


def _find_bleeding(symptoms: Symptoms, protocol: CareProtocol) -> Iterator[Reason]:
    pressed, pad, bled = symptoms.pressure_minutes, symptoms.soaks_pad_minutes, symptoms.bleeding_hours
    if pressed is not None:
        minutes = protocol.number("symptom.not_stopped_by_pressure", "minutes")
        rule = "symptom.not_stopped_by_pressure" if pressed >= minutes else "symptom.press_longer"
        yield protocol.say(rule, pressed=float(pressed), minutes=minutes)
    if pad is not None:
        for rule in ("symptom.soaks_pad", "symptom.wets_pad"):
            if pad <= protocol.number(rule, "minutes"):
                yield protocol.say(rule, pad=float(pad))
                break
    if bled is not None:
        for rule in ("symptom.long_bleeding", "symptom.bleeding_goes_on"):
            if bled > protocol.number(rule, "hours"):
                yield protocol.say(rule, bled=float(bled))
                break
        # An hour of slack: the nurse asks for whole hours.
        if bled > symptoms.hours + 1:
            yield protocol.say("symptom.contradiction", bled=float(bled), since=float(symptoms.hours))


def _find_pain(symptoms: Symptoms, protocol: CareProtocol) -> Iterator[Reason]:
    if symptoms.is_pain_increasing:
        is_late = symptoms.hours > protocol.number("symptom.growing_pain", "hours")
        yield protocol.say("symptom.growing_pain" if is_late else "symptom.early_growing_pain")
    if symptoms.is_pain_eased is False and symptoms.pain != 0:
        yield protocol.say("symptom.pain_not_eased")
    if symptoms.pain is not None and symptoms.pain >= protocol.number("symptom.strong_pain", "score"):
        yield protocol.say("symptom.strong_pain", pain=float(symptoms.pain))


def _list_unasked(symptoms: Symptoms, protocol: CareProtocol) -> Iterator[Reason]:
    mild = protocol.number("symptom.ask_painkiller", "score")
    pain, bled = symptoms.pain, symptoms.bleeding_hours
    unasked = {
        "symptom.ask_breath": symptoms.is_breathless is None,
        "symptom.ask_chest_pain": symptoms.has_chest_pain is None,
        "symptom.ask_rash": symptoms.has_rash_or_swollen_face is None,
        "symptom.ask_fainting": symptoms.has_fainted is None,
        "symptom.ask_bleeding": bled is None,
        "symptom.ask_pad": bool(bled) and symptoms.soaks_pad_minutes is None,
        "symptom.ask_temperature": symptoms.temperature_c is None,
        "symptom.ask_shivering": symptoms.is_shivering is None,
        "symptom.ask_redness": symptoms.has_redness is None,
        "symptom.ask_pus": symptoms.has_pus is None,
        "symptom.ask_swelling": symptoms.has_swelling is None,
        "symptom.ask_rapid_swelling": bool(symptoms.has_swelling) and symptoms.is_swelling_rapid is None,
        "symptom.ask_pain": pain is None,
        "symptom.ask_growing_pain": bool(pain) and symptoms.is_pain_increasing is None,
        "symptom.ask_painkiller": pain is not None and pain > mild and symptoms.is_pain_eased is None,
    }
    yield from (protocol.say(rule) for rule, holds in unasked.items() if holds)
