"""What a clinic may write into a rule: kinds of values with their safe ranges, and the facts its sentence may name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Protocol

from ductoscope.care.rule import Value


class Allowed(Protocol):
    """A kind of value: says what is allowed, and takes what TOML holds if it is that."""

    def words(self) -> str:
        """Say what is allowed, for the end of "it must be ..."."""

    def take(self, found: object) -> Value | None:
        """Return the value, or None when it is not allowed."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number between two limits that no clinic may pass: beyond them the rule would be dangerous or empty."""

    low: float
    high: float
    is_whole: bool = False

    def words(self) -> str:
        """Say what is allowed."""
        return f"a {'whole ' if self.is_whole else ''}number from {self.low:g} to {self.high:g}"

    def take(self, found: object) -> float | None:
        """Return the value, or None when it is not allowed."""
        if isinstance(found, bool) or not isinstance(found, int | float) or not self.low <= found <= self.high:
            return None
        if self.is_whole and found != int(found):
            return None
        return float(found)


@dataclass(frozen=True, slots=True)
class Numbers:
    """One to twelve numbers, each larger than the one before it."""

    low: float
    high: float

    def words(self) -> str:
        """Say what is allowed."""
        return f"a list of growing whole numbers from {self.low:g} to {self.high:g}, such as [3, 6]"

    def take(self, found: object) -> tuple[float, ...] | None:
        """Return the value, or None when it is not allowed."""
        if not isinstance(found, list) or not 1 <= len(found) <= 12:
            return None
        one = Number(self.low, self.high, is_whole=True)
        taken = tuple(number for each in found if (number := one.take(each)) is not None)
        if len(taken) != len(found) or any(b <= a for a, b in pairwise(taken)):
            return None
        return taken


@dataclass(frozen=True, slots=True)
class Word:
    """One of a few words."""

    choices: tuple[str, ...]

    def words(self) -> str:
        """Say what is allowed."""
        return "one of " + ", ".join(f'"{word}"' for word in self.choices)

    def take(self, found: object) -> str | None:
        """Return the value, or None when it is not allowed."""
        return found if isinstance(found, str) and found in self.choices else None


@dataclass(frozen=True, slots=True)
class Words:
    """A list of different words: of `choices`, or, without those, small letters only.

    needed: those that a clinic may not leave out.
    """

    choices: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    longest: int = 300

    def words(self) -> str:
        """Say what is allowed."""
        of = f" of {', '.join(self.choices)}" if self.choices else " in small letters, without spaces"
        kept = f", {', '.join(self.needed)} always among them" if self.needed else ""
        return f"a list of different words{of}{kept}"

    def take(self, found: object) -> tuple[str, ...] | None:
        """Return the value, or None when it is not allowed."""
        if not isinstance(found, list) or not 1 <= len(found) <= self.longest or not set(self.needed) <= _texts(found):
            return None
        if len(_texts(found)) != len(found):
            return None
        if any(word not in self.choices if self.choices else not _is_plain(word) for word in found):
            return None
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Spec:
    """What one rule must hold.

    values: by name; facts: what its sentence may name besides its values; growing: names of values of which each must
    be larger than the one before; never: words that its sentence must not use, because a patient could act on them.
    """

    values: Mapping[str, Allowed] = field(default_factory=dict)
    facts: tuple[str, ...] = ()
    growing: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


def _texts(found: list[object]) -> set[str]:
    return {word for word in found if isinstance(word, str)}


def _is_plain(word: object) -> bool:
    return isinstance(word, str) and 0 < len(word) <= 60 and word == word.lower() and word.isalpha()
