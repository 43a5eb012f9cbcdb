"""What travels while somebody practises: wishes in, checked once here, and states out."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from ductoscope.model import (
    Act,
    BadInputError,
    Controls,
    Debrief,
    EnterOrifice,
    LeaveDuct,
    LesionNote,
    PracticeState,
    PressNipple,
    Task,
)

_SIGNED = ("push", "bend_x", "bend_y", "roll")
_UNSIGNED = ("flush", "suction")


class BeginWish(BaseModel):
    """Which exercise, and who tries it."""

    model_config = ConfigDict(extra="forbid")
    task: Task
    trainee: str = Field(min_length=1, max_length=60)
    preset: Literal["easy", "typical", "hard"] = "typical"
    seed: int = Field(ge=0, lt=2**31)


class KeyWish(BaseModel):
    """Something that only who practises may ask for."""

    model_config = ConfigDict(extra="forbid")
    key: str


class EnterWish(KeyWish):
    """Which orifice to dilate and enter."""

    number: int = Field(ge=0, lt=100)


class NoteWish(KeyWish):
    """A lesion in view, in the field's terms."""

    type: str = Field(max_length=40)
    base: str = Field(max_length=40)
    surface: str = Field(max_length=40)
    colour: str = Field(max_length=40)
    size_mm: float | None = Field(default=None, gt=0, le=50)


Wish = EnterWish | NoteWish


def read_act(verb: Literal["press", "leave"] | Wish) -> Act:
    """Turn a checked wish into an act."""
    match verb:
        case "press":
            return PressNipple()
        case "leave":
            return LeaveDuct()
        case EnterWish():
            return EnterOrifice(verb.number)
        case NoteWish():
            return LesionNote(verb.type, verb.base, verb.surface, verb.colour, verb.size_mm)


def read_steering(text: str) -> tuple[str, Controls]:
    """Read {"key", "push", "bend_x", ...} from the WebSocket; what is out of range is taken to its limit.

    Raises BadInputError when it is none of ours.
    """
    try:
        message = json.loads(text)
        values = {name: _clip(message.get(name, 0.0), -1.0) for name in _SIGNED}
        values |= {name: _clip(message.get(name, 0.0), 0.0) for name in _UNSIGNED}
        return str(message["key"]), Controls(**values, hold=message.get("hold") is True)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadInputError(f"The controls sent something that cannot be read: {text[:80]!r}.") from error


def describe_practice(state: PracticeState) -> dict[str, Any]:
    """Put a state into the words of JSON."""
    return {"type": "practice", **asdict(state)}


def describe_debrief(debrief: Debrief) -> dict[str, Any]:
    """Put a debrief into the words of JSON."""
    return asdict(debrief)


def _clip(value: object, low: float) -> float:
    number = float(value)  # type: ignore[arg-type]  # checked by float itself
    if math.isnan(number):
        raise ValueError("not a number")
    return min(max(number, low), 1.0)
