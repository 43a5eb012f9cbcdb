"""Finding: something in a duct, described in the field's terms, by a person or as an algorithm's suggestion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from ductoscope.model.clinical.place import UNMEASURED, UNPLACED, Measurement, Place, Unmeasurable
from ductoscope.model.clinical.words import TEXT, check_range, check_text
from ductoscope.model.errors import BadInputError

FINDING_TERMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "type": ("polypoid solitary", "polypoid multiple", "combined", "superficial", "normal variant", "other"),
        "form": ("hemispheric", "papillary", "flat"),
        "base": ("stalk", "broad", "none"),
        "surface": ("smooth", "granular", "lobulated", "villous", "rough"),
        "colour": ("yellow", "white", "red", "grey-white", "pale red", "brown"),
        "bleeding": ("none", "contact", "spontaneous", "old blood"),
        "wall": ("soft", "stiff"),
        "vessels": ("none", "regular", "irregular"),
        "wall_around": ("normal", "reddened", "rough", "thickened", "punctate blood"),
        "suspicion": ("D0", "D1", "D2", "D3", "D4", "D5"),
    }
)
"""The words that a finding may use: the Japanese classification, the consensus terms, and the D0 to D5 suspicion grade
(CLINICAL sources in docs, "Glossary"). D0 failed, D1 normal, D2 benign, D3 indeterminate, D4 suspicious, D5 malignant
*look*; never a diagnosis."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding.

    letter: "A", "B", ... of the record; marked again under the same letter, it replaces the earlier mark.
    place: where; size: Measurement or Unmeasurable, never nothing. terms: name to word, both from FINDING_TERMS, those
    that could be told. count: how many alike. obstruction_percent: of the lumen. outline: points x, y as shares of the
    still's side, on `still` (its sha256). author: "person", or an algorithm's name and version; state: only a person
    confirms.
    """

    letter: str
    place: Place = UNPLACED
    size: Measurement | Unmeasurable = UNMEASURED
    terms: Mapping[str, str] = field(default_factory=dict)
    count: int = 1
    obstruction_percent: float | None = None
    discharge_behind: bool | None = None
    words: str = ""
    still: str | None = None
    outline: tuple[tuple[float, float], ...] = ()
    author: str = "person"
    state: Literal["suggested", "confirmed", "dismissed"] = "confirmed"

    def __post_init__(self) -> None:
        if not (len(self.letter) in (1, 2) and self.letter.isascii() and self.letter.isupper()):
            raise BadInputError(f'"{self.letter}" is no letter for a finding; it is A, B, ... Z, AA, ...')
        for name, word in self.terms.items():
            if word not in FINDING_TERMS.get(name, ()):
                raise BadInputError(f'A finding cannot have the {name} "{word}"; choose a word from the list.')
        check_range("How many", self.count, 1, 99)
        check_range("Obstruction in percent", self.obstruction_percent, 0, 100)
        check_text("Description", self.words, TEXT)
        check_text("Author", self.author, is_needed=True)
        if len(self.outline) > 200 or any(not (0 <= x <= 1 and 0 <= y <= 1) for x, y in self.outline):
            raise BadInputError("The outline must lie inside the picture and have at most 200 points.")
