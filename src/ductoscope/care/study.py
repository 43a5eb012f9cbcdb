"""Study: what a published study found for such findings, with where the number is from and how sure it is."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

_Z95 = 1.959964


@dataclass(frozen=True, slots=True)
class Study:
    """One sentence of one study.

    says: with its counts in it. share, low, high: 0 to 1 with the 95 % interval, None where no number could be reached.
    interval: how low and high came about, in words. terms, shows, is_any: which findings it is about.
    """

    id: str
    says: str
    source: str
    population: str
    caveat: str
    share: float | None
    low: float | None
    high: float | None
    interval: str
    terms: Mapping[str, tuple[str, ...]]
    shows: tuple[str, ...]
    is_any: bool

    def fits(self, terms: Mapping[str, str], shows: str) -> bool:
        """Whether it is about a finding that is described by these words."""
        if self.is_any or shows in self.shows:
            return True
        return bool(self.terms) and all(terms.get(name) in words for name, words in self.terms.items())


@dataclass(frozen=True, slots=True)
class SiteModel:
    """A site's own validated model, as the site describes it. Ductoscope brings none and vouches for none."""

    name: str
    version: str
    file: str
    validation: str
    population: str


@dataclass(frozen=True, slots=True)
class Studies:
    """The studies of one file. model: None when none is installed; model_says: what to show of it."""

    version: str
    studies: tuple[Study, ...]
    model: SiteModel | None
    model_says: str


def find_wilson(count: int, of: int) -> tuple[float, float]:
    """The 95 % interval of `count` of `of` (Wilson, J Am Stat Assoc 1927;22:209).

    It stays within 0 and 1 and is honest for small numbers, where the usual one is not.
    """
    share, square = count / of, _Z95 * _Z95
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = _Z95 * math.sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    return max(middle - half, 0.0), min(middle + half, 1.0)
