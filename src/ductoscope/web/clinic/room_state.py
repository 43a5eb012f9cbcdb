"""What the room's page shows of the examination, as JSON: all of it from the journal, so all screens show the same."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date
from typing import Any, get_args

from ductoscope.care import limit_anaesthetic, time_plan
from ductoscope.clinic import Desk
from ductoscope.model.clinical import Agent, Procedure

SHOWN = (
    "stage", "number", "begun_utc", "ended_utc", "timers", "weight_kg", "anaesthetics", "orifices", "saline_in_ml",
    "saline_out_ml", "pains", "recordings", "findings", "view", "actions", "complications", "notes", "advice_given",
    "advice_words", "checked",
)  # fmt: skip


def describe_procedure(desk: Desk, procedure: Procedure) -> dict[str, Any]:
    """Put an examination into the words of JSON, with the clock, the planned minutes and the anaesthetic's limits."""
    protocol = desk.protocol
    limits = {
        agent: limit_anaesthetic(procedure.anaesthetics, agent, procedure.weight_kg, protocol)
        for agent in get_args(Agent)
    }
    entered = desk.find_entered_opening(procedure)
    return {
        **{name: write(getattr(procedure, name)) for name in SHOWN},
        "now_utc": write(desk.now_utc()),
        "minutes": dict(time_plan(protocol)),
        "limits": write(limits),
        "entered_opening": None if entered is None else entered.number,
        "given_mg": sum(dose.mg for dose in procedure.anaesthetics),
        "specimens": [
            {**write(state.specimen), "step": state.step, "due_on": write(state.due_on)}
            for state in procedure.specimens.values()
        ],
        "stills": [
            {**write(still), "is_chosen": sha256 in procedure.chosen, "caption": procedure.chosen.get(sha256, "")}
            for sha256, still in procedure.stills.items()
        ],
    }


def write(value: Any) -> Any:
    """Put a noun, or any part of one, into the words of JSON."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: write(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): write(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [write(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value
