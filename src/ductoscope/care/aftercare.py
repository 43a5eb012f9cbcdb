"""What is normal for a day or two, and when to call: the protocol's sentences and thresholds for the patient."""

from __future__ import annotations

from dataclasses import dataclass

from ductoscope.care.allowed import Number, Spec
from ductoscope.care.rule import CareProtocol
from ductoscope.model.clinical import Reason

RULES = {
    "aftercare.normal": Spec({"from_days": Number(1, 2), "to_days": Number(2, 4)}, growing=("from_days", "to_days")),
    "aftercare.dressing": Spec(),
    "aftercare.painkiller": Spec(),
    "aftercare.washing": Spec({"bath_days": Number(1, 14)}),
    "aftercare.rest": Spec({"hours": Number(12, 72)}),
    "aftercare.no_squeezing": Spec(),
    "aftercare.call_bleeding": Spec(facts=("pad_minutes", "bleeding_hours")),
    "aftercare.call_pain": Spec(facts=("pain_hours",)),
    "aftercare.call_infection": Spec(facts=("celsius",)),
    "aftercare.emergency": Spec(facts=("press_minutes",)),
}


@dataclass(frozen=True, slots=True)
class Aftercare:
    """What a patient is told to take home. normal: to expect; do: to do and not to do; call: when to call."""

    normal: tuple[Reason, ...]
    do: tuple[Reason, ...]
    call: tuple[Reason, ...]


def list_aftercare(protocol: CareProtocol) -> Aftercare:
    """Return what to tell the patient; its numbers are those that the symptom call uses."""
    say = protocol.say
    return Aftercare(
        normal=(say("aftercare.normal"),),
        do=tuple(say(f"aftercare.{name}") for name in ("dressing", "painkiller", "washing", "rest", "no_squeezing")),
        call=(
            say(
                "aftercare.emergency",
                press_minutes=protocol.number("symptom.not_stopped_by_pressure", "minutes"),
            ),
            say(
                "aftercare.call_bleeding",
                pad_minutes=protocol.number("symptom.soaks_pad", "minutes"),
                bleeding_hours=protocol.number("symptom.long_bleeding", "hours"),
            ),
            say("aftercare.call_pain", pain_hours=protocol.number("symptom.growing_pain", "hours")),
            say("aftercare.call_infection", celsius=protocol.number("symptom.fever", "celsius")),
        ),
    )
