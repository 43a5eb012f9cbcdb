"""Parameter: one knob of the simulated world, with its unit, its range and where its value comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, dataclass, fields
from typing import Any

Value = float | int | str | bool
"""What a parameter can hold; bool counts as its own kind."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One named field of the world's settings.

    group: what it belongs to. unit: empty for counts, shares and factors. low, high: the allowed range, None for
    words. choices: the allowed words, empty for numbers. source: a paper, or "assumed". meaning: in the reader's words.
    """

    group: str
    name: str
    unit: str
    default: Value
    low: float | None
    high: float | None
    source: str
    meaning: str
    choices: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether only whole numbers make sense."""
        return isinstance(self.default, int) and not isinstance(self.default, bool)

    @property
    def allowed(self) -> str:
        """The allowed values in words, after "must be"."""
        if isinstance(self.default, bool):
            return "true or false"
        if self.choices:
            return "one of " + ", ".join(self.choices)
        unit = f" {self.unit}" if self.unit else ""
        return f"a {'whole ' if self.is_whole else ''}number from {self.low:g} to {self.high:g}{unit}"

    def allows(self, value: object) -> bool:
        """Whether a setting may have this value; never true for one that is not a number where one is due."""
        if isinstance(self.default, bool):
            return isinstance(value, bool)
        if self.choices:
            return value in self.choices
        if isinstance(value, bool) or not isinstance(value, int if self.is_whole else (int, float)):
            return False
        return self.low is not None and self.high is not None and self.low <= value <= self.high


def number(group: str, unit: str, low: float, high: float, source: str, meaning: str) -> Mapping[str, Any]:
    """Metadata of a field that holds a number."""
    return {"group": group, "unit": unit, "low": low, "high": high, "source": source, "meaning": meaning}


def word(group: str, choices: tuple[str, ...], source: str, meaning: str) -> Mapping[str, Any]:
    """Metadata of a field that holds one of some words."""
    return {**number(group, "", 0.0, 0.0, source, meaning), "low": None, "high": None, "choices": choices}


def read_parameters(kind: type) -> tuple[Parameter, ...]:
    """The parameters that a dataclass's fields describe, in their order."""
    return tuple(_read_parameter(item) for item in fields(kind))


def _read_parameter(item: Field[Any]) -> Parameter:
    default: Any = item.default
    return Parameter(name=item.name, default=default, **item.metadata)
