"""A rule of the patient's path, and the protocol that holds them all: sentences, sources and thresholds, no code."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ductoscope.model.clinical import Reason
from ductoscope.model.errors import BadInputError

Value = float | str | tuple[float, ...] | tuple[str, ...]
"""A threshold, a word, or a list of either. Whole numbers are floats too."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as the clinic wrote it.

    name: "area.rule"; says: the sentence with {places} for values and facts; source: where it comes from, in words;
    is_signed: by the clinic; values: thresholds and words by name.
    """

    name: str
    says: str
    source: str
    is_signed: bool
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class CareProtocol:
    """Every rule of the patient's path. The same content has the same id, whoever signed it.

    id: short hash of the content; version: as the clinic calls it; rules: by name.
    """

    id: str
    version: str
    rules: Mapping[str, Rule]

    def signed(self, names: Iterable[str]) -> CareProtocol:
        """Return the protocol with these rules signed by the clinic; no name signs nothing.

        Raises BadInputError for a rule that the protocol does not have.
        """
        wanted = set(names)
        unknown = sorted(wanted - set(self.rules))
        if unknown:
            raise BadInputError(f'The care protocol {self.id} has no rule "{unknown[0]}"; nothing was signed.')
        rules = {
            name: dataclasses.replace(rule, is_signed=rule.is_signed or name in wanted)
            for name, rule in self.rules.items()
        }
        return dataclasses.replace(self, rules=MappingProxyType(rules))

    def say(self, name: str, **facts: object) -> Reason:
        """Let a rule speak: its sentence with its values and these facts filled in."""
        rule = self.rules[name]
        filled = {key: say_value(value) for key, value in {**rule.values, **facts}.items()}
        return Reason(name, rule.says.format_map(filled), rule.source, rule.is_signed)

    def number(self, name: str, value: str) -> float:
        """Return one threshold of a rule."""
        found = self.rules[name].values[value]
        assert isinstance(found, float), (name, value)
        return found

    def numbers(self, name: str, value: str) -> tuple[float, ...]:
        """Return a list of numbers of a rule."""
        found = self.rules[name].values[value]
        assert isinstance(found, tuple), (name, value)
        return tuple(float(one) for one in found)

    def word(self, name: str, value: str) -> str:
        """Return one word of a rule."""
        found = self.rules[name].values[value]
        assert isinstance(found, str), (name, value)
        return found

    def words(self, name: str, value: str) -> tuple[str, ...]:
        """Return a list of words of a rule."""
        found = self.rules[name].values[value]
        assert isinstance(found, tuple), (name, value)
        return tuple(str(one) for one in found)


def say_value(value: object) -> str:
    """Write a value as it stands in a sentence: 5, not 5.0; a list with commas."""
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple):
        return ", ".join(say_value(one) for one in value)
    return str(value)
