"""How long the clocks of the room run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from ductoscope.care.allowed import Number, Spec
from ductoscope.care.rule import CareProtocol
from ductoscope.model.clinical import TimerName

RULES = {
    "timer.towel": Spec({"minutes": Number(5, 30)}),
    "timer.cream": Spec({"minutes": Number(30, 180)}),
    "timer.anaesthetic": Spec({"minutes": Number(1, 30)}),
    "timer.plan": Spec({"minutes": Number(10, 240)}),
    "timer.comfort": Spec({"minutes": Number(5, 60)}),
}


def time_plan(protocol: CareProtocol) -> Mapping[TimerName, float]:
    """Return the minutes of every clock."""
    names: tuple[TimerName, ...] = get_args(TimerName)
    return {name: protocol.number(f"timer.{name}", "minutes") for name in names}
